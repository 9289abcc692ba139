# mail: servers; what travels.
noinst_LTLIBRARIES += libmail.la
libmail_la_SOURCES = \
	mail/account.c \
	mail/audit.c \
	mail/beat.c \
	mail/confine.c \
	mail/crew.c \
	mail/ears.c \
	mail/fetch.c \
	mail/filing.c \
	mail/glance.c \
	mail/gone.c \
	mail/guess.c \
	mail/imap.c \
	mail/imap_box.c \
	mail/imap_change.c \
	mail/imap_fetch.c \
	mail/imap_idle.c \
	mail/imap_run.c \
	mail/import.c \
	mail/import_file.c \
	mail/import_walk.c \
	mail/lock.c \
	mail/other.c \
	mail/outgoing.c \
	mail/past.c \
	mail/pause.c \
	mail/plan.c \
	mail/probe.c \
	mail/pull.c \
	mail/relocate.c \
	mail/push.c \
	mail/push_move.c \
	mail/repair.c \
	mail/resident.c \
	mail/rest.c \
	mail/roles.c \
	mail/round.c \
	mail/secret.c \
	mail/secret_file.c \
	mail/sift.c \
	mail/sift_item.c \
	mail/sift_line.c \
	mail/sift_token.c \
	mail/submit.c \
	mail/submit_check.c \
	mail/submit_follow.c \
	mail/submit_load.c \
	mail/submit_why.c \
	mail/sync.c \
	mail/token.c \
	mail/token_ask.c \
	mail/token_keep.c \
	mail/token_login.c \
	mail/transport.c \
	mail/trial.c \
	mail/watch.c \
	mail/worker.c
libmail_la_CPPFLAGS = $(AM_CPPFLAGS) $(TLS_CFLAGS) $(CURL_CFLAGS)
MAIL_LIBS = libmail.la -letpan $(TLS_LIBS)

# How to run it: systemd and cron.
examplesdir = $(docdir)/examples
mail_examples = mail/examples/shopbell-watch.service \
	mail/examples/shopbell-sync.service mail/examples/crontab
nodist_examples_DATA = $(mail_examples)
dist_examples_DATA = mail/examples/shopbell-sync.timer
EXTRA_DIST += mail/examples/shopbell-watch.service.in \
	mail/examples/shopbell-sync.service.in mail/examples/crontab.in
CLEANFILES += $(mail_examples)
$(mail_examples): mail/local.mk
	@$(MKDIR_P) mail/examples
	$(AM_V_GEN)sed 's,@bindir[@],$(bindir),' \
	    $(srcdir)/$@.in >$@.tmp && mv $@.tmp $@
