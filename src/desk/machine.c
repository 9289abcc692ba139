#include "desk/machine.h"

static bool
is_hidden(const struct machine *m)
{
	return m->state == THREAD_SPAM || m->state == THREAD_TRASH;
}

static void
open_up(struct machine *m)
{
	m->state = THREAD_OPEN;
	m->snoozed_until = 0;
}

static void
settle(struct machine *m, int64_t at)
{
	if (at > m->settled_at)
		m->settled_at = at;
}

/* A thread that begins with a mail somebody sent us. */
static void
begin_in(struct machine *m, const struct happening *h, bool automatic)
{
	m->automatic = automatic;
	m->state = THREAD_OPEN;
	if (h->old) {
		m->state = THREAD_CLOSED;
		settle(m, h->at);
	}
	if (h->junk)
		m->state = h->trash ? THREAD_TRASH : THREAD_SPAM;
}

static void
customer(struct machine *m, const struct happening *h)
{
	bool settled = m->settled_at != 0 && h->at <= m->settled_at;

	if (h->at > m->customer_at)
		m->customer_at = h->at;
	if (!m->begun) {
		begin_in(m, h, false);
		return;
	}
	m->automatic = false;
	/*
	 * Spam stays spam, however often it is sent; trash comes back.  Mail
	 * that was old when it was first seen wakes nobody.
	 */
	if (!settled && !h->old && m->state != THREAD_SPAM)
		open_up(m);
}

static void
found(struct machine *m, const struct happening *h)
{
	bool newest = h->at >= m->customer_at;

	settle(m, h->at);
	m->automatic = false;
	if (!m->begun)
		m->state = h->old ? THREAD_CLOSED : THREAD_PENDING;
	else if (newest && m->state == THREAD_OPEN)
		m->state = THREAD_PENDING;
}

/* Our answer went into the outbox; also how a thread of ours begins. */
static void
answer(struct machine *m, const struct happening *h)
{
	m->automatic = false;
	m->failed = false;
	m->state = h->state == THREAD_CLOSED ? THREAD_CLOSED : THREAD_PENDING;
	if (m->state == THREAD_CLOSED)
		m->snoozed_until = 0;
}

static void
cancelled(struct machine *m, const struct happening *h)
{
	/* A customer who wrote meanwhile has opened it: leave that. */
	if (m->state == THREAD_PENDING || m->state == THREAD_CLOSED)
		m->state = h->state;
}

static void
by_hand(struct machine *m, enum thread_state state)
{
	m->state = state;
	if (state != THREAD_OPEN && state != THREAD_PENDING)
		m->snoozed_until = 0;
}

static void
snooze(struct machine *m, const struct happening *h)
{
	if (h->until == 0)
		m->snoozed_until = 0;
	else if (m->state == THREAD_OPEN || m->state == THREAD_PENDING)
		m->snoozed_until = h->until;
}

static void
trouble(struct machine *m, const struct happening *h)
{
	if (h->kind == HAPPEN_BOUNCE)
		m->undelivered = true;
	else
		m->failed = true;
	/* In doubt it may well have left: shown, but nothing is reopened. */
	if (h->kind != HAPPEN_DOUBT && !is_hidden(m))
		open_up(m);
}

static void
accepted(struct machine *m)
{
	m->failed = false;
	m->undelivered = false;
}

static void
apply(struct machine *m, const struct happening *h)
{
	switch (h->kind) {
	case HAPPEN_CUSTOMER:
		customer(m, h);
		break;
	case HAPPEN_AUTOMATIC:
		if (!m->begun)
			begin_in(m, h, true);
		break;
	case HAPPEN_FOUND:
		found(m, h);
		break;
	case HAPPEN_ANSWER:
		answer(m, h);
		break;
	case HAPPEN_CALL:
		if (!m->begun || m->state == THREAD_OPEN)
			m->state = THREAD_PENDING;
		m->automatic = false;
		break;
	case HAPPEN_ACCEPTED:
		accepted(m);
		break;
	case HAPPEN_CANCELLED:
		cancelled(m, h);
		break;
	case HAPPEN_FAILED:
	case HAPPEN_DOUBT:
	case HAPPEN_BOUNCE:
		trouble(m, h);
		break;
	case HAPPEN_NOTE:
		break;
	case HAPPEN_STATE:
		by_hand(m, h->state);
		break;
	case HAPPEN_DISMISS:
		by_hand(m, THREAD_CLOSED);
		break;
	case HAPPEN_SNOOZE:
		snooze(m, h);
		break;
	case HAPPEN_WAKE:
		m->snoozed_until = 0;
		break;
	case HAPPEN_HUMAN:
		m->automatic = false;
		break;
	case HAPPEN_ROBOT:
		m->automatic = true;
		break;
	}
	m->begun = true;
}

/* Not memcmp: the padding of a struct has no value. */
static bool
same(const struct machine *a, const struct machine *b)
{
	return a->begun == b->begun && a->state == b->state &&
	       a->snoozed_until == b->snoozed_until &&
	       a->customer_at == b->customer_at &&
	       a->settled_at == b->settled_at && a->automatic == b->automatic &&
	       a->undelivered == b->undelivered && a->failed == b->failed;
}

bool
machine_step(struct machine *m, const struct happening *h)
{
	struct machine was = *m;

	apply(m, h);
	return !same(&was, m);
}

static bool
is_over(const struct machine *m)
{
	return m->state == THREAD_CLOSED || m->state == THREAD_TRASH;
}

static size_t
one(enum contact_kind *out, enum contact_kind kind)
{
	*out = kind;
	return 1;
}

size_t
machine_contacts(const struct happening *h, const struct machine *was,
    const struct machine *is, enum contact_kind kind[2])
{
	size_t n;

	switch (h->kind) {
	case HAPPEN_CUSTOMER:
		return one(kind, CONTACT_CUSTOMER);
	case HAPPEN_FOUND:
		return one(kind, CONTACT_REPLY);
	case HAPPEN_ACCEPTED:
		n = one(kind, CONTACT_REPLY);
		/* Unless a customer or a colleague has opened it since. */
		if (h->state == THREAD_CLOSED && is_over(is))
			n += one(kind + n, CONTACT_CLOSE);
		return n;
	case HAPPEN_CALL:
		return one(kind, CONTACT_CALL);
	case HAPPEN_DISMISS:
		return one(kind, CONTACT_DISMISS);
	case HAPPEN_STATE:
		if (is_over(is) && !is_over(was))
			return one(kind, CONTACT_CLOSE);
		if (is_over(was) && !is_over(is))
			return one(kind, CONTACT_REOPEN);
		return 0;
	default:
		return 0;
	}
}

bool
machine_counts(const struct machine *m)
{
	return m->state != THREAD_SPAM && m->state != THREAD_TRASH;
}

static enum thread_state
more_pressing(enum thread_state a, enum thread_state b)
{
	return a < b ? a : b;
}

void
machine_merge(struct machine *into, const struct machine *from)
{
	if (!from->begun)
		return;
	if (!into->begun) {
		*into = *from;
		return;
	}
	into->state = more_pressing(into->state, from->state);
	/* Awake if either was awake; else until the earlier of the two. */
	if (from->snoozed_until < into->snoozed_until)
		into->snoozed_until = from->snoozed_until;
	if (into->state != THREAD_OPEN && into->state != THREAD_PENDING)
		into->snoozed_until = 0;
	if (from->customer_at > into->customer_at)
		into->customer_at = from->customer_at;
	settle(into, from->settled_at);
	into->automatic = into->automatic && from->automatic;
	into->undelivered = into->undelivered || from->undelivered;
	into->failed = into->failed || from->failed;
}
