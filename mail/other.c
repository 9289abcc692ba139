/*
 * other.c -- UIDs that name other mails than they did.
 *
 * A UID is never given twice (RFC 3501, 2.3.1.1), and yet: a mailbox is made
 * again under its old name, or restored from a copy.  Places are compared by
 * size and INTERNALDATE; one that differs is read whole, and its bytes tell.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "mail/round.h"

struct look {
	struct place_row *v;
	size_t n;
};

struct whole {
	uint8_t hash[HASH_SIZE];
	bool came;
};

static int
by_uid(const void *a, const void *b)
{
	const struct place_row *x = a, *y = b;

	return x->uid < y->uid ? -1 : x->uid > y->uid;
}

static int
on_look(void *arg, const struct imap_mail *m, struct err *e)
{
	const struct place_row key = { .uid = m->uid };
	struct look *l = arg;
	struct place_row *v = bsearch(&key, l->v, l->n, sizeof(key), by_uid);

	(void)e;
	if (v == NULL)
		return 0;
	v->odd = (v->at != 0 && m->internal_date != 0 &&
		     v->at != m->internal_date) ||
		 (v->size != 0 && m->size != 0 && v->size != m->size);
	v->at = m->internal_date;
	v->size = m->size;
	return 0;
}

int
round_look(struct round *r, const char *set, struct place_row *v, size_t n,
    struct err *e)
{
	struct look l = { v, n };

	if (n > 1)
		qsort(v, n, sizeof(*v), by_uid);
	return imap_fetch(r->imap, set, IMAP_LOOK, 0, on_look, &l, e);
}

static int
on_whole(void *arg, const struct imap_mail *m, struct err *e)
{
	struct whole *w = arg;

	(void)e;
	if (m->raw == NULL)
		return 0;
	hash_sha256(m->raw, m->raw_size, w->hash);
	w->came = true;
	return 0;
}

int
round_is_other(struct round *r, const struct place_row *v, struct err *e)
{
	int64_t limit = r->account->size_limit;
	struct whole w = { .came = false };
	char set[24];

	snprintf(set, sizeof(set), "%" PRId64, v->uid);
	if (imap_fetch(r->imap, set, IMAP_WHOLE,
		limit > 0 && limit < UINT32_MAX ? (uint32_t)limit : 0, on_whole,
		&w, e) < 0)
		return -1;
	return w.came && memcmp(w.hash, v->hash, sizeof(w.hash)) != 0;
}
