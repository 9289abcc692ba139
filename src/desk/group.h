/*
 * group.h -- what the subject and the ids of a mail say of its thread.
 *
 * Hints only, each from one mail; kin.h weighs them over all that it may
 * concern.
 */
#ifndef DESK_GROUP_H
#define DESK_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "desk/mail.h"

/* The base subject (RFC 5256 2.1, localised prefixes), folded. */
struct base_subject {
	const char *text; /* folded for comparison */
	bool reply;       /* a reply prefix was taken off */
	bool forward;     /* a forward prefix was taken off */
};
void group_base_subject(struct arena *a, const char *subject,
    struct base_subject *out);

/* The subject without reply prefixes, as a person would write it. */
const char *group_plain_subject(struct arena *a, const char *subject);

/*
 * How alike two subjects are, 0 to 1000: the share of runs of three letters
 * that their base subjects have in common, whatever the language.
 */
int group_alike(const char *a, const char *b);

/* The number in "[#123]", or 0. */
int64_t group_subject_number(const char *subject);

/*
 * The ids to match, best evidence last: the first and the last 40 of
 * References, then In-Reply-To; without repeats or the mail's own id.
 */
struct strings group_ids(struct arena *a, const struct mail *m);

/*
 * Our own Message-ID: "<thread>.<nonce>.<mac>@domain" in base32, so that an
 * answer finds its thread whatever else was lost, and nobody else can make
 * one.  key is the store's secret of 32 bytes; thread_uid names the thread
 * the same on every host (16 bytes of its first message's hash).
 */
char *group_signed_id(struct arena *a, const uint8_t key[32],
    const uint8_t thread_uid[16], const uint8_t nonce[8], const char *domain);

/* 1 and thread_uid filled in if the id is ours and its keyed hash is right. */
int group_check_id(const uint8_t key[32], const char *id,
    uint8_t thread_uid[16]);

#endif
