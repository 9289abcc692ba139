/*
 * crew.h -- processes that read mail for us.
 *
 * A mail is read where a crash, a loop or a bomb costs one worker, not the
 * sync: each worker is a process with no socket, no store, no secret and a
 * few rights, gets raw bytes on one pipe and gives a flat record on another.
 * Limits a mail: 2 s of processor time, 512 MB of address space.  A worker
 * that dies is replaced and the mail tried alone once more; if it kills its
 * reader again it comes back unread, to be kept as it is.
 *
 * crew_start forks a small parent for the workers; it must be called before
 * any connection, store or secret is opened.  The workers themselves are
 * started when the first mail comes.
 */
#ifndef MAIL_CREW_H
#define MAIL_CREW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "desk/mail.h"

struct crew;

struct crew *crew_start(int workers, struct err *e);
void crew_stop(struct crew *c); /* c may be NULL */

/* A mail that came back. */
struct parsed {
	uint64_t ticket;
	struct buf record; /* by mail_encode; empty if it killed its reader */
	struct buf packed; /* by ingest_pack */
	struct buf raw;    /* only if it killed its reader */
};
void parsed_free(struct parsed *p);

/*
 * Give a mail; the bytes are copied.  Never waits: ask crew_full first, and
 * take until it is not.  ERR_SYSTEM.
 */
int crew_give(struct crew *c, uint64_t ticket, const void *raw, size_t n,
    struct err *e);

/* No more room: take something first. */
bool crew_full(const struct crew *c);

/* Mails given and not taken yet. */
size_t crew_busy(const struct crew *c);

/*
 * The next mail in the order of giving: 1, 0 if it is not ready within ms
 * (-1 waits for ever; 0 only looks), -1.  *p must be freed by parsed_free.
 */
int crew_take(struct crew *c, int ms, struct parsed *p, struct err *e);

/* The decoded mail of a parsed one; unreadable if it killed its reader. */
struct mail *parsed_mail(struct arena *a, const struct parsed *p,
    struct err *e);

#endif
