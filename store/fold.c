/*
 * fold.c -- a thread from its log: used live after every change, and by the
 * check, so that both must come to the same.
 */
#include "store/own.h"

#include <stdlib.h>
#include <string.h>

/* Each thread that ran into this one, until it did, and this one. */
struct stream {
	int64_t origin;
	struct machine machine;
	int64_t assignee;
	bool starred;
	int64_t customer;    /* who an agent said it is */
	struct strings tags; /* sorted */
	struct contact *contact;
	size_t contacts;
	struct turn *past; /* over before threads were merged by hand */
	size_t pasts;
	struct timeline before; /* closes before that; no turns */
	bool first;             /* what ran then was the first turn */
};

struct folding {
	struct arena *arena;
	const struct item *item;
	size_t n;
	struct reckoned *out;
	struct stream *stream; /* [0] is where the log began */
	size_t streams;
	bool human;   /* somebody said that it is no robot */
	bool history; /* arrived closed, its old mail is outside all figures */
};

/* Good until the next one is asked for. */
static struct stream *
stream_of(struct folding *f, int64_t origin)
{
	for (size_t k = 0; k < f->streams; k++) {
		if (f->stream[k].origin == origin)
			return &f->stream[k];
	}
	f->stream =
	    arena_grow(f->arena, f->stream, f->streams, sizeof(*f->stream));
	f->stream[f->streams] = (struct stream){ .origin = origin };
	return &f->stream[f->streams++];
}

/* ---- messages ---- */

static bool
carries(const struct item *i)
{
	return i->message != 0 && !i->hidden;
}

static bool
earlier(const struct item *a, const struct item *b)
{
	if (a->received_at != b->received_at)
		return a->received_at < b->received_at;
	return a->message < b->message;
}

/*
 * Who is the customer: of the first mail a person sent, else of the first
 * mail at all.
 */
static int
claim_to_customer(const struct item *i)
{
	if (i->customer == 0 || i->message_kind == MESSAGE_NOTE)
		return 0;
	if (i->weight == WEIGHT_CUSTOMER)
		return 3;
	return i->weight == WEIGHT_BOUNCE ? 1 : 2;
}

static void
count_messages(struct folding *f)
{
	const struct item *first = NULL;
	const struct item *last = NULL;
	const struct item *who = NULL;

	for (size_t k = 0; k < f->n; k++) {
		const struct item *i = &f->item[k];

		if (!carries(i))
			continue;
		f->out->messages++;
		f->out->unread += i->direction == DIRECTION_IN && !i->seen;
		f->out->attachment = f->out->attachment || i->attachment;
		if (first == NULL || earlier(i, first))
			first = i;
		if (last == NULL || earlier(last, i))
			last = i;
		if (claim_to_customer(i) > 0 &&
		    (who == NULL ||
			claim_to_customer(i) > claim_to_customer(who) ||
			(claim_to_customer(i) == claim_to_customer(who) &&
			    earlier(i, who))))
			who = i;
	}
	if (first != NULL) {
		f->out->first_message = first->message;
		f->out->first_at = first->received_at;
		f->out->last_message = last->message;
		f->out->last_at = last->received_at;
	}
	f->out->customer = who != NULL ? who->customer : 0;
}

/* Was the last mail there was, when it was first seen, an old one? */
static bool
was_history(const struct folding *f, int64_t seen_at)
{
	const struct item *last = NULL;

	for (size_t k = 0; k < f->n; k++) {
		const struct item *i = &f->item[k];

		if (i->kind != ITEM_MAIL || i->received_at > seen_at)
			continue;
		if (last == NULL || earlier(last, i))
			last = i;
	}
	return last != NULL && last->old;
}

/* ---- tags ---- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
tag_off(struct strings *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++) {
		if (strcmp(t->v[i], name) != 0)
			continue;
		memmove(t->v + i, t->v + i + 1, (t->n - i - 1) * sizeof(*t->v));
		t->n--;
		return;
	}
}

static void
tag_on(struct folding *f, struct strings *t, const char *name)
{
	tag_off(t, name);
	t->v = arena_grow(f->arena, t->v, t->n, sizeof(*t->v));
	t->v[t->n++] = name;
	qsort(t->v, t->n, sizeof(*t->v), by_name);
}

/* ---- happenings ---- */

static bool
mail_happening(const struct folding *f, const struct item *i, bool begun,
    struct happening *h)
{
	h->at = i->received_at;
	h->old = i->old;
	h->junk = i->junk != JUNK_NOT;
	h->trash = i->junk == JUNK_TRASH;
	switch (i->weight) {
	case WEIGHT_CUSTOMER:
		/* What the server took for junk wakes nobody. */
		h->kind = i->junk && begun ? HAPPEN_NOTE : HAPPEN_CUSTOMER;
		return true;
	case WEIGHT_AUTOMATIC:
		h->kind =
		    f->human && !i->junk ? HAPPEN_CUSTOMER : HAPPEN_AUTOMATIC;
		return true;
	case WEIGHT_FOUND:
		h->kind = HAPPEN_FOUND;
		return true;
	case WEIGHT_BOUNCE:
		h->kind = i->old ? HAPPEN_AUTOMATIC : HAPPEN_BOUNCE;
		return true;
	default:
		h->kind = HAPPEN_NOTE;
		return true;
	}
}

static bool
happening(const struct folding *f, const struct item *i, bool begun,
    struct happening *h)
{
	*h = (struct happening){ .at = i->at };
	switch (i->kind) {
	case ITEM_MAIL:
		return mail_happening(f, i, begun, h);
	case ITEM_NOTE:
		h->kind = HAPPEN_NOTE;
		break;
	case ITEM_SEND:
	case ITEM_RETRY:
		h->kind = HAPPEN_ANSWER;
		h->state = (enum thread_state)i->value;
		break;
	case ITEM_ACCEPTED:
		h->kind = HAPPEN_ACCEPTED;
		h->state = (enum thread_state)i->value;
		break;
	case ITEM_FAILED:
		h->kind = HAPPEN_FAILED;
		break;
	case ITEM_DOUBT:
		h->kind = HAPPEN_DOUBT;
		break;
	case ITEM_STATE:
		h->kind = HAPPEN_STATE;
		h->state = (enum thread_state)i->value;
		break;
	case ITEM_DISMISS:
		h->kind = HAPPEN_DISMISS;
		break;
	case ITEM_SNOOZE:
		h->kind = HAPPEN_SNOOZE;
		h->until = i->value;
		break;
	case ITEM_WAKE:
		h->kind = HAPPEN_WAKE;
		break;
	case ITEM_AUTOMATIC:
		h->kind = i->value ? HAPPEN_ROBOT : HAPPEN_HUMAN;
		break;
	default:
		return false;
	}
	return true;
}

/* ---- contacts ---- */

/* Seq of the SEND that an ACCEPTED is about: what its writer could know. */
static int64_t
known_to(const struct item *i)
{
	if (i->kind == ITEM_ACCEPTED)
		return i->refers != 0 ? i->refers : i->seq;
	return i->kind == ITEM_MAIL ? 0 : i->seq;
}

static void
contact_put(struct folding *f, struct stream *s, const struct contact *c)
{
	size_t at = s->contacts;

	s->contact =
	    arena_grow(f->arena, s->contact, s->contacts, sizeof(*s->contact));
	while (at > 0 && (s->contact[at - 1].at > c->at ||
			     (s->contact[at - 1].at == c->at &&
				 s->contact[at - 1].order > c->order)))
		at--;
	memmove(s->contact + at + 1, s->contact + at,
	    (s->contacts - at) * sizeof(*s->contact));
	s->contact[at] = *c;
	s->contacts++;
}

static void
contact_add(struct folding *f, const struct item *i, enum contact_kind kind)
{
	struct contact c = {
		.at = i->kind == ITEM_MAIL ? i->received_at : i->at,
		.kind = kind,
		.agent = i->agent,
		.ref = i->message != 0 ? i->message : i->seq,
		.order = i->seq,
		.seen = known_to(i),
	};

	if (f->history && i->kind == ITEM_MAIL && i->old)
		return;
	contact_put(f, stream_of(f, i->origin), &c);
}

/* A robot after all, or not: what its mails are to the clock. */
static void
take_for_human(struct folding *f, const struct item *until)
{
	for (const struct item *i = f->item; i < until; i++) {
		if (carries(i) && i->weight == WEIGHT_AUTOMATIC && !i->junk)
			contact_add(f, i, CONTACT_CUSTOMER);
	}
}

static void
take_for_robot(struct folding *f, int64_t origin)
{
	struct stream *o = stream_of(f, origin);
	size_t kept = 0;

	for (size_t k = 0; k < o->contacts; k++) {
		if (o->contact[k].kind != CONTACT_CUSTOMER)
			o->contact[kept++] = o->contact[k];
	}
	o->contacts = kept;
}

/* ---- the walk ---- */

static void
assigned_now(struct folding *f, int64_t at, int64_t agent)
{
	struct reckoned *o = f->out;

	o->assigned = arena_grow(f->arena, o->assigned, o->assigned_n,
	    sizeof(*o->assigned));
	o->assigned[o->assigned_n++] =
	    (struct assigned){ .at = at, .agent = agent };
}

/* One conversation all along: an answer in either was one to both. */
static void
contacts_as_one(struct folding *f, struct stream *into,
    const struct stream *from)
{
	for (size_t k = 0; k < from->contacts; k++)
		contact_put(f, into, &from->contact[k]);
}

static void
past_add(struct folding *f, struct stream *s, const struct turn *t)
{
	s->past = arena_grow(f->arena, s->past, s->pasts, sizeof(*s->past));
	s->past[s->pasts++] = *t;
}

/* The turns of s that are over go to `to`; the running one, or NULL. */
static const struct turn *
past_take(struct folding *f, const struct stream *s, struct stream *to,
    struct timeline *t)
{
	const struct turn *running = NULL;

	turns_of(f->arena, s->contact, s->contacts, t);
	if (s->pasts > 0 && t->turns > 0)
		t->turn[0].first = s->first;
	for (size_t k = 0; s != to && k < s->pasts; k++)
		past_add(f, to, &s->past[k]);
	for (size_t k = 0; k < t->turns; k++) {
		if (t->turn[k].end == TURN_RUNNING)
			running = &t->turn[k];
		else
			past_add(f, to, &t->turn[k]);
	}
	return running;
}

static void
wait_on(struct folding *f, struct stream *s, const struct turn *t, int64_t seq)
{
	struct contact c = { .at = t->from,
		.kind = CONTACT_CUSTOMER,
		.ref = t->from_ref,
		.order = seq };

	contact_put(f, s, &c);
}

static void
closes_before(struct timeline *b, const struct timeline *t)
{
	if (b->first_closed == 0)
		b->first_closed = t->first_closed;
	if (t->last_closed != 0) {
		b->last_closed = t->last_closed;
		b->closer = t->closer;
	}
}

/*
 * Two conversations until a person made them one: what was answered or
 * closed in one was not in the other.  What was over stays as it was; who
 * still waits in either has been waiting here.
 */
static void
contacts_from_elsewhere(struct folding *f, struct stream *into,
    const struct stream *from, int64_t seq)
{
	struct timeline t, own;
	const struct turn *theirs = past_take(f, from, into, &t);
	const struct turn *ours;

	if (theirs == NULL)
		return;
	ours = past_take(f, into, into, &own);
	closes_before(&into->before, &own);
	into->contacts = 0;
	into->contact = NULL;
	wait_on(f, into, theirs, seq);
	if (ours != NULL)
		wait_on(f, into, ours, seq);
	into->first = ours != NULL && ours->from <= theirs->from
			  ? ours->first
			  : theirs->first;
}

/* From now on what happened in `from` has happened here. */
static void
merge(struct folding *f, const struct item *i)
{
	struct stream from = *stream_of(f, i->value);
	struct stream *into = stream_of(f, i->origin);

	machine_merge(&into->machine, &from.machine);
	if (into->assignee == 0 && from.assignee != 0) {
		into->assignee = from.assignee;
		assigned_now(f, i->at, from.assignee);
	}
	into->starred = into->starred || from.starred;
	for (size_t k = 0; k < from.tags.n; k++)
		tag_on(f, &into->tags, from.tags.v[k]);
	if (i->by_hand)
		contacts_from_elsewhere(f, into, &from, i->seq);
	else
		contacts_as_one(f, into, &from);
}

static void
assign(struct folding *f, const struct item *i)
{
	stream_of(f, i->origin)->assignee = i->value;
	assigned_now(f, i->at, i->value);
}

static void
walk_state(struct folding *f, const struct item *i)
{
	struct machine *m = &stream_of(f, i->origin)->machine;
	struct machine was = *m, is;
	enum contact_kind kind[2];
	struct happening h;
	size_t n;

	if (i->message != 0 && i->hidden)
		return;
	if (!happening(f, i, was.begun, &h))
		return;
	machine_step(m, &h);
	is = *m;
	n = machine_contacts(&h, &was, &is, kind);
	for (size_t k = 0; k < n; k++)
		contact_add(f, i, kind[k]);
	if (h.kind == HAPPEN_HUMAN && !f->human)
		take_for_human(f, i);
	if (h.kind == HAPPEN_ROBOT)
		take_for_robot(f, i->origin);
	if (i->kind == ITEM_AUTOMATIC)
		f->human = h.kind == HAPPEN_HUMAN;
}

static void
walk(struct folding *f, const struct item *i)
{
	switch (i->kind) {
	case ITEM_OTHER:
		break;
	case ITEM_ASSIGN:
		assign(f, i);
		break;
	case ITEM_TAG:
		tag_on(f, &stream_of(f, i->origin)->tags, i->text);
		break;
	case ITEM_UNTAG:
		tag_off(&stream_of(f, i->origin)->tags, i->text);
		break;
	case ITEM_STAR:
		stream_of(f, i->origin)->starred = i->value != 0;
		break;
	case ITEM_CUSTOMER:
		stream_of(f, i->origin)->customer = i->value;
		break;
	case ITEM_MERGE:
		merge(f, i);
		break;
	default:
		walk_state(f, i);
	}
}

/* What was over before threads were merged, in its order. */
static void
add_past(struct arena *a, const struct stream *s, struct timeline *out)
{
	struct timeline t = s->before;

	if (s->pasts > 0 && out->turns > 0)
		out->turn[0].first = s->first;
	closes_before(&t, out);
	out->first_closed = t.first_closed;
	out->last_closed = t.last_closed;
	out->closer = t.closer;
	for (size_t k = 0; k < s->pasts; k++) {
		size_t at = out->turns;

		out->turn =
		    arena_grow(a, out->turn, out->turns, sizeof(*out->turn));
		/* The one that runs stays the last. */
		while (at > 0 && (out->turn[at - 1].from > s->past[k].from ||
				     out->turn[at - 1].end == TURN_RUNNING))
			at--;
		memmove(out->turn + at + 1, out->turn + at,
		    (out->turns - at) * sizeof(*out->turn));
		out->turn[at] = s->past[k];
		out->turns++;
	}
}

void
fold_make(struct arena *a, int64_t thread, int64_t seen_at,
    const struct item *v, size_t n, struct reckoned *out)
{
	struct folding f = { .arena = a, .item = v, .n = n, .out = out };
	const struct stream *end;

	*out = (struct reckoned){ 0 };
	count_messages(&f);
	f.history = was_history(&f, seen_at);
	for (size_t k = 0; k < n; k++)
		walk(&f, &v[k]);
	end = stream_of(&f, thread);
	out->machine = end->machine;
	out->assignee = end->assignee;
	out->starred = end->starred;
	out->tags = end->tags;
	if (end->customer != 0)
		out->customer = end->customer;
	out->contact = end->contact;
	out->contacts = end->contacts;
	turns_of(a, out->contact, out->contacts, &out->timeline);
	add_past(a, end, &out->timeline);
	if (!machine_counts(&out->machine))
		out->timeline.waiting_since = 0;
}

int64_t
fold_assignee_at(const struct reckoned *f, int64_t at)
{
	int64_t agent = 0;

	for (size_t i = 0; i < f->assigned_n && f->assigned[i].at <= at; i++)
		agent = f->assigned[i].agent;
	return agent;
}
