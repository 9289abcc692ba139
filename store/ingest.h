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

/* The same of one that was read before; *id is 0 where it was not. */
int ingest_mailbox_look(struct store *s, const char *account, const char *name,
    int64_t *id, struct cursor *c, struct err *e);

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
	int64_t size; /* on the server; 0 if it was not fetched whole */
	/* Where it belongs, if its mailbox holds all; else ROLE_NONE. */
	enum mailbox_role home;
	bool partial; /* above the size limit: headers and start of text only */
	int64_t full; /* of a partial one: its size on the server; 0 unknown */
	bool again;   /* the server could not send it: ask for it later */
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

/* Is this place of a mailbox taken?  1, 0 or -1. */
int ingest_has(struct store *s, int64_t mailbox, int64_t uid, struct err *e);

/*
 * Much will be stored, in large batches: hold more of the indices, in which
 * every mail changes a page here and a page there, in memory (96 MB).
 */
int ingest_much(struct store *s, struct err *e);

/* Go through the whole file; ERR_DATA if it is damaged. */
int ingest_sound(struct store *s, struct err *e);

/*
 * Flags of places we have, as the server has them now.  A row whose at is
 * not the one the place has is left alone and made odd: it may be another
 * mail.
 */
struct flag_row {
	int64_t uid;
	int64_t at; /* INTERNALDATE, 0 if it was not asked for */
	unsigned flags;
	bool odd;
	struct strings keywords;
};
int ingest_flags(struct store *s, int64_t mailbox, struct flag_row *v, size_t n,
    const struct cursor *c, int64_t now, int *changed, struct err *e);

/* A place and what should lie there. */
struct place_row {
	int64_t uid;
	int64_t at;   /* INTERNALDATE, 0 if not known */
	int64_t size; /* 0 if not known */
	bool odd;     /* for the caller */
	uint8_t hash[32];
};

/* The last place of a mailbox and others spread over it, at most max. */
int ingest_sample(struct store *s, int64_t mailbox, size_t max, struct arena *a,
    struct place_row **v, size_t *n, struct err *e);

/* Every place of a mailbox from a UID until another, sorted by UID. */
int ingest_placed(struct store *s, int64_t mailbox, int64_t from, int64_t until,
    struct arena *a, struct place_row **v, size_t *n, struct err *e);

/* One place; uid is 0 if it is not there. */
int ingest_place(struct store *s, int64_t mailbox, int64_t uid,
    struct place_row *v, struct err *e);

/* at and size are those that the server tells now. */
int ingest_place_seen(struct store *s, int64_t mailbox,
    const struct place_row *v, struct err *e);

/* How many places we hold of a mailbox. */
int ingest_places(struct store *s, int64_t mailbox, int64_t *n, struct err *e);

/* Every uid we hold of a mailbox (not gone), sorted, with its flags. */
int ingest_known(struct store *s, int64_t mailbox, int64_t from, int64_t until,
    struct arena *a, struct flag_row **v, size_t *n, struct err *e);

/* ---- what is not there any more (ingest_gone.c) ---- */

/* Nothing is deleted here: a mail without any place is marked as gone. */
struct removal {
	int64_t gone;  /* mails that lie nowhere any more */
	int64_t moved; /* mails that lie in another mailbox */
};

/*
 * These UIDs are not on the server any more.  A mail that lies in another
 * mailbox was moved there: its thread follows it to spam, trash or archive.
 *
 * ERR_CONFLICT if too many lie nowhere (over 10 per cent of the mailbox, or
 * 50) and sure is not set: nothing is done and the text says how to go on.
 */
int ingest_gone(struct store *s, int64_t mailbox, const int64_t *uid, size_t n,
    const struct cursor *c, bool sure, int64_t now, struct removal *out,
    struct err *e);

/*
 * The UIDs of a mailbox are void: forget its places, keeping messages,
 * threads, notes and clocks.  The mails are adrift until they are matched
 * again by content, as they are fetched anew.
 */
int ingest_moved(struct store *s, int64_t mailbox, int64_t uidvalidity,
    int64_t now, struct err *e);

/*
 * What drifts of a mailbox and can be known without its bytes: it came whole,
 * has a Message-ID, and where and how large it lay is known.
 */
struct drifter {
	int64_t message;
	int64_t size;
	int64_t at;
	const char *message_id;
};
int ingest_drifters(struct store *s, int64_t mailbox, struct arena *a,
    struct drifter **v, size_t *n, struct err *e);

/* They were met: each lies where its arrival says, whose mail is not read. */
int ingest_relocate(struct store *s, int64_t mailbox, const int64_t *message,
    const struct arrival *v, size_t n, int64_t now, struct err *e);

/*
 * The mailbox has been read to the bottom: what is adrift still was not met
 * again.  *met are those that were; 0 and nothing in *out if none drifted.
 * ERR_CONFLICT as above.
 */
int ingest_adrift(struct store *s, int64_t mailbox, bool sure, int64_t now,
    int64_t *met, struct removal *out, struct err *e);

/* A mailbox that we have, as an account's server should know it. */
struct mailbox_known {
	int64_t id;
	const char *name;
	int64_t places;
	int64_t uidvalidity;
};
int ingest_mailboxes(struct store *s, const char *account, struct arena *a,
    struct mailbox_known **v, size_t *n, struct err *e);

/*
 * A mailbox is not there any more: all of its places go, and when it comes
 * back it is read as a new one.  ERR_CONFLICT as above.
 */
int ingest_mailbox_gone(struct store *s, int64_t mailbox, bool sure,
    int64_t now, struct removal *out, struct err *e);

/* ---- local changes to push ---- */

enum push_kind { PUSH_FLAG, PUSH_MOVE, PUSH_TAG };

/* How far one has come; what was started may be done, its answer lost. */
enum push_stage {
	PUSH_NEW,
	PUSH_STARTED, /* can be sent again */
	PUSH_BEGUN,   /* a COPY: look for it before another */
	PUSH_COPIED,  /* only the original is in the way */
};

struct push {
	int64_t id;
	int64_t mailbox;
	const char *mailbox_name;
	int64_t uidvalidity;
	int64_t uid;
	enum push_kind kind;
	unsigned flag;        /* of a PUSH_FLAG: one enum mail_flag bit */
	const char *words;    /* of a PUSH_TAG: keywords, joined by blanks */
	bool on;              /* set, or clear */
	enum mailbox_role to; /* of a PUSH_MOVE */
	int64_t thread;
	enum push_stage stage;
	uint32_t mark; /* UIDNEXT of the target before the copy was begun */
	/* The mail as it lies there, to know a copy by. */
	int64_t size; /* 0 if not known */
	int64_t at;   /* INTERNALDATE, 0 if not known */
	uint8_t hash[32];
};

/* The next ones by id; a place that is lost has its own wait (push.c). */
int ingest_pushes(struct store *s, const char *account, int64_t after,
    size_t limit, struct arena *a, struct push **v, size_t *n, struct err *e);

/* About to be sent, or sent in part. */
int ingest_push_stage(struct store *s, const struct push *v, size_t n,
    enum push_stage stage, uint32_t mark, struct err *e);

/*
 * A mail was moved into a mailbox that is not read: it lies there, for the
 * way back.  from is where it was, to the mailbox with its name and role.
 */
struct far_place {
	int64_t mailbox; /* from */
	int64_t uid;
	const char *account;
	const char *name;
	enum mailbox_role role;
	int64_t to_uidvalidity;
	int64_t to_uid;
};
int ingest_far_place(struct store *s, const struct far_place *p, struct err *e);

/*
 * Mails are not there any more, in a mailbox that is not read: what waits for
 * them waits for the mails to be met again.
 */
int ingest_far_left(struct store *s, int64_t mailbox, const int64_t *uid,
    size_t n, struct err *e);

/*
 * Moves of mails that lie nowhere in the account, once every mailbox has been
 * read.  uid is where each lay.
 */
int ingest_pushes_lost(struct store *s, const char *account, struct arena *a,
    struct push **v, size_t *n, struct err *e);

/* Done, or refused for good (why is not ""); the row goes either way. */
int ingest_pushed(struct store *s, const int64_t *id, size_t n, const char *why,
    int64_t now, struct err *e);

/* ---- the rest of large mails ---- */

/* A mail of which the rest is asked for, and one place where it lies. */
struct wanted {
	int64_t message;
	const char *mailbox;
	int64_t uidvalidity;
	int64_t uid;
};

/* Those to be tried now. */
int ingest_wanted(struct store *s, const char *account, int64_t now,
    struct arena *a, struct wanted **v, size_t *n, struct err *e);

/* It came: raw are its bytes, packed the same by ingest_pack. */
int ingest_whole(struct store *s, int64_t message, const struct mail *m,
    const struct buf *raw, const struct buf *packed, int64_t now,
    struct err *e);

/* It did not come: after three times it is not tried again, or at once. */
enum unwanted { UNWANTED_NOW, UNWANTED_FOREVER };
int ingest_unwanted(struct store *s, int64_t message, const char *why,
    enum unwanted how, int64_t now, struct err *e);

/* ---- mails whose bytes here are not what they were ---- */

/*
 * Every place in an account of each mail that is damaged here.  Reads all
 * mail of the store.
 */
int ingest_damaged(struct store *s, const char *account, struct arena *a,
    struct wanted **v, size_t *n, struct err *e);

/* Its bytes as fetched again; ERR_MISSING if they are others than came once. */
int ingest_mended(struct store *s, int64_t message, const struct buf *raw,
    struct err *e);

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

/*
 * wal_checkpoint(TRUNCATE), if the log holds more than a few pages: the sync
 * alone does it.  It waits for the disk three times, so that after a round
 * that brought nothing the log may grow to 1 MB.
 */
#define CHECKPOINT_FEW     2 /* the name of the log, and little more */
#define CHECKPOINT_NOTHING 256
int ingest_checkpoint(struct store *s, int few, struct err *e);

#endif
