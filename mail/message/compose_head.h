/*
 * compose_head.h -- the header fields of what goes out (RFC 5322, 2.2.3).
 *
 * Folded at blanks to 76 columns; every line is ASCII and ends with CRLF.
 * What is not plain ASCII, or could be taken for an encoded word, becomes
 * encoded words (RFC 2047).  The values hold no control characters.
 */
#ifndef MAIL_MESSAGE_COMPOSE_HEAD_H
#define MAIL_MESSAGE_COMPOSE_HEAD_H

#include <stdint.h>

#include "base/buf.h"
#include "desk/mail.h"

/* "Subject: ..." */
void head_put_text(struct buf *out, const char *name, const char *text);

/* "To: Ann <ann@example.org>, ..."; nothing if there is nobody. */
void head_put_people(struct buf *out, const char *name,
    const struct addresses *v);

/*
 * "References: <a@b> ..."; nothing if there is no id.  Ids that other
 * programs made may be anything: what could not stand there is left out.
 */
void head_put_ids(struct buf *out, const char *name, const struct strings *v);

/* "Date: Sun, 22 Nov 2026 09:40:00 +0100" */
void head_put_date(struct buf *out, int64_t date, int zone_minutes);

#endif
