/*
 * hold.h -- what a screen keeps in the store while a person works: where
 * she looks, what she has claimed, the draft under her hands.
 *
 * The screen cannot write; these are its only hands besides commands.
 * None of them is an action of its own that "undo" would take back, except
 * hold_discard and hold_cancel.
 */
#ifndef UI_CMD_HOLD_H
#define UI_CMD_HOLD_H

#include "desk/model.h"
#include "ui/cmd/cmd.h"

/* I am looking at this thread (0: none); renew within 30 s. */
int hold_look(struct ctx *c, int64_t thread, struct err *e);

enum hold_how { HOLD_ASK, HOLD_TAKE };

/*
 * I am writing here; renew within 90 s.  ERR_CONFLICT with the holder's
 * name if a colleague is and how is HOLD_ASK.
 */
int hold_claim(struct ctx *c, int64_t thread, enum hold_how how,
    struct err *e);
int hold_release(struct ctx *c, int64_t thread, struct err *e);

/* Save the draft under d->id, which is set the first time. */
int hold_save(struct ctx *c, struct draft *d, struct err *e);

/* Throw a saved draft away; "undo" brings it back. */
int hold_discard(struct ctx *c, int64_t draft, struct err *e);

/*
 * A person has seen the thread.  It is nobody's action: "undo" goes past it
 * to what she meant to do.
 */
int hold_read(struct ctx *c, int64_t thread, struct err *e);

/* Take back what waits in the outbox; the draft comes back as *draft. */
int hold_cancel(struct ctx *c, int64_t outbox, int64_t *draft,
    struct err *e);

#endif
