/*
 * witness.h -- what the store cannot know of itself.
 *
 * Beside the store lies "<store>.witness", one line: the random name of this
 * instance of the store and how many mails were ever about to leave.  A copy
 * that is put back has an older count or another name.  The line is kept as
 * an attribute of its file too, where the file system can: that is newer
 * than the text if somebody wrote an old line over it.
 *
 * It is written in place under flock(2), never waited for in a transaction.
 */
#ifndef STORE_WITNESS_H
#define STORE_WITNESS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define WITNESS_ID 32 /* hex digits */

struct witness {
	char instance[WITNESS_ID + 1]; /* "": none is known */
	int64_t sends;                 /* mails that were about to leave */
};

/* The line, held against all others. */
struct witness_file {
	int fd;
	sigset_t signals; /* as they were: nobody stops while holding it */
};

/* Hold it, making an empty one if need be.  ERR_SYSTEM. */
int witness_hold(const char *store, struct witness_file *f, struct err *e);
void witness_let_go(struct witness_file *f);

/* What it says; all empty if it says nothing. */
void witness_read(const struct witness_file *f, struct witness *w);

/* Durable when it returns. */
int witness_write(const struct witness_file *f, const struct witness *w,
    struct err *e);

/* The same without holding or making it: 1, 0 if it says nothing, -1. */
int witness_look(const char *store, struct witness *w, struct err *e);

/* A mail is about to leave, and the store says so durably already. */
int witness_count(const char *store, int64_t sends, struct err *e);

/*
 * Whoever checkpoints holds this, another lock on the same file; waits up to
 * wait_ms.  The descriptor, to be closed, or -1 if it is held or fails.
 */
int witness_checkpoint_lock(const char *store, int wait_ms);

#endif
