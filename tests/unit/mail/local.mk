# tests/unit/mail: the line, the session, the plan, the workers, rounds.
check_PROGRAMS += tests/unit/mail/session
tests_unit_mail_session_SOURCES = tests/unit/mail/session.c
tests_unit_mail_session_LDADD = $(MAIL_LIBS) $(MESSAGE_LIBS) $(STORE_LIBS) \
	$(DESK_LIBS) $(BASE_LIBS)

if CMOCKA
MAIL_TEST_LIBS = $(MAIL_LIBS) $(MESSAGE_LIBS) $(STORE_LIBS) $(DESK_LIBS) \
	$(BASE_LIBS) $(TEST_LIBS)

check_PROGRAMS += tests/unit/mail/plan.test tests/unit/mail/names.test
TESTS += tests/unit/mail/plan.test tests/unit/mail/names.test
tests_unit_mail_plan_test_SOURCES = tests/unit/mail/plan.c
tests_unit_mail_plan_test_LDADD = $(MAIL_TEST_LIBS)
tests_unit_mail_names_test_SOURCES = tests/unit/mail/names.c
tests_unit_mail_names_test_LDADD = $(MAIL_TEST_LIBS)

check_PROGRAMS += tests/unit/mail/sift.test
TESTS += tests/unit/mail/sift.test
tests_unit_mail_sift_test_SOURCES = tests/unit/mail/sift.c
tests_unit_mail_sift_test_LDADD = $(MAIL_TEST_LIBS)

check_PROGRAMS += tests/unit/mail/crew.test tests/unit/mail/confine.test
TESTS += tests/unit/mail/crew.test tests/unit/mail/confine.test
tests_unit_mail_crew_test_SOURCES = tests/unit/mail/crew.c
tests_unit_mail_crew_test_LDADD = $(MAIL_TEST_LIBS)
tests_unit_mail_confine_test_SOURCES = tests/unit/mail/confine.c
tests_unit_mail_confine_test_LDADD = $(MAIL_TEST_LIBS)
endif

dist_check_SCRIPTS += tests/unit/mail/twoway.py tests/unit/mail/places.py \
	tests/unit/mail/trips.py tests/unit/mail/pitfalls.py
TESTS += tests/unit/mail/twoway.py tests/unit/mail/places.py \
	tests/unit/mail/trips.py tests/unit/mail/pitfalls.py

dist_check_SCRIPTS += tests/unit/mail/rounds.py
TESTS += tests/unit/mail/rounds.py

dist_check_SCRIPTS += tests/unit/mail/servers.py tests/unit/mail/faults.py
TESTS += tests/unit/mail/servers.py tests/unit/mail/faults.py
tests/unit/mail/faults.log: tests/lab/fault.so

dist_check_SCRIPTS += tests/unit/mail/units.sh
TESTS += tests/unit/mail/units.sh

dist_check_SCRIPTS += tests/unit/mail/watch.py
TESTS += tests/unit/mail/watch.py
tests/unit/mail/watch.log: tests/lab/clock.so

dist_check_SCRIPTS += tests/unit/mail/providers.py
TESTS += tests/unit/mail/providers.py
tests/unit/mail/providers.log: tests/unit/mail/session

dist_check_SCRIPTS += tests/unit/mail/patience.py tests/unit/mail/relocate.py
TESTS += tests/unit/mail/patience.py tests/unit/mail/relocate.py
tests/unit/mail/patience.log: tests/lab/clock.so

dist_check_SCRIPTS += tests/unit/mail/large.py
TESTS += tests/unit/mail/large.py
tests/unit/mail/large.log: tests/lab/clock.so

dist_check_SCRIPTS += tests/unit/mail/hostile.py
TESTS += tests/unit/mail/hostile.py
tests/unit/mail/hostile.log: tests/lab/clock.so
