/*
 * reopen -- threads need us again.
 */
#include "ui/cmd/triage.h"

static int
reopen_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const struct change change = { .kind = CHANGE_STATE,
		.state = THREAD_OPEN };

	return triage(c, &change, 1, "open", e);
}

const struct cmd cmd_reopen = {
	.name = "reopen",
	.args = "<thread>...",
	.brief = "Make threads open again",
	.man = "A thread in spam or trash comes back too.\n",
	.flags = CMD_WRITE | CMD_MASS,
	.run = reopen_run,
};
