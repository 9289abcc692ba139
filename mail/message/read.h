/*
 * read.h -- raw bytes to a decoded mail.
 *
 * Never fails for what a sender wrote: what cannot be understood is left as
 * it stands.  Of parts and addresses beyond the limits the text says that
 * they are there; a mail whose headers are beyond them comes back with what
 * these say and struct mail.unreadable set.  Same bytes, same result.
 */
#ifndef MAIL_MESSAGE_READ_H
#define MAIL_MESSAGE_READ_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "desk/mail.h"

struct read_limits {
	int depth;     /* MIME levels; 50 */
	int parts;     /* 5,000 */
	size_t header; /* bytes of headers; 1 MB */
	int addresses; /* in one header; 1,000 */
	size_t text;   /* bytes of text kept; 2 MB */
};
extern const struct read_limits read_limits_default;

/* Once per process, before anything else here. */
void read_start(void);

struct mail *mail_read(struct arena *a, const void *raw, size_t n,
    const struct read_limits *limits);

/*
 * The text of a mail laid out anew at a width, from its raw bytes: for the
 * screen, which knows how wide it is.  *folds as in struct mail.
 */
const char *mail_layout(struct arena *a, const void *raw, size_t n, int width,
    struct fold **fold, size_t *folds);

/* The decoded bytes of a part, by its number. ERR_MISSING. */
int mail_part(const void *raw, size_t n, int number, struct buf *out,
    struct err *e);

/* The text with folded stretches left out: what is new in it. */
char *mail_visible(struct arena *a, const char *text, const struct fold *fold,
    size_t folds);

/*
 * The flat form that goes through the worker's pipe: encode into out, decode
 * with every length checked.  ERR_DATA if it is not whole.
 */
void mail_encode(struct buf *out, const struct mail *m);
struct mail *mail_decode(struct arena *a, const void *bytes, size_t n,
    struct err *e);

/* The object of "parse -o json"; json_free it. */
struct json;
struct json *mail_json(struct arena *a, const struct mail *m);

#endif
