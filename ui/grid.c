/*
 * grid.c -- cells, and text put into them.
 */
#include "ui/grid.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/text.h"

#define CODE_POINTS 3 /* base and two marks: what every terminal can draw */

static void
cell_set(struct cell *c, const char *s, size_t n, int width, enum role look)
{
	memcpy(c->text, s, n);
	c->text[n] = '\0';
	c->width = (uint8_t)width;
	c->look = (uint8_t)look;
	c->reverse = false;
}

static void
grid_clear(struct grid *g)
{
	for (int i = 0; i < g->rows * g->cols; i++)
		cell_set(&g->cell[i], " ", 1, 1, LOOK_TEXT);
	g->cursor_row = -1;
	g->cursor_col = 0;
}

void
grid_size(struct grid *g, int rows, int cols)
{
	size_t n = (size_t)rows * (size_t)cols;

	if (rows != g->rows || cols != g->cols) {
		free(g->cell);
		g->cell = calloc(n ? n : 1, sizeof(*g->cell));
		if (g->cell == NULL)
			exit(EX_OSERR);
		g->rows = rows;
		g->cols = cols;
	}
	grid_clear(g);
}

void
grid_free(struct grid *g)
{
	free(g->cell);
	buf_free(&g->scratch);
	memset(g, 0, sizeof(*g));
}

struct pane
grid_whole(struct grid *g)
{
	return (struct pane){ g, 0, 0, g->rows, g->cols };
}

struct pane
pane_part(const struct pane *p, int row, int col, int rows, int cols)
{
	struct pane r = *p;

	if (row < 0)
		row = 0;
	if (col < 0)
		col = 0;
	if (row > p->rows)
		row = p->rows;
	if (col > p->cols)
		col = p->cols;
	if (rows < 0 || rows > p->rows - row)
		rows = rows < 0 ? 0 : p->rows - row;
	if (cols < 0 || cols > p->cols - col)
		cols = cols < 0 ? 0 : p->cols - col;
	r.row += row;
	r.col += col;
	r.rows = rows;
	r.cols = cols;
	return r;
}

static struct cell *
cell_at(const struct pane *p, int row, int col)
{
	return &p->grid->cell[(size_t)(p->row + row) * (size_t)p->grid->cols +
			      (size_t)(p->col + col)];
}

/*
 * Make columns [col, col + n) free of halves: a wide character that sticks
 * out on either side becomes a blank.
 */
static void
halves_clear(const struct pane *p, int row, int col, int n)
{
	struct cell *first = cell_at(p, row, col);
	struct cell *last = cell_at(p, row, col + n - 1);

	if (first->width == 0 && p->col + col > 0)
		cell_set(first - 1, " ", 1, 1, first[-1].look);
	if (last->width == 2 && p->col + col + n < p->grid->cols)
		cell_set(last + 1, " ", 1, 1, last->look);
}

/* The bytes of a cluster that fit a cell: whole code points. */
static size_t
cluster_trim(const char *s, size_t n)
{
	size_t used = 0;

	for (int i = 0; i < CODE_POINTS && used < n; i++) {
		size_t len;

		text_next(s + used, n - used, &len);
		if (used + len >= sizeof(((struct cell *)0)->text))
			break;
		used += len;
	}
	return used;
}

/* Cleaned text into cells, at most cols columns; columns used. */
static int
cells_put(const struct pane *p, int row, int col, int cols, enum role look,
    const char *s, size_t n)
{
	int used = 0;

	while (n > 0) {
		size_t len;
		int w = text_cluster(s, n, &len);

		if (used + w > cols)
			break;
		if (w > 0) {
			struct cell *c;

			halves_clear(p, row, col + used, w);
			c = cell_at(p, row, col + used);
			cell_set(c, s, cluster_trim(s, len), w, look);
			if (w == 2)
				cell_set(c + 1, "", 0, 0, look);
			used += w;
		}
		s += len;
		n -= len;
	}
	return used;
}

static bool
plain_ascii(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] < 0x20 || s[i] > 0x7e)
			return false;
	}
	return true;
}

int
pane_putn(const struct pane *p, int row, int col, int cols, enum role look,
    const char *s, size_t n)
{
	struct buf *b = &p->grid->scratch;
	int w = 0;
	size_t fit;

	if (row < 0 || row >= p->rows || col < 0 || col >= p->cols)
		return 0;
	if (cols > p->cols - col)
		cols = p->cols - col;
	if (cols <= 0 || n == 0)
		return 0;
	/* Nothing beyond this can be seen, however narrow it is. */
	if (n > 4096)
		n = 4096;
	if (!plain_ascii(s, n)) {
		buf_clear(b);
		text_clean(b, s, n, TEXT_LINE);
		s = buf_text(b);
		n = b->len;
	}
	fit = text_fit(s, n, cols, &w);
	if (fit >= n)
		return cells_put(p, row, col, cols, look, s, n);
	w = cells_put(p, row, col, cols - 1, look, s, n);
	w += cells_put(p, row, col + w, cols - w, look, "…", strlen("…"));
	return w;
}

int
pane_put(const struct pane *p, int row, int col, enum role look, const char *s)
{
	return pane_putn(p, row, col, p->cols - col, look, s, strlen(s));
}

int
pane_right(const struct pane *p, int row, int end, enum role look,
    const char *s)
{
	struct buf b = { 0 };
	int w;

	text_clean(&b, s, strlen(s), TEXT_LINE);
	w = text_width(buf_text(&b), b.len);
	if (w > end)
		w = end;
	w = pane_putn(p, row, end - w, w, look, buf_text(&b), b.len);
	buf_free(&b);
	return w;
}

void
pane_line(const struct pane *p, int row, int col, int cols, enum role look,
    const char *glyph)
{
	if (row < 0 || row >= p->rows || col < 0)
		return;
	for (int i = 0; i < cols && col + i < p->cols; i++)
		cells_put(p, row, col + i, 1, look, glyph, strlen(glyph));
}

void
pane_fill(const struct pane *p, int row, int col, int cols, enum role look)
{
	pane_line(p, row, col, cols, look, " ");
}

void
pane_look(const struct pane *p, int row, int col, int cols, enum role look)
{
	if (row < 0 || row >= p->rows || col < 0)
		return;
	for (int i = 0; i < cols && col + i < p->cols; i++)
		cell_at(p, row, col + i)->look = (uint8_t)look;
}

void
pane_reverse(const struct pane *p, int row)
{
	if (row < 0 || row >= p->rows)
		return;
	for (int i = 0; i < p->cols; i++)
		cell_at(p, row, i)->reverse = true;
}

void
pane_cursor(const struct pane *p, int row, int col)
{
	if (row < 0 || row >= p->rows || col < 0 || p->cols <= 0)
		return;
	if (col >= p->cols)
		col = p->cols - 1;
	p->grid->cursor_row = p->row + row;
	p->grid->cursor_col = p->col + col;
}

void
grid_text(const struct grid *g, struct buf *out)
{
	for (int r = 0; r < g->rows; r++) {
		size_t keep = out->len;

		for (int c = 0; c < g->cols; c++) {
			const char *s = g->cell[r * g->cols + c].text;

			buf_str(out, s);
			if (*s != '\0' && strcmp(s, " ") != 0)
				keep = out->len;
		}
		buf_cut(out, keep);
		buf_chr(out, '\n');
	}
}
