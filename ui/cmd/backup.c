/*
 * backup -- a checked copy of the store.
 */
#include "store/query.h"
#include "ui/cmd/cmd.h"

static int
backup_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	if (store_backup(c->store, arg[0].str, e) < 0)
		return -1;
	ctx_say(c, "backed up to %.170s, and checked", arg[0].str);
	return 0;
}

const struct cmd cmd_backup = {
	.name = "backup",
	.args = "<file>",
	.brief = "Write a verified copy of the store",
	.man = "While others work.\n"
	       "In the copy what was on its way out is in doubt, so that a"
	       " restored backup never sends by itself.\n",
	.flags = CMD_WRITE | CMD_LINE,
	.run = backup_run,
};
