/*
 * triage.c -- keys that turn a state on or off.
 */
#include "ui/screen/screen.h"
#include "ui/views.h"

/* The thread under the cursor decides for all that are selected. */
static int
toggle(struct ctx *c, bool (*is)(const struct thread *t), const char *off,
    const char *on, struct err *e)
{
	struct app *a = c->screen;
	struct thread t;

	if (c->threads == 0)
		return err_set(e, ERR_USAGE, 0, "no thread here");
	if (store_thread(a->store, c->thread[0].thread, c->arena, &t, e) < 0)
		return -1;
	app_run(a, is(&t) ? off : on);
	return 0;
}

static bool
is_done(const struct thread *t)
{
	return t->state != THREAD_OPEN && t->state != THREAD_PENDING;
}

static int
done_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	(void)arg;
	return toggle(c, is_done, "reopen", "close", e);
}

const struct cmd screen_done = {
	.name = "done",
	.args = "",
	.keys = "list:e list:d thread:e thread:d",
	.brief = "Close a thread, or reopen it",
	.man = "Close the thread; reopen it if it is closed.",
	.flags = CMD_SCREEN,
	.run = done_run,
};

static bool
is_starred(const struct thread *t)
{
	return t->starred;
}

static int
star_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	(void)arg;
	return toggle(c, is_starred, "unstar", "star", e);
}

const struct cmd screen_star = {
	.name = "star-switch",
	.args = "",
	.keys = "list:* thread:*",
	.brief = "Star a thread, or take the star off",
	.man = "Star the thread, or take the star off.",
	.flags = CMD_SCREEN,
	.run = star_run,
};

static bool
is_unread(const struct thread *t)
{
	return t->unread > 0;
}

static int
unread_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	(void)arg;
	return toggle(c, is_unread, "read", "unread", e);
}

const struct cmd screen_unread = {
	.name = "unread-switch",
	.args = "",
	.keys = "list:U thread:U",
	.brief = "Mark as unread, or as read",
	.man = "Mark the thread as unread, or as read.",
	.flags = CMD_SCREEN,
	.run = unread_run,
};

static bool
is_robot(const struct thread *t)
{
	return t->automatic;
}

/* Who sent the first mail of a thread that is no robot's any more, or "". */
static int
sender_of(struct ctx *c, const char **addr, struct err *e)
{
	struct message *v;
	struct thread t;
	size_t n;

	*addr = "";
	if (c->threads != 1)
		return 0;
	if (store_thread(c->store, c->thread[0].thread, c->arena, &t, e) < 0 ||
	    store_messages(c->store, t.id, c->arena, &v, &n, e) < 0)
		return -1;
	if (!t.automatic && n > 0)
		*addr = v[0].from.addr;
	return 0;
}

/* For the next mails of the same sender there is a setting. */
static int
robot_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const char *addr;

	(void)arg;
	if (toggle(c, is_robot, "automatic no", "automatic yes", e) < 0 ||
	    sender_of(c, &addr, e) < 0)
		return -1;
	if (*addr != '\0')
		app_say(c->screen,
		    "a person's · u undoes · human = %s keeps it so", addr);
	return 0;
}

const struct cmd screen_robot = {
	.name = "robot-switch",
	.args = "",
	.keys = "list:A thread:A",
	.brief = "Say that a person wrote it, or a robot",
	.man = "Take a thread that only robots wrote in for a person's, which"
	       " starts its\nclock, or the other way round.\n"
	       "The setting\n.Ic human\ndoes so for every mail of a sender.",
	.flags = CMD_SCREEN,
	.run = robot_run,
};

SCREEN_VERB(screen_outbox_cancel, "stop-sending", "outbox:c outbox:x",
    "Take it back before it leaves",
    "Take an answer back that has not left; the draft comes back.",
    VERB_CANCEL);
SCREEN_VERB(screen_outbox_retry, "try-again", "outbox:t",
    "Try to send again now", "Try again to send what failed.", VERB_RETRY);
SCREEN_VERB(screen_outbox_mark, "mark-sent", "outbox:m",
    "It did leave: mark it as sent", "Settle an answer in doubt: it did leave.",
    VERB_MARK_SENT);
SCREEN_VERB(screen_outbox_again, "send-again", "outbox:s",
    "It did not leave: send it again",
    "Settle an answer in doubt: it did not leave, send it again.",
    VERB_SEND_AGAIN);
SCREEN_VERB(screen_explain_row, "explain-figure", "report:e",
    "Say where a figure comes from",
    "Show the turns behind the figure under the cursor.", VERB_EXPLAIN);
