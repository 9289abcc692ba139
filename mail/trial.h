/*
 * trial.h -- copies in Sent that we made, until the server had its time.
 *
 * A server that files what is submitted to it may do so seconds or minutes
 * later, and may begin to on any day.  So each copy of ours is remembered,
 * before it is made, and looked at again for a while: when a second one
 * stands beside it, ours is taken back.  Kept as a fact of the account, a
 * line each.
 */
#ifndef MAIL_TRIAL_H
#define MAIL_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "store/store.h"

/* How long a server that files may take before we do it ourselves. */
#define TRIAL_SECS 600

struct trial {
	const char *message_id;
	int64_t at;   /* when we made it, or were about to */
	uint32_t uid; /* 0: not known */
};

struct trials {
	struct trial *v;
	size_t n;
};

/* In the order of making. */
int trial_load(struct store *s, const char *account, struct arena *a,
    struct trials *out, struct err *e);
int trial_keep(struct store *s, const char *account, const struct trials *t,
    struct err *e);

/* The one of a mail, or NULL. */
struct trial *trial_find(const struct trials *t, const char *message_id);

/* The one of a mail, new or as it was, from now on. */
struct trial *trial_begin(struct trials *t, const char *message_id, int64_t now,
    struct arena *a);

/* Take one out; those behind it move up. */
void trial_end(struct trials *t, size_t i);

#endif
