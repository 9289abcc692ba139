/*
 * enriched.h -- text/enriched (RFC 1896) and text/richtext (RFC 1341) as HTML.
 */
#ifndef MAIL_MESSAGE_ENRICHED_H
#define MAIL_MESSAGE_ENRICHED_H

#include "base/buf.h"
#include "mail/message/bytes.h"

/* "<<" is "<", and of n line breaks in a row n - 1 are meant. */
void enriched_html(struct buf *out, struct bytes text);

/* "<lt>" is "<", "<nl>" a line break; those of the text are blanks. */
void richtext_html(struct buf *out, struct bytes text);

#endif
