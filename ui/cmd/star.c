/*
 * star -- threads to come back to.
 */
#include "ui/cmd/triage.h"

static int
star_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const struct change change = { .kind = CHANGE_STAR, .on = true };

	return triage(c, &change, 1, "starred", e);
}

const struct cmd cmd_star = {
	.name = "star",
	.args = "<thread>...",
	.brief = "Star threads",
	.man = "A star is the server's\n.Ql \\eFlagged .\n",
	.flags = CMD_WRITE | CMD_MASS,
	.run = star_run,
};
