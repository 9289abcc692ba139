/*
 * line.h -- the line in front of the store: who waits to write, and who
 * alone may checkpoint.
 *
 * Two bytes of the lock file beside the store ("<store>.lock", whose flock(2)
 * belongs to the sync) are locked by open file description (fcntl(2),
 * F_OFD_SETLK): the kernel takes them back from whoever dies.  A store without
 * the file, because no sync ever ran, has no line.
 */
#ifndef STORE_LINE_H
#define STORE_LINE_H

#include <stdbool.h>

struct line {
	int fd; /* -1: not opened yet */
	bool stands;
};

#define LINE_NONE                                                              \
	{                                                                      \
		.fd = -1                                                       \
	}

/* Stand in line; nothing if we do already. */
void line_join(struct line *l, const char *store);
void line_leave(struct line *l);

/* Does another process stand in line? */
bool line_waits(struct line *l, const char *store);

/*
 * Before SQLite 3.51.3 two checkpoints at the same instant can damage a
 * store: one process at a time.  False: another is at it.
 */
bool line_alone(struct line *l, const char *store);
void line_alone_end(struct line *l);

void line_close(struct line *l);

#endif
