/*
 * outbox resolve -- settle what may or may not have left.
 */
#include <string.h>

#include "store/edit.h"
#include "ui/cmd/cmd.h"

static int
resolve_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	bool sent = strcmp(arg[1].str, "sent") == 0;
	bool again = strcmp(arg[1].str, "again") == 0;

	if (store_outbox_resolve(c->store, &c->act, arg[0].id,
		sent    ? RESOLVE_SENT
		: again ? RESOLVE_AGAIN
			: RESOLVE_WAIT,
		e) < 0)
		return -1;
	ctx_say(c, "%s",
	    sent    ? "marked as sent"
	    : again ? "queued again"
		    : "left waiting for evidence");
	return 0;
}

const struct cmd cmd_outbox_resolve = {
	.name = "outbox resolve",
	.args = "<outbox> sent|again|wait",
	.brief = "Settle what may or may not have left",
	.man =
	    "For a row in\n.Cm doubt .\n.Cm sent\ncounts it as sent,\n"
	    ".Cm again\nsends it once more (the customer may get it twice),\n"
	    ".Cm wait\nleaves it until a reply, a bounce or a copy in Sent"
	    " proves it.\n",
	.flags = CMD_WRITE,
	.run = resolve_run,
};
