/*
 * past_inside.h -- shared by past.c, import*.c and mbox.c.
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

/* How far one has come: bytes of the files that were read. */
void import_progress(struct import *i, size_t bytes);

/* ---- import_file.c ---- */

/* All mails of an open file, which is closed; "-" names standard input. */
int import_file(struct import *i, const char *path, int fd,
    enum mailbox_role role, struct err *e);

/* It is not there, or may not be read: counted, and the rest still taken. */
int import_refused(struct import *i, const char *path, const char *why);

/* ---- mbox.c ---- */

#define MBOX_MAIL_MAX ((size_t)128 << 20) /* larger ones are left out */

struct mbox {
	bool exact; /* the last mail was as long as its head said */
};

enum mbox_found {
	MBOX_END,
	MBOX_MAIL,
	MBOX_MORE, /* read on, and ask again */
};

/*
 * The next mail of an mbox at *at: where its header begins and its length,
 * without the "From " line and the blank line after it.  bytes are a piece of
 * the file that begins with a separator; whole, if nothing is behind it.
 */
enum mbox_found mbox_next(struct mbox *m, const char *bytes, size_t n,
    bool whole, size_t *at, size_t *from, size_t *len);

/* Where the next separator is, seen from within a mail; n if it is not here. */
size_t mbox_find(const char *bytes, size_t n);

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
