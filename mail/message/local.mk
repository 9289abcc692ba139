# mail/message: one message, no network.
noinst_LTLIBRARIES += libmessage.la
libmessage_la_SOURCES = mail/message/stub.c
libmessage_la_CPPFLAGS = $(AM_CPPFLAGS) $(GMIME_CFLAGS)
MESSAGE_LIBS = libmessage.la $(GMIME_LIBS)
