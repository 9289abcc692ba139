/*
 * buf.h -- bytes that grow.
 *
 * A zeroed struct buf is empty and ready.  After any call that adds, data
 * ends with a NUL that len does not count.  Running out of memory ends the
 * program with EX_OSERR and one line on stderr: the store is always in a
 * state from which the next run goes on.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "base/attr.h"

struct buf {
	char *data; /* owned; NULL while nothing was ever added */
	size_t len;
	size_t cap;
};

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_str(struct buf *b, const char *s);
void buf_chr(struct buf *b, char c);
void buf_fmt(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vfmt(struct buf *b, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);

/* Make room for n more bytes and return where they go; len is unchanged. */
char *buf_room(struct buf *b, size_t n);

/* Shorten to len bytes. */
void buf_cut(struct buf *b, size_t len);

/* Empty it, keeping the memory. */
void buf_clear(struct buf *b);

/* The content as a string, "" if nothing was added.  Never NULL. */
const char *buf_text(const struct buf *b);

/* Overwrite the content, then free it; for secrets. */
void buf_wipe(struct buf *b);

void buf_free(struct buf *b);

#endif
