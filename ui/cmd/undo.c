/*
 * undo -- take back the last thing this person did.
 */
#include "ui/cmd/triage.h"

static int
undo_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	int64_t count = arg[0].given ? arg[0].id : 1, thread;
	const char *text = "";

	if (count < 1)
		return err_set(e, ERR_USAGE, 0,
		    "undo %lld: give a number from 1", (long long)count);
	for (int64_t i = 0; i < count; i++) {
		if (store_undo(c->store, &c->act, c->arena, &text, &thread, e) <
		    0)
			return i > 0 && e->kind == ERR_MISSING ? 0 : -1;
		/* The last one is told by whoever ran the command. */
		if (i > 0 && c->screen == NULL && !c->quiet)
			out_text(c->out, "%s\n", c->said);
		ctx_say(c, "undone: %s", text);
	}
	return 0;
}

const struct cmd cmd_undo = {
	.name = "undo",
	.args = "[<number>]",
	.keys = "list:u thread:u",
	.brief = "Take back your last change",
	.man = "With a\n.Ar number\nthat many, the newest first.\n"
	       "It works across restarts, and is refused where a colleague has"
	       " changed the same thing since.\n",
	.flags = CMD_WRITE | CMD_FINAL,
	.run = undo_run,
};
