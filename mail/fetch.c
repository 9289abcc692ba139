/*
 * fetch.c -- from FETCH to a row: stream, parse, store.
 *
 * The stream is read as fast as it comes; each mail goes to the crew, and
 * what comes back, in the order of giving, is gathered into batches of one
 * short transaction each.  Memory stays small because the stream waits while
 * the crew is full, and the server waits while the stream does.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/when.h"
#include "mail/plan.h"
#include "mail/round.h"

#define BATCH_MAILS 200
#define BATCH_LEAST 16
#define BATCH_BYTES (2u << 20)
#define BATCH_MS    15   /* what an agent may have to wait for */
#define UNDER_WAY   1024 /* more than a crew holds */
#define RECONNECTS  20   /* a round */

/* What FETCH told of a mail, while the crew reads it. */
struct meta {
	int64_t uid;
	int64_t internal_date;
	unsigned flags;
	bool partial;
	bool missing;        /* a place holder: the server cannot send it */
	struct buf keywords; /* each ended by a newline */
};

struct batch {
	struct arena arena;
	struct arrival v[BATCH_MAILS];
	struct parsed held[BATCH_MAILS]; /* v points into them */
	size_t n;
	size_t bytes;
	size_t full; /* how many make a batch, by what the last one took */
};

struct stream {
	struct round *r;
	struct fetch *f;
	struct meta meta[UNDER_WAY];
	uint64_t given;
	struct batch batch;
	uint32_t last_uid; /* of this command, to see progress */
	bool came;         /* something came since the last reconnect */
};

/* ---- out of the crew, into the store ---- */

static void
batch_clear(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		parsed_free(&b->held[i]);
	b->n = 0;
	b->bytes = 0;
	arena_reset(&b->arena);
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A full batch took so long: the next one is made to fit. */
static void
batch_pace(struct batch *b, int64_t ms)
{
	if (b->n < b->full)
		return;
	if (ms > BATCH_MS)
		b->full = b->full * 3 / 4;
	else if (ms < BATCH_MS / 2)
		b->full = b->full * 3 / 2;
	if (b->full < BATCH_LEAST)
		b->full = BATCH_LEAST;
	if (b->full > BATCH_MAILS)
		b->full = BATCH_MAILS;
}

static int
batch_store(struct stream *s, const struct cursor *c, struct err *e)
{
	struct round *r = s->r;
	struct batch *b = &s->batch;
	struct ingest_count count = { 0 };
	int64_t began = now_ms();
	int rc = ingest_batch(r->store, s->f->mailbox, b->v, b->n, c,
	    r->shop->history, when_now(), &count, e);

	batch_pace(b, now_ms() - began);
	batch_clear(b);
	if (rc < 0)
		return -1;
	r->report.fetched += count.fetched;
	r->report.threads += count.threads;
	round_tell(r, "%s: %s: %u of %u", r->account->title, s->f->name,
	    s->f->got, s->f->of > s->f->got ? s->f->of : s->f->got);
	return 0;
}

/* Newline-ended words as strings in the arena. */
static struct strings
words_of(struct arena *a, const struct buf *joined)
{
	struct strings out = { 0 };
	const char *p = buf_text(joined), *end;

	for (; (end = strchr(p, '\n')) != NULL; p = end + 1) {
		out.v = arena_grow(a, (void *)out.v, out.n, sizeof(*out.v));
		out.v[out.n++] = arena_strn(a, p, (size_t)(end - p));
	}
	return out;
}

static int
batch_add(struct stream *s, struct parsed *p, struct err *e)
{
	struct batch *b = &s->batch;
	struct meta *m = &s->meta[p->ticket % UNDER_WAY];
	struct arrival *a = &b->v[b->n];
	struct mail *mail = parsed_mail(&b->arena, p, e);

	if (mail == NULL) {
		parsed_free(p);
		return err_in(e, "UID %" PRId64 " of %s", m->uid, s->f->name);
	}
	if (m->missing)
		mail->unreadable = "the server could not send it";
	if (mail->unreadable[0] != '\0')
		s->r->report.quarantined++;
	b->held[b->n] = *p;
	*a = (struct arrival){
		.uid = m->uid,
		.internal_date = m->internal_date,
		.flags = m->flags,
		.keywords = words_of(&b->arena, &m->keywords),
		.mail = mail,
		.packed = b->held[b->n].packed.data,
		.packed_size = b->held[b->n].packed.len,
		.partial = m->partial,
	};
	buf_clear(&m->keywords);
	b->n++;
	b->bytes += p->record.len + p->packed.len;
	if (b->n >= b->full || b->bytes >= BATCH_BYTES)
		return batch_store(s, s->f->now, e);
	return 0;
}

/* Take what is ready; wait while there is no room. */
static int
collect(struct stream *s, struct err *e)
{
	struct crew *c = s->r->crew;
	struct parsed p;
	int r;

	while ((r = crew_take(c, crew_full(c) ? -1 : 0, &p, e)) > 0)
		if (batch_add(s, &p, e) < 0)
			return -1;
	return r;
}

static int
collect_all(struct stream *s, struct err *e)
{
	struct parsed p;
	int r = 0;

	while (crew_busy(s->r->crew) > 0) {
		r = crew_take(s->r->crew, -1, &p, e);
		if (r < 0 || batch_add(s, &p, e) < 0)
			return -1;
	}
	return 0;
}

/* After a failure the crew must be empty for the next use. */
static void
throw_away(struct stream *s)
{
	struct parsed p;
	struct err ignored = { 0 };

	while (crew_busy(s->r->crew) > 0 &&
	       crew_take(s->r->crew, -1, &p, &ignored) > 0)
		parsed_free(&p);
	batch_clear(&s->batch);
}

/* ---- out of the stream, into the crew ---- */

static int
give(struct stream *s, const struct imap_mail *m, bool missing, struct err *e)
{
	struct meta *meta = &s->meta[s->given % UNDER_WAY];
	int64_t limit = s->r->account->size_limit;

	while (crew_full(s->r->crew))
		if (collect(s, e) < 0)
			return -1;
	meta->uid = m->uid;
	meta->internal_date = m->internal_date;
	meta->flags = m->flags;
	meta->partial = limit > 0 && (int64_t)m->raw_size >= limit;
	meta->missing = missing;
	buf_clear(&meta->keywords);
	for (size_t i = 0; i < m->keywords.n; i++)
		buf_fmt(&meta->keywords, "%s\n", m->keywords.v[i]);
	s->f->got++;
	if (m->uid > s->f->top)
		s->f->top = (uint32_t)m->uid;
	return crew_give(s->r->crew, s->given++, m->raw, m->raw_size, e);
}

static int
on_mail(void *arg, const struct imap_mail *m, struct err *e)
{
	struct stream *s = arg;

	/* Flags of others, sent because they changed; or "n:*" below n. */
	if (m->raw == NULL || m->uid < s->f->first ||
	    (s->f->last != 0 && m->uid > s->f->last))
		return 0;
	s->came = true;
	s->last_uid = (uint32_t)m->uid;
	if (give(s, m, false, e) < 0)
		return -1;
	return collect(s, e);
}

/* ---- one set, whatever it takes ---- */

static uint32_t
size_limit(const struct round *r)
{
	int64_t limit = r->account->size_limit;

	return limit > 0 && limit < UINT32_MAX ? (uint32_t)limit : 0;
}

/* Back to where we were, on a new line. */
static int
reconnect(struct stream *s, struct err *e)
{
	struct round *r = s->r;
	struct imap_state there;

	if (++r->reconnects > RECONNECTS)
		return -1;
	round_drop(r);
	if (round_connect(r, e) < 0 ||
	    imap_select(r->imap, s->f->name, &there, e) < 0)
		return -1;
	if (there.uidvalidity == s->f->now->uidvalidity)
		return 0;
	return err_set(e, ERR_RETRY, 0, "%s was renumbered meanwhile",
	    s->f->name);
}

/*
 * A mail that cannot be fetched whole: keep what its header says, or only
 * its place.
 */
struct header {
	struct stream *s;
	struct imap_mail m;
	struct buf raw;
};

static int
on_header(void *arg, const struct imap_mail *m, struct err *e)
{
	struct header *h = arg;

	(void)e;
	if (m->raw == NULL || m->uid != h->m.uid)
		return 0;
	h->m.internal_date = m->internal_date;
	h->m.flags = m->flags;
	buf_clear(&h->raw);
	buf_add(&h->raw, m->raw, m->raw_size);
	return 0;
}

static int
keep_place(struct stream *s, uint32_t uid, struct err *e)
{
	struct header h = { .s = s, .m.uid = uid };
	struct err why = { 0 };
	char set[16];
	int rc;

	snprintf(set, sizeof(set), "%u", uid);
	if (imap_fetch(s->r->imap, set, IMAP_HEADER, 0, on_header, &h, &why) <
	    0) {
		buf_clear(&h.raw);
		if (!imap_alive(s->r->imap) && reconnect(s, e) < 0) {
			buf_free(&h.raw);
			return -1;
		}
	}
	if (h.raw.len == 0)
		buf_fmt(&h.raw,
		    "Subject: (a mail that the server could not "
		    "send)\r\nX-Place: %s %s %" PRId64 " %u\r\n\r\n",
		    s->r->account->title, s->f->name, s->f->now->uidvalidity,
		    uid);
	h.m.raw = h.raw.data;
	h.m.raw_size = h.raw.len;
	rc = give(s, &h.m, true, e);
	buf_free(&h.raw);
	return rc;
}

/* Is it worth trying again on a new line? */
static bool
was_cut(const struct stream *s, const struct err *e)
{
	return (e->kind == ERR_RETRY || e->kind == ERR_PEER) &&
	       !imap_alive(s->r->imap) && s->r->reconnects < RECONNECTS;
}

/*
 * The line broke and nothing of this set came twice in a row: its first mail
 * is the suspect.  Alone once more, then only its place.
 */
static int
suspect(struct stream *s, uint32_t first, uint32_t last, uint32_t *next,
    struct err *e)
{
	struct arena a = { 0 };
	struct err why = { 0 };
	uint32_t *uid, one;
	char set[16];
	size_t n;
	int rc = -1;

	*next = 0;
	if (imap_uids(s->r->imap, first, last, &a, &uid, &n, e) < 0)
		goto out;
	if (n == 0) {
		rc = 0;
		goto out;
	}
	one = uid[0];
	if (n > 1)
		*next = uid[1];
	snprintf(set, sizeof(set), "%u", one);
	rc = imap_fetch(s->r->imap, set, IMAP_WHOLE, size_limit(s->r), on_mail,
	    s, &why);
	if (rc < 0 && !was_cut(s, &why)) {
		*e = why;
		goto out;
	}
	if (rc < 0) {
		rc = reconnect(s, e);
		if (rc == 0)
			rc = keep_place(s, one, e);
	}
out:
	arena_free(&a);
	return rc;
}

/* One command for a set; goes on after a break with what is left of it. */
static int
fetch_set(struct stream *s, const char *set, uint32_t last, struct err *e)
{
	struct buf rest = { 0 };
	uint32_t next = 0;
	int idle = 0, rc;

	for (;;) {
		s->came = false;
		rc = imap_fetch(s->r->imap, next == 0 ? set : buf_text(&rest),
		    IMAP_WHOLE, size_limit(s->r), on_mail, s, e);
		if (rc == 0 || !was_cut(s, e))
			break;
		rc = reconnect(s, e);
		if (rc < 0)
			break;
		if (s->came) {
			idle = 0;
			next = s->last_uid + 1;
		} else if (++idle >= 2) {
			rc = suspect(s, next != 0 ? next : s->f->first, last,
			    &next, e);
			idle = 0;
			if (rc < 0 || next == 0)
				break;
		}
		if (next == 0)
			continue;
		if (last != 0 && next > last)
			break;
		buf_clear(&rest);
		if (last != 0)
			buf_fmt(&rest, "%u:%u", next, last);
		else
			buf_fmt(&rest, "%u:*", next);
	}
	buf_free(&rest);
	return rc;
}

/* ---- a range ---- */

/* The UIDs of the range that the store has, from a run cut short. */
static int
held_already(struct round *r, const struct fetch *f, struct arena *a,
    int64_t **uid, size_t *n, struct err *e)
{
	struct flag_row *row;

	if (ingest_known(r->store, f->mailbox, f->first,
		f->last != 0 ? f->last : UINT32_MAX, a, &row, n, e) < 0)
		return -1;
	*uid = arena_array(a, *n, sizeof(**uid));
	for (size_t i = 0; i < *n; i++)
		(*uid)[i] = row[i].uid;
	return 0;
}

static int
fetch_rest(struct stream *s, const int64_t *have, size_t n, struct err *e)
{
	struct fetch *f = s->f;
	struct buf set = { 0 };
	uint32_t first = f->first, next;
	int rc = 0;

	do {
		buf_clear(&set);
		next = plan_set(&set, first, f->last, have, n);
		s->last_uid = 0;
		if (set.len > 0)
			rc = fetch_set(s, buf_text(&set),
			    next != 0 ? next - 1 : f->last, e);
		first = next;
	} while (rc == 0 && next != 0);
	buf_free(&set);
	return rc;
}

int
round_fetch(struct round *r, struct fetch *f, struct err *e)
{
	/* Too large for a stack; one fetch runs at a time. */
	static struct stream s;
	struct arena a = { 0 };
	struct err why = { 0 };
	int64_t *have;
	size_t n;
	int rc;

	f->got = 0;
	f->top = 0;
	if (s.batch.full == 0)
		s.batch.full = BATCH_MAILS / 2;
	s.r = r;
	s.f = f;
	rc = held_already(r, f, &a, &have, &n, e);
	if (rc == 0)
		rc = fetch_rest(&s, have, n, e);
	/* What came before a break is kept; only the cursor waits. */
	if (rc < 0) {
		why = *e;
		if (why.kind != ERR_RETRY && why.kind != ERR_PEER)
			throw_away(&s);
		else if (collect_all(&s, e) < 0 ||
			 (s.batch.n > 0 && batch_store(&s, f->now, e) < 0))
			throw_away(&s);
		*e = why;
	} else {
		rc = collect_all(&s, e);
		if (rc == 0 && (s.batch.n > 0 || f->done != f->now))
			rc = batch_store(&s, f->done, e);
		if (rc < 0)
			throw_away(&s);
	}
	arena_free(&a);
	return rc;
}
