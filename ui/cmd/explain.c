/*
 * explain -- where a figure comes from.
 */
#include <string.h>

#include "base/text.h"
#include "base/when.h"
#include "desk/explain.h"
#include "store/query.h"
#include "ui/cmd/figures.h"
#include "ui/cmd/resolve.h"
#include "ui/cmd/rows.h"

static const char *
end_name(enum turn_end end)
{
	switch (end) {
	case TURN_RUNNING:
		return "still waiting";
	case TURN_ANSWERED:
		return "answered";
	case TURN_CLOSED:
		return "closed unanswered";
	case TURN_DISMISSED:
		return "needed no answer";
	}
	return "";
}

static void
turn_line(struct ctx *c, const struct turn_row *r)
{
	char from[WHEN_SIZE], wall[WHEN_SIZE], open[WHEN_SIZE];

	when_short(c->shop->zone, c->act.now, r->turn.from, from);
	out_text(c->out, "turn %-5lld #%-5lld %-11s %-5s %-17s %s",
	    (long long)r->id, (long long)r->thread, from,
	    r->turn.first ? "first" : "next", end_name(r->turn.end),
	    when_span_long(r->wall, wall));
	if (r->open >= 0)
		out_text(c->out, " (open %s)", when_span_long(r->open, open));
	out_text(c->out, " %s\n",
	    r->state == TARGET_NONE ? "" : target_state_name(r->state));
}

static void
instant_line(struct ctx *c, const char *what, int64_t t)
{
	char at[WHEN_SIZE];

	out_text(c->out, "%-10s %s\n", what, when_long(c->shop->zone, t, at));
}

/* The stretches counted and skipped, and why. */
static void
stretches(struct ctx *c, const struct turn_row *r)
{
	int64_t until = r->turn.until != 0 ? r->turn.until : c->act.now;
	struct explained *v;
	struct buf b = { 0 };
	size_t n = 0;

	v = explain_span(c->arena, c->shop->hours, c->shop->hours_n, r->hours,
	    r->turn.from, until, &n);
	explain_text(&b, v, n, c->shop->zone);
	out_text(c->out, "\n%s", buf_text(&b));
	buf_free(&b);
}

static int
explain_turn(struct ctx *c, int64_t id, struct err *e)
{
	struct turn_row r;
	char span[WHEN_SIZE];

	if (store_turn(c->store, id, c->act.now, c->arena, &r, e) < 0)
		return -1;
	out_text(c->out, "Turn %lld of thread %lld: %s\n\n", (long long)r.id,
	    (long long)r.thread, text_cleaned(c->arena, r.subject, TEXT_LINE));
	instant_line(c, "begins", r.turn.from);
	out_text(c->out, "           with message %lld of the customer\n",
	    (long long)r.turn.from_ref);
	if (r.turn.until != 0)
		instant_line(c, "ends", r.turn.until);
	out_text(c->out, "%-10s %s%s%s\n", "outcome", end_name(r.turn.end),
	    r.turn.agent != 0 ? " by " : "",
	    r.turn.agent != 0 ? resolve_agent_name(c, r.turn.agent) : "");
	out_text(c->out, "%-10s %s, %s\n", "counts as",
	    r.turn.first ? "first response" : "next response",
	    r.turn.end == TURN_ANSWERED ? "in the figures"
					: "apart from the figures");
	if (r.allowed > 0)
		out_text(c->out, "%-10s %s gives %s: %s\n", "target", r.target,
		    when_span_long(r.allowed, span),
		    target_state_name(r.state));
	else
		out_text(c->out, "%-10s none\n", "target");
	stretches(c, &r);
	return 0;
}

/* Every turn of a period or of a thread that a figure is made of. */
static int
explain_turns(struct ctx *c, const char *what, int64_t thread, struct err *e)
{
	struct turn_row *v = NULL;
	int64_t from, until;
	size_t n = 0, shown = 0;

	if (figures_period(c, "", &from, &until, e) < 0)
		return -1;
	if (thread != 0)
		from = 0;
	if (store_turns(c->store, from, until, c->act.now, c->arena, &v, &n,
		e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		bool ran = v[i].turn.end == TURN_RUNNING;

		if ((thread != 0 && v[i].thread != thread) ||
		    (strcmp(what, "first") == 0 && !v[i].turn.first) ||
		    (strcmp(what, "waiting") == 0 && !ran) ||
		    (strcmp(what, "late") == 0 && v[i].state != TARGET_LATE &&
			v[i].state != TARGET_MET_LATE))
			continue;
		turn_line(c, &v[i]);
		shown++;
	}
	if (shown == 0)
		ctx_say(c, "no turn");
	return 0;
}

static int
explain_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const char *what = arg[0].str;
	struct thread t;

	if (strcmp(what, "turn") != 0 && strcmp(what, "thread") != 0) {
		if (arg[1].given)
			return err_set(e, ERR_USAGE, 0,
			    "explain: %s takes no number", what);
		return explain_turns(c, what, 0, e);
	}
	if (!arg[1].given)
		return err_set(e, ERR_USAGE, 0,
		    "explain: which %s?: give its"
		    " number",
		    what);
	if (strcmp(what, "turn") == 0)
		return explain_turn(c, arg[1].id, e);
	if (store_thread(c->store, arg[1].id, c->arena, &t, e) < 0)
		return -1;
	return explain_turns(c, what, t.id, e);
}

const struct cmd cmd_explain = {
	.name = "explain",
	.args = "turn|thread|first|any|waiting|late [<number>]",
	.options = "[--since <when>] [--until <when>]",
	.brief = "Show where a figure comes from",
	.man = ".Cm turn\ntells one response: its events, the hours counted and"
	       " skipped, and why.\n"
	       ".Cm thread\nlists the turns of a thread;\n.Cm first , any ,"
	       " waiting\nand\n.Cm late\nthose behind a figure of the"
	       " report.\n",
	.flags = 0,
	.run = explain_run,
};
