#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mutf7.h"
#include "base/text.h"
#include "mail/imap_inside.h"

/* ---- modified UTF-7 (RFC 3501, 5.1.3) ---- */

static const struct {
	const char *name;
	const char *wire;
} pairs[] = {
	{ "INBOX", "INBOX" },
	{ "Größe", "Gr&APYA3w-e" },
	{ "Entwürfe", "Entw&APw-rfe" },
	{ "&", "&-" },
	{ "A & B", "A &- B" },
	{ "~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-" },
	{ "送信済み", "&kAFP4W4IMH8-" },
	{ "Отправленные", "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-" },
	{ "📦", "&2D3c5g-" },
	{ "", "" },
};

static void
names_go_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct buf wire = { 0 }, name = { 0 };

		assert_int_equal(mutf7_encode(&wire, pairs[i].name), 0);
		assert_string_equal(buf_text(&wire), pairs[i].wire);
		assert_int_equal(mutf7_decode(&name, pairs[i].wire), 0);
		assert_string_equal(buf_text(&name), pairs[i].name);
		buf_free(&wire);
		buf_free(&name);
	}
}

/* Broken, or not the one way to write it: taken as it stands. */
static void
odd_names_are_left_alone(void **state)
{
	static const char *const odd[] = { "&", "&AGE-", "&2D0-", "&3OY-",
		"x&APY", "&APYA3w-&AOQ-",
		"Gr\xc3\xb6\xc3\x9f"
		"e",
		"&AP-", "&====-",
		"a\x01"
		"b",
		"&AAA-" };

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		struct buf name = { 0 };

		buf_str(&name, "kept");
		assert_int_equal(mutf7_decode(&name, odd[i]), -1);
		assert_string_equal(buf_text(&name), "kept");
		buf_free(&name);
	}
	assert_int_equal(mutf7_encode(&(struct buf){ 0 }, "\xff"), -1);
}

/* Any wire form comes back as it was, and its name is text. */
static void
any_wire_form_survives(void **state)
{
	static const char alphabet[] = "&-,+/AaZ09%. \xc3\xb6\xff\x01\x7f";

	(void)state;
	srandom(11);
	for (int i = 0; i < 20000; i++) {
		struct buf wire = { 0 }, name = { 0 }, back = { 0 };
		int n = (int)(random() % 10);

		while (n-- > 0)
			buf_chr(&wire, alphabet[(size_t)random() %
						(sizeof(alphabet) - 1)]);
		mutf7_name(&name, buf_text(&wire));
		assert_true(text_valid(buf_text(&name), name.len));
		for (const char *p = buf_text(&name); *p != '\0'; p++)
			assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
		assert_int_equal(mutf7_wire(&back, buf_text(&name)), 0);
		assert_string_equal(buf_text(&back), buf_text(&wire));
		buf_free(&wire);
		buf_free(&name);
		buf_free(&back);
	}
}

static void
put(struct buf *b, uint32_t c)
{
	if (c < 0x80) {
		buf_chr(b, (char)c);
	} else if (c < 0x800) {
		buf_fmt(b, "%c%c", 0xc0 | c >> 6, 0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		buf_fmt(b, "%c%c%c", 0xe0 | c >> 12, 0x80 | (c >> 6 & 0x3f),
		    0x80 | (c & 0x3f));
	} else {
		buf_fmt(b, "%c%c%c%c", 0xf0 | c >> 18, 0x80 | (c >> 12 & 0x3f),
		    0x80 | (c >> 6 & 0x3f), 0x80 | (c & 0x3f));
	}
}

/* Any name comes back as it was, and nothing on the wire is not ASCII. */
static void
any_name_comes_back(void **state)
{
	(void)state;
	srandom(7);
	for (int i = 0; i < 20000; i++) {
		struct buf name = { 0 }, wire = { 0 }, back = { 0 };
		int n = (int)(random() % 12);

		while (n-- > 0) {
			static const uint32_t top[] = { 0x7f, 0x7ff, 0xd7ff,
				0x10ffff };
			uint32_t c = (uint32_t)random() % top[random() % 4] + 1;

			if (c >= 0xd800 && c < 0xe000)
				c = '&';
			put(&name, c);
		}
		assert_int_equal(mutf7_encode(&wire, buf_text(&name)), 0);
		for (const char *p = buf_text(&wire); *p != '\0'; p++)
			assert_true(*p >= 0x20 && *p < 0x7f);
		assert_int_equal(mutf7_decode(&back, buf_text(&wire)), 0);
		assert_string_equal(buf_text(&back), buf_text(&name));
		buf_free(&name);
		buf_free(&wire);
		buf_free(&back);
	}
}

/* ---- what may be sent ---- */

static void
control_characters_are_not_sent(void **state)
{
	struct buf out = { 0 };
	struct err e = { 0 };
	char name[] = "a?b";

	(void)state;
	for (int c = 1; c < 256; c++) {
		name[1] = (char)c;
		buf_clear(&out);
		if (c < 0x20 || c == 0x7f) {
			assert_int_equal(imap_quote(&out, name, &e), -1);
			assert_int_equal(out.len, 0);
			assert_int_equal(e.kind, ERR_USAGE);
		} else {
			assert_int_equal(imap_quote(&out, name, &e), 0);
		}
	}
	buf_clear(&out);
	assert_int_equal(imap_quote(&out, "a\"b\\c", &e), 0);
	assert_string_equal(buf_text(&out), "\"a\\\"b\\\\c\"");
	buf_free(&out);
}

static void
a_set_is_digits_and_nothing_else(void **state)
{
	(void)state;
	assert_true(imap_set_ok("1"));
	assert_true(imap_set_ok("1:5,7,9:*"));
	assert_false(imap_set_ok(""));
	assert_false(imap_set_ok("0"));
	assert_false(imap_set_ok("1 2"));
	assert_false(imap_set_ok("1\r\n9 LOGOUT"));
	assert_false(imap_set_ok("*"));
}

/* ---- the repair ---- */

/*
 * libetpan frees a list of flags through clist_foreach and clist_free: with
 * its own, a list that is NULL ends the program here.
 */
static void
libetpan_calls_our_lists(void **state)
{
	struct mailimap_flag_list *list = mailimap_flag_list_new(NULL);

	(void)state;
	imap_repair();
	assert_non_null(list);
	mailimap_flag_list_free(list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_go_both_ways),
		cmocka_unit_test(odd_names_are_left_alone),
		cmocka_unit_test(any_name_comes_back),
		cmocka_unit_test(any_wire_form_survives),
		cmocka_unit_test(control_characters_are_not_sent),
		cmocka_unit_test(a_set_is_digits_and_nothing_else),
		cmocka_unit_test(libetpan_calls_our_lists),
	};

	return cmocka_run_group_tests_name("mail/names", tests, NULL, NULL);
}
