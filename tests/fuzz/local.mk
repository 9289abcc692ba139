# tests/fuzz: every target with the replay of its seeds, as a test; with
# --enable-fuzzers also with libFuzzer, as tests/fuzz/NAME.fuzz.
EXTRA_DIST += tests/fuzz/seeds tests/fuzz/words
fuzz_tests = \
	tests/fuzz/text.test \
	tests/fuzz/conf.test \
	tests/fuzz/charset.test \
	tests/fuzz/typed.test \
	tests/fuzz/query.test \
	tests/fuzz/canned.test \
	tests/fuzz/people.test \
	tests/fuzz/mail.test \
	tests/fuzz/flat.test \
	tests/fuzz/html.test \
	tests/fuzz/imap.test
check_PROGRAMS += $(fuzz_tests)
TESTS += $(fuzz_tests)

tests_fuzz_text_test_SOURCES = tests/fuzz/text.c tests/fuzz/replay.c
tests_fuzz_text_test_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_NAME='"text"'
tests_fuzz_text_test_LDADD = $(BASE_LIBS)
tests_fuzz_conf_test_SOURCES = tests/fuzz/conf.c tests/fuzz/replay.c
tests_fuzz_conf_test_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_NAME='"conf"'
tests_fuzz_conf_test_LDADD = $(DESK_LIBS) $(BASE_LIBS)
tests_fuzz_charset_test_SOURCES = tests/fuzz/charset.c tests/fuzz/replay.c
tests_fuzz_charset_test_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_NAME='"charset"'
tests_fuzz_charset_test_LDADD = $(BASE_LIBS)
tests_fuzz_typed_test_SOURCES = tests/fuzz/typed.c tests/fuzz/replay.c
tests_fuzz_typed_test_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_NAME='"typed"'
tests_fuzz_typed_test_LDADD = $(BASE_LIBS)
tests_fuzz_query_test_SOURCES = tests/fuzz/query.c tests/fuzz/replay.c
tests_fuzz_query_test_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_NAME='"query"'
tests_fuzz_query_test_LDADD = $(STORE_LIBS) $(DESK_LIBS) $(BASE_LIBS)
tests_fuzz_canned_test_SOURCES = tests/fuzz/canned.c tests/fuzz/replay.c
tests_fuzz_canned_test_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_NAME='"canned"'
tests_fuzz_canned_test_LDADD = $(DESK_LIBS) $(BASE_LIBS)
tests_fuzz_mail_test_SOURCES = tests/fuzz/mail.c tests/fuzz/replay.c
tests_fuzz_mail_test_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_NAME='"mail"'
tests_fuzz_mail_test_LDADD = $(MESSAGE_LIBS) $(DESK_LIBS) $(BASE_LIBS)
tests_fuzz_flat_test_SOURCES = tests/fuzz/flat.c tests/fuzz/replay.c
tests_fuzz_flat_test_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_NAME='"flat"'
tests_fuzz_flat_test_LDADD = $(MESSAGE_LIBS) $(DESK_LIBS) $(BASE_LIBS)
tests_fuzz_html_test_SOURCES = tests/fuzz/html.c tests/fuzz/replay.c
tests_fuzz_html_test_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_NAME='"html"'
tests_fuzz_html_test_LDADD = $(MESSAGE_LIBS) $(DESK_LIBS) $(BASE_LIBS)
tests_fuzz_people_test_SOURCES = tests/fuzz/people.c tests/fuzz/replay.c
tests_fuzz_people_test_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_NAME='"people"'
tests_fuzz_people_test_LDADD = $(DESK_LIBS) $(BASE_LIBS)

tests_fuzz_imap_test_SOURCES = tests/fuzz/imap.c tests/fuzz/replay.c
tests_fuzz_imap_test_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_NAME='"imap"'
tests_fuzz_imap_test_LDADD = $(MAIL_LIBS) $(MESSAGE_LIBS) $(STORE_LIBS) \
	$(DESK_LIBS) $(BASE_LIBS)

# Those of the contract, 30 seconds each: "make fuzz" where clang built it.
FUZZ_SECONDS = 30
.PHONY: fuzz
if FUZZERS
FUZZERS_TO_RUN = tests/fuzz/imap.fuzz tests/fuzz/mail.fuzz \
	tests/fuzz/html.fuzz tests/fuzz/query.fuzz tests/fuzz/canned.fuzz \
	tests/fuzz/conf.fuzz
fuzz: $(FUZZERS_TO_RUN)
	@srcdir='$(srcdir)' $(SHELL) $(srcdir)/tests/fuzz/each.sh tests/fuzz \
	    $(FUZZ_SECONDS)
fuzz_flags = $(AM_LDFLAGS) -fsanitize=fuzzer
noinst_PROGRAMS += \
	tests/fuzz/text.fuzz \
	tests/fuzz/conf.fuzz \
	tests/fuzz/charset.fuzz \
	tests/fuzz/typed.fuzz \
	tests/fuzz/query.fuzz \
	tests/fuzz/canned.fuzz \
	tests/fuzz/people.fuzz \
	tests/fuzz/mail.fuzz \
	tests/fuzz/flat.fuzz \
	tests/fuzz/html.fuzz \
	tests/fuzz/imap.fuzz
tests_fuzz_text_fuzz_SOURCES = tests/fuzz/text.c
tests_fuzz_text_fuzz_LDFLAGS = $(fuzz_flags)
tests_fuzz_text_fuzz_LDADD = $(BASE_LIBS)
tests_fuzz_conf_fuzz_SOURCES = tests/fuzz/conf.c
tests_fuzz_conf_fuzz_LDFLAGS = $(fuzz_flags)
tests_fuzz_conf_fuzz_LDADD = $(DESK_LIBS) $(BASE_LIBS)
tests_fuzz_charset_fuzz_SOURCES = tests/fuzz/charset.c
tests_fuzz_charset_fuzz_LDFLAGS = $(fuzz_flags)
tests_fuzz_charset_fuzz_LDADD = $(BASE_LIBS)
tests_fuzz_typed_fuzz_SOURCES = tests/fuzz/typed.c
tests_fuzz_typed_fuzz_LDFLAGS = $(fuzz_flags)
tests_fuzz_typed_fuzz_LDADD = $(BASE_LIBS)
tests_fuzz_query_fuzz_SOURCES = tests/fuzz/query.c
tests_fuzz_query_fuzz_LDFLAGS = $(fuzz_flags)
tests_fuzz_query_fuzz_LDADD = $(STORE_LIBS) $(DESK_LIBS) $(BASE_LIBS)
tests_fuzz_canned_fuzz_SOURCES = tests/fuzz/canned.c
tests_fuzz_canned_fuzz_LDFLAGS = $(fuzz_flags)
tests_fuzz_canned_fuzz_LDADD = $(DESK_LIBS) $(BASE_LIBS)
tests_fuzz_mail_fuzz_SOURCES = tests/fuzz/mail.c
tests_fuzz_mail_fuzz_LDFLAGS = $(fuzz_flags)
tests_fuzz_mail_fuzz_LDADD = $(MESSAGE_LIBS) $(DESK_LIBS) $(BASE_LIBS)
tests_fuzz_flat_fuzz_SOURCES = tests/fuzz/flat.c
tests_fuzz_flat_fuzz_LDFLAGS = $(fuzz_flags)
tests_fuzz_flat_fuzz_LDADD = $(MESSAGE_LIBS) $(DESK_LIBS) $(BASE_LIBS)
tests_fuzz_html_fuzz_SOURCES = tests/fuzz/html.c
tests_fuzz_html_fuzz_LDFLAGS = $(fuzz_flags)
tests_fuzz_html_fuzz_LDADD = $(MESSAGE_LIBS) $(DESK_LIBS) $(BASE_LIBS)
tests_fuzz_imap_fuzz_SOURCES = tests/fuzz/imap.c
tests_fuzz_imap_fuzz_LDFLAGS = $(fuzz_flags)
tests_fuzz_imap_fuzz_LDADD = $(MAIL_LIBS) $(MESSAGE_LIBS) $(STORE_LIBS) \
	$(DESK_LIBS) $(BASE_LIBS)
tests_fuzz_people_fuzz_SOURCES = tests/fuzz/people.c
tests_fuzz_people_fuzz_LDFLAGS = $(fuzz_flags)
tests_fuzz_people_fuzz_LDADD = $(DESK_LIBS) $(BASE_LIBS)
endif
