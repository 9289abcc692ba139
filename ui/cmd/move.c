/*
 * move -- messages to the thread where they belong.
 */
#include "base/text.h"
#include "store/edit.h"
#include "ui/cmd/resolve.h"

static int
move_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const struct strings *words = &arg[0].all;
	int64_t *v = arena_array(c->arena, words->n, sizeof(*v));
	char count[TEXT_COUNT];
	int64_t into;

	if (c->threads == 0)
		return err_set(e, ERR_USAGE, 0, "move: to which thread?");
	for (size_t i = 0; i < words->n; i++)
		v[i] = resolve_number(words->v[i]);
	if (store_move(c->store, &c->act, v, words->n, &c->thread[0], &into,
		e) < 0)
		return -1;
	ctx_say(c, "%s moved to thread %lld",
	    text_count((int64_t)words->n, "message", count), (long long)into);
	return 0;
}

const struct cmd cmd_move = {
	.name = "move",
	.args = "<message>... <thread>",
	.brief = "Move messages to another thread",
	.man = "All of them stand in one thread; where none is left there,"
	       " that thread is merged.\n"
	       "Answers to them follow, and no rule brings them back.\n",
	.flags = CMD_WRITE,
	.run = move_run,
};
