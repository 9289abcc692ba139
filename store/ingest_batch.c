/*
 * ingest_batch.c -- mails as fetched become messages, threads and events.
 */
#include "store/ingest.h"
#include "store/own.h"

#include <string.h>
#include <time.h>

#include "base/when.h"

#define PAUSE_US  5000  /* after a commit, for the agents' turn */
#define LOOK_US   250   /* whether there is still one who waits */
#define SLICE_US  2500  /* of work, before anybody's turn */
#define WAL_PAGES 32768 /* 128 MB, then a checkpoint */

struct batch {
	struct store *s;
	int64_t mailbox;
	enum mailbox_role box;  /* of the mailbox */
	enum mailbox_role role; /* of the mail at hand */
	bool server;            /* of an account; a file is no evidence */
	int64_t history;
	int64_t least; /* see least_cut */
	struct act by;
	struct ingest_count *count;
};

/* ---- is it here already? ---- */

static int
find_place(struct batch *b, int64_t uid, int64_t *message, struct err *e)
{
	return db_get(b->s->db, message, e,
	    "SELECT message FROM place"
	    " WHERE mailbox=?1 AND uid=?2 AND gone=0",
	    "ii", b->mailbox, uid);
}

/* Our own signed id in our own Sent: whatever the server did to the bytes. */
static int
find_ours(struct batch *b, const struct mail *m, int64_t *message,
    struct err *e)
{
	uint8_t uid[16];

	*message = 0;
	if (b->role != ROLE_SENT && b->role != ROLE_ALL)
		return 0;
	if (group_check_id(b->s->key, m->message_id, uid) != 1)
		return 0;
	return db_get(b->s->db, message, e,
	    "SELECT message FROM outbox"
	    " WHERE message_id=?1",
	    "s", m->message_id);
}

static int64_t
instant_of(const struct batch *b, const struct arrival *v)
{
	int64_t at = v->internal_date;

	if (at <= 0)
		at = v->mail->date > 0 ? v->mail->date : b->by.now;
	return at < b->by.now ? at : b->by.now;
}

/*
 * A large mail that was kept in part, or is now, has other bytes than it had:
 * in a renumbered mailbox it is known by Message-ID, date and size.
 */
static int
find_cut(struct batch *b, const struct arrival *v, int64_t *message,
    struct err *e)
{
	const struct mail *m = v->mail;
	int64_t size = v->partial ? v->full : m->size;

	*message = 0;
	if (b->least == 0 || (!v->partial && size < b->least))
		return 0;
	return db_get(b->s->db, message, e,
	    "SELECT m.id FROM adrift d JOIN message m ON m.id=d.message"
	    " JOIN raw r ON r.message=m.id WHERE d.mailbox=?1 AND"
	    " m.message_id=?2 AND m.received_at=?3 AND (r.partial<>0 OR ?4)"
	    " AND (?5=0 OR iif(r.partial=0, m.size, r.partial) IN (1, ?5))"
	    " LIMIT 1",
	    "isiii", b->mailbox, m->message_id, instant_of(b, v),
	    (int64_t)v->partial, size);
}

/* The size of the least mail adrift that is kept in part, at least 1; 0 if
 * nothing is adrift. */
static int
least_cut(struct batch *b, struct err *e)
{
	int64_t drifts;

	b->least = 0;
	if (db_get(b->s->db, &drifts, e,
		"SELECT adrift FROM mailbox WHERE"
		" id=?1",
		"i", b->mailbox) < 0)
		return -1;
	if (drifts == 0)
		return 0;
	return db_get(b->s->db, &b->least, e,
		   "SELECT coalesce(min(r.partial), ?2) FROM adrift d JOIN raw"
		   " r ON r.message=d.message WHERE d.mailbox=?1 AND"
		   " r.partial<>0",
		   "ii", b->mailbox, INT64_MAX) < 0
		   ? -1
		   : 0;
}

static int
find_message(struct batch *b, const struct arrival *v, int64_t *message,
    struct err *e)
{
	const struct mail *m = v->mail;
	int rc;

	rc = db_get(b->s->db, message, e,
	    "SELECT id FROM message WHERE name=?1 AND hash=?2", "ib",
	    hash_key(m->hash), m->hash, sizeof(m->hash));
	if (rc != 0)
		return rc;
	rc = find_ours(b, m, message, e);
	if (rc != 0 || !m->has_message_id)
		return rc;
	rc = db_get(b->s->db, message, e,
	    "SELECT id FROM message WHERE twin=?1 AND message_id=?2", "is",
	    message_twin(m), m->message_id);
	return rc != 0 ? rc : find_cut(b, v, message, e);
}

/* ---- what it tells of ours ---- */

static int
doubt_settled(struct batch *b, const struct mail *m, struct err *e)
{
	const struct strings *refs[] = { &m->in_reply_to, &m->references };

	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < refs[k]->n; i++) {
			if (outbox_evidence(b->s, &b->by, refs[k]->v[i],
				b->by.now, e) < 0)
				return -1;
		}
	}
	if (m->bounce != NULL && *m->bounce->about != '\0')
		return outbox_evidence(b->s, &b->by, m->bounce->about,
		    b->by.now, e);
	return 0;
}

/* ---- storing ---- */

static int
place_add(struct batch *b, const struct arrival *v, int64_t message,
    struct err *e)
{
	struct store *s = b->s;

	return db_run(s->db, e,
	    "INSERT INTO place(mailbox, uid, message, flags, keywords, at,"
	    " size) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE"
	    " SET message=?3, flags=?4, keywords=?5, at=?6, size=?7, gone=0,"
	    " moved=0",
	    "iiiisii", b->mailbox, v->uid, message, (int64_t)v->flags,
	    keywords_join(&s->scratch, &v->keywords), v->internal_date,
	    v->size);
}

/* What we have of a mail that is met again. */
struct met {
	int64_t message;
	int64_t thread;
	bool gone;
	int64_t weight;
	bool drifted; /* it lay here, and bore these */
	unsigned flags;
	struct strings keywords;
};

static int
met_read(struct batch *b, struct met *m, struct err *e)
{
	struct rows r;
	int rc;

	if (db_ask(b->s->db, &r, e,
		"SELECT thread, gone, weight FROM message WHERE id=?1", "i",
		m->message) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc <= 0)
		return rc < 0 ? -1 : err_set(e, ERR_BUG, 0, "no message");
	m->thread = db_int(&r, 0);
	m->gone = db_int(&r, 1) != 0;
	m->weight = db_int(&r, 2);
	db_done(&r);
	return 0;
}

static int
met_back(struct batch *b, const struct met *m, struct err *e)
{
	struct fact f = { .kind = "back",
		.thread = m->thread,
		.message = m->message };

	if (!m->gone)
		return 0;
	if (db_run(b->s->db, e, "UPDATE message SET gone=0 WHERE id=?1", "i",
		m->message) < 0)
		return -1;
	return event_append(b->s, &b->by, &f, NULL, e);
}

/* It lay here before the mailbox was renumbered: what it bore then. */
static int
drifted(struct batch *b, int64_t message, struct met *m, struct err *e)
{
	struct store *s = b->s;
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e,
		"SELECT flags, keywords FROM adrift WHERE mailbox=?1 AND"
		" message=?2",
		"ii", b->mailbox, message) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc <= 0)
		return rc;
	m->drifted = true;
	m->flags = (unsigned)db_int(&r, 0);
	m->keywords = keywords_split(&s->scratch, db_peek(&r, 1));
	db_done(&r);
	return db_run(s->db, e,
	    "DELETE FROM adrift WHERE mailbox=?1 AND message=?2", "ii",
	    b->mailbox, message);
}

/* Flags and keywords of a place that is new, but for what waits there. */
static int
marks_take(struct batch *b, const struct arrival *v, const struct met *m,
    struct err *e)
{
	struct keywords_change words = { .thread = m->thread,
		.mailbox = b->mailbox,
		.uid = v->uid,
		.was = m->keywords,
		.is = v->keywords };
	struct arena *a = &b->s->scratch;
	struct waiting w;

	if (push_waits(b->s, b->mailbox, v->uid, &w, e) < 0)
		return -1;
	for (size_t i = 0; i < w.tags.n; i++) {
		words.is = keywords_of_tag(a, &words.is, w.tags.v[i], false);
		words.was = keywords_of_tag(a, &words.was, w.tags.v[i], false);
	}
	if (keywords_changed(b->s, &b->by, &words, e) < 0)
		return -1;
	if (m->drifted)
		return flags_changed(b->s, &b->by, m->message, m->thread,
		    m->flags & ~w.flags, v->flags & ~w.flags, e);
	return flags_take(b->s, &b->by, m->message, m->thread,
	    v->flags & ~w.flags, e);
}

static int
meet(struct batch *b, const struct arrival *v, struct met *m, struct err *e)
{
	if (met_read(b, m, e) < 0 || place_add(b, v, m->message, e) < 0 ||
	    drifted(b, m->message, m, e) < 0 ||
	    push_adopt(b->s, m->message, b->mailbox, v->uid, e) < 0)
		return -1;
	return met_back(b, m, e);
}

/* Another place of a mail that we have. */
static int
known_mail(struct batch *b, const struct arrival *v, int64_t message,
    struct err *e)
{
	struct met m = { .message = message };
	struct store *s = b->s;

	if (meet(b, v, &m, e) < 0)
		return -1;
	b->count->merged++;
	if (b->role == ROLE_SENT && m.weight == WEIGHT_OURS && b->server)
		return outbox_in_sent(s, &b->by, message, e);
	if (whose_again(s, message, v->mail, 1u << b->role, b->history,
		b->by.now, e) < 0)
		return -1;
	return marks_take(b, v, &m, e);
}

static void
describe(struct batch *b, const struct arrival *v, struct message_new *n)
{
	const struct mail *m = v->mail;
	int64_t at = instant_of(b, v);
	struct whose is = whose_is(b->s, m, 1u << b->role);

	*n = (struct message_new){
		.mail = m,
		.kind = MESSAGE_MAIL,
		.direction = is.direction,
		.weight = is.weight,
		.received_at = at,
		.seen = is.direction == DIRECTION_OUT ||
			(v->flags & MAIL_SEEN) != 0,
		.old = b->history > 0 && at < b->by.now - b->history,
		.junk = is.junk,
		.packed = v->packed,
		.packed_size = v->packed_size,
		.partial = !v->partial   ? 0
			   : v->full > 0 ? v->full
					 : 1,
	};
	/* Somebody filed it away elsewhere: it is done with. */
	if (b->role == ROLE_ARCHIVE && (v->flags & MAIL_SEEN) != 0)
		n->old = true;
}

static int
new_people(struct batch *b, struct message_new *n, const struct address *who,
    struct err *e)
{
	if (n->weight == WEIGHT_FOUND &&
	    (customer_wrote_to(b->s, &n->mail->to, n->received_at, e) < 0 ||
		customer_wrote_to(b->s, &n->mail->cc, n->received_at, e) < 0))
		return -1;
	return customer_of(b->s, who, n->received_at, &n->customer, e);
}

/*
 * What claims to be ours and is not counts as nobody's: neither our word nor
 * that of whom it names.
 */
static int
new_thread(struct batch *b, struct message_new *n, const struct address *who,
    struct kin *k, struct placing *p, struct err *e)
{
	bool out = n->direction == DIRECTION_OUT;
	bool ours = out && n->weight == WEIGHT_FOUND;

	if (group_read(b->s, n->mail, out && !ours ? "" : who->addr, ours,
		n->received_at, k, e) < 0 ||
	    group_place(b->s, n->mail, k, b->by.now, p, e) < 0)
		return -1;
	n->thread = p->thread;
	return 0;
}

static int
new_mail(struct batch *b, const struct arrival *v, struct err *e)
{
	struct fact f = { .kind = "mail" };
	struct message_new n;
	struct address who;
	struct placing p;
	int64_t was = 0;
	struct kin k;

	describe(b, v, &n);
	who = group_counterpart(b->s, n.mail, n.direction);
	if (new_people(b, &n, &who, e) < 0 ||
	    new_thread(b, &n, &who, &k, &p, e) < 0)
		return -1;
	if (!p.made &&
	    db_get(b->s->db, &was, e, "SELECT state FROM thread WHERE id=?1",
		"i", n.thread) < 0)
		return -1;
	if (message_insert(b->s, &n, &f.message, e) < 0 ||
	    (v->again && wanted_again(b->s, f.message, b->by.now, e) < 0) ||
	    group_keep(b->s, &k, &p, f.message, e) < 0 ||
	    place_add(b, v, f.message, e) < 0)
		return -1;
	f.thread = n.thread;
	if (event_append(b->s, &b->by, &f, NULL, e) < 0)
		return -1;
	b->count->fetched++;
	b->count->threads += p.made;
	b->count->answered += n.weight == WEIGHT_FOUND;
	b->count->reopened += n.weight == WEIGHT_CUSTOMER && !n.junk &&
			      (was == THREAD_CLOSED || was == THREAD_PENDING);
	if ((v->flags & MAIL_FLAGGED) != 0 &&
	    star_thread(b->s, &b->by, n.thread, true, e) < 0)
		return -1;
	if (v->keywords.n > 0) {
		struct keywords_change words = { .thread = n.thread,
			.mailbox = b->mailbox,
			.uid = v->uid,
			.is = v->keywords };

		if (keywords_changed(b->s, &b->by, &words, e) < 0)
			return -1;
	}
	return doubt_settled(b, n.mail, e);
}

static int
one(struct batch *b, const struct arrival *v, struct err *e)
{
	int64_t message;
	int rc = find_place(b, v->uid, &message, e);

	b->role = v->home != ROLE_NONE ? v->home : b->box;
	if (rc != 0) /* a batch repeated after a crash */
		return rc < 0 ? -1 : 0;
	rc = find_message(b, v, &message, e);
	if (rc < 0)
		return -1;
	return rc > 0 ? known_mail(b, v, message, e) : new_mail(b, v, e);
}

static int
batch_begin(struct batch *b, struct err *e)
{
	const char *account;
	int64_t role;
	int rc;

	rc = db_get(b->s->db, &role, e, "SELECT role FROM mailbox WHERE id=?1",
	    "i", b->mailbox);
	if (rc == 0)
		return err_set(e, ERR_BUG, 0, "no mailbox %lld",
		    (long long)b->mailbox);
	if (rc < 0 ||
	    db_get_text(b->s->db, &b->s->scratch, &account, e,
		"SELECT account FROM mailbox WHERE id=?1", "i", b->mailbox) < 0)
		return -1;
	b->box = (enum mailbox_role)role;
	b->server = shop_account(b->s->shop, account) != NULL;
	return least_cut(b, e);
}

/*
 * Whoever commits and begins again at once is always first in line.  Who
 * stands in it looks every few milliseconds: wait until they all had their
 * turn, though not for ever.
 */
static void
let_agents_in(struct store *s)
{
	const struct timespec t = { 0, LOOK_US * 1000 };

	while (when_us() - s->batch_ended < PAUSE_US && db_wanted(s->db)) {
		s->waited = when_us();
		nanosleep(&t, NULL);
	}
}

/*
 * What a part has stored must be settled and committed yet, which takes about
 * as long again: while agents are at work it stops without being asked.
 */
static bool
is_turn_of_others(struct store *s, int64_t began)
{
	int64_t now = when_us();

	if (now - began < SLICE_US)
		return false;
	if (db_wanted(s->db))
		s->waited = now;
	return agents_about(s);
}

/* The log, whenever it has grown by so much. */
static int
log_trim(struct store *s, struct err *e)
{
	int64_t pages = db_wal_pages(s->db);

	if (pages < s->trimmed) /* it began anew */
		s->trimmed = 0;
	if (pages - s->trimmed <= WAL_PAGES)
		return 0;
	s->trimmed = pages;
	return ingest_checkpoint(s, CHECKPOINT_FEW, e);
}

/*
 * One transaction: all of it with the cursor, or as many mails as there were
 * when it was somebody else's turn.  Those are found again and passed over
 * if the rest is cut off, as a batch that is repeated.
 */
static int
batch_part(struct batch *b, const struct arrival *v, size_t n, size_t *done,
    const struct cursor *c, struct err *e)
{
	struct store *s = b->s;
	int64_t now = b->by.now, began;
	int rc;

	let_agents_in(s);
	if (store_begin(s, DB_QUICK, e) < 0)
		return -1;
	began = when_us();
	rc = batch_begin(b, e);
	while (rc == 0 && *done < n) {
		rc = one(b, &v[*done], e);
		++*done;
		if (rc == 0 && *done < n && is_turn_of_others(s, began))
			break;
	}
	if (rc == 0)
		rc = group_settle(s, &b->by, e);
	if (rc == 0 && *done == n)
		rc = cursor_write(s, b->mailbox, c, e);
	rc = store_end(s, rc, now, e);
	s->batch_ended = when_us();
	return rc < 0 ? -1 : log_trim(s, e);
}

int
ingest_batch(struct store *s, int64_t mailbox, const struct arrival *v,
    size_t n, const struct cursor *c, int64_t history, int64_t now,
    struct ingest_count *count, struct err *e)
{
	struct ingest_count sum = { 0 };
	struct batch b = { .s = s,
		.mailbox = mailbox,
		.history = history,
		.by = act_machine(now),
		.count = &sum };
	size_t done = 0;
	int rc;

	do {
		rc = batch_part(&b, v, n, &done, c, e);
	} while (rc == 0 && done < n);
	if (rc == 0 && count != NULL) {
		count->fetched += sum.fetched;
		count->threads += sum.threads;
		count->merged += sum.merged;
		count->reopened += sum.reopened;
		count->answered += sum.answered;
	}
	return rc;
}

int
ingest_relocate(struct store *s, int64_t mailbox, const int64_t *message,
    const struct arrival *v, size_t n, int64_t now, struct err *e)
{
	struct batch b = { .s = s, .mailbox = mailbox, .by = act_machine(now) };
	int rc;

	let_agents_in(s);
	if (store_begin(s, DB_QUICK, e) < 0)
		return -1;
	rc = batch_begin(&b, e);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct met m = { .message = message[i] };

		rc = meet(&b, &v[i], &m, e);
		if (rc == 0)
			rc = marks_take(&b, &v[i], &m, e);
	}
	rc = store_end(s, rc, now, e);
	s->batch_ended = when_us();
	return rc;
}
