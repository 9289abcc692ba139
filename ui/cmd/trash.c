/*
 * trash -- threads out of sight.
 */
#include "ui/cmd/triage.h"

static int
trash_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const struct change change = { .kind = CHANGE_STATE,
		.state = THREAD_TRASH };

	return triage(c, &change, 1, "in the trash", e);
}

const struct cmd cmd_trash = {
	.name = "trash",
	.args = "<thread>...",
	.keys = "list:# thread:#",
	.brief = "Put threads into the trash",
	.man = "Nothing is deleted: neither here nor on the server.\n.Cm "
	       "reopen\nbrings them back.\n",
	.flags = CMD_WRITE | CMD_MASS,
	.run = trash_run,
};
