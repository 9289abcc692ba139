# store: what is kept; SQLite behind four doors.
noinst_LTLIBRARIES += libstore.la
libstore_la_SOURCES = store/stub.c
libstore_la_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS)
STORE_LIBS = libstore.la $(SQLITE_LIBS)
