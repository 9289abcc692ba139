/*
 * edit.h -- the door for what people change.
 *
 * Every change is one event in the transaction that makes it, and can be
 * undone.  Durable when the function returns.
 *
 * ERR_CONFLICT: the thread changed after the revision seen; nothing is done.
 * ERR_MISSING:  no such thread, agent, message or row.
 * ERR_BUSY:     the write lock was held for longer than the store's bound.
 */
#ifndef STORE_EDIT_H
#define STORE_EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "desk/model.h"
#include "store/store.h"

/* The agent for a login, made if new.  name may be "". */
int store_agent_ensure(struct store *s, const char *login, const char *name,
    const char *email, int64_t now, int64_t *id, struct err *e);

enum change_kind {
	CHANGE_ASSIGN,    /* agent; 0 for nobody */
	CHANGE_STATE,     /* state: open, pending, closed, spam, trash */
	CHANGE_DISMISS,   /* closed, and its turn needs no answer */
	CHANGE_SNOOZE,    /* at; 0 wakes it */
	CHANGE_TAG,       /* text */
	CHANGE_UNTAG,     /* text */
	CHANGE_STAR,      /* on */
	CHANGE_READ,      /* on: read, off: unread */
	CHANGE_OPENED,    /* read by being opened; undo passes it by */
	CHANGE_CUSTOMER,  /* text: "Jo <jo@example.org>", whose thread it is */
	CHANGE_AUTOMATIC, /* on: a robot began it, off: a person did */
};

struct change {
	enum change_kind kind;
	int64_t agent;
	enum thread_state state;
	int64_t at;
	const char *text;
	bool on;
};

/*
 * Apply the n_changes to every thread in one transaction: all or nothing.
 * What is already so makes no event.  *changed counts threads that moved.
 * One undo takes the whole back.
 */
int store_change(struct store *s, const struct act *by,
    const struct seen *thread, size_t n, const struct change *change,
    size_t n_changes, size_t *changed, struct err *e);

/*
 * Threads that belong together, and messages that do not, by hand: it wins
 * over every rule from then on.  Numbers of threads that ran into others
 * lead on.  ERR_USAGE where there is nothing to do, with the reason.
 *
 * merge:  the first thread goes on and takes in the others: their messages,
 *         tags, drafts; its assignee, if it has one.  The number of the one
 *         that goes on is in *into.
 * split:  messages of one thread begin a new one, *made; others must stay.
 *         Answers to them follow, and what they answered does not pull them
 *         back.
 * move:   messages of one thread go to another.  All of them: a merge.
 */
int store_merge(struct store *s, const struct act *by,
    const struct seen *thread, size_t n, int64_t *into, struct err *e);
int store_split(struct store *s, const struct act *by,
    const struct seen *thread, const int64_t *message, size_t n, int64_t *made,
    struct err *e);
int store_move(struct store *s, const struct act *by, const int64_t *message,
    size_t n, const struct seen *thread, int64_t *into, struct err *e);

/*
 * Ask the rules of threads again (desk/kin.h) about every thread, or some:
 * thread NULL is all.  What was merged, split or moved by hand stays, and
 * threads that two people look after are never joined.  Each mail that the
 * rules see elsewhere is told; RETHREAD_DO puts it there, an event each.
 * Done again, it finds nothing.
 */
enum rethread_how { RETHREAD_LOOK, RETHREAD_DO };
struct rethread_move {
	int64_t message;
	int64_t from;
	int64_t to; /* 0: a thread of its own */
	const char *subject;
};
struct rethread_sum {
	int64_t threads; /* looked at */
	int64_t moved;   /* mails that stand elsewhere */
};
int store_rethread(struct store *s, const struct act *by,
    const struct seen *thread, size_t n, enum rethread_how how,
    void (*tell)(void *arg, const struct rethread_move *m), void *arg,
    struct rethread_sum *sum, struct err *e);

/*
 * Mails of a store made before references were kept: the next one after an
 * id (0 none), and what it says, read again.
 */
int store_unread_kin(struct store *s, int64_t after, int64_t *message,
    struct err *e);
int store_kin_read(struct store *s, const struct act *by, int64_t message,
    const struct mail *m, struct err *e);

/* An internal note; message id in *id. */
int store_note(struct store *s, const struct act *by, int64_t thread,
    const char *text, int64_t *id, struct err *e);

/* What we know about a customer. */
int store_customer_note(struct store *s, const struct act *by, int64_t customer,
    const char *text, struct err *e);
int store_customer_vip(struct store *s, const struct act *by, int64_t customer,
    bool vip, struct err *e);

/*
 * Take back the newest action of this agent that is not undone, or put back
 * the one last undone.  *text says what, in the arena.  Refused with
 * ERR_CONFLICT where somebody changed the same thing since; ERR_MISSING if
 * there is nothing.
 */
int store_undo(struct store *s, const struct act *by, struct arena *a,
    const char **text, int64_t *thread, struct err *e);
int store_redo(struct store *s, const struct act *by, struct arena *a,
    const char **text, int64_t *thread, struct err *e);

/*
 * Ask for the rest of a mail of which only the beginning came; a sync brings
 * it.  ERR_USAGE: it is here whole; ERR_MISSING: the server has it no more.
 */
int store_fetch(struct store *s, const struct act *by, int64_t message,
    struct err *e);

/* ---- presence and claims: rows with an expiry, no events ---- */

/* I am looking at this thread (0: at none).  Lasts 30 s. */
int store_look(struct store *s, const struct act *by, int64_t thread,
    struct err *e);

/*
 * I am writing an answer here.  Lasts 90 s, renewed by calling again.
 * ERR_CONFLICT, with the holder's name, if another agent holds it; take
 * takes it over and tells them by an event.
 */
enum claim_how { CLAIM_ASK, CLAIM_TAKE };
int store_claim(struct store *s, const struct act *by, int64_t thread,
    enum claim_how how, struct err *e);
int store_unclaim(struct store *s, const struct act *by, int64_t thread,
    struct err *e);

/* ---- drafts ---- */

/* Save; d->id is set on the first time. */
int store_draft_save(struct store *s, const struct act *by, struct draft *d,
    struct err *e);

/* Discard; undo brings it back. */
int store_draft_discard(struct store *s, const struct act *by, int64_t draft,
    struct err *e);

/* ---- sending ---- */

struct submission {
	const struct draft *draft; /* base is checked; its row, if any, goes */
	const char *account;
	const char *message_id;           /* without <> */
	const struct strings *recipients; /* envelope: To, Cc and Bcc */
	const void *bytes;                /* canonical CRLF */
	size_t size;
	const struct mail *mail; /* the same bytes, read */
	int64_t undo_delay;
	const struct seen *seen; /* NULL: only the base is checked */
};

/*
 * Queue an answer in one transaction.  ERR_CONFLICT if a public message came
 * after the draft's base, if another agent holds the claim, or if an answer
 * to the same base is already queued; the text says which.  A draft without
 * thread begins one, numbered in *thread.
 */
int store_send(struct store *s, const struct act *by,
    const struct submission *m, int64_t *outbox, int64_t *thread,
    struct err *e);

/* queued -> cancelled; the draft comes back.  ERR_CONFLICT: too late. */
int store_outbox_cancel(struct store *s, const struct act *by, int64_t id,
    int64_t *draft, struct err *e);

/* failed -> queued, now; a queued one that waits after a try is due now. */
int store_outbox_retry(struct store *s, const struct act *by, int64_t id,
    struct err *e);

enum resolve_how { RESOLVE_SENT, RESOLVE_AGAIN, RESOLVE_WAIT };
int store_outbox_resolve(struct store *s, const struct act *by, int64_t id,
    enum resolve_how how, struct err *e);

#endif
