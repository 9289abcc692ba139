/*
 * bounce_words.h -- the sentences of mail systems.
 */
#ifndef MAIL_MESSAGE_BOUNCE_WORDS_H
#define MAIL_MESSAGE_BOUNCE_WORDS_H

#include "mail/message/bytes.h"

/* A subject of delivery reports; strong: of nothing else. */
bool words_subject(struct bytes subject);
bool words_subject_strong(struct bytes subject);

/* Does the text say that a mail could not be delivered? */
bool words_failed(struct bytes text);

/* That it is late and will be tried again? */
bool words_delayed(struct bytes text);

/* That the cause may pass: time ran out, no connection, mailbox full. */
bool words_temporary(struct bytes text);

/* The line above the returned mail. */
bool words_begin_returned(struct bytes line);

#endif
