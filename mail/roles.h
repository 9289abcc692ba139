/*
 * roles.h -- what a mailbox is for, where the server does not tell.
 *
 * Servers without special-use (RFC 6154) have mailboxes that some mail
 * program made, named in the language of its user.  Such a name counts where
 * those programs put it: at the top, below INBOX or the personal namespace,
 * or below the folder of a provider.
 */
#ifndef MAIL_ROLES_H
#define MAIL_ROLES_H

#include <stddef.h>

#include "mail/imap.h"

/*
 * Give the mailboxes the roles that no special one has, by their names; at
 * most one mailbox for each.  Of two special ones that claim the same role
 * the first that can be selected keeps it.  prefix is what stands before the
 * names of all but INBOX, "" or as in "INBOX.".
 */
void roles_give(struct imap_box *v, size_t n, const char *prefix);

/*
 * The prefix that a list of mailboxes shows: "INBOX." if all others stand
 * below INBOX, "" if none does; NULL where that does not tell.
 */
const char *roles_prefix(const struct imap_box *v, size_t n, struct arena *a);

#endif
