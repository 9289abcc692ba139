/*
 * spam -- threads that nobody asked for.
 */
#include "ui/cmd/triage.h"

static int
spam_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const struct change change = { .kind = CHANGE_STATE,
		.state = THREAD_SPAM };

	return triage(c, &change, 1, "in spam", e);
}

const struct cmd cmd_spam = {
	.name = "spam",
	.args = "<thread>...",
	.keys = "list:! thread:!",
	.brief = "Put threads into spam",
	.man =
	    "Their mails go to the server's junk folder with the next sync.\n",
	.flags = CMD_WRITE | CMD_MASS,
	.run = spam_run,
};
