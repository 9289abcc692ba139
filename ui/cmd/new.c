/*
 * new -- write to somebody first.
 */
#include "ui/cmd/letter.h"

static int
new_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct draft d;

	if (ctx_option(c, "to") == NULL)
		return err_set(e, ERR_USAGE, 0,
		    "new: to whom?: give --to ADDRESS");
	if (ctx_option(c, "subject") == NULL && !ctx_has(c, "canned"))
		return err_set(e, ERR_USAGE, 0,
		    "new: about what?: give --subject TEXT");
	if (answer_begin(c, 0, ANSWER_NEW, &d, e) < 0)
		return -1;
	return letter_send(c, &d, LETTER_WORDS, e);
}

const struct cmd cmd_new = {
	.name = "new",
	.options = "[--to <text>]... [--subject <text>] [--canned <canned>]"
		   " [--text <file>] [--attach <file>]... [--cc <text>]..."
		   " [--bcc <text>]... [--from <text>] [--close]"
		   " [--markdown] [--preview]",
	.brief = "Queue a mail that begins a thread",
	.man = "Prints the number in the outbox.\n"
	       "A thread that we began has no first response time.\n",
	.flags = CMD_WRITE | CMD_LINE | CMD_PRINT,
	.run = new_run,
};
