/*
 * address.h -- address lists (RFC 5322 3.4, RFC 6532) as found in the wild.
 */
#ifndef MAIL_MESSAGE_ADDRESS_H
#define MAIL_MESSAGE_ADDRESS_H

#include "base/arena.h"
#include "desk/mail.h"
#include "mail/message/bytes.h"

/*
 * Append the addresses of a header to out, at most limit in all.  Groups are
 * flattened, comments become the name if there is no other, a list may be
 * divided by semicolons.  hint is the charset of raw 8-bit bytes.
 *
 * Returns how many addresses there are, which can be more than limit.
 */
size_t address_list(struct arena *a, struct bytes value, const char *hint,
    size_t limit, struct addresses *out);

/* Does an encoded word of this header hide an @ or a control character? */
bool address_hides(struct bytes value);

#endif
