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
#include <strings.h>
#include <unistd.h>

#include "base/when.h"
#include "mail/beat.h"
#include "mail/plan.h"
#include "mail/round.h"

#define BATCH_MAILS 400
#define BATCH_BYTES (4u << 20)
#define BATCH_MS    300
#define UNDER_WAY   1024 /* more than a crew holds */
#define RECONNECTS  20   /* a round */

/* What FETCH told of a mail, while the crew reads it. */
struct meta {
	int64_t uid;
	int64_t internal_date;
	int64_t size; /* 0: it did not come whole */
	unsigned flags;
	bool partial;
	int64_t full; /* of a partial one; 0 if the server did not say */
	bool missing; /* a place holder: the server cannot send it */
	enum mailbox_role home;
	struct buf keywords; /* each ended by a newline */
};

struct batch {
	struct arena arena;
	struct arrival v[BATCH_MAILS];
	struct parsed held[BATCH_MAILS]; /* v points into them */
	size_t n;
	size_t bytes;
	int64_t began; /* when the first of them came; ms, monotonic */
};

struct stream {
	struct round *r;
	struct fetch *f;
	struct meta meta[UNDER_WAY];
	uint64_t given;
	struct batch batch;
	bool came; /* something came since the last reconnect */

	/* The UIDs of the range that are in the store or on the way, sorted. */
	struct arena arena;
	int64_t *held;
	size_t helds;
	bool bare;    /* a UID of the range was told of without its body */
	int64_t told; /* the last one, and its flags */
	unsigned flags;
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

/* Rows are on the screen soon even where mails come slowly. */
static bool
batch_is_due(const struct batch *b)
{
	return b->n >= BATCH_MAILS || b->bytes >= BATCH_BYTES ||
	       when_ms() - b->began > BATCH_MS;
}

static int
batch_store(struct stream *s, const struct cursor *c, struct err *e)
{
	struct round *r = s->r;
	struct batch *b = &s->batch;
	struct ingest_count count = { 0 };
	int rc = ingest_batch(r->store, s->f->mailbox, b->v, b->n, c,
	    r->shop->history, when_now(), &count, e);

	beat();
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
		.size = m->size,
		.partial = m->partial,
		.full = m->full,
		.again = m->missing,
		.home = m->home,
	};
	buf_clear(&m->keywords);
	if (b->n == 0)
		b->began = when_ms();
	b->n++;
	b->bytes += p->record.len + p->packed.len;
	if (batch_is_due(b))
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

	while (crew_busy(s->r->crew) > 0) {
		if (crew_take(s->r->crew, -1, &p, e) < 0 ||
		    batch_add(s, &p, e) < 0)
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

static bool
labelled(const struct imap_mail *m, const char *label)
{
	for (size_t i = 0; i < m->labels.n; i++)
		if (strcasecmp(m->labels.v[i], label) == 0)
			return true;
	return false;
}

/*
 * A mailbox that holds all tells by labels in which others a mail lies
 * (X-GM-LABELS); one that lies in none was archived.
 */
static enum mailbox_role
home_of(const struct stream *s, const struct imap_mail *m)
{
	if (!s->f->all)
		return ROLE_NONE;
	if (labelled(m, "\\Sent"))
		return ROLE_SENT;
	return labelled(m, "\\Inbox") ? ROLE_INBOX : ROLE_ARCHIVE;
}

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
	meta->flags = !m->has_flags && s->told == m->uid ? s->flags : m->flags;
	/* Sizes are only about right on some servers; a cut is exact. */
	meta->partial =
	    missing || (limit > 0 && (int64_t)m->raw_size >= limit &&
			   m->size != (int64_t)m->raw_size);
	meta->full = m->size > (int64_t)m->raw_size ? m->size : 0;
	meta->missing = missing;
	meta->size = meta->partial || missing ? 0 : (int64_t)m->raw_size;
	meta->home = home_of(s, m);
	buf_clear(&meta->keywords);
	for (size_t i = 0; i < m->keywords.n; i++)
		buf_fmt(&meta->keywords, "%s\n", m->keywords.v[i]);
	s->f->got++;
	if (m->uid > s->f->top)
		s->f->top = (uint32_t)m->uid;
	return crew_give(s->r->crew, s->given++, m->raw, m->raw_size, e);
}

/* The place of the first held UID that is not below uid. */
static size_t
held_from(const struct stream *s, int64_t uid)
{
	size_t low = 0, high = s->helds;

	/* They mostly come in order. */
	if (high > 0 && s->held[high - 1] < uid)
		return high;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->held[mid] < uid)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool
is_held(const struct stream *s, int64_t uid)
{
	size_t i = held_from(s, uid);

	return i < s->helds && s->held[i] == uid;
}

static void
hold(struct stream *s, int64_t uid)
{
	size_t i = held_from(s, uid);

	s->held = arena_grow(&s->arena, s->held, s->helds, sizeof(*s->held));
	memmove(s->held + i + 1, s->held + i,
	    (s->helds++ - i) * sizeof(*s->held));
	s->held[i] = uid;
}

/* A mail of the range that was not there before. */
static int
take(struct stream *s, const struct imap_mail *m, bool missing, struct err *e)
{
	hold(s, m->uid);
	s->came = true;
	/* Not a mail yet; when it is sent it comes under another UID. */
	if (s->f->all &&
	    ((m->flags & MAIL_DRAFT) != 0 || labelled(m, "\\Draft")))
		return 0;
	return give(s, m, missing, e);
}

static int
on_mail(void *arg, const struct imap_mail *m, struct err *e)
{
	struct stream *s = arg;

	/* "n:*" below n, or sent twice. */
	if (m->uid < s->f->first || (s->f->last != 0 && m->uid > s->f->last) ||
	    is_held(s, m->uid))
		return 0;
	/* Only flags, because they changed; its body should come, too. */
	if (m->raw == NULL) {
		s->bare = true;
		s->told = m->has_flags ? m->uid : 0;
		s->flags = m->flags;
		return 0;
	}
	if (take(s, m, false, e) < 0)
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
	struct imap_mail m;
	struct buf raw;
};

static int
on_header(void *arg, const struct imap_mail *m, struct err *e)
{
	struct header *h = arg;

	(void)e;
	if (m->uid != h->m.uid)
		return 0;
	if (m->internal_date != 0)
		h->m.internal_date = m->internal_date;
	if (m->has_flags) {
		h->m.has_flags = true;
		h->m.flags = m->flags;
	}
	if (m->raw == NULL)
		return 0;
	h->m.labels = m->labels;
	buf_clear(&h->raw);
	buf_add(&h->raw, m->raw, m->raw_size);
	return 0;
}

/* The mail that broke the line, as the store remembers it. */
static const char *
suspect_fact(struct arena *a, const struct stream *s)
{
	return arena_fmt(a, "suspect %s", s->f->name);
}

static const char *
suspect_name(struct arena *a, const struct stream *s, uint32_t uid)
{
	return arena_fmt(a, "%" PRId64 " %u", s->f->now->uidvalidity, uid);
}

/*
 * A line that breaks over a mail and over its headers may have broken anyway:
 * the mail is only suspected, and tried again in the next round.  1: it was
 * suspected before, 0, -1.
 */
static int
was_suspected(struct stream *s, uint32_t uid, struct err *e)
{
	struct arena a = { 0 };
	const char *value = "", *name = suspect_name(&a, s, uid);
	int rc = ingest_fact(s->r->store, s->r->account->title,
	    suspect_fact(&a, s), &a, &value, e);

	if (rc >= 0)
		rc = !s->r->suspected && strcmp(value, name) == 0;
	s->r->suspected = true;
	if (rc == 0)
		rc = ingest_fact_set(s->r->store, s->r->account->title,
		    suspect_fact(&a, s), name, e);
	arena_free(&a);
	return rc;
}

/* The header went over a whole line, or was refused. */
static int
keep_header(struct stream *s, struct header *h, uint32_t uid, struct err *e)
{
	struct err why = { 0 };
	char set[16];
	int rc;

	snprintf(set, sizeof(set), "%u", uid);
	if (imap_fetch(s->r->imap, set, IMAP_HEADER, 0, on_header, h, &why) ==
	    0)
		return 0;
	buf_clear(&h->raw);
	if (imap_alive(s->r->imap))
		return 0;
	rc = was_suspected(s, uid, e);
	if (rc <= 0) {
		if (rc == 0)
			err_set(e, why.kind, why.code,
			    "UID %u of %s: %.150s; "
			    "it is tried again in the next round",
			    uid, s->f->name, why.text);
		return -1;
	}
	return reconnect(s, e);
}

static int
keep_place(struct stream *s, uint32_t uid, struct err *e)
{
	struct header h = { .m.uid = uid };
	int rc = keep_header(s, &h, uid, e);

	if (rc == 0 && h.raw.len == 0)
		buf_fmt(&h.raw,
		    "Subject: (a mail that the server could not "
		    "send)\r\nX-Place: %s %s %" PRId64 " %u\r\n\r\n",
		    s->r->account->title, s->f->name, s->f->now->uidvalidity,
		    uid);
	h.m.raw = h.raw.data;
	h.m.raw_size = h.raw.len;
	if (rc == 0)
		rc = take(s, &h.m, true, e);
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
 * One mail alone.  What the server cannot send, or only by breaking the
 * line, is kept as a place; but where it refuses every mail, the fault is
 * not in the mails.
 */
static int
fetch_one(struct stream *s, uint32_t uid, struct err *e)
{
	struct err why = { 0 };
	char set[16];
	int rc;

	snprintf(set, sizeof(set), "%u", uid);
	rc = imap_fetch(s->r->imap, set, IMAP_WHOLE, size_limit(s->r), on_mail,
	    s, &why);
	if (is_held(s, uid))
		return rc < 0 && was_cut(s, &why) ? reconnect(s, e) : 0;
	if (rc < 0 && was_cut(s, &why)) {
		if (reconnect(s, e) < 0)
			return -1;
	} else if (rc < 0 && (why.kind != ERR_REFUSED || s->f->got == 0)) {
		*e = why;
		return -1;
	}
	return keep_place(s, uid, e);
}

/* Ask for at most n mails of a range that are there and did not come. */
static int
fetch_missing(struct stream *s, uint32_t first, uint32_t last, size_t most,
    size_t *left, struct err *e)
{
	struct arena a = { 0 };
	uint32_t *uid;
	size_t n;
	int rc = imap_uids(s->r->imap, first, last, &a, &uid, &n, e);

	*left = 0;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (is_held(s, uid[i]) || (last != 0 && uid[i] > last))
			continue;
		if (most == 0) {
			++*left;
			continue;
		}
		most--;
		rc = fetch_one(s, uid[i], e);
	}
	arena_free(&a);
	return rc;
}

/*
 * The bulk of a range refused: one mail in it may be the cause, so each is
 * asked for by itself.  A refusal of the first says what is wrong with all.
 */
static int
fetch_each(struct stream *s, uint32_t first, uint32_t last, struct err *e)
{
	struct err why = *e, other = { 0 };
	size_t left;
	uint32_t got = s->f->got;

	if (fetch_missing(s, first, last, SIZE_MAX, &left, &other) == 0)
		return 0;
	*e = other.kind == ERR_REFUSED && s->f->got == got ? why : other;
	return -1;
}

/*
 * One command, and what it takes to bring all that it asked for: 1 all is
 * here, 0 ask for the rest again, -1.  idle counts the lines that broke
 * before anything came.
 */
static int
fetch_set(struct stream *s, const char *set, uint32_t first, uint32_t last,
    int *idle, struct err *e)
{
	unsigned odd = imap_oddities(s->r->imap);
	size_t left = 0;
	int rc;

	s->came = s->bare = false;
	s->told = 0;
	rc = imap_fetch(s->r->imap, set, IMAP_WHOLE, size_limit(s->r), on_mail,
	    s, e);
	if (rc == 0) {
		if ((s->bare || imap_oddities(s->r->imap) != odd) &&
		    fetch_missing(s, first, last, SIZE_MAX, &left, e) < 0)
			return -1;
		return 1;
	}
	if (e->kind == ERR_REFUSED && imap_alive(s->r->imap))
		return fetch_each(s, first, last, e) < 0 ? -1 : 1;
	if (!was_cut(s, e) || reconnect(s, e) < 0)
		return -1;
	*idle = s->came ? 0 : *idle + 1;
	if (*idle < 2)
		return 0;
	/* Twice nothing: its first mail is the suspect. */
	*idle = 0;
	if (fetch_missing(s, first, last, 1, &left, e) < 0)
		return -1;
	return left == 0 ? 1 : 0;
}

/* ---- a range ---- */

/* The UIDs of the range that the store has, from a run cut short. */
static int
held_already(struct stream *s, struct err *e)
{
	const struct fetch *f = s->f;
	struct arena a = { 0 };
	struct flag_row *row;
	size_t n;
	int rc = ingest_known(s->r->store, f->mailbox, f->first,
	    f->last != 0 ? f->last : UINT32_MAX, &a, &row, &n, e);

	arena_reset(&s->arena);
	s->held = NULL;
	s->helds = 0;
	for (size_t i = 0; rc == 0 && i < n; i++)
		hold(s, row[i].uid);
	arena_free(&a);
	return rc;
}

static int
fetch_range(struct stream *s, struct err *e)
{
	struct fetch *f = s->f;
	struct buf set = { 0 };
	uint32_t first = f->first, next;
	int rc = 0, idle = 0;

	do {
		buf_clear(&set);
		next = plan_set(&set, first, f->last, s->held, s->helds);
		if (set.len > 0)
			rc = fetch_set(s, buf_text(&set), first,
			    next != 0 ? next - 1 : f->last, &idle, e);
		if (set.len == 0 || rc > 0)
			first = next;
	} while (rc >= 0 && first != 0);
	buf_free(&set);
	return rc < 0 ? -1 : 0;
}

int
round_fetch(struct round *r, struct fetch *f, struct err *e)
{
	/* Too large for a stack; one fetch runs at a time. */
	static struct stream s;
	struct err why = { 0 };
	int rc;

	f->got = 0;
	f->top = 0;
	s.r = r;
	s.f = f;
	rc = held_already(&s, e);
	if (rc == 0)
		rc = fetch_range(&s, e);
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
	arena_free(&s.arena);
	return rc;
}
