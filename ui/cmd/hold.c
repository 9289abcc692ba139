/*
 * hold.c -- the screen's rows: presence, claims, drafts.
 */
#include "ui/cmd/hold.h"

#include "store/edit.h"

int
hold_look(struct ctx *c, int64_t thread, struct err *e)
{
	return store_look(c->store, &c->act, thread, e);
}

int
hold_claim(struct ctx *c, int64_t thread, enum hold_how how, struct err *e)
{
	return store_claim(c->store, &c->act, thread,
	    how == HOLD_TAKE ? CLAIM_TAKE : CLAIM_ASK, e);
}

int
hold_release(struct ctx *c, int64_t thread, struct err *e)
{
	return store_unclaim(c->store, &c->act, thread, e);
}

int
hold_save(struct ctx *c, struct draft *d, struct err *e)
{
	return store_draft_save(c->store, &c->act, d, e);
}

int
hold_discard(struct ctx *c, int64_t draft, struct err *e)
{
	return store_draft_discard(c->store, &c->act, draft, e);
}

int
hold_read(struct ctx *c, int64_t thread, struct err *e)
{
	struct seen seen = { thread, 0 };
	struct change change = { .kind = CHANGE_OPENED };
	size_t changed;

	return store_change(c->store, &c->act, &seen, 1, &change, 1, &changed,
	    e);
}

int
hold_cancel(struct ctx *c, int64_t outbox, int64_t *draft, struct err *e)
{
	return store_outbox_cancel(c->store, &c->act, outbox, draft, e);
}
