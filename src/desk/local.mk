# src/desk: nouns and rules; no I/O, no clock, no globals.
noinst_LTLIBRARIES += libdesk.la
libdesk_la_SOURCES = \
	src/desk/clock.c src/desk/clock.h
DESK_LIBS = libdesk.la
