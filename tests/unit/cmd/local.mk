# ui/cmd: the grammar and what is printed.
if CMOCKA
cmd_tests = tests/unit/cmd/grammar.test tests/unit/cmd/out.test
check_PROGRAMS += $(cmd_tests)
TESTS += $(cmd_tests)
CMD_TEST_LIBS = $(CMD_LIBS) $(MAIL_LIBS) $(MESSAGE_LIBS) $(STORE_LIBS) \
	$(DESK_LIBS) $(BASE_LIBS) $(TEST_LIBS)

tests_unit_cmd_grammar_test_SOURCES = tests/unit/cmd/grammar.c
tests_unit_cmd_grammar_test_LDADD = $(CMD_TEST_LIBS)
tests_unit_cmd_out_test_SOURCES = tests/unit/cmd/out.c
tests_unit_cmd_out_test_LDADD = $(CMD_TEST_LIBS)
endif
