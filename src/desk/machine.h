/*
 * machine.h -- what happens to a thread, and the state it is in after it.
 *
 * One pure step, used live and when the log is replayed, so that both give
 * the same.  The rules are those of the product:
 *
 *   an answer of ours makes a thread pending, or closed if asked for;
 *   a customer's mail makes it open and ends a snooze;
 *   automatic mail changes nothing, but a thread begun by it is open;
 *   an answer found in Sent that was written elsewhere makes it pending;
 *   a permanent bounce reopens it and marks it undelivered;
 *   an answer that could not be sent reopens it and marks it failed;
 *   closing, spam and trash end a snooze; notes change nothing.
 *
 * Mail does not arrive in the order it was written: the first sync works
 * from new to old, and Sent is read before or after the inbox.  settled_at
 * keeps an older mail from reopening what a newer answer has settled.  An
 * answer that left through our outbox settles nothing ahead of time: its
 * writer had not seen a mail that comes to light only later.
 */
#ifndef DESK_MACHINE_H
#define DESK_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "desk/model.h"
#include "desk/turns.h"

/* All that the rules look at.  Zeroed: a thread without any message. */
struct machine {
	bool begun; /* something has happened */
	enum thread_state state;
	int64_t snoozed_until; /* 0 if not */
	int64_t customer_at;   /* newest mail of a customer; 0 none */
	int64_t settled_at;    /* mail up to here was dealt with elsewhere */
	bool automatic;        /* only robots have written */
	bool undelivered;      /* our last answer bounced */
	bool failed;           /* an answer could not be sent or is in doubt */
};

enum happening_kind {
	HAPPEN_CUSTOMER,  /* a customer's mail, or she rang */
	HAPPEN_AUTOMATIC, /* automatic mail, a list, a temporary bounce */
	HAPPEN_FOUND,     /* our answer found in Sent, written elsewhere */
	HAPPEN_ANSWER,    /* our answer was queued; state: pending or closed */
	HAPPEN_ACCEPTED,  /* the server took it; state: as it was queued */
	HAPPEN_CANCELLED, /* taken back; state: what it was when queued */
	HAPPEN_FAILED,    /* it could not be sent */
	HAPPEN_DOUBT,     /* it may or may not have left */
	HAPPEN_CALL,      /* we rang */
	HAPPEN_BOUNCE,    /* an answer of ours was refused for good (5.x) */
	HAPPEN_NOTE,
	HAPPEN_STATE,     /* by hand; state */
	HAPPEN_DISMISS,   /* by hand: closed, needs no answer */
	HAPPEN_SNOOZE,    /* by hand; until, 0 wakes it */
	HAPPEN_WAKE,      /* its time has come */
	HAPPEN_HUMAN,     /* by hand: not a robot after all */
	HAPPEN_ROBOT,     /* by hand: a robot began it */
};

struct happening {
	enum happening_kind kind;
	int64_t at; /* when; for a mail see turns.h */
	enum thread_state state;
	int64_t until; /* of a snooze */
	bool old;      /* a mail beyond `history` when it was first seen */
	bool junk;     /* a mail the server filed as junk */
	bool trash;    /* or, junk being set too, in the trash */
};

/* Take one step.  Returns whether anything in m changed. */
bool machine_step(struct machine *m, const struct happening *h);

/*
 * What the response clock is told about it: kinds of contact in kind, in
 * order, all at h->at; how many (0 to 2) is returned.  was and is are the
 * thread before and after the step.  An answer that closes the thread tells
 * the clock of both when it is accepted, not when it is queued: for that,
 * give the state it was queued with to HAPPEN_ACCEPTED, too.
 */
size_t machine_contacts(const struct happening *h, const struct machine *was,
    const struct machine *is, enum contact_kind kind[2]);

/* Do its turns count at all?  Spam and trash do not wait. */
bool machine_counts(const struct machine *m);

/* Two threads become one: what needs us more wins. */
void machine_merge(struct machine *into, const struct machine *from);

#endif
