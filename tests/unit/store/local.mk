# The store's unit tests.
if CMOCKA
shelf = tests/unit/store/shelf.c
store_units = \
	tests/unit/store/basic.test \
	tests/unit/store/property.test \
	tests/unit/store/contend.test \
	tests/unit/store/crash.test \
	tests/unit/store/refuse.test \
	tests/unit/store/outbox.test \
	tests/unit/store/group.test \
	tests/unit/store/families.test \
	tests/unit/store/part.test \
	tests/unit/store/whose.test
check_PROGRAMS += $(store_units)
TESTS += $(store_units)
store_test_libs = $(STORE_LIBS) $(DESK_LIBS) $(BASE_LIBS) $(TEST_LIBS)

tests_unit_store_basic_test_SOURCES = tests/unit/store/basic.c $(shelf)
tests_unit_store_basic_test_LDADD = $(store_test_libs)
tests_unit_store_property_test_SOURCES = tests/unit/store/property.c $(shelf)
tests_unit_store_property_test_LDADD = $(store_test_libs)
tests_unit_store_contend_test_SOURCES = tests/unit/store/contend.c $(shelf)
tests_unit_store_contend_test_LDADD = $(store_test_libs)
tests_unit_store_crash_test_SOURCES = tests/unit/store/crash.c $(shelf)
tests_unit_store_crash_test_LDADD = $(store_test_libs)
tests_unit_store_refuse_test_SOURCES = tests/unit/store/refuse.c $(shelf)
tests_unit_store_refuse_test_LDADD = $(store_test_libs)
tests_unit_store_outbox_test_SOURCES = tests/unit/store/outbox.c $(shelf)
tests_unit_store_outbox_test_LDADD = $(store_test_libs)
tests_unit_store_group_test_SOURCES = tests/unit/store/group.c $(shelf)
tests_unit_store_group_test_LDADD = $(store_test_libs)
tests_unit_store_families_test_SOURCES = tests/unit/store/families.c $(shelf)
tests_unit_store_families_test_LDADD = $(store_test_libs)
tests_unit_store_part_test_SOURCES = tests/unit/store/part.c $(shelf)
tests_unit_store_part_test_LDADD = $(store_test_libs)
tests_unit_store_whose_test_SOURCES = tests/unit/store/whose.c $(shelf)
tests_unit_store_whose_test_LDADD = $(store_test_libs)
endif
