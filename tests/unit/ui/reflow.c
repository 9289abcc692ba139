/*
 * reflow.c -- lines too long are broken, and every line end stays.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"
#include "ui/reflow.h"

static void
flows_to(const char *text, int cols, const char *want)
{
	struct arena a = { 0 };
	struct buf got = { 0 };
	struct pieces v = { NULL, 0 };

	reflow(&a, text, strlen(text), cols, &v);
	for (size_t i = 0; i < v.n; i++)
		buf_fmt(&got, "%.*s\n", (int)v.v[i].len, v.v[i].text);
	assert_string_equal(buf_text(&got), want);
	buf_free(&got);
	arena_free(&a);
}

/* What is broken ends where its own line ended. */
static void
a_line_end_stays_one(void **state)
{
	(void)state;
	flows_to("Skerry jumper, hand knitted, navy blue, size M, with a card "
		 "saying \"Hi\"\nTotal: 89,00 EUR\nShip to: Anna Berg\n",
	    60,
	    "Skerry jumper, hand knitted, navy blue, size M, with a card\n"
	    "saying \"Hi\"\n"
	    "Total: 89,00 EUR\n"
	    "Ship to: Anna Berg\n");
	flows_to("2026-11-16 10:00:00 ERROR checkout failed: provider returned "
		 "402\n2026-11-16 10:00:01 WARN retry\n",
	    50,
	    "2026-11-16 10:00:00 ERROR checkout failed:\n"
	    "provider returned 402\n"
	    "2026-11-16 10:00:01 WARN retry\n");
	flows_to("Tracking: 0043 https://parcel.example/track/0043/de\n"
		 "Name: Anna\n",
	    45,
	    "Tracking: 0043\n"
	    "https://parcel.example/track/0043/de\n"
	    "Name: Anna\n");
}

static void
quotes_keep_their_marks(void **state)
{
	(void)state;
	flows_to("> I ordered two jumpers last week and one of them has a hole"
		 " in it\n> and I would like another.\n> > Good morning\n",
	    40,
	    "> I ordered two jumpers last week and\n"
	    "> one of them has a hole in it\n"
	    "> and I would like another.\n"
	    "> > Good morning\n");
}

static void
lists_hang(void **state)
{
	(void)state;
	flows_to("- a jumper with a hole in its left sleeve and a long story\n"
		 "- socks\n"
		 "12. a jumper with a hole in its left sleeve\n",
	    40,
	    "- a jumper with a hole in its left\n"
	    "  sleeve and a long story\n"
	    "- socks\n"
	    "12. a jumper with a hole in its left\n"
	    "    sleeve\n");
}

static void
other_lines_stay(void **state)
{
	static const char *const texts[] = {
		/* an address */
		"Ann Lee\nExample Street 1\n10115 Berlin\n",
		/* a table as wide as the screen */
		"Item                    Qty    Price\n"
		"Wool jumper, blue         1   €79.00\n",
		/* a signature */
		"Many thanks\n-- \nAnn\n+44 20 7946 0000\n",
		/* code */
		"    if (size > 3)\n        return true;\n",
		"\n\none\n\n\ntwo\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		flows_to(texts[i], 40, texts[i]);
	flows_to("Item                                   Qty         Price\n"
		 "Wool jumper, blue                        1        €79.00\n",
	    50,
	    "Item                                   Qty\n"
	    "Price\n"
	    "Wool jumper, blue                        1\n"
	    "€79.00\n");
}

/* Whatever the width: no line is too wide and no word is lost. */
static void
every_width_is_kept(void **state)
{
	static const char text[] =
	    "> > quoted words of some length that go on and on for a while\n"
	    "> > and then some more of them, until they end\n\n"
	    "- an item that is long enough to be broken at every width here\n"
	    "日本語の注文についての長い質問があります。返品はどのように\n"
	    "aVeryLongWordThatFitsNowhereAndHasToBeBrokenSomewhereInTheMiddle"
	    "\n";

	(void)state;
	for (int cols = 12; cols < 90; cols++) {
		struct arena a = { 0 };
		struct pieces v = { NULL, 0 };
		const char *at = text;

		reflow(&a, text, strlen(text), cols, &v);
		for (size_t i = 0; i < v.n; i++) {
			assert_true(
			    text_width(v.v[i].text, v.v[i].len) <= cols);
			for (size_t k = 0; k < v.v[i].len; k++) {
				char c = v.v[i].text[k];

				if (c == ' ' || c == '\n' || c == '>')
					continue;
				while (*at == ' ' || *at == '\n' || *at == '>')
					at++;
				assert_int_equal(c, *at++);
			}
		}
		assert_int_equal(strspn(at, " \n>"), strlen(at));
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_end_stays_one),
		cmocka_unit_test(quotes_keep_their_marks),
		cmocka_unit_test(lists_hang),
		cmocka_unit_test(other_lines_stay),
		cmocka_unit_test(every_width_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
