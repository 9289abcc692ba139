#include "some.h"

#include <locale.h>
#include <wchar.h>

#include "base/width.h"

/* ---- columns ---- */

static void
columns_are_those_of_the_library(void **state)
{
	struct buf b = { 0 };
	char bytes[4];

	(void)state;
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		skip();
	/* Every character that can come out of cleaning. */
	for (uint32_t c = 0x20; c < 0x110000; c++) {
		size_t n = text_put(bytes, c);
		int known = wcwidth((wchar_t)c);

		buf_clear(&b);
		text_clean(&b, bytes, n, TEXT_LINE);
		if (b.len != n || memcmp(b.data, bytes, n) != 0 || known < 0)
			continue;
		if (width_of(c) != known)
			fail_msg("U+%04X has %d columns, not %d", (unsigned)c,
			    known, width_of(c));
	}
	setlocale(LC_CTYPE, "C");
	buf_free(&b);
}

static void
width_adds_up(void **state)
{
	struct buf s = { 0 }, b = { 0 };

	(void)state;
	for (int i = 0; i < 20000; i++) {
		size_t len;
		int sum = 0;

		some_text(&s, 40, 0);
		buf_clear(&b);
		text_clean(&b, s.data, s.len, TEXT_LINE);
		for (size_t at = 0; at < b.len; at += len) {
			sum += text_cluster(b.data + at, b.len - at, &len);
			assert_in_range(len, 1, TEXT_CLUSTER_MAX);
		}
		assert_int_equal(sum, text_width(buf_text(&b), b.len));
	}
	buf_free(&s);
	buf_free(&b);
}

static void
fit_is_the_longest_that_fits(void **state)
{
	struct buf s = { 0 }, b = { 0 };
	size_t len;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int cols = (int)some(30), w;
		size_t n;

		some_text(&s, 40, 0);
		buf_clear(&b);
		text_clean(&b, s.data, s.len, TEXT_LINE);
		n = text_fit(b.data, b.len, cols, &w);
		assert_int_equal(text_width(b.data, n), w);
		assert_true(w <= cols);
		if (n < b.len)
			assert_true(
			    w + text_cluster(b.data + n, b.len - n, &len) >
			    cols);
	}
	buf_free(&s);
	buf_free(&b);
}

/* ---- wrapping ---- */

static void
wrapped_is(const char *s, int cols, const char *want)
{
	struct buf b = { 0 };
	size_t n = strlen(s), next;

	for (size_t at = 0; at < n; at += next) {
		size_t len = text_wrap(s + at, n - at, cols, &next);

		buf_add(&b, s + at, len);
		buf_chr(&b, '|');
	}
	assert_string_equal(buf_text(&b), want);
	buf_free(&b);
}

static void
lines_end_at_words(void **state)
{
	(void)state;
	wrapped_is("the quick brown fox", 10, "the quick|brown fox|");
	wrapped_is("well-known", 6, "well-|known|");
	wrapped_is("use --force now", 7, "use|--force|now|");
	wrapped_is("abcdefghij kl", 4, "abcd|efgh|ij|kl|");
	wrapped_is("ab   \ncd\n\nef", 10, "ab|cd||ef|");
	wrapped_is("abcd     \nef", 4, "abcd|ef|");
	wrapped_is("    indented text", 12, "    indented|text|");
	wrapped_is("日本語です。", 4, "日本|語で|す。|");
	wrapped_is("日本語。", 6, "日本|語。|");
}

static int
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

static void
wrapping_loses_nothing_but_blanks(void **state)
{
	struct buf s = { 0 }, b = { 0 }, back = { 0 }, want = { 0 };

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int cols = 1 + (int)some(20);
		size_t next = 0;

		some_text(&s, 60, 0);
		buf_clear(&b);
		buf_clear(&back);
		buf_clear(&want);
		text_clean(&b, s.data, s.len, TEXT_BLOCK);
		for (size_t at = 0; at < b.len; at += next) {
			size_t n =
			    text_wrap(b.data + at, b.len - at, cols, &next);

			assert_true(next > 0 && n <= next);
			/* One wide character may be wider than one column. */
			if (cols > 1)
				assert_true(text_width(b.data + at, n) <= cols);
			buf_add(&back, b.data + at, n);
			for (size_t j = at + n; j < at + next; j++)
				assert_true(
				    is_space(b.data[j]) || (b.data[j] & 0x80));
		}
		for (size_t j = 0, k = 0; j < b.len; j++) {
			if (is_space(b.data[j]) || (b.data[j] & 0x80))
				continue;
			while (k < back.len && (is_space(back.data[k]) ||
						   (back.data[k] & 0x80)))
				k++;
			assert_true(k < back.len && back.data[k] == b.data[j]);
			k++;
		}
	}
	buf_free(&s);
	buf_free(&b);
	buf_free(&back);
	buf_free(&want);
}

/* ---- folding and guessing ---- */

static void
folded_is(const char *s, const char *want)
{
	struct buf b = { 0 };

	text_fold(&b, s, strlen(s));
	assert_string_equal(buf_text(&b), want);
	buf_free(&b);
}

static void
folding_forgets_case_and_accents(void **state)
{
	(void)state;
	folded_is("Straße", "strasse");
	folded_is("ÀÉÎÕÜ Łódź", "aeiou lodz");
	folded_is("ＡＢＣ ﬁne ½", "abc fine 1\xe2\x81\x84"
				  "2");
	folded_is("e\xcc\x81", "e");
	folded_is("が", "が");
	folded_is("한국어", "한국어");
	folded_is("ΆΣ", "ασ");
	folded_is("bad\xff", "bad\xef\xbf\xbd");
}

static void
folding_twice_changes_nothing(void **state)
{
	struct buf s = { 0 }, once = { 0 }, twice = { 0 };

	(void)state;
	for (int i = 0; i < 10000; i++) {
		some_text(&s, 30, 1);
		buf_clear(&once);
		buf_clear(&twice);
		text_fold(&once, s.data, s.len);
		text_fold(&twice, buf_text(&once), once.len);
		assert_true(text_valid(buf_text(&once), once.len));
		assert_string_equal(buf_text(&once), buf_text(&twice));
	}
	buf_free(&s);
	buf_free(&once);
	buf_free(&twice);
}

static void
typing_errors_are_near(void **state)
{
	(void)state;
	assert_int_equal(text_distance("assign", "assign", 3), 0);
	assert_int_equal(text_distance("assgin", "assign", 3), 1);
	assert_int_equal(text_distance("asign", "assign", 3), 1);
	assert_int_equal(text_distance("close", "snooze", 2), 3);
	assert_int_equal(text_distance("", "abc", 5), 3);
}

static void
the_nearest_name_is_meant(void **state)
{
	static const char *const names[] = { "open", "pending", "closed",
		"clothes" };

	(void)state;
	assert_string_equal(text_nearest("opne", names, 4), "open");
	assert_string_equal(text_nearest("closde", names, 4), "closed");
	assert_string_equal(text_nearest("closes", names, 4), "closed");
	assert_null(text_nearest("snoozed", names, 4));
	assert_null(text_nearest("xy", names, 4));
	assert_null(text_nearest("open", names, 0));
}

static void
distance_is_a_distance(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		char a[8] = "", b[8] = "";

		for (uint32_t j = some(8); j-- > 0;)
			a[j] = (char)('a' + some(3));
		for (uint32_t j = some(8); j-- > 0;)
			b[j] = (char)('a' + some(3));
		assert_int_equal(text_distance(a, b, 9),
		    text_distance(b, a, 9));
		assert_int_equal(text_distance(a, b, 9) == 0,
		    strcmp(a, b) == 0);
		assert_int_equal(text_distance(a, b, 2),
		    text_distance(a, b, 9) > 2 ? 3 : text_distance(a, b, 9));
	}
}

static void
a_better_match_scores_more(void **state)
{
	(void)state;
	assert_true(text_fuzzy("ret", "returns") > text_fuzzy("ret", "secret"));
	assert_true(
	    text_fuzzy("rl", "returns/label") > text_fuzzy("rl", "early"));
	assert_true(text_fuzzy("refund", "Refund") >
		    text_fuzzy("refund", "Refund later"));
	assert_int_equal(text_fuzzy("xyz", "returns"), 0);
	assert_int_equal(text_fuzzy("returnsreturns", "returns"), 0);
	assert_true(text_fuzzy("", "anything") > 0);
	assert_true(text_fuzzy("koln", "Köln") > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_those_of_the_library),
		cmocka_unit_test(width_adds_up),
		cmocka_unit_test(fit_is_the_longest_that_fits),
		cmocka_unit_test(lines_end_at_words),
		cmocka_unit_test(wrapping_loses_nothing_but_blanks),
		cmocka_unit_test(folding_forgets_case_and_accents),
		cmocka_unit_test(folding_twice_changes_nothing),
		cmocka_unit_test(typing_errors_are_near),
		cmocka_unit_test(the_nearest_name_is_meant),
		cmocka_unit_test(distance_is_a_distance),
		cmocka_unit_test(a_better_match_scores_more),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
