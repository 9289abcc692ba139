/*
 * undo -- take back the last thing this person did.
 */
#include "ui/cmd/triage.h"

static int
undo_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	int64_t count = arg[0].given ? arg[0].id : 1, thread;
	const char *text = "";

	for (int64_t i = 0; i < count; i++) {
		if (store_undo(c->store, &c->act, c->arena, &text, &thread, e) <
		    0)
			return i > 0 && e->kind == ERR_MISSING ? 0 : -1;
		ctx_say(c, "undone: %s", text);
		if (c->screen == NULL && i + 1 < count && !c->quiet)
			out_text(c->out, "%s\n", c->said);
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
	.flags = CMD_WRITE,
	.run = undo_run,
};
