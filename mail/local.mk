# mail: servers; what travels.
noinst_LTLIBRARIES += libmail.la
libmail_la_SOURCES = mail/stub.c
libmail_la_CPPFLAGS = $(AM_CPPFLAGS) $(TLS_CFLAGS) $(CURL_CFLAGS)
MAIL_LIBS = libmail.la -letpan $(TLS_LIBS) $(CURL_LIBS)
