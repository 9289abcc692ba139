/*
 * date.h -- the Date header (RFC 5322 3.3, 4.3) and everything people send
 * in its place.
 */
#ifndef MAIL_MESSAGE_DATE_H
#define MAIL_MESSAGE_DATE_H

#include <stdint.h>

#include "mail/message/bytes.h"

/*
 * Read a date in any of the forms seen in mail.  The zone is taken as UTC
 * if none can be read.  zone is minutes east of UTC.  -1 if it is no date.
 */
int date_read(struct bytes value, int64_t *t, int *zone);

/* The same for dates inside text, where a day of the month must be there
 * and words may be in any of our languages ("22 novembre 2026 a 14:03"). */
int date_read_local(struct bytes value, int64_t *t);

#endif
