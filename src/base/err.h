/*
 * err.h -- what went wrong, and what a caller can do about it.
 *
 * A function that can fail takes a struct err as its last argument and
 * returns 0, or -1 having filled it in.  A function that makes something
 * returns a pointer, or NULL having filled it in.  The struct is never NULL
 * and is left alone on success, so one can serve a whole chain of calls.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/attr.h"

/* Sorted by what happens next, not by where the fault lay. */
enum err_kind {
	ERR_NONE,
	ERR_USAGE,    /* a person asked for something impossible; say so */
	ERR_CONFIG,   /* the configuration is wrong; stop until it is mended */
	ERR_MISSING,  /* no such thread, agent or file */
	ERR_CONFLICT, /* a colleague got there first; reload and look again */
	ERR_BUSY,     /* a lock is held; try again within a second */
	ERR_RETRY,    /* network or 4yz reply; try again with backoff */
	ERR_DENIED,   /* bad credentials; do not try again unattended */
	ERR_REFUSED,  /* 5yz or NO reply; do not try again at all */
	ERR_PEER,     /* the server spoke nonsense */
	ERR_DATA,     /* the store or a message is damaged */
	ERR_SYSTEM,   /* disk, memory or another system call */
	ERR_BUG,      /* ours; say what to report */
};

struct err {
	enum err_kind kind;
	int code;       /* errno, SQLite or SMTP reply code; 0 if none */
	char text[240]; /* one line, UTF-8, no full stop, fit to show */
};

/* Fill in e and return -1, so that a failure is one statement. */
int err_set(struct err *e, enum err_kind kind, int code, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

/* Put "context: " before the text of e, which must be set.  Returns -1. */
int err_in(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The sysexits(3) status for e, for main() and cron. */
int err_status(const struct err *e);

#endif
