# src/base: errors, memory, text, files, time; knows nothing of mail.
noinst_LTLIBRARIES += libbase.la
libbase_la_SOURCES = \
	src/base/arena.c src/base/arena.h \
	src/base/attr.h \
	src/base/buf.c src/base/buf.h \
	src/base/charset.c src/base/charset.h \
	src/base/charset_names.c src/base/charset_names.h \
	src/base/child.c src/base/child.h \
	src/base/clean.c \
	src/base/conf.c src/base/conf.h \
	src/base/err.c src/base/err.h \
	src/base/file.c src/base/file.h \
	src/base/fold.c \
	src/base/hash.c src/base/hash.h \
	src/base/jis.c src/base/jis.h \
	src/base/json.c src/base/json.h \
	src/base/log.c src/base/log.h \
	src/base/mixed.c \
	src/base/mutf7.c src/base/mutf7.h \
	src/base/oom.h \
	src/base/text.h \
	src/base/typed.c \
	src/base/utf8.c \
	src/base/wake.c src/base/wake.h \
	src/base/when.c src/base/when.h \
	src/base/width.c src/base/width.h \
	src/base/zone.c src/base/zone.h
libbase_la_CPPFLAGS = $(AM_CPPFLAGS) $(GROUND_CFLAGS)
BASE_LIBS = libbase.la $(GROUND_LIBS)
