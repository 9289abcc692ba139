/*
 * fetch -- the rest of a large mail.
 */
#include "base/wake.h"
#include "store/edit.h"
#include "ui/cmd/cmd.h"

static int
fetch_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	if (store_fetch(c->store, &c->act, arg[0].id, e) < 0)
		return -1;
	/* A resident sync brings it at once, any other with its next run. */
	ctx_say(c,
	    wake_ring(c->shop->store) == 0 || c->screen != NULL
		? "asked for the rest of message %lld"
		: "asked for the rest of message %lld: the next sync brings it",
	    (long long)arg[0].id);
	return 0;
}

const struct cmd cmd_fetch = {
	.name = "fetch",
	.args = "<message>",
	.brief = "Fetch the rest of a large mail",
	.man = "Of a mail above\n.Ic size-limit\nonly the beginning is"
	       " fetched;\n.Ic show\nand the screen say how much is missing,"
	       " and this asks for it.\nA sync brings it.\n"
	       "What the server could not send is tried three more times by"
	       " itself.\n",
	.flags = CMD_WRITE | CMD_FINAL,
	.run = fetch_run,
};
