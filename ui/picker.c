/*
 * picker.c -- a box over the view: a line to type in, the rest to choose.
 */
#include "ui/picker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/text.h"
#include "ui/app.h"
#include "ui/term.h"

struct picker *
picker_open(struct app *a, const char *title, picker_done done, void *arg)
{
	struct picker *p;

	picker_close(a);
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		exit(EX_OSERR);
	p->title = arena_str(&p->arena, title);
	p->line.single = true;
	editor_set(&p->line, "", 0);
	p->done = done;
	p->arg = arg;
	a->picker = p;
	a->dirty = true;
	return p;
}

void
picker_close(struct app *a)
{
	struct picker *p = a->picker;

	if (p == NULL)
		return;
	a->picker = NULL;
	editor_free(&p->line);
	arena_free(&p->arena);
	free(p->found);
	free(p);
	a->dirty = true;
}

void
picker_add(struct picker *p, const char *text, const char *label,
    const char *brief, bool ticked)
{
	p->item = arena_grow(&p->arena, p->item, p->items, sizeof(*p->item));
	p->item[p->items++] = (struct pick_item){
		arena_str(&p->arena, text),
		arena_str(&p->arena, label != NULL ? label : text),
		arena_str(&p->arena, brief),
		ticked,
	};
}

enum { PICKER_COLS = 100 };

struct score {
	size_t i;
	int score;
};

static int
by_score(const void *a, const void *b)
{
	const struct score *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->i < y->i ? -1 : 1;
}

void
picker_find(struct picker *p)
{
	const char *typed = buf_text(&p->line.text);
	struct score *s = calloc(p->items + 1, sizeof(*s));
	size_t n = 0;

	free(p->found);
	p->found = calloc(p->items + 1, sizeof(*p->found));
	if (s == NULL || p->found == NULL)
		exit(EX_OSERR);
	for (size_t i = 0; i < p->items; i++) {
		int f = 1;

		if (*typed != '\0')
			f = text_fuzzy(typed, p->item[i].label);
		if (f > 0)
			s[n++] = (struct score){ i, f };
	}
	qsort(s, n, sizeof(*s), by_score);
	for (size_t i = 0; i < n; i++)
		p->found[i] = s[i].i;
	p->found_n = n;
	p->at = 0;
	p->top = 0;
	free(s);
}

int
picker_offer(struct app *a, const char *none, struct err *e)
{
	if (a->picker->items == 0) {
		picker_close(a);
		return err_set(e, ERR_USAGE, 0, "%s", none);
	}
	picker_find(a->picker);
	return 0;
}

static void
finish(struct app *a, const char *text)
{
	struct picker *p = a->picker;
	picker_done done = p->done;
	void *arg = p->arg;
	char *copy = text != NULL ? strdup(text) : NULL;

	picker_close(a);
	done(a, arg, copy);
	free(copy);
}

static void
take(struct app *a)
{
	struct picker *p = a->picker;
	const char *typed = buf_text(&p->line.text);

	if (p->at < p->found_n)
		finish(a, p->item[p->found[p->at]].text);
	else if (p->free_text && *typed != '\0')
		finish(a, typed);
}

static void
step(struct picker *p, int by)
{
	if (p->found_n == 0)
		return;
	if (by < 0)
		p->at = p->at > 0 ? p->at - 1 : p->found_n - 1;
	else
		p->at = p->at + 1 < p->found_n ? p->at + 1 : 0;
}

void
picker_key(struct app *a, ui_key k)
{
	struct picker *p = a->picker;

	a->dirty = true;
	if (k == UK_ESC || k == UK_CTRL('c') || k == UK_CTRL('g')) {
		finish(a, NULL);
	} else if (k == UK_ENTER) {
		take(a);
	} else if (k == UK_TAB && p->free_text && p->line.text.len > 0) {
		finish(a, buf_text(&p->line.text));
	} else if (k == UK_UP || k == UK_CTRL('p') || k == UK_CTRL('k')) {
		step(p, -1);
	} else if (k == UK_DOWN || k == UK_CTRL('n') || k == UK_TAB) {
		step(p, 1);
	} else if (editor_key(&p->line, k) && p->line.changed) {
		p->line.changed = false;
		picker_find(p);
	}
}

void
picker_paste(struct app *a, const struct buf *text)
{
	editor_insert(&a->picker->line, buf_text(text), text->len);
	picker_find(a->picker);
	a->dirty = true;
}

static struct pane
box(const struct picker *p, const struct pane *whole)
{
	int rows = (int)p->items + 4;
	int cols = whole->cols * 3 / 4;

	if (cols < 62)
		cols = 62;
	if (cols > PICKER_COLS)
		cols = PICKER_COLS;
	if (rows < 8)
		rows = 8;
	if (rows > whole->rows - 4)
		rows = whole->rows - 4;
	if (rows > 20)
		rows = 20;
	if (cols > whole->cols - 4)
		cols = whole->cols - 4;
	return pane_part(whole, (whole->rows - rows) / 2,
	    (whole->cols - cols) / 2, rows, cols);
}

static void
frame(const struct pane *b, const char *title)
{
	for (int r = 0; r < b->rows; r++) {
		pane_fill(b, r, 0, b->cols, LOOK_FIELD);
		pane_put(b, r, 0, LOOK_RULE, "│");
		pane_put(b, r, b->cols - 1, LOOK_RULE, "│");
	}
	pane_line(b, 0, 0, b->cols, LOOK_RULE, "─");
	pane_line(b, b->rows - 1, 0, b->cols, LOOK_RULE, "─");
	pane_put(b, 0, 0, LOOK_RULE, "┌");
	pane_put(b, 0, b->cols - 1, LOOK_RULE, "┐");
	pane_put(b, b->rows - 1, 0, LOOK_RULE, "└");
	pane_put(b, b->rows - 1, b->cols - 1, LOOK_RULE, "┘");
	pane_put(b, 0, 2, LOOK_TITLE, title);
}

static void
item_draw(const struct picker *p, const struct pane *in, int row, size_t i)
{
	const struct pick_item *it = &p->item[p->found[i]];
	int brief = text_width(it->brief, strlen(it->brief));
	int room = in->cols - 3, col;

	/* Both whole if they fit, else at most two fifths for the second. */
	if (brief > room * 2 / 5)
		brief = room * 2 / 5;
	if (brief > 0)
		room -= brief + 2;
	pane_put(in, row, 0, LOOK_MARK, i == p->at ? "▸" : " ");
	pane_put(in, row, 1, LOOK_OK, it->ticked ? "✓" : " ");
	col = 5 + pane_putn(in, row, 3, room, LOOK_TEXT, it->label,
		      strlen(it->label));
	if (col < 24 && 24 + brief <= in->cols)
		col = 24;
	pane_putn(in, row, col, in->cols - col, LOOK_DIM, it->brief,
	    strlen(it->brief));
	if (i == p->at)
		pane_look(in, row, 0, in->cols, LOOK_CURSOR);
}

void
picker_draw(const struct app *a, const struct pane *whole)
{
	struct picker *p = a->picker;
	struct pane b = box(p, whole);
	struct pane in = pane_part(&b, 3, 2, b.rows - 4, b.cols - 4);
	struct pane line = pane_part(&b, 1, 4, 1, b.cols - 6);
	char said[120] = "";

	frame(&b, p->title);
	pane_put(&b, 1, 2, LOOK_KEY, ">");
	editor_draw(&p->line, &line, LOOK_FIELD, true);
	if (p->explain != NULL && p->line.text.len > 0)
		p->explain(a->top->app, buf_text(&p->line.text), said,
		    sizeof(said));
	else if (p->free_text && p->line.text.len > 0 && p->found_n > 0)
		snprintf(said, sizeof(said), "Tab takes what is typed");
	pane_put(&b, 2, 4, LOOK_DIM, said);
	if (p->at < p->top)
		p->top = p->at;
	if (in.rows > 0 && p->at >= p->top + (size_t)in.rows)
		p->top = p->at - (size_t)in.rows + 1;
	for (int r = 0; r < in.rows && p->top + (size_t)r < p->found_n; r++)
		item_draw(p, &in, r, p->top + (size_t)r);
	if (p->found_n == 0)
		pane_put(&in, 0, 0, LOOK_DIM,
		    p->free_text ? "Enter takes what is typed"
				 : "nothing by that name");
}

void
picker_click(struct app *a, int row, int col, int what)
{
	struct picker *p = a->picker;
	struct pane whole = grid_whole(&a->grid);
	struct pane b = box(p, &whole);
	size_t i = p->top + (size_t)(row - b.row - 3);

	a->dirty = true;
	if (what == MOUSE_UP || what == MOUSE_DOWN) {
		step(p, what == MOUSE_UP ? -1 : 1);
	} else if (row < b.row || row >= b.row + b.rows || col < b.col ||
		   col >= b.col + b.cols) {
		finish(a, NULL);
	} else if (row >= b.row + 3 && i < p->found_n) {
		p->at = i;
		take(a);
	}
}
