/*
 * when.h -- instants, time zones and how people write them.
 *
 * Instants are seconds since 1970-01-01 UTC.  Zones are IANA names looked up
 * in the system's zoneinfo; an unknown zone is an error, never silently UTC.
 * Not safe to call from two threads.
 */
#ifndef BASE_WHEN_H
#define BASE_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define WHEN_SIZE 32 /* room for any text made here */

/* Wall clock; SHOPBELL_TEST_NOW (an instant) stops it, for tests. */
int64_t when_now(void);

/* For measuring spans: monotonic, from some point; never stopped. */
int64_t when_ms(void);
int64_t when_us(void);

/* A civil date and time in some zone. */
struct civil {
	int year;    /* 2026 */
	int month;   /* 1 to 12 */
	int day;     /* 1 to 31 */
	int hour;    /* 0 to 24; 24:00 is the end of the day */
	int minute;
	int second;
	int weekday; /* 0 is Monday; ignored by when_instant */
	int offset;  /* seconds east of UTC; ignored by when_instant */
};

/* Does the zone exist?  "" and NULL mean the system's own zone. */
bool when_zone_ok(const char *zone);

/* The civil time in a zone at an instant. */
void when_civil(const char *zone, int64_t t, struct civil *c);

/*
 * The instant of a civil time.  Fields out of range carry over, so day + 1
 * is tomorrow whatever the month.  In the hour skipped in spring the later
 * instant is meant, in the doubled hour of autumn the first.
 */
int64_t when_instant(const char *zone, const struct civil *c);

/* "2026-11-22T05:02:37Z" (RFC 3339). */
const char *when_rfc3339(int64_t t, char out[WHEN_SIZE]);
int when_parse_rfc3339(const char *s, int64_t *t);

/* "4m", "2h", "3d", "5w": a span in at most 4 columns, for lists. */
const char *when_span(int64_t secs, char out[WHEN_SIZE]);

/* "1h 04m 12s": a span in full. */
const char *when_span_long(int64_t secs, char out[WHEN_SIZE]);

/* "10s" "5m" "4h" "2d" "1w", also "90" seconds; ERR_USAGE otherwise. */
int when_parse_span(const char *s, int64_t *secs, struct err *e);

/*
 * What a person types for a moment to come: a span from now ("2h"), a day
 * ("tomorrow", "mon", "2026-12-24") with or without a time ("9:00", "14h",
 * default 9:00), or a time alone (the next such time).  ERR_USAGE if it is
 * not understood or lies in the past.
 */
int when_parse_future(const char *s, const char *zone, int64_t now, int64_t *t,
    struct err *e);

/*
 * A moment gone by, for queries and reports: a date, a date and time, or a
 * span back from now ("7d"), "today", "yesterday".
 */
int when_parse_past(const char *s, const char *zone, int64_t now, int64_t *t,
    struct err *e);

/* For a list: "14:03" today, "Mon 14:03" this week, "3 Nov", "3 Nov 2025". */
const char *when_short(const char *zone, int64_t now, int64_t t,
    char out[WHEN_SIZE]);

/* "Sun 22 Nov 2026 14:03". */
const char *when_long(const char *zone, int64_t t, char out[WHEN_SIZE]);

#endif
