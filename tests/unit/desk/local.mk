# desk: rules, by tables and properties.
if CMOCKA
desk_tests = \
	tests/unit/desk/canned.test \
	tests/unit/desk/group.test \
	tests/unit/desk/hours.test \
	tests/unit/desk/keyword.test \
	tests/unit/desk/machine.test \
	tests/unit/desk/people.test \
	tests/unit/desk/puny.test \
	tests/unit/desk/query.test \
	tests/unit/desk/report.test \
	tests/unit/desk/returned.test \
	tests/unit/desk/shop.test \
	tests/unit/desk/traps.test \
	tests/unit/desk/trust.test \
	tests/unit/desk/turns.test
check_PROGRAMS += $(desk_tests)
TESTS += $(desk_tests)
DESK_TEST_LIBS = $(DESK_LIBS) $(BASE_LIBS) $(TEST_LIBS)

tests_unit_desk_canned_test_SOURCES = tests/unit/desk/canned.c
tests_unit_desk_canned_test_LDADD = $(DESK_TEST_LIBS)
tests_unit_desk_group_test_SOURCES = tests/unit/desk/group.c
tests_unit_desk_group_test_LDADD = $(DESK_TEST_LIBS)
tests_unit_desk_hours_test_SOURCES = tests/unit/desk/hours.c
tests_unit_desk_hours_test_LDADD = $(DESK_TEST_LIBS)
tests_unit_desk_keyword_test_SOURCES = tests/unit/desk/keyword.c
tests_unit_desk_keyword_test_LDADD = $(DESK_TEST_LIBS)
tests_unit_desk_machine_test_SOURCES = tests/unit/desk/machine.c
tests_unit_desk_machine_test_LDADD = $(DESK_TEST_LIBS)
tests_unit_desk_people_test_SOURCES = tests/unit/desk/people.c
tests_unit_desk_people_test_LDADD = $(DESK_TEST_LIBS)
tests_unit_desk_puny_test_SOURCES = tests/unit/desk/puny.c
tests_unit_desk_puny_test_LDADD = $(DESK_TEST_LIBS)
tests_unit_desk_query_test_SOURCES = tests/unit/desk/query.c
tests_unit_desk_query_test_LDADD = $(DESK_TEST_LIBS)
tests_unit_desk_report_test_SOURCES = tests/unit/desk/report.c
tests_unit_desk_report_test_LDADD = $(DESK_TEST_LIBS)
tests_unit_desk_returned_test_SOURCES = tests/unit/desk/returned.c
tests_unit_desk_returned_test_LDADD = $(DESK_TEST_LIBS)
tests_unit_desk_shop_test_SOURCES = tests/unit/desk/shop.c
tests_unit_desk_shop_test_LDADD = $(DESK_TEST_LIBS)
tests_unit_desk_turns_test_SOURCES = tests/unit/desk/turns.c
tests_unit_desk_turns_test_LDADD = $(DESK_TEST_LIBS)
tests_unit_desk_traps_test_SOURCES = tests/unit/desk/traps.c
tests_unit_desk_traps_test_LDADD = $(DESK_TEST_LIBS)
tests_unit_desk_trust_test_SOURCES = tests/unit/desk/trust.c
tests_unit_desk_trust_test_LDADD = $(DESK_TEST_LIBS)
endif
