# src/base: errors, memory, text, files, time; knows nothing of mail.
noinst_LTLIBRARIES += libbase.la
libbase_la_SOURCES = \
	src/base/arena.c src/base/arena.h \
	src/base/attr.h \
	src/base/buf.c src/base/buf.h \
	src/base/charset.h \
	src/base/child.c src/base/child.h \
	src/base/conf.h \
	src/base/err.c src/base/err.h \
	src/base/file.c src/base/file.h \
	src/base/hash.c src/base/hash.h \
	src/base/json.c src/base/json.h \
	src/base/log.c src/base/log.h \
	src/base/oom.h \
	src/base/text.h \
	src/base/wake.c src/base/wake.h \
	src/base/when.h
libbase_la_CPPFLAGS = $(AM_CPPFLAGS) $(GROUND_CFLAGS)
BASE_LIBS = libbase.la $(GROUND_LIBS)
