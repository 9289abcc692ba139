/*
 * forward.h -- the mail inside a forward.
 */
#ifndef MAIL_MESSAGE_FORWARD_H
#define MAIL_MESSAGE_FORWARD_H

#include "base/arena.h"
#include "desk/mail.h"
#include "mail/message/bytes.h"
#include "mail/message/tree.h"

/*
 * Find a mail that was sent on in the text, as the clients of 25 languages
 * write it.  *at is the byte of the text at which it begins.  NULL if there
 * is none.
 */
struct forwarded *forward_find(struct arena *a, struct bytes subject,
    struct bytes text, size_t *at);

/* The same of a mail attached as message/rfc822. */
struct forwarded *forward_attached(struct arena *a, const struct node *leaf,
    const struct read_limits *limits);

#endif
