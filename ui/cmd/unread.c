/*
 * unread -- threads to look at again.
 */
#include "ui/cmd/triage.h"

static int
unread_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const struct change change = { .kind = CHANGE_READ };

	return triage(c, &change, 1, "unread", e);
}

const struct cmd cmd_unread = {
	.name = "unread",
	.args = "<thread>...",
	.keys = "list:U thread:U",
	.brief = "Mark threads as unread",
	.man = "",
	.flags = CMD_WRITE | CMD_MASS,
	.run = unread_run,
};
