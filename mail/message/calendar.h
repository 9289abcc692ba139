/*
 * calendar.h -- an invitation (RFC 5545, RFC 5546) in a few lines.
 */
#ifndef MAIL_MESSAGE_CALENDAR_H
#define MAIL_MESSAGE_CALENDAR_H

#include "base/buf.h"
#include "mail/message/bytes.h"

/* Is what the organizer wrote about it shown too? */
enum calendar_words {
	CALENDAR_FACTS, /* no: the mail says it already */
	CALENDAR_ALL,
};

/* Append a summary of the first event; nothing if there is none. */
void calendar_summary(struct buf *out, struct bytes ics,
    enum calendar_words words);

#endif
