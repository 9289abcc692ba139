/*
 * list.c -- the desk: threads by how long they wait.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/when.h"
#include "ui/preview.h"
#include "ui/term.h"
#include "ui/views.h"

enum {
	SIDEBAR_FROM = 100, /* columns */
	PREVIEW_FROM = 140,
	SIDEBAR_COLS = 20,
	LIST_SHARE = 60, /* percent, of what is beside the sidebar */
	IDS_MAX = 200,
};

struct list {
	char *name;
	char *words;
	char *narrowed; /* more words, by "\"; NULL if none */
	enum list_order order;
	struct list_key after; /* of the row above the window */
	size_t at;
	int64_t at_id; /* to find the row again after a reload */
	struct thread *row;
	size_t n;
	bool more; /* below the window */
	int64_t *mark;
	size_t marks;
	int64_t range; /* where v began; 0: nowhere */

	struct preview preview;
};

/* ---- geometry ---- */

static bool
has_sidebar(const struct view *v)
{
	return v->cols >= SIDEBAR_FROM;
}

static struct pane
list_pane(const struct view *v, const struct pane *p)
{
	int left = has_sidebar(v) ? SIDEBAR_COLS : 0;
	int cols = v->cols - left;
	int top = has_sidebar(v) ? 0 : 1;

	if (v->cols >= PREVIEW_FROM)
		cols = cols * LIST_SHARE / 100;
	return pane_part(p, top, left, v->rows - top, cols);
}

static size_t
window(const struct view *v)
{
	int rows = v->rows - (has_sidebar(v) ? 0 : 1);

	return rows > 0 ? (size_t)rows : 1;
}

/* ---- loading ---- */

static int
ask_make(struct view *v, struct list_ask *ask, struct err *e)
{
	struct list *l = v->state;
	size_t where;
	const char *words = l->words;

	memset(ask, 0, sizeof(*ask));
	ask->order = l->order;
	ask->me = v->app->base->act.agent;
	ask->now = app_now(v->app);
	if (l->narrowed != NULL)
		words = *words != '\0' ? arena_fmt(&v->arena, "(%s) (%s)",
					     words, l->narrowed)
				       : l->narrowed;
	if (*words == '\0')
		return 0;
	ask->query = query_parse(&v->arena, words, v->app->shop->zone, ask->now,
	    &where, e);
	return ask->query != NULL ? 0 : -1;
}

static int
rows_from(struct view *v, const struct list_ask *base, struct list_key after,
    struct err *e)
{
	struct list *l = v->state;
	struct list_ask ask = *base;

	ask.after = after;
	ask.limit = window(v) + 1;
	if (store_list(v->app->store, &ask, &v->arena, &l->row, &l->n, e) < 0)
		return -1;
	l->after = after;
	l->more = l->n > window(v);
	if (l->more)
		l->n--;
	return 0;
}

static void
cursor_find(struct list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->row[i].id == l->at_id)
			l->at = i;
	}
	if (l->n > 0 && l->at >= l->n)
		l->at = l->n - 1;
	l->at_id = l->n > 0 ? l->row[l->at].id : 0;
}

static int
list_load(struct view *v, struct err *e)
{
	struct list *l = v->state;
	struct list_ask ask;

	l->n = 0;
	l->row = NULL;
	if (ask_make(v, &ask, e) < 0 || rows_from(v, &ask, l->after, e) < 0)
		return -1;
	/* The rows went from under us: show the last ones there are. */
	if (l->n == 0 && l->after.id != 0 &&
	    rows_from(v, &ask, (struct list_key){ 0 }, e) < 0)
		return -1;
	cursor_find(l);
	return 0;
}

/* ---- moving: the window slides by key ---- */

static int
slide_down(struct view *v, size_t by, struct err *e)
{
	struct list *l = v->state;
	struct list_ask ask;
	struct list_key after;

	if (!l->more || l->n == 0)
		return 0;
	if (by > l->n)
		by = l->n;
	after = store_list_key(&l->row[by - 1], l->order);
	arena_reset(&v->arena);
	if (ask_make(v, &ask, e) < 0)
		return -1;
	return rows_from(v, &ask, after, e);
}

static int
slide_up(struct view *v, size_t by, struct err *e)
{
	struct list *l = v->state;
	struct list_ask ask;
	struct list_key key = { 0 };
	struct thread *t;
	size_t n;

	if (l->after.id == 0)
		return 0;
	if (ask_make(v, &ask, e) < 0)
		return -1;
	ask.backwards = true;
	ask.limit = by + 1;
	if (l->n > 0)
		ask.after = store_list_key(&l->row[0], l->order);
	if (store_list(v->app->store, &ask, &v->arena, &t, &n, e) < 0)
		return -1;
	if (n > by)
		key = store_list_key(&t[0], l->order);
	arena_reset(&v->arena);
	ask.backwards = false;
	if (ask_make(v, &ask, e) < 0)
		return -1;
	return rows_from(v, &ask, key, e);
}

static int
to_end(struct view *v, struct err *e)
{
	struct list *l = v->state;
	struct list_ask ask;
	struct list_key key = { 0 };
	struct thread *t;
	size_t n;

	if (ask_make(v, &ask, e) < 0)
		return -1;
	ask.backwards = true;
	ask.limit = window(v) + 1;
	if (store_list(v->app->store, &ask, &v->arena, &t, &n, e) < 0)
		return -1;
	if (n > window(v))
		key = store_list_key(&t[0], l->order);
	l->after = key;
	return list_load(v, e);
}

static int
move_by(struct view *v, long by, struct err *e)
{
	struct list *l = v->state;
	long to = (long)l->at + by;

	if (to >= (long)l->n) {
		size_t more = (size_t)(to - (long)l->n + 1);

		if (slide_down(v, more, e) < 0)
			return -1;
		to = (long)l->n - 1;
	} else if (to < 0) {
		if (slide_up(v, (size_t)-to, e) < 0)
			return -1;
		to = 0;
	}
	if (l->n == 0)
		to = 0;
	l->at = to > 0 ? (size_t)to : 0;
	l->at_id = l->n > 0 ? l->row[l->at].id : 0;
	return VERB_DONE;
}

static int
to_edge(struct view *v, bool end, struct err *e)
{
	struct list *l = v->state;
	struct list_ask ask;

	arena_reset(&v->arena);
	l->n = 0;
	if (end)
		return to_end(v, e) < 0 ? -1 : move_by(v, (long)window(v), e);
	if (ask_make(v, &ask, e) < 0 ||
	    rows_from(v, &ask, (struct list_key){ 0 }, e) < 0)
		return -1;
	l->at = 0;
	l->at_id = l->n > 0 ? l->row[0].id : 0;
	return VERB_DONE;
}

/* ---- marks ---- */

static bool
marked(const struct list *l, int64_t id)
{
	for (size_t i = 0; i < l->marks; i++) {
		if (l->mark[i] == id)
			return true;
	}
	return false;
}

static void
mark_set(struct list *l, int64_t id, bool on)
{
	size_t i = 0;

	while (i < l->marks && l->mark[i] != id)
		i++;
	if (on && i == l->marks) {
		int64_t *m = realloc(l->mark, (i + 1) * sizeof(*m));

		if (m == NULL)
			return;
		l->mark = m;
		l->mark[l->marks++] = id;
	} else if (!on && i < l->marks) {
		l->mark[i] = l->mark[--l->marks];
	}
}

static void
mark_range(struct list *l)
{
	size_t from = l->at, to = l->at;

	if (l->range == 0) {
		l->range = l->at_id;
		mark_set(l, l->at_id, true);
		return;
	}
	for (size_t i = 0; i < l->n; i++) {
		if (l->row[i].id == l->range)
			from = i;
	}
	if (from > to) {
		size_t t = from;

		from = to;
		to = t;
	}
	for (size_t i = from; i <= to && i < l->n; i++)
		mark_set(l, l->row[i].id, true);
	l->range = 0;
}

/* ---- verbs ---- */

static int
open_row(struct view *v)
{
	struct list *l = v->state;

	if (l->n == 0)
		return VERB_DONE;
	thread_show(v->app, l->row[l->at].id);
	return VERB_DONE;
}

static int
list_verb(struct view *v, enum verb verb, struct err *e)
{
	struct list *l = v->state;
	long page = (long)window(v);

	switch (verb) {
	case VERB_DOWN:
	case VERB_NEXT_MESSAGE:
	case VERB_NEXT_THREAD:
		return move_by(v, 1, e);
	case VERB_UP:
	case VERB_PREV_MESSAGE:
	case VERB_PREV_THREAD:
		return move_by(v, -1, e);
	case VERB_HALF_DOWN:
		return move_by(v, page / 2, e);
	case VERB_HALF_UP:
		return move_by(v, -(page / 2), e);
	case VERB_PAGE_DOWN:
		return move_by(v, page - 1, e);
	case VERB_PAGE_UP:
		return move_by(v, -(page - 1), e);
	case VERB_TOP:
		return to_edge(v, false, e);
	case VERB_BOTTOM:
		return to_edge(v, true, e);
	case VERB_OPEN:
	case VERB_RIGHT:
		return open_row(v);
	case VERB_SELECT:
		if (l->n > 0)
			mark_set(l, l->at_id, !marked(l, l->at_id));
		return move_by(v, 1, e);
	case VERB_SELECT_RANGE:
		mark_range(l);
		return VERB_DONE;
	default:
		return VERB_NOT_MINE;
	}
}

static void
list_click(struct view *v, int row, int col, int what)
{
	struct list *l = v->state;
	struct err e = { 0 };
	int top = has_sidebar(v) ? 0 : 1;

	if (what == MOUSE_UP || what == MOUSE_DOWN) {
		move_by(v, what == MOUSE_UP ? -3 : 3, &e);
		return;
	}
	if (has_sidebar(v) ? col < SIDEBAR_COLS : row == 0) {
		places_click(v->app, row, has_sidebar(v) ? -1 : col);
		return;
	}
	if (row < top || (size_t)(row - top) >= l->n)
		return;
	if (l->at == (size_t)(row - top) && what == MOUSE_DOUBLE) {
		open_row(v);
		return;
	}
	l->at = (size_t)(row - top);
	l->at_id = l->row[l->at].id;
}

static void
list_point(const struct view *v, struct ctx *c)
{
	const struct list *l = v->state;
	size_t n = l->marks > 0 ? l->marks : (l->n > 0 ? 1 : 0);

	c->thread = arena_array(c->arena, n + 1, sizeof(*c->thread));
	c->threads = n;
	for (size_t i = 0; i < l->marks; i++)
		c->thread[i].thread = l->mark[i];
	if (l->marks == 0 && n == 1)
		c->thread[0].thread = l->row[l->at].id;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < l->n; j++) {
			if (l->row[j].id == c->thread[i].thread)
				c->thread[i].revision = l->row[j].revision;
		}
	}
}

/* ---- drawing ---- */

struct columns {
	int wait;
	int customer;
	int subject; /* with snippet, tags and who is there */
	int assignee;
	int count;
};

/* A column for the longest login there may be, so that none jumps. */
static int
assignee_cols(const struct app *a)
{
	int most = 3;

	for (size_t i = 0; i < a->agents; i++) {
		int w =
		    text_width(a->agent[i].login, strlen(a->agent[i].login));

		if (a->agent[i].active && w > most)
			most = w;
	}
	return most < 9 ? most + 1 : 10;
}

static void
columns_make(const struct app *a, const struct pane *p, struct columns *c)
{
	c->wait = 5;
	c->assignee = p->cols >= 70 ? assignee_cols(a) : 0;
	c->count = p->cols >= 70 ? 3 : 0;
	c->customer = p->cols >= 120 ? 26 : p->cols >= 76 ? 20 : 16;
	/* 1 cursor, 2 state, 1 star, and a blank after each column. */
	c->subject = p->cols - 4 - c->wait - 1 - c->customer - 1 - c->assignee -
		     c->count;
	if (c->subject < 8)
		c->subject = 8;
}

/* Tags from the right edge inwards; columns used. */
static int
tags_draw(const struct thread *t, const struct pane *p, int row, int end,
    int room)
{
	int used = 0;

	for (size_t i = t->tags.n; i-- > 0;) {
		int w = text_width(t->tags.v[i], strlen(t->tags.v[i]));

		if (used + w + 1 > room)
			break;
		pane_right(p, row, end - used, LOOK_TAG, t->tags.v[i]);
		used += w + 1;
	}
	return used;
}

static void
subject_draw(const struct view *v, const struct thread *t, const struct pane *p,
    int row, int col, int cols)
{
	enum role look = t->unread > 0 ? LOOK_BOLD : LOOK_TEXT;
	char who[60];
	int end = col + cols, w, room;

	app_who(v->app, t->id, who, sizeof(who));
	if (who[0] != '\0')
		end -= pane_right(p, row, end, LOOK_WARN, who) + 1;
	if (t->draft)
		end -= pane_right(p, row, end, LOOK_NOTE, "draft") + 1;
	/* What the subject leaves, but a quarter at least, half at most. */
	room = end - col - text_width(t->subject, strlen(t->subject)) - 1;
	if (room > (end - col) / 2)
		room = (end - col) / 2;
	if (room < (end - col) / 4)
		room = (end - col) / 4;
	end -= tags_draw(t, p, row, end, room);
	w = pane_putn(p, row, col, end - col, look, t->subject,
	    strlen(t->subject));
	if (w == 0)
		w = pane_putn(p, row, col, end - col, LOOK_DIM, "(no subject)",
		    12);
	if (col + w + 2 < end)
		pane_putn(p, row, col + w + 2, end - col - w - 2, LOOK_DIM,
		    t->snippet, strlen(t->snippet));
}

static void
row_draw(const struct view *v, const struct thread *t, const struct pane *p,
    int row, const struct columns *c, bool here)
{
	const struct list *l = v->state;
	int64_t now = app_now(v->app);
	char wait[16], text[16], when[WHEN_SIZE];
	int col = 0;

	pane_put(p, row, 0, LOOK_MARK,
	    marked(l, t->id) ? (here ? "▶" : "✓")
	    : here           ? "▸"
			     : " ");
	pane_put(p, row, 1, t->unread > 0 ? LOOK_BOLD : LOOK_DIM,
	    state_glyph(t, now));
	wait_text(t, now, wait);
	col = 3;
	if (wait[0] != '\0')
		pane_right(p, row, col + c->wait, look_of_wait(t, now), wait);
	else
		pane_right(p, row, col + c->wait - 1, LOOK_DIM,
		    when_span(now - t->last_at, when));
	col += c->wait + 1;
	pane_put(p, row, col - 1, LOOK_STAR,
	    t->customer.vip ? "★"
	    : t->starred    ? "*"
			    : " ");
	pane_putn(p, row, col, c->customer, LOOK_CUSTOMER,
	    customer_label(&t->customer), strlen(customer_label(&t->customer)));
	if (t->unread == 0)
		pane_look(p, row, col, c->customer, LOOK_TEXT);
	col += c->customer + 1;
	subject_draw(v, t, p, row, col, c->subject);
	col += c->subject;
	if (c->assignee > 0)
		pane_putn(p, row, col + 1, c->assignee - 1, LOOK_AGENT,
		    t->assignee_login, strlen(t->assignee_login));
	snprintf(text, sizeof(text), "%d", t->messages);
	if (c->count > 0)
		pane_right(p, row, col + c->assignee + c->count, LOOK_DIM,
		    text);
	if (here)
		pane_reverse(p, row);
}

static void
empty_draw(const struct view *v, const struct pane *p)
{
	const struct list *l = v->state;
	int row = p->rows / 3;

	if (strcmp(l->name, "Open") == 0 && l->narrowed == NULL) {
		pane_put(p, row, 4, LOOK_BOLD, "Nobody is waiting.");
		pane_put(p, row + 1, 4, LOOK_DIM,
		    "New mail appears here by itself. $ asks the server now.");
	} else {
		pane_put(p, row, 4, LOOK_BOLD, "Nothing here.");
		pane_put(p, row + 1, 4, LOOK_DIM,
		    "g i goes to the open threads.");
	}
}

static void
list_draw(const struct view *v, const struct pane *p)
{
	const struct list *l = v->state;
	struct pane lp = list_pane(v, p);
	struct columns c;

	if (has_sidebar(v)) {
		struct pane side =
		    pane_part(p, 0, 0, p->rows, SIDEBAR_COLS - 1);

		places_draw(v->app, &side);
		for (int r = 0; r < p->rows; r++)
			pane_put(p, r, SIDEBAR_COLS - 1, LOOK_RULE, "│");
	} else {
		places_strip(v->app, p, 0);
	}
	columns_make(v->app, &lp, &c);
	for (size_t i = 0; i < l->n; i++)
		row_draw(v, &l->row[i], &lp, (int)i, &c, i == l->at);
	if (l->n == 0)
		empty_draw(v, &lp);
	if (v->cols >= PREVIEW_FROM) {
		int col = lp.col - p->col + lp.cols;
		struct pane pp = pane_part(p, 0, col, p->rows, p->cols - col);

		preview_draw(&l->preview, &pp);
	}
}

/* ---- preview, when nobody presses keys ---- */

static int
preview_cols(const struct view *v)
{
	int room = v->cols - SIDEBAR_COLS;

	return room - room * LIST_SHARE / 100 - 3;
}

static bool
list_idle(struct view *v)
{
	struct list *l = v->state;

	if (v->cols < PREVIEW_FROM || l->n == 0)
		return false;
	return preview_load(v->app, &l->preview, l->row[l->at].id,
	    l->row[l->at].revision, preview_cols(v));
}

static void
list_title(const struct view *v, struct buf *out)
{
	const struct list *l = v->state;
	const struct place_view *p = &v->app->place[v->app->place_at];

	buf_str(out, l->name);
	if (p->count >= 0 && strcmp(p->name, l->name) == 0)
		buf_fmt(out, " %lld", (long long)p->count);
	if (l->narrowed != NULL)
		buf_fmt(out, " \\ %s", l->narrowed);
	if (l->order != ORDER_WAITING)
		buf_str(out, l->order == ORDER_NEWEST ? " · newest first"
						      : " · oldest first");
	if (l->marks > 0)
		buf_fmt(out, " · %zu selected", l->marks);
}

static const char *
list_hints(const struct view *v)
{
	const struct list *l = v->state;

	if (l->marks > 0)
		return "assign|done|tag|snooze|back=unselect|help";
	return "open|write "
	       "reply=reply|assign|done|snooze|find|take-back=undo|help";
}

static bool
list_leave(struct view *v)
{
	struct list *l = v->state;

	if (l->marks > 0) {
		list_unmark(v->app);
		return false;
	}
	if (l->narrowed != NULL) {
		free(l->narrowed);
		l->narrowed = NULL;
		l->after.id = 0;
		v->stale = true;
		return false;
	}
	if (strcmp(l->name, "Open") != 0) {
		struct err e = { 0 };

		places_go(v->app, "Open", &e);
		return false;
	}
	return true;
}

static void
list_done(struct view *v)
{
	struct list *l = v->state;

	free(l->name);
	free(l->words);
	free(l->narrowed);
	free(l->mark);
	preview_free(&l->preview);
}

const struct view_ops list_ops = {
	.name = "list",
	.state_size = sizeof(struct list),
	.load = list_load,
	.draw = list_draw,
	.point = list_point,
	.done = list_done,
	.verb = list_verb,
	.click = list_click,
	.title = list_title,
	.hints = list_hints,
	.idle = list_idle,
	.leave = list_leave,
};

/* ---- from elsewhere ---- */

int
list_show(struct app *a, const char *name, const char *query, struct err *e)
{
	struct view *v;
	struct list *l;

	app_home(a);
	v = a->top != NULL ? a->top : app_push(a, &list_ops);
	l = v->state;
	free(l->name);
	free(l->words);
	free(l->narrowed);
	l->name = strdup(name);
	l->words = strdup(query);
	l->narrowed = NULL;
	l->after = (struct list_key){ 0 };
	l->at = 0;
	l->at_id = 0;
	l->marks = 0;
	return app_loaded(a, v, e);
}

int
list_narrow(struct app *a, const char *words, struct err *e)
{
	struct view *v = a->top;
	struct list *l = v->state;
	char *was = l->narrowed;

	if (v->ops != &list_ops)
		return err_set(e, ERR_USAGE, 0, "only a list can be narrowed");
	l->narrowed = *words != '\0' ? strdup(words) : NULL;
	l->after = (struct list_key){ 0 };
	if (app_loaded(a, v, e) < 0) {
		struct err again = { 0 };

		free(l->narrowed);
		l->narrowed = was;
		app_loaded(a, v, &again);
		return -1;
	}
	free(was);
	return 0;
}

int
list_sort(struct app *a, const char *order, struct err *e)
{
	struct view *v = app_find(a, &list_ops);
	struct list *l = v->state;

	if (strcmp(order, "waiting") == 0)
		l->order = ORDER_WAITING;
	else if (strcmp(order, "newest") == 0)
		l->order = ORDER_NEWEST;
	else if (strcmp(order, "oldest") == 0)
		l->order = ORDER_OLDEST;
	else
		l->order =
		    l->order == ORDER_OLDEST ? ORDER_WAITING : l->order + 1;
	l->after = (struct list_key){ 0 };
	return app_loaded(a, v, e);
}

void
list_unmark(struct app *a)
{
	struct view *v = app_find(a, &list_ops);
	struct list *l = v->state;

	l->marks = 0;
	l->range = 0;
}

void
list_show_threads(struct app *a, const char *name, const int64_t *thread,
    size_t n)
{
	struct buf b = { 0 };
	struct err e = { 0 };

	for (size_t i = 0; i < n && i < IDS_MAX; i++)
		buf_fmt(&b, "%sid:%lld", i > 0 ? " or " : "",
		    (long long)thread[i]);
	if (n == 0)
		app_say(a, "no thread stands behind this figure");
	else if (list_show(a, name, buf_text(&b), &e) < 0)
		app_fail(a, &e);
	buf_free(&b);
}

int64_t
list_neighbour(struct app *a, int64_t thread, int by)
{
	struct view *v = app_find(a, &list_ops);
	struct list *l = v->state;
	struct err e = { 0 };

	if (v->stale && app_loaded(a, v, &e) < 0)
		return 0;
	/* Where the thread has left the list, its place is the next one. */
	if (l->n > 0 && l->row[l->at].id != thread && by > 0)
		return l->row[l->at].id;
	move_by(v, by, &e);
	if (l->n == 0 || l->row[l->at].id == thread)
		return 0;
	return l->row[l->at].id;
}

int64_t
list_waiting(struct app *a, int64_t but)
{
	struct arena scratch = { 0 };
	struct list_ask ask = { .limit = 2 };
	struct thread *t;
	size_t n = 0, where;
	int64_t id = 0;
	struct err e = { 0 };

	ask.me = a->base->act.agent;
	ask.now = app_now(a);
	ask.query = query_parse(&scratch, "is:waiting -is:snoozed",
	    a->shop->zone, ask.now, &where, &e);
	if (ask.query != NULL &&
	    store_list(a->store, &ask, &scratch, &t, &n, &e) == 0) {
		for (size_t i = 0; i < n && id == 0; i++) {
			if (t[i].id != but)
				id = t[i].id;
		}
	}
	arena_free(&scratch);
	return id;
}
