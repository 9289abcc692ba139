# tests/unit/base: the ground tools.
if CMOCKA
base_tests = \
	tests/unit/base/charset.test \
	tests/unit/base/child.test \
	tests/unit/base/clean.test \
	tests/unit/base/conf.test \
	tests/unit/base/file.test \
	tests/unit/base/ground.test \
	tests/unit/base/text.test \
	tests/unit/base/utf8.test \
	tests/unit/base/when.test
check_PROGRAMS += $(base_tests)
TESTS += $(base_tests)

tests_unit_base_charset_test_SOURCES = tests/unit/base/charset.c
tests_unit_base_charset_test_LDADD = $(BASE_LIBS) $(TEST_LIBS)
tests_unit_base_child_test_SOURCES = tests/unit/base/child.c
tests_unit_base_child_test_LDADD = $(BASE_LIBS) $(TEST_LIBS)
tests_unit_base_clean_test_SOURCES = tests/unit/base/clean.c
tests_unit_base_clean_test_LDADD = $(BASE_LIBS) $(TEST_LIBS)
tests_unit_base_conf_test_SOURCES = tests/unit/base/conf.c
tests_unit_base_conf_test_LDADD = $(BASE_LIBS) $(TEST_LIBS)
tests_unit_base_file_test_SOURCES = tests/unit/base/file.c
tests_unit_base_file_test_LDADD = $(BASE_LIBS) $(TEST_LIBS)
tests_unit_base_ground_test_SOURCES = tests/unit/base/ground.c
tests_unit_base_ground_test_LDADD = $(BASE_LIBS) $(TEST_LIBS)
tests_unit_base_text_test_SOURCES = tests/unit/base/text.c
tests_unit_base_text_test_LDADD = $(BASE_LIBS) $(TEST_LIBS)
tests_unit_base_utf8_test_SOURCES = tests/unit/base/utf8.c
tests_unit_base_utf8_test_LDADD = $(BASE_LIBS) $(TEST_LIBS)
tests_unit_base_when_test_SOURCES = tests/unit/base/when.c
tests_unit_base_when_test_LDADD = $(BASE_LIBS) $(TEST_LIBS)
endif
