/*
 * assign -- hand threads to an agent.
 */
#include "ui/cmd/resolve.h"
#include "ui/cmd/triage.h"

static int
assign_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const struct change change = { .kind = CHANGE_ASSIGN,
		.agent = arg[1].id };
	const char *done = "unassigned";

	if (arg[1].id != 0)
		done = arena_fmt(c->arena, "assigned to %s",
		    resolve_agent_name(c, arg[1].id));
	return triage(c, &change, 1, done, e);
}

const struct cmd cmd_assign = {
	.name = "assign",
	.args = "<thread>... <agent>",
	.keys = "list:a thread:a",
	.brief = "Hand threads to an agent",
	.man = "The\n.Ar agent\nis a login,\n.Cm me\nor\n.Cm none .\n"
	       "From the screen it fails if a colleague changed the thread"
	       " since it was shown.\n",
	.flags = CMD_WRITE | CMD_MASS,
	.run = assign_run,
};
