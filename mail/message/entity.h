/*
 * entity.h -- character references of HTML.
 */
#ifndef MAIL_MESSAGE_ENTITY_H
#define MAIL_MESSAGE_ENTITY_H

#include "base/buf.h"
#include "mail/message/bytes.h"

/* Append b with all references decoded. */
void entity_text(struct buf *out, struct bytes b);

#endif
