/*
 * fold.c -- a thread from its log: used live after every change, and by the
 * check, so that both must come to the same.
 */
#include "store/own.h"

#include <stdlib.h>
#include <string.h>

/* The state of each thread that ran into this one, until it did. */
struct stream {
	int64_t origin;
	struct machine machine;
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
tag_on(struct folding *f, const char *name)
{
	struct strings *t = &f->out->tags;

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
	h->junk = i->junk;
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
contact_add(struct folding *f, const struct item *i, enum contact_kind kind)
{
	struct reckoned *o = f->out;
	struct contact c = {
		.at = i->kind == ITEM_MAIL ? i->received_at : i->at,
		.kind = kind,
		.agent = i->agent,
		.ref = i->message != 0 ? i->message : i->seq,
		.order = i->seq,
		.seen = known_to(i),
	};
	size_t at = o->contacts;

	if (f->history && i->kind == ITEM_MAIL && i->old)
		return;
	o->contact =
	    arena_grow(f->arena, o->contact, o->contacts, sizeof(*o->contact));
	while (at > 0 && o->contact[at - 1].at > c.at)
		at--;
	memmove(o->contact + at + 1, o->contact + at,
	    (o->contacts - at) * sizeof(*o->contact));
	o->contact[at] = c;
	o->contacts++;
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
take_for_robot(struct folding *f)
{
	struct reckoned *o = f->out;
	size_t kept = 0;

	for (size_t k = 0; k < o->contacts; k++) {
		if (o->contact[k].kind != CONTACT_CUSTOMER)
			o->contact[kept++] = o->contact[k];
	}
	o->contacts = kept;
}

/* ---- the walk ---- */

static struct machine *
machine_of(struct folding *f, int64_t origin)
{
	for (size_t k = 0; k < f->streams; k++) {
		if (f->stream[k].origin == origin)
			return &f->stream[k].machine;
	}
	f->stream =
	    arena_grow(f->arena, f->stream, f->streams, sizeof(*f->stream));
	f->stream[f->streams] = (struct stream){ .origin = origin };
	return &f->stream[f->streams++].machine;
}

/* From now on what happened in `from` has happened here. */
static void
merge(struct folding *f, const struct item *i)
{
	struct machine from = *machine_of(f, i->value);

	machine_merge(machine_of(f, i->origin), &from);
}

static void
assign(struct folding *f, const struct item *i)
{
	struct reckoned *o = f->out;

	o->assignee = i->value;
	o->assigned = arena_grow(f->arena, o->assigned, o->assigned_n,
	    sizeof(*o->assigned));
	o->assigned[o->assigned_n++] =
	    (struct assigned){ .at = i->at, .agent = i->value };
}

static void
walk_state(struct folding *f, const struct item *i)
{
	struct machine *m = machine_of(f, i->origin);
	struct machine was = *m;
	enum contact_kind kind[2];
	struct happening h;
	size_t n;

	if (i->message != 0 && i->hidden)
		return;
	if (!happening(f, i, was.begun, &h))
		return;
	machine_step(m, &h);
	n = machine_contacts(&h, &was, m, kind);
	for (size_t k = 0; k < n; k++)
		contact_add(f, i, kind[k]);
	if (h.kind == HAPPEN_HUMAN && !f->human)
		take_for_human(f, i);
	if (h.kind == HAPPEN_ROBOT)
		take_for_robot(f);
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
		tag_on(f, i->text);
		break;
	case ITEM_UNTAG:
		tag_off(&f->out->tags, i->text);
		break;
	case ITEM_STAR:
		f->out->starred = i->value != 0;
		break;
	case ITEM_MERGE:
		merge(f, i);
		break;
	default:
		walk_state(f, i);
	}
}

void
fold_make(struct arena *a, int64_t thread, int64_t seen_at,
    const struct item *v, size_t n, struct reckoned *out)
{
	struct folding f = { .arena = a, .item = v, .n = n, .out = out };

	*out = (struct reckoned){ 0 };
	count_messages(&f);
	f.history = was_history(&f, seen_at);
	for (size_t k = 0; k < n; k++)
		walk(&f, &v[k]);
	out->machine = *machine_of(&f, thread);
	turns_of(a, out->contact, out->contacts, &out->timeline);
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
