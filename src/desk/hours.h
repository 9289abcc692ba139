/*
 * hours.h -- office hours: a calendar with versions, laid out into spans.
 *
 * A calendar has a name, an IANA zone, several intervals a day, dated
 * exceptions and a valid-from; an interval may cross midnight; days of clock
 * change are 23 or 25 hours long.
 */
#ifndef DESK_HOURS_H
#define DESK_HOURS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "desk/clock.h"

/* Civil minutes of a day, 0 to 2,880 (past 1,440 it ends the day after). */
struct hours_open {
	unsigned days; /* bit 0 is Monday */
	int from;
	int until;
};

/* "2026-12-25" or "2026-12-31 14:00-24:00": closed, or open as well. */
struct hours_exception {
	int year, month, day;
	int from;
	int until;
	int closed; /* 1 closed, 0 open */
};

/* One version of a calendar. */
struct hours {
	const char *name;
	const char *zone;
	int64_t from; /* valid from this instant; 0 is for ever */
	const char *from_date; /* the same as written; "" for ever */
	struct hours_open *open;
	size_t opens;
	struct hours_exception *exception;
	size_t exceptions;
};

/* "mon-fri 09:00-12:30", "sat 10:00-14:00", "daily 22:00-02:00". */
int hours_parse_open(const char *s, struct hours_open *o, struct err *e);

/* "2026-12-25", "2026-12-31 14:00-24:00". */
int hours_parse_exception(const char *s, int closed, struct hours_exception *x,
    struct err *e);

/* The stretch that an exception is about, in the zone of its calendar. */
struct span hours_exception_span(const struct hours *h,
    const struct hours_exception *x);

/*
 * The version of a calendar that holds at an instant; NULL if none does.
 */
const struct hours *hours_at(const struct hours *v, size_t n_v,
    const char *name, int64_t t);

/*
 * The open spans of calendar name between two instants, sorted, joined and
 * without overlap, each version counted only while it is valid.  v holds all
 * versions of all calendars.  NULL and *n 0 if there is no such calendar.
 */
struct span *hours_spans(struct arena *a, const struct hours *v, size_t n_v,
    const char *name, int64_t from, int64_t until, size_t *n);

#endif
