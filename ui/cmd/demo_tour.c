/*
 * demo_tour.c -- the demo as text: the list, a thread, an answer, the report.
 */
#include <string.h>

#include "base/when.h"
#include "store/query.h"
#include "ui/cmd/answer.h"
#include "ui/cmd/demo.h"

static void
heading(struct ctx *c, const char *what)
{
	out_text(c->out, "\n%s\n", what);
	for (size_t i = 0; i < strlen(what); i++)
		out_text(c->out, "=");
	out_text(c->out, "\n\n");
}

/* The thread that has waited longest of those a canned reply fits. */
static int
pick(struct ctx *c, struct thread *out, const struct canned **reply,
    struct err *e)
{
	struct list_ask ask = { .now = c->act.now, .limit = 20 };
	struct thread *v = NULL;
	size_t n = 0, m = 0;

	if (store_list(c->store, &ask, c->arena, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (answer_suggest(c, v[i].id, reply, 1, &m, e) < 0)
			return -1;
		*out = v[i];
		if (m > 0 && v[i].customer.vip)
			return 0;
	}
	if (m == 0)
		return err_set(e, ERR_BUG, 0, "demo: no canned reply fits");
	return 0;
}

static int
show_answer(struct ctx *c, const struct thread *t, const struct canned *r,
    struct err *e)
{
	struct draft d;
	struct strings warnings;

	if (answer_begin(c, t->id, ANSWER_ONE, &d, e) < 0 ||
	    answer_fill(c, &d, r, e) < 0)
		return -1;
	out_text(c->out, "To:      %s\nSubject: %s\n\n%s", d.to.v[0].addr,
	    d.subject, d.text);
	warnings = answer_warnings(c, &d);
	for (size_t i = 0; i < warnings.n; i++)
		out_text(c->out, "! %s\n", warnings.v[i]);
	return 0;
}

int
demo_tour(struct ctx *c, struct err *e)
{
	const struct canned *reply = NULL;
	struct thread t = { 0 };

	c->act.now = when_now();
	c->limit = 0;
	if (pick(c, &t, &reply, e) < 0)
		return -1;
	out_text(c->out,
	    "Fern & Fable, woollens and rainwear: a shop made up for this"
	    " tour.\nOn a terminal \"shopbell demo\" opens its desk.\n");
	heading(c, "The desk: shopbell list");
	if (cmd_line(c, "list -n 24", e) < 0)
		return -1;
	heading(c, arena_fmt(c->arena, "A thread: shopbell show %lld",
		       (long long)t.id));
	if (cmd_line(c, arena_fmt(c->arena, "show %lld", (long long)t.id), e) <
	    0)
		return -1;
	heading(c,
	    arena_fmt(c->arena,
		"A canned reply, filled in: shopbell reply %lld --canned %s",
		(long long)t.id, reply->name));
	if (show_answer(c, &t, reply, e) < 0)
		return -1;
	heading(c, "The week: shopbell report");
	return cmd_line(c, "report", e);
}
