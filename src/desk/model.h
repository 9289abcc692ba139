/*
 * model.h -- the nouns.
 *
 * Instants are seconds since 1970-01-01 UTC; 0 means never.  Ids are those
 * of the store, from 1; 0 means none.  Strings are never NULL unless said,
 * valid UTF-8, and untrusted: clean them before showing (base/text.h).
 */
#ifndef DESK_MODEL_H
#define DESK_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "desk/mail.h"

enum thread_state {
	THREAD_OPEN,    /* needs us */
	THREAD_PENDING, /* for the customer to answer */
	THREAD_CLOSED,
	THREAD_SPAM,
	THREAD_TRASH,
};

enum message_kind {
	MESSAGE_MAIL,
	MESSAGE_NOTE, /* internal, never leaves */
	MESSAGE_CALL, /* a phone or counter contact */
};

enum direction {
	DIRECTION_IN,
	DIRECTION_OUT,
};

/* How a turn (turns.h) stands against its target. */
enum target_state {
	TARGET_NONE,
	TARGET_RUNNING,
	TARGET_WARNING,
	TARGET_LATE,
	TARGET_MET,
	TARGET_MET_LATE,
	TARGET_DROPPED,
};

struct agent {
	int64_t id;
	const char *login;
	const char *name;
	const char *email;
	bool active;
};

struct customer {
	int64_t id;
	const char *name;
	const char *address; /* the main one */
	bool vip;            /* ★ good customer */
};

/* All that a row of a list shows; no body is read for it. */
struct thread {
	int64_t id;
	int64_t revision; /* counts every change; for compare-and-set */
	const char *subject;
	const char *snippet; /* the start of the last message's new words */
	enum thread_state state;
	int64_t snoozed_until;
	int64_t assignee; /* agent id */
	const char *assignee_login;
	struct customer customer;
	struct strings tags; /* sorted */
	int messages;        /* mails, notes and calls */
	int unread;
	bool starred;
	bool automatic;   /* begun by a robot, no customer has written */
	bool undelivered; /* our last answer bounced */
	bool attachment;
	bool failed; /* an answer of ours could not be sent or is in doubt */
	bool draft;       /* somebody has a draft here */
	int64_t waiting_since; /* when the running turn began; 0 if none runs */
	int64_t due_at;        /* by when the target says; 0 if no target */
	int64_t warn_at;       /* when it becomes TARGET_WARNING */
	const char *target;    /* name of the target; "" if none */
	int64_t first_at; /* first message */
	int64_t last_at;  /* last message, for sorting and showing */
};

struct message {
	int64_t id;
	int64_t thread;
	uint8_t hash[32];
	enum message_kind kind;
	enum direction direction;
	const char *message_id; /* without <> */
	struct address from;
	struct addresses to;
	struct addresses cc;
	struct addresses reply_to;
	struct addresses writers; /* all of From where it names several */
	struct addresses sender;  /* who sent it for them (RFC 5322 3.6.2) */
	struct addresses origin;  /* who wrote what a list sent on */
	/* Whom an answer goes to where it is not who sent it; n 0 else. */
	struct addresses elsewhere;
	const char *subject;
	int64_t date;        /* the Date header, for display; 0 if none */
	int64_t received_at; /* the instant that counts (turns.h) */
	int64_t agent;       /* who wrote it, if one of us and known */
	const char *text;
	struct fold *fold;
	size_t folds;
	struct part *part;
	size_t parts;
	bool html;
	bool automatic;
	const char *automatic_why;
	unsigned doubts;
	struct bounce *bounce; /* NULL if none */
	bool seen;
	bool gone; /* deleted on the server, kept here */
	const char *unreadable; /* why quarantined; "" if not */
	int64_t rest; /* bytes still on the server; 1: unknown; 0: none */
	const char *rest_state; /* "" not asked for, "-" asked, else failed */
	int64_t outbox; /* the outbox row that carried it, if ours */
};

/* What happened, thin lines between the messages. */
struct event {
	int64_t seq;       /* grows by commit */
	const char *uuid;
	int64_t at;
	const char *actor; /* login, "" for the sync itself */
	const char *who;   /* the same, or who sent the mail, or "shopbell" */
	const char *kind;  /* "assign", "close" ...; the names in edit.h */
	int64_t thread;
	const char *text;  /* one line for a person: "assigned to Ana" */
	int64_t undoes;    /* seq of the event this one undid */
};

/* A thread and the revision of it that a person was looking at. */
struct seen {
	int64_t thread;
	int64_t revision; /* 0: whatever it is now (a command line) */
};

enum outbox_state {
	OUTBOX_QUEUED,
	OUTBOX_SENDING,
	OUTBOX_ACCEPTED,
	OUTBOX_FILED,
	OUTBOX_FAILED,
	OUTBOX_CANCELLED,
	OUTBOX_DOUBT,
};

struct outbox {
	int64_t id;
	int64_t thread;
	enum outbox_state state;
	struct addresses to;
	const char *subject;
	const char *message_id;
	int64_t queued_at;
	int64_t not_before;
	int64_t next_try;
	int tries;
	const char *error; /* the server's words; "" if none */
	const char *agent; /* login */
};

/* An answer or a new message being written. */
struct draft {
	int64_t id;     /* 0: not saved yet */
	int64_t thread; /* 0: begins a new one */
	int64_t base; /* last public message of the thread when it was begun */
	int64_t parent; /* the message it answers; 0 if none */
	const char *account; /* title of the account that sends */
	struct address from;
	struct addresses to;
	struct addresses cc;
	struct addresses bcc;
	const char *subject;
	const char *text;
	struct strings attachments; /* paths */
	const char *canned;         /* the canned reply used; "" if none */
	bool close;                 /* close the thread when it is queued */
	bool markdown;              /* goes out as HTML, too */
	int64_t updated_at;
	const char *agent; /* login */
};

/* Names as written everywhere; NULL for a value out of range. */
const char *thread_state_name(enum thread_state s);
const char *message_kind_name(enum message_kind k);
const char *direction_name(enum direction d);
const char *target_state_name(enum target_state s);
const char *outbox_state_name(enum outbox_state s);

/* What of a mail is still on the server, in words; "" if nothing. */
const char *message_rest(struct arena *a, const struct message *m);

/* The state of a thread's target at an instant, from its row alone. */
enum target_state thread_target_state(const struct thread *t, int64_t now);

#endif
