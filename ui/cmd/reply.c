/*
 * reply -- queue an answer.
 */
#include "ui/cmd/letter.h"

static int
reply_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct draft d;

	if (answer_begin(c, c->thread[0].thread,
		ctx_has(c, "all") ? ANSWER_ALL : ANSWER_ONE, &d, e) < 0)
		return -1;
	return letter_send(c, &d, e);
}

const struct cmd cmd_reply = {
	.name = "reply",
	.args = "<thread>",
	.options = "[--canned <canned>] [--text <file>] [--all] [--close]"
		   " [--attach <file>]... [--cc <text>]... [--bcc <text>]..."
		   " [--subject <text>] [--from <text>] [--preview]",
	.brief = "Queue an answer",
	.man =
	    "The answer goes to the customer who wrote last, with\n"
	    ".Fl \\-all\nto everybody in that mail, from the address it was"
	    " written to.\n"
	    "The text comes from\n.Fl \\-text\n.Pq Ql \\-\nis standard input,"
	    "\nfrom a canned reply, or both, the text first.\n"
	    "Prints the number in the outbox; the next\n.Cm sync\nsends"
	    " it.\n"
	    "Refused if a mail came or went since, or if a colleague is"
	    " writing an answer.\n"
	    ".Fl \\-preview\nprints the mail and queues nothing.\n",
	.flags = CMD_WRITE | CMD_LINE | CMD_PRINT,
	.run = reply_run,
};
