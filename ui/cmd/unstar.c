/*
 * unstar -- threads done with.
 */
#include "ui/cmd/triage.h"

static int
unstar_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const struct change change = { .kind = CHANGE_STAR };

	return triage(c, &change, 1, "without a star", e);
}

const struct cmd cmd_unstar = {
	.name = "unstar",
	.args = "<thread>...",
	.brief = "Take the star off threads",
	.man = "",
	.flags = CMD_WRITE | CMD_MASS,
	.run = unstar_run,
};
