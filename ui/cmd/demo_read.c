/*
 * demo_read.c -- the stories' text files to steps.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/when.h"
#include "desk/people.h"
#include "ui/cmd/demo.h"

/* The zone in which it is between two and three in the afternoon. */
void
demo_clock_set(struct arena *a, int64_t now, struct demo_clock *c)
{
	int hour = (int)(now / 3600 % 24), east = 14 - hour;

	c->now = now;
	if (east < -12)
		east += 24;
	if (east == 0)
		c->zone = "Etc/GMT";
	else /* POSIX signs: west of Greenwich is plus */
		c->zone = arena_fmt(a, "Etc/GMT%+d", -east);
	if (!when_zone_ok(c->zone))
		c->zone = "UTC";
}

/* Where we are. */
struct reading {
	struct arena *arena;
	const struct demo_file *file;
	int line;
	const struct demo_clock *clock;
	struct step **v;
	size_t *n;
	struct story *story;
	struct step *step; /* the one whose text is being read */
	struct buf text;
	struct buf header;
	int64_t at; /* of the step before */
	struct err *e;
};

static int
wrong(struct reading *r, const char *what)
{
	return err_set(r->e, ERR_BUG, 0, "demo/%s:%d: %s", r->file->name,
	    r->line, what);
}

/* "-3d 10:12" of the shop's calendar. */
static int64_t
calendar(const struct demo_clock *c, int days, int hour, int minute)
{
	struct civil t;

	when_civil(c->zone, c->now, &t);
	t.day -= days;
	t.hour = hour;
	t.minute = minute;
	t.second = (hour * 7 + minute * 13) % 60;
	return when_instant(c->zone, &t);
}

/* A moment at s: where it ends, or NULL. */
static const char *
moment(struct reading *r, const char *s)
{
	int n, hour, minute, used = 0;
	char sign, unit;
	int64_t secs;

	if (strncmp(s, "now", 3) == 0) {
		r->at = r->clock->now;
		return s + 3;
	}
	if (sscanf(s, "%c%d%c%n", &sign, &n, &unit, &used) != 3 || used == 0 ||
	    (sign != '-' && sign != '+'))
		return NULL;
	s += used;
	if (sign == '-' && unit == 'd' &&
	    sscanf(s, " %d:%d%n", &hour, &minute, &used) == 2) {
		r->at = calendar(r->clock, n, hour, minute);
		return s + used;
	}
	secs = (int64_t)n * (unit == 'd' ? 86400 : unit == 'h' ? 3600 : 60);
	r->at = sign == '-' ? r->clock->now - secs : r->at + secs;
	/* A minute of its own for each second that would look made up. */
	r->at += sign == '+' ? (n * 17 + r->line) % 50 : 0;
	if (r->at > r->clock->now - 20)
		r->at = r->clock->now - 20;
	return s;
}

/* The text of a step is over: keep it without its blank ends. */
static void
finish(struct reading *r)
{
	const char *s = buf_text(&r->text);
	size_t n = r->text.len;

	if (r->step == NULL)
		return;
	while (n > 0 && (s[n - 1] == '\n' || s[n - 1] == ' '))
		n--;
	while (n > 0 && *s == '\n') {
		s++;
		n--;
	}
	if (*r->step->text == '\0')
		r->step->text = arena_fmt(r->arena, "%.*s\n", (int)n, s);
	buf_clear(&r->text);
	r->step = NULL;
}

static void
add(struct reading *r, enum step_kind kind, const char *agent, const char *text)
{
	*r->v = arena_grow(r->arena, *r->v, *r->n, sizeof(**r->v));
	r->step = &(*r->v)[(*r->n)++];
	*r->step = (struct step){ .kind = kind,
		.story = r->story,
		.at = r->at,
		.agent = agent,
		.text = text,
		.header = "",
		.canned = "" };
	if (kind == STEP_IN || kind == STEP_HTML || kind == STEP_RAW) {
		r->step->header = arena_str(r->arena, buf_text(&r->header));
		buf_clear(&r->header);
	}
}

/* "NAME <ADDRESS> | SUBJECT" */
static int
begin_story(struct reading *r, const char *s)
{
	const char *bar = strstr(s, " | "), *less = strchr(s, '<');
	const char *more = strchr(s, '>');

	if (bar == NULL || less == NULL || more == NULL || more > bar ||
	    less == s)
		return wrong(r, "NAME <ADDRESS> | SUBJECT is meant");
	r->story = arena_alloc(r->arena, sizeof(*r->story));
	r->story->name = arena_strn(r->arena, s, (size_t)(less - s) - 1);
	r->story->addr =
	    arena_strn(r->arena, less + 1, (size_t)(more - less) - 1);
	r->story->subject = arena_str(r->arena, bar + 3);
	r->story->last = "";
	return 0;
}

/* "== again ADDRESS": the newest story of a customer goes on. */
static int
go_on(struct reading *r, const char *addr)
{
	r->story = NULL;
	for (size_t i = 0; i < *r->n; i++) {
		if (strcmp((*r->v)[i].story->addr, addr) == 0)
			r->story = (*r->v)[i].story;
	}
	if (r->story == NULL)
		return wrong(r, "nobody of this address has written");
	r->at = r->clock->now;
	add(r, STEP_IN, "", "");
	return 0;
}

/* A word that is followed by a moment, and perhaps by more. */
static int
timed(struct reading *r, enum step_kind kind, const char *agent, const char *s)
{
	s = moment(r, s + strspn(s, " "));
	if (s == NULL)
		return wrong(r, "a moment is meant");
	s += strspn(s, " ");
	add(r, kind, agent, kind == STEP_DO ? arena_str(r->arena, s) : "");
	if (kind == STEP_ANSWER && strncmp(s, "from ", 5) == 0)
		r->step->canned = arena_str(r->arena, s + 5);
	return 0;
}

static bool
is_agent(const char *s, size_t n)
{
	return n == 3 &&
	       (memcmp(s, "ana", 3) == 0 || memcmp(s, "ben", 3) == 0 ||
		   memcmp(s, "kim", 3) == 0);
}

static int
begin_step(struct reading *r, const char *s)
{
	size_t n = strcspn(s, " ");
	const char *rest = s + n + (s[n] == ' ');
	const char *word = arena_strn(r->arena, s, n);
	size_t m = strcspn(rest, " ");
	const char *who = arena_strn(r->arena, rest, m);

	if (strcmp(word, "thread") == 0)
		return begin_story(r, rest);
	if (strcmp(word, "again") == 0)
		return go_on(r, rest);
	if (r->story == NULL)
		return wrong(r, "a step without a thread");
	if (strcmp(word, "header") == 0) {
		buf_fmt(&r->header, "%s\n", rest);
		return 0;
	}
	if (strcmp(word, "card") == 0 || strcmp(word, "vip") == 0) {
		add(r, *word == 'v' ? STEP_VIP : STEP_CARD, "ana",
		    arena_str(r->arena, rest));
		return 0;
	}
	if (strcmp(word, "in") == 0)
		return timed(r, STEP_IN, "", rest);
	if (strcmp(word, "html") == 0)
		return timed(r, STEP_HTML, "", rest);
	if (strcmp(word, "raw") == 0)
		return timed(r, STEP_RAW, "", rest);
	if (strcmp(word, "elsewhere") == 0)
		return timed(r, STEP_ELSEWHERE, "", rest);
	if (strcmp(word, "note") == 0)
		return timed(r, STEP_NOTE, who, rest + m);
	if (strcmp(word, "do") == 0)
		return timed(r, STEP_DO, who, rest + m);
	if (is_agent(s, n))
		return timed(r, STEP_ANSWER, word, rest);
	return wrong(r, "no such step");
}

static int
read_line(struct reading *r, const char *line)
{
	size_t n = strlen(line);
	char *s = arena_strn(r->arena, line, n > 0 ? n - 1 : 0);

	r->line++;
	if (strncmp(s, "== ", 3) == 0) {
		finish(r);
		return begin_step(r, s + 3);
	}
	if (r->step != NULL)
		buf_str(&r->text, line);
	return 0;
}

int
demo_read(struct arena *a, const struct demo_file *f,
    const struct demo_clock *clock, struct step **v, size_t *n, struct err *e)
{
	struct reading r = { .arena = a,
		.file = f,
		.clock = clock,
		.v = v,
		.n = n,
		.e = e };
	int rc = 0;

	for (size_t i = 0; rc == 0 && f->line[i] != NULL; i++)
		rc = read_line(&r, f->line[i]);
	finish(&r);
	buf_free(&r.text);
	buf_free(&r.header);
	return rc;
}
