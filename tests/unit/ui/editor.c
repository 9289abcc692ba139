/*
 * editor.c -- whatever is pressed, text and cursor stay whole.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "ui/editor.h"

static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static const ui_key pressed[] = { 'a', 'b', ' ', UK_ENTER, UK_BACKSPACE,
	UK_DELETE, UK_LEFT, UK_RIGHT, UK_UP, UK_DOWN, UK_HOME, UK_END,
	UK_CTRL('k'), UK_CTRL('w'), UK_CTRL('u'), UK_CTRL('y'), 0x65e5, 0xfc,
	UK_LEFT | UK_ALT, UK_RIGHT | UK_ALT, UK_PAGE_UP, UK_PAGE_DOWN, 0x301,
	UK_CTRL('_'), UK_CTRL('r'), 0x1f469, 0x200d };

/* The cursor is within the text and not within a character. */
static void
check(const struct editor *ed)
{
	const char *s = buf_text(&ed->text);

	assert_true(ed->at <= ed->text.len);
	assert_true(text_valid(s, ed->text.len));
	assert_true(ed->at == ed->text.len ||
		    ((unsigned char)s[ed->at] & 0xc0) != 0x80);
}

static void
any_keys_keep_the_text_whole(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed < 60; seed++) {
		struct editor ed = { 0 };
		uint32_t s = seed;

		editor_set(&ed,
		    "Dear Ms Example,\n\nyour order 日本 is on its "
		    "way and will be there soon.\n",
		    0);
		editor_place(&ed, 4, 17);
		for (int i = 0; i < 400; i++) {
			editor_key(&ed,
			    pressed[next(&s) %
				    (sizeof(pressed) / sizeof(pressed[0]))]);
			editor_place(&ed, 4, 17);
			check(&ed);
		}
		editor_free(&ed);
	}
}

static void
undo_goes_back_to_the_start_and_redo_to_the_end(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed < 60; seed++) {
		struct editor ed = { 0 };
		struct buf end = { 0 };
		uint32_t s = seed;

		editor_set(&ed, "first\nsecond\n", 3);
		editor_place(&ed, 4, 17);
		for (int i = 0; i < 60; i++)
			editor_key(&ed, pressed[next(&s) % 18]);
		buf_str(&end, buf_text(&ed.text));
		while (editor_undo(&ed))
			check(&ed);
		assert_string_equal(buf_text(&ed.text), "first\nsecond\n");
		while (editor_redo(&ed))
			check(&ed);
		assert_string_equal(buf_text(&ed.text), buf_text(&end));
		buf_free(&end);
		editor_free(&ed);
	}
}

/* Down from the top visits every wrapped line once. */
static void
down_visits_every_line(void **state)
{
	struct editor ed = { 0 };
	int lines, seen = 1;
	size_t was;

	(void)state;
	editor_set(&ed,
	    "one two three four five six seven eight nine\n"
	    "\n日本語日本語日本語 ten eleven\nlast",
	    0);
	editor_place(&ed, 50, 12);
	lines = editor_height(&ed, 12);
	do {
		was = ed.at;
		editor_key(&ed, UK_DOWN);
		seen += ed.at != was;
	} while (ed.at != was);
	assert_int_equal(seen, lines);
	editor_free(&ed);
}

static void
pasted_controls_are_shown_not_kept(void **state)
{
	struct editor ed = { 0 };

	(void)state;
	editor_set(&ed, "", 0);
	editor_insert(&ed, "a\033[2Jb\r\nc", 9);
	assert_null(strchr(buf_text(&ed.text), '\033'));
	assert_non_null(strstr(buf_text(&ed.text), "b\nc"));
	ed.single = true;
	editor_set(&ed, "a\nb", 0);
	assert_string_equal(buf_text(&ed.text), "a b");
	editor_free(&ed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_keys_keep_the_text_whole),
		cmocka_unit_test(
		    undo_goes_back_to_the_start_and_redo_to_the_end),
		cmocka_unit_test(down_visits_every_line),
		cmocka_unit_test(pasted_controls_are_shown_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
