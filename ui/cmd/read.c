/*
 * read -- threads somebody has looked at.
 */
#include "ui/cmd/triage.h"

static int
read_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const struct change change = { .kind = CHANGE_READ, .on = true };

	return triage(c, &change, 1, "read", e);
}

const struct cmd cmd_read = {
	.name = "read",
	.args = "<thread>...",
	.brief = "Mark threads as read",
	.man = "",
	.flags = CMD_WRITE | CMD_MASS,
	.run = read_run,
};
