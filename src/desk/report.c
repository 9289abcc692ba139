#include "desk/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/when.h"

#define DAYS_MAX 1000

/* ---- collecting ---- */

struct numbers {
	int64_t *v;
	size_t n;
};

/* The values of one figure while they come in. */
struct collected {
	struct numbers wall;
	struct numbers open;
};

/* A line and the values that will make its figures. */
struct gathered {
	struct collected first;
	struct collected any;
};

struct maker {
	struct arena *arena;
	const struct report_ask *ask;
	struct report *out;
	struct collected first;
	struct collected any;
	struct gathered *agent; /* one a line of out */
	struct gathered *tag;
	struct gathered *day;
	struct gathered *hour;
};

static void
add_number(struct arena *a, struct numbers *to, int64_t v)
{
	to->v = arena_grow(a, to->v, to->n, sizeof(*to->v));
	to->v[to->n++] = v;
}

static void
add_span(struct arena *a, struct collected *to, const struct turn_row *r)
{
	add_number(a, &to->wall, r->wall);
	if (r->open >= 0)
		add_number(a, &to->open, r->open);
}

static void
count_target(struct report_figure *f, const struct turn_row *r)
{
	if (r->allowed <= 0)
		return;
	f->targeted++;
	f->within += r->state == TARGET_MET;
}

static void
finish_figure(struct report_figure *f, struct collected *c)
{
	figure_of(c->wall.v, c->wall.n, &f->wall);
	figure_of(c->open.v, c->open.n, &f->open);
}

static void
finish_lines(struct report_line *line, struct gathered *g, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		finish_figure(&line[i].first, &g[i].first);
		finish_figure(&line[i].any, &g[i].any);
	}
}

/* ---- lines ---- */

static void
new_line(struct arena *a, struct report_line **line, struct gathered **g,
    size_t *n, struct report_line x)
{
	*line = arena_grow(a, *line, *n, sizeof(**line));
	*g = arena_grow(a, *g, *n, sizeof(**g));
	(*line)[*n] = x;
	(*g)[*n] = (struct gathered){ 0 };
	++*n;
}

static size_t
agent_line(struct maker *m, int64_t id)
{
	struct report *r = m->out;
	struct report_line x = { .id = id, .name = "", .login = "" };

	for (size_t i = 0; i < r->agents; i++) {
		if (r->agent[i].id == id)
			return i;
	}
	if (id == 0)
		x.name = "elsewhere";
	for (size_t i = 0; id != 0 && i < m->ask->agents; i++) {
		const struct agent *agent = &m->ask->agent[i];

		if (agent->id != id)
			continue;
		x.login = agent->login;
		x.name = agent->name[0] != '\0' ? agent->name : agent->login;
	}
	if (x.name[0] == '\0')
		x.name = arena_fmt(m->arena, "agent %lld", (long long)id);
	new_line(m->arena, &r->agent, &m->agent, &r->agents, x);
	return r->agents - 1;
}

static size_t
tag_line(struct maker *m, const char *tag)
{
	struct report *r = m->out;

	for (size_t i = 0; i < r->tags; i++) {
		if (strcmp(r->tag[i].name, tag) == 0)
			return i;
	}
	new_line(m->arena, &r->tag, &m->tag, &r->tags,
	    (struct report_line){ .name = tag, .login = "" });
	return r->tags - 1;
}

static int64_t
day_begins(const char *zone, int64_t t, int later)
{
	struct civil c;

	when_civil(zone, t, &c);
	c.hour = c.minute = c.second = 0;
	c.day += later;
	return when_instant(zone, &c);
}

static void
lay_days(struct maker *m)
{
	struct report *r = m->out;
	int64_t t = day_begins(r->zone, r->from, 0);

	while (t < r->until && r->days < DAYS_MAX) {
		struct civil c;

		when_civil(r->zone, t, &c);
		new_line(m->arena, &r->day, &m->day, &r->days,
		    (struct report_line){
			.id = t,
			.name = arena_fmt(m->arena, "%04d-%02d-%02d", c.year,
			    c.month, c.day),
			.login = "",
		    });
		t = day_begins(r->zone, t, 1);
	}
}

static void
lay_hours(struct maker *m)
{
	for (int i = 0; i < 24; i++)
		new_line(m->arena, &m->out->hour, &m->hour, &m->out->hours,
		    (struct report_line){
			.id = i,
			.name = arena_fmt(m->arena, "%02d", i),
			.login = "",
		    });
}

/* The day in which t lies; the number of days if it lies in none. */
static size_t
day_of(const struct report *r, int64_t t)
{
	size_t i = r->days;

	while (i > 0 && r->day[i - 1].id > t)
		i--;
	return i > 0 ? i - 1 : r->days;
}

/* ---- turns ---- */

static void
count_on(struct maker *m, struct report_line *line, struct gathered *g,
    const struct turn_row *r)
{
	switch (r->turn.end) {
	case TURN_ANSWERED:
		line->answered++;
		add_span(m->arena, &g->any, r);
		count_target(&line->any, r);
		if (!r->turn.first)
			return;
		add_span(m->arena, &g->first, r);
		count_target(&line->first, r);
		return;
	case TURN_CLOSED:
		line->closed_unanswered++;
		return;
	case TURN_DISMISSED:
		line->dismissed++;
		return;
	case TURN_RUNNING:
		line->any.running++;
		line->first.running += r->turn.first;
		return;
	}
}

/* The deadline was missed by whom the thread was assigned to then. */
static void
count_missed(struct maker *m, const struct turn_row *r)
{
	size_t i;

	if ((r->state != TARGET_LATE && r->state != TARGET_MET_LATE) ||
	    r->assignee == 0)
		return;
	i = agent_line(m, r->assignee);
	m->out->agent[i].missed++;
}

static void
count_tags(struct maker *m, const struct turn_row *r)
{
	for (size_t i = 0; i < r->tags.n; i++) {
		size_t at = tag_line(m, r->tags.v[i]);

		count_on(m, &m->out->tag[at], &m->tag[at], r);
	}
}

static void
count_ended(struct maker *m, const struct turn_row *r)
{
	struct report *out = m->out;
	size_t i = agent_line(m, r->agent);
	struct civil c;

	count_on(m, &out->agent[i], &m->agent[i], r);
	i = day_of(out, r->turn.until);
	if (i < out->days)
		count_on(m, &out->day[i], &m->day[i], r);
	when_civil(out->zone, r->turn.until, &c);
	i = (size_t)c.hour % 24;
	count_on(m, &out->hour[i], &m->hour[i], r);
}

/* A running turn is nobody's yet but its assignee's. */
static void
count_running(struct maker *m, const struct turn_row *r)
{
	struct report *out = m->out;
	size_t i;

	out->waiting++;
	out->late += r->state == TARGET_LATE;
	if (r->assignee == 0)
		return;
	i = agent_line(m, r->assignee);
	count_on(m, &out->agent[i], &m->agent[i], r);
}

static void
count_whole(struct maker *m, const struct turn_row *r)
{
	struct report_line line = { 0 };
	struct gathered g = { m->first, m->any };

	line.first = m->out->first;
	line.any = m->out->any;
	count_on(m, &line, &g, r);
	m->first = g.first;
	m->any = g.any;
	m->out->first = line.first;
	m->out->any = line.any;
	m->out->answered += line.answered;
	m->out->closed_unanswered += line.closed_unanswered;
	m->out->dismissed += line.dismissed;
}

static void
count_turn(struct maker *m, const struct turn_row *r)
{
	bool runs = r->turn.end == TURN_RUNNING;

	if (!runs &&
	    (r->turn.until < m->ask->from || r->turn.until >= m->ask->until))
		return;
	count_whole(m, r);
	count_missed(m, r);
	count_tags(m, r);
	if (runs)
		count_running(m, r);
	else
		count_ended(m, r);
}

static void
count_resolutions(struct maker *m)
{
	const struct report_ask *ask = m->ask;
	struct collected c = { 0 };

	for (size_t i = 0; i < ask->resolutions; i++) {
		const struct turn_row *r = &ask->resolution[i];

		add_span(m->arena, &c, r);
		m->out->agent[agent_line(m, r->agent)].closed++;
	}
	finish_figure(&m->out->resolution_first, &c);
}

static int
by_name(const void *a, const void *b)
{
	const struct report_line *x = a;
	const struct report_line *y = b;

	return strcmp(x->name, y->name);
}

/* By name; what nobody of us did comes last. */
static int
by_agent(const void *a, const void *b)
{
	const struct report_line *x = a;
	const struct report_line *y = b;

	if ((x->id == 0) != (y->id == 0))
		return x->id == 0 ? 1 : -1;
	return strcmp(x->name, y->name);
}

static void
sort(struct report_line *v, size_t n, int (*order)(const void *, const void *))
{
	if (n > 1)
		qsort(v, n, sizeof(*v), order);
}

void
report_make(struct arena *a, const struct report_ask *ask, struct report *out)
{
	struct maker m = { .arena = a, .ask = ask, .out = out };

	*out = (struct report){ .from = ask->from,
		.until = ask->until,
		.zone = ask->zone };
	lay_days(&m);
	lay_hours(&m);
	for (size_t i = 0; i < ask->turns; i++)
		count_turn(&m, &ask->turn[i]);
	count_resolutions(&m);
	finish_figure(&out->first, &m.first);
	finish_figure(&out->any, &m.any);
	finish_lines(out->agent, m.agent, out->agents);
	finish_lines(out->tag, m.tag, out->tags);
	finish_lines(out->day, m.day, out->days);
	finish_lines(out->hour, m.hour, out->hours);
	sort(out->agent, out->agents, by_agent);
	sort(out->tag, out->tags, by_name);
}

int
report_within(const struct report_figure *f)
{
	if (f->targeted == 0)
		return -1;
	return (int)((f->within * 1000 + f->targeted / 2) / f->targeted);
}

int
report_by_named(const char *name)
{
	static const char *const names[] = { "agent", "tag", "day", "hour" };

	for (int i = 0; i < 4; i++) {
		if (text_same(name, names[i]))
			return i;
	}
	return -1;
}
