# Whole runs of the program against the servers of the lab.
RUNS = tests/run/loop.py tests/run/send.py tests/run/kill_send.py \
	tests/run/outbox_model.py
dist_check_SCRIPTS += $(RUNS)
TESTS += $(RUNS)

EXTRA_PROGRAMS += tests/run/step
tests_run_step_SOURCES = tests/run/step.c
tests_run_step_LDADD = $(MAIL_LIBS) $(MESSAGE_LIBS) $(STORE_LIBS) \
	$(DESK_LIBS) $(BASE_LIBS)
CLEANFILES += tests/run/step
tests/run/outbox_model.log: tests/run/step$(EXEEXT)
tests/run/kill_send.log: tests/lab/fault.so
