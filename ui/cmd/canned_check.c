/*
 * canned check -- every canned reply, its syntax and its variables.
 */
#include "base/log.h"
#include "ui/cmd/answer.h"

static void
tell(void *arg, const struct err *e)
{
	struct ctx *c = arg;

	out_text(c->out, "%s\n", e->text);
}

static int
check_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct canned *v = NULL;
	size_t n = 0;
	int broken;

	log_quiet(1); /* each broken file is told below, with its place */
	if (answer_canned(c, &v, &n, e) < 0)
		return -1;
	log_quiet(c->quiet);
	broken = answer_canned_broken(c, tell, c);
	if (broken == 0)
		ctx_say(c, "%zu canned replies, none broken", n);
	return broken > 0 ? 1 : 0;
}

const struct cmd cmd_canned_check = {
	.name = "canned check",
	.brief = "Check every canned reply",
	.man = "Prints what is wrong as\n.Ql name:line:column: what\nand exits"
	       " with 1 if anything is.\n",
	.flags = CMD_NO_STORE,
	.run = check_run,
};
