#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "desk/keyword.h"

static const struct {
	const char *tag;
	const char *keyword;
} pairs[] = {
	{ "returns", "returns" },
	{ "Returns", "Returns" },
	{ "größe", "gr&APYA3w-e" },
	{ "R&D", "R&-D" },
	{ "100%", "100&ACU-" },
	{ "*", "&ACo-" },
	{ "返品", "&j9RUwQ-" },
	{ "📦", "&2D3c5g-" },
	{ "foo[bar", "foo[bar" },
	{ "a]b", "a&AF0-b" },
	{ "vip/gold", "vip/gold" },
};

static void
tags_go_both_ways(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		assert_string_equal(keyword_of(&a, pairs[i].tag),
		    pairs[i].keyword);
		assert_string_equal(keyword_tag(&a, pairs[i].keyword),
		    pairs[i].tag);
	}
	arena_free(&a);
}

static void
labels_are_names(void **state)
{
	struct arena a = { 0 };
	const char *k;

	(void)state;
	k = keyword_of_label(&a, "Große Dinge");
	assert_true(keyword_is_atom(k));
	assert_string_equal(keyword_label(&a, k), "Große Dinge");
	assert_string_equal(keyword_tag(&a, k), "Große_Dinge");
	assert_true(
	    keyword_is(k, "große_dinge") || keyword_is(k, "Große_Dinge"));
	assert_string_equal(keyword_of_label(&a, "Orders"), "Orders");
	assert_null(keyword_of_label(&a, "\\Inbox"));
	assert_true(tag_is_of_programs("$Forwarded"));
	assert_true(tag_is_of_programs("\\Seen"));
	assert_false(tag_is_of_programs("forwarded"));
	arena_free(&a);
}

/* Whatever the word, it comes back as it was or is not sent at all. */
static void
any_word_survives(void **state)
{
	static const char *const piece[] = { "a", "Z", "&", "-", "{", "}", "[",
		"%", "*", "'", "\\", "]", "$", "ö", "品", "📦", "+", "/", "~",
		";", "`" };
	struct arena a = { 0 };

	(void)state;
	srandom(20261122);
	for (int round = 0; round < 20000; round++) {
		char word[64] = "";
		const char *keyword;

		for (long n = random() % 8 + 1; n > 0; n--)
			strncat(word, piece[random() % 20], 8);
		keyword = keyword_of(&a, word);
		if (*word == '$' || *word == '\\') {
			assert_null(keyword);
			continue;
		}
		if (keyword == NULL)
			print_message("# %s\n", word);
		assert_non_null(keyword);
		assert_true(keyword_is_atom(keyword));
		assert_string_equal(keyword_tag(&a, keyword), word);
		arena_reset(&a);
	}
	arena_free(&a);
}

static void
what_programs_say_is_no_tag(void **state)
{
	static const char *const words[] = { "$Forwarded", "$MDNSent", "$Junk",
		"$NotJunk", "$Phishing", "$HasAttachment", "$MailFlagBit0",
		"Junk", "NonJunk", "NotJunk", "Forwarded", "JunkRecorded",
		"\\Seen", "nonjunk" };
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		assert_null(keyword_tag(&a, words[i]));
		assert_null(keyword_of(&a, words[i]));
	}
	assert_string_equal(keyword_tag(&a, "$Label4"), "todo");
	arena_free(&a);
}

static void
what_is_odd_is_taken_as_it_stands(void **state)
{
	struct arena a = { 0 };
	char word[66];

	(void)state;
	assert_string_equal(keyword_tag(&a, "R&D"), "R&D");
	assert_string_equal(keyword_tag(&a, "a&ACA-b"), "a_b");
	assert_null(keyword_tag(&a, "a,b"));
	memset(word, 'x', 65);
	word[65] = '\0';
	assert_null(keyword_of(&a, word));
	assert_null(keyword_tag(&a, word));
	word[64] = '\0';
	assert_string_equal(keyword_of(&a, word), word);
	assert_null(keyword_of(&a, "two words"));
	assert_true(keyword_is("RETURNS", "returns"));
	assert_true(keyword_is("$label1", "Important"));
	assert_false(keyword_is("return", "returns"));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags_go_both_ways),
		cmocka_unit_test(labels_are_names),
		cmocka_unit_test(any_word_survives),
		cmocka_unit_test(what_programs_say_is_no_tag),
		cmocka_unit_test(what_is_odd_is_taken_as_it_stands),
	};

	return cmocka_run_group_tests_name("desk/keyword", tests, NULL, NULL);
}
