/*
 * forward -- pass a customer's mail on.
 */
#include "ui/cmd/letter.h"

static int
forward_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct draft d;

	if (ctx_option(c, "to") == NULL)
		return err_set(e, ERR_USAGE, 0,
		    "forward: to whom?: give --to ADDRESS");
	if (answer_begin(c, c->thread[0].thread, ANSWER_FORWARD, &d, e) < 0)
		return -1;
	return letter_send(c, &d, e);
}

const struct cmd cmd_forward = {
	.name = "forward",
	.args = "<thread>",
	.options = "[--to <text>]... [--cc <text>]... [--bcc <text>]..."
		   " [--text <file>] [--canned <canned>] [--subject <text>]"
		   " [--attach <file>]... [--from <text>] [--close]"
		   " [--preview]",
	.brief = "Queue a mail that passes the last one on",
	.man = "The customer's last mail goes below the text, its attachments"
	       " with it.\nPrints the number in the outbox.\n",
	.flags = CMD_WRITE | CMD_LINE | CMD_PRINT,
	.run = forward_run,
};
