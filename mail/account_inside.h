/*
 * account_inside.h -- what account.c and resident.c share; for them alone.
 */
#ifndef MAIL_ACCOUNT_INSIDE_H
#define MAIL_ACCOUNT_INSIDE_H

#include "mail/account.h"
#include "mail/round.h"

#define ACCOUNT_WORKERS 2
#define ACCOUNT_BUSY_MS 10000

/* "Suggested Backoff Time: 299936 milliseconds", in seconds; 0 if not. */
int64_t account_asked(const struct err *e);

/* Keep the result of a round, and how long to wait after it; was NULL: good. */
int account_keep(struct store *s, const struct account *account,
    const struct err *was, struct err *e);

/* How much the log may hold after such a round (ingest.h). */
int account_log(const struct sync_report *did);

/*
 * The sender; another process that sends is no fault of ours.  With --now, or
 * with other settings than those of the last run, what waits is due.
 */
int account_sender(struct round *r, struct err *e);

#endif
