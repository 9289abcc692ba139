/*
 * redo -- put back what was undone.
 */
#include "ui/cmd/triage.h"

static int
redo_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const char *text = "";
	int64_t thread;

	if (store_redo(c->store, &c->act, c->arena, &text, &thread, e) < 0)
		return -1;
	ctx_say(c, "done again: %s", text);
	return 0;
}

const struct cmd cmd_redo = {
	.name = "redo",
	.keys = "list:C-r thread:C-r",
	.brief = "Do again what you undid",
	.man = "",
	.flags = CMD_WRITE | CMD_FINAL,
	.run = redo_run,
};
