/*
 * past_inside.h -- shared by past.c, import.c, import_walk.c and mbox.c.
 */
#ifndef MAIL_PAST_INSIDE_H
#define MAIL_PAST_INSIDE_H

#include "desk/mail.h"
#include "mail/past.h"
#include "store/ingest.h"

#define PAST_ACCOUNT "files"

/* The place of a mail that has no server: out of the hash of its bytes. */
int64_t past_uid(const uint8_t hash[32]);

struct past_box {
	int64_t id;
	struct cursor cursor;
};

/* The mailbox for mail in, for mail sent, or for junk. */
int past_mailbox(struct store *s, enum mailbox_role role, struct past_box *box,
    struct err *e);

/* ---- import.c, as import_walk.c uses it ---- */

struct import;

/* A mail as found. */
struct found {
	const char *bytes;
	size_t n;
	bool mbox;              /* its "From " lines are quoted */
	int64_t at;             /* if the mail itself does not say */
	unsigned flags;         /* enum mail_flag */
	enum mailbox_role role; /* of its folder; SENT and JUNK count */
};
int import_give(struct import *i, const struct found *f, struct err *e);

/* Goes through path; what cannot be read is counted, and the rest taken. */
int import_walk(struct import *i, const char *path, struct err *e);

struct past_count *import_count(struct import *i);

/* How far a file has been read, for the progress line. */
void import_progress(struct import *i, const char *path, size_t at, size_t n);

/*
 * The next mail of an mbox at *at: where its header begins and its length,
 * without the "From " line and the blank line after it.  False at the end.
 */
bool mbox_next(const char *bytes, size_t n, size_t *at, size_t *from,
    size_t *len);

/* Does it begin like an mbox? */
bool mbox_looks(const char *bytes, size_t n);

/* Does a header field begin here? */
bool mbox_field(const char *s, const char *end);

/*
 * Append a mail as a server would give it: with CRLF line ends, unless it
 * has them, and, out of an mbox, one ">" off every ">From ".
 */
void mbox_unquote(struct buf *out, const char *bytes, size_t n, bool mbox);

#endif
