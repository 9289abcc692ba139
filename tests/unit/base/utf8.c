#include "some.h"

#include "base/file.h"

static struct arena arena;

/*
 * The collection "utf8tests": every line repaired as the reference has it,
 * with NUL, which no text of ours may hold, replaced as well.
 */
static void
repairs_as_the_reference_does(void **state)
{
	struct buf bytes = { 0 }, want = { 0 }, ours = { 0 }, no_nul = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(file_read(&bytes,
			     some_data(&arena, "6-utf8tests/utf8tests.bin"),
			     1 << 20, &e),
	    0);
	assert_int_equal(file_read(&want,
			     some_data(&arena,
				 "6-utf8tests/artifacts/utf8.replace.ref.txt"),
			     1 << 20, &e),
	    0);
	text_repair(&ours, bytes.data, bytes.len);
	for (size_t i = 0; i < want.len; i++)
		if (want.data[i] != '\0')
			buf_chr(&no_nul, want.data[i]);
	assert_int_equal(ours.len, no_nul.len);
	assert_memory_equal(ours.data, no_nul.data, ours.len);
	buf_free(&bytes);
	buf_free(&want);
	buf_free(&ours);
	buf_free(&no_nul);
}

/* The list of naughty strings, through everything that touches text. */
static void
naughty_strings_are_harmless(void **state)
{
	struct buf bytes = { 0 }, clean = { 0 }, again = { 0 }, fold = { 0 };
	struct err e = { 0 };
	int lines = 0;

	(void)state;
	assert_int_equal(file_read(&bytes,
			     some_data(&arena, "8-naughty-strings/blns.txt"),
			     1 << 20, &e),
	    0);
	for (char *s = bytes.data, *end; s < bytes.data + bytes.len;
	     s = end + 1, lines++) {
		end = strchr(s, '\n');
		assert_non_null(end);
		buf_clear(&clean);
		buf_clear(&again);
		buf_clear(&fold);
		text_clean(&clean, s, (size_t)(end - s), TEXT_LINE);
		text_clean(&again, buf_text(&clean), clean.len, TEXT_LINE);
		assert_string_equal(buf_text(&clean), buf_text(&again));
		assert_null(strpbrk(buf_text(&clean), "\033\r\n\t\a\b"));
		assert_true(text_valid(buf_text(&clean), clean.len));
		text_fold(&fold, s, (size_t)(end - s));
		assert_true(text_valid(buf_text(&fold), fold.len));
	}
	assert_true(lines > 500);
	buf_free(&bytes);
	buf_free(&clean);
	buf_free(&again);
	buf_free(&fold);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repairs_as_the_reference_does),
		cmocka_unit_test(naughty_strings_are_harmless),
	};
	int rc;

	if (some_data(&arena, "6-utf8tests/utf8tests.bin") == NULL) {
		puts("1..0 # SKIP the collections are not here");
		arena_free(&arena);
		return 0;
	}
	rc = cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
	arena_free(&arena);
	return rc;
}
