/*
 * lock.h -- one sync at a time, and what the resident one is doing.
 *
 * The lock is a file beside the store, "<store>.lock", held by flock(2).  A
 * resident sync writes its rounds into it: how many began, how many ended,
 * and how the last one went, so that another sync can wait for a round that
 * began after it rang, and give its result.
 */
#ifndef MAIL_LOCK_H
#define MAIL_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "mail/run.h"

/* The descriptor, or -1 with ERR_BUSY after wait_ms. */
int lock_take(const char *store, int wait_ms, struct err *e);

struct lock_word {
	char magic[8]; /* "watch 1" */
	uint32_t began;
	uint32_t ended;
	struct err err; /* of the last round that ended */
	struct sync_report report;
};

/* Write what the holder does; nothing to be done about a failure. */
void lock_write(int fd, const struct lock_word *w);

/* What the holder says; false if it is no resident sync. */
bool lock_read(const char *store, struct lock_word *w);

#endif
