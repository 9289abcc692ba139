#include "desk/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/when.h"

struct pieces {
	struct arena *arena;
	struct explained *v;
	size_t n;
};

static void
add(struct pieces *p, int64_t from, int64_t until, bool counted,
    const char *why)
{
	if (from >= until)
		return;
	p->v = arena_grow(p->arena, p->v, p->n, sizeof(*p->v));
	p->v[p->n++] = (struct explained){ from, until, counted, why };
}

/* The exception of the version that holds at t and covers it, or NULL. */
static const struct hours_exception *
exception_at(const struct hours *h, int64_t t, struct span *span)
{
	for (size_t i = 0; h != NULL && i < h->exceptions; i++) {
		const struct hours_exception *x = &h->exception[i];

		*span = hours_exception_span(h, x);
		if (x->closed && span->from <= t && t < span->until)
			return x;
	}
	return NULL;
}

/* The first instant after t at which a closing begins; until if none. */
static int64_t
next_closing(const struct hours *h, int64_t t, int64_t until)
{
	for (size_t i = 0; h != NULL && i < h->exceptions; i++) {
		struct span span = hours_exception_span(h, &h->exception[i]);

		if (h->exception[i].closed && span.from > t &&
		    span.from < until)
			until = span.from;
	}
	return until;
}

/* A stretch in which the calendar is not open. */
static void
add_gap(struct pieces *p, const struct hours *v, size_t n_v, const char *name,
    int64_t from, int64_t until)
{
	while (from < until) {
		const struct hours *h = hours_at(v, n_v, name, from);
		const struct hours_exception *x;
		struct span span;
		int64_t end;

		x = exception_at(h, from, &span);
		if (x == NULL) {
			end = next_closing(h, from, until);
			add(p, from, end, false,
			    h == NULL ? "before these hours hold"
				      : "outside hours");
			from = end;
			continue;
		}
		end = span.until < until ? span.until : until;
		add(p, from, end, false,
		    arena_fmt(p->arena, "closed on %04d-%02d-%02d", x->year,
			x->month, x->day));
		from = end;
	}
}

struct explained *
explain_span(struct arena *a, const struct hours *v, size_t n_v,
    const char *name, int64_t from, int64_t until, size_t *n)
{
	struct pieces p = { .arena = a };
	size_t spans = 0;
	const struct span *open = NULL;
	bool known = false;

	for (size_t i = 0; name != NULL && i < n_v; i++)
		known = known || strcmp(v[i].name, name) == 0;
	if (!known) {
		add(&p, from, until, true, "no calendar: wall time");
		*n = p.n;
		return p.v;
	}
	open = hours_spans(a, v, n_v, name, from, until, &spans);
	for (size_t i = 0; i < spans; i++) {
		add_gap(&p, v, n_v, name, from, open[i].from);
		add(&p, open[i].from, open[i].until, true, "open");
		from = open[i].until;
	}
	add_gap(&p, v, n_v, name, from, until);
	*n = p.n;
	return p.v;
}

static void
add_moment(struct buf *out, const char *zone, int64_t t)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };
	struct civil c;

	when_civil(zone, t, &c);
	buf_fmt(out, "%s %04d-%02d-%02d %02d:%02d:%02d", days[c.weekday],
	    c.year, c.month, c.day, c.hour, c.minute, c.second);
}

void
explain_text(struct buf *out, const struct explained *v, size_t n,
    const char *zone)
{
	int64_t counted = 0;
	int64_t skipped = 0;
	char span[WHEN_SIZE];

	for (size_t i = 0; i < n; i++) {
		int64_t secs = v[i].until - v[i].from;

		add_moment(out, zone, v[i].from);
		buf_str(out, "  to  ");
		add_moment(out, zone, v[i].until);
		buf_fmt(out, "  %s %s: %s\n",
		    v[i].counted ? "counted" : "skipped",
		    when_span_long(secs, span), v[i].why);
		if (v[i].counted)
			counted += secs;
		else
			skipped += secs;
	}
	buf_fmt(out, "counted %s", when_span_long(counted, span));
	buf_fmt(out, ", skipped %s", when_span_long(skipped, span));
	buf_fmt(out, ", together %s\n",
	    when_span_long(counted + skipped, span));
}
