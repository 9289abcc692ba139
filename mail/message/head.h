/*
 * head.h -- the header block of a mail, unfolded but not decoded.
 */
#ifndef MAIL_MESSAGE_HEAD_H
#define MAIL_MESSAGE_HEAD_H

#include "base/arena.h"
#include "mail/message/bytes.h"

struct field {
	const char *name;   /* lower case */
	struct bytes value; /* unfolded and trimmed; a NUL follows it */
	bool cut;           /* of more than 64 KB the beginning alone is kept */
};

struct head {
	struct field *v;
	size_t n;
	size_t size; /* bytes of the whole block, the empty line included */
};

/*
 * Read the header block of a mail.  A line without a colon is passed over if
 * more headers follow; else the body begins there.  A block that begins with
 * such a line has no headers at all.
 */
void head_read(struct arena *a, struct bytes raw, struct head *out);

/* The same for a part, whose body begins at the first line without a colon. */
void head_read_part(struct arena *a, struct bytes raw, struct head *out);

/* The first field of this (lower-case) name, NULL if there is none. */
const struct bytes *head_first(const struct head *h, const char *name);

/* The same, "" if there is none. */
struct bytes head_value(const struct head *h, const char *name);

#endif
