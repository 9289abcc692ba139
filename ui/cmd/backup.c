/*
 * backup -- a checked copy of the store.
 */
#include "store/query.h"
#include "ui/cmd/cmd.h"

static int
backup_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct backup_report r;

	if (store_backup(c->store, arg[0].str, &r, e) < 0)
		return -1;
	if (r.damaged > 0)
		return err_set(e, ERR_DATA, 0,
		    "backed up to %.100s, but the bytes of %lld mails are"
		    " damaged, in the store too: run shopbell check",
		    arg[0].str, (long long)r.damaged);
	ctx_say(c,
	    "backed up to %.120s, every byte verified: %lld mails, %.1f MB",
	    arg[0].str, (long long)r.mails, (double)r.bytes / 1e6);
	return 0;
}

const struct cmd cmd_backup = {
	.name = "backup",
	.args = "<file>",
	.brief = "Write a verified copy of the store",
	.man = "While others work.\n"
	       "The copy is read back: the file as a whole, and the bytes of"
	       " each mail against their hash.\n"
	       "Mails that are damaged in the store are so in the copy; then"
	       " the exit status is 65.\n"
	       "In the copy what was on its way out is in doubt, so that a"
	       " restored backup never sends by itself.\n",
	.flags = CMD_WRITE | CMD_LINE,
	.run = backup_run,
};
