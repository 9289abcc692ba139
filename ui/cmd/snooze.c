/*
 * snooze -- out of sight until a moment to come.
 */
#include "base/when.h"
#include "ui/cmd/triage.h"

static int
snooze_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const struct change change = { .kind = CHANGE_SNOOZE, .at = arg[1].id };
	char at[WHEN_SIZE];
	const char *done = "awake";

	if (arg[1].id != 0)
		done = arena_fmt(c->arena, "snoozed until %s",
		    when_long(c->shop->zone, arg[1].id, at));
	return triage(c, &change, 1, done, e);
}

const struct cmd cmd_snooze = {
	.name = "snooze",
	.args = "<thread>... <when>...",
	.keys = "list:b thread:b",
	.brief = "Put threads off until later",
	.man =
	    "The moment is a span\n.Pq Ql 2h ,\na day\n.Pq Ql tomorrow 9:00 ,"
	    "\n.Pq Ql mon\nor a date; without a time it is 9:00.\n"
	    ".Ql off\nwakes them.\n"
	    "A message of the customer wakes them too.\n",
	.flags = CMD_WRITE | CMD_MASS,
	.run = snooze_run,
};
