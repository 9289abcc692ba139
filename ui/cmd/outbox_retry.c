/*
 * outbox retry -- send again what a server refused.
 */
#include "store/edit.h"
#include "ui/cmd/cmd.h"

static int
retry_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	if (store_outbox_retry(c->store, &c->act, arg[0].id, e) < 0)
		return -1;
	ctx_say(c, "queued again");
	return 0;
}

const struct cmd cmd_outbox_retry = {
	.name = "outbox retry",
	.args = "<outbox>",
	.brief = "Send again what was refused",
	.man = "For a row that has\n.Cm failed ,\n"
	       "or is\n.Cm queued\nand waits after a try:\n"
	       "the next sync tries it again.\n",
	.flags = CMD_WRITE,
	.run = retry_run,
};
