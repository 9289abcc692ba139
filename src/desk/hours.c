#include "desk/hours.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/when.h"

#define DAY     ((int64_t)86400)
#define MINUTES 1440

/* ---- as written ---- */

static const char *
skip_blanks(const char *s)
{
	while (*s == ' ' || *s == '\t')
		s++;
	return s;
}

/* A weekday by its English name or the first three letters; -1 if none. */
static int
weekday(const char **s)
{
	static const char *const names[] = { "monday", "tuesday", "wednesday",
		"thursday", "friday", "saturday", "sunday" };
	char word[16];
	size_t n = 0;

	while (isalpha((unsigned char)(*s)[n]) && n < sizeof(word) - 1) {
		word[n] = (char)tolower((unsigned char)(*s)[n]);
		n++;
	}
	word[n] = '\0';
	for (int i = 0; i < 7; i++) {
		if (n >= 3 && n <= strlen(names[i]) &&
		    strncmp(word, names[i], n) == 0) {
			*s += n;
			return i;
		}
	}
	return -1;
}

/* "mon", "mon-fri", "sat-mon"; sets bits, -1 if it is none. */
static int
weekday_range(const char **s, unsigned *days)
{
	int from = weekday(s);
	int until = from;

	if (from < 0)
		return -1;
	if (**s == '-') {
		++*s;
		until = weekday(s);
		if (until < 0)
			return -1;
	}
	for (int d = from;; d = (d + 1) % 7) {
		*days |= 1U << d;
		if (d == until)
			return 0;
	}
}

static int
parse_days(const char **s, unsigned *days)
{
	*days = 0;
	if (strncmp(*s, "daily", 5) == 0) {
		*s += 5;
		*days = 0x7f;
		return 0;
	}
	for (;;) {
		if (weekday_range(s, days) < 0)
			return -1;
		if (**s != ',')
			return 0;
		*s = skip_blanks(*s + 1);
	}
}

/* Up to digits decimal digits; -1 if there is none. */
static int
number(const char **s, int digits)
{
	int v = 0;
	int n = 0;

	while (n < digits && isdigit((unsigned char)**s)) {
		v = v * 10 + (**s - '0');
		++*s;
		n++;
	}
	return n == 0 ? -1 : v;
}

/* "9:00", "09:00", "24:00" in minutes of the day; -1 if it is none. */
static int
time_of_day(const char **s)
{
	int hour = number(s, 2);
	int minute;

	if (hour < 0 || **s != ':')
		return -1;
	++*s;
	minute = number(s, 2);
	if (minute < 0 || minute > 59 || hour * 60 + minute > MINUTES)
		return -1;
	return hour * 60 + minute;
}

static int
parse_times(const char *s, int *from, int *until, struct err *e)
{
	const char *rest = s;

	*from = time_of_day(&rest);
	rest = skip_blanks(rest);
	if (*from < 0 || *rest != '-')
		return err_set(e, ERR_CONFIG, 0,
		    "\"%.40s\" is not a time like 09:00-17:30", s);
	rest = skip_blanks(rest + 1);
	*until = time_of_day(&rest);
	if (*until < 0 || *skip_blanks(rest) != '\0')
		return err_set(e, ERR_CONFIG, 0,
		    "\"%.40s\" is not a time like 09:00-17:30", s);
	if (*from == *until)
		return err_set(e, ERR_CONFIG, 0,
		    "\"%.40s\" is no time at all: write 00:00-24:00 for the "
		    "whole day",
		    s);
	if (*until < *from)
		*until += MINUTES;
	return 0;
}

int
hours_parse_open(const char *s, struct hours_open *o, struct err *e)
{
	const char *rest = skip_blanks(s);

	if (parse_days(&rest, &o->days) < 0 || (*rest != ' ' && *rest != '\t'))
		return err_set(e, ERR_CONFIG, 0,
		    "\"%.40s\" does not begin with days like mon-fri, sat or "
		    "daily",
		    s);
	return parse_times(skip_blanks(rest), &o->from, &o->until, e);
}

static int
days_of_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

int
hours_parse_exception(const char *s, int closed, struct hours_exception *x,
    struct err *e)
{
	const char *rest = skip_blanks(s);

	x->closed = closed;
	x->from = 0;
	x->until = MINUTES;
	x->year = number(&rest, 4);
	x->month = *rest == '-' ? (rest++, number(&rest, 2)) : -1;
	x->day = *rest == '-' ? (rest++, number(&rest, 2)) : -1;
	if (x->year < 1970 || x->month < 1 || x->month > 12 || x->day < 1 ||
	    x->day > days_of_month(x->year, x->month) ||
	    (*rest != '\0' && *rest != ' ' && *rest != '\t'))
		return err_set(e, ERR_CONFIG, 0,
		    "\"%.40s\" is not a date like 2026-12-25", s);
	rest = skip_blanks(rest);
	if (*rest == '\0')
		return 0;
	return parse_times(rest, &x->from, &x->until, e);
}

/* ---- laid out ---- */

struct spans {
	struct arena *arena;
	struct span *v;
	size_t n;
};

static void
add(struct spans *s, int64_t from, int64_t until)
{
	if (from >= until)
		return;
	s->v = arena_grow(s->arena, s->v, s->n, sizeof(*s->v));
	s->v[s->n++] = (struct span){ from, until };
}

static int
by_start(const void *a, const void *b)
{
	const struct span *x = a;
	const struct span *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

/* Sort, and join what overlaps or touches. */
static void
join(struct spans *s)
{
	size_t n = 0;

	if (s->n == 0)
		return;
	qsort(s->v, s->n, sizeof(*s->v), by_start);
	for (size_t i = 1; i < s->n; i++) {
		struct span *last = &s->v[n];

		if (s->v[i].from > last->until)
			s->v[++n] = s->v[i];
		else if (s->v[i].until > last->until)
			last->until = s->v[i].until;
	}
	s->n = n + 1;
}

/* What of the joined spans a lies outside the joined spans b. */
static void
subtract(struct spans *a, const struct spans *b)
{
	struct spans rest = { .arena = a->arena };
	size_t j = 0;

	for (size_t i = 0; i < a->n; i++) {
		int64_t from = a->v[i].from;

		while (j < b->n && b->v[j].until <= from)
			j++;
		for (size_t k = j; k < b->n && b->v[k].from < a->v[i].until;
		     k++) {
			add(&rest, from, b->v[k].from);
			from = b->v[k].until;
		}
		add(&rest, from, a->v[i].until);
	}
	*a = rest;
}

/* Minutes of a civil day as an instant; past 1,440 is the day after. */
static int64_t
instant(const char *zone, int year, int month, int day, int minutes)
{
	struct civil c = { .year = year,
		.month = month,
		.day = day + minutes / MINUTES };

	minutes %= MINUTES;
	c.hour = minutes / 60;
	c.minute = minutes % 60;
	return when_instant(zone, &c);
}

static bool
closed_all_day(const struct hours *h, const struct civil *day)
{
	for (size_t i = 0; i < h->exceptions; i++) {
		const struct hours_exception *x = &h->exception[i];

		if (x->closed && x->from == 0 && x->until == MINUTES &&
		    x->year == day->year && x->month == day->month &&
		    x->day == day->day)
			return true;
	}
	return false;
}

static void
next_day(struct civil *c)
{
	c->weekday = (c->weekday + 1) % 7;
	if (++c->day <= days_of_month(c->year, c->month))
		return;
	c->day = 1;
	if (++c->month <= 12)
		return;
	c->month = 1;
	c->year++;
}

/* The weekly intervals that begin on a day. */
static void
add_day(struct spans *s, const struct hours *h, const struct civil *day)
{
	/* A night that begins on a holiday is not worked, past midnight too. */
	if (closed_all_day(h, day))
		return;
	for (size_t i = 0; i < h->opens; i++) {
		const struct hours_open *o = &h->open[i];

		if ((o->days >> day->weekday & 1) == 0)
			continue;
		add(s,
		    instant(h->zone, day->year, day->month, day->day, o->from),
		    instant(h->zone, day->year, day->month, day->day,
			o->until));
	}
}

struct span
hours_exception_span(const struct hours *h, const struct hours_exception *x)
{
	return (struct span){
		instant(h->zone, x->year, x->month, x->day, x->from),
		instant(h->zone, x->year, x->month, x->day, x->until),
	};
}

static void
add_exceptions(struct spans *s, const struct hours *h, int closed)
{
	for (size_t i = 0; i < h->exceptions; i++) {
		const struct hours_exception *x = &h->exception[i];
		struct span span;

		if (!x->closed != !closed)
			continue;
		span = hours_exception_span(h, x);
		add(s, span.from, span.until);
	}
	join(s);
}

/* One version between two instants, both within its validity. */
static void
version_spans(struct spans *out, const struct hours *h, int64_t from,
    int64_t until)
{
	struct spans open = { .arena = out->arena };
	struct spans shut = { .arena = out->arena };
	struct civil day;

	/* An interval may have begun the evening before. */
	when_civil(h->zone, from - 2 * DAY, &day);
	for (int64_t t = from - 2 * DAY; t < until + DAY; t += DAY) {
		add_day(&open, h, &day);
		next_day(&day);
	}
	join(&open);
	add_exceptions(&shut, h, 1);
	subtract(&open, &shut);
	add_exceptions(&open, h, 0);
	for (size_t i = 0; i < open.n; i++) {
		int64_t start = open.v[i].from > from ? open.v[i].from : from;
		int64_t end = open.v[i].until < until ? open.v[i].until : until;

		add(out, start, end);
	}
}

/* When the version after v[i] of the same calendar takes over. */
static int64_t
valid_until(const struct hours *v, size_t n_v, size_t i)
{
	int64_t until = INT64_MAX;

	for (size_t j = 0; j < n_v; j++) {
		if (strcmp(v[j].name, v[i].name) == 0 &&
		    v[j].from > v[i].from && v[j].from < until)
			until = v[j].from;
	}
	return until;
}

struct span *
hours_spans(struct arena *a, const struct hours *v, size_t n_v,
    const char *name, int64_t from, int64_t until, size_t *n)
{
	struct spans out = { .arena = a };

	for (size_t i = 0; i < n_v; i++) {
		int64_t start = from;
		int64_t end = valid_until(v, n_v, i);

		if (strcmp(v[i].name, name) != 0)
			continue;
		if (v[i].from != 0 && v[i].from > start)
			start = v[i].from;
		if (end > until)
			end = until;
		if (start < end)
			version_spans(&out, &v[i], start, end);
	}
	join(&out);
	*n = out.n;
	return out.v;
}

const struct hours *
hours_at(const struct hours *v, size_t n_v, const char *name, int64_t t)
{
	const struct hours *found = NULL;

	for (size_t i = 0; i < n_v; i++) {
		if (strcmp(v[i].name, name) != 0 ||
		    (v[i].from != 0 && v[i].from > t))
			continue;
		if (found == NULL || v[i].from > found->from)
			found = &v[i];
	}
	return found;
}
