/*
 * outbox.c -- what is going out, what went, what is in doubt.
 */
#include <stdio.h>
#include <string.h>

#include "base/when.h"
#include "ui/views.h"

struct outbox_view {
	bool sent;
	struct rows rows;
	struct outbox *row;
};

static bool
belongs(const struct outbox *o, bool sent)
{
	bool gone = o->state == OUTBOX_ACCEPTED || o->state == OUTBOX_FILED;

	return sent ? gone : true;
}

static int
outbox_load(struct view *v, struct err *e)
{
	struct outbox_view *s = v->state;
	size_t n = 0, kept = 0;

	s->rows.n = 0;
	if (store_outbox(v->app->store, s->sent, &v->arena, &s->row, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (belongs(&s->row[i], s->sent))
			s->row[kept++] = s->row[i];
	}
	s->rows.n = kept;
	rows_keep(&s->rows, v->rows);
	return 0;
}

static enum role
state_look(enum outbox_state s)
{
	switch (s) {
	case OUTBOX_FAILED:
	case OUTBOX_DOUBT:
		return LOOK_LATE;
	case OUTBOX_QUEUED:
	case OUTBOX_SENDING:
		return LOOK_WARN;
	case OUTBOX_ACCEPTED:
	case OUTBOX_FILED:
		return LOOK_OK;
	default:
		return LOOK_DIM;
	}
}

/* "leaves in 8s", "tries again in 4m", the server's words. */
static void
what_next(const struct view *v, const struct outbox *o, char *out, size_t size)
{
	int64_t now = app_now(v->app);
	char span[WHEN_SIZE];

	out[0] = '\0';
	if (o->state == OUTBOX_QUEUED && o->not_before > now && o->tries == 0)
		snprintf(out, size, "leaves in %s",
		    when_span(o->not_before - now, span));
	else if (o->state == OUTBOX_QUEUED && o->next_try > now)
		snprintf(out, size, "tries again in %s: %.120s",
		    when_span(o->next_try - now, span), o->error);
	else if (o->state == OUTBOX_DOUBT)
		snprintf(out, size,
		    "may or may not have left: m it did, s send again");
	else
		snprintf(out, size, "%.160s", o->error);
}

static void
row_draw(const struct view *v, const struct outbox *o, const struct pane *p,
    int row, bool here)
{
	char when[WHEN_SIZE], next[200];
	int who = p->cols >= 100 ? 28 : 20;
	int col = 2, w;
	const struct address *to = o->to.n > 0 ? &o->to.v[0] : NULL;

	pane_put(p, row, 0, LOOK_MARK, here ? "▸" : " ");
	pane_put(p, row, col, state_look(o->state),
	    outbox_state_name(o->state));
	col += 10;
	pane_right(p, row, col + 10, LOOK_DIM,
	    when_short(v->app->shop->zone, app_now(v->app), o->queued_at,
		when));
	col += 12;
	if (to != NULL)
		pane_putn(p, row, col, who, LOOK_CUSTOMER,
		    *to->name != '\0' ? to->name : to->addr,
		    strlen(*to->name != '\0' ? to->name : to->addr));
	col += who + 1;
	what_next(v, o, next, sizeof(next));
	w = pane_put(p, row, col, LOOK_TEXT, o->subject);
	if (next[0] != '\0')
		pane_put(p, row, col + w + 2, LOOK_DIM, next);
	if (here)
		pane_reverse(p, row);
}

static void
outbox_draw(const struct view *v, const struct pane *p)
{
	const struct outbox_view *s = v->state;

	for (int r = 0; r < p->rows; r++) {
		size_t at = s->rows.top + (size_t)r;

		if (at < s->rows.n)
			row_draw(v, &s->row[at], p, r, at == s->rows.at);
	}
	scroll_draw(p, s->rows.top, (size_t)p->rows, s->rows.n);
	if (s->rows.n == 0)
		pane_put(p, p->rows / 3, 4, LOOK_BOLD,
		    s->sent ? "Nothing was sent yet."
			    : "Nothing is waiting to go out.");
}

static int
run_row(struct view *v, const char *fmt)
{
	struct outbox_view *s = v->state;
	char line[80];
	const char *hole = strchr(fmt, '#');

	if (s->rows.n == 0)
		return VERB_DONE;
	snprintf(line, sizeof(line), "%.*s%lld%s", (int)(hole - fmt), fmt,
	    (long long)s->row[s->rows.at].id, hole + 1);
	app_run(v->app, line);
	v->app->sending.outbox = 0;
	v->stale = true;
	return VERB_DONE;
}

static int
outbox_verb(struct view *v, enum verb verb, struct err *e)
{
	struct outbox_view *s = v->state;

	(void)e;
	switch (verb) {
	case VERB_OPEN:
	case VERB_RIGHT:
		if (s->rows.n > 0)
			thread_show(v->app, s->row[s->rows.at].thread);
		return VERB_DONE;
	case VERB_CANCEL:
		return run_row(v, "outbox cancel #");
	case VERB_RETRY:
		return run_row(v, "outbox retry #");
	case VERB_MARK_SENT:
		return run_row(v, "outbox resolve # sent");
	case VERB_SEND_AGAIN:
		return run_row(v, "outbox resolve # again");
	default:
		return rows_verb(&s->rows, verb, v->rows) ? VERB_DONE
							  : VERB_NOT_MINE;
	}
}

static void
outbox_click(struct view *v, int row, int col, int what)
{
	struct outbox_view *s = v->state;

	(void)col;
	rows_click(&s->rows, row, what, v->rows);
}

static void
outbox_point(const struct view *v, struct ctx *c)
{
	const struct outbox_view *s = v->state;

	if (s->rows.n == 0)
		return;
	c->thread = arena_array(c->arena, 1, sizeof(*c->thread));
	c->thread[0].thread = s->row[s->rows.at].thread;
	c->threads = 1;
}

static void
outbox_title(const struct view *v, struct buf *out)
{
	const struct outbox_view *s = v->state;

	buf_str(out, s->sent ? "Sent" : "Outbox");
}

static void
outbox_tick(struct view *v)
{
	v->stale = true;
	v->app->dirty = true;
}

static const char *
outbox_hints(const struct view *v)
{
	const struct outbox_view *s = v->state;

	if (s->sent)
		return "open|back|help";
	return "open|stop-sending=take back|try-again=try again|"
	       "mark-sent=it left|send-again=send again|back|help";
}

const struct view_ops outbox_ops = {
	.name = "outbox",
	.state_size = sizeof(struct outbox_view),
	.load = outbox_load,
	.draw = outbox_draw,
	.point = outbox_point,
	.verb = outbox_verb,
	.click = outbox_click,
	.title = outbox_title,
	.hints = outbox_hints,
	.tick = outbox_tick,
};

void
outbox_show(struct app *a, bool sent)
{
	struct view *v = app_push(a, &outbox_ops);
	struct outbox_view *s = v->state;
	struct err e = { 0 };

	s->sent = sent;
	if (app_loaded(a, v, &e) < 0)
		app_fail(a, &e);
}
