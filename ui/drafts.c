/*
 * drafts.c -- answers in the making, everybody's.
 */
#include <string.h>

#include "base/when.h"
#include "ui/cmd/hold.h"
#include "ui/views.h"

struct drafts {
	struct rows rows;
	struct draft *row;
};

static int
drafts_load(struct view *v, struct err *e)
{
	struct drafts *s = v->state;

	s->rows.n = 0;
	if (store_drafts(v->app->store, 0, &v->arena, &s->row, &s->rows.n, e) <
	    0)
		return -1;
	rows_keep(&s->rows, v->rows);
	return 0;
}

/* The first words of the draft that are not a quote. */
static const char *
words(const struct draft *d)
{
	const char *s = d->text;

	while (*s == '\n' || *s == ' ' || *s == '>') {
		if (*s == '>')
			s += strcspn(s, "\n");
		else
			s++;
	}
	return s;
}

static void
row_draw(const struct view *v, const struct draft *d, const struct pane *p,
    int row, bool here)
{
	char when[WHEN_SIZE];
	const struct address *to = d->to.n > 0 ? &d->to.v[0] : NULL;
	const char *s = words(d);
	int w;

	pane_put(p, row, 0, LOOK_MARK, here ? "▸" : " ");
	pane_right(p, row, 12, LOOK_DIM,
	    when_short(v->app->shop->zone, app_now(v->app), d->updated_at,
		when));
	pane_putn(p, row, 14, 8, LOOK_AGENT, d->agent, strlen(d->agent));
	if (to != NULL)
		pane_putn(p, row, 23, 20, LOOK_CUSTOMER,
		    *to->name != '\0' ? to->name : to->addr,
		    strlen(*to->name != '\0' ? to->name : to->addr));
	w = pane_put(p, row, 44, LOOK_TEXT, d->subject);
	pane_putn(p, row, 46 + w, p->cols - 46 - w, LOOK_DIM, s,
	    strcspn(s, "\n"));
	if (here)
		pane_reverse(p, row);
}

static void
drafts_draw(const struct view *v, const struct pane *p)
{
	const struct drafts *s = v->state;

	for (int r = 0; r < p->rows; r++) {
		size_t at = s->rows.top + (size_t)r;

		if (at < s->rows.n)
			row_draw(v, &s->row[at], p, r, at == s->rows.at);
	}
	if (s->rows.n == 0)
		pane_put(p, p->rows / 3, 4, LOOK_BOLD, "No drafts.");
}

static int
drafts_verb(struct view *v, enum verb verb, struct err *e)
{
	struct drafts *s = v->state;
	struct ctx *c;
	int rc;

	switch (verb) {
	case VERB_OPEN:
	case VERB_RIGHT:
		if (s->rows.n > 0)
			compose_draft(v->app, s->row[s->rows.at].id);
		return VERB_DONE;
	case VERB_DISCARD:
		if (s->rows.n == 0)
			return VERB_DONE;
		c = app_ctx(v->app);
		rc = hold_discard(c, s->row[s->rows.at].id, e);
		app_ctx_free(c);
		if (rc < 0)
			return -1;
		app_say(v->app, "draft thrown away · u brings it back");
		app_touch(v->app);
		return VERB_DONE;
	default:
		return rows_verb(&s->rows, verb, v->rows) ? VERB_DONE
							  : VERB_NOT_MINE;
	}
}

static void
drafts_click(struct view *v, int row, int col, int what)
{
	struct drafts *s = v->state;

	(void)col;
	rows_click(&s->rows, row, what, v->rows);
}

static void
drafts_title(const struct view *v, struct buf *out)
{
	(void)v;
	buf_str(out, "Drafts");
}

static const char *
drafts_hints(const struct view *v)
{
	(void)v;
	return "open=go on|discard|back|help";
}

const struct view_ops drafts_ops = {
	.name = "drafts",
	.state_size = sizeof(struct drafts),
	.load = drafts_load,
	.draw = drafts_draw,
	.verb = drafts_verb,
	.click = drafts_click,
	.title = drafts_title,
	.hints = drafts_hints,
};

void
drafts_show(struct app *a)
{
	struct err e = { 0 };

	if (app_loaded(a, app_push(a, &drafts_ops), &e) < 0)
		app_fail(a, &e);
}
