/*
 * search.c -- hits, best first, with the words that were found.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/when.h"
#include "ui/views.h"

enum { HITS_MAX = 200, HIT_ROWS = 2 };

struct search {
	char *words;
	struct rows rows;
	struct hit *hit;
};

static int
search_load(struct view *v, struct err *e)
{
	struct search *s = v->state;
	struct list_ask ask = { .limit = HITS_MAX };
	size_t where;

	s->rows.n = 0;
	ask.me = v->app->base->act.agent;
	ask.now = app_now(v->app);
	ask.query = query_parse(&v->arena, s->words, v->app->shop->zone,
	    ask.now, &where, e);
	if (ask.query == NULL || store_search(v->app->store, &ask, &v->arena,
				     &s->hit, &s->rows.n, e) < 0)
		return -1;
	rows_keep(&s->rows, v->rows / HIT_ROWS);
	return 0;
}

/* Hits stand between \x02 and \x03. */
static void
excerpt_draw(const struct pane *p, int row, int col, const char *s)
{
	enum role look = LOOK_DIM;

	while (*s != '\0' && col < p->cols - 1) {
		size_t n = strcspn(s, "\x02\x03");

		if (n > 0)
			col += pane_putn(p, row, col, p->cols - 1 - col, look,
			    s, n);
		s += n;
		if (*s == '\x02')
			look = LOOK_HIT;
		else if (*s == '\x03')
			look = LOOK_DIM;
		if (*s != '\0')
			s++;
	}
}

static void
hit_draw(const struct view *v, const struct hit *h, const struct pane *p,
    int row, bool here)
{
	int64_t now = app_now(v->app);
	char when[WHEN_SIZE];
	const char *who = customer_label(&h->thread.customer);
	int w;

	pane_put(p, row, 0, LOOK_MARK, here ? "▸" : " ");
	pane_put(p, row, 1, LOOK_DIM, state_glyph(&h->thread, now));
	pane_putn(p, row, 3, 22, LOOK_CUSTOMER, who, strlen(who));
	w = pane_right(p, row, p->cols - 1, LOOK_DIM,
	    when_short(v->app->shop->zone, now, h->at, when));
	pane_putn(p, row, 27, p->cols - 29 - w, LOOK_TEXT, h->thread.subject,
	    strlen(h->thread.subject));
	if (here)
		pane_reverse(p, row);
	excerpt_draw(p, row + 1, 5, h->excerpt);
}

static void
search_draw(const struct view *v, const struct pane *p)
{
	const struct search *s = v->state;

	for (int r = 0; r + 1 < p->rows; r += HIT_ROWS) {
		size_t at = s->rows.top + (size_t)(r / HIT_ROWS);

		if (at < s->rows.n)
			hit_draw(v, &s->hit[at], p, r, at == s->rows.at);
	}
	scroll_draw(p, s->rows.top, (size_t)(p->rows / HIT_ROWS), s->rows.n);
	if (s->rows.n == 0) {
		pane_put(p, p->rows / 3, 4, LOOK_BOLD, "Nothing was found.");
		pane_put(p, p->rows / 3 + 1, 4, LOOK_DIM,
		    "/ searches again; words, \"phrases\", from: tag: is: "
		    "since: - or");
	}
}

static int
search_verb(struct view *v, enum verb verb, struct err *e)
{
	struct search *s = v->state;

	(void)e;
	if (verb == VERB_NEXT_HIT)
		verb = VERB_DOWN;
	else if (verb == VERB_PREV_HIT)
		verb = VERB_UP;
	if (verb == VERB_OPEN || verb == VERB_RIGHT) {
		if (s->rows.n > 0)
			thread_show_message(v->app,
			    s->hit[s->rows.at].thread.id,
			    s->hit[s->rows.at].message);
		return VERB_DONE;
	}
	return rows_verb(&s->rows, verb, v->rows / HIT_ROWS) ? VERB_DONE
							     : VERB_NOT_MINE;
}

static void
search_click(struct view *v, int row, int col, int what)
{
	struct search *s = v->state;

	(void)col;
	rows_click(&s->rows, row / HIT_ROWS, what, v->rows / HIT_ROWS);
}

static void
search_point(const struct view *v, struct ctx *c)
{
	const struct search *s = v->state;

	if (s->rows.n == 0)
		return;
	c->thread = arena_array(c->arena, 1, sizeof(*c->thread));
	c->thread[0].thread = s->hit[s->rows.at].thread.id;
	c->thread[0].revision = s->hit[s->rows.at].thread.revision;
	c->threads = 1;
}

static void
search_title(const struct view *v, struct buf *out)
{
	const struct search *s = v->state;
	char count[TEXT_COUNT];

	buf_fmt(out, "Search: %s · %s", s->words,
	    text_count((int64_t)s->rows.n, "hit", count));
}

static bool
search_touched(const struct view *v, const int64_t *thread, size_t n)
{
	(void)v, (void)thread;
	return n == 0; /* hits do not jump about under the cursor */
}

static void
search_done(struct view *v)
{
	struct search *s = v->state;

	free(s->words);
}

static const char *
search_hints(const struct view *v)
{
	(void)v;
	return "open|next-hit=next|prev-hit=before|find=again|back|help";
}

const struct view_ops search_ops = {
	.name = "search",
	.state_size = sizeof(struct search),
	.load = search_load,
	.draw = search_draw,
	.point = search_point,
	.done = search_done,
	.verb = search_verb,
	.click = search_click,
	.title = search_title,
	.hints = search_hints,
	.touched = search_touched,
};

void
search_show(struct app *a, const char *query)
{
	struct view *v;
	struct search *s;
	struct err e = { 0 };

	if (a->top->ops == &search_ops)
		app_pop(a);
	v = app_push(a, &search_ops);
	s = v->state;
	s->words = strdup(query);
	if (app_loaded(a, v, &e) < 0) {
		app_pop(a);
		app_fail(a, &e);
	}
}

bool
search_step(struct app *a, int by)
{
	struct view *v = app_find(a, &search_ops);
	struct search *s;
	size_t was;

	if (v == NULL)
		return false;
	s = v->state;
	was = s->rows.at;
	rows_verb(&s->rows, by > 0 ? VERB_DOWN : VERB_UP, v->rows / HIT_ROWS);
	if (s->rows.at == was) {
		app_say(a,
		    by > 0 ? "this is the last hit" : "this is the first hit");
		return true;
	}
	thread_show_message(a, s->hit[s->rows.at].thread.id,
	    s->hit[s->rows.at].message);
	return true;
}
