/*
 * reply -- queue an answer.
 */
#include "ui/cmd/letter.h"

/*
 * On a command line nobody sees what a colleague has just queued: if ours is
 * the last word, a second one has to be meant.
 */
static int
last_word_is_theirs(struct ctx *c, const struct draft *d, struct err *e)
{
	struct last_word last;

	if (ctx_has(c, "again"))
		return 0;
	if (answer_last_word(c, d->thread, &last, e) < 0)
		return -1;
	if (!last.ours)
		return 0;
	return err_set(e, ERR_CONFLICT, 0,
	    "thread %lld is answered already: add --again to write once more",
	    (long long)d->thread);
}

static int
reply_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct draft d;

	if (answer_begin(c, c->thread[0].thread,
		ctx_has(c, "all") ? ANSWER_ALL : ANSWER_ONE, &d, e) < 0 ||
	    last_word_is_theirs(c, &d, e) < 0)
		return -1;
	return letter_send(c, &d, LETTER_WORDS, e);
}

const struct cmd cmd_reply = {
	.name = "reply",
	.args = "<thread>",
	.options = "[--canned <canned>] [--text <file>] [--all] [--close]"
		   " [--attach <file>]... [--cc <text>]... [--bcc <text>]..."
		   " [--subject <text>] [--from <text>] [--again]"
		   " [--markdown] [--preview]",
	.brief = "Queue an answer",
	.man =
	    "The answer goes to the customer who wrote last, with\n"
	    ".Fl \\-all\nto everybody in that mail, from the address it was"
	    " written to.\n"
	    "The text comes from\n.Fl \\-text\n.Pq Ql \\-\nis standard input,"
	    "\nfrom a canned reply, or both, the text first.\n"
	    "Prints the number in the outbox; the next\n.Cm sync\nsends"
	    " it.\n"
	    "Refused if a colleague is writing an answer or a mail came"
	    " meanwhile, and where the last word is ours already, unless\n"
	    ".Fl \\-again\nis given.\n"
	    ".Fl \\-preview\nprints the mail and queues nothing.\n",
	.flags = CMD_WRITE | CMD_LINE | CMD_PRINT,
	.run = reply_run,
};
