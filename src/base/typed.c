/*
 * typed.c -- moments and spans as people type them; a part of when.h.
 */
#include "base/when.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define DAY       86400
#define WORDS_MAX 6

/* A line in lower case, split at blanks. */
struct words {
	char text[96];
	const char *v[WORDS_MAX];
	size_t n;
};

/* What was understood of it. */
struct moment {
	struct civil day; /* at 0:00 */
	bool has_day;
	int secs; /* of the day */
	bool has_time;
};

static bool
split(const char *s, struct words *w)
{
	char *at;

	memset(w, 0, sizeof(*w));
	at = w->text;
	if (strlen(s) >= sizeof(w->text))
		return false;
	for (; *s != '\0'; s++)
		*at++ = (char)tolower((unsigned char)*s);
	/* "2026-12-24T09:00" is a date and a time. */
	if (strlen(w->text) > 10 && w->text[4] == '-' && w->text[10] == 't')
		w->text[10] = ' ';
	for (at = w->text; *at != '\0';) {
		at += strspn(at, " \t,");
		if (*at == '\0')
			break;
		if (w->n == WORDS_MAX)
			return false;
		w->v[w->n++] = at;
		at += strcspn(at, " \t,");
		if (*at != '\0')
			*at++ = '\0';
	}
	return w->n > 0;
}

static int64_t
unit_of(char c)
{
	switch (c) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return DAY;
	case 'w':
		return 7 * DAY;
	default:
		return 0;
	}
}

/* "2h", "1h30m"; needs a unit. */
static bool
read_span(const char *s, int64_t *secs)
{
	int64_t v, unit;

	*secs = 0;
	if (*s == '\0')
		return false;
	while (*s != '\0') {
		if (!isdigit((unsigned char)*s))
			return false;
		for (v = 0; isdigit((unsigned char)*s); s++)
			if ((v = v * 10 + (*s - '0')) > 1000000000)
				return false;
		unit = unit_of((char)tolower((unsigned char)*s));
		if (unit == 0)
			return false;
		*secs += v * unit;
		s++;
	}
	return true;
}

int
when_parse_span(const char *s, int64_t *secs, struct err *e)
{
	char *end;

	if (read_span(s, secs))
		return 0;
	if (isdigit((unsigned char)*s) && strlen(s) < 12) {
		*secs = strtoll(s, &end, 10);
		if (*end == '\0')
			return 0;
	}
	return err_set(e, ERR_USAGE, 0,
	    "\"%s\" is not a span of time: write 10s, 5m, 4h, 2d or 1w", s);
}

/* "9:00", "14h", "9.30", "9am", "9", "noon", in seconds of the day. */
static bool
read_clock(const char *s, bool bare, int *secs)
{
	int hour = 0, minute = 0, n = 0;
	bool marked = false;

	if (strcmp(s, "noon") == 0) {
		*secs = 12 * 3600;
		return true;
	}
	if (sscanf(s, "%2d%n", &hour, &n) != 1 || !isdigit((unsigned char)*s))
		return false;
	s += n;
	if ((*s == ':' || *s == '.') && isdigit((unsigned char)s[1]) &&
	    isdigit((unsigned char)s[2])) {
		minute = (s[1] - '0') * 10 + (s[2] - '0');
		s += 3;
		marked = true;
	}
	if (strcmp(s, "h") == 0) {
		marked = true;
	} else if (strcmp(s, "am") == 0 || strcmp(s, "pm") == 0) {
		if (hour < 1 || hour > 12)
			return false;
		hour = hour % 12 + (*s == 'p' ? 12 : 0);
		marked = true;
	} else if (*s != '\0') {
		return false;
	}
	if (hour > 24 || minute > 59 || (hour == 24 && minute > 0))
		return false;
	*secs = hour * 3600 + minute * 60;
	return marked || bare;
}

/* The place of a word among names of at least three letters, or -1. */
static int
name_index(const char *word, const char *const *names, int n)
{
	size_t len = strlen(word);

	for (int i = 0; i < n && len >= 3; i++)
		if (strncmp(names[i], word, len) == 0)
			return i;
	return -1;
}

static int
weekday_of(const char *word)
{
	static const char *const names[] = { "monday", "tuesday", "wednesday",
		"thursday", "friday", "saturday", "sunday" };

	return name_index(word, names, 7);
}

static int
month_of(const char *word)
{
	static const char *const names[] = { "january", "february", "march",
		"april", "may", "june", "july", "august", "september",
		"october", "november", "december" };

	return name_index(word, names, 12) + 1;
}

/* Does the date exist? */
static bool
real_date(const struct civil *c)
{
	struct civil back;

	when_civil("UTC", when_instant("UTC", c), &back);
	return back.year == c->year && back.month == c->month &&
	       back.day == c->day;
}

/* "2026-12-24". */
static bool
read_date(const char *s, struct civil *c)
{
	int n = 0;

	if (sscanf(s, "%4d-%2d-%2d%n", &c->year, &c->month, &c->day, &n) != 3)
		return false;
	return s[n] == '\0' && isdigit((unsigned char)*s) && real_date(c);
}

/*
 * "24 dec", "dec 24", with or without a year; ahead chooses the year to come
 * or the one gone by.  Words used, or 0.
 */
static size_t
read_named_date(const struct words *w, size_t at, bool ahead,
    const struct civil *today, struct civil *c)
{
	int month, day, passed;
	size_t used = 2;
	char *end;

	if (at + 1 >= w->n)
		return 0;
	month = month_of(w->v[at]);
	day = (int)strtol(w->v[month > 0 ? at + 1 : at], &end, 10);
	if (*end == '.')
		end++;
	if (month == 0)
		month = month_of(w->v[at + 1]);
	if (month == 0 || *end != '\0' || day < 1 || day > 31)
		return 0;
	*c = (struct civil){ .year = today->year, .month = month, .day = day };
	if (at + 2 < w->n && strlen(w->v[at + 2]) == 4 &&
	    strspn(w->v[at + 2], "0123456789") == 4) {
		c->year = atoi(w->v[at + 2]);
		used = 3;
	} else {
		passed = month * 32 + day - today->month * 32 - today->day;
		if (ahead && passed < 0)
			c->year++;
		if (!ahead && passed > 0)
			c->year--;
	}
	return real_date(c) ? used : 0;
}

/* A day at word at; words used, or 0 if it is none. */
static size_t
read_day(const struct words *w, size_t at, bool ahead,
    const struct civil *today, struct civil *c)
{
	const char *s = w->v[at];
	int weekday = weekday_of(s), apart;

	*c = (struct civil){ .year = today->year,
		.month = today->month,
		.day = today->day };
	if (strcmp(s, "today") == 0)
		return 1;
	if (strcmp(s, ahead ? "tomorrow" : "yesterday") == 0) {
		c->day += ahead ? 1 : -1;
		return 1;
	}
	if (weekday >= 0) {
		apart = (weekday - today->weekday + 7) % 7;
		if (ahead)
			c->day += apart == 0 ? 7 : apart;
		else
			c->day -= (7 - apart) % 7;
		return 1;
	}
	if (read_date(s, c))
		return 1;
	return read_named_date(w, at, ahead, today, c);
}

static void
today_of(const char *zone, int64_t now, struct civil *today)
{
	when_civil(zone, now, today);
	today->hour = 0;
	today->minute = 0;
	today->second = 0;
}

/* A day, a time, or both in either order; true if nothing is left over. */
static bool
read_moment(const struct words *w, bool ahead, const struct civil *today,
    struct moment *m)
{
	size_t used;

	memset(m, 0, sizeof(*m));
	for (size_t i = 0; i < w->n; i += used) {
		used = 1;
		if (strcmp(w->v[i], "at") == 0 && i + 1 < w->n)
			continue;
		if (!m->has_day &&
		    (used = read_day(w, i, ahead, today, &m->day)) > 0) {
			m->has_day = true;
			continue;
		}
		used = 1;
		if (m->has_time ||
		    !read_clock(w->v[i], m->has_day || i > 0, &m->secs))
			return false;
		m->has_time = true;
	}
	return m->has_day || m->has_time;
}

static int64_t
moment_instant(const char *zone, const struct moment *m, int secs)
{
	struct civil c = m->day;

	c.hour = secs / 3600;
	c.minute = secs % 3600 / 60;
	return when_instant(zone, &c);
}

int
when_parse_future(const char *s, const char *zone, int64_t now, int64_t *t,
    struct err *e)
{
	struct words w;
	struct moment m;
	struct civil today;
	int64_t span;
	size_t first;

	if (!split(s, &w))
		goto unclear;
	today_of(zone, now, &today);
	first = strcmp(w.v[0], "in") == 0 ? 1 : 0;
	if (w.n == first + 1 && read_span(w.v[first], &span)) {
		*t = now + span;
	} else if (w.n == 2 && strcmp(w.v[0], "next") == 0 &&
		   strcmp(w.v[1], "week") == 0) {
		today.day += 7 - today.weekday;
		today.hour = 9;
		*t = when_instant(zone, &today);
	} else if (read_moment(&w, true, &today, &m)) {
		if (!m.has_day)
			m.day = today;
		*t = moment_instant(zone, &m, m.has_time ? m.secs : 9 * 3600);
		if (!m.has_day && *t <= now) {
			m.day.day++;
			*t = moment_instant(zone, &m, m.secs);
		}
	} else {
		goto unclear;
	}
	if (*t <= now)
		return err_set(e, ERR_USAGE, 0, "\"%s\" lies in the past", s);
	return 0;
unclear:
	return err_set(e, ERR_USAGE, 0,
	    "\"%s\" is not a time to come: write 2h, tomorrow 9:00, mon or "
	    "2026-12-24",
	    s);
}

/* "2026" and "2026-11": where a year or a month began. */
static bool
read_period(const char *s, struct civil *c)
{
	size_t len = strlen(s);
	int n = 0;

	*c = (struct civil){ .month = 1, .day = 1 };
	if (len == 4 && strspn(s, "0123456789") == 4) {
		c->year = atoi(s);
		return true;
	}
	return len == 7 && isdigit((unsigned char)*s) &&
	       isdigit((unsigned char)s[5]) &&
	       sscanf(s, "%4d-%2d%n", &c->year, &c->month, &n) == 2 && n == 7 &&
	       c->month >= 1 && c->month <= 12;
}

int
when_parse_past(const char *s, const char *zone, int64_t now, int64_t *t,
    struct err *e)
{
	struct words w;
	struct moment m;
	struct civil today, c;
	int64_t span;

	if (when_parse_rfc3339(s, t) == 0)
		return 0;
	if (!split(s, &w))
		goto unclear;
	today_of(zone, now, &today);
	if (w.n == 1 && read_span(w.v[0], &span)) {
		*t = now - span;
		return 0;
	}
	if (w.n == 1 && strcmp(w.v[0], "now") == 0) {
		*t = now;
		return 0;
	}
	if (w.n == 1 && read_period(w.v[0], &c)) {
		*t = when_instant(zone, &c);
		return 0;
	}
	if (read_moment(&w, false, &today, &m) && m.has_day) {
		*t = moment_instant(zone, &m, m.has_time ? m.secs : 0);
		return 0;
	}
unclear:
	return err_set(e, ERR_USAGE, 0,
	    "\"%s\" is not a date: write 2026-11-22, yesterday or 7d", s);
}
