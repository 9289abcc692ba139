#include "ui/cmd/circle.h"

#include <string.h>

#include "desk/people.h"

static void
add(struct arena *a, struct strings *circle, const char *addr)
{
	if (*addr == '\0' || circle_has(a, circle, addr))
		return;
	circle->v = arena_grow(a, circle->v, circle->n, sizeof(*circle->v));
	circle->v[circle->n++] = people_key(a, addr);
}

static void
add_all(struct arena *a, struct strings *circle, const struct addresses *v)
{
	for (size_t i = 0; i < v->n; i++)
		add(a, circle, v->v[i].addr);
}

bool
circle_has(struct arena *a, const struct strings *circle, const char *addr)
{
	const char *key = people_key(a, addr);

	for (size_t i = 0; i < circle->n; i++) {
		if (strcmp(circle->v[i], key) == 0)
			return true;
	}
	return false;
}

bool
circle_wrote(struct arena *a, const struct strings *circle,
    const struct message *m)
{
	if (circle_has(a, circle, m->from.addr))
		return true;
	for (size_t i = 0; i < m->origin.n; i++) {
		if (circle_has(a, circle, m->origin.v[i].addr))
			return true;
	}
	/* A form speaks for whom it names to be answered. */
	for (size_t i = 0; i < m->reply_to.n; i++) {
		if (circle_has(a, circle, m->reply_to.v[i].addr))
			return true;
	}
	return false;
}

struct strings
circle_of(struct arena *a, const struct thread *t, const struct message *v,
    size_t n)
{
	struct strings circle = { 0 };
	bool begun = false;

	add(a, &circle, t->customer.address);
	for (size_t i = 0; i < n; i++) {
		bool in = v[i].direction == DIRECTION_IN;

		/* The first brought the customer, as a form may. */
		if (v[i].kind != MESSAGE_MAIL ||
		    (in && begun && !circle_wrote(a, &circle, &v[i])))
			continue;
		begun = begun || in;
		add(a, &circle, v[i].from.addr);
		add_all(a, &circle, &v[i].origin);
		add_all(a, &circle, &v[i].reply_to);
		add_all(a, &circle, &v[i].to);
		add_all(a, &circle, &v[i].cc);
	}
	return circle;
}

void
circle_mark(struct arena *a, const struct shop *s, const struct thread *t,
    struct message *v, size_t n)
{
	struct strings circle = circle_of(a, t, v, n);

	for (size_t i = 0; i < n; i++) {
		if (v[i].kind == MESSAGE_MAIL && !v[i].automatic &&
		    v[i].direction == DIRECTION_IN && v[i].bounce == NULL &&
		    !shop_owns(s, v[i].from.addr) &&
		    !circle_wrote(a, &circle, &v[i]))
			v[i].doubts |= DOUBT_STRANGER;
	}
}
