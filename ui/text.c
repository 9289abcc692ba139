/*
 * text.c -- lines to read: what a command printed, a raw mail, headers.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/views.h"

struct reader {
	char *title;
	struct buf text; /* cleaned */
	struct rows rows;
	size_t *line; /* offsets, in the arena */
	size_t *len;
};

static int
text_load(struct view *v, struct err *e)
{
	struct reader *r = v->state;
	const char *s = buf_text(&r->text);
	size_t n = r->text.len, at = 0, next;
	size_t lines = 0;

	(void)e;
	r->line = NULL;
	r->len = NULL;
	while (at < n) {
		size_t used = text_wrap(s + at, n - at, v->cols - 2, &next);

		r->line = arena_grow(&v->arena, r->line, lines, sizeof(size_t));
		r->len = arena_grow(&v->arena, r->len, lines, sizeof(size_t));
		r->line[lines] = at;
		r->len[lines++] = used;
		if (next == 0)
			break;
		at += next;
	}
	r->rows.n = lines;
	return 0;
}

static void
text_draw(const struct view *v, const struct pane *p)
{
	const struct reader *r = v->state;

	for (int i = 0; i < p->rows; i++) {
		size_t at = r->rows.top + (size_t)i;

		if (at >= r->rows.n)
			break;
		pane_putn(p, i, 1, p->cols - 2, LOOK_TEXT,
		    buf_text(&r->text) + r->line[at], r->len[at]);
	}
	scroll_draw(p, r->rows.top, (size_t)p->rows, r->rows.n);
}

/* Here the text moves, not a cursor. */
static int
text_verb(struct view *v, enum verb verb, struct err *e)
{
	struct reader *r = v->state;
	size_t most =
	    r->rows.n > (size_t)v->rows ? r->rows.n - (size_t)v->rows : 0;
	struct rows whole = { most + 1, r->rows.top, 0 };

	(void)e;
	if (!rows_verb(&whole, verb, v->rows))
		return VERB_NOT_MINE;
	r->rows.top = whole.at;
	return VERB_DONE;
}

static void
text_click(struct view *v, int row, int col, int what)
{
	struct reader *r = v->state;
	struct rows whole = { r->rows.n > (size_t)v->rows
				  ? r->rows.n - (size_t)v->rows + 1
				  : 1,
		r->rows.top, 0 };

	(void)col;
	rows_click(&whole, row < 0 ? row : -1, what, v->rows);
	r->rows.top = whole.at;
}

static void
text_title(const struct view *v, struct buf *out)
{
	const struct reader *r = v->state;

	buf_str(out, r->title);
}

static void
text_point(const struct view *v, struct ctx *c)
{
	if (v->below != NULL && v->below->ops->point != NULL)
		v->below->ops->point(v->below, c);
}

static bool
text_touched(const struct view *v, const int64_t *thread, size_t n)
{
	(void)v, (void)thread, (void)n;
	return false;
}

static void
text_done(struct view *v)
{
	struct reader *r = v->state;

	free(r->title);
	buf_free(&r->text);
}

const struct view_ops text_ops = {
	.name = "text",
	.state_size = sizeof(struct reader),
	.load = text_load,
	.draw = text_draw,
	.point = text_point,
	.done = text_done,
	.verb = text_verb,
	.click = text_click,
	.title = text_title,
	.touched = text_touched,
};

void
text_show(struct app *a, const char *title, const struct buf *text)
{
	struct view *v = app_push(a, &text_ops);
	struct reader *r = v->state;
	struct err e = { 0 };

	r->title = strdup(title);
	text_clean(&r->text, buf_text(text), text->len, TEXT_BLOCK);
	app_loaded(a, v, &e);
}
