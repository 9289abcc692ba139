# ui: screens.
noinst_LTLIBRARIES += libui.la
libui_la_SOURCES = \
	ui/app.c ui/app.h \
	ui/attached.c ui/attached.h \
	ui/binds.c \
	ui/canned.c \
	ui/compose.c ui/compose.h \
	ui/compose_begin.c \
	ui/compose_draw.c \
	ui/compose_external.c \
	ui/customer.c \
	ui/drafts.c \
	ui/draw.c \
	ui/editor.c ui/editor.h \
	ui/grid.c ui/grid.h \
	ui/help.c \
	ui/key.c ui/key.h \
	ui/keymap.c ui/keymap.h \
	ui/laid.c ui/laid.h \
	ui/lines.c ui/lines.h \
	ui/reflow.c ui/reflow.h \
	ui/list.c \
	ui/loop.c ui/loop.h \
	ui/outbox.c \
	ui/picker.c ui/picker.h \
	ui/places.c \
	ui/plot.c ui/plot.h \
	ui/preview.c ui/preview.h \
	ui/prompt.c ui/prompt.h \
	ui/report.c \
	ui/run.c \
	ui/screen/attachment.c \
	ui/screen/go.c \
	ui/screen/message.c \
	ui/screen/move.c \
	ui/screen/part.c \
	ui/screen/screen.h \
	ui/screen/table.c \
	ui/screen/triage.c \
	ui/screen/write.c \
	ui/search.c \
	ui/status.c \
	ui/term.c ui/term.h \
	ui/text.c \
	ui/theme.c ui/theme.h \
	ui/thread.c \
	ui/ui.h \
	ui/view.h \
	ui/views.h \
	ui/watch.c
libui_la_CPPFLAGS = $(AM_CPPFLAGS) $(CURSES_CFLAGS)
UI_LIBS = libui.la $(CURSES_LIBS)
