# desk: rules, by tables and properties.
if CMOCKA
desk_tests = \
	tests/unit/desk/hours.test \
	tests/unit/desk/turns.test
check_PROGRAMS += $(desk_tests)
TESTS += $(desk_tests)
DESK_TEST_LIBS = $(DESK_LIBS) $(BASE_LIBS) $(TEST_LIBS)
EXTRA_DIST += tests/unit/desk/unit.h

tests_unit_desk_hours_test_SOURCES = tests/unit/desk/hours.c
tests_unit_desk_hours_test_LDADD = $(DESK_TEST_LIBS)
tests_unit_desk_turns_test_SOURCES = tests/unit/desk/turns.c
tests_unit_desk_turns_test_LDADD = $(DESK_TEST_LIBS)
endif
