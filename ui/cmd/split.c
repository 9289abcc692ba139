/*
 * split -- messages that are about something else begin a thread.
 */
#include "store/edit.h"
#include "ui/cmd/resolve.h"

static int
split_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const struct strings *words = &arg[1].all;
	int64_t *v = arena_array(c->arena, words->n, sizeof(*v));
	int64_t made;

	if (c->threads == 0)
		return err_set(e, ERR_USAGE, 0, "split: which thread?");
	for (size_t i = 0; i < words->n; i++)
		v[i] = resolve_number(words->v[i]);
	if (store_split(c->store, &c->act, &c->thread[0], v, words->n, &made,
		e) < 0)
		return -1;
	ctx_say(c, "split off thread %lld: it is thread %lld",
	    (long long)c->thread[0].thread, (long long)made);
	return 0;
}

const struct cmd cmd_split = {
	.name = "split",
	.args = "<thread> <message>...",
	.brief = "Begin a new thread with some messages",
	.man =
	    "The messages of\n.Ar thread\n"
	    "begin a thread of their own; at least one must stay.\n"
	    "Answers to them follow, and no rule brings them back:\n"
	    "not a mail they refer to that arrives late, nor\n.Ic rethread .\n"
	    "The numbers of messages are those that\n.Ic show\nprints.\n",
	.flags = CMD_WRITE,
	.run = split_run,
};
