/*
 * closing.h -- what stands under a mail: signature, "sent from my phone",
 * legal notice, the footer of a list.
 */
#ifndef MAIL_MESSAGE_CLOSING_H
#define MAIL_MESSAGE_CLOSING_H

#include "base/arena.h"
#include "desk/mail.h"
#include "mail/message/lines.h"
#include "mail/message/phrase.h"

struct folds {
	struct arena *a;
	struct fold *v;
	size_t n;
};

/*
 * Add the folds for what closes the lines from a up to b.  Returns the line
 * at which the closing begins; b if there is none.
 */
size_t closing_find(struct folding *f, const struct lines *l, size_t a,
    size_t b, struct folds *out);

/* Add lines a up to b, without empty ones at their end, as one fold. */
void closing_add(struct folds *out, const struct lines *l, size_t a, size_t b,
    enum fold_kind kind);

#endif
