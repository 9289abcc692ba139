/*
 * attribution.h -- "On Monday, Ann <ann@example.org> wrote:".
 */
#ifndef MAIL_MESSAGE_ATTRIBUTION_H
#define MAIL_MESSAGE_ATTRIBUTION_H

#include "mail/message/phrase.h"

/*
 * Does an attribution begin with the line at byte at?  It may take up to six
 * lines; *until is set past its last.  quoted: whether what follows bears
 * quote marks, so that less evidence is enough.
 */
bool attribution_read(struct folding *f, struct bytes text, size_t at,
    size_t *until);

/* Has the line the digits of a day, and not just a time or a number? */
bool attribution_has_date(struct bytes line);

/* Could the line be the last one of an attribution?  Cheap. */
bool attribution_ends(struct bytes line);

#endif
