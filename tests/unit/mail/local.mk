# mail: against the servers of the lab.
EXTRA_PROGRAMS += tests/unit/mail/post
tests_unit_mail_post_SOURCES = tests/unit/mail/post.c
tests_unit_mail_post_LDADD = $(MAIL_LIBS) $(MESSAGE_LIBS) $(STORE_LIBS) \
	$(DESK_LIBS) $(BASE_LIBS)
CLEANFILES += tests/unit/mail/post
tests/unit/mail/submit.log: tests/unit/mail/post$(EXEEXT)
dist_check_SCRIPTS += tests/unit/mail/submit.py
TESTS += tests/unit/mail/submit.py
