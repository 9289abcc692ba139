/*
 * flow.h -- text/plain bodies: format=flowed (RFC 3676) and line ends.
 */
#ifndef MAIL_MESSAGE_FLOW_H
#define MAIL_MESSAGE_FLOW_H

#include "base/buf.h"
#include "mail/message/bytes.h"

/* Append text with LF line ends, without NUL and trailing blanks. */
void flow_fixed(struct buf *out, struct bytes text);

/*
 * Append format=flowed text with its paragraphs joined to one line each, in
 * quotes too.  delsp: the blank at a soft break was not in the text.
 */
void flow_join(struct buf *out, struct bytes text, bool delsp);

#endif
