#include "base/zone.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"

#define FOLDER   "/usr/share/zoneinfo"
#define FILE_MAX ((size_t)1 << 20)
#define HEADER   44
#define DAY      86400

/* A yearly change: "M3.5.0/2" and its like (POSIX, TZ). */
struct change {
	char kind; /* 'M', 'J' or '0' */
	int month, week, day;
	int time; /* seconds after midnight, may be negative */
};

/* What holds after the last change of the table: "CET-1CEST,M3..." */
struct rule {
	bool given;
	bool summer;
	int standard, daylight; /* seconds east */
	struct change start, end;
};

struct zone {
	const char *name;
	size_t n;
	int64_t *at;     /* sorted instants of change */
	int32_t *offset; /* that holds from then on */
	int32_t first;   /* before the first */
	struct rule rule;
};

static struct arena keep;
static struct zone **known;
static size_t known_n;

/* ---- the rule ---- */

int64_t
zone_days(int64_t year, int month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year + day - 719469;
}

static bool
leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t
year_of(int64_t t)
{
	int64_t year = 1970 + t / 31556952;

	while (zone_days(year, 1, 1) * DAY > t)
		year--;
	while (zone_days(year + 1, 1, 1) * DAY <= t)
		year++;
	return year;
}

/* The local second of a change in a year. */
static int64_t
change_local(const struct change *c, int64_t year)
{
	int64_t days = zone_days(year, 1, 1);
	int64_t first, weekday, next;

	switch (c->kind) {
	case 'J':
		days += c->day - 1 + (leap(year) && c->day >= 60);
		break;
	case 'M':
		first = zone_days(year, c->month, 1);
		next = c->month == 12 ? zone_days(year + 1, 1, 1)
				      : zone_days(year, c->month + 1, 1);
		weekday = ((first + 4) % 7 + 7) % 7; /* 0 is Sunday */
		days = first + (c->day - weekday + 7) % 7 + (c->week - 1) * 7;
		if (days >= next)
			days -= 7;
		break;
	default:
		days += c->day;
		break;
	}
	return days * DAY + c->time;
}

static int
rule_offset(const struct rule *r, int64_t t)
{
	int64_t year, start, end;
	bool summer;

	if (!r->summer)
		return r->standard;
	year = year_of(t + r->standard);
	start = change_local(&r->start, year) - r->standard;
	end = change_local(&r->end, year) - r->daylight;
	summer = start < end ? t >= start && t < end : t >= start || t < end;
	return summer ? r->daylight : r->standard;
}

static const char *
read_name(const char *s)
{
	const char *from = s;

	if (*s == '<') {
		while (*s != '\0' && *s != '>')
			s++;
		return *s == '>' ? s + 1 : NULL;
	}
	while (isalpha((unsigned char)*s))
		s++;
	return s - from >= 3 ? s : NULL;
}

static const char *
read_int(const char *s, int *v, int most)
{
	if (!isdigit((unsigned char)*s))
		return NULL;
	for (*v = 0; isdigit((unsigned char)*s); s++)
		if ((*v = *v * 10 + (*s - '0')) > most)
			return NULL;
	return s;
}

/* "[+-]hh[:mm[:ss]]" in seconds. */
static const char *
read_time(const char *s, int *secs)
{
	int sign = *s == '-' ? -1 : 1, v, unit = 3600;

	if (*s == '-' || *s == '+')
		s++;
	s = read_int(s, &v, 167);
	if (s == NULL)
		return NULL;
	*secs = v * unit;
	while (*s == ':' && unit > 1) {
		unit /= 60;
		s = read_int(s + 1, &v, 59);
		if (s == NULL)
			return NULL;
		*secs += v * unit;
	}
	*secs *= sign;
	return s;
}

static const char *
read_change(const char *s, struct change *c)
{
	c->time = 7200;
	c->kind = '0';
	if (*s == 'M') {
		c->kind = 'M';
		s = read_int(s + 1, &c->month, 12);
		if (s == NULL || *s != '.' || c->month < 1)
			return NULL;
		s = read_int(s + 1, &c->week, 5);
		if (s == NULL || *s != '.' || c->week < 1)
			return NULL;
		s = read_int(s + 1, &c->day, 6);
	} else if (*s == 'J') {
		c->kind = 'J';
		s = read_int(s + 1, &c->day, 365);
	} else {
		s = read_int(s, &c->day, 365);
	}
	if (s != NULL && *s == '/')
		s = read_time(s + 1, &c->time);
	return s;
}

/* A POSIX TZ string; false if it is none. */
static bool
read_rule(const char *s, struct rule *r)
{
	memset(r, 0, sizeof(*r));
	s = read_name(s);
	if (s == NULL || (s = read_time(s, &r->standard)) == NULL)
		return false;
	r->standard = -r->standard; /* POSIX counts west */
	r->given = true;
	if (*s == '\0')
		return true;
	s = read_name(s);
	if (s == NULL)
		return false;
	r->summer = true;
	r->daylight = r->standard + 3600;
	if (*s != ',' && *s != '\0') {
		s = read_time(s, &r->daylight);
		if (s == NULL)
			return false;
		r->daylight = -r->daylight;
	}
	/* Without dates, those of the United States, as the library does. */
	if (*s == '\0')
		s = ",M3.2.0,M11.1.0";
	s = read_change(s + 1, &r->start);
	if (s == NULL || *s != ',')
		return false;
	s = read_change(s + 1, &r->end);
	return s != NULL && *s == '\0';
}

/* ---- the file (RFC 8536) ---- */

static int64_t
big_endian(const unsigned char *p, int n)
{
	uint64_t v = p[0] & 0x80 ? UINT64_MAX : 0;

	for (int i = 0; i < n; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

struct counts {
	size_t isut, isstd, leap, time, type, chars;
};

static bool
read_header(const unsigned char *p, size_t n, struct counts *c)
{
	size_t *to[] = { &c->isut, &c->isstd, &c->leap, &c->time, &c->type,
		&c->chars };

	if (n < HEADER || memcmp(p, "TZif", 4) != 0)
		return false;
	for (int i = 0; i < 6; i++) {
		*to[i] = (size_t)(uint32_t)big_endian(p + 20 + 4 * i, 4);
		if (*to[i] > FILE_MAX)
			return false;
	}
	return c->type > 0;
}

static size_t
block_size(const struct counts *c, size_t wide)
{
	return c->time * (wide + 1) + c->type * 6 + c->chars +
	       c->leap * (wide + 4) + c->isstd + c->isut;
}

static bool
read_table(struct zone *z, const unsigned char *p, const struct counts *c,
    size_t wide)
{
	const unsigned char *index = p + c->time * wide;
	const unsigned char *type = index + c->time;

	z->n = c->time;
	z->at = arena_array(&keep, z->n, sizeof(*z->at));
	z->offset = arena_array(&keep, z->n, sizeof(*z->offset));
	z->first = (int32_t)big_endian(type, 4);
	for (size_t i = 0; i < z->n; i++) {
		if (index[i] >= c->type)
			return false;
		z->at[i] = big_endian(p + i * wide, (int)wide);
		z->offset[i] = (int32_t)big_endian(type + index[i] * 6, 4);
		if (i > 0 && z->at[i] <= z->at[i - 1])
			return false;
	}
	return true;
}

static bool
read_footer(struct zone *z, const unsigned char *p, size_t n)
{
	char text[128];
	const unsigned char *end;
	size_t len;

	if (n < 2 || p[0] != '\n')
		return true;
	end = memchr(p + 1, '\n', n - 1);
	if (end == NULL)
		return false;
	len = (size_t)(end - p - 1);
	if (len == 0)
		return true;
	if (len >= sizeof(text))
		return false;
	memcpy(text, p + 1, len);
	text[len] = '\0';
	return read_rule(text, &z->rule);
}

static bool
read_zone(struct zone *z, const unsigned char *p, size_t n)
{
	struct counts c;
	size_t wide = 4, block;

	if (!read_header(p, n, &c))
		return false;
	if (p[4] >= '2') {
		block = HEADER + block_size(&c, 4);
		if (block > n || !read_header(p + block, n - block, &c))
			return false;
		p += block;
		n -= block;
		wide = 8;
	}
	block = HEADER + block_size(&c, wide);
	if (block > n || !read_table(z, p + HEADER, &c, wide))
		return false;
	return wide == 4 || read_footer(z, p + block, n - block);
}

/* ---- finding ---- */

static bool
load(struct zone *z, const char *path)
{
	struct buf b = { 0 };
	struct err e = { 0 };
	bool ok;

	ok = file_read(&b, path, FILE_MAX, &e) == 0 &&
	     read_zone(z, (const unsigned char *)buf_text(&b), b.len);
	buf_free(&b);
	return ok;
}

/* A name that stays inside the folder of zones. */
static bool
fit_name(const char *name)
{
	if (name[0] == '/' || name[0] == '.' || strlen(name) > 60)
		return false;
	for (const char *s = name; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && strchr("+-_/", *s) == NULL)
			return false;
	return true;
}

static bool
load_named(struct zone *z, const char *name)
{
	const char *folder = getenv("TZDIR");

	if (!fit_name(name))
		return false;
	if (folder == NULL || folder[0] == '\0')
		folder = FOLDER;
	if (load(z, arena_fmt(&keep, "%s/%s", folder, name)))
		return true;
	/* Known to all, even where no zones are installed. */
	z->n = 0;
	z->rule = (struct rule){ .given = true };
	return strcmp(name, "UTC") == 0 || strcmp(name, "Etc/UTC") == 0;
}

/* What TZ says: unset, ":name", "name", "/path" or a POSIX rule. */
static bool
load_system(struct zone *z)
{
	const char *tz = getenv("TZ");

	if (tz == NULL)
		return load(z, "/etc/localtime") || load_named(z, "UTC");
	if (tz[0] == ':')
		tz++;
	if (tz[0] == '\0')
		return load_named(z, "UTC");
	if (tz[0] == '/')
		return load(z, tz);
	return load_named(z, tz) || read_rule(tz, &z->rule);
}

static const char *
cache_name(const char *name)
{
	const char *tz;

	if (name != NULL && name[0] != '\0')
		return name;
	tz = getenv("TZ");
	return tz == NULL ? "" : tz;
}

const struct zone *
zone_find(const char *name)
{
	bool system = name == NULL || name[0] == '\0', ok;
	const char *as = cache_name(name);
	struct zone *z;

	for (size_t i = 0; i < known_n; i++)
		if (strcmp(known[i]->name, as) == 0)
			return known[i];
	z = arena_alloc(&keep, sizeof(*z));
	ok = system ? load_system(z) : load_named(z, as);
	if (!ok && system)
		ok = load_named(z, "UTC");
	if (!ok)
		return NULL;
	z->name = arena_str(&keep, as);
	known = arena_grow(&keep, known, known_n, sizeof(struct zone *));
	known[known_n++] = z;
	return z;
}

int
zone_offset(const struct zone *z, int64_t t)
{
	size_t low = 0, high;

	if (z == NULL)
		return 0;
	if (z->n == 0)
		return z->rule.given ? rule_offset(&z->rule, t) : z->first;
	if (t < z->at[0])
		return z->first;
	if (t >= z->at[z->n - 1] && z->rule.given)
		return rule_offset(&z->rule, t);
	/* The last change that is not after t. */
	for (high = z->n; high - low > 1;) {
		size_t mid = low + (high - low) / 2;

		if (z->at[mid] <= t)
			low = mid;
		else
			high = mid;
	}
	return z->offset[low];
}
