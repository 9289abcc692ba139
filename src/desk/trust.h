/*
 * trust.h -- can we believe who a mail says wrote it?
 *
 * Answers come from the mail alone and are shown, never acted on silently,
 * but for trust_proven, which lets an agent's forward speak for a customer.
 */
#ifndef DESK_TRUST_H
#define DESK_TRUST_H

#include <stdbool.h>

#include "base/arena.h"
#include "desk/mail.h"
#include "desk/shop.h"

/*
 * Does our own receiving server vouch for the one address in From?  The
 * topmost Authentication-Results (RFC 8601) must be by a server whose name
 * we believe (authserv-id, or the domain of an account or its IMAP server),
 * and say that DMARC passed for the domain of From, or DKIM or SPF for that
 * domain or one above it.
 */
bool trust_proven(const struct shop *s, const struct mail *m);

/*
 * What an address looks like: letters of other scripts as the Latin ones
 * they resemble, 0 as o, 1 and i as l, rn as m, punycode decoded; without
 * dots and hyphens, and without what the domain ends in (".com", ".co.uk").
 * Two addresses with one skeleton are easily taken for each other.
 */
char *trust_skeleton(struct arena *a, const char *addr);

/*
 * An address as it can be shown: labels of its domain that mix scripts, or
 * whose letters all resemble Latin ones, as punycode ("xn--...").
 */
const char *trust_shown(struct arena *a, const char *addr);

/*
 * Are they different, and look the same?  Not the national domains of a
 * large provider, nor dots where the provider ignores them.
 */
bool trust_alike(const char *a, const char *b);

/*
 * Further doubts (enum mail_doubt) about a sender, of what only the shop
 * knows: DOUBT_LOOKALIKE where the address looks like one of ours,
 * DOUBT_OUR_NAME where the name is that of the shop or of an agent.
 */
unsigned trust_doubts(const struct shop *s, const struct address *who);

#endif
