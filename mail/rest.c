/*
 * rest.c -- the rest of large mails, when somebody asks for it, and mails of
 * which the bytes here are damaged.
 *
 * In pieces, so that no literal is larger than one of them.  The rest of a
 * mail is read by the crew like any mail and takes the place of the
 * beginning.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/when.h"
#include "mail/round.h"

#define PIECE    (1u << 20)
#define REST_MAX ((int64_t)64 << 20) /* what a worker can read */

struct rest {
	int64_t uid;
	int64_t size;
	struct buf raw;
	size_t came; /* in the last piece */
};

static int
on_size(void *arg, const struct imap_mail *m, struct err *e)
{
	struct rest *r = arg;

	(void)e;
	if (m->uid == r->uid && m->size > 0)
		r->size = m->size;
	return 0;
}

static int
on_piece(void *arg, const struct imap_mail *m, struct err *e)
{
	struct rest *r = arg;

	if (m->uid != r->uid || m->raw == NULL || r->came > 0)
		return 0;
	if (m->raw_size > PIECE)
		return err_set(e, ERR_PEER, 0,
		    "the server sends more than it was asked for");
	buf_add(&r->raw, m->raw, m->raw_size);
	r->came = m->raw_size;
	return 0;
}

static int
fetch_whole(struct round *round, struct rest *r, struct err *e)
{
	char set[16];

	snprintf(set, sizeof(set), "%" PRId64, r->uid);
	if (imap_fetch(round->imap, set, IMAP_SIZE, 0, on_size, r, e) < 0)
		return -1;
	if (r->size == 0)
		return err_set(e, ERR_MISSING, 0,
		    "the server has this mail no more");
	if (r->size > REST_MAX)
		return err_set(e, ERR_REFUSED, 0,
		    "%lld MB are more than can be read here (64 MB)",
		    (long long)(r->size >> 20));
	do {
		r->came = 0;
		if (imap_fetch_piece(round->imap, set, (uint32_t)r->raw.len,
			PIECE, on_piece, r, e) < 0)
			return -1;
		round_tell(round, "%s: a large mail: %zu of %lld MB",
		    round->account->title, r->raw.len >> 20,
		    (long long)(r->size >> 20));
	} while (r->came == PIECE && (int64_t)r->raw.len <= REST_MAX);
	/* Some servers tell a size that is only about right. */
	if (r->size - (int64_t)r->raw.len > r->size / 8)
		return err_set(e, ERR_RETRY, 0,
		    "the server sends only %zu of %lld bytes", r->raw.len,
		    (long long)r->size);
	if (r->raw.len > 0 && (int64_t)r->raw.len <= REST_MAX)
		return 0;
	return err_set(e, ERR_REFUSED, 0, "the server sends no bytes for it");
}

static int
keep(struct round *round, const struct wanted *w, const struct buf *raw,
    struct err *e)
{
	struct arena a = { 0 };
	struct parsed p;
	struct mail *m;
	int rc = crew_give(round->crew, 0, raw->data, raw->len, e);

	if (rc == 0)
		rc = crew_take(round->crew, -1, &p, e) > 0 ? 0 : -1;
	if (rc < 0)
		return -1;
	m = parsed_mail(&a, &p, e);
	rc = m == NULL ? -1
		       : ingest_whole(round->store, w->message, m, raw,
			     &p.packed, when_now(), e);
	parsed_free(&p);
	arena_free(&a);
	return rc;
}

/* Fetch one and do with its bytes what is to be done. */
static int
one(struct round *round, const struct wanted *w,
    int (*with)(struct round *round, const struct wanted *w,
	const struct buf *raw, struct err *e),
    struct err *e)
{
	struct rest r = { .uid = w->uid };
	struct imap_state there;
	int rc = round_connect(round, e);

	if (rc == 0)
		rc = imap_select(round->imap, w->mailbox, &there, e);
	if (rc == 0 && there.uidvalidity != 0 &&
	    there.uidvalidity != w->uidvalidity)
		rc = err_set(e, ERR_RETRY, 0, "%s was renumbered meanwhile",
		    w->mailbox);
	if (rc == 0)
		rc = fetch_whole(round, &r, e);
	if (rc == 0)
		rc = with(round, w, &r.raw, e);
	buf_free(&r.raw);
	return rc;
}

/* Nothing more can be asked or kept. */
static bool
ends_all(const struct err *why)
{
	return why->kind == ERR_SYSTEM || why->kind == ERR_DATA ||
	       why->kind == ERR_DENIED || why->kind == ERR_CONFIG;
}

int
round_rest(struct round *r, struct err *e)
{
	struct arena a = { 0 };
	struct wanted *v;
	size_t n;
	int rc = ingest_wanted(r->store, r->account->title, when_now(), &a, &v,
	    &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct err why = { 0 };

		if (one(r, &v[i], keep, &why) == 0) {
			r->report.completed++;
			continue;
		}
		if (ends_all(&why)) {
			*e = why;
			rc = -1;
			break;
		}
		rc = ingest_unwanted(r->store, v[i].message, why.text,
		    why.kind == ERR_REFUSED || why.kind == ERR_MISSING
			? UNWANTED_FOREVER
			: UNWANTED_NOW,
		    when_now(), e);
		/* The mail itself says so; the account is well. */
		round_say(r,
		    "%s: the rest of message %" PRId64 " did not come: %s",
		    r->account->title, v[i].message, why.text);
	}
	arena_free(&a);
	return rc;
}

/* ---- mails that are damaged here ---- */

static int
keep_bytes(struct round *round, const struct wanted *w, const struct buf *raw,
    struct err *e)
{
	return ingest_mended(round->store, w->message, raw, e);
}

int
round_mend(struct round *r, int64_t *damaged, int64_t *mended, struct err *e)
{
	struct arena a = { 0 };
	int64_t done = 0;
	struct wanted *v;
	size_t n;
	int rc = ingest_damaged(r->store, r->account->title, &a, &v, &n, e);

	*damaged = *mended = 0;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct err why = { 0 };

		/* One of its places is enough. */
		*damaged += i == 0 || v[i].message != v[i - 1].message;
		if (v[i].message == done)
			continue;
		if (one(r, &v[i], keep_bytes, &why) == 0) {
			done = v[i].message;
			++*mended;
			continue;
		}
		if (ends_all(&why)) {
			*e = why;
			rc = -1;
			break;
		}
		round_say(r, "%s: %s: message %" PRId64 " stays damaged: %s",
		    r->account->title, v[i].mailbox, v[i].message, why.text);
	}
	arena_free(&a);
	return rc;
}
