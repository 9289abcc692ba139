/*
 * pending -- it is for the customer to answer.
 */
#include "ui/cmd/triage.h"

static int
pending_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const struct change change = { .kind = CHANGE_STATE,
		.state = THREAD_PENDING };

	return triage(c, &change, 1, "pending", e);
}

const struct cmd cmd_pending = {
	.name = "pending",
	.args = "<thread>...",
	.keys = "list:w thread:w",
	.brief = "Leave threads to the customer",
	.man = "The next message of the customer opens them.\n",
	.flags = CMD_WRITE | CMD_MASS,
	.run = pending_run,
};
