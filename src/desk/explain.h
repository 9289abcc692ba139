/*
 * explain.h -- why a span is as long as it is said to be.
 */
#ifndef DESK_EXPLAIN_H
#define DESK_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "desk/hours.h"

/* A stretch of a turn: counted in open time, or not, and why. */
struct explained {
	int64_t from;
	int64_t until;
	bool counted;
	const char *why; /* "open", "outside hours", "closed on 2026-12-25" */
};

/*
 * Cut [from, until) where the calendar opens and closes, midnights of
 * exceptions included.  Without such a calendar it is one stretch, counted:
 * "no calendar: wall time".
 */
struct explained *explain_span(struct arena *a, const struct hours *v,
    size_t n_v, const char *name, int64_t from, int64_t until, size_t *n);

/* As lines for a person, with the two sums, times in zone. */
void explain_text(struct buf *out, const struct explained *v, size_t n,
    const char *zone);

#endif
