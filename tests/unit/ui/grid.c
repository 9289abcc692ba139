/*
 * grid.c -- whatever is put into a grid, it stays a grid.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "ui/grid.h"

static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Bytes that senders like: escapes, wide, combining, broken. */
static size_t
hostile(uint32_t *seed, char *out, size_t max)
{
	static const char *const piece[] = { "\033[31m",
		("\x9b"
		 "2J"),
		"日本", "e\xcc\x81\xcc\x82\xcc\x83", "\xff\xfe", "\xe2\x80\xae",
		"abc", "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", "\a\b\r\n\t", " ",
		"…", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", "\x7f",
		"★", "\xc2\x9b", "\xef\xbb\xbf" };
	size_t n = 0;
	size_t pieces = next(seed) % 8;

	for (size_t i = 0; i < pieces; i++) {
		const char *s =
		    piece[next(seed) % (sizeof(piece) / sizeof(piece[0]))];

		if (n + strlen(s) >= max)
			break;
		memcpy(out + n, s, strlen(s));
		n += strlen(s);
	}
	out[n] = '\0';
	return n;
}

/* Every row's widths add up, halves are whole, and nothing is a control. */
static void
check(const struct grid *g)
{
	for (int r = 0; r < g->rows; r++) {
		int w = 0;

		for (int c = 0; c < g->cols; c++) {
			const struct cell *x = &g->cell[r * g->cols + c];

			w += x->width;
			if (x->width == 2) {
				assert_true(c + 1 < g->cols);
				assert_int_equal(x[1].width, 0);
			}
			if (x->width == 0) {
				assert_true(c > 0);
				assert_int_equal(x[-1].width, 2);
				assert_int_equal(x->text[0], '\0');
				continue;
			}
			assert_true(text_valid(x->text, strlen(x->text)));
			assert_true((unsigned char)x->text[0] >= 0x20);
			assert_int_not_equal(x->text[0], 0x7f);
			assert_false((unsigned char)x->text[0] == 0xc2 &&
				     (unsigned char)x->text[1] < 0xa0);
		}
		assert_int_equal(w, g->cols);
	}
}

static void
hostile_text_leaves_a_grid(void **state)
{
	struct grid g = { 0 };
	uint32_t seed = 7;
	char s[256];

	(void)state;
	grid_size(&g, 6, 23);
	for (int i = 0; i < 20000; i++) {
		struct pane p = grid_whole(&g);
		int row = (int)(next(&seed) % 10) - 2;
		int col = (int)(next(&seed) % 30) - 3;
		size_t n = hostile(&seed, s, sizeof(s));

		if (next(&seed) % 2)
			p = pane_part(&p, (int)(next(&seed) % 4),
			    (int)(next(&seed) % 12), 3, 9);
		if (next(&seed) % 3)
			pane_putn(&p, row, col, (int)(next(&seed) % 20),
			    LOOK_TEXT, s, n);
		else
			pane_right(&p, row, col, LOOK_TEXT, s);
		check(&g);
	}
	grid_free(&g);
}

static void
a_pane_is_never_left(void **state)
{
	struct grid g = { 0 };
	struct pane whole, p;
	struct buf b = { 0 };

	(void)state;
	grid_size(&g, 3, 10);
	whole = grid_whole(&g);
	p = pane_part(&whole, 1, 2, 1, 5);
	assert_int_equal(pane_put(&p, 0, 0, LOOK_TEXT, "abcdefghij"), 5);
	pane_put(&p, 1, 0, LOOK_TEXT, "below");
	pane_put(&p, -1, 0, LOOK_TEXT, "above");
	grid_text(&g, &b);
	assert_string_equal(b.data, "\n  abcd…\n\n");
	buf_free(&b);
	grid_free(&g);
}

static void
wide_characters_are_cut_whole(void **state)
{
	struct grid g = { 0 };
	struct pane p;
	struct buf b = { 0 };

	(void)state;
	grid_size(&g, 2, 6);
	p = grid_whole(&g);
	pane_put(&p, 0, 0, LOOK_TEXT, "日本語日本語");
	pane_put(&p, 1, 0, LOOK_TEXT, "日本語");
	pane_put(&p, 1, 1, LOOK_TEXT, "x"); /* through the middle of one */
	check(&g);
	grid_text(&g, &b);
	assert_string_equal(b.data, "日本…\n x本語\n");
	buf_free(&b);
	grid_free(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_text_leaves_a_grid),
		cmocka_unit_test(a_pane_is_never_left),
		cmocka_unit_test(wide_characters_are_cut_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
