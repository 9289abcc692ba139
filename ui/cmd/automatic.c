/*
 * automatic -- say whether a robot began a thread.
 */
#include <string.h>

#include "ui/cmd/triage.h"

static int
automatic_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	bool on = strcmp(arg[1].str, "yes") == 0;
	const struct change change = { .kind = CHANGE_AUTOMATIC, .on = on };

	return triage(c, &change, 1,
	    on ? "taken for automatic" : "taken for a person's", e);
}

const struct cmd cmd_automatic = {
	.name = "automatic",
	.args = "<thread>... yes|no",
	.brief = "Say whether a robot began a thread",
	.man = "A thread begun by a robot has no clock.\n"
	       "Marketplaces and contact forms send real questions marked as"
	       " automatic:\n.Cm no\nstarts the clock.\n",
	.flags = CMD_WRITE | CMD_MASS,
	.run = automatic_run,
};
