/*
 * quote.h -- what in a text is not new: quotes, signatures, disclaimers.
 */
#ifndef MAIL_MESSAGE_QUOTE_H
#define MAIL_MESSAGE_QUOTE_H

#include "base/arena.h"
#include "desk/mail.h"
#include "mail/message/bytes.h"

/*
 * Find the stretches of text to fold.  known are quotes that the HTML named
 * as such.  The folds are whole lines, sorted, without overlap.
 */
void quote_find(struct arena *a, struct bytes text, const struct fold *known,
    size_t n, struct fold **fold, size_t *folds);

/* Has a stretch of a quote words, and not just rules and attributions? */
bool quote_has_words(struct bytes text);

#endif
