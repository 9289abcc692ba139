# src/desk: nouns and rules; no I/O, no clock, no globals.
noinst_LTLIBRARIES += libdesk.la
libdesk_la_SOURCES = \
	src/desk/canned.h \
	src/desk/clock.c src/desk/clock.h \
	src/desk/explain.h \
	src/desk/group.h \
	src/desk/hours.h \
	src/desk/machine.h \
	src/desk/mail.h \
	src/desk/model.h \
	src/desk/people.h \
	src/desk/query.h \
	src/desk/report.h \
	src/desk/shop.h \
	src/desk/target.h \
	src/desk/turns.h
DESK_LIBS = libdesk.la
