/*
 * subject.h -- reply and forward prefixes in the languages of mail.
 */
#ifndef MAIL_MESSAGE_SUBJECT_H
#define MAIL_MESSAGE_SUBJECT_H

#include "mail/message/bytes.h"

/* Without "Re:", "AW:", "Re[2]:", "RE : " and kin at its start. */
struct bytes subject_without_replies(struct bytes s);

/* Does it begin with "Fwd:", "WG:", "TR:" or kin?  *rest is what follows. */
bool subject_is_forward(struct bytes s, struct bytes *rest);

#endif
