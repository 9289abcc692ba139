/*
 * close -- threads that are done.
 */
#include "ui/cmd/triage.h"

static int
close_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	bool dismiss = ctx_has(c, "no-answer");
	const struct change change = {
		.kind = dismiss ? CHANGE_DISMISS : CHANGE_STATE,
		.state = THREAD_CLOSED,
	};

	return triage(c, &change, 1, "closed", e);
}

const struct cmd cmd_close = {
	.name = "close",
	.args = "<thread>...",
	.options = "[--no-answer]",
	.brief = "Close threads",
	.man = "With\n.Fl \\-no-answer\na wait that runs counts as needing no"
	       " answer (a thank-you),\n"
	       "else as closed unanswered.\n"
	       "The next message of the customer opens them again.\n",
	.flags = CMD_WRITE | CMD_MASS,
	.run = close_run,
};
