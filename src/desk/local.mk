# src/desk: nouns and rules; no I/O, no clock, no globals.
noinst_LTLIBRARIES += libdesk.la
libdesk_la_SOURCES = \
	src/desk/canned.c src/desk/canned.h \
	src/desk/clock.c src/desk/clock.h \
	src/desk/explain.c src/desk/explain.h \
	src/desk/fill.c \
	src/desk/form.c src/desk/form.h \
	src/desk/group.c src/desk/group.h \
	src/desk/hours.c src/desk/hours.h \
	src/desk/keyword.c src/desk/keyword.h \
	src/desk/kin.c src/desk/kin.h \
	src/desk/machine.c src/desk/machine.h \
	src/desk/mail.h \
	src/desk/model.c src/desk/model.h \
	src/desk/people.c src/desk/people.h \
	src/desk/puny.c src/desk/puny.h \
	src/desk/match.c \
	src/desk/query.c src/desk/query.h \
	src/desk/query_print.c \
	src/desk/report.c src/desk/report.h \
	src/desk/report_out.c \
	src/desk/returned.c src/desk/returned.h \
	src/desk/settings.c \
	src/desk/shop.c src/desk/shop.h \
	src/desk/shop_oauth.c \
	src/desk/shop_read.c src/desk/shop_read.h \
	src/desk/target.c src/desk/target.h \
	src/desk/template.c src/desk/template.h \
	src/desk/trust.c src/desk/trust.h \
	src/desk/turns.c src/desk/turns.h
DESK_LIBS = libdesk.la
