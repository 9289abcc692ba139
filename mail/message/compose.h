/*
 * compose.h -- a draft to the bytes that go out.
 *
 * Canonical CRLF, lines of at most 998 bytes, 7 bit but for addresses with
 * letters beyond ASCII before their @ (RFC 6532), RFC 2047 and 2231 where
 * needed; CR, LF and NUL in any field are refused; Bcc is not written.
 */
#ifndef MAIL_MESSAGE_COMPOSE_H
#define MAIL_MESSAGE_COMPOSE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "desk/mail.h"
#include "desk/model.h"

struct composition {
	const struct draft *draft;
	const char *message_id;  /* without <> */
	const char *in_reply_to; /* without <>; "" if none */
	struct strings references;
	int64_t date;
	int zone_minutes; /* east of UTC, for the Date header */
	int64_t most;     /* bytes that it may have as it goes out; 0: any */
};

/*
 * Append the message.  ERR_USAGE: a recipient, subject or attachment is not
 * fit to send, or all of it is too large; the text says which.  ERR_MISSING,
 * ERR_SYSTEM: an attachment is not there or cannot be read.
 */
int mail_compose(struct buf *out, const struct composition *c, struct err *e);

/* The text of m quoted for an answer: "On ... wrote:" and "> " lines. */
char *mail_quote(struct arena *a, const struct message *m, const char *zone);

/* The text of m to be sent on: each link where it stands, no list below. */
char *mail_forward(struct arena *a, const struct message *m);

/* Subject of an answer: "Re: " once, whatever was there. */
char *mail_reply_subject(struct arena *a, const char *subject);

#endif
