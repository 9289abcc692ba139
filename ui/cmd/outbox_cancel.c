/*
 * outbox cancel -- take back an answer that has not left.
 */
#include "store/edit.h"
#include "ui/cmd/cmd.h"

static int
cancel_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	int64_t draft = 0;

	if (store_outbox_cancel(c->store, &c->act, arg[0].id, &draft, e) < 0)
		return -1;
	ctx_say(c, "taken back: it is a draft again");
	return 0;
}

const struct cmd cmd_outbox_cancel = {
	.name = "outbox cancel",
	.args = "<outbox>",
	.brief = "Take back an answer that has not left",
	.man = "It becomes a draft again.\nRefused once the sender has it.\n",
	.flags = CMD_WRITE,
	.run = cancel_run,
};
