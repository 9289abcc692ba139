# Whole runs of the program, and of its sender alone, against the servers of
# the lab.
RUNS = tests/run/loop.py tests/run/send.py tests/run/kill_send.py \
	tests/run/login.py tests/run/renew.py \
	tests/run/acked.py tests/run/import.py tests/run/import_odd.py \
	tests/run/outbox_model.py tests/run/recorded.py tests/run/restore.py \
	tests/run/roundtrip.py tests/run/working.py \
	tests/unit/mail/submit.py
dist_check_SCRIPTS += $(RUNS)
TESTS += $(RUNS)

EXTRA_PROGRAMS += tests/run/agent tests/run/step tests/unit/mail/post
tests_run_agent_SOURCES = tests/run/agent.c
tests_run_agent_LDADD = $(CMD_LIBS) $(MAIL_LIBS) $(MESSAGE_LIBS) \
	$(STORE_LIBS) $(DESK_LIBS) $(BASE_LIBS)
EXTRA_PROGRAMS += tests/run/recorded
tests_run_recorded_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS)
tests_run_recorded_SOURCES = tests/run/recorded.c
tests_run_recorded_LDADD = $(MAIL_LIBS) $(MESSAGE_LIBS) $(STORE_LIBS) \
	$(DESK_LIBS) $(BASE_LIBS)
tests_run_step_SOURCES = tests/run/step.c
tests_run_step_LDADD = $(MAIL_LIBS) $(MESSAGE_LIBS) $(STORE_LIBS) \
	$(DESK_LIBS) $(BASE_LIBS)
tests_unit_mail_post_SOURCES = tests/unit/mail/post.c
tests_unit_mail_post_LDADD = $(MAIL_LIBS) $(MESSAGE_LIBS) $(STORE_LIBS) \
	$(DESK_LIBS) $(BASE_LIBS)
CLEANFILES += tests/run/agent tests/run/step tests/unit/mail/post
tests/run/working.log: tests/run/agent$(EXEEXT)
CLEANFILES += tests/run/recorded
tests/run/recorded.log: tests/run/recorded$(EXEEXT)
tests/run/outbox_model.log: tests/run/step$(EXEEXT)
tests/run/kill_send.log tests/run/renew.log tests/run/roundtrip.log: \
	tests/lab/fault.so
tests/unit/mail/submit.log: tests/unit/mail/post$(EXEEXT)

if CMOCKA
check_PROGRAMS += tests/unit/mail/secret.test tests/unit/mail/token.test
TESTS += tests/unit/mail/secret.test tests/unit/mail/token.test
tests_unit_mail_token_test_SOURCES = tests/unit/mail/token.c
tests_unit_mail_token_test_LDADD = $(MAIL_LIBS) $(MESSAGE_LIBS) \
	$(STORE_LIBS) $(DESK_LIBS) $(BASE_LIBS) $(TEST_LIBS)
tests_unit_mail_secret_test_SOURCES = tests/unit/mail/secret.c
tests_unit_mail_secret_test_LDADD = $(MAIL_LIBS) $(MESSAGE_LIBS) \
	$(STORE_LIBS) $(DESK_LIBS) $(BASE_LIBS) $(TEST_LIBS)
endif
