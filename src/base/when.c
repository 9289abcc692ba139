#include "base/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/zone.h"

#define MINUTE 60
#define HOUR   3600
#define DAY    86400
#define WEEK   604800

static const char *const day_name[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
	"Sat", "Sun" };
static const char *const month_name[] = { "Jan", "Feb", "Mar", "Apr", "May",
	"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

int64_t
when_now(void)
{
	const char *test = getenv("SHOPBELL_TEST_NOW");
	struct timespec now;
	int64_t t;

	if (test != NULL && test[0] != '\0') {
		if (when_parse_rfc3339(test, &t) == 0)
			return t;
		return strtoll(test, NULL, 10);
	}
	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

int64_t
when_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
when_ms(void)
{
	return when_us() / 1000;
}

bool
when_zone_ok(const char *zone)
{
	return zone_find(zone) != NULL;
}

/* The zone; who did not ask when_zone_ok first is told, and gets UTC. */
static const struct zone *
zone_of(const char *name)
{
	const struct zone *z = zone_find(name);
	static bool told;

	if (z == NULL && !told) {
		told = true;
		log_line(LOG_ERROR,
		    "unknown time zone %s: times are shown in UTC", name);
	}
	return z;
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* The date of a day since 1970-01-01, after Hinnant's civil_from_days. */
static void
date_of(int64_t days, struct civil *c)
{
	int64_t z = days + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t of_era = z - era * 146097;
	int64_t y =
	    (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	c->day = (int)(of_year - (153 * m + 2) / 5 + 1);
	c->month = (int)(m < 10 ? m + 3 : m - 9);
	c->year = (int)(y + era * 400 + (c->month <= 2));
	c->weekday = (int)(days + 3 - floor_div(days + 3, 7) * 7);
}

static void
civil_at(int64_t t, int offset, struct civil *c)
{
	int64_t days = floor_div(t + offset, DAY);
	int secs = (int)(t + offset - days * DAY);

	date_of(days, c);
	c->hour = secs / HOUR;
	c->minute = secs % HOUR / MINUTE;
	c->second = secs % MINUTE;
	c->offset = offset;
}

void
when_civil(const char *zone, int64_t t, struct civil *c)
{
	civil_at(t, zone_offset(zone_of(zone), t), c);
}

int64_t
when_instant(const char *zone, const struct civil *c)
{
	const struct zone *z = zone_of(zone);
	int64_t month = (int64_t)c->month - 1;
	int64_t year = c->year + floor_div(month, 12);
	int64_t local, early, late;
	int before, after;

	month -= floor_div(month, 12) * 12;
	local = zone_days(year, (int)month + 1, c->day) * DAY +
		(int64_t)c->hour * HOUR + (int64_t)c->minute * MINUTE +
		c->second;
	before = zone_offset(z, local - DAY);
	after = zone_offset(z, local + DAY);
	early = local - (before > after ? before : after);
	late = local - (before > after ? after : before);
	/* In a doubled hour both hold, in a skipped one neither. */
	if (early + zone_offset(z, early) == local)
		return early;
	return late;
}

/* ---- written for machines ---- */

const char *
when_rfc3339(int64_t t, char out[WHEN_SIZE])
{
	struct civil c;

	civil_at(t, 0, &c);
	snprintf(out, WHEN_SIZE, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year,
	    c.month, c.day, c.hour, c.minute, c.second);
	return out;
}

static bool
digits(const char **s, int n, int *v)
{
	*v = 0;
	for (int i = 0; i < n; i++, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		*v = *v * 10 + (**s - '0');
	}
	return true;
}

static bool
sign(const char **s, const char *set)
{
	if (**s == '\0' || strchr(set, **s) == NULL)
		return false;
	(*s)++;
	return true;
}

static bool
in_range(const struct civil *c)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	return c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	       c->day <= days[c->month - 1] && c->hour <= 24 &&
	       c->minute <= 59 && c->second <= 60;
}

/* "Z", "+02:00"; in seconds east. */
static bool
read_offset(const char **s, int *secs)
{
	int west = **s == '-' ? -1 : 1, hours, minutes;

	*secs = 0;
	if (sign(s, "Zz"))
		return true;
	if (!sign(s, "+-") || !digits(s, 2, &hours) || !sign(s, ":") ||
	    !digits(s, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*secs = west * (hours * HOUR + minutes * MINUTE);
	return true;
}

int
when_parse_rfc3339(const char *s, int64_t *t)
{
	struct civil c = { 0 };
	int east;

	if (!digits(&s, 4, &c.year) || !sign(&s, "-") ||
	    !digits(&s, 2, &c.month) || !sign(&s, "-") ||
	    !digits(&s, 2, &c.day) || !sign(&s, "Tt ") ||
	    !digits(&s, 2, &c.hour) || !sign(&s, ":") ||
	    !digits(&s, 2, &c.minute) || !sign(&s, ":") ||
	    !digits(&s, 2, &c.second))
		return -1;
	if (sign(&s, ".")) {
		if (*s < '0' || *s > '9')
			return -1;
		s += strspn(s, "0123456789");
	}
	if (!read_offset(&s, &east) || *s != '\0' || !in_range(&c))
		return -1;
	*t = zone_days(c.year, c.month, c.day) * DAY + (int64_t)c.hour * HOUR +
	     (int64_t)c.minute * MINUTE + c.second - east;
	return 0;
}

/* ---- written for people ---- */

const char *
when_span(int64_t secs, char out[WHEN_SIZE])
{
	static const struct {
		int64_t below;
		int64_t unit;
		char letter;
	} step[] = {
		{ MINUTE, 1, 's' },
		{ HOUR, MINUTE, 'm' },
		{ 2 * DAY, HOUR, 'h' },
		{ 2 * WEEK, DAY, 'd' },
		{ 99 * (int64_t)WEEK, WEEK, 'w' },
		{ 99 * 365 * (int64_t)DAY, 365 * (int64_t)DAY, 'y' },
	};
	const char *minus = secs < 0 ? "-" : "";
	size_t i = 0;

	if (secs < 0)
		secs = -(secs + (secs == INT64_MIN));
	while (i < 5 && secs >= step[i].below)
		i++;
	if (i == 5 && secs > step[5].below)
		secs = step[5].below;
	snprintf(out, WHEN_SIZE, "%s%d%c", minus, (int)(secs / step[i].unit),
	    step[i].letter);
	return out;
}

const char *
when_span_long(int64_t secs, char out[WHEN_SIZE])
{
	const char *minus = secs < 0 ? "-" : "";
	long long d, h, m, s;

	if (secs < 0)
		secs = -(secs + (secs == INT64_MIN));
	d = secs / DAY;
	h = secs % DAY / HOUR;
	m = secs % HOUR / MINUTE;
	s = secs % MINUTE;
	if (d > 0)
		snprintf(out, WHEN_SIZE, "%s%lldd %02lldh %02lldm %02llds",
		    minus, d, h, m, s);
	else if (h > 0)
		snprintf(out, WHEN_SIZE, "%s%lldh %02lldm %02llds", minus, h, m,
		    s);
	else if (m > 0)
		snprintf(out, WHEN_SIZE, "%s%lldm %02llds", minus, m, s);
	else
		snprintf(out, WHEN_SIZE, "%s%llds", minus, s);
	return out;
}

const char *
when_short(const char *zone, int64_t now, int64_t t, char out[WHEN_SIZE])
{
	struct civil c, today;
	int64_t apart;

	when_civil(zone, t, &c);
	when_civil(zone, now, &today);
	apart = zone_days(c.year, c.month, c.day) -
		zone_days(today.year, today.month, today.day);
	if (apart == 0)
		snprintf(out, WHEN_SIZE, "%02d:%02d", c.hour, c.minute);
	else if (apart > -7 && apart < 7)
		snprintf(out, WHEN_SIZE, "%s %02d:%02d", day_name[c.weekday],
		    c.hour, c.minute);
	else if (c.year == today.year)
		snprintf(out, WHEN_SIZE, "%d %s", c.day,
		    month_name[c.month - 1]);
	else
		snprintf(out, WHEN_SIZE, "%d %s %d", c.day,
		    month_name[c.month - 1], c.year);
	return out;
}

const char *
when_long(const char *zone, int64_t t, char out[WHEN_SIZE])
{
	struct civil c;

	when_civil(zone, t, &c);
	snprintf(out, WHEN_SIZE, "%s %d %s %d %02d:%02d", day_name[c.weekday],
	    c.day, month_name[c.month - 1], c.year, c.hour, c.minute);
	return out;
}
