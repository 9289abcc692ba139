# The store's unit tests.
EXTRA_DIST += tests/unit/store/shelf.h
if CMOCKA
store_test_libs = $(STORE_LIBS) $(DESK_LIBS) $(BASE_LIBS) $(TEST_LIBS)

check_PROGRAMS += tests/unit/store/basic.test
tests_unit_store_basic_test_SOURCES = tests/unit/store/basic.c \
	tests/unit/store/shelf.c
tests_unit_store_basic_test_LDADD = $(store_test_libs)

TESTS += tests/unit/store/basic.test
endif
