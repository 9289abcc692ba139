/*
 * query.h -- the door for reading: screens and commands.
 *
 * Results live in the caller's arena.  Lists are read by key, never by
 * offset, and no statement stays open between calls.  Every function returns
 * 0, or -1 with ERR_BUSY, ERR_DATA or ERR_SYSTEM, and others as said.
 */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "desk/canned.h"
#include "desk/model.h"
#include "desk/query.h"
#include "desk/report.h"
#include "desk/turns.h"
#include "store/store.h"

/* ---- agents ---- */

int store_agents(struct store *s, struct arena *a, struct agent **v, size_t *n,
    struct err *e);

/* By login, or "me" for act->agent, or "none" for 0.  ERR_MISSING. */
int store_agent_named(struct store *s, const struct act *act, const char *name,
    int64_t *id, struct err *e);

/* ---- lists ---- */

enum list_order {
	ORDER_WAITING, /* longest wait first, then the newest that do not wait
			*/
	ORDER_NEWEST,  /* last message first */
	ORDER_OLDEST,
};

/* Where a page begins: the row it comes after (or before). */
struct list_key {
	int64_t id; /* 0: from the top (or the end) */
	int64_t sort1;
	int64_t sort2;
};

struct list_ask {
	const struct query *query; /* NULL: all but spam and trash */
	enum list_order order;
	struct list_key after;
	bool backwards; /* the rows before `after`, still in list order */
	size_t limit;   /* 0: all */
	int64_t me;     /* agent id, for is:mine and assignee:me */
	int64_t now;    /* for is:late, is:snoozed */
};

int store_list(struct store *s, const struct list_ask *ask, struct arena *a,
    struct thread **v, size_t *n, struct err *e);

/* The key of a row, to page on from it. */
struct list_key store_list_key(const struct thread *t, enum list_order order);

/* How many rows match, counted up to at most limit (0: all). */
int store_count(struct store *s, const struct list_ask *ask, int64_t limit,
    int64_t *n, struct err *e);

/* Messages that match the words of a query, best first, with an excerpt. */
struct hit {
	struct thread thread;
	int64_t message;
	const char *excerpt; /* hits between \x02 and \x03 */
	int64_t at;
};
int store_search(struct store *s, const struct list_ask *ask, struct arena *a,
    struct hit **v, size_t *n, struct err *e);

/* Every tag with the number of threads not in spam or trash. */
struct tag_count {
	const char *name;
	int64_t threads;
};
int store_tags(struct store *s, struct arena *a, struct tag_count **v,
    size_t *n, struct err *e);

/* ---- one thread ---- */

/* ERR_MISSING: no such thread.  Follows a merge to where it went. */
int store_thread(struct store *s, int64_t id, struct arena *a,
    struct thread *out, struct err *e);

/*
 * The name of a thread that is the same on every host: 16 bytes of its first
 * message's hash, for signed Message-IDs.  ERR_MISSING.
 */
int store_thread_uid(struct store *s, int64_t thread, uint8_t uid[16],
    struct err *e);

/* Its messages in order of received_at, with text, folds and parts. */
int store_messages(struct store *s, int64_t thread, struct arena *a,
    struct message **v, size_t *n, struct err *e);

/* One message by its id.  ERR_MISSING. */
int store_message(struct store *s, int64_t id, struct arena *a,
    struct message *out, struct err *e);

/*
 * The raw bytes of a mail.  ERR_MISSING for notes and calls, ERR_DATA if
 * they do not match their hash.
 */
int store_raw(struct store *s, int64_t message, struct buf *out, struct err *e);

/* The mail that each mail of a thread answers; parent 0: none here. */
struct parent {
	int64_t message;
	int64_t parent;
};
int store_parents(struct store *s, int64_t thread, struct arena *a,
    struct parent **v, size_t *n, struct err *e);

/*
 * Threads that the same mails speak of, and which are not one because both
 * have an assignee.
 */
int store_related(struct store *s, int64_t thread, struct arena *a, int64_t **v,
    size_t *n, struct err *e);

/* What happened to a thread, oldest first. */
int store_events(struct store *s, int64_t thread, struct arena *a,
    struct event **v, size_t *n, struct err *e);

/*
 * The threads touched by events after *seq, for a screen to reload; *seq is
 * moved on.  With more than max of them *n is max + 1: reload everything.
 */
int store_touched(struct store *s, int64_t *seq, size_t max, struct arena *a,
    int64_t **threads, size_t *n, struct err *e);

/* Who is looking or typing right now (claims and presence not expired). */
struct presence {
	int64_t thread;
	int64_t agent;
	const char *login;
	bool typing; /* holds the claim: is writing an answer */
	int64_t since;
};
int store_presence(struct store *s, int64_t now, struct arena *a,
    struct presence **v, size_t *n, struct err *e);

/* ---- customers ---- */

struct card {
	struct customer customer;
	struct addresses addresses;
	const char *note; /* what we know about her; "" if nothing */
	int64_t first_contact;
	int threads;
	int open_threads;
	struct thread *earlier; /* the newest others, at most 20 */
	size_t earlier_n;
};
int store_card(struct store *s, int64_t customer, int64_t but_thread,
    struct arena *a, struct card *out, struct err *e);

/* Have we ever written to this address?  For "new recipient". */
int store_known_recipient(struct store *s, const char *addr, bool *known,
    struct err *e);

/* ---- drafts and outbox ---- */

/* thread 0: all drafts. */
int store_drafts(struct store *s, int64_t thread, struct arena *a,
    struct draft **v, size_t *n, struct err *e);
int store_draft(struct store *s, int64_t id, struct arena *a, struct draft *out,
    struct err *e);

/* Newest first; rows that are filed or cancelled only if all is set. */
int store_outbox(struct store *s, bool all, struct arena *a, struct outbox **v,
    size_t *n, struct err *e);
int store_outbox_row(struct store *s, int64_t id, struct arena *a,
    struct outbox *out, struct err *e);

/* How often each canned reply was sent, by name; for "uses". */
int store_canned_uses(struct store *s, const char *name, int *uses,
    struct err *e);

/* ---- figures: struct turn_row is desk/report.h's ---- */

/* Turns that ended in [from, until) and all that run at now. */
int store_turns(struct store *s, int64_t from, int64_t until, int64_t now,
    struct arena *a, struct turn_row **v, size_t *n, struct err *e);
int store_turn(struct store *s, int64_t id, int64_t now, struct arena *a,
    struct turn_row *out, struct err *e);

/* First closes in [from, until), as spans from the first message. */
int store_resolutions(struct store *s, int64_t from, int64_t until,
    struct arena *a, struct turn_row **v, size_t *n, struct err *e);

/* ---- the state of the sync ---- */

struct sync_status {
	const char *account;
	int64_t last_good; /* end of the last whole round */
	int64_t last_tried;
	int64_t retry_at;  /* backing off until; 0 if not */
	const char *error; /* "" if the last round was good */
	int64_t messages;  /* places known on the server */
};
int store_sync_status(struct store *s, struct arena *a, struct sync_status **v,
    size_t *n, struct err *e);

/* ---- shopbell check ---- */

struct check_report {
	int64_t events;
	int64_t threads;
	int64_t messages;
	int64_t mails;       /* of which every byte was compared */
	int64_t bytes;       /* of these */
	int64_t beginnings;  /* of them: here in part, nothing to compare */
	int64_t damaged;     /* of them: not the bytes that came */
	int64_t differences; /* those too */
};

/*
 * Replay the events over the mail and compare with every row; test the
 * invariants; run SQLite's own check; compare the bytes of every mail with
 * their hash.  Each difference is told in a line.
 */
int store_check(struct store *s, void (*tell)(void *arg, const char *line),
    void *arg, struct check_report *out, struct err *e);

/* What was verified in a copy. */
struct backup_report {
	int64_t mails;
	int64_t bytes;
	int64_t damaged; /* mails that are damaged in the store, too */
};

/*
 * Write a whole copy to a path that must not exist (mode 0600), synced, then
 * read and every mail in it compared with its hash.  In the copy every
 * unfinished row of the outbox is in doubt, so that a restored backup never
 * sends by itself.  ERR_USAGE: the path exists.  ERR_DATA: the file is
 * damaged, or the copy is not what the store is; then there is no copy.
 */
int store_backup(struct store *s, const char *path, struct backup_report *out,
    struct err *e);

/* Is the store writable, not full, with the right modes?  For doctor. */
int store_doctor(struct store *s, void (*tell)(void *arg, const char *line),
    void *arg, struct err *e);

#endif
