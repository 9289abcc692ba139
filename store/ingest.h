/*
 * ingest.h -- the door for what servers told us: the sync alone.
 *
 * One short transaction a call.  Repeating a call changes nothing.
 */
#ifndef STORE_INGEST_H
#define STORE_INGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "desk/mail.h"
#include "store/store.h"

enum mailbox_role {
	ROLE_NONE,
	ROLE_INBOX,
	ROLE_SENT,
	ROLE_DRAFTS,
	ROLE_JUNK,
	ROLE_TRASH,
	ROLE_ARCHIVE,
	ROLE_ALL,
};

/* What we know of a mailbox, as of the last batch. */
struct cursor {
	int64_t uidvalidity; /* 0: never seen */
	int64_t high;  /* highest UID done; all above low and up to here are */
	int64_t low;   /* lowest UID done; the first sync works downwards */
	bool complete; /* low has reached the bottom */
	uint64_t modseq; /* as it was at SELECT; 0 without CONDSTORE */
};

/* Find or make the row of a mailbox; its cursor is read. */
int ingest_mailbox(struct store *s, const char *account, const char *name,
    enum mailbox_role role, int64_t *id, struct cursor *c, struct err *e);

enum mail_flag {
	MAIL_SEEN = 1 << 0,
	MAIL_ANSWERED = 1 << 1,
	MAIL_FLAGGED = 1 << 2,
	MAIL_DELETED = 1 << 3,
	MAIL_DRAFT = 1 << 4,
};

/* Compressed raw mail with the name of its dictionary; made in the worker. */
void ingest_pack(const void *raw, size_t n, struct buf *packed);

/* One mail as fetched. */
struct arrival {
	int64_t uid;
	int64_t internal_date;
	unsigned flags;
	struct strings keywords;
	const struct mail *mail;
	const void *packed; /* by ingest_pack */
	size_t packed_size;
	bool partial; /* above the size limit: headers and start of text only */
};

struct ingest_count {
	int fetched; /* mails new to the store */
	int threads; /* threads made */
	int merged;  /* places of mails already known */
	int reopened;
	int answered; /* answers found in Sent that were written elsewhere */
};

/*
 * Store a batch and the cursor that covers it, in one transaction.  history
 * is the age in seconds after which a thread arrives closed.  Group, count
 * customers, robots, clocks, bounces, index: all of it.
 */
int ingest_batch(struct store *s, int64_t mailbox, const struct arrival *v,
    size_t n, const struct cursor *c, int64_t history, int64_t now,
    struct ingest_count *count, struct err *e);

/* Flags of places we have, as the server has them now. */
struct flag_row {
	int64_t uid;
	unsigned flags;
	struct strings keywords;
};
int ingest_flags(struct store *s, int64_t mailbox, const struct flag_row *v,
    size_t n, const struct cursor *c, int64_t now, int *changed, struct err *e);

/* Every uid we hold of a mailbox (not gone), sorted, with its flags. */
int ingest_known(struct store *s, int64_t mailbox, int64_t from, int64_t until,
    struct arena *a, struct flag_row **v, size_t *n, struct err *e);

/*
 * These UIDs are not on the server any more.  Marked gone, never deleted.
 * ERR_CONFLICT if that is a mass removal (over 10 per cent or 50) and sure
 * is not set: nothing is done and the text says how to go on.
 */
int ingest_gone(struct store *s, int64_t mailbox, const int64_t *uid, size_t n,
    const struct cursor *c, bool sure, int64_t now, struct err *e);

/*
 * UIDVALIDITY changed: forget the places of the mailbox, keeping messages,
 * threads, notes and clocks; the mails are matched again by content as they
 * are fetched anew.
 */
int ingest_moved(struct store *s, int64_t mailbox, int64_t uidvalidity,
    int64_t now, struct err *e);

/* ---- local changes to push ---- */

enum push_kind { PUSH_FLAG, PUSH_MOVE };

struct push {
	int64_t id;
	int64_t mailbox;
	const char *mailbox_name;
	int64_t uidvalidity;
	int64_t uid;
	enum push_kind kind;
	unsigned flag; /* one enum mail_flag bit */
	bool on;
	enum mailbox_role to; /* of a move */
};

int ingest_pushes(struct store *s, const char *account, size_t limit,
    struct arena *a, struct push **v, size_t *n, struct err *e);

/* Done, or refused for good (why is not ""); the row goes either way. */
int ingest_pushed(struct store *s, const int64_t *id, size_t n, const char *why,
    int64_t now, struct err *e);

/* ---- the state of the sync ---- */

int ingest_round(struct store *s, const char *account, const struct err *was,
    int64_t retry_at, int64_t now, struct err *e); /* was NULL: it was good */

/* Is the account backing off?  Instant, or 0. */
int ingest_retry_at(struct store *s, const char *account, int64_t *at,
    int *failures, struct err *e);

/* A small fact per account ("server-files-sent"); "" if unknown. */
int ingest_fact(struct store *s, const char *account, const char *name,
    struct arena *a, const char **value, struct err *e);
int ingest_fact_set(struct store *s, const char *account, const char *name,
    const char *value, struct err *e);

/* Wake snoozed threads whose time has come; tidy claims that expired. */
int ingest_tick(struct store *s, int64_t now, int *woken, struct err *e);

/* wal_checkpoint(TRUNCATE): the sync alone does it. */
int ingest_checkpoint(struct store *s, struct err *e);

#endif
