#include "mail/plan.h"

#include <stdlib.h>
#include <string.h>

#define SET_MAX 7000

static void
add(struct step *step, size_t *n, enum step_kind kind, uint32_t first,
    uint32_t last)
{
	step[(*n)++] = (struct step){ kind, first, last };
}

/* Never seen, or all places void: everything is above or below a new top. */
static size_t
plan_anew(const struct imap_state *there, struct step *step, size_t n)
{
	add(step, &n, STEP_BEGIN, 0, 0);
	if (there->uidnext == 0) {
		/* No UIDNEXT: all is "above". */
		add(step, &n, STEP_NEW, 1, 0);
	} else if (there->uidnext > 1) {
		add(step, &n, STEP_OLD, 1, there->uidnext - 1);
	}
	return n;
}

size_t
plan_reused(const struct imap_state *there, struct step step[PLAN_MAX])
{
	size_t n = 0;

	add(step, &n, STEP_FORGET, 0, 0);
	return plan_anew(there, step, n);
}

size_t
plan_mailbox(const struct cursor *have, const struct imap_state *there,
    struct step step[PLAN_MAX])
{
	bool seen = have->uidvalidity != 0;
	bool anything = have->high >= have->low && have->high > 0;
	uint32_t first = (uint32_t)have->low, last = (uint32_t)have->high;
	size_t n = 0;

	/* UIDs that were given once and are free again name other mail. */
	if (seen && (have->uidvalidity != there->uidvalidity ||
			(there->uidnext != 0 && have->high >= there->uidnext)))
		return plan_reused(there, step);
	if (!seen)
		return plan_anew(there, step, n);
	/* A MODSEQ that went back counts from elsewhere (RFC 7162, 3.1.2). */
	if (anything && (there->modseq == 0 || have->modseq == 0 ||
			    have->modseq > there->modseq))
		add(step, &n, STEP_COMPARE, first, last);
	else if (anything && have->modseq != there->modseq)
		add(step, &n, STEP_CHANGES, first, last);
	if (there->uidnext == 0 || there->uidnext > have->high + 1)
		add(step, &n, STEP_NEW, last + 1,
		    there->uidnext == 0 ? 0 : there->uidnext - 1);
	if (!have->complete && have->low > 1)
		add(step, &n, STEP_OLD, 1, first - 1);
	if (anything && there->modseq != 0 && have->modseq != 0)
		add(step, &n, STEP_COUNT, 1,
		    there->uidnext > 0 ? there->uidnext - 1 : last);
	return n;
}

bool
plan_nothing(const struct cursor *have, const struct imap_state *there,
    int64_t exists)
{
	return have->uidvalidity != 0 && have->complete &&
	       have->uidvalidity == there->uidvalidity && there->uidnext != 0 &&
	       have->high + 1 == there->uidnext && there->modseq != 0 &&
	       have->modseq == there->modseq && exists == there->exists;
}

bool
plan_empty(const struct imap_state *there)
{
	return there->exists == 0 && there->uidvalidity != 0 &&
	       there->uidnext != 0 && there->modseq != 0;
}

/* ---- strides ---- */

/* Mails the next chunk should bring: few at first, so that work can begin. */
static uint32_t
stride_want(const struct stride *s)
{
	return s->chunks == 0 ? 100 : s->chunks == 1 ? 1000 : 4000;
}

void
stride_begin(struct stride *s, uint32_t exists, uint32_t uidnext)
{
	uint64_t span = stride_want(&(struct stride){ 0, 0 });

	s->chunks = 0;
	if (exists > 0 && uidnext > exists)
		span = span * uidnext / exists;
	s->span = span > UINT32_MAX / 4 ? UINT32_MAX / 4 : (uint32_t)span;
}

void
stride_learn(struct stride *s, uint32_t got)
{
	uint64_t span = s->span, low, high;

	s->chunks++;
	low = span / 8;
	high = span * 10;
	span = got == 0 ? high : span * stride_want(s) / got;
	if (span < low)
		span = low;
	if (span > high)
		span = high;
	if (span < 1)
		span = 1;
	s->span = span > UINT32_MAX / 16 ? UINT32_MAX / 16 : (uint32_t)span;
}

/* ---- sets ---- */

static void
put_range(struct buf *out, uint32_t first, uint32_t last)
{
	if (out->len > 0)
		buf_chr(out, ',');
	if (last == 0)
		buf_fmt(out, "%u:*", first);
	else if (first == last)
		buf_fmt(out, "%u", first);
	else
		buf_fmt(out, "%u:%u", first, last);
}

uint32_t
plan_set(struct buf *out, uint32_t first, uint32_t last, const int64_t *have,
    size_t n)
{
	size_t i = 0;

	while (i < n && have[i] < first)
		i++;
	while (last == 0 || first <= last) {
		if (out->len > SET_MAX)
			return first;
		if (i == n || (last != 0 && have[i] > last)) {
			put_range(out, first, last);
			return 0;
		}
		if (have[i] > first)
			put_range(out, first, (uint32_t)have[i] - 1);
		if (have[i] == UINT32_MAX)
			return 0;
		first = (uint32_t)have[i] + 1;
		i++;
	}
	return 0;
}

size_t
plan_uids(struct buf *out, const int64_t *uid, size_t n)
{
	size_t i = 0;

	while (i < n && out->len <= SET_MAX) {
		size_t j = i;

		while (j + 1 < n && uid[j + 1] == uid[j] + 1)
			j++;
		put_range(out, (uint32_t)uid[i], (uint32_t)uid[j]);
		i = j + 1;
	}
	return i;
}

/* ---- the same mails under other UIDs ---- */

static int
by_trait(const void *a, const void *b)
{
	const struct trait *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* How many from i on are the same. */
static size_t
alike(const struct trait *v, size_t i, size_t n)
{
	size_t j = i + 1;

	while (j < n && by_trait(&v[i], &v[j]) == 0)
		j++;
	return j - i;
}

size_t
plan_match(struct trait *a, size_t n, struct trait *b, size_t m,
    struct trait_pair *pair)
{
	size_t i = 0, j = 0, found = 0;

	if (n > 1)
		qsort(a, n, sizeof(*a), by_trait);
	if (m > 1)
		qsort(b, m, sizeof(*b), by_trait);
	while (i < n && j < m) {
		int d = by_trait(&a[i], &b[j]);
		size_t some = alike(a, i, n), others = alike(b, j, m);

		if (d == 0 && some == 1 && others == 1)
			pair[found++] =
			    (struct trait_pair){ a[i].what, b[j].what };
		if (d <= 0)
			i += some;
		if (d >= 0)
			j += others;
	}
	return found;
}
