/*
 * merge -- threads that are one conversation become one.
 */
#include "store/edit.h"
#include "ui/cmd/cmd.h"

static int
merge_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	int64_t into;

	(void)arg;
	if (c->threads < 2)
		return err_set(e, ERR_USAGE, 0,
		    "merge: name two threads or more, the one that goes on"
		    " first");
	if (store_merge(c->store, &c->act, c->thread, c->threads, &into, e) < 0)
		return -1;
	if (c->threads == 2)
		ctx_say(c, "thread %lld merged into thread %lld",
		    (long long)c->thread[1].thread, (long long)into);
	else
		ctx_say(c, "%zu threads merged into thread %lld",
		    c->threads - 1, (long long)into);
	return 0;
}

const struct cmd cmd_merge = {
	.name = "merge",
	.args = "<thread>...",
	.brief = "Make one thread of several",
	.man = "The first one goes on and takes in the others with their"
	       " messages, notes, tags and drafts;\n"
	       "it keeps its assignee, or takes theirs if it has none.\n"
	       "The numbers of the others lead to it.\n"
	       "What was waiting in any of them has been waiting in it.\n"
	       "It lasts whatever arrives later, and can be undone.\n",
	.flags = CMD_WRITE,
	.run = merge_run,
};
