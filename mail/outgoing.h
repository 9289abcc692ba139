/*
 * outgoing.h -- the outbox of one account in one round.
 *
 * Claims what is due, hands it over, and keeps what became of it; later looks
 * for the copy in Sent.  Each step is a durable row before the next begins,
 * so that a crash anywhere leaves a state from which the next run goes on:
 * before the mark nothing has left, after it only evidence or a person tells.
 */
#ifndef MAIL_OUTGOING_H
#define MAIL_OUTGOING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "desk/shop.h"
#include "mail/imap.h"
#include "mail/run.h"
#include "store/store.h"

struct sender;

/*
 * Take the lease of the account; rows left by a dead sender go back to
 * queued, or are in doubt if their dot may have left.  cancel_fd (-1: none)
 * ends a wait when it becomes readable.  now: also try what was refused a
 * login a while ago.  All but e must outlive the sender.  ERR_BUSY: another
 * process sends for this account.
 */
struct sender *sender_open(struct store *store, const struct shop *shop,
    const struct account *account, int cancel_fd, bool now, struct err *e);

/*
 * Send all that is due.  Refusals of single mails are rows, not errors, and
 * are counted in r.  ERR_RETRY: the server cannot be reached; ERR_DENIED,
 * ERR_CONFIG: the account is paused, its mails wait.  What was not sent
 * stays queued.
 */
int sender_run(struct sender *s, struct sync_report *r, struct err *e);

/*
 * The same, and then wait for those that become due within the undo delay
 * and send them too.
 */
int sender_wait(struct sender *s, struct sync_report *r, struct err *e);

/* When the next row becomes due; 0 if there is none. */
int64_t sender_next(const struct sender *s);

/* Is there anything to look for in Sent?  1, 0 or -1. */
int sender_unfiled(struct sender *s, struct err *e);

/*
 * For each mail that was accepted, or is in doubt: look for it in Sent, and
 * file a copy of the accepted where there is none and the server makes none.
 * Learns which of the two it is.  Changes the selected mailbox.
 */
int sender_file(struct sender *s, struct imap *imap, struct sync_report *r,
    struct err *e);

/* Give the lease back.  s may be NULL. */
void sender_close(struct sender *s);

#endif
