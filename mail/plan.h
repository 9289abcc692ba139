/*
 * plan.h -- what to do with a mailbox, from what we have and what there is.
 *
 * Pure: no server, no store, no clock.  A step covers the UIDs from first to
 * last; last 0 means "*".
 */
#ifndef MAIL_PLAN_H
#define MAIL_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/imap.h"
#include "store/ingest.h"

enum step_kind {
	STEP_FORGET,  /* places are void: match everything anew by content */
	STEP_BEGIN,   /* never seen: set the cursor to the top */
	STEP_CHANGES, /* flags, and with QRESYNC what vanished, since modseq */
	STEP_COMPARE, /* flags and existence one by one */
	STEP_NEW,     /* fetch upwards, above what we have */
	STEP_OLD,     /* fetch downwards, below what we have */
	STEP_COUNT,   /* existence only, if the count of messages differs */
};

struct step {
	enum step_kind kind;
	uint32_t first;
	uint32_t last;
};

#define PLAN_MAX 8

/*
 * The steps, in order, for a mailbox that is selected.  Returns their number,
 * at most PLAN_MAX.
 */
size_t plan_mailbox(const struct cursor *have, const struct imap_state *there,
    struct step step[PLAN_MAX]);

/* The steps when UIDs turn out to name other mails than they did. */
size_t plan_reused(const struct imap_state *there, struct step step[PLAN_MAX]);

/*
 * Is there nothing to do, by STATUS alone?  exists is what the mailbox held
 * when it was last done, -1 if unknown.  Without CONDSTORE flags may have
 * changed unseen, so the answer is no.
 */
bool plan_nothing(const struct cursor *have, const struct imap_state *there,
    int64_t exists);

/* Does STATUS tell of a mailbox without mail all that a cursor needs? */
bool plan_empty(const struct imap_state *there);

/*
 * Mails as they are known by without their bytes: size, INTERNALDATE and
 * Message-ID, none of which is 0 or "".  what is the caller's.
 */
struct trait {
	int64_t size;
	int64_t at;
	const char *id;
	size_t what;
};

/*
 * Which of the n of a are which of the m of b: pairs of their whats, where
 * nobody else of either has the same traits.  Both are sorted; pair has room
 * for n.  Returns how many there are.
 */
struct trait_pair {
	size_t a;
	size_t b;
};
size_t plan_match(struct trait *a, size_t n, struct trait *b, size_t m,
    struct trait_pair *pair);

/* How many UIDs the next chunk spans, so that about want mails come. */
struct stride {
	uint32_t span;
	int chunks; /* done so far */
};

void stride_begin(struct stride *s, uint32_t exists, uint32_t uidnext);

/* A chunk of this span brought so many mails. */
void stride_learn(struct stride *s, uint32_t got);

/*
 * The part of first to last that is not in the n sorted UIDs of have, as a
 * set for the server of at most 7,000 bytes.  Returns the UID to go on from,
 * 0 when all is said; out is empty if nothing is left to ask for.
 */
uint32_t plan_set(struct buf *out, uint32_t first, uint32_t last,
    const int64_t *have, size_t n);

/* Sorted UIDs as a set of ranges; returns how many were taken (7,000 bytes). */
size_t plan_uids(struct buf *out, const int64_t *uid, size_t n);

#endif
