/*
 * unit.h -- what the tests of the rules share.
 */
#ifndef TESTS_UNIT_DESK_UNIT_H
#define TESTS_UNIT_DESK_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/when.h"

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))

/* A generator with a seed of its own: the same numbers in every run. */
struct dice {
	uint64_t state;
};

static inline uint32_t
roll(struct dice *d, uint32_t sides)
{
	d->state = d->state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(d->state >> 33) % sides;
}

/* The instant of a civil time, "2026-11-22 14:03", in a zone. */
static inline int64_t
at(const char *zone, const char *s)
{
	struct civil c = { 0 };

	if (sscanf(s, "%d-%d-%d %d:%d:%d", &c.year, &c.month, &c.day, &c.hour,
		&c.minute, &c.second) < 3)
		abort();
	return when_instant(zone, &c);
}

#define assert_text(got, want)                                                 \
	do {                                                                   \
		const char *got_ = (got);                                      \
		if (strcmp(got_, want) != 0)                                   \
			fail_msg("got \"%s\", want \"%s\"", got_, want);       \
	} while (0)

#endif
