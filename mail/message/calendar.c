/*
 * calendar.c -- what, when, where and who.
 */
#include "mail/message/calendar.h"

#include <stdlib.h>
#include <string.h>

#include "base/when.h"

#define LINE_MOST   4000 /* bytes of one property */
#define PEOPLE_MOST 8    /* attendees that are named */

/* A content line without folds, taken apart (RFC 5545 3.1). */
struct property {
	struct buf line;
	struct bytes name;
	struct bytes params; /* ";TZID=Europe/Berlin" */
	struct bytes value;
};

struct event {
	struct buf method;
	struct buf title;
	struct buf place;
	struct buf words;
	struct buf organizer;
	struct buf people;
	struct buf repeats;
	struct buf comment; /* what the one who answers says */
	struct buf zone;
	struct buf answer; /* PARTSTAT of the one who answers */
	struct civil from, until;
	int64_t lasts; /* seconds; 0 if not said */
	int named;     /* attendees */
	int events;
	bool timed, utc, ends, cancelled;
};

static struct bytes
text_of(const struct buf *b)
{
	return (struct bytes){ buf_text(b), b->len };
}

static bool
next_property(struct bytes *rest, struct property *p)
{
	struct bytes line;
	size_t colon = 0;
	size_t name = 0;
	bool quoted = false;

	buf_clear(&p->line);
	if (!bytes_line(rest, &line))
		return false;
	buf_add(&p->line, line.s, line.n < LINE_MOST ? line.n : LINE_MOST);
	while (rest->n > 0 && (rest->s[0] == ' ' || rest->s[0] == '\t')) {
		bytes_line(rest, &line);
		if (p->line.len < LINE_MOST && line.n > 0)
			buf_add(&p->line, line.s + 1, line.n - 1);
	}
	line = text_of(&p->line);
	while (colon < line.n && (quoted || line.s[colon] != ':')) {
		quoted = quoted != (line.s[colon] == '"');
		colon++;
	}
	while (name < colon && line.s[name] != ';')
		name++;
	p->name = bytes_trim(bytes_cut(line, 0, name));
	p->params = bytes_cut(line, name, colon);
	p->value = bytes_trim(bytes_cut(line, colon + 1, line.n));
	return true;
}

/* The value of a parameter, n 0 if it is absent. */
static struct bytes
param(const struct property *p, const char *name)
{
	struct bytes rest = p->params;

	while (rest.n > 0) {
		size_t end = 1;
		bool quoted = false;
		struct bytes one;
		const char *equal;

		while (end < rest.n && (quoted || rest.s[end] != ';')) {
			quoted = quoted != (rest.s[end] == '"');
			end++;
		}
		one = bytes_cut(rest, 1, end);
		rest = bytes_cut(rest, end, rest.n);
		equal = memchr(one.s, '=', one.n);
		if (!equal ||
		    !bytes_same(bytes_cut(one, 0, (size_t)(equal - one.s)),
			name))
			continue;
		one = bytes_cut(one, (size_t)(equal + 1 - one.s), one.n);
		if (one.n >= 2 && one.s[0] == '"')
			one = bytes_cut(one, 1, one.n - 1);
		return one;
	}
	return (struct bytes){ "", 0 };
}

/* Backslashes out (RFC 5545 3.3.11); a line break is that or a blank. */
static void
set_text(struct buf *out, struct bytes v, char line_break)
{
	buf_clear(out);
	for (size_t i = 0; i < v.n; i++) {
		if (v.s[i] != '\\' || i + 1 == v.n) {
			buf_chr(out, v.s[i]);
			continue;
		}
		i++;
		buf_chr(out,
		    v.s[i] == 'n' || v.s[i] == 'N' ? line_break : v.s[i]);
	}
}

/* "Ann Lee <ann@example.org>" of a calendar address (RFC 5545 3.3.3). */
static void
add_person(struct buf *out, const struct property *p)
{
	struct bytes name = param(p, "cn");
	struct bytes at = p->value;

	if (bytes_begin(at, "mailto:"))
		at = bytes_cut(at, 7, at.n);
	if (name.n == 0 || (name.n == at.n && memcmp(name.s, at.s, at.n) == 0))
		buf_fmt(out, "%.*s", (int)at.n, at.s);
	else
		buf_fmt(out, "%.*s <%.*s>", (int)name.n, name.s, (int)at.n,
		    at.s);
}

static const char *
answer_word(struct bytes answer)
{
	if (bytes_same(answer, "accepted"))
		return "accepted";
	if (bytes_same(answer, "declined"))
		return "declined";
	if (bytes_same(answer, "tentative"))
		return "perhaps";
	if (bytes_same(answer, "delegated"))
		return "sends somebody";
	return NULL;
}

static void
add_attendee(struct event *e, const struct property *p)
{
	struct bytes answer = param(p, "partstat");
	const char *word = answer_word(answer);

	if (e->named++ >= PEOPLE_MOST)
		return;
	if (e->people.len > 0)
		buf_str(&e->people, ", ");
	add_person(&e->people, p);
	if (word)
		buf_fmt(&e->people, " (%s)", word);
	buf_clear(&e->answer);
	buf_add(&e->answer, answer.s, answer.n);
}

static int
digits(const char *s, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++)
		v = v * 10 + (s[i] - '0');
	return v;
}

/* "20261122T140000Z" or "20261122"; false if it is neither. */
static bool
read_time(struct bytes v, struct civil *c, bool *timed)
{
	memset(c, 0, sizeof *c);
	*timed = v.n >= 13 && (v.s[8] == 'T' || v.s[8] == 't');
	for (size_t i = 0; i < (*timed ? 13u : 8u); i++)
		if (i >= v.n || (i != 8 && !is_digit(v.s[i])))
			return false;
	c->year = digits(v.s, 4);
	c->month = digits(v.s + 4, 2);
	c->day = digits(v.s + 6, 2);
	if (*timed) {
		c->hour = digits(v.s + 9, 2);
		c->minute = digits(v.s + 11, 2);
	}
	/* Fields out of range carry over, and the weekday is found. */
	when_civil("UTC", when_instant("UTC", c), c);
	return true;
}

/* "PT1H30M", "P1D" (RFC 5545 3.3.6) in seconds. */
static int64_t
read_span(struct bytes v)
{
	int64_t total = 0;
	int64_t n = 0;

	for (size_t i = 0; i < v.n; i++) {
		if (is_digit(v.s[i])) {
			n = n < 100000 ? n * 10 + (v.s[i] - '0') : n;
			continue;
		}
		switch (to_lower(v.s[i])) {
		case 'w':
			total += n * 7 * 86400;
			break;
		case 'd':
			total += n * 86400;
			break;
		case 'h':
			total += n * 3600;
			break;
		case 'm':
			total += n * 60;
			break;
		}
		n = 0;
	}
	return total;
}

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
	"Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static void
add_date(struct buf *out, const struct civil *c)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };

	buf_fmt(out, "%s, %d %s %d", days[c->weekday % 7], c->day,
	    months[(c->month + 11) % 12], c->year);
}

/* The value of "NAME=" in a rule (RFC 5545 3.3.10). */
static struct bytes
rule_part(struct bytes rule, const char *name)
{
	size_t at = bytes_find(rule, name);
	size_t end;

	if (at == (size_t)-1)
		return (struct bytes){ "", 0 };
	end = at += strlen(name);
	while (end < rule.n && rule.s[end] != ';')
		end++;
	return bytes_cut(rule, at, end);
}

/* "MO", "2TU" or "-1FR": "Mon", "2nd Tue", "last Fri". */
static void
add_weekday(struct buf *out, struct bytes day)
{
	static const char *const days[][2] = { { "mo", "Mon" }, { "tu", "Tue" },
		{ "we", "Wed" }, { "th", "Thu" }, { "fr", "Fri" },
		{ "sa", "Sat" }, { "su", "Sun" } };
	static const char *const which[] = { "last ", "", "1st ", "2nd ",
		"3rd ", "4th ", "5th " };
	bool back = day.n > 0 && day.s[0] == '-';
	size_t sign = back || (day.n > 0 && day.s[0] == '+');
	int n = day.n > sign && is_digit(day.s[sign]) ? day.s[sign] - '0' : 0;

	if (day.n < 2 || n > 5 || (back && n != 1))
		return;
	day = bytes_cut(day, sign + (n > 0), day.n);
	for (size_t i = 0; i < sizeof days / sizeof *days; i++)
		if (bytes_same(day, days[i][0]))
			buf_fmt(out, "%s%s", which[back ? 0 : n + 1],
			    days[i][1]);
}

/* The days of a week or a month, if the rule names any. */
static void
add_days(struct buf *out, struct bytes rule)
{
	struct bytes days = rule_part(rule, "byday=");
	struct bytes date = rule_part(rule, "bymonthday=");
	const char *before = " on ";

	if (date.n > 0 && is_digit(date.s[0]))
		buf_fmt(out, " on the %d.", atoi(date.s));
	while (days.n > 0) {
		const char *comma = memchr(days.s, ',', days.n);
		size_t n = comma ? (size_t)(comma - days.s) : days.n;
		struct buf day = { 0 };

		add_weekday(&day, bytes_cut(days, 0, n));
		if (day.len > 0) {
			buf_fmt(out, "%s%s", before, buf_text(&day));
			before = ", ";
		}
		buf_free(&day);
		days = bytes_cut(days, n + 1, days.n);
	}
}

static void
set_repeats(struct event *e, struct bytes rule)
{
	static const char *const how[][2] = { { "daily", "day" },
		{ "weekly", "week" }, { "monthly", "month" },
		{ "yearly", "year" }, { "hourly", "hour" } };
	struct bytes freq = rule_part(rule, "freq=");
	struct bytes count = rule_part(rule, "count=");
	struct bytes until = rule_part(rule, "until=");
	int interval = atoi(rule_part(rule, "interval=").s);
	const char *unit = NULL;
	struct civil c;
	bool timed;

	for (size_t i = 0; i < sizeof how / sizeof *how; i++)
		if (bytes_same(freq, how[i][0]))
			unit = how[i][1];
	if (!unit)
		return;
	if (interval > 1 && interval < 1000)
		buf_fmt(&e->repeats, "every %d %ss", interval, unit);
	else
		buf_fmt(&e->repeats, "every %s", unit);
	add_days(&e->repeats, rule);
	if (count.n > 0 && atoi(count.s) > 0)
		buf_fmt(&e->repeats, ", %d times", atoi(count.s));
	if (until.n > 0 && read_time(until, &c, &timed)) {
		buf_str(&e->repeats, " until ");
		add_date(&e->repeats, &c);
	}
}

static void
set_start(struct event *e, const struct property *p)
{
	struct bytes zone = param(p, "tzid");

	if (!read_time(p->value, &e->from, &e->timed))
		return;
	e->utc = to_lower(p->value.s[p->value.n - 1]) == 'z';
	set_text(&e->zone, zone, ' ');
}

static void
use_property(struct event *e, const struct property *p)
{
	bool timed;

	if (bytes_same(p->name, "summary"))
		set_text(&e->title, p->value, ' ');
	else if (bytes_same(p->name, "location"))
		set_text(&e->place, p->value, ' ');
	else if (bytes_same(p->name, "description"))
		set_text(&e->words, p->value, '\n');
	else if (bytes_same(p->name, "comment"))
		set_text(&e->comment, p->value, ' ');
	else if (bytes_same(p->name, "dtstart"))
		set_start(e, p);
	else if (bytes_same(p->name, "dtend"))
		e->ends = read_time(p->value, &e->until, &timed);
	else if (bytes_same(p->name, "duration"))
		e->lasts = read_span(p->value);
	else if (bytes_same(p->name, "rrule"))
		set_repeats(e, p->value);
	else if (bytes_same(p->name, "status"))
		e->cancelled = bytes_same(p->value, "cancelled");
	else if (bytes_same(p->name, "attendee"))
		add_attendee(e, p);
	else if (bytes_same(p->name, "organizer") && e->organizer.len == 0)
		add_person(&e->organizer, p);
}

/* The first event; alarms inside it have a summary of their own. */
static void
read_event(struct event *e, struct bytes ics)
{
	struct property p = { .name = { NULL, 0 } };
	int depth = 0;
	bool event = false;

	while (next_property(&ics, &p)) {
		if (bytes_same(p.name, "begin")) {
			depth++;
			if (depth == 2 && bytes_same(p.value, "vevent")) {
				event = true;
				e->events++;
			}
		} else if (bytes_same(p.name, "end")) {
			depth -= depth > 0;
			event = event && depth >= 2;
		} else if (event && depth == 2 && e->events == 1) {
			use_property(e, &p);
		} else if (depth <= 1 && bytes_same(p.name, "method")) {
			set_text(&e->method, p.value, ' ');
		}
	}
	buf_free(&p.line);
}

static const char *
heading(const struct event *e)
{
	struct bytes method = text_of(&e->method);
	const char *answer = answer_word(text_of(&e->answer));

	if (e->cancelled || bytes_same(method, "cancel"))
		return "Cancelled";
	if (bytes_same(method, "counter"))
		return "Another time proposed";
	if (bytes_same(method, "reply"))
		return !answer                          ? "Answer"
		       : answer[0] == 'a'               ? "Accepted"
		       : answer[0] == 'd'               ? "Declined"
		       : strcmp(answer, "perhaps") == 0 ? "Perhaps"
							: "Passed on";
	return bytes_same(method, "request") ? "Invitation" : "Event";
}

/* The end, from DTEND or DURATION; of whole days the last one. */
static bool
find_end(const struct event *e, struct civil *c)
{
	int64_t t = when_instant("UTC", e->ends ? &e->until : &e->from);

	if (!e->ends && e->lasts == 0)
		return false;
	if (!e->ends)
		t += e->lasts;
	if (!e->timed)
		t -= 86400;
	when_civil("UTC", t, c);
	return t > when_instant("UTC", &e->from);
}

static void
add_when(struct buf *out, const struct event *e)
{
	struct civil c;
	bool ends;

	if (e->from.year == 0)
		return;
	ends = find_end(e, &c);
	buf_str(out, "When: ");
	add_date(out, &e->from);
	if (e->timed)
		buf_fmt(out, ", %02d:%02d", e->from.hour, e->from.minute);
	if (ends) {
		buf_str(out, " to ");
		if (c.year != e->from.year || c.month != e->from.month ||
		    c.day != e->from.day) {
			add_date(out, &c);
			buf_str(out, e->timed ? ", " : "");
		}
		if (e->timed)
			buf_fmt(out, "%02d:%02d", c.hour, c.minute);
	}
	if (e->timed && e->utc)
		buf_str(out, " UTC");
	else if (e->timed && e->zone.len > 0)
		buf_fmt(out, " (%s)", buf_text(&e->zone));
	buf_chr(out, '\n');
}

static void
add_line(struct buf *out, const char *label, const struct buf *v)
{
	if (bytes_trim(text_of(v)).n > 0)
		buf_fmt(out, "%s: %s\n", label, buf_text(v));
}

static void
event_free(struct event *e)
{
	buf_free(&e->method);
	buf_free(&e->title);
	buf_free(&e->place);
	buf_free(&e->words);
	buf_free(&e->organizer);
	buf_free(&e->people);
	buf_free(&e->repeats);
	buf_free(&e->comment);
	buf_free(&e->zone);
	buf_free(&e->answer);
}

void
calendar_summary(struct buf *out, struct bytes ics, enum calendar_words words)
{
	struct event e = { .events = 0 };

	read_event(&e, ics);
	if (e.named > PEOPLE_MOST)
		buf_fmt(&e.people, " and %d more", e.named - PEOPLE_MOST);
	if (e.events > 0) {
		buf_fmt(out, "%s: %s\n", heading(&e), buf_text(&e.title));
		add_when(out, &e);
		add_line(out, "Repeats", &e.repeats);
		add_line(out, "Where", &e.place);
		add_line(out, "Organizer", &e.organizer);
		add_line(out, "Who", &e.people);
		add_line(out, "Comment", &e.comment);
		if (e.events > 1)
			buf_fmt(out, "And %d more in the file.\n",
			    e.events - 1);
		if (words == CALENDAR_ALL &&
		    bytes_trim(text_of(&e.words)).n > 0)
			buf_fmt(out, "\n%s\n", buf_text(&e.words));
	}
	event_free(&e);
}
