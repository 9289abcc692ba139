/*
 * html_table.c -- tables in columns.
 *
 * Most tables of mail only place things on a page; those in which some row
 * has two filled cells say something by their columns.  Each cell is laid
 * out twice at most, and a table with an aligned table inside is not tried
 * but where that is a single row, so that nesting costs next to nothing.
 */
#include "mail/message/html_box.h"

#include <string.h>

#include "base/text.h"

#define ROWS_MOST   3000 /* of a table in columns */
#define CELLS_MOST  24   /* of a row */
#define PLAIN_WIDTH 80   /* for a page without a width */
#define GAP         2    /* columns between cells */
#define NARROWEST   16   /* a column that is made to fit */
#define LINES_MOST  4    /* of a cell that is made to fit */
#define LABEL_MOST  24   /* columns of a form's labels */

struct cell {
	struct bytes text; /* laid out, lines ended by \n */
	int width;         /* of its widest line */
	int lines;
	int at; /* column */
	int span;
	bool right;
	const struct box *box;
	struct cell *head; /* it is more of this cell, of a row above */
	struct cell *foot; /* the last that is more of this one; or itself */
	struct bytes rest; /* lines still to be printed */
};

struct row {
	struct cell *cell;
	int cells;
	struct row *next;
};

struct grid {
	struct arena *a;
	struct row *first;
	int width[CELLS_MOST];
	bool right[CELLS_MOST];
	int columns;
	/* Cells that reach into the rows below, while rows are laid out. */
	struct cell *hanging[CELLS_MOST];
	int left[CELLS_MOST]; /* rows they still reach into */
};

static int
filled_in(const struct box *row)
{
	int n = 0;

	for (const struct box *c = row->child; c; c = c->next)
		n += c->kind == BOX_CELL && c->filled;
	return n;
}

int
table_rows(const struct box *table)
{
	int n = 0;

	for (const struct box *row = table->child; row; row = row->next)
		n += row->kind == BOX_ROW && filled_in(row) >= 2;
	return n;
}

bool
table_is_aligned(const struct box *table)
{
	int rows = 0;

	if (table->has_aligned)
		return false;
	for (const struct box *row = table->child; row; row = row->next) {
		int cells = 0;

		if (row->kind != BOX_ROW)
			continue;
		for (const struct box *c = row->child; c; c = c->next)
			cells += c->span;
		if (cells > CELLS_MOST || ++rows > ROWS_MOST)
			return false;
	}
	/* Around rows of their own only a list of things is in columns. */
	return table_rows(table) >= (table->has_row ? 3 : 1);
}

/* Lay a cell out at a width (0: unwrapped) and measure it. */
static void
lay_cell(struct arena *a, struct cell *c, int width)
{
	struct page p = { .a = a, .width = width };
	struct bytes rest;
	struct bytes line;

	for (const struct box *b = c->box->child; b; b = b->next)
		box_print(&p, b);
	c->text = (struct bytes){ arena_strn(a, buf_text(&p.out), p.out.len),
		p.out.len };
	c->width = c->lines = 0;
	rest = c->text;
	while (bytes_line(&rest, &line)) {
		int w = text_width(line.s, line.n);

		c->width = w > c->width ? w : c->width;
		c->lines++;
	}
	buf_free(&p.out);
	buf_free(&p.prefix);
}

/* Past columns that cells of rows above reach into; a part of each. */
static int
lay_hanging(struct grid *g, struct row *r, int at)
{
	for (; at < CELLS_MOST && g->left[at] > 0; at++) {
		struct cell *head = g->hanging[at];
		struct cell *c = &r->cell[r->cells];

		g->left[at]--;
		if (head->at != at)
			continue;
		r->cells++;
		c->at = at;
		c->span = head->span;
		c->width = head->width;
		c->right = head->right;
		c->head = head;
		head->foot = c;
	}
	return at;
}

static void
hang(struct grid *g, struct cell *c)
{
	for (int k = c->at; k < c->at + c->span && k < CELLS_MOST; k++) {
		g->hanging[k] = c;
		g->left[k] = c->box->rows - 1;
	}
}

static void
lay_row(struct grid *g, const struct box *box, struct row *r)
{
	int at = 0;
	size_t n = 0;

	for (const struct box *b = box->child; b && n < CELLS_MOST; b = b->next)
		n += b->kind == BOX_CELL;
	for (int k = 0; k < CELLS_MOST; k++)
		n += g->left[k] > 0;
	r->cell = arena_array(g->a, n + 1, sizeof *r->cell);
	for (const struct box *b = box->child; b; b = b->next) {
		struct cell *c;

		at = lay_hanging(g, r, at);
		if (b->kind != BOX_CELL || at >= CELLS_MOST)
			continue;
		c = &r->cell[r->cells++];
		c->box = b;
		c->at = at;
		c->span = b->span;
		c->right = b->right;
		c->foot = c;
		lay_cell(g->a, c, 0);
		at += b->span;
		if (b->rows > 1)
			hang(g, c);
	}
	/* Those to the right of the last cell. */
	while (at < CELLS_MOST) {
		at = lay_hanging(g, r, at);
		at++;
	}
	for (int i = 0; i < r->cells; i++) {
		at = r->cell[i].at + r->cell[i].span;
		if (at > g->columns)
			g->columns = at < CELLS_MOST ? at : CELLS_MOST;
	}
}

static void
lay_rows(struct grid *g, const struct box *table)
{
	struct row **last = &g->first;

	for (const struct box *b = table->child; b; b = b->next) {
		struct row *r;

		if (b->kind != BOX_ROW || !b->filled)
			continue;
		r = arena_alloc(g->a, sizeof *r);
		lay_row(g, b, r);
		*last = r;
		last = &r->next;
	}
}

/* Digits with a currency, a sign or a unit: set to the right. */
static bool
is_figure(struct bytes t)
{
	bool digit = false;
	int letters = 0;

	t = bytes_trim(t);
	for (size_t i = 0; i < t.n; i++) {
		digit = digit || is_digit(t.s[i]);
		letters += is_letter(t.s[i]);
	}
	return digit && t.n <= 16 && letters <= 3;
}

/* A column of figures, but for its head, is set to the right. */
static void
find_right(struct grid *g)
{
	for (int k = 0; k < g->columns; k++) {
		int figures = 0;
		int others = 0;

		for (const struct row *r = g->first; r; r = r->next)
			for (int i = 0; i < r->cells; i++) {
				const struct cell *c = &r->cell[i];

				if (c->at != k || c->span > 1 ||
				    c->width == 0 || c->head)
					continue;
				if (c->right || is_figure(c->text))
					figures++;
				else if (r != g->first)
					others++;
			}
		g->right[k] = figures > 0 && others == 0 && k > 0;
	}
}

static int
span_width(const struct grid *g, const struct cell *c)
{
	int w = 0;

	for (int k = c->at; k < c->at + c->span && k < g->columns; k++)
		if (g->width[k] > 0)
			w += g->width[k] + (w > 0 ? GAP : 0);
	return w;
}

/* Nothing follows the cell in its row: it may run over the columns. */
static bool
is_last(const struct row *r, int i)
{
	for (i++; i < r->cells; i++)
		if (r->cell[i].width > 0)
			return false;
	return true;
}

static void
find_widths(struct grid *g)
{
	for (const struct row *r = g->first; r; r = r->next)
		for (int i = 0; i < r->cells; i++) {
			const struct cell *c = &r->cell[i];

			if (c->span == 1 && c->width > g->width[c->at])
				g->width[c->at] = c->width;
		}
	for (const struct row *r = g->first; r; r = r->next)
		for (int i = 0; i < r->cells; i++) {
			const struct cell *c = &r->cell[i];
			int end = c->at + c->span - 1;
			int lack = c->width - span_width(g, c);

			if (c->span == 1 || lack <= 0 || is_last(r, i))
				continue;
			if (end >= g->columns)
				end = g->columns - 1;
			g->width[end] += lack;
		}
}

static int
total_width(const struct grid *g)
{
	int w = 0;

	for (int k = 0; k < g->columns; k++)
		if (g->width[k] > 0)
			w += g->width[k] + (w > 0 ? GAP : 0);
	return w;
}

/* Short words and what belongs to them: an answer may be long. */
static bool
is_form(const struct grid *g)
{
	return g->columns == 2 && g->width[0] > 0 && g->width[0] <= LABEL_MOST;
}

/* Narrow the widest column until all fit; false if it gets too narrow. */
static bool
make_fit(struct grid *g, int width)
{
	int over = total_width(g) - width;
	bool form = is_form(g);
	int widest = 0;

	for (int k = 1; k < g->columns; k++)
		if (g->width[k] > g->width[widest])
			widest = k;
	if (over > 0) {
		g->width[widest] -= over;
		if (g->width[widest] < NARROWEST)
			return false;
	}
	for (struct row *r = g->first; r; r = r->next)
		for (int i = 0; i < r->cells; i++) {
			struct cell *c = &r->cell[i];
			int w = c->span > 1 && is_last(r, i)
				    ? width - (c->at > 0 ? GAP : 0)
				    : span_width(g, c);

			if (c->width <= w || c->head)
				continue;
			lay_cell(g->a, c, w);
			if (c->width > w || (c->lines > LINES_MOST && !form))
				return false;
		}
	return true;
}

static int
filled_cells(const struct row *r)
{
	int n = 0;

	for (int i = 0; i < r->cells; i++)
		n += r->cell[i].lines > 0;
	return n;
}

/*
 * A single row of several cells is no list of things: words that follow a
 * cell of many lines, but for a figure, belong under it.
 */
static bool
is_split(const struct grid *g)
{
	const struct row *one = NULL;
	bool tall = false;

	for (const struct row *r = g->first; r; r = r->next) {
		if (filled_cells(r) < 2)
			continue;
		if (one)
			return false;
		one = r;
	}
	for (int i = 0; one && i < one->cells; i++) {
		const struct cell *c = &one->cell[i];

		if (tall && c->lines > 0 && !is_figure(c->text))
			return true;
		tall = tall || c->lines > 1;
	}
	return false;
}

/* Two paragraphs beside one another are read one after the other. */
static bool
reads_well(const struct grid *g)
{
	for (const struct row *r = g->first; r; r = r->next) {
		int tall = 0;
		int filled = 0;

		for (int i = 0; i < r->cells; i++) {
			tall += r->cell[i].lines > 1;
			filled += r->cell[i].lines > 0;
			if (filled > 1 && r->cell[i].lines > 2 * LINES_MOST)
				return false;
		}
		if (tall > 1)
			return false;
	}
	return true;
}

static void
pad(struct buf *out, int n)
{
	while (n-- > 0)
		buf_chr(out, ' ');
}

/* One line of a row: the next line of each of its cells. */
static void
print_line(struct page *p, const struct grid *g, const struct row *r)
{
	struct buf line = { 0 };
	int at = 0; /* columns written */
	int from = 0;
	int k = 0;
	size_t n;

	for (int i = 0; i < r->cells; i++) {
		struct cell *c = &r->cell[i];
		struct bytes b = { "", 0 };
		int w;
		int left;

		for (; k < c->at; k++)
			if (g->width[k] > 0)
				from += g->width[k] + GAP;
		bytes_line(c->head ? &c->head->rest : &c->rest, &b);
		w = text_width(b.s, b.n);
		left = span_width(g, c) - w;
		if (b.n > 0) {
			bool right =
			    c->right || (c->span == 1 && g->right[c->at]);

			pad(&line, from - at + (right && left > 0 ? left : 0));
			at = from + (right && left > 0 ? left : 0) + w;
			buf_add(&line, b.s, b.n);
		}
	}
	n = line.len;
	while (n > 0 && line.data[n - 1] == ' ')
		n--;
	if (n > 0)
		page_line(p, (struct bytes){ buf_text(&line), n });
	buf_free(&line);
}

static int
count_lines(struct bytes rest)
{
	struct bytes line;
	int n = 0;

	while (bytes_line(&rest, &line))
		n++;
	return n;
}

/* As many lines as its cells need; those that go on below wait. */
static void
print_row(struct page *p, const struct grid *g, const struct row *r)
{
	int lines = 1;

	for (int i = 0; i < r->cells; i++) {
		struct cell *c = &r->cell[i];
		struct cell *head = c->head ? c->head : c;
		int n;

		if (!c->head)
			c->rest = c->text;
		n = head->foot == c ? count_lines(head->rest) : 0;
		lines = n > lines ? n : lines;
	}
	for (int i = 0; i < lines; i++)
		print_line(p, g, r);
}

/* Rows, and in their places what else stands between them. */
static void
print_rows(struct page *p, const struct grid *g, const struct box *table)
{
	const struct row *r = g->first;

	for (const struct box *b = table->child; b; b = b->next) {
		if (b->kind != BOX_ROW) {
			box_print(p, b);
		} else if (b->filled && r) {
			print_row(p, g, r);
			r = r->next;
		}
	}
}

bool
table_print(struct page *p, const struct box *table)
{
	struct arena a = { 0 };
	struct grid g = { .a = &a };
	int width = p->width > 0 ? p->width : PLAIN_WIDTH;
	bool fits;

	width -= text_width(buf_text(&p->prefix), p->prefix.len);
	lay_rows(&g, table);
	find_right(&g);
	find_widths(&g);
	fits = !is_split(&g) && reads_well(&g) && make_fit(&g, width);
	if (fits) {
		p->gap = p->started;
		print_rows(p, &g, table);
		p->gap = true;
	}
	arena_free(&a);
	return fits;
}
