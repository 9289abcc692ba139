/*
 * returned.h -- what a bounce says, in a sentence for people.
 */
#ifndef DESK_RETURNED_H
#define DESK_RETURNED_H

#include "base/arena.h"
#include "desk/mail.h"

/*
 * What an enhanced status code means (RFC 3463 3, RFC 7505, RFC 7372):
 * "there is no such address".  The first digit does not matter; "" for what
 * is no code or has no meaning of its own.
 */
const char *returned_meaning(const char *status);

/*
 * "not delivered to jo@example.org, for good (5.1.1): there is no such
 * address".  Uncleaned.
 */
const char *returned_sentence(struct arena *a, const struct bounce *b);

#endif
