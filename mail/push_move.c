/*
 * push_move.c -- mails to another mailbox, once each.
 *
 * MOVE (RFC 6851) can be sent twice: what has moved is not there.  A COPY
 * whose answer was lost cannot, so before one the UIDNEXT of its target is
 * kept, and before a second the target is searched for the first, by size
 * and INTERNALDATE (which COPY keeps; RFC 3501, 6.4.7), else by its bytes.
 */
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "mail/plan.h"
#include "mail/round.h"

/* A mail in the target that may be a copy. */
struct copy {
	uint32_t uid;
	int64_t size;
	int64_t at;
	bool taken;
};

struct search {
	struct arena arena;
	struct copy *v;
	size_t n;
	uint8_t hash[HASH_SIZE]; /* of the one that was read whole */
};

static int
on_copy(void *arg, const struct imap_mail *m, struct err *e)
{
	struct search *s = arg;

	(void)e;
	s->v = arena_grow(&s->arena, s->v, s->n, sizeof(*s->v));
	s->v[s->n++] = (struct copy){ .uid = (uint32_t)m->uid,
		.size = m->size,
		.at = m->internal_date };
	return 0;
}

static int
on_bytes(void *arg, const struct imap_mail *m, struct err *e)
{
	struct search *s = arg;

	(void)e;
	if (m->raw != NULL)
		hash_sha256(m->raw, m->raw_size, s->hash);
	return 0;
}

/* 1 it is this mail, 0 not, -1. */
static int
is_copy(struct round *r, struct search *s, const struct copy *c,
    const struct push *p, struct err *e)
{
	int64_t limit = r->account->size_limit;
	char set[16];

	if (c->taken || (p->size != 0 && c->size != p->size))
		return 0;
	if (p->size != 0 && p->at != 0 && c->at == p->at)
		return 1;
	memset(s->hash, 0, sizeof(s->hash));
	snprintf(set, sizeof(set), "%u", c->uid);
	if (imap_fetch(r->imap, set, IMAP_WHOLE,
		limit > 0 && limit < UINT32_MAX ? (uint32_t)limit : 0, on_bytes,
		s, e) < 0)
		return -1;
	return memcmp(s->hash, p->hash, sizeof(s->hash)) == 0;
}

static int
find_copy(struct round *r, struct search *s, struct push *p, struct err *e)
{
	for (size_t i = 0; i < s->n; i++) {
		int rc;

		if (s->v[i].uid < p->mark)
			continue;
		rc = is_copy(r, s, &s->v[i], p, e);
		if (rc < 0)
			return -1;
		if (rc == 0)
			continue;
		s->v[i].taken = true;
		p->stage = PUSH_COPIED;
		return ingest_push_stage(r->store, p, 1, PUSH_COPIED, 0, e);
	}
	return 0;
}

/* Look in the target for copies that were made without our knowing. */
static int
find_copies(struct round *r, struct push *v, size_t n, const char *to,
    struct err *e)
{
	struct search s = { 0 };
	struct imap_state there;
	uint32_t mark = UINT32_MAX;
	char set[24];
	int rc = imap_select(r->imap, to, &there, e);

	for (size_t i = 0; i < n; i++)
		if (v[i].stage == PUSH_BEGUN && v[i].mark < mark)
			mark = v[i].mark;
	snprintf(set, sizeof(set), "%u:*", mark > 0 ? mark : 1);
	if (rc == 0 && there.exists > 0)
		rc = imap_fetch(r->imap, set, IMAP_LOOK, 0, on_copy, &s, e);
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (v[i].stage == PUSH_BEGUN)
			rc = find_copy(r, &s, &v[i], e);
	arena_free(&s.arena);
	if (rc == 0)
		rc = imap_select(r->imap, v->mailbox_name, &there, e);
	return rc;
}

/* COPY those that are not there yet. */
static int
copy_rest(struct round *r, struct push *v, size_t n, const char *to,
    struct err *e)
{
	struct arena a = { 0 };
	struct push *rest = arena_array(&a, n, sizeof(*rest));
	int64_t *uid = arena_array(&a, n, sizeof(*uid));
	struct imap_state there;
	struct buf set = { 0 };
	size_t m = 0;
	int rc = 0;

	for (size_t i = 0; i < n; i++)
		if (v[i].stage != PUSH_COPIED) {
			rest[m] = v[i];
			uid[m++] = v[i].uid;
		}
	if (m > 0) {
		plan_uids(&set, uid, m);
		rc = imap_status(r->imap, to, &there, e);
		if (rc == 0)
			rc = ingest_push_stage(r->store, rest, m, PUSH_BEGUN,
			    there.uidnext, e);
		if (rc == 0)
			rc = imap_copy(r->imap, buf_text(&set), to, e);
		if (rc == 0)
			rc = ingest_push_stage(r->store, rest, m, PUSH_COPIED,
			    0, e);
	}
	buf_free(&set);
	arena_free(&a);
	return rc;
}

static int
move_by_copy(struct round *r, struct push *v, size_t n, const char *set,
    const char *to, struct err *e)
{
	bool begun = false;

	for (size_t i = 0; i < n; i++)
		begun = begun || v[i].stage == PUSH_BEGUN;
	if (begun && find_copies(r, v, n, to, e) < 0)
		return -1;
	if (copy_rest(r, v, n, to, e) < 0)
		return -1;
	return imap_remove(r->imap, set, e);
}

int
round_move(struct round *r, struct push *v, size_t n, const char *set,
    const char *to, struct err *e)
{
	bool can = imap_can(r->imap, "MOVE");
	int rc;

	if (can && ingest_push_stage(r->store, v, n, PUSH_STARTED, 0, e) < 0)
		return -1;
	rc = can ? imap_move(r->imap, set, to, e)
		 : move_by_copy(r, v, n, set, to, e);
	if (rc == 0 || e->kind != ERR_MISSING)
		return rc;
	/* It was there when we listed. */
	if (imap_create(r->imap, to, e) < 0)
		return -1;
	return can ? imap_move(r->imap, set, to, e)
		   : move_by_copy(r, v, n, set, to, e);
}
