/*
 * push_move.c -- mails to another mailbox, once each.
 *
 * MOVE (RFC 6851) can be sent twice: what has moved is not there.  A COPY
 * whose answer was lost cannot, so before one the UIDNEXT of its target is
 * kept, and before a second the target is searched for the first, by size
 * and INTERNALDATE (which COPY keeps; RFC 3501, 6.4.7), else by its bytes.
 *
 * A mailbox that is not read, as the trash mostly, never tells where a mail
 * went: it is looked for there at once, for the way back.
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
	bool hashed;
	uint8_t hash[HASH_SIZE];
};

struct search {
	struct arena arena;
	struct copy *v;
	size_t n;
	struct copy *whole; /* the one that is read whole */
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
		hash_sha256(m->raw, m->raw_size, s->whole->hash);
	return 0;
}

/* Read it once, whoever asks. */
static int
copy_hash(struct round *r, struct search *s, struct copy *c, struct err *e)
{
	int64_t limit = r->account->size_limit;
	char set[16];

	if (c->hashed)
		return 0;
	c->hashed = true;
	s->whole = c;
	snprintf(set, sizeof(set), "%u", c->uid);
	return imap_fetch(r->imap, set, IMAP_WHOLE,
	    limit > 0 && limit < UINT32_MAX ? (uint32_t)limit : 0, on_bytes, s,
	    e);
}

static bool
may_be(const struct copy *c, const struct push *p, uint32_t mark)
{
	return !c->taken && c->uid >= mark &&
	       (p->size == 0 || c->size == p->size);
}

static int64_t
take(struct copy *c)
{
	c->taken = true;
	return c->uid;
}

/*
 * The copy of a mail among those found; its UID, 0 if there is none, -1.  By
 * its bytes only where the server gives copies another date.
 */
static int64_t
find_copy(struct round *r, struct search *s, const struct push *p,
    uint32_t mark, struct err *e)
{
	for (size_t i = 0; i < s->n; i++)
		if (may_be(&s->v[i], p, mark) && p->size != 0 && p->at != 0 &&
		    s->v[i].at == p->at)
			return take(&s->v[i]);
	for (size_t i = 0; i < s->n; i++) {
		if (!may_be(&s->v[i], p, mark))
			continue;
		if (copy_hash(r, s, &s->v[i], e) < 0)
			return -1;
		if (memcmp(s->v[i].hash, p->hash, HASH_SIZE) == 0)
			return take(&s->v[i]);
	}
	return 0;
}

/* Go to the target and list what is there from mark on. */
static int
search_begin(struct round *r, struct search *s, const char *to, uint32_t mark,
    struct imap_state *there, struct err *e)
{
	char set[24];

	snprintf(set, sizeof(set), "%u:*", mark > 0 ? mark : 1);
	if (imap_select(r->imap, to, there, e) < 0)
		return -1;
	if (there->exists == 0)
		return 0;
	return imap_fetch(r->imap, set, IMAP_LOOK, 0, on_copy, s, e);
}

/* Look in the target for copies that were made without our knowing. */
static int
find_copies(struct round *r, struct push *v, size_t n, const char *to,
    struct err *e)
{
	struct push *found = arena_array(&r->round_arena, n, sizeof(*found));
	struct search s = { 0 };
	struct imap_state there;
	uint32_t mark = UINT32_MAX;
	size_t m = 0;
	int rc;

	for (size_t i = 0; i < n; i++)
		if (v[i].stage == PUSH_BEGUN && v[i].mark < mark)
			mark = v[i].mark;
	rc = search_begin(r, &s, to, mark, &there, e);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		int64_t uid;

		if (v[i].stage != PUSH_BEGUN)
			continue;
		uid = find_copy(r, &s, &v[i], v[i].mark, e);
		if (uid > 0) {
			v[i].stage = PUSH_COPIED;
			found[m++] = v[i];
		}
		if (uid < 0)
			rc = -1;
	}
	arena_free(&s.arena);
	if (rc == 0 && m > 0)
		rc = ingest_push_stage(r->store, found, m, PUSH_COPIED, 0, e);
	if (rc == 0)
		rc = imap_select(r->imap, v->mailbox_name, &there, e);
	return rc;
}

/* Where they lie now, in a mailbox that is not read; those found go first. */
static int
keep_track(struct round *r, struct push *v, size_t n, const char *to,
    uint32_t mark, size_t *found, struct err *e)
{
	struct search s = { 0 };
	struct imap_state there;
	int rc = search_begin(r, &s, to, mark, &there, e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct far_place p = { .mailbox = v[i].mailbox,
			.uid = v[i].uid,
			.account = r->account->title,
			.name = to,
			.role = v[i].to,
			.to_uidvalidity = there.uidvalidity };

		p.to_uid = find_copy(r, &s, &v[i], mark, e);
		if (p.to_uid > 0) {
			struct push here = v[i];

			rc = ingest_far_place(r->store, &p, e);
			v[i] = v[*found];
			v[(*found)++] = here;
		}
		if (p.to_uid < 0)
			rc = -1;
	}
	arena_free(&s.arena);
	if (rc == 0)
		rc = imap_select(r->imap, v->mailbox_name, &there, e);
	return rc;
}

/* One COPY, with a mark before it and a word after it. */
static int
copy_set(struct round *r, struct push *v, size_t n, const char *set,
    const char *to, struct err *e)
{
	struct imap_state there;

	if (imap_status(r->imap, to, &there, e) < 0 ||
	    ingest_push_stage(r->store, v, n, PUSH_BEGUN, there.uidnext, e) <
		0 ||
	    imap_copy(r->imap, set, to, e) < 0)
		return -1;
	return ingest_push_stage(r->store, v, n, PUSH_COPIED, 0, e);
}

/* COPY those that are not there yet; with gaps a set may be a long one. */
static int
copy_rest(struct round *r, struct push *v, size_t n, const char *to,
    struct err *e)
{
	struct arena a = { 0 };
	struct push *rest = arena_array(&a, n, sizeof(*rest));
	int64_t *uid = arena_array(&a, n, sizeof(*uid));
	struct buf set = { 0 };
	size_t m = 0, done = 0;
	int rc = 0;

	for (size_t i = 0; i < n; i++)
		if (v[i].stage != PUSH_COPIED) {
			rest[m] = v[i];
			uid[m++] = v[i].uid;
		}
	while (rc == 0 && done < m) {
		size_t some;

		buf_clear(&set);
		some = plan_uids(&set, uid + done, m - done);
		rc = copy_set(r, rest + done, some, buf_text(&set), to, e);
		done += some;
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

/* mark: UIDNEXT of a target that is not read, else 0. */
static int
move_somehow(struct round *r, struct push *v, size_t n, const char *set,
    const char *to, uint32_t mark, struct err *e)
{
	if (!imap_can(r->imap, "MOVE"))
		return move_by_copy(r, v, n, set, to, e);
	if (ingest_push_stage(r->store, v, n, PUSH_STARTED, mark, e) < 0)
		return -1;
	return imap_move(r->imap, set, to, e);
}

int
round_move(struct round *r, struct push *v, size_t n, const char *set,
    const char *to, struct err *e)
{
	bool far = !round_reads(r, to);
	struct imap_state there = { 0 };
	size_t found = 0;
	int rc = far ? imap_status(r->imap, to, &there, e) : 0;

	if (rc == 0)
		rc = move_somehow(r, v, n, set, to, there.uidnext, e);
	if (rc < 0 && e->kind == ERR_MISSING) {
		/* It was there when we listed. */
		if (imap_create(r->imap, to, e) < 0)
			return -1;
		rc = move_somehow(r, v, n, set, to, there.uidnext, e);
	}
	if (rc == 0 && far)
		rc = keep_track(r, v, n, to, there.uidnext, &found, e);
	return rc;
}

int
round_moved(struct round *r, struct push *v, size_t n, const char *to,
    size_t *found, struct err *e)
{
	uint32_t mark = 0;

	*found = 0;
	for (size_t i = 0; i < n; i++)
		if (v[i].stage == PUSH_STARTED && v[i].mark > 0 &&
		    (mark == 0 || v[i].mark < mark))
			mark = v[i].mark;
	if (mark == 0 || round_reads(r, to))
		return 0;
	return keep_track(r, v, n, to, mark, found, e);
}
