/*
 * cms.h -- a mail inside an opaque S/MIME signature (RFC 5652, RFC 8551).
 *
 * Nothing is verified: the mail is read, not believed.
 */
#ifndef MAIL_MESSAGE_CMS_H
#define MAIL_MESSAGE_CMS_H

#include "base/arena.h"
#include "mail/message/bytes.h"

/*
 * The content of signed data, copied into the arena.  False if it is
 * something else (encrypted, say) or cut short before the content.
 */
bool cms_content(struct arena *a, struct bytes der, struct bytes *content);

#endif
