/*
 * mbox.h -- many mails in one long file (RFC 4155): mboxrd, mboxo and mboxcl
 * are read, mboxrd is written.
 *
 * A mail is written with LF for its CRLF, as others expect it.  One that
 * would not come back as the same bytes (other ends of line, none at its end)
 * goes out as it is, and its separator ends in " raw N", the bytes that
 * follow; others take that for a part of the instant.
 */
#ifndef MAIL_MESSAGE_MBOX_H
#define MAIL_MESSAGE_MBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define MBOX_MAIL_MAX ((size_t)128 << 20) /* larger ones are left out */

/* ---- reading ---- */

struct mbox {
	bool exact; /* the last mail was as long as its head said */
};

enum mbox_found {
	MBOX_END,
	MBOX_MAIL,
	MBOX_MORE, /* read on, and ask again */
};

/* How a mail is written down where it was found. */
enum mbox_form {
	MBOX_ALONE, /* in a file of its own */
	MBOX_LINES, /* ">" before "From ", ends of line as they may be */
	MBOX_RAW,   /* ">" before "From ", the bytes else as they are */
};

struct mbox_mail {
	size_t from; /* where its head begins */
	size_t len;
	enum mbox_form form;
};

/*
 * The next mail of an mbox at *at, without the "From " line and the blank
 * line after it.  bytes are a piece of the file that begins with a separator;
 * whole, if nothing is behind it.
 */
enum mbox_found mbox_next(struct mbox *m, const char *bytes, size_t n,
    bool whole, size_t *at, struct mbox_mail *out);

/* Where the next separator is, seen from within a mail; n if it is not here. */
size_t mbox_find(const char *bytes, size_t n);

/* Does it begin like an mbox? */
bool mbox_looks(const char *bytes, size_t n);

/* Does a header field begin here? */
bool mbox_field(const char *s, const char *end);

/*
 * Is it a header, and has one field that mail has?  A table of users or a
 * list of settings looks like fields, too.
 */
bool mbox_is_mail(const char *s, const char *end);

/*
 * Append a mail as a server would give it: one ">" off every ">From ", and,
 * but for a raw one, with CRLF line ends unless it has them.
 */
void mbox_unquote(struct buf *out, const char *bytes, size_t n,
    enum mbox_form form);

/* ---- writing ---- */

/* Append a mail with its separator; from is its sender's address or "". */
void mbox_put(struct buf *out, const char *from, int64_t at,
    const struct buf *raw);

#endif
