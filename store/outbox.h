/*
 * outbox.h -- the door for what is to be sent: the sender alone.
 *
 * Every call is one transaction, durable (synchronous=FULL) but for the
 * lease's.
 *
 *   queued --claim--> sending/pre --mark--> sending/eod --250--> accepted
 *      ^                  |                     |                    |
 *      '---later, dead----'                     |                  filed
 *                                               '--no answer--> in doubt
 *
 * SMTP has taken nothing before the end of data (RFC 5321 4.1.1.4), so a
 * sender that died before its mark left nothing behind: the row is queued
 * again.  One that died after it may have sent: the row is in doubt, and
 * only evidence (a copy in Sent, an answer, a bounce) or a person settles it.
 */
#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "desk/mail.h"
#include "store/store.h"

/* Who sends: one per account. */
struct lease {
	char boot[40];
	int64_t pid;
	int64_t
	    started; /* start time of the process, /proc/PID/stat field 22 */
	char token[37];
};

void lease_mine(struct lease *l);

/*
 * Take the lease of an account.  A dead holder's rows go back to queued if
 * they stood before the dot, else they are in doubt.  ERR_BUSY: a living
 * process holds it.
 */
int outbox_begin(struct store *s, const char *account, const struct lease *l,
    int64_t now, struct err *e);
int outbox_end(struct store *s, const char *account, const struct lease *l,
    struct err *e);

struct outgoing {
	int64_t id;
	int64_t thread;
	const char *message_id;    /* without <> */
	const char *sender;        /* envelope */
	struct strings recipients; /* those not accepted yet */
	const char *bytes;
	size_t size;
	int tries;
	int64_t queued_at;
};

/*
 * Claim the next row that is due: queued -> sending/pre.  out->id is 0 if
 * none is; *next is then the instant of the next one, 0 if there is none.
 */
int outbox_claim(struct store *s, const char *account, const struct lease *l,
    int64_t now, struct arena *a, struct outgoing *out, int64_t *next,
    struct err *e);

/* The last thing before the final dot; if it fails the dot must not go. */
int outbox_mark(struct store *s, int64_t id, const struct lease *l,
    struct err *e);

/* What the server said of one recipient. */
struct verdict {
	const char *recipient;
	int code; /* SMTP reply, 0 if it was not reached */
	const char *text;
};

/*
 * 250 after the dot: accepted at `at`; refused recipients are noted.  Those
 * with a 4yz are still owed: the row waits in the queue for them alone.
 */
int outbox_accepted(struct store *s, int64_t id, const struct verdict *v,
    size_t n, int64_t at, struct err *e);

/* 4yz, or cut before the dot: back to queued with back-off. */
int outbox_later(struct store *s, int64_t id, int code, const char *why,
    int64_t now, struct err *e);

/*
 * What waits after a try is due now, but for its undo delay.  Nothing that is
 * in doubt or has been taken is touched.
 */
int outbox_hurry(struct store *s, const char *account, int64_t now,
    struct err *e);

/*
 * Does something wait because the server could not be reached?  Then -1 and
 * ERR_RETRY in the words of its last try; else 0.
 */
int outbox_fault(struct store *s, const char *account, int64_t now,
    struct err *e);

/* The account is paused or offline: back to queued, no attempt counted. */
int outbox_release(struct store *s, int64_t id, const char *why, int64_t now,
    struct err *e);

/*
 * 5yz, or 48 h gone: failed; the thread is reopened.  Where some have taken
 * it before, it stays accepted and the others are told of.
 */
int outbox_failed(struct store *s, int64_t id, const struct verdict *v,
    size_t n, const char *why, int64_t now, struct err *e);

/* No answer after the dot. */
int outbox_doubt(struct store *s, int64_t id, const char *why, int64_t now,
    struct err *e);

/* Rows accepted but not filed in Sent, or in doubt: to be looked for. */
struct filing {
	int64_t id;
	const char *message_id;
	bool doubt;
	const char *bytes;
	size_t size;
	int64_t accepted_at;
};
int outbox_unfiled(struct store *s, const char *account, struct arena *a,
    struct filing **v, size_t *n, struct err *e);
int outbox_filed(struct store *s, int64_t id, int64_t now, struct err *e);

/* Evidence that a row in doubt did leave. */
int outbox_proved(struct store *s, int64_t id, int64_t at, struct err *e);

#endif
