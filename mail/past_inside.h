/*
 * past_inside.h -- shared by past.c, import.c and mbox.c.
 */
#ifndef MAIL_PAST_INSIDE_H
#define MAIL_PAST_INSIDE_H

#include "desk/mail.h"
#include "mail/past.h"
#include "store/ingest.h"

#define PAST_ACCOUNT "files"

/* The place of a mail that has no server: a number out of its own bytes. */
int64_t past_uid(const struct mail *m);

struct past_box {
	int64_t id;
	struct cursor cursor;
};

/* The mailbox for mail in, or for mail sent. */
int past_mailbox(struct store *s, bool sent, struct past_box *box,
    struct err *e);

/*
 * The next mail of an mbox at *at: where its header begins and its length,
 * without the "From " line and the blank line after it.  False at the end.
 */
bool mbox_next(const char *bytes, size_t n, size_t *at, size_t *from,
    size_t *len);

/* Does it begin like an mbox? */
bool mbox_looks(const char *bytes, size_t n);

/*
 * Append a mail as a server would give it: CRLF line ends and, out of an
 * mbox, one ">" off every ">From ".
 */
void mbox_unquote(struct buf *out, const char *bytes, size_t n, bool mbox);

#endif
