/*
 * part.c -- what belongs together and what does not: T.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/when.h"
#include "desk/group.h"
#include "ui/screen/screen.h"
#include "ui/views.h"

enum {
	RECENT = 300, /* threads to choose from */
	ALIKE = 250,  /* less is chance */
};

/* ---- choosing another thread ---- */

/* What to do with the thread that is chosen. */
struct joining {
	int64_t thread;  /* merge it into this one ... */
	int64_t message; /* ... or move this message there, if not 0 */
	int64_t other;   /* the one that was chosen */
};

/* Nothing stays selected that is in another thread now. */
static void
join(struct app *a, const struct joining *j)
{
	char line[80];

	if (j->message != 0)
		snprintf(line, sizeof(line), "move %lld %lld",
		    (long long)j->message, (long long)j->other);
	else
		snprintf(line, sizeof(line), "merge %lld %lld",
		    (long long)j->thread, (long long)j->other);
	if (app_run(a, line))
		list_unmark(a);
}

static void
join_meant(struct app *a, void *arg, const char *text)
{
	if (text != NULL && *text == 'y')
		join(a, arg);
	free(arg);
}

/* True if the other thread is of somebody else, and that has been asked. */
static bool
ask_other(struct app *a, struct joining *j)
{
	struct arena arena = { 0 };
	struct thread here, there;
	struct err e = { 0 };
	char label[80];
	bool other =
	    store_thread(a->store, j->thread, &arena, &here, &e) == 0 &&
	    store_thread(a->store, j->other, &arena, &there, &e) == 0 &&
	    here.customer.id != there.customer.id;

	if (other) {
		const char *who = text_cleaned(&arena,
		    customer_label(&there.customer), TEXT_LINE);
		int w;

		snprintf(label, sizeof(label), "#%lld is of %.*s: %s?",
		    (long long)there.id,
		    (int)text_fit(who, strlen(who), 30, &w), who,
		    j->message != 0 ? "move it there" : "merge");
		prompt_ask(a, label, "yn", join_meant, j);
	}
	arena_free(&arena);
	return other;
}

static void
thread_chosen(struct app *a, void *arg, const char *text)
{
	struct joining *j = arg;

	j->other = 0;
	if (text != NULL)
		j->other = strtoll(*text == '#' ? text + 1 : text, NULL, 10);
	if (text != NULL && j->other <= 0)
		app_say(a, "no thread has that number");
	if (j->other > 0 && ask_other(a, j))
		return; /* the answer owns it */
	if (j->other > 0)
		join(a, j);
	free(j);
}

/* A number that is typed: which thread that is. */
static void
explain_number(struct app *a, const char *typed, char *out, size_t size)
{
	struct arena arena = { 0 };
	struct thread t;
	struct err e = { 0 };
	int64_t id = strtoll(*typed == '#' ? typed + 1 : typed, NULL, 10);

	out[0] = '\0';
	if (id > 0 && store_thread(a->store, id, &arena, &t, &e) == 0)
		snprintf(out, size, "thread %lld: %s, %s", (long long)t.id,
		    text_cleaned(&arena, t.subject, TEXT_LINE),
		    text_cleaned(&arena, customer_label(&t.customer),
			TEXT_LINE));
	arena_free(&arena);
}

static bool
listed(const struct picker *p, const char *number)
{
	for (size_t i = 0; i < p->items; i++) {
		if (strcmp(p->item[i].text, number) == 0)
			return true;
	}
	return false;
}

static void
offer(struct app *a, struct picker *p, const struct thread *t, int64_t but,
    const char *who)
{
	const char *number = arena_fmt(&p->arena, "%lld", (long long)t->id);
	char when[WHEN_SIZE];

	if (t->id == but || listed(p, number))
		return;
	picker_add(p, number,
	    arena_fmt(&p->arena, "#%s %s", number,
		text_cleaned(&p->arena,
		    *t->subject != '\0' ? t->subject : "(no subject)",
		    TEXT_LINE)),
	    arena_fmt(&p->arena, "%s · %s",
		text_cleaned(&p->arena,
		    who != NULL ? who : customer_label(&t->customer),
		    TEXT_LINE),
		when_short(a->shop->zone, app_now(a), t->last_at, when)),
	    false);
}

struct alike {
	const struct thread *thread;
	int alike;
	size_t i;
};

static int
by_alike(const void *a, const void *b)
{
	const struct alike *x = a, *y = b;

	if (x->alike != y->alike)
		return x->alike > y->alike ? -1 : 1;
	return x->i < y->i ? -1 : 1;
}

/* What is recent, by how alike the subjects are; the newest first. */
static int
offer_recent(struct ctx *c, struct picker *p, const struct thread *t,
    struct err *e)
{
	struct list_ask ask = { .order = ORDER_NEWEST,
		.limit = RECENT,
		.me = c->act.agent,
		.now = c->act.now };
	struct thread *v;
	struct alike *s;
	size_t n;

	if (store_list(c->store, &ask, c->arena, &v, &n, e) < 0)
		return -1;
	s = arena_array(c->arena, n + 1, sizeof(*s));
	for (size_t i = 0; i < n; i++) {
		int like = group_alike(t->subject, v[i].subject);

		s[i] = (struct alike){ &v[i], like >= ALIKE ? like : 0, i };
	}
	qsort(s, n, sizeof(*s), by_alike);
	for (size_t i = 0; i < n; i++)
		offer(c->screen, p, s[i].thread, t->id, NULL);
	return 0;
}

/* Related ones first, then hers, then those with a subject like it. */
static int
offer_all(struct ctx *c, struct picker *p, const struct thread *t,
    struct err *e)
{
	struct app *a = c->screen;
	struct card card;
	struct thread other;
	int64_t *related;
	size_t n;

	if (store_related(c->store, t->id, c->arena, &related, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (store_thread(c->store, related[i], c->arena, &other, e) < 0)
			return -1;
		offer(a, p, &other, t->id,
		    other.customer.id == t->customer.id ? "same customer"
							: NULL);
	}
	if (t->customer.id != 0) {
		if (store_card(c->store, t->customer.id, t->id, c->arena, &card,
			e) < 0)
			return -1;
		for (size_t i = 0; i < card.earlier_n; i++)
			offer(a, p, &card.earlier[i], t->id, "same customer");
	}
	return offer_recent(c, p, t, e);
}

static int
choose_thread(struct ctx *c, int64_t thread, int64_t message, struct err *e)
{
	struct app *a = c->screen;
	struct joining *j;
	struct picker *p;
	struct thread t;

	if (store_thread(c->store, thread, c->arena, &t, e) < 0)
		return -1;
	j = malloc(sizeof(*j));
	if (j == NULL)
		return err_set(e, ERR_SYSTEM, 0, "no memory");
	*j = (struct joining){ t.id, message, 0 };
	p = picker_open(a,
	    message != 0
		? " Move the message to: words or a number "
		: arena_fmt(c->arena, " Merge into #%lld: words or a number ",
		      (long long)t.id),
	    thread_chosen, j);
	p->free_text = true;
	p->explain = explain_number;
	if (offer_all(c, p, &t, e) < 0) {
		picker_close(a);
		free(j);
		return -1;
	}
	if (picker_offer(a, "there is no other thread", e) < 0) {
		free(j);
		return -1;
	}
	return 0;
}

/* ---- what to do ---- */

static void
what_chosen(struct app *a, void *arg, const char *text)
{
	struct joining *j = arg;
	struct ctx *c = app_ctx(a);
	struct err e = { 0 };
	int rc = 0;

	if (text != NULL && strncmp(text, "split", 5) == 0)
		app_run(a, text);
	else if (text != NULL && strcmp(text, "move") == 0)
		rc = choose_thread(c, j->thread, j->message, &e);
	else if (text != NULL)
		rc = choose_thread(c, j->thread, 0, &e);
	if (rc < 0)
		app_fail(a, &e);
	app_ctx_free(c);
	free(j);
}

/* The messages from one on, as "split" takes them. */
static char *
split_line(struct picker *p, int64_t thread, const struct message *v, size_t n)
{
	char *line = arena_fmt(&p->arena, "split %lld", (long long)thread);

	for (size_t i = 0; i < n; i++)
		line =
		    arena_fmt(&p->arena, "%s %lld", line, (long long)v[i].id);
	return line;
}

static int
in_thread(struct ctx *c, const struct message *m, struct err *e)
{
	struct app *a = c->screen;
	struct joining *j;
	struct message *v;
	struct picker *p;
	size_t n, at = 0;

	if (store_messages(c->store, m->thread, c->arena, &v, &n, e) < 0)
		return -1;
	while (at < n && v[at].id != m->id)
		at++;
	j = malloc(sizeof(*j));
	if (j == NULL)
		return err_set(e, ERR_SYSTEM, 0, "no memory");
	*j = (struct joining){ m->thread, m->id, 0 };
	p = picker_open(a, " This message, this thread ", what_chosen, j);
	if (n > 1)
		picker_add(p, split_line(p, m->thread, &v[at], at < n),
		    "split it off", "it begins a thread of its own", false);
	if (at > 0 && at + 1 < n)
		picker_add(p, split_line(p, m->thread, &v[at], n - at),
		    "split here", "it and all after it begin a thread", false);
	picker_add(p, "move", "move it", "to a thread you choose", false);
	picker_add(p, "merge", "merge", "another thread into this one", false);
	picker_find(p);
	return 0;
}

static int
by_number(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	return x->thread < y->thread ? -1 : x->thread > y->thread;
}

/* The one that was here first goes on. */
static void
merge_line(struct app *a, const char *line)
{
	if (app_run(a, line))
		list_unmark(a);
}

static void
merge_meant(struct app *a, void *arg, const char *text)
{
	if (text != NULL && *text == 'y')
		merge_line(a, arg);
	free(arg);
}

/* How many customers the threads are of. */
static size_t
customers(const struct ctx *c)
{
	int64_t *id = arena_array(c->arena, c->threads, sizeof(*id));
	size_t n = 0;

	for (size_t i = 0; i < c->threads; i++) {
		struct thread t;
		struct err e = { 0 };
		size_t j = 0;

		if (store_thread(c->store, c->thread[i].thread, c->arena, &t,
			&e) < 0)
			continue;
		while (j < n && id[j] != t.customer.id)
			j++;
		if (j == n)
			id[n++] = t.customer.id;
	}
	return n;
}

static void
merge_selected(struct ctx *c)
{
	struct buf line = { 0 };
	char label[80], count[TEXT_COUNT];
	size_t n = customers(c);

	qsort(c->thread, c->threads, sizeof(*c->thread), by_number);
	buf_str(&line, "merge");
	for (size_t i = 0; i < c->threads; i++)
		buf_fmt(&line, " %lld", (long long)c->thread[i].thread);
	if (n > 1) {
		snprintf(label, sizeof(label), "They are of %s: merge?",
		    text_count((int64_t)n, "customer", count));
		prompt_ask(c->screen, label, "yn", merge_meant,
		    strdup(buf_text(&line)));
	} else {
		merge_line(c->screen, buf_text(&line));
	}
	buf_free(&line);
}

static int
together_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const struct app *a = c->screen;
	const struct message *m = thread_message(a->top);

	(void)arg;
	if (m != NULL)
		return in_thread(c, m, e);
	if (c->threads == 0)
		return err_set(e, ERR_USAGE, 0, "no thread here");
	if (c->threads == 1)
		return choose_thread(c, c->thread[0].thread, 0, e);
	merge_selected(c);
	return 0;
}

const struct cmd screen_together = {
	.name = "together",
	.args = "",
	.keys = "list:T thread:T",
	.brief = "Merge threads, split or move messages",
	.man = "In the list, merge the selected threads, or one with another"
	       " that is chosen.\n"
	       "In a thread, split the message under the cursor off, or it and"
	       " all after it,\nmove it to another thread, or merge another"
	       " thread into this one.",
	.flags = CMD_SCREEN,
	.run = together_run,
};
