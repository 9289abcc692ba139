# mail/message: one message, no network.
noinst_LTLIBRARIES += libmessage.la
libmessage_la_SOURCES = \
	mail/message/address.c mail/message/address.h \
	mail/message/attribution.c mail/message/attribution.h \
	mail/message/calendar.c mail/message/calendar.h \
	mail/message/closing.c mail/message/closing.h \
	mail/message/letterhead.c mail/message/letterhead.h \
	mail/message/lines.c mail/message/lines.h \
	mail/message/phrase.c mail/message/phrase.h \
	mail/message/answer.c \
	mail/message/body.c mail/message/body.h \
	mail/message/bounce.c mail/message/bounce.h \
	mail/message/bounce_code.c mail/message/bounce_code.h \
	mail/message/bounce_words.c mail/message/bounce_words.h \
	mail/message/bytes.c mail/message/bytes.h \
	mail/message/cms.c mail/message/cms.h \
	mail/message/bytes_type.c mail/message/bytes_type.h \
	mail/message/compose.c mail/message/compose.h \
	mail/message/compose_head.c mail/message/compose_head.h \
	mail/message/compose_part.c mail/message/compose_part.h \
	mail/message/compose_text.c mail/message/compose_text.h \
	mail/message/date.c mail/message/date.h \
	mail/message/enriched.c mail/message/enriched.h \
	mail/message/entity.c mail/message/entity.h \
	mail/message/extra.c mail/message/extra.h \
	mail/message/flat.c \
	mail/message/flow.c mail/message/flow.h \
	mail/message/forward.c mail/message/forward.h \
	mail/message/head.c mail/message/head.h \
	mail/message/html.c mail/message/html.h \
	mail/message/html_box.h \
	mail/message/html_anchor.c \
	mail/message/html_build.c mail/message/html_build.h \
	mail/message/html_color.c mail/message/html_color.h \
	mail/message/html_css.h \
	mail/message/html_link.c mail/message/html_link.h \
	mail/message/html_print.c \
	mail/message/html_sheet.c \
	mail/message/html_style.c mail/message/html_style.h \
	mail/message/html_table.c \
	mail/message/html_token.c mail/message/html_token.h \
	mail/message/html_words.c \
	mail/message/inset.c mail/message/inset.h \
	mail/message/notice.c mail/message/notice.h \
	mail/message/look.c mail/message/look.h \
	mail/message/markdown.c mail/message/markdown.h \
	mail/message/mbox.c mail/message/mbox.h \
	mail/message/param.c mail/message/param.h \
	mail/message/picture.c mail/message/picture.h \
	mail/message/quote.c mail/message/quote.h \
	mail/message/read.c mail/message/read.h \
	mail/message/robot.c mail/message/robot.h \
	mail/message/rtf.c mail/message/rtf.h \
	mail/message/show.c \
	mail/message/source.c mail/message/source.h \
	mail/message/subject.c mail/message/subject.h \
	mail/message/tnef.c mail/message/tnef.h \
	mail/message/transfer.c mail/message/transfer.h \
	mail/message/tree.c mail/message/tree.h \
	mail/message/visible.c \
	mail/message/words.c mail/message/words.h
libmessage_la_CPPFLAGS = $(AM_CPPFLAGS) $(MD4C_CFLAGS)
MESSAGE_LIBS = libmessage.la -lmagic $(MD4C_LIBS)
