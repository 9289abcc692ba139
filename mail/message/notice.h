/*
 * notice.h -- a sentence for what cannot be shown.
 */
#ifndef MAIL_MESSAGE_NOTICE_H
#define MAIL_MESSAGE_NOTICE_H

#include "base/buf.h"
#include "mail/message/tree.h"

/*
 * Append a line for a node that is encrypted, a piece of a mail, kept
 * elsewhere, not opened or sent to more people than are listed; nothing for
 * any other.
 */
void notice_add(struct buf *out, const struct node *n);

/*
 * Append a text without the armour of a PGP signature (RFC 9580 7): its
 * marks and the signature go, dashes at line starts are unescaped.  False,
 * leaving out alone, if there is none.
 */
bool notice_unarmour(struct buf *out, struct bytes text);

#endif
