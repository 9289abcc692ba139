# mail: servers; what travels.
noinst_LTLIBRARIES += libmail.la
libmail_la_SOURCES = \
	mail/filing.c \
	mail/imap.c \
	mail/imap_box.c \
	mail/imap_change.c \
	mail/imap_fetch.c \
	mail/imap_idle.c \
	mail/imap_run.c \
	mail/mutf7.c \
	mail/outgoing.c \
	mail/repair.c \
	mail/secret.c \
	mail/submit.c \
	mail/submit_check.c \
	mail/submit_follow.c \
	mail/submit_why.c \
	mail/transport.c
libmail_la_CPPFLAGS = $(AM_CPPFLAGS) $(TLS_CFLAGS) $(CURL_CFLAGS)
MAIL_LIBS = libmail.la -letpan $(TLS_LIBS) $(CURL_LIBS)
