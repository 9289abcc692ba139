/*
 * write.c -- answering: from a key to the composer and out of it.
 */
#include <string.h>

#include "ui/cmd/hold.h"
#include "ui/screen/screen.h"
#include "ui/views.h"

static int64_t
thread_id(const struct ctx *c)
{
	return c->threads > 0 ? c->thread[0].thread : 0;
}

static int
answer(struct ctx *c, enum answer_how how, struct err *e)
{
	if (thread_id(c) == 0)
		return err_set(e, ERR_USAGE, 0, "no thread here to answer");
	compose_answer(c->screen, thread_id(c), how);
	return 0;
}

static int
reply_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	(void)arg;
	return answer(c, ANSWER_ONE, e);
}

const struct cmd screen_reply = {
	.name = "write reply",
	.args = "",
	.keys = "list:r thread:r customer:r",
	.brief = "Answer the one who wrote",
	.man = "Claim the thread and write an answer.",
	.flags = CMD_SCREEN,
	.run = reply_run,
};

static int
answer_all_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	(void)arg;
	return answer(c, ANSWER_ALL, e);
}

const struct cmd screen_answer_all = {
	.name = "write all",
	.args = "",
	.keys = "list:R thread:R",
	.brief = "Answer everybody",
	.man = "Write an answer to everybody the message went to.",
	.flags = CMD_SCREEN,
	.run = answer_all_run,
};

static int
forward_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	(void)arg;
	return answer(c, ANSWER_FORWARD, e);
}

const struct cmd screen_forward = {
	.name = "write forward",
	.args = "",
	.keys = "list:f thread:f",
	.brief = "Forward the last message",
	.man = "Write to somebody else with the last message below.",
	.flags = CMD_SCREEN,
	.run = forward_run,
};

static int
new_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	(void)arg, (void)e;
	compose_answer(c->screen, 0, ANSWER_NEW);
	return 0;
}

const struct cmd screen_new = {
	.name = "write new",
	.args = "",
	.keys = "list:m thread:m",
	.brief = "Write to somebody new",
	.man = "Begin a new thread.",
	.flags = CMD_SCREEN,
	.run = new_run,
};

static int
note_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	(void)arg;
	if (thread_id(c) == 0)
		return err_set(e, ERR_USAGE, 0, "no thread here to note on");
	compose_note(c->screen, thread_id(c));
	return 0;
}

const struct cmd screen_note = {
	.name = "write note",
	.args = "",
	.keys = "list:i thread:i",
	.brief = "Write an internal note",
	.man = "Write a note that never leaves the shop.",
	.flags = CMD_SCREEN,
	.run = note_run,
};

/* The note is one argument of a command line, whatever stands in it. */
static void
card_noted(struct app *a, void *arg, const char *text)
{
	struct buf b = { 0 };

	(void)arg;
	if (text == NULL)
		return;
	buf_str(&b, "customer note ");
	word_quote(&b, text);
	app_run(a, buf_text(&b));
	buf_free(&b);
}

static int
card_note_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct thread t;
	struct card card;

	(void)arg;
	if (thread_id(c) == 0)
		return err_set(e, ERR_USAGE, 0, "no customer here to note on");
	if (store_thread(c->store, thread_id(c), c->arena, &t, e) < 0 ||
	    store_card(c->store, t.customer.id, t.id, c->arena, &card, e) < 0)
		return -1;
	prompt_open(c->screen, PROMPT_TEXT,
	    "On the customer's card: ", card.note, card_noted, NULL);
	return 0;
}

const struct cmd screen_card_note = {
	.name = "write card",
	.args = "",
	.keys = "list:I thread:I",
	.brief = "Write the note on the customer's card",
	.man = "What every colleague should know of this customer.",
	.flags = CMD_SCREEN,
	.run = card_note_run,
};

static int
canned_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct app *a = c->screen;

	(void)arg;
	if (a->top->ops != &compose_ops && thread_id(c) == 0)
		return err_set(e, ERR_USAGE, 0, "no thread here to answer");
	canned_show(a, a->top->ops == &compose_ops ? 0 : thread_id(c));
	return 0;
}

const struct cmd screen_canned = {
	.name = "canned pick",
	.args = "",
	.keys = "list:c thread:c compose:c",
	.brief = "Pick a canned reply",
	.man = "Search the canned replies with a preview, filled in.",
	.flags = CMD_SCREEN,
	.run = canned_run,
};

static int
suggest_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	if (thread_id(c) == 0)
		return err_set(e, ERR_USAGE, 0, "no thread here to answer");
	compose_suggest(c->screen, thread_id(c), (int)arg[0].id);
	return 0;
}

const struct cmd screen_suggest = {
	.name = "suggest",
	.args = "<number>",
	.keys = "",
	.brief = "Answer with a suggested canned reply",
	.man = "Answer with the canned reply of this digit, for review.",
	.flags = CMD_SCREEN,
	.run = suggest_run,
};

SCREEN_VERB(screen_send, "send", "compose:y", "Send; u takes it back",
    "Queue the answer.  It leaves after the undo delay.", VERB_SEND);
SCREEN_VERB(screen_edit, "edit", "compose:e", "Edit in $EDITOR",
    "Edit the text in\n.Ev EDITOR ,\nor in place if it is not set.", VERB_EDIT);
SCREEN_VERB(screen_edit_here, "edit-here", "compose:i compose:Enter",
    "Edit in place", "Edit the text and the fields in place.", VERB_EDIT_HERE);
SCREEN_VERB(screen_preview, "preview", "compose:p",
    "Show the message as it would go out",
    "Show every header and line as it would go out.", VERB_PREVIEW);
SCREEN_VERB(screen_keep, "keep", "compose:q", "Keep as a draft and leave",
    "Keep what is written as a draft and leave.", VERB_KEEP);
SCREEN_VERB(screen_discard, "discard", "compose:D drafts:D drafts:#",
    "Throw the draft away", "Throw the draft away; undo brings it back.",
    VERB_DISCARD);
SCREEN_VERB(screen_take, "take-over", "compose:T",
    "Take the claim from a colleague",
    "Take over a thread that a colleague is answering; she is told.",
    VERB_TAKE);

static int
attach_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct app *a = c->screen;

	return compose_attach(a->top, arg[0].str, e);
}

const struct cmd screen_attach = {
	.name = "attach",
	.args = "<file>",
	.keys = "compose:a",
	.brief = "Attach a file",
	.man = "Attach a file to the answer.",
	.flags = CMD_SCREEN,
	.run = attach_run,
};

static int
detach_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct app *a = c->screen;

	return compose_detach(a->top, arg[0].given ? arg[0].str : "", e);
}

const struct cmd screen_detach = {
	.name = "detach",
	.args = "[<file>]",
	.keys = "compose:d",
	.brief = "Take an attachment off",
	.man = "Take the last attachment off, or the one named.",
	.flags = CMD_SCREEN,
	.run = detach_run,
};

static int
markdown_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct app *a = c->screen;

	(void)arg;
	return compose_markdown(a->top, e);
}

const struct cmd screen_markdown = {
	.name = "markdown",
	.args = "",
	.keys = "compose:M",
	.brief = "Send it as Markdown, or plain",
	.man = "Send the text as HTML, too, made of its Markdown; again, as\n"
	       "plain text alone.\n"
	       "The preview shows both.",
	.flags = CMD_SCREEN,
	.run = markdown_run,
};

/* ---- taking back ---- */

static int
take_back_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct app *a = c->screen;
	int64_t draft = 0, outbox = a->sending.outbox;

	(void)arg;
	if (outbox == 0) {
		app_run(a, "undo");
		return 0;
	}
	a->sending.outbox = 0;
	if (hold_cancel(c, outbox, &draft, e) < 0)
		return -1;
	app_touch(a);
	if (draft != 0)
		compose_draft(a, draft);
	app_say(a, "taken back: nothing was sent");
	return 0;
}

const struct cmd screen_take_back = {
	.name = "take-back",
	.args = "",
	.keys = "*:u list:u thread:u",
	.brief = "Undo, or take back what is being sent",
	.man = "Take back an answer in its undo delay, else undo the last\n"
	       "change you made.",
	.flags = CMD_SCREEN,
	.run = take_back_run,
};
