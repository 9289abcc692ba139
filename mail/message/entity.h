/*
 * entity.h -- character references of HTML.
 */
#ifndef MAIL_MESSAGE_ENTITY_H
#define MAIL_MESSAGE_ENTITY_H

#include "base/buf.h"
#include "mail/message/bytes.h"

/*
 * Append the character that the reference at the start of b ("&amp;",
 * "&#8364;", "&#x20ac") stands for, and return how many bytes it takes; 0
 * if it is none.
 */
size_t entity_decode(struct buf *out, struct bytes b);

/* Append b with all references decoded. */
void entity_text(struct buf *out, struct bytes b);

#endif
