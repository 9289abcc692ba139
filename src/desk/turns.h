/*
 * turns.h -- contacts of one thread to turns and response times.
 *
 * Pure: the same contacts give the same turns, whenever and how often they
 * are reckoned.
 *
 *   The instant of a customer's mail is its INTERNALDATE, but not after we
 *   fetched it; that of our answer is when the SMTP server accepted it, of
 *   one written elsewhere and found in Sent its INTERNALDATE.  The Date
 *   header is for display.
 *
 *   A turn is a run of customer's messages with no answer or call of ours
 *   between.  It begins at the first of them: who writes again must not fall
 *   back in the queue.  Automatic mail, bounces, list mail, spam and notes
 *   neither begin nor end one.
 *
 *   The first response ends the first turn of a thread that a customer
 *   began; a thread that we began has none.  A turn that ends by closing
 *   without an answer, or as "needs no answer", is counted apart.
 *
 *   Two resolutions: to the first close and to the last.  A thread is
 *   reopened by the first customer's message after a close, once per close.
 */
#ifndef DESK_TURNS_H
#define DESK_TURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum contact_kind {
	CONTACT_CUSTOMER, /* C: a customer wrote (or rang) */
	CONTACT_REPLY,    /* R: we answered, accepted by the server */
	CONTACT_CALL,     /* P: we rang */
	CONTACT_CLOSE,
	CONTACT_REOPEN,   /* by hand */
	CONTACT_DISMISS,  /* "needs no answer" */
};

struct contact {
	int64_t at;
	enum contact_kind kind;
	int64_t agent; /* who, 0 if unknown */
	int64_t ref;   /* message id or event seq, for explain */

	/*
	 * Mail can come to light after what was done about the thread.  order
	 * grows as contacts become known here; seen, of an answer, close or
	 * dismissal made here, is the newest order its maker could know.
	 * What came later is not ended by it.  0 in either: by time alone.
	 */
	int64_t order;
	int64_t seen;
};

enum turn_end {
	TURN_RUNNING,
	TURN_ANSWERED,
	TURN_CLOSED,    /* closed unanswered */
	TURN_DISMISSED, /* needs no answer */
};

struct turn {
	int64_t from;  /* first C of the run */
	int64_t until; /* 0 while running */
	enum turn_end end;
	bool first;    /* the first turn of a thread a customer began */
	int64_t agent; /* who ended it */
	int64_t from_ref;
	int64_t until_ref;
};

struct timeline {
	struct turn *turn;
	size_t turns;
	int64_t first_closed; /* 0 if never */
	int64_t last_closed;
	int64_t closer;       /* agent of the last close */
	int reopened;
	int64_t waiting_since; /* 0 if no turn runs */
};

/* The n contacts are sorted by instant, ties in order of arrival. */
void turns_of(struct arena *a, const struct contact *v, size_t n,
    struct timeline *out);

/* The percentile is by nearest rank.  No figure for n = 0. */
struct figure {
	size_t n;
	int64_t median;
	int64_t p90;
	int64_t max;
	int64_t mean;
};

/* Sorts v in place. */
void figure_of(int64_t *v, size_t n, struct figure *out);

#endif
