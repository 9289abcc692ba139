# src/base: errors, memory, text, files, time; knows nothing of mail.
noinst_LTLIBRARIES += libbase.la
libbase_la_SOURCES = \
	src/base/arena.h \
	src/base/attr.h \
	src/base/buf.h \
	src/base/charset.h \
	src/base/child.h \
	src/base/conf.h \
	src/base/err.c src/base/err.h \
	src/base/file.h \
	src/base/hash.h \
	src/base/json.h \
	src/base/log.h \
	src/base/text.h \
	src/base/wake.c src/base/wake.h \
	src/base/when.h
libbase_la_CPPFLAGS = $(AM_CPPFLAGS) $(GROUND_CFLAGS)
BASE_LIBS = libbase.la $(GROUND_LIBS)
