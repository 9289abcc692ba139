# tests/unit/message: one message, read and written.
if CMOCKA
MESSAGE_TEST_LIBS = $(MESSAGE_LIBS) $(DESK_LIBS) $(BASE_LIBS) $(TEST_LIBS)

message_units = \
	tests/unit/message/compose.test \
	tests/unit/message/drafts.test \
	tests/unit/message/fields.test \
	tests/unit/message/flat.test \
	tests/unit/message/inline.test \
	tests/unit/message/look.test \
	tests/unit/message/markdown.test \
	tests/unit/message/quotes.test \
	tests/unit/message/replies.test \
	tests/unit/message/robots.test
check_PROGRAMS += $(message_units)
TESTS += $(message_units)

tests_unit_message_compose_test_SOURCES = tests/unit/message/compose.c \
	tests/unit/message/sample.h
tests_unit_message_compose_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_drafts_test_SOURCES = tests/unit/message/drafts.c \
	tests/unit/message/sample.h
tests_unit_message_drafts_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_fields_test_SOURCES = tests/unit/message/fields.c \
	tests/unit/message/sample.h
tests_unit_message_fields_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_markdown_test_SOURCES = \
	tests/unit/message/markdown.c tests/unit/message/sample.h
tests_unit_message_markdown_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_inline_test_SOURCES = tests/unit/message/inline.c \
	tests/unit/message/sample.h
tests_unit_message_inline_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_look_test_SOURCES = tests/unit/message/look.c \
	tests/unit/message/sample.h
tests_unit_message_look_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_flat_test_SOURCES = tests/unit/message/flat.c \
	tests/unit/message/sample.h
tests_unit_message_flat_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_quotes_test_SOURCES = tests/unit/message/quotes.c \
	tests/unit/message/sample.h
tests_unit_message_quotes_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_replies_test_SOURCES = tests/unit/message/replies.c \
	tests/unit/message/sample.h
tests_unit_message_replies_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_robots_test_SOURCES = tests/unit/message/robots.c \
	tests/unit/message/sample.h
tests_unit_message_robots_test_LDADD = $(MESSAGE_TEST_LIBS)
endif

check_PROGRAMS += tests/conformance/reader
message_python = \
	tests/unit/message/bombs.py \
	tests/unit/message/layout.py \
	tests/unit/message/survive.py \
	tests/unit/message/wild.py
dist_check_SCRIPTS += $(message_python)
TESTS += $(message_python)
EXTRA_DIST += tests/unit/message/mails
