/* What servers say in the field, and what libetpan gets to read of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "mail/sift.h"

static const struct {
	const char *said;
	const char *read;
} lines[] = {
	/* as it should be */
	{ "3 OK done\r\n", "3 OK done\r\n" },
	{ "* 5 EXISTS\r\n", "* 5 EXISTS\r\n" },
	{ "* SEARCH 4 9 2\r\n", "* SEARCH 4 9 2\r\n" },
	{ "* VANISHED (EARLIER) 1:3,7\r\n", "* VANISHED (EARLIER) 1:3,7\r\n" },
	{ "* LIST (\\HasNoChildren) \"/\" \"INBOX\"\r\n",
	    "* LIST (\\HasNoChildren) \"/\" \"INBOX\"\r\n" },
	{ "* OK [UIDNEXT 9] next\r\n", "* OK [UIDNEXT 9] next\r\n" },
	{ "+ go\r\n", "+ go\r\n" },
	{ "* 1 FETCH (UID 3 FLAGS (\\Seen) BODY[] {3}\r\na\r\n)\r\n",
	    "* 1 FETCH (UID 3 FLAGS (\\Seen) BODY[] {3}\r\na\r\n)\r\n" },

	/* texts and ends of lines that are missing or odd */
	{ "3 OK\r\n", "3 OK done\r\n" },
	{ "3 ok done\n", "3 OK done\r\n" },
	{ "3  NO  [TRYCREATE]\r\n", "3 NO [TRYCREATE] done\r\n" },
	{ "3 BYE bye\r\n", "3 NO bye\r\n" },
	{ "3 BAD what\r\n", "3 NO [BAD] what\r\n" },
	{ "3 BAD [X] what\r\n", "3 NO [X] what\r\n" },
	{ "+\r\n", "+ \r\n" },
	{ "* BYE\r\n", "* BYE done\r\n" },
	{ "* OK a {5}\r\n", "* OK a {5}\r\n" },
	{ "* OK [no end\r\n", "* OK - [no end\r\n" },
	{ "\r\n", "* OK skipped\r\n" },

	/* codes */
	{ "* OK [X-NEW a \"]\" b] text\r\n", "* OK [X-NEW] text\r\n" },
	{ "* OK [UNSEEN]\r\n", "* OK done\r\n" },
	{ "* OK [UIDNEXT 4294967296] x\r\n", "* OK x\r\n" },
	{ "* OK [UIDVALIDITY 0] x\r\n", "* OK x\r\n" },
	{ "* OK [HIGHESTMODSEQ 18446744073709551615] x\r\n",
	    "* OK [HIGHESTMODSEQ 9223372036854775807] x\r\n" },
	{ "* OK [COPYUID 1 1:10 101:110 extra] x\r\n",
	    "* OK [COPYUID 1 1:10 101:110] x\r\n" },
	{ "* OK [COPYUID] x\r\n", "* OK x\r\n" },
	{ "3 NO [badcharset (US-ASCII \"[a]\")] x\r\n", "3 NO x\r\n" },
	{ "* OK [PERMANENTFLAGS (\\Seen \\* a[b \x01 c]d)] x\r\n",
	    "* OK [PERMANENTFLAGS (\\Seen \\* a[b)] x\r\n" },
	{ "* OK [PERMANENTFLAGS NIL] x\r\n", "* OK [PERMANENTFLAGS ()] x\r\n" },
	{ "* OK [CAPABILITY  IMAP4rev1   + IDLE ] x\r\n",
	    "* OK [CAPABILITY IMAP4rev1 + IDLE] x\r\n" },
	{ "* OK [ALERTED] x\r\n", "* OK x\r\n" },

	/* data of no use, or of no sense */
	{ "* NOOP froopy\r\n", "* OK skipped\r\n" },
	{ "* 99 NOOP\r\n", "* OK skipped\r\n" },
	{ "* 7 UIDFETCH (FLAGS ())\r\n", "* OK skipped\r\n" },
	{ "* {6}\r\na\r\nb\r\n\r\n", "* OK skipped\r\n" },
	{ "* 99999999999 EXISTS\r\n", "* OK skipped\r\n" },
	{ "* 0 EXPUNGE\r\n", "* OK skipped\r\n" },
	{ "* THREAD ((3)(5))\r\n", "* OK skipped\r\n" },
	{ "Internal error\r\n", "* OK skipped\r\n" },
	{ "* VANISHED 1:x\r\n", "* OK skipped\r\n" },

	/* numbers */
	{ "* search  2 5 (MODSEQ 917)\r\n", "* SEARCH 2 5\r\n" },
	{ "* SEARCH \r\n", "* SEARCH\r\n" },
	{ "* ESEARCH (TAG \"3\") UID ALL 5:3,9 COUNT 4\r\n",
	    "* SEARCH 3 4 5 9\r\n" },
	{ "* ESEARCH (TAG \"3\") UID\r\n", "* SEARCH\r\n" },
	{ "* ESEARCH (TAG \"3\") ALL 1:3\r\n", "* OK skipped\r\n" },
	{ "* STATUS \"a b\" (MESSAGES 3 X-SIZE (1 2) UIDNEXT 0"
	  " HIGHESTMODSEQ 9223372036854775807)\r\n",
	    "* STATUS \"a b\" (MESSAGES 3 HIGHESTMODSEQ "
	    "9223372036854775807)\r\n" },
	{ "* STATUS Sent Items (MESSAGES 3 )\r\n",
	    "* STATUS \"Sent Items\" (MESSAGES 3)\r\n" },
	{ "* STATUS {4}\r\na\"bc (UIDNEXT 4294967295)\r\n",
	    "* STATUS \"a\\\"bc\" (UIDNEXT 4294967295)\r\n" },

	/* mailboxes */
	{ "* list (\\hasnochildren \\Marked \\Sent \\Sent) \".\" {5}\r\na b "
	  "c\r\n",
	    "* LIST (\\hasnochildren \\Sent \\Sent) \".\" \"a b c\"\r\n" },
	{ "* LIST () nil NIL\r\n", "* LIST () NIL \"NIL\"\r\n" },
	{ "* LIST (\\NoSelect \\Unmarked) \"\\\\\" a\\b\r\n",
	    "* LIST (\\NoSelect) \"\\\\\" \"a\\\\b\"\r\n" },
	{ "* LIST () \"\" Sent Items\r\n", "* LIST () NIL \"Sent Items\"\r\n" },
	{ "* LIST () \"/\" a (\"CHILDINFO\" (\"SUBSCRIBED\"))\r\n",
	    "* LIST () \"/\" \"a\"\r\n" },
	{ "* LIST () \"/\" \"\xc3\xa4\"\r\n",
	    "* LIST () \"/\" {2}\r\n\xc3\xa4\r\n" },
	{ "* XLIST (\\Inbox) \"/\" \"Posteingang\"\r\n",
	    "* LIST (\\Inbox) \"/\" \"Posteingang\"\r\n" },

	/* FETCH */
	{ "* 1 FETCH (UID 92285 )\r\n", "* 1 FETCH (UID 92285)\r\n" },
	{ "* 1 fetch (flags NIL uid 4294967295 modseq"
	  " (9223372036854775807))\r\n",
	    "* 1 FETCH (FLAGS () UID 4294967295 MODSEQ "
	    "(9223372036854775807))\r\n" },
	{ "* 1 FETCH (UID 4294967296)\r\n", "* OK skipped\r\n" },
	{ "* 1 FETCH (UID 3 BODY[] NIL)\r\n",
	    "* 1 FETCH (UID 3 BODY[] {0}\r\n)\r\n" },
	{ "* 1 FETCH (BODY[] {0}\r\n UID 3)\r\n",
	    "* 1 FETCH (BODY[] {0}\r\n UID 3)\r\n" },
	{ "* 1 FETCH (UID 3 BODY[]<0> \"a\\\"b\")\r\n",
	    "* 1 FETCH (UID 3 BODY[] {3}\r\na\"b)\r\n" },
	{ "* 1 FETCH (UID 3 RFC822 {2}\r\nhi)\r\n",
	    "* 1 FETCH (UID 3 BODY[] {2}\r\nhi)\r\n" },
	{ "* 1 FETCH (UID 3 BODY[TEXT] {2}\r\nhi BODY[2.MIME] )\r\n",
	    "* 1 FETCH (UID 3)\r\n" },
	{ "* 1 FETCH (BODY[HEADER.FIELDS (\"A ]\" B)] {2}\r\nhi UID 3)\r\n",
	    "* 1 FETCH (UID 3)\r\n" },
	{ "* 1 FETCH (BODY[]<128> {2}\r\nhi UID 3)\r\n",
	    "* 1 FETCH (BODY[]<128> {2}\r\nhi UID 3)\r\n" },
	{ "* 1 FETCH (ENVELOPE (\"a)\" {3}\r\n))) NIL) UID 3)\r\n",
	    "* 1 FETCH (UID 3)\r\n" },
	{ "* 1 FETCH (INTERNALDATE NIL UID 3)\r\n", "* 1 FETCH (UID 3)\r\n" },
	{ "* 1 FETCH (INTERNALDATE \"\" UID 3)\r\n", "* 1 FETCH (UID 3)\r\n" },
	{ "* 1 FETCH (INTERNALDATE \"1-jan-2026 2:03\")\r\n",
	    "* 1 FETCH (INTERNALDATE \"01-Jan-2026 02:03:00 +0000\")\r\n" },
	{ "* 1 FETCH (INTERNALDATE \" 7-Feb-2026 02:03:04 -0330\")\r\n",
	    "* 1 FETCH (INTERNALDATE \"07-Feb-2026 02:03:04 -0330\")\r\n" },
	{ "* 1 FETCH (X-GM-LABELS (\\Inbox \"a b\" {1}\r\nc) UID 3)\r\n",
	    "* 1 FETCH (X-GM-LABELS (\"\\\\Inbox\" \"a b\" \"c\") UID 3)\r\n" },
	{ "* 1 FETCH (UID 3 FOO {{{ \x01\r\n", "* 1 FETCH (UID 3)\r\n" },
	{ "* 1 FETCH (\"a {3}\r\n)\r\n \x01\r\n", "* OK skipped\r\n" },
	{ "* 1 FETCH (UID 3 BODY[] {1}\r\nx\r\n",
	    "* 1 FETCH (UID 3 BODY[] {1}\r\nx)\r\n" },
	{ "* 1 FETCH\r\n", "* OK skipped\r\n" },

	/* a length that is a lie: nothing behind it can be believed */
	{ "* 1 FETCH (UID 3 BODY[] {1}\r\nxyz)\r\n",
	    "* 1 FETCH (UID 3 BODY[] {1}\r\nx\r\nyz)\r\n" },
	{ "* 1 FETCH (UID 3 BODY[] {99999999999}\r\nxyz)\r\n* what\r\n",
	    "* 1 FETCH (UID 3\r\n BODY[] {99999999999}\r\nxyz)\r\n* what\r\n" },
};

#define LINES (sizeof(lines) / sizeof(lines[0]))

static void
take(struct sift *s, struct buf *out)
{
	char some[7];
	size_t n;

	while ((n = sift_take(s, some, sizeof(some))) > 0)
		buf_add(out, some, n);
}

/* In two pieces, so that every cut is tried; past the sieve where it may. */
static void
sift_cut(const char *said, size_t n, size_t cut, struct buf *out)
{
	struct sift *s = sift_new();

	assert_non_null(s);
	sift_feed(s, "* OK hi\r\n", 9);
	take(s, out);
	assert_string_equal(buf_text(out), "* OK hi\r\n");
	buf_clear(out);
	sift_feed(s, said, cut);
	take(s, out);
	for (; cut < n && sift_through(s) > 0; cut++) {
		buf_chr(out, said[cut]);
		sift_passed(s, 1);
	}
	sift_feed(s, said + cut, n - cut);
	take(s, out);
	assert_int_equal(sift_held(s), 0);
	sift_free(s);
}

static void
each_line_is_read_as_meant(void **state)
{
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < LINES; i++) {
		const char *said = lines[i].said;

		buf_clear(&out);
		sift_cut(said, strlen(said), strlen(said), &out);
		assert_string_equal(buf_text(&out), lines[i].read);
	}
	buf_free(&out);
}

static void
cuts_change_nothing(void **state)
{
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < LINES; i++)
		for (size_t cut = 0; cut < strlen(lines[i].said); cut++) {
			buf_clear(&out);
			sift_cut(lines[i].said, strlen(lines[i].said), cut,
			    &out);
			assert_string_equal(buf_text(&out), lines[i].read);
		}
	buf_free(&out);
}

/* What was sifted is sifted again into the same, but for the lies. */
static void
once_is_enough(void **state)
{
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i + 2 < LINES; i++) {
		const char *read = lines[i].read;

		buf_clear(&out);
		sift_cut(read, strlen(read), strlen(read), &out);
		assert_string_equal(buf_text(&out), read);
	}
	buf_free(&out);
}

static void
nonsense_without_end_goes_on_as_it_is(void **state)
{
	struct sift *s = sift_new();
	struct buf out = { 0 };

	(void)state;
	sift_feed(s, "* OK hi\r\n", 9);
	for (int i = 0; i < 1000; i++)
		sift_feed(s, "no sense\r\n", 10);
	take(s, &out);
	assert_non_null(strstr(buf_text(&out), "\r\nno sense\r\nno sense\r\n"));
	sift_free(s);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_is_read_as_meant),
		cmocka_unit_test(cuts_change_nothing),
		cmocka_unit_test(once_is_enough),
		cmocka_unit_test(nonsense_without_end_goes_on_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
