# The store's unit tests.
if CMOCKA
shelf = tests/unit/store/shelf.c
store_test_libs = $(STORE_LIBS) $(DESK_LIBS) $(BASE_LIBS) $(TEST_LIBS)

check_PROGRAMS += tests/unit/store/basic.test
tests_unit_store_basic_test_SOURCES = tests/unit/store/basic.c $(shelf)
tests_unit_store_basic_test_LDADD = $(store_test_libs)
TESTS += tests/unit/store/basic.test

check_PROGRAMS += tests/unit/store/property.test
tests_unit_store_property_test_SOURCES = tests/unit/store/property.c $(shelf)
tests_unit_store_property_test_LDADD = $(store_test_libs)
TESTS += tests/unit/store/property.test

check_PROGRAMS += tests/unit/store/contend.test
tests_unit_store_contend_test_SOURCES = tests/unit/store/contend.c $(shelf)
tests_unit_store_contend_test_LDADD = $(store_test_libs)
TESTS += tests/unit/store/contend.test

check_PROGRAMS += tests/unit/store/crash.test
tests_unit_store_crash_test_SOURCES = tests/unit/store/crash.c $(shelf)
tests_unit_store_crash_test_LDADD = $(store_test_libs)
TESTS += tests/unit/store/crash.test

check_PROGRAMS += tests/unit/store/refuse.test
tests_unit_store_refuse_test_SOURCES = tests/unit/store/refuse.c $(shelf)
tests_unit_store_refuse_test_LDADD = $(store_test_libs)
TESTS += tests/unit/store/refuse.test

check_PROGRAMS += tests/unit/store/outbox.test
tests_unit_store_outbox_test_SOURCES = tests/unit/store/outbox.c $(shelf)
tests_unit_store_outbox_test_LDADD = $(store_test_libs)
TESTS += tests/unit/store/outbox.test

check_PROGRAMS += tests/unit/store/group.test
tests_unit_store_group_test_SOURCES = tests/unit/store/group.c $(shelf)
tests_unit_store_group_test_LDADD = $(store_test_libs)
TESTS += tests/unit/store/group.test

check_PROGRAMS += tests/unit/store/families.test
tests_unit_store_families_test_SOURCES = tests/unit/store/families.c $(shelf)
tests_unit_store_families_test_LDADD = $(store_test_libs)
TESTS += tests/unit/store/families.test

check_PROGRAMS += tests/unit/store/part.test
tests_unit_store_part_test_SOURCES = tests/unit/store/part.c $(shelf)
tests_unit_store_part_test_LDADD = $(store_test_libs)
TESTS += tests/unit/store/part.test

check_PROGRAMS += tests/unit/store/whose.test
tests_unit_store_whose_test_SOURCES = tests/unit/store/whose.c $(shelf)
tests_unit_store_whose_test_LDADD = $(store_test_libs)
TESTS += tests/unit/store/whose.test
endif
