/*
 * wake.h -- the bell on the resident sync: a FIFO beside the store.
 *
 * "shopbell sync --watch" keeps it open for reading; a command or a screen
 * that has changed something, or another sync, writes a byte.
 */
#ifndef BASE_WAKE_H
#define BASE_WAKE_H

#include "base/arena.h"
#include "base/err.h"

/* "<store>.wake": where the FIFO of a store lies. */
char *wake_path(struct arena *a, const char *store);

/*
 * Make the FIFO (0660 & umask) if it is missing and open it for reading and
 * writing, non-blocking, so that it never ends.  The descriptor, or -1.
 */
int wake_listen(const char *store, struct err *e);

/* Ring.  0 if somebody listens, 1 if nobody does. */
int wake_ring(const char *store);

#endif
