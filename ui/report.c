/*
 * report.c -- figures, plots, and the threads behind each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/when.h"
#include "ui/cmd/figures.h"
#include "ui/plot.h"
#include "ui/views.h"

enum { PERIODS = 3, HEAD_ROWS = 2, HOURS = 24 };

static const struct {
	const char *name; /* of figures_period */
	const char *label;
} periods[PERIODS] = {
	{ "today", "Today" },
	{ "week", "7 days" },
	{ "month", "30 days" },
};

enum row_kind {
	ROW_WAITING,
	ROW_LATE,
	ROW_HEADING, /* of a table; nothing behind it */
	ROW_FIRST,
	ROW_ANY,
	ROW_RESOLUTION,
	ROW_UNANSWERED,
	ROW_DISMISSED,
	ROW_AGENT,
	ROW_TAG,
	ROW_PLOT,
	ROW_BLANK,
};

struct row {
	enum row_kind kind;
	size_t i;         /* of an agent or a tag */
	const char *text; /* of a heading */
	bool open;        /* the figure in open seconds */
};

struct report_view {
	int period;
	struct rows rows;
	struct row *row;
	struct report r;
	struct turn_row *turn;
	size_t turns;
	struct ctx *ctx; /* owns the report */
};

/* ---- rows ---- */

static void
push(struct view *v, enum row_kind kind, size_t i, const char *text, bool open)
{
	struct report_view *s = v->state;

	s->row = arena_grow(&v->arena, s->row, s->rows.n, sizeof(*s->row));
	s->row[s->rows.n++] = (struct row){ kind, i, text, open };
}

static void
push_figure(struct view *v, enum row_kind kind, const struct report_figure *f)
{
	push(v, kind, 0, NULL, false);
	if (f->open.n > 0)
		push(v, kind, 0, NULL, true);
}

static void
rows_make(struct view *v)
{
	struct report_view *s = v->state;
	const struct report *r = &s->r;

	s->row = NULL;
	s->rows.n = 0;
	push(v, ROW_WAITING, 0, NULL, false);
	push(v, ROW_LATE, 0, NULL, false);
	push(v, ROW_BLANK, 0, NULL, false);
	push(v, ROW_HEADING, 0, "Responses", false);
	push_figure(v, ROW_FIRST, &r->first);
	push_figure(v, ROW_ANY, &r->any);
	push_figure(v, ROW_RESOLUTION, &r->resolution_first);
	push(v, ROW_UNANSWERED, 0, NULL, false);
	push(v, ROW_DISMISSED, 0, NULL, false);
	if (r->agents > 0) {
		push(v, ROW_BLANK, 0, NULL, false);
		push(v, ROW_HEADING, 0, "By agent", false);
	}
	for (size_t i = 0; i < r->agents; i++)
		push(v, ROW_AGENT, i, NULL, false);
	if (r->tags > 0) {
		push(v, ROW_BLANK, 0, NULL, false);
		push(v, ROW_HEADING, 0, "By tag", false);
	}
	for (size_t i = 0; i < r->tags; i++)
		push(v, ROW_TAG, i, NULL, false);
	push(v, ROW_BLANK, 0, NULL, false);
	push(v, ROW_PLOT, 0, NULL, false);
	for (int i = 0; i < 6; i++)
		push(v, ROW_BLANK, 0, NULL, false);
}

static bool
is_figure(const struct row *r)
{
	return r->kind != ROW_BLANK && r->kind != ROW_HEADING &&
	       r->kind != ROW_PLOT;
}

static int
report_load(struct view *v, struct err *e)
{
	struct report_view *s = v->state;
	int64_t from, until;

	s->rows.n = 0;
	s->turns = 0;
	if (s->ctx != NULL)
		app_ctx_free(s->ctx);
	s->ctx = app_ctx(v->app);
	if (figures_period(s->ctx, periods[s->period].name, &from, &until, e) <
		0 ||
	    figures_make(s->ctx, from, until, &s->r, e) < 0 ||
	    store_turns(v->app->store, from, until, app_now(v->app), &v->arena,
		&s->turn, &s->turns, e) < 0)
		return -1;
	rows_make(v);
	rows_keep(&s->rows, v->rows - HEAD_ROWS);
	return 0;
}

/* ---- the threads behind a figure ---- */

static bool
behind(const struct report_view *s, const struct row *r,
    const struct turn_row *t)
{
	bool running = t->turn.end == TURN_RUNNING;

	switch (r->kind) {
	case ROW_WAITING:
		return running;
	case ROW_LATE:
		return running && t->state == TARGET_LATE;
	case ROW_FIRST:
		return t->turn.first && t->turn.end == TURN_ANSWERED;
	case ROW_ANY:
		return t->turn.end == TURN_ANSWERED;
	case ROW_UNANSWERED:
		return t->turn.end == TURN_CLOSED;
	case ROW_DISMISSED:
		return t->turn.end == TURN_DISMISSED;
	case ROW_AGENT:
		return !running && t->agent == s->r.agent[r->i].id;
	case ROW_TAG:
		for (size_t i = 0; i < t->tags.n; i++) {
			if (strcmp(t->tags.v[i], s->r.tag[r->i].name) == 0)
				return true;
		}
		return false;
	default:
		return false;
	}
}

static const char *
row_name(const struct report_view *s, const struct row *r)
{
	switch (r->kind) {
	case ROW_WAITING:
		return "Waiting now";
	case ROW_LATE:
		return "Late now";
	case ROW_FIRST:
		return "First response";
	case ROW_ANY:
		return "Any response";
	case ROW_RESOLUTION:
		return "First resolution";
	case ROW_UNANSWERED:
		return "Closed unanswered";
	case ROW_DISMISSED:
		return "Needed no answer";
	case ROW_AGENT:
		return s->r.agent[r->i].name;
	case ROW_TAG:
		return s->r.tag[r->i].name;
	default:
		return "";
	}
}

static size_t
threads_behind(struct view *v, int64_t **out)
{
	struct report_view *s = v->state;
	const struct row *r = &s->row[s->rows.at];
	size_t n = 0;

	*out = arena_array(&v->arena, s->turns + 1, sizeof(**out));
	for (size_t i = 0; i < s->turns; i++) {
		size_t j = 0;

		if (!behind(s, r, &s->turn[i]))
			continue;
		while (j < n && (*out)[j] != s->turn[i].thread)
			j++;
		if (j == n)
			(*out)[n++] = s->turn[i].thread;
	}
	return n;
}

static int
open_row(struct view *v)
{
	struct report_view *s = v->state;
	const struct row *r = &s->row[s->rows.at];
	int64_t *id;
	size_t n;
	char name[80];
	struct err e = { 0 };

	if (r->kind == ROW_RESOLUTION) {
		app_say(v->app, "e explains where this figure comes from");
		return VERB_DONE;
	}
	snprintf(name, sizeof(name), "%.40s, %s", row_name(s, r),
	    periods[s->period].label);
	if (r->kind == ROW_WAITING || r->kind == ROW_LATE) {
		if (list_show(v->app, name,
			r->kind == ROW_LATE ? "is:late" : "is:waiting", &e) < 0)
			app_fail(v->app, &e);
		return VERB_DONE;
	}
	n = threads_behind(v, &id);
	list_show_threads(v->app, name, id, n);
	return VERB_DONE;
}

/* The turns behind a figure, one a line; the number is for "explain turn". */
static int
explain(struct view *v)
{
	struct report_view *s = v->state;
	const struct row *r = &s->row[s->rows.at];
	struct buf b = { 0 };
	char wall[WHEN_SIZE], open[WHEN_SIZE];

	buf_fmt(&b, "%s, %s.  \":explain turn NUMBER\" tells each in full.\n\n",
	    row_name(s, r), periods[s->period].label);
	buf_fmt(&b, "%8s %8s %10s %10s  %-9s %s\n", "turn", "thread", "waited",
	    "open", "target", "subject");
	for (size_t i = 0; i < s->turns; i++) {
		const struct turn_row *t = &s->turn[i];

		if (!behind(s, r, t))
			continue;
		buf_fmt(&b, "%8lld %8lld %10s %10s  %-9s %s\n",
		    (long long)t->id, (long long)t->thread,
		    when_span(t->wall, wall),
		    t->open >= 0 ? when_span(t->open, open) : "-",
		    target_state_name(t->state), t->subject);
	}
	text_show(v->app, "explain", &b);
	buf_free(&b);
	return VERB_DONE;
}

/* ---- moving ---- */

static void
period_by(struct view *v, int by)
{
	struct report_view *s = v->state;
	struct err e = { 0 };

	s->period = (s->period + by + PERIODS) % PERIODS;
	if (app_loaded(v->app, v, &e) < 0)
		app_fail(v->app, &e);
}

static int
report_verb(struct view *v, enum verb verb, struct err *e)
{
	struct report_view *s = v->state;
	size_t was = s->rows.at;

	(void)e;
	if (verb == VERB_LEFT || verb == VERB_RIGHT) {
		period_by(v, verb == VERB_LEFT ? -1 : 1);
		return VERB_DONE;
	}
	if (s->rows.n == 0)
		return VERB_NOT_MINE;
	if (verb == VERB_OPEN)
		return open_row(v);
	if (verb == VERB_EXPLAIN)
		return explain(v);
	if (!rows_verb(&s->rows, verb, v->rows - HEAD_ROWS))
		return VERB_NOT_MINE;
	/* Stop at figures only. */
	while (!is_figure(&s->row[s->rows.at])) {
		size_t at = s->rows.at;
		bool down = at > was;

		if ((down && at + 1 >= s->rows.n) || (!down && at == 0)) {
			s->rows.at = was;
			break;
		}
		s->rows.at += down ? 1 : (size_t)-1;
	}
	return VERB_DONE;
}

static void
report_click(struct view *v, int row, int col, int what)
{
	struct report_view *s = v->state;
	size_t was = s->rows.at;

	if (row == 0 && col < 40) {
		s->period = col < 10 ? 0 : col < 20 ? 1 : 2;
		period_by(v, 0);
		return;
	}
	rows_click(&s->rows, row - HEAD_ROWS, what, v->rows - HEAD_ROWS);
	if (s->rows.n > 0 && !is_figure(&s->row[s->rows.at]))
		s->rows.at = was;
}

/* ---- drawing ---- */

enum { NAME_COLS = 21, FIGURE_COLS = 8 };

static void
cell(const struct pane *p, int row, int i, enum role look, const char *s)
{
	pane_right(p, row, NAME_COLS + (i + 1) * FIGURE_COLS, look, s);
}

static void
span_cell(const struct pane *p, int row, int i, int64_t secs)
{
	char t[WHEN_SIZE];

	cell(p, row, i, LOOK_TEXT, when_span(secs, t));
}

static void
number_cell(const struct pane *p, int row, int i, enum role look, size_t n)
{
	char t[24];

	snprintf(t, sizeof(t), "%zu", n);
	cell(p, row, i, look, t);
}

static void
within_cell(const struct pane *p, int row, int i, const struct report_figure *f)
{
	int per = report_within(f);
	char t[16];

	if (per < 0)
		return;
	snprintf(t, sizeof(t), "%d.%d%%", per / 10, per % 10);
	cell(p, row, i,
	    per >= 900   ? LOOK_OK
	    : per >= 700 ? LOOK_WARN
			 : LOOK_LATE,
	    t);
}

static void
figure_draw(const struct pane *p, int row, const struct report_figure *f,
    bool open)
{
	const struct figure *g = open ? &f->open : &f->wall;

	number_cell(p, row, 0, LOOK_TEXT, g->n);
	if (g->n > 0) {
		span_cell(p, row, 1, g->median);
		span_cell(p, row, 2, g->p90);
		span_cell(p, row, 3, g->max);
		span_cell(p, row, 4, g->mean);
	}
	if (!open)
		within_cell(p, row, 5, f);
	if (!open && f->running > 0)
		number_cell(p, row, 6, LOOK_DIM, f->running);
}

static void
heading_draw(const struct pane *p, int row, const char *text)
{
	static const char *const whole[] = { "n", "median", "90%", "max",
		"mean", "in time", "running" };
	static const char *const agent[] = { "n", "median", "90%", "missed",
		"closed", "in time" };

	pane_put(p, row, 1, LOOK_TITLE, text);
	if (strcmp(text, "Responses") == 0) {
		for (int i = 0; i < 7; i++)
			cell(p, row, i, LOOK_DIM, whole[i]);
	} else {
		for (int i = 0; i < 6; i++)
			cell(p, row, i, LOOK_DIM,
			    strcmp(text, "By tag") == 0 && (i == 3 || i == 4)
				? ""
				: agent[i]);
	}
}

static void
line_draw(const struct pane *p, int row, const struct report_line *l,
    bool agent)
{
	number_cell(p, row, 0, LOOK_TEXT, l->any.wall.n);
	if (l->any.wall.n > 0) {
		span_cell(p, row, 1, l->any.wall.median);
		span_cell(p, row, 2, l->any.wall.p90);
	}
	if (agent) {
		number_cell(p, row, 3, l->missed > 0 ? LOOK_WARN : LOOK_TEXT,
		    l->missed);
		number_cell(p, row, 4, LOOK_TEXT, l->closed);
	}
	within_cell(p, row, 5, &l->any);
}

static void
hours_draw(const struct report_view *s, const struct pane *p, int row)
{
	size_t n[HOURS] = { 0 };
	int step = p->cols >= 100 ? 4 : p->cols >= 76 ? 3 : 2;

	pane_put(p, row, 1, LOOK_TITLE, "Answers by hour of day");
	for (size_t i = 0; i < s->r.hours && i < HOURS; i++)
		n[i] = s->r.hour[i].any.wall.n;
	plot_bars(p, row + 1, 2, 4, step, LOOK_OK, n, HOURS);
	for (int i = 0; i < HOURS; i += 3) {
		char t[4];

		snprintf(t, sizeof(t), "%02d", i);
		pane_put(p, row + 5, 2 + i * step, LOOK_DIM, t);
	}
}

static void
row_draw(const struct report_view *s, const struct row *r, const struct pane *p,
    int row, bool here)
{
	const struct report *t = &s->r;

	if (r->kind == ROW_BLANK)
		return;
	if (r->kind == ROW_HEADING) {
		heading_draw(p, row, r->text);
		return;
	}
	if (r->kind == ROW_PLOT) {
		hours_draw(s, p, row);
		return;
	}
	pane_put(p, row, 0, LOOK_MARK, here ? "▸" : " ");
	pane_putn(p, row, 2, NAME_COLS - 2, LOOK_BOLD,
	    r->open ? "  in open hours" : row_name(s, r),
	    strlen(r->open ? "  in open hours" : row_name(s, r)));
	switch (r->kind) {
	case ROW_WAITING:
		number_cell(p, row, 0, LOOK_TEXT, t->waiting);
		break;
	case ROW_LATE:
		number_cell(p, row, 0, t->late > 0 ? LOOK_LATE : LOOK_OK,
		    t->late);
		break;
	case ROW_FIRST:
		figure_draw(p, row, &t->first, r->open);
		break;
	case ROW_ANY:
		figure_draw(p, row, &t->any, r->open);
		break;
	case ROW_RESOLUTION:
		figure_draw(p, row, &t->resolution_first, r->open);
		break;
	case ROW_UNANSWERED:
		number_cell(p, row, 0, LOOK_TEXT, t->closed_unanswered);
		break;
	case ROW_DISMISSED:
		number_cell(p, row, 0, LOOK_TEXT, t->dismissed);
		break;
	case ROW_AGENT:
		line_draw(p, row, &t->agent[r->i], true);
		break;
	case ROW_TAG:
		line_draw(p, row, &t->tag[r->i], false);
		break;
	default:
		break;
	}
	if (here)
		pane_reverse(p, row);
}

static void
periods_draw(const struct view *v, const struct pane *p)
{
	const struct report_view *s = v->state;
	int col = 1;

	for (int i = 0; i < PERIODS; i++) {
		bool here = i == s->period;

		col += pane_put(p, 0, col, LOOK_MARK, here ? "▸" : " ");
		col += pane_put(p, 0, col, here ? LOOK_BOLD : LOOK_DIM,
			   periods[i].label) +
		       2;
	}
	if (s->r.zone != NULL)
		pane_right(p, 0, p->cols - 1, LOOK_DIM, s->r.zone);
}

static void
report_draw(const struct view *v, const struct pane *p)
{
	const struct report_view *s = v->state;
	struct pane in =
	    pane_part(p, HEAD_ROWS, 0, p->rows - HEAD_ROWS, p->cols);

	periods_draw(v, p);
	for (int r = 0; r < in.rows; r++) {
		size_t at = s->rows.top + (size_t)r;

		if (at < s->rows.n)
			row_draw(s, &s->row[at], &in, r, at == s->rows.at);
	}
	scroll_draw(&in, s->rows.top, (size_t)in.rows, s->rows.n);
}

static void
report_title(const struct view *v, struct buf *out)
{
	(void)v;
	buf_str(out, "Report");
}

static const char *
report_hints(const struct view *v)
{
	(void)v;
	return "open=threads behind|explain-figure=explain|!h l=period|"
	       "back|help";
}

static void
report_done(struct view *v)
{
	struct report_view *s = v->state;

	if (s->ctx != NULL)
		app_ctx_free(s->ctx);
}

const struct view_ops report_ops = {
	.name = "report",
	.state_size = sizeof(struct report_view),
	.load = report_load,
	.draw = report_draw,
	.done = report_done,
	.verb = report_verb,
	.click = report_click,
	.title = report_title,
	.hints = report_hints,
};

void
report_show(struct app *a)
{
	struct view *v = app_push(a, &report_ops);
	struct report_view *s = v->state;
	struct err e = { 0 };

	s->period = 1;
	if (app_loaded(a, v, &e) < 0)
		app_fail(a, &e);
}
