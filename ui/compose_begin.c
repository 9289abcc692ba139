/*
 * compose_begin.c -- how an answer begins, is kept, and ends.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "desk/people.h"
#include "ui/cmd/hold.h"
#include "ui/compose.h"

enum { CLAIM_RENEW = 30 }; /* seconds; it lasts 90 */

/* ---- keeping ---- */

static void
claim_renew(struct view *v)
{
	struct compose *c = v->state;
	int64_t now = app_now(v->app);
	struct ctx *x;
	struct err e = { 0 };

	if (c->draft.thread == 0 || c->note || c->claim != CLAIM_MINE ||
	    now - c->claimed_at < CLAIM_RENEW)
		return;
	x = app_ctx(v->app);
	if (hold_claim(x, c->draft.thread, HOLD_ASK, &e) == 0)
		c->claimed_at = now;
	else if (e.kind == ERR_CONFLICT)
		compose_presence(v);
	app_ctx_free(x);
}

/*
 * The claim is of the agent, not of the screen: her own other screen takes
 * nothing from her.
 */
void
compose_presence(struct view *v)
{
	struct compose *c = v->state;
	const struct app *a = v->app;
	struct err e = { 0 };

	if (c->draft.thread == 0 || c->note || c->claim != CLAIM_MINE)
		return;
	for (size_t i = 0; i < a->presences; i++) {
		const struct presence *p = &a->presence[i];

		if (!p->typing || p->thread != c->draft.thread ||
		    p->agent == a->base->act.agent)
			continue;
		c->claim = CLAIM_LOST;
		snprintf(c->taker, sizeof(c->taker), "%.38s", p->login);
		err_set(&e, ERR_CONFLICT, 0,
		    "%s has taken this thread over: in review T takes it back",
		    c->taker);
		app_fail(v->app, &e);
		break;
	}
}

int
compose_take(struct view *v, struct err *e)
{
	struct compose *c = v->state;
	struct ctx *x = app_ctx(v->app);
	int rc = hold_claim(x, c->draft.thread, HOLD_TAKE, e);

	if (rc == 0) {
		c->claim = CLAIM_MINE;
		c->claimed_at = app_now(v->app);
		app_say(v->app, "the thread is yours again");
	}
	app_ctx_free(x);
	return rc;
}

/* Once a second, and when the line drops: what is new goes to the store. */
void
compose_save(struct view *v)
{
	struct compose *c = v->state;
	struct ctx *x;
	struct err e = { 0 };

	claim_renew(v);
	if (!c->dirty || c->note)
		return;
	compose_gather_loose(c);
	x = app_ctx(v->app);
	if (hold_save(x, &c->draft, &e) == 0) {
		c->dirty = false;
		c->saved_at = app_now(v->app);
		app_touch(v->app);
	} else if (e.kind != ERR_BUSY) {
		app_fail(v->app, &e);
	}
	app_ctx_free(x);
}

void
compose_warn(struct view *v)
{
	struct compose *c = v->state;
	struct ctx *x;
	struct strings w;
	struct err e = { 0 };

	arena_reset(&c->warn_arena);
	c->warnings = (struct strings){ 0 };
	if (c->note)
		return;
	if (compose_gather(c, &e) < 0) {
		app_fail(v->app, &e);
		return;
	}
	x = app_ctx(v->app);
	w = answer_warnings(x, &c->draft);
	c->warnings.v = arena_array(&c->warn_arena, w.n, sizeof(char *));
	c->warnings.n = w.n;
	for (size_t i = 0; i < w.n; i++)
		c->warnings.v[i] =
		    text_cleaned(&c->warn_arena, w.v[i], TEXT_LINE);
	app_ctx_free(x);
}

/* ---- beginning ---- */

static struct view *
open_draft(struct app *a, const struct draft *d, enum compose_mode mode)
{
	struct view *v = app_push(a, &compose_ops);
	struct compose *c = v->state;

	for (int i = 0; i < FIELD_TEXT; i++)
		c->field[i].single = true;
	compose_own(c, d);
	compose_spread(c);
	c->mode = mode;
	c->focus = d->to.n == 0 ? FIELD_TO : FIELD_TEXT;
	v->stale = false;
	return v;
}

static void
release(struct app *a, int64_t thread)
{
	struct ctx *x = app_ctx(a);
	struct err e = { 0 };

	if (thread != 0)
		hold_release(x, thread, &e);
	app_ctx_free(x);
}

/* What is to be written, remembered while a colleague is asked about. */
struct wish {
	int64_t thread;
	enum answer_how how;
	char canned[200]; /* "" if none */
	int64_t word;     /* the thread's last one when we asked */
};

static void begin(struct app *a, const struct wish *w, enum hold_how how);

/* While the question stood, the answer may have gone, or more mail come. */
static bool
word_stands(struct app *a, const struct wish *w)
{
	struct ctx *x = app_ctx(a);
	struct last_word last;
	struct err e = { 0 };
	bool stands = w->how == ANSWER_FORWARD;

	if (!stands && answer_last_word(x, w->thread, &last, &e) == 0) {
		stands = last.message == w->word;
		if (!stands)
			err_set(&e, ERR_CONFLICT, 0, "%.60s has %s: look first",
			    last.who, last.ours ? "answered" : "written");
	}
	if (!stands)
		app_fail(a, &e);
	app_ctx_free(x);
	return stands;
}

static void
taken_over(struct app *a, void *arg, const char *text)
{
	struct wish *w = arg;

	if (text != NULL && *text == 't' && word_stands(a, w))
		begin(a, w, HOLD_TAKE);
	free(w);
}

static void
ask_take(struct app *a, struct ctx *x, const struct wish *w,
    const struct err *e)
{
	struct last_word last;
	struct err failed = { 0 };
	struct wish *copy;
	char label[80];

	if (answer_last_word(x, w->thread, &last, &failed) < 0) {
		app_fail(a, &failed);
		return;
	}
	copy = malloc(sizeof(*copy));
	if (copy == NULL)
		return;
	*copy = *w;
	copy->word = last.message;
	snprintf(label, sizeof(label), "%.50s. Take over?", e->text);
	prompt_ask(a, label, "tn", taken_over, copy);
}

/* Do we hold the claim already?  Ask before this screen takes it. */
static bool
elsewhere(struct app *a, int64_t thread)
{
	struct arena scratch = { 0 };
	struct presence *p;
	size_t n = 0;
	struct err e = { 0 };
	bool found = false;

	if (thread != 0 &&
	    store_presence(a->store, app_now(a), &scratch, &p, &n, &e) == 0) {
		for (size_t i = 0; i < n; i++)
			found |= p[i].typing && p[i].thread == thread &&
				 p[i].agent == a->base->act.agent;
	}
	arena_free(&scratch);
	return found;
}

/* A draft of ours on this thread goes on where it was left. */
static bool
resume(struct app *a, int64_t thread)
{
	struct arena scratch = { 0 };
	struct draft *d;
	size_t n = 0;
	struct err e = { 0 };
	bool found = false, open = elsewhere(a, thread);

	if (thread != 0 &&
	    store_drafts(a->store, thread, &scratch, &d, &n, &e) == 0) {
		for (size_t i = 0; i < n && !found; i++) {
			if (strcmp(d[i].agent, a->base->act.login) != 0)
				continue;
			compose_draft(a, d[i].id);
			app_say(a,
			    open ? "you are writing this on another screen"
				 : "your draft of this answer");
			found = true;
		}
	}
	arena_free(&scratch);
	return found;
}

static int
fill(struct ctx *x, const struct wish *w, struct draft *d, struct err *e)
{
	struct canned r;

	if (w->canned[0] == '\0')
		return 0;
	if (answer_canned_named(x, w->canned, &r, e) < 0)
		return -1;
	return answer_fill(x, d, &r, e);
}

static void
say_answered(struct app *a, struct ctx *x, int64_t thread)
{
	struct last_word last;
	struct err e = { 0 };

	if (thread != 0 && answer_last_word(x, thread, &last, &e) == 0 &&
	    last.ours)
		app_say(a, "%.60s has answered already", last.who);
}

static void
begin(struct app *a, const struct wish *w, enum hold_how how)
{
	struct ctx *x = app_ctx(a);
	struct draft d = { 0 };
	struct err e = { 0 };
	struct view *v;
	bool open = w->how != ANSWER_FORWARD && elsewhere(a, w->thread);

	if (w->thread != 0 && hold_claim(x, w->thread, how, &e) < 0) {
		if (e.kind == ERR_CONFLICT && how == HOLD_ASK)
			ask_take(a, x, w, &e);
		else
			app_fail(a, &e);
		app_ctx_free(x);
		return;
	}
	if (answer_begin(x, w->thread, w->how, &d, &e) < 0) {
		release(a, w->thread);
		app_fail(a, &e);
		app_ctx_free(x);
		return;
	}
	if (open)
		app_say(a, "you are writing this on another screen");
	else if (w->how != ANSWER_FORWARD)
		say_answered(a, x, d.thread);
	if (fill(x, w, &d, &e) < 0)
		app_fail(a, &e); /* the answer is begun all the same */
	v = open_draft(a, &d,
	    w->canned[0] != '\0' && e.kind == ERR_NONE ? MODE_REVIEW
						       : MODE_EDIT);
	if (w->thread != 0) {
		struct compose *c = v->state;

		c->claim = CLAIM_MINE;
		c->claimed_at = app_now(a);
	}
	if (w->canned[0] != '\0')
		compose_warn(v);
	app_ctx_free(x);
}

void
compose_answer(struct app *a, int64_t thread, enum answer_how how)
{
	struct wish w = { thread, how, "", 0 };

	if (how != ANSWER_FORWARD && resume(a, thread))
		return;
	begin(a, &w, HOLD_ASK);
}

void
compose_canned(struct app *a, int64_t thread, const struct canned *r)
{
	struct wish w = { thread, ANSWER_ONE, "", 0 };

	snprintf(w.canned, sizeof(w.canned), "%s", r->name);
	begin(a, &w, HOLD_ASK);
}

void
compose_suggest(struct app *a, int64_t thread, int digit)
{
	struct ctx *x = app_ctx(a);
	const struct canned *r[9];
	size_t n = 0;
	struct err e = { 0 };

	if (answer_suggest(x, thread, r, 9, &n, &e) < 0)
		app_fail(a, &e);
	else if (digit < 1 || (size_t)digit > n)
		app_say(a, n == 0 ? "no canned reply is suggested here"
				  : "fewer canned replies are suggested here");
	else
		compose_canned(a, thread, r[digit - 1]);
	app_ctx_free(x);
}

void
compose_draft(struct app *a, int64_t draft)
{
	struct ctx *x = app_ctx(a);
	struct draft d;
	struct err e = { 0 };

	if (store_draft(a->store, draft, x->arena, &d, &e) < 0) {
		app_fail(a, &e);
	} else if (d.thread != 0 && hold_claim(x, d.thread, HOLD_ASK, &e) < 0 &&
		   e.kind != ERR_CONFLICT) {
		app_fail(a, &e);
	} else {
		struct view *v = open_draft(a, &d, MODE_REVIEW);
		struct compose *c = v->state;

		c->touched = true;
		c->claim = d.thread == 0        ? CLAIM_NONE
			   : e.kind == ERR_NONE ? CLAIM_MINE
						: CLAIM_LOST;
		c->claimed_at = app_now(a);
		if (e.kind != ERR_NONE)
			app_fail(a, &e);
		compose_warn(v);
	}
	app_ctx_free(x);
}

void
compose_note(struct app *a, int64_t thread)
{
	struct draft d = { .thread = thread,
		.account = "",
		.subject = "",
		.text = "",
		.canned = "",
		.agent = "",
		.from = { "", "" } };
	struct view *v = open_draft(a, &d, MODE_EDIT);
	struct compose *c = v->state;
	struct arena scratch = { 0 };
	struct thread t;
	struct err e = { 0 };

	c->note = true;
	c->focus = FIELD_TEXT;
	if (store_thread(a->store, thread, &scratch, &t, &e) == 0)
		snprintf(c->subject, sizeof(c->subject), "#%lld %.140s",
		    (long long)t.id, t.subject);
	arena_free(&scratch);
}

/* ---- changing from commands ---- */

bool
compose_insert(struct view *v, const struct canned *r, struct err *e)
{
	struct compose *c = v->state;
	struct ctx *x;
	struct draft d;
	int rc;

	if (v->ops != &compose_ops)
		return false;
	compose_gather_loose(c);
	x = app_ctx(v->app);
	d = c->draft;
	rc = answer_fill(x, &d, r, e);
	if (rc == 0) {
		compose_own(c, &d);
		editor_replace(&c->field[FIELD_TEXT], c->draft.text, 0);
		if (strcmp(buf_text(&c->field[FIELD_SUBJECT].text),
			c->draft.subject) != 0)
			editor_replace(&c->field[FIELD_SUBJECT],
			    c->draft.subject, (size_t)-1);
		c->dirty = c->touched = true;
		compose_warn(v);
	}
	app_ctx_free(x);
	return rc == 0;
}

int
compose_attach(struct view *v, const char *path, struct err *e)
{
	struct compose *c = v->state;
	struct strings *s = &c->draft.attachments;
	struct stat st;
	const char *full;
	char here[PATH_MAX];

	if (v->ops != &compose_ops || c->note)
		return err_set(e, ERR_USAGE, 0, "only an answer carries files");
	full = file_expand(&c->arena, path);
	if (stat(full, &st) < 0 || !S_ISREG(st.st_mode))
		return err_set(e, ERR_MISSING, 0, "%s: no such file", full);
	/* The draft may be taken up again from another folder. */
	if (*full != '/' && getcwd(here, sizeof(here)) != NULL)
		full = arena_fmt(&c->arena, "%s/%s", here, full);
	s->v = arena_grow(&c->arena, s->v, s->n, sizeof(*s->v));
	s->v[s->n++] = full;
	/* Grown arrays have their own idea of capacity; begin a fresh one. */
	compose_own(c, &c->draft);
	c->dirty = c->touched = true;
	compose_warn(v);
	return 0;
}

int
compose_markdown(struct view *v, struct err *e)
{
	struct compose *c = v->state;

	if (v->ops != &compose_ops || c->note)
		return err_set(e, ERR_USAGE, 0, "only an answer goes out");
	c->draft.markdown = !c->draft.markdown;
	c->dirty = c->touched = true;
	return 0;
}

int
compose_detach(struct view *v, const char *which, struct err *e)
{
	struct compose *c = v->state;
	struct strings *s = &c->draft.attachments;
	size_t at = s->n - 1;

	if (v->ops != &compose_ops || s->n == 0)
		return err_set(e, ERR_USAGE, 0, "nothing is attached");
	for (size_t i = 0; *which != '\0' && i < s->n; i++) {
		if (strstr(s->v[i], which) != NULL)
			at = i;
	}
	memmove(s->v + at, s->v + at + 1, (s->n - at - 1) * sizeof(*s->v));
	s->n--;
	c->dirty = c->touched = true;
	compose_warn(v);
	return 0;
}

/* ---- ending ---- */

static void
quit_view(struct view *v)
{
	struct app *a = v->app;
	struct compose *c = v->state;

	if (c->claim == CLAIM_MINE)
		release(a, c->draft.thread);
	app_pop(a);
	app_touch(a);
}

void
compose_leave(struct view *v, bool discard)
{
	struct app *a = v->app;
	struct compose *c = v->state;
	bool empty = !c->touched && c->draft.id == 0;

	if (discard && c->draft.id == 0 && c->touched && !c->note) {
		/* So that undo can bring it back. */
		c->dirty = true;
		compose_save(v);
	}
	if (discard && c->draft.id != 0) {
		struct ctx *x = app_ctx(a);
		struct err e = { 0 };

		if (hold_discard(x, c->draft.id, &e) < 0)
			app_fail(a, &e);
		else
			app_say(a, "draft thrown away · u brings it back");
		app_ctx_free(x);
	} else if (!discard && !empty && !c->note) {
		compose_save(v);
		app_say(a, "kept as a draft · g d lists them");
	} else if (!discard && c->note && c->field[FIELD_TEXT].text.len > 0 &&
		   c->touched) {
		app_say(a, "y keeps the note, D throws it away");
		return;
	}
	quit_view(v);
}

static int
send_note(struct view *v, struct err *e)
{
	struct compose *c = v->state;
	struct app *a = v->app;
	struct ctx *x = app_ctx(a);
	struct seen s = { c->draft.thread, 0 };
	struct buf b = { 0 };
	int rc;

	buf_str(&b, "note ");
	word_quote(&b, buf_text(&c->field[FIELD_TEXT].text));
	x->thread = &s;
	x->threads = 1;
	rc = cmd_line(x, buf_text(&b), e);
	if (rc == 0)
		app_say(a, "noted · u takes it back");
	buf_free(&b);
	app_ctx_free(x);
	if (rc < 0)
		return -1;
	quit_view(v);
	return 0;
}

/* What came while the answer was written, said in a line. */
static void
show_moved(struct view *v, const struct err *was)
{
	struct compose *c = v->state;
	struct arena scratch = { 0 };
	struct message *m;
	size_t n = 0;
	struct err e = { 0 };
	const char *line = was->text;

	if (store_messages(v->app->store, c->draft.thread, &scratch, &m, &n,
		&e) == 0) {
		for (size_t i = n; i-- > 0;) {
			if (m[i].kind != MESSAGE_MAIL || m[i].automatic)
				continue;
			if (m[i].id == c->draft.base)
				break;
			c->draft.base = m[i].id;
			line = arena_fmt(&scratch,
			    "%s wrote meanwhile: %.80s · y sends all the same",
			    *m[i].from.name != '\0' ? m[i].from.name
						    : m[i].from.addr,
			    m[i].text);
			break;
		}
	}
	c->warnings.v = arena_grow(&c->warn_arena, NULL, 0, sizeof(char *));
	c->warnings.v[0] = text_cleaned(&c->warn_arena, line, TEXT_LINE);
	c->warnings.n = 1;
	arena_free(&scratch);
}

static void
go_on(struct app *a, int64_t answered)
{
	int64_t next = list_waiting(a, answered);

	if (next != 0) {
		thread_show(a, next);
		return;
	}
	while (a->top->below != NULL)
		app_pop(a);
}

static void
sent(struct view *v, int64_t outbox)
{
	struct app *a = v->app;
	struct compose *c = v->state;
	const struct address *to = c->draft.to.n > 0 ? &c->draft.to.v[0] : NULL;
	int64_t thread = c->draft.thread;

	a->sending.outbox = outbox;
	a->sending.until = app_now(a) + a->shop->undo_delay;
	snprintf(a->sending.name, sizeof(a->sending.name), "%.60s",
	    to == NULL          ? ""
	    : *to->name != '\0' ? to->name
				: to->addr);
	a->message[0] = '\0';
	quit_view(v);
	go_on(a, thread);
	app_sync(a, false);
}

static bool
warned_of(const struct strings *was, const struct strings *now)
{
	for (size_t i = 0; i < now->n; i++) {
		size_t j = 0;

		while (j < was->n && strcmp(was->v[j], now->v[i]) != 0)
			j++;
		if (j == was->n)
			return false;
	}
	return true;
}

/* Has the person seen everything there is to warn about? */
static bool
warn_first(struct view *v)
{
	struct compose *c = v->state;
	struct arena kept = c->warn_arena;
	struct strings was = c->warnings;
	bool known;

	memset(&c->warn_arena, 0, sizeof(c->warn_arena));
	compose_warn(v);
	known = warned_of(&was, &c->warnings);
	arena_free(&kept);
	return known;
}

/* A second answer has to be meant: the first "y" only says whose is there. */
static int
once_more(struct view *v, struct ctx *x, struct err *e)
{
	struct compose *c = v->state;
	struct last_word last;

	if (c->draft.thread == 0)
		return 0;
	if (answer_last_word(x, c->draft.thread, &last, e) < 0)
		return -1;
	if (!last.ours || c->again == last.message)
		return 0;
	c->again = last.message;
	compose_warn(v);
	return err_set(e, ERR_CONFLICT, 0,
	    "%.60s has answered already; y again sends a second answer",
	    last.who);
}

int
compose_send(struct view *v, struct err *e)
{
	struct compose *c = v->state;
	struct ctx *x;
	int64_t outbox = 0;
	int rc;

	if (c->note)
		return send_note(v, e);
	if (compose_gather(c, e) < 0) {
		c->mode = MODE_EDIT;
		return -1;
	}
	x = app_ctx(v->app);
	rc = once_more(v, x, e);
	app_ctx_free(x);
	if (rc < 0)
		return -1;
	if (!warn_first(v))
		return err_set(e, ERR_USAGE, 0,
		    "look at the warning first; y sends all the same");
	x = app_ctx(v->app);
	rc = answer_send(x, &c->draft, &outbox, e);
	app_ctx_free(x);
	if (rc < 0) {
		if (e->kind == ERR_CONFLICT && c->draft.thread != 0)
			show_moved(v, e);
		return -1;
	}
	sent(v, outbox);
	return 0;
}
