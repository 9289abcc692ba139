# tests/unit/ui: cells, keys and text under the hands.
if CMOCKA
ui_tests = \
	tests/unit/ui/grid.test \
	tests/unit/ui/editor.test \
	tests/unit/ui/key.test \
	tests/unit/ui/lines.test \
	tests/unit/ui/reflow.test
check_PROGRAMS += $(ui_tests)
TESTS += $(ui_tests)
ui_test_libs = libui.la libmessage.la $(STORE_LIBS) libdesk.la $(MESSAGE_LIBS) \
	$(BASE_LIBS) $(CURSES_LIBS) $(TEST_LIBS)
tests_unit_ui_grid_test_SOURCES = tests/unit/ui/grid.c
tests_unit_ui_grid_test_LDADD = $(ui_test_libs)
tests_unit_ui_editor_test_SOURCES = tests/unit/ui/editor.c
tests_unit_ui_editor_test_LDADD = $(ui_test_libs)
tests_unit_ui_key_test_SOURCES = tests/unit/ui/key.c
tests_unit_ui_key_test_LDADD = $(ui_test_libs)
tests_unit_ui_lines_test_SOURCES = tests/unit/ui/lines.c
tests_unit_ui_lines_test_LDADD = $(ui_test_libs)
tests_unit_ui_reflow_test_SOURCES = tests/unit/ui/reflow.c
tests_unit_ui_reflow_test_LDADD = $(ui_test_libs)
endif
