# tests/unit/mail: the line, the session, the plan, the workers, rounds.
check_PROGRAMS += tests/unit/mail/session
tests_unit_mail_session_SOURCES = tests/unit/mail/session.c
tests_unit_mail_session_LDADD = $(MAIL_LIBS) $(MESSAGE_LIBS) $(STORE_LIBS) \
	$(DESK_LIBS) $(BASE_LIBS)
