/*
 * customer.c -- who she is, and every contact on one time line.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/when.h"
#include "ui/views.h"

enum { CARD_COLS = 36, BESIDE_FROM = 90 };

struct customer_view {
	int64_t id;
	struct rows rows;
	struct card card;
};

static int
customer_load(struct view *v, struct err *e)
{
	struct customer_view *s = v->state;

	s->rows.n = 0;
	if (store_card(v->app->store, s->id, 0, &v->arena, &s->card, e) < 0)
		return -1;
	s->rows.n = s->card.earlier_n;
	rows_keep(&s->rows, v->rows - 2);
	return 0;
}

static void
row_draw(const struct view *v, const struct thread *t, const struct pane *p,
    int row, bool here)
{
	int64_t now = app_now(v->app);
	char when[WHEN_SIZE], wait[16];
	int w;

	wait_text(t, now, wait);
	pane_put(p, row, 0, LOOK_MARK, here ? "▸" : " ");
	pane_put(p, row, 1, LOOK_DIM, state_glyph(t, now));
	pane_right(p, row, 15, LOOK_DIM,
	    when_short(v->app->shop->zone, now, t->last_at, when));
	pane_right(p, row, 21, look_of_wait(t, now), wait);
	w = pane_put(p, row, 23, LOOK_TEXT, t->subject);
	if (23 + w + 2 < p->cols)
		pane_put(p, row, 25 + w, LOOK_DIM, t->snippet);
	if (here)
		pane_reverse(p, row);
}

/* The card with its list of threads left to the time line. */
static struct card
card_alone(const struct customer_view *s)
{
	struct card c = s->card;

	c.earlier_n = 0;
	return c;
}

static void
customer_draw(const struct view *v, const struct pane *p)
{
	const struct customer_view *s = v->state;
	struct card card = card_alone(s);
	bool wide = p->cols >= BESIDE_FROM;
	int top = wide ? 0 : 8;
	struct pane left = wide ? pane_part(p, 0, 1, p->rows, CARD_COLS - 2)
				: pane_part(p, 0, 1, top - 1, p->cols - 2);
	struct pane right =
	    wide ? pane_part(p, 0, CARD_COLS, p->rows, p->cols - CARD_COLS)
		 : pane_part(p, top, 0, p->rows - top, p->cols);

	card_draw(v->app, &card, NULL, &left);
	if (!wide)
		pane_line(p, top - 1, 0, p->cols, LOOK_RULE, "─");
	for (int r = 0; r < right.rows; r++) {
		size_t at = s->rows.top + (size_t)r;

		if (wide)
			pane_put(p, r, CARD_COLS - 2, LOOK_RULE, "│");
		if (at < s->rows.n)
			row_draw(v, &s->card.earlier[at], &right, r,
			    at == s->rows.at);
	}
}

static int
customer_verb(struct view *v, enum verb verb, struct err *e)
{
	struct customer_view *s = v->state;

	(void)e;
	if (verb == VERB_OPEN || verb == VERB_RIGHT) {
		if (s->rows.n > 0)
			thread_show(v->app, s->card.earlier[s->rows.at].id);
		return VERB_DONE;
	}
	return rows_verb(&s->rows, verb, v->rows) ? VERB_DONE : VERB_NOT_MINE;
}

static void
customer_point(const struct view *v, struct ctx *c)
{
	const struct customer_view *s = v->state;

	if (s->rows.n == 0)
		return;
	c->thread = arena_array(c->arena, 1, sizeof(*c->thread));
	c->thread[0].thread = s->card.earlier[s->rows.at].id;
	c->threads = 1;
}

static void
customer_title(const struct view *v, struct buf *out)
{
	const struct customer_view *s = v->state;

	if (s->card.customer.address != NULL)
		buf_fmt(out, "%s%s", s->card.customer.vip ? "★ " : "",
		    customer_label(&s->card.customer));
}

static const char *
customer_hints(const struct view *v)
{
	(void)v;
	return "open|write reply=reply|back|help";
}

const struct view_ops customer_ops = {
	.name = "customer",
	.state_size = sizeof(struct customer_view),
	.load = customer_load,
	.draw = customer_draw,
	.point = customer_point,
	.verb = customer_verb,
	.title = customer_title,
	.hints = customer_hints,
};

void
customer_show(struct app *a, int64_t customer)
{
	struct view *v = app_push(a, &customer_ops);
	struct customer_view *s = v->state;
	struct err e = { 0 };

	s->id = customer;
	if (app_loaded(a, v, &e) < 0) {
		app_pop(a);
		app_fail(a, &e);
	}
}
