#include "ui/cmd/triage.h"

int
triage(struct ctx *c, const struct change *change, size_t n, const char *done,
    struct err *e)
{
	size_t changed = 0;

	if (c->threads == 0) {
		ctx_say(c, "no thread matches");
		return 0;
	}
	if (store_change(c->store, &c->act, c->thread, c->threads, change, n,
		&changed, e) < 0)
		return -1;
	if (c->threads == 1 && changed == 1)
		ctx_say(c, "thread %lld %s", (long long)c->thread[0].thread,
		    done);
	else if (c->threads == 1)
		ctx_say(c, "thread %lld was already %s",
		    (long long)c->thread[0].thread, done);
	else if (changed == 0)
		ctx_say(c, "all %zu threads were already %s", c->threads, done);
	else if (changed == c->threads)
		ctx_say(c, "%zu threads %s", changed, done);
	else
		ctx_say(c, "%zu threads %s, %zu were already", changed, done,
		    c->threads - changed);
	return 0;
}
