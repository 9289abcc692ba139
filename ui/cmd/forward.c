/*
 * forward -- pass a customer's mail on.
 */
#include "desk/people.h"
#include "store/edit.h"
#include "ui/cmd/letter.h"

static int
forward_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	int64_t thread = c->thread[0].thread, note;
	struct draft d;

	if (ctx_option(c, "to") == NULL)
		return err_set(e, ERR_USAGE, 0,
		    "forward: to whom?: give --to ADDRESS");
	if (answer_begin(c, thread, ANSWER_FORWARD, &d, e) < 0 ||
	    letter_send(c, &d, LETTER_BARE, e) < 0)
		return -1;
	if (ctx_has(c, "preview"))
		return 0;
	/* The thread it came from remembers. */
	return store_note(c->store, &c->act, thread,
	    arena_fmt(c->arena, "Forwarded to %s as #%lld.",
		people_format_all(c->arena, &d.to), (long long)d.thread),
	    &note, e);
}

const struct cmd cmd_forward = {
	.name = "forward",
	.args = "<thread>",
	.options = "[--to <text>]... [--cc <text>]... [--bcc <text>]..."
		   " [--text <file>] [--canned <canned>] [--subject <text>]"
		   " [--attach <file>]... [--from <text>] [--close]"
		   " [--markdown] [--preview]",
	.brief = "Queue a mail that passes the last one on",
	.man = "The customer's last mail goes below the text, its attachments"
	       " with it.\n"
	       "It begins a thread of its own and is no answer to the"
	       " customer; a note stays behind.\n"
	       "Prints the number in the outbox.\n",
	.flags = CMD_WRITE | CMD_LINE | CMD_PRINT,
	.run = forward_run,
};
