#include "desk/turns.h"

#include <stdlib.h>

/* What is known while walking along the contacts. */
struct walk {
	struct arena *arena;
	const struct contact *contact;
	struct timeline *out;
	size_t run; /* the first contact that may belong to the running turn */
	bool running;
	bool ours;  /* one of us wrote first */
	bool begun; /* somebody wrote */
	bool closed;
};

static struct turn *
last_turn(const struct walk *w)
{
	return &w->out->turn[w->out->turns - 1];
}

static void
turn_begin(struct walk *w, size_t i)
{
	struct timeline *t = w->out;
	const struct contact *c = &w->contact[i];

	t->turn = arena_grow(w->arena, t->turn, t->turns, sizeof(*t->turn));
	t->turn[t->turns] = (struct turn){
		.from = c->at,
		.end = TURN_RUNNING,
		.first = t->turns == 0 && !w->ours,
		.from_ref = c->ref,
	};
	t->turns++;
	w->run = i;
	w->running = true;
}

/*
 * The first mail of the running turn that the maker of contact i could not
 * know; i if there is none.
 */
static size_t
first_unseen(const struct walk *w, size_t i)
{
	const struct contact *c = w->contact;

	if (c[i].seen == 0)
		return i;
	for (size_t j = w->run; j < i; j++) {
		if (c[j].kind == CONTACT_CUSTOMER && c[j].order > c[i].seen)
			return j;
	}
	return i;
}

/*
 * Contact i ends the running turn.  Returns whether a customer still waits:
 * she wrote before it but was not seen by whoever made it.
 */
static bool
turn_finish(struct walk *w, size_t i, enum turn_end end)
{
	const struct contact *c = &w->contact[i];
	size_t unseen;

	if (!w->running)
		return false;
	unseen = first_unseen(w, i);
	if (unseen == w->run)
		return true;
	*last_turn(w) = (struct turn){
		.from = last_turn(w)->from,
		.until = c->at,
		.end = end,
		.first = last_turn(w)->first,
		.agent = c->agent,
		.from_ref = last_turn(w)->from_ref,
		.until_ref = c->ref,
	};
	w->running = false;
	if (unseen == i)
		return false;
	turn_begin(w, unseen);
	return true;
}

static void
customer_wrote(struct walk *w, size_t i)
{
	w->begun = true;
	if (w->closed) {
		w->closed = false;
		w->out->reopened++;
	}
	if (!w->running)
		turn_begin(w, i);
}

static void
we_answered(struct walk *w, size_t i)
{
	if (!w->begun)
		w->ours = true;
	w->begun = true;
	turn_finish(w, i, TURN_ANSWERED);
}

static void
thread_closed(struct walk *w, size_t i, enum turn_end end)
{
	const struct contact *c = &w->contact[i];
	struct timeline *t = w->out;
	bool waits = turn_finish(w, i, end);

	if (w->closed)
		return;
	if (t->first_closed == 0)
		t->first_closed = c->at;
	t->last_closed = c->at;
	t->closer = c->agent;
	w->closed = !waits;
	if (waits)
		t->reopened++;
}

/*
 * By hand.  The customer whose turn was closed without an answer has been
 * waiting all along.
 */
static void
thread_reopened(struct walk *w)
{
	struct turn *turn;

	w->closed = false;
	if (w->running || w->out->turns == 0)
		return;
	turn = last_turn(w);
	if (turn->end != TURN_CLOSED && turn->end != TURN_DISMISSED)
		return;
	turn->end = TURN_RUNNING;
	turn->until = 0;
	turn->until_ref = 0;
	turn->agent = 0;
	w->running = true;
}

void
turns_of(struct arena *a, const struct contact *v, size_t n,
    struct timeline *out)
{
	struct walk w = { .arena = a, .contact = v, .out = out };

	*out = (struct timeline){ 0 };
	for (size_t i = 0; i < n; i++) {
		switch (v[i].kind) {
		case CONTACT_CUSTOMER:
			customer_wrote(&w, i);
			break;
		case CONTACT_REPLY:
		case CONTACT_CALL:
			we_answered(&w, i);
			break;
		case CONTACT_CLOSE:
			thread_closed(&w, i, TURN_CLOSED);
			break;
		case CONTACT_DISMISS:
			thread_closed(&w, i, TURN_DISMISSED);
			break;
		case CONTACT_REOPEN:
			thread_reopened(&w);
			break;
		}
	}
	if (w.running)
		out->waiting_since = last_turn(&w)->from;
}

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

void
figure_of(int64_t *v, size_t n, struct figure *out)
{
	int64_t sum = 0;

	*out = (struct figure){ .n = n };
	if (n == 0)
		return;
	qsort(v, n, sizeof(*v), by_size);
	for (size_t i = 0; i < n; i++)
		sum += v[i];
	out->median = n % 2 == 1 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
	/* Nearest rank: the ceil(0.9 n)th from the smallest. */
	out->p90 = v[(n * 9 + 9) / 10 - 1];
	out->max = v[n - 1];
	out->mean = (sum + (int64_t)n / 2) / (int64_t)n;
}
