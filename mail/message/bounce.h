/*
 * bounce.h -- delivery reports: RFC 3464, and what servers say in prose.
 */
#ifndef MAIL_MESSAGE_BOUNCE_H
#define MAIL_MESSAGE_BOUNCE_H

#include "base/arena.h"
#include "desk/mail.h"
#include "mail/message/tree.h"

/*
 * What the mail reports, NULL if it is no delivery report.  m has its
 * headers and text already.
 */
struct bounce *bounce_find(struct arena *a, struct node *root,
    const struct mail *m);

/* Where the returned mail begins in a text without parts; its end if not. */
size_t bounce_returned(struct bytes text);

#endif
