/*
 * thread.c -- one conversation, the customer beside it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/when.h"
#include "ui/cmd/circle.h"
#include "ui/cmd/hold.h"
#include "ui/cmd/inner.h"
#include "ui/laid.h"
#include "ui/lines.h"
#include "ui/term.h"
#include "ui/views.h"

enum {
	CARD_FROM = 110, /* columns */
	CARD_COLS = 34,
	HEAD_ROWS = 3,
	SUGGESTIONS = 9,
	ASKED_MAX = 5, /* answers whose sending is asked about */
};

struct shown {
	int64_t id;
	enum fold_show show;
};

struct conv {
	int64_t id;
	bool placed;  /* the first scroll was chosen */
	bool card_on; /* by key, where there is no room beside */
	bool headers;
	int at;     /* the message that keys are about */
	size_t top; /* first line seen */

	struct shown *shown; /* what a person folded; owned */
	size_t shown_n;

	/* in the view's arena */
	struct thread thread;
	struct message *message;
	size_t messages;
	struct event *event;
	size_t events;
	struct lines lines;
	struct card card;
	bool has_card;
	struct attachments attachments; /* looked up so far */
	const struct canned *suggestion[SUGGESTIONS];
	size_t suggestions;
	struct ctx *suggest_ctx; /* owns the suggestions */
};

/* ---- geometry ---- */

static bool
beside(const struct view *v)
{
	return v->cols >= CARD_FROM;
}

static int
text_cols(const struct view *v)
{
	return beside(v) ? v->cols - CARD_COLS - 3 : v->cols - 1;
}

static int
text_rows(const struct view *v)
{
	const struct conv *t = v->state;
	int rows = v->rows - HEAD_ROWS - (t->suggestions > 0 ? 1 : 0);

	return rows > 1 ? rows : 1;
}

/* ---- loading ---- */

static struct shown *
shown_of(struct conv *t, int64_t id)
{
	for (size_t i = 0; i < t->shown_n; i++) {
		if (t->shown[i].id == id)
			return &t->shown[i];
	}
	return NULL;
}

static void
show_set(struct conv *t, int64_t id, enum fold_show show)
{
	struct shown *s = shown_of(t, id);

	if (s == NULL) {
		s = realloc(t->shown, (t->shown_n + 1) * sizeof(*s));
		if (s == NULL)
			return;
		t->shown = s;
		s = &t->shown[t->shown_n++];
		s->id = id;
	}
	s->show = show;
}

/*
 * The last two messages, what is unread and what came after our last answer
 * are open; older ones are a line each.
 */
static enum fold_show
show_first(const struct conv *t, size_t i)
{
	const struct message *m = &t->message[i];

	if (i + 2 >= t->messages || t->messages <= 3 ||
	    (!m->seen && m->direction == DIRECTION_IN))
		return SHOW_NEW;
	return SHOW_HEAD;
}

static enum fold_show *
shows_make(struct view *v)
{
	struct conv *t = v->state;
	enum fold_show *show =
	    arena_array(&v->arena, t->messages + 1, sizeof(*show));

	for (size_t i = 0; i < t->messages; i++) {
		struct shown *s = shown_of(t, t->message[i].id);

		if (s == NULL) {
			show_set(t, t->message[i].id, show_first(t, i));
			s = shown_of(t, t->message[i].id);
		}
		show[i] = s != NULL ? s->show : SHOW_NEW;
	}
	return show;
}

static const char *
login_of(const void *arg, int64_t agent)
{
	return app_login(arg, agent);
}

/* Of our newest answers: have they left? */
static const char **
marks_make(struct view *v)
{
	struct conv *t = v->state;
	const char **mark =
	    arena_array(&v->arena, t->messages + 1, sizeof(*mark));
	int asked = 0;

	for (size_t i = t->messages; i-- > 0 && asked < ASKED_MAX;) {
		struct outbox o;
		struct err e = { 0 };

		if (t->message[i].outbox == 0)
			continue;
		asked++;
		if (store_outbox_row(v->app->store, t->message[i].outbox,
			&v->arena, &o, &e) == 0 &&
		    o.state != OUTBOX_FILED && o.state != OUTBOX_ACCEPTED)
			mark[i] = outbox_state_name(o.state);
	}
	return mark;
}

/* What the parts of the messages that are open really are. */
static const struct attached *const *
attached_make(struct view *v, const enum fold_show *show)
{
	struct conv *t = v->state;
	const struct attached **out =
	    arena_array(&v->arena, t->messages + 1, sizeof(*out));

	for (size_t i = 0; i < t->messages; i++)
		if (show[i] != SHOW_HEAD)
			out[i] = attached_of(&t->attachments, v->app->store,
			    &t->message[i]);
	return out;
}

/* Who wrote what one of us forwarded, where that is not settled. */
static const struct address *
inner_make(struct view *v, const enum fold_show *show)
{
	struct conv *t = v->state;
	struct address *out =
	    arena_array(&v->arena, t->messages + 1, sizeof(*out));
	struct err e = { 0 };

	for (size_t i = 0; i < t->messages; i++)
		if (show[i] != SHOW_HEAD &&
		    inner_of(v->app->store, v->app->shop, &t->thread,
			&t->message[i], &v->arena, &out[i], &e) < 0)
			app_fail(v->app, &e);
	return out;
}

static void
lay_out(struct view *v)
{
	struct conv *t = v->state;
	struct conversation c = { 0 };
	enum fold_show *show = shows_make(v);

	laid_html(v->app->store, &v->arena, t->message, t->messages, show,
	    text_cols(v));
	c.message = t->message;
	c.messages = t->messages;
	c.event = t->event;
	c.events = t->events;
	c.show = show;
	c.headers = t->headers;
	c.robot = t->thread.automatic;
	c.mark = marks_make(v);
	c.attached = attached_make(v, show);
	c.inner = inner_make(v, show);
	c.zone = v->app->shop->zone;
	c.now = app_now(v->app);
	c.login = login_of;
	c.arg = v->app;
	lines_make(&v->arena, &c, text_cols(v), &t->lines);
}

static void
suggestions_load(struct view *v)
{
	struct conv *t = v->state;
	struct err e = { 0 };

	if (t->suggest_ctx != NULL)
		app_ctx_free(t->suggest_ctx);
	t->suggest_ctx = app_ctx(v->app);
	t->suggestions = 0;
	if (answer_suggest(t->suggest_ctx, t->id, t->suggestion, SUGGESTIONS,
		&t->suggestions, &e) < 0)
		t->suggestions = 0;
}

static size_t
top_max(const struct view *v)
{
	const struct conv *t = v->state;
	size_t rows = (size_t)text_rows(v);

	return t->lines.n > rows ? t->lines.n - rows : 0;
}

static void
scroll_to(struct view *v, size_t line)
{
	struct conv *t = v->state;

	t->top = line < top_max(v) ? line : top_max(v);
}

/* Begin at the first message nobody has read, else at the last. */
static void
place_first(struct view *v)
{
	struct conv *t = v->state;

	t->at = (int)t->messages - 1;
	for (size_t i = t->messages; i-- > 0;) {
		if (!t->message[i].seen &&
		    t->message[i].direction == DIRECTION_IN)
			t->at = (int)i;
	}
	if (t->at >= 0)
		scroll_to(v, t->lines.head[t->at]);
	t->placed = true;
}

static int
thread_load(struct view *v, struct err *e)
{
	struct conv *t = v->state;
	struct err ignored = { 0 };
	struct store *s = v->app->store;

	t->messages = t->events = 0;
	t->lines.n = 0;
	t->has_card = false;
	if (store_thread(s, t->id, &v->arena, &t->thread, e) < 0)
		return -1;
	t->id = t->thread.id;
	if (store_messages(s, t->id, &v->arena, &t->message, &t->messages, e) <
	    0)
		return -1;
	circle_mark(&v->arena, v->app->shop, &t->thread, t->message,
	    t->messages);
	if (store_events(s, t->id, &v->arena, &t->event, &t->events, e) < 0)
		return -1;
	t->has_card = t->thread.customer.id != 0 &&
		      store_card(s, t->thread.customer.id, t->id, &v->arena,
			  &t->card, &ignored) == 0;
	suggestions_load(v);
	lay_out(v);
	if (!t->placed)
		place_first(v);
	if (t->at >= (int)t->messages)
		t->at = (int)t->messages - 1;
	scroll_to(v, t->top);
	return 0;
}

/* ---- moving ---- */

/* The message whose words stand at the top third of what is seen. */
static void
at_follow(struct view *v)
{
	struct conv *t = v->state;
	size_t line = t->top + (size_t)text_rows(v) / 3;

	if (t->top == top_max(v) && t->top > 0)
		line = t->lines.n;
	for (size_t i = 0; i < t->messages; i++) {
		if (t->lines.head[i] <= line)
			t->at = (int)i;
	}
}

static void
scroll_by(struct view *v, long by)
{
	struct conv *t = v->state;
	long to = (long)t->top + by;

	scroll_to(v, to > 0 ? (size_t)to : 0);
	at_follow(v);
}

static void
message_by(struct view *v, int by)
{
	struct conv *t = v->state;
	int to = t->at + by;

	if (to < 0 || to >= (int)t->messages)
		return;
	t->at = to;
	scroll_to(v, t->lines.head[to]);
}

/* ---- folding ---- */

static void
relay(struct view *v)
{
	struct err e = { 0 };

	if (app_loaded(v->app, v, &e) < 0)
		app_fail(v->app, &e);
}

static void
fold_next(struct view *v)
{
	struct conv *t = v->state;
	const struct message *m;
	struct shown *s;

	if (t->at < 0)
		return;
	m = &t->message[t->at];
	s = shown_of(t, m->id);
	if (s == NULL)
		return;
	if (s->show == SHOW_HEAD)
		s->show = SHOW_NEW;
	else if (s->show == SHOW_NEW && m->folds > 0)
		s->show = SHOW_ALL;
	else
		s->show = SHOW_HEAD;
	relay(v);
}

static void
unfold_all(struct view *v)
{
	struct conv *t = v->state;
	enum fold_show to = SHOW_NEW;
	bool all = true;

	for (size_t i = 0; i < t->shown_n; i++)
		all = all && t->shown[i].show != SHOW_HEAD;
	if (all)
		to = SHOW_ALL;
	for (size_t i = 0; i < t->shown_n; i++)
		t->shown[i].show = to;
	relay(v);
}

static void
go_thread(struct view *v, int64_t id)
{
	struct conv *t = v->state;

	if (id == 0) {
		app_say(v->app, "no further thread here");
		return;
	}
	t->id = id;
	t->placed = false;
	t->shown_n = 0;
	attached_free(&t->attachments);
	t->top = 0;
	relay(v);
	app_look(v->app, id);
}

static bool
scroll_verb(struct view *v, enum verb verb)
{
	struct conv *t = v->state;
	long rows = text_rows(v);

	switch (verb) {
	case VERB_DOWN:
		scroll_by(v, 1);
		return true;
	case VERB_UP:
		scroll_by(v, -1);
		return true;
	case VERB_HALF_DOWN:
		scroll_by(v, rows / 2);
		return true;
	case VERB_HALF_UP:
		scroll_by(v, -(rows / 2));
		return true;
	case VERB_PAGE_DOWN:
		scroll_by(v, rows - 2);
		return true;
	case VERB_PAGE_UP:
		scroll_by(v, -(rows - 2));
		return true;
	case VERB_TOP:
		scroll_to(v, 0);
		t->at = t->messages > 0 ? 0 : -1;
		return true;
	case VERB_BOTTOM:
		scroll_to(v, t->lines.n);
		t->at = (int)t->messages - 1;
		return true;
	default:
		return false;
	}
}

static int
thread_verb(struct view *v, enum verb verb, struct err *e)
{
	struct conv *t = v->state;

	(void)e;
	if (scroll_verb(v, verb))
		return VERB_DONE;
	switch (verb) {
	case VERB_NEXT_MESSAGE:
		message_by(v, 1);
		break;
	case VERB_PREV_MESSAGE:
		message_by(v, -1);
		break;
	case VERB_NEXT_THREAD:
		go_thread(v, list_neighbour(v->app, t->id, 1));
		break;
	case VERB_PREV_THREAD:
		go_thread(v, list_neighbour(v->app, t->id, -1));
		break;
	case VERB_NEXT_HIT:
	case VERB_PREV_HIT:
		if (!search_step(v->app, verb == VERB_NEXT_HIT ? 1 : -1))
			return VERB_NOT_MINE;
		break;
	case VERB_OPEN:
	case VERB_FOLD:
		fold_next(v);
		break;
	case VERB_UNFOLD_ALL:
		unfold_all(v);
		break;
	case VERB_CARD:
		t->card_on = !t->card_on;
		break;
	default:
		return VERB_NOT_MINE;
	}
	return VERB_DONE;
}

static void
thread_click(struct view *v, int row, int col, int what)
{
	struct conv *t = v->state;
	size_t line = t->top + (size_t)(row - HEAD_ROWS);

	if (what == MOUSE_UP || what == MOUSE_DOWN) {
		scroll_by(v, what == MOUSE_UP ? -3 : 3);
		return;
	}
	if (row < HEAD_ROWS || line >= t->lines.n || col >= text_cols(v))
		return;
	if (t->lines.v[line].message >= 0) {
		t->at = t->lines.v[line].message;
		if (t->lines.v[line].head || what == MOUSE_DOUBLE)
			fold_next(v);
	}
}

static void
thread_point(const struct view *v, struct ctx *c)
{
	const struct conv *t = v->state;

	c->thread = arena_array(c->arena, 1, sizeof(*c->thread));
	c->thread[0].thread = t->id;
	c->thread[0].revision = t->thread.revision;
	c->threads = 1;
}

/* ---- drawing ---- */

/* "late by 4m of 5m, default" */
static int
wait_draw(const struct view *v, const struct pane *p, int row, int col)
{
	const struct conv *t = v->state;
	const struct thread *th = &t->thread;
	int64_t now = app_now(v->app);
	char a[WHEN_SIZE], b[WHEN_SIZE], line[120];

	if (th->waiting_since == 0)
		return 0;
	when_span(now - th->waiting_since, a);
	if (th->due_at == 0)
		snprintf(line, sizeof(line), "waiting %s", a);
	else if (now > th->due_at)
		snprintf(line, sizeof(line), "waiting %s, late by %s", a,
		    when_span(now - th->due_at, b));
	else
		snprintf(line, sizeof(line), "waiting %s, %s left", a,
		    when_span(th->due_at - now, b));
	return pane_put(p, row, col, look_of_wait(th, now), line) + 2;
}

static void
state_draw(const struct view *v, const struct pane *p, int row)
{
	const struct conv *t = v->state;
	const struct thread *th = &t->thread;
	int64_t now = app_now(v->app);
	char line[120], when[WHEN_SIZE], who[80];
	int col = 1, end;

	app_who(v->app, t->id, who, sizeof(who));
	end = p->cols - pane_right(p, row, p->cols - 1, LOOK_WARN, who) - 1;
	snprintf(line, sizeof(line), "#%lld %s%s", (long long)th->id,
	    th->starred ? "* " : "", state_word(th, now));
	col += pane_put(p, row, col, LOOK_TEXT, line) + 2;
	if (th->snoozed_until > now) {
		snprintf(line, sizeof(line), "until %s",
		    when_short(v->app->shop->zone, now, th->snoozed_until,
			when));
		col += pane_put(p, row, col, LOOK_DIM, line) + 2;
	}
	if (th->failed)
		col += pane_put(p, row, col, LOOK_LATE,
			   "× an answer did not leave: g o") +
		       2;
	if (th->undelivered)
		col += pane_put(p, row, col, LOOK_LATE, "↩ not delivered") + 2;
	col += wait_draw(v, p, row, col);
	if (*th->assignee_login != '\0')
		col +=
		    pane_put(p, row, col, LOOK_AGENT, th->assignee_login) + 2;
	else
		col += pane_put(p, row, col, LOOK_DIM, "unassigned") + 2;
	for (size_t i = 0; i < th->tags.n && col < end - 4; i++)
		col += pane_putn(p, row, col, end - col, LOOK_TAG,
			   th->tags.v[i], strlen(th->tags.v[i])) +
		       1;
}

static void
suggestions_draw(const struct view *v, const struct pane *p, int row)
{
	const struct conv *t = v->state;
	int col = 1;

	pane_fill(p, row, 0, p->cols, LOOK_FIELD);
	for (size_t i = 0; i < t->suggestions; i++) {
		const struct canned *r = t->suggestion[i];
		char digit[24];
		int w = text_width(r->title, strlen(r->title));

		if (col + 4 + (w < 10 ? w : 10) > p->cols - 1)
			break;
		snprintf(digit, sizeof(digit), "%zu", i + 1);
		col += pane_put(p, row, col, LOOK_KEY, digit) + 1;
		col += pane_putn(p, row, col,
			   w < p->cols - 1 - col ? w : p->cols - 1 - col,
			   LOOK_FIELD, r->title, strlen(r->title)) +
		       2;
	}
}

static void
card_beside(const struct view *v, const struct pane *p)
{
	const struct conv *t = v->state;
	struct pane in =
	    pane_part(p, 0, v->cols - CARD_COLS, p->rows, CARD_COLS - 1);

	for (int r = 0; r < p->rows; r++)
		pane_put(p, r, v->cols - CARD_COLS - 2, LOOK_RULE, "│");
	if (t->has_card)
		card_draw(v->app, &t->card, &t->thread, &in);
}

static void
card_over(const struct view *v, const struct pane *p)
{
	const struct conv *t = v->state;
	int cols = p->cols < 44 ? p->cols : 44;
	int rows = p->rows < 18 ? p->rows : 18;
	struct pane box = pane_part(p, 0, p->cols - cols, rows, cols);
	struct pane in = pane_part(&box, 0, 2, rows - 1, cols - 3);

	for (int r = 0; r < rows; r++) {
		pane_fill(&box, r, 0, cols, LOOK_TEXT);
		pane_put(&box, r, 0, LOOK_RULE, "│");
	}
	pane_line(&box, rows - 1, 0, cols, LOOK_RULE, "─");
	pane_put(&box, rows - 1, 0, LOOK_RULE, "└");
	if (t->has_card)
		card_draw(v->app, &t->card, &t->thread, &in);
	else
		pane_put(&in, 0, 0, LOOK_DIM, "no customer is known here");
}

static void
thread_draw(const struct view *v, const struct pane *p)
{
	const struct conv *t = v->state;
	int left = beside(v) ? v->cols - CARD_COLS - 2 : v->cols;
	struct pane main = pane_part(p, 0, 0, p->rows, left);
	struct pane body = pane_part(&main, HEAD_ROWS, 0, text_rows(v), left);
	struct pane text = pane_part(&body, 0, 0, body.rows, left - 1);

	pane_put(&main, 0, 1, LOOK_TITLE,
	    *t->thread.subject != '\0' ? t->thread.subject : "(no subject)");
	state_draw(v, &main, 1);
	pane_line(&main, 2, 0, left, LOOK_RULE, "─");
	lines_draw(&t->lines, &text, t->top, t->at);
	scroll_draw(&body, t->top, (size_t)body.rows, t->lines.n);
	if (beside(v))
		card_beside(v, p);
	else if (t->card_on)
		card_over(v, &body);
	if (t->suggestions > 0)
		suggestions_draw(v, p, p->rows - 1);
}

static void
thread_title(const struct view *v, struct buf *out)
{
	const struct conv *t = v->state;

	if (t->thread.customer.vip)
		buf_str(out, "★ ");
	buf_str(out, customer_label(&t->thread.customer));
}

static const char *
thread_hints(const struct view *v)
{
	const struct conv *t = v->state;

	if (t->suggestions > 0)
		return "write reply=reply|suggest 1=send canned|write note=note"
		       "|assign|done|back|next-waiting=next|help";
	return "write reply=reply|canned pick=canned|write note=note|assign|"
	       "done|back|next-waiting=next|help";
}

static bool
thread_touched(const struct view *v, const int64_t *thread, size_t n)
{
	const struct conv *t = v->state;

	for (size_t i = 0; i < n; i++) {
		if (thread[i] == t->id)
			return true;
	}
	return n == 0;
}

static void
thread_tick(struct view *v)
{
	const struct conv *t = v->state;

	app_look(v->app, t->id);
}

static void
thread_done(struct view *v)
{
	struct conv *t = v->state;

	if (t->suggest_ctx != NULL)
		app_ctx_free(t->suggest_ctx);
	free(t->shown);
	attached_free(&t->attachments);
}

const struct view_ops thread_ops = {
	.name = "thread",
	.state_size = sizeof(struct conv),
	.load = thread_load,
	.draw = thread_draw,
	.point = thread_point,
	.done = thread_done,
	.verb = thread_verb,
	.click = thread_click,
	.title = thread_title,
	.hints = thread_hints,
	.touched = thread_touched,
	.tick = thread_tick,
};

/* ---- from elsewhere ---- */

const struct message *
thread_message(const struct view *v)
{
	const struct conv *t = v->state;

	if (v->ops != &thread_ops || t->at < 0 || t->at >= (int)t->messages)
		return NULL;
	return &t->message[t->at];
}

const struct attached *
thread_attached(const struct view *v)
{
	struct conv *t = v->state;
	const struct message *m = thread_message(v);

	return m != NULL ? attached_of(&t->attachments, v->app->store, m)
			 : NULL;
}

int
thread_show_part(struct view *v, int number, struct err *e)
{
	struct conv *t = v->state;
	const struct message *m = thread_message(v);
	size_t i = 0;
	int cols = text_cols(v) - 2;

	if (m == NULL)
		return err_set(e, ERR_USAGE, 0, "open a thread first");
	while (i < m->parts && m->part[i].number != number)
		i++;
	if (attached_toggle(&t->attachments, v->app->store, m, i,
		cols < 100 ? cols : 100, e) < 0)
		return -1;
	if (shown_of(t, m->id) != NULL && shown_of(t, m->id)->show == SHOW_HEAD)
		show_set(t, m->id, SHOW_NEW);
	relay(v);
	return 0;
}

const struct thread *
thread_of(const struct view *v)
{
	const struct conv *t = v->state;

	return v->ops == &thread_ops ? &t->thread : NULL;
}

/* What was unread is read once it is on the screen. */
static void
mark_read(struct app *a, int64_t id)
{
	struct ctx *c = app_ctx(a);
	struct err e = { 0 };

	if (hold_read(c, id, &e) == 0)
		app_touch(a);
	app_ctx_free(c);
}

void
thread_show(struct app *a, int64_t thread)
{
	struct view *v;
	struct conv *t;
	struct err e = { 0 };

	/* One conversation at a time: back always leads to the list. */
	while (a->top != NULL && a->top->below != NULL &&
	       a->top->ops == &thread_ops)
		app_pop(a);
	v = app_push(a, &thread_ops);
	t = v->state;
	t->id = thread;
	if (app_loaded(a, v, &e) < 0) {
		app_pop(a);
		app_fail(a, &e);
		return;
	}
	app_look(a, t->id);
	if (t->thread.unread > 0)
		mark_read(a, t->id);
}

void
thread_show_message(struct app *a, int64_t thread, int64_t message)
{
	struct view *v;
	struct conv *t;

	thread_show(a, thread);
	v = a->top;
	t = v->state;
	if (v->ops != &thread_ops)
		return;
	for (size_t i = 0; i < t->messages; i++) {
		if (t->message[i].id != message)
			continue;
		show_set(t, message, SHOW_NEW);
		relay(v);
		t->at = (int)i;
		scroll_to(v, t->lines.head[i]);
	}
}
