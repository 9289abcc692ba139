/*
 * key.c -- what a key is called is that key.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "ui/key.h"

static void
names_are_read_back(void **state)
{
	static const ui_key all[] = { 'a', 'G', '1', '?', '*', '|', '\\', ':',
		'{', UK_SPACE, UK_ENTER, UK_TAB, UK_ESC, UK_BACKSPACE, UK_UP,
		UK_DOWN, UK_HOME, UK_END, UK_PAGE_UP, UK_PAGE_DOWN, UK_DELETE,
		UK_BACK_TAB, UK_F1, UK_F1 + 9, UK_F1 + 11, UK_CTRL('a'),
		UK_CTRL('z'), UK_CTRL('_'), 'x' | UK_ALT, UK_UP | UK_ALT,
		0xe9 };

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		for (size_t j = 0; j < sizeof(all) / sizeof(all[0]); j++) {
			struct keys k = { { all[i], all[j] }, 2 }, back;
			struct buf b = { 0 };

			keys_name(&k, &b);
			assert_int_equal(keys_parse(b.data, b.len, &back), 0);
			assert_int_equal(back.n, 2);
			assert_int_equal(back.v[0], all[i]);
			assert_int_equal(back.v[1], all[j]);
			buf_free(&b);
		}
	}
}

static void
sequences_may_be_written_together(void **state)
{
	struct keys a, b;

	(void)state;
	assert_int_equal(keys_parse("gi", 2, &a), 0);
	assert_int_equal(keys_parse("g i", 3, &b), 0);
	assert_memory_equal(&a, &b, sizeof(a));
	assert_int_equal(keys_parse("C-x C-s", 7, &a), 0);
	assert_int_equal(a.n, 2);
	assert_int_equal(a.v[0], 24);
	assert_int_equal(a.v[1], 19);
}

static void
nonsense_is_refused(void **state)
{
	struct keys k;

	(void)state;
	assert_int_equal(keys_parse("", 0, &k), -1);
	assert_int_equal(keys_parse("  ", 2, &k), -1);
	assert_int_equal(keys_parse("abcdef", 6, &k), -1);
	assert_int_equal(keys_parse("\001", 1, &k), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_read_back),
		cmocka_unit_test(sequences_may_be_written_together),
		cmocka_unit_test(nonsense_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
