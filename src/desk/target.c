#include "desk/target.h"

#include <string.h>

#include "desk/query.h"

#define DAY ((int64_t)86400)

/* A calendar laid out over [from, until). */
struct laid {
	const char *name;
	int64_t from;
	int64_t until;
	struct span *span;
	size_t n;
};

struct target_rules {
	struct arena *arena;
	const struct shop *shop;
	struct query **match; /* one a target; NULL matches all */
	struct laid *laid;
	size_t laid_n;
};

struct target_rules *
target_rules_make(struct arena *a, const struct shop *s, int64_t now,
    struct err *e)
{
	struct target_rules *r = arena_alloc(a, sizeof(*r));

	r->arena = a;
	r->shop = s;
	r->match = arena_array(a, s->targets, sizeof(*r->match));
	for (size_t i = 0; i < s->targets; i++) {
		const struct target *t = &s->target[i];
		size_t where;

		if (t->match == NULL || t->match[0] == '\0')
			continue;
		r->match[i] = query_parse(a, t->match, s->zone, now, &where, e);
		if (r->match[i] == NULL) {
			err_in(e, "target \"%s\"", t->name);
			e->kind = ERR_CONFIG;
			return NULL;
		}
	}
	return r;
}

const struct target *
target_choose(struct target_rules *r, const struct thread *t, bool first,
    int64_t now)
{
	for (size_t i = 0; i < r->shop->targets; i++) {
		if (target_allowed(&r->shop->target[i], first) > 0 &&
		    (r->match[i] == NULL ||
			query_match(r->match[i], t, 0, now)))
			return &r->shop->target[i];
	}
	return NULL;
}

const struct target *
target_named(const struct target_rules *r, const char *name)
{
	for (size_t i = 0; i < r->shop->targets; i++) {
		if (strcmp(r->shop->target[i].name, name) == 0)
			return &r->shop->target[i];
	}
	return NULL;
}

int64_t
target_allowed(const struct target *t, bool first)
{
	if (t == NULL)
		return 0;
	return first ? t->first : t->next;
}

/* Does the calendar exist in any version? */
static bool
target_has_hours(const struct target_rules *r, const char *hours)
{
	if (hours == NULL || hours[0] == '\0')
		return false;
	for (size_t i = 0; i < r->shop->hours_n; i++) {
		if (strcmp(r->shop->hours[i].name, hours) == 0)
			return true;
	}
	return false;
}

static struct laid *
laid_named(struct target_rules *r, const char *name)
{
	struct laid *l;

	for (size_t i = 0; i < r->laid_n; i++) {
		if (strcmp(r->laid[i].name, name) == 0)
			return &r->laid[i];
	}
	r->laid = arena_grow(r->arena, r->laid, r->laid_n, sizeof(*r->laid));
	l = &r->laid[r->laid_n++];
	*l = (struct laid){ .name = arena_str(r->arena, name) };
	return l;
}

/*
 * Lay a calendar out so that it covers [from, until).  What was laid out is
 * done again with room to spare, so that the work stays in proportion.
 */
static const struct laid *
lay_out(struct target_rules *r, const char *name, int64_t from, int64_t until)
{
	struct laid *l = laid_named(r, name);
	int64_t spare;

	if (l->from != l->until && l->from <= from && until <= l->until)
		return l;
	if (l->from != l->until) {
		from = from < l->from ? from : l->from;
		until = until > l->until ? until : l->until;
	}
	spare = (until - from) / 2 + 31 * DAY;
	l->from = from - spare;
	l->until = until + spare;
	l->span = hours_spans(r->arena, r->shop->hours, r->shop->hours_n, name,
	    l->from, l->until, &l->n);
	return l;
}

int64_t
target_open(struct target_rules *r, const char *hours, int64_t from,
    int64_t until)
{
	const struct laid *l;

	if (!target_has_hours(r, hours))
		return -1;
	if (until <= from)
		return 0;
	l = lay_out(r, hours, from, until);
	return clock_waited(l->span, l->n, from, until);
}

/* The instant at which secs open seconds have gone by; 0 if never. */
static int64_t
open_due(struct target_rules *r, const char *hours, int64_t from, int64_t secs)
{
	const int64_t limit = 2000 * DAY;

	for (int64_t ahead = secs + 14 * DAY; ahead - secs < limit;
	     ahead *= 2) {
		const struct laid *l = lay_out(r, hours, from, from + ahead);
		int64_t due = clock_due(l->span, l->n, from, secs);

		if (due >= 0)
			return due;
	}
	return 0;
}

static int64_t
due_after(struct target_rules *r, const struct target *t, int64_t from,
    int64_t secs)
{
	if (secs < 1)
		secs = 1;
	if (!target_has_hours(r, t->hours))
		return from + secs;
	return open_due(r, t->hours, from, secs);
}

int64_t
target_due(struct target_rules *r, const struct target *t, bool first,
    int64_t from, int64_t *warn)
{
	int64_t allowed = target_allowed(t, first);
	int64_t due;

	*warn = 0;
	if (allowed <= 0)
		return 0;
	due = due_after(r, t, from, allowed);
	if (due != 0 && t->warn > 0 && t->warn < 100)
		*warn = due_after(r, t, from,
		    allowed / 100 * t->warn + allowed % 100 * t->warn / 100);
	return due;
}

enum target_state
target_state_of(const struct turn *t, int64_t due, int64_t warn, int64_t now)
{
	if (due == 0)
		return TARGET_NONE;
	switch (t->end) {
	case TURN_ANSWERED:
		return t->until <= due ? TARGET_MET : TARGET_MET_LATE;
	case TURN_CLOSED:
	case TURN_DISMISSED:
		return TARGET_DROPPED;
	case TURN_RUNNING:
		break;
	}
	if (now > due)
		return TARGET_LATE;
	return warn != 0 && now >= warn ? TARGET_WARNING : TARGET_RUNNING;
}

void
target_apply(struct arena *a, struct target_rules *r, struct thread *t,
    bool first, int64_t now)
{
	const struct target *target = target_choose(r, t, first, now);

	t->target = target != NULL ? arena_str(a, target->name) : "";
	t->due_at = 0;
	t->warn_at = 0;
	if (target != NULL && t->waiting_since != 0)
		t->due_at =
		    target_due(r, target, first, t->waiting_since, &t->warn_at);
}
