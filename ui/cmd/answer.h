/*
 * answer.h -- from "reply to this" to a draft, and from a draft to the
 * outbox; one path for the screen, the command line and the demo.
 */
#ifndef UI_CMD_ANSWER_H
#define UI_CMD_ANSWER_H

#include "desk/canned.h"
#include "ui/cmd/cmd.h"

enum answer_how {
	ANSWER_ONE, /* the one who wrote */
	ANSWER_ALL,
	ANSWER_FORWARD,
	ANSWER_NEW,
};

/*
 * A draft for a thread: recipients, subject, quote, signature.  A forward
 * begins a thread of its own.
 */
int answer_begin(struct ctx *c, int64_t thread, enum answer_how how,
    struct draft *out, struct err *e);

/* The last public message of a thread. */
struct last_word {
	int64_t message; /* 0: there is none */
	bool ours;       /* queued or sent; one that failed was never said */
	const char *who; /* login if one of us and known, else the sender */
	int64_t at;
};

/* In c's arena.  What to ask before a second answer is begun or sent. */
int answer_last_word(struct ctx *c, int64_t thread, struct last_word *out,
    struct err *e);

/* Every canned reply of the shop, sorted by name; broken files are told. */
int answer_canned(struct ctx *c, struct canned **v, size_t *n, struct err *e);

/* What is left of a text once its empty first line is written on. */
const char *answer_below(const char *text);

/* One by its name, or by its Keys:.  ERR_MISSING with "did you mean". */
int answer_canned_named(struct ctx *c, const char *name, struct canned *out,
    struct err *e);

/* Tell every canned reply that is broken; how many there are. */
int answer_canned_broken(struct ctx *c,
    void (*tell)(void *arg, const struct err *e), void *arg);

/* Put a canned reply, filled in, into the draft: above the quote. */
int answer_fill(struct ctx *c, struct draft *d, const struct canned *r,
    struct err *e);

/* The canned replies for the digits 1 to 9 of a thread, best first. */
int answer_suggest(struct ctx *c, int64_t thread, const struct canned **v,
    size_t max, size_t *n, struct err *e);

/* What to warn about before "y": new recipients, attachment missing ... */
struct strings answer_warnings(struct ctx *c, const struct draft *d);

/* The bytes as they would go out, for the preview. */
int answer_preview(struct ctx *c, const struct draft *d, struct buf *out,
    struct err *e);

/* ERR_USAGE if a place of a canned reply is still not filled in. */
int answer_unfilled(const struct draft *d, struct err *e);

/* Freeze and queue.  Errors of store_send and mail_compose. */
int answer_send(struct ctx *c, struct draft *d, int64_t *outbox, struct err *e);

#endif
