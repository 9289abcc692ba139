# tests/unit/base: the ground tools.
EXTRA_DIST += tests/unit/base/some.h
if CMOCKA
base_tests = \
	tests/unit/base/clean.test \
	tests/unit/base/text.test \
	tests/unit/base/utf8.test \
	tests/unit/base/when.test
check_PROGRAMS += $(base_tests)
TESTS += $(base_tests)

tests_unit_base_clean_test_SOURCES = tests/unit/base/clean.c
tests_unit_base_clean_test_LDADD = $(BASE_LIBS) $(TEST_LIBS)
tests_unit_base_text_test_SOURCES = tests/unit/base/text.c
tests_unit_base_text_test_LDADD = $(BASE_LIBS) $(TEST_LIBS)
tests_unit_base_utf8_test_SOURCES = tests/unit/base/utf8.c
tests_unit_base_utf8_test_LDADD = $(BASE_LIBS) $(TEST_LIBS)
tests_unit_base_when_test_SOURCES = tests/unit/base/when.c
tests_unit_base_when_test_LDADD = $(BASE_LIBS) $(TEST_LIBS)
endif
