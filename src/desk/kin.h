/*
 * kin.h -- which mails stand together: the rules, over a family at once.
 *
 * Mail arrives in any order, so nothing here depends on it: the threads
 * follow from the set of mails alone, and whoever adds one asks again about
 * all that it may concern.
 *
 *   A mail speaks for itself.  It stands with the mail it answers: the first
 *   of In-Reply-To, else the last of References.
 *
 *   A mail that was never seen (a ghost) is spoken for by those who refer to
 *   it, ours before others, the earlier before the later: it stands with
 *   what they name before it.  A mail that was seen is not: References of a
 *   stranger do not tie two conversations together.
 *
 *   The further references of a mail join its thread with theirs if it is
 *   ours, or if its customer is at home in both: began it, or was addressed
 *   in it by us or by who began it.
 *
 *   Mails with one Message-ID of one customer stand together.  Of several
 *   customers, each stands by its own word, and who refers to the id means
 *   his own, else ours, else the earliest.
 *
 *   A subject number joins the thread it names to which the sender has
 *   written before, if nothing earlier in its own conversation is known.
 *
 *   A conversation whose earliest mail has a reply prefix, is by no robot,
 *   and answers nothing that is known, continues the latest mail before it
 *   with the same customer and base subject, if that is at most 14 days
 *   older.  Instants are those of the Date header; both are looked at again
 *   whenever a mail arrives, so a nearer one found later is preferred.
 *
 * What people did is stronger than all of it: mails held together stay
 * together, and threads set apart by hand, or both looked after, are never
 * joined.
 */
#ifndef DESK_KIN_H
#define DESK_KIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define KIN_DAYS ((int64_t)14 * 86400) /* that a subject reaches */

enum kin_flag {
	KIN_OURS = 1 << 0,  /* our own, from Sent or the outbox */
	KIN_REPLY = 1 << 1, /* the subject has a reply prefix */
	KIN_ROBOT = 1 << 2, /* automatic, or of a list */
};

/* A mail, as the rules see it.  Keys are hashes; 0 is none. */
struct kin {
	int64_t at;    /* Date; where there is none, when it came */
	int64_t name;  /* of its bytes; odd */
	int64_t id;    /* of Message-ID; even */
	int64_t alias; /* of X-Microsoft-Original-Message-ID */

	/* What it refers to, best evidence last; ids, or names of mails. */
	const int64_t *ids;
	size_t ids_n;

	int64_t customer;  /* the address outside, whoever wrote */
	const int64_t *to; /* the addresses it went to */
	size_t to_n;
	int64_t base;   /* base subject */
	int64_t asked;  /* name of the mail that begins the numbered thread */
	unsigned flags; /* enum kin_flag */

	/* What people did. */
	int64_t hold;   /* those with the same are never parted */
	int64_t anchor; /* never joined with another anchor */
	int64_t owned;  /* never joined with another of these, either */
	bool cut;       /* put here by hand: what it refers to is nothing */
};

/*
 * The thread of each of n mails, as the index of its earliest; 0 <= n.  Ties
 * in `at` are broken by name.
 */
void kin_group(struct arena *a, const struct kin *v, size_t n, size_t *thread);

/*
 * The mail that each answers among those of its thread, n for none: the best
 * of its own evidence that is there.  In a circle the earliest answers none.
 */
void kin_parents(struct arena *a, const struct kin *v, size_t n,
    const size_t *thread, size_t *parent);

#endif
