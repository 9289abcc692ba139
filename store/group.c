/*
 * group.c -- which thread a mail belongs to (mail.md, Threads).
 */
#include "store/own.h"

#include <string.h>

#include "base/hash.h"
#include "desk/people.h"

#define SUBJECT_DAYS ((int64_t)14 * 86400)
#define MOST_THREADS 64 /* one mail can tie together */

int64_t
mid_key(const char *id)
{
	uint8_t hash[HASH_SIZE];

	hash_sha256(id, strlen(id), hash);
	return hash_key(hash);
}

int
thread_begin(struct store *s, const uint8_t uid[16], int64_t now, int64_t *id,
    struct err *e)
{
	/* merged is -1 until it is settled: no list sees half a thread, and
	 * its index entries are written once. */
	if (db_run(s->db, e,
		"INSERT INTO thread(uid, merged, seen_at)"
		" VALUES(?1, -1, ?2)",
		"bi", uid, (size_t)16, now) < 0)
		return -1;
	*id = db_last_id(s->db);
	return 0;
}

int
thread_follow(struct store *s, int64_t id, int64_t *to, struct err *e)
{
	int64_t next;

	*to = id;
	for (int i = 0; i < 1000; i++) {
		int rc = db_get(s->db, &next, e,
		    "SELECT coalesce(merged, -1) FROM thread WHERE id=?1", "i",
		    *to);

		if (rc < 0)
			return -1;
		if (rc == 0)
			*to = 0;
		if (rc == 0 || next <= 0)
			return 0;
		*to = next;
	}
	return err_set(e, ERR_DATA, 0, "thread %lld runs in a circle",
	    (long long)id);
}

int
thread_by_uid(struct store *s, const uint8_t uid[16], int64_t *id,
    struct err *e)
{
	int rc;

	rc = db_get(s->db, id, e, "SELECT id FROM thread WHERE uid=?1", "b",
	    uid, (size_t)16);
	if (rc == 0) {
		/* Named after another of its messages: arrival decides which
		 * one was the first here. */
		rc = db_get(s->db, id, e,
		    "SELECT thread FROM message WHERE name=?1 AND"
		    " substr(hash, 1, 16)=?2",
		    "ib", hash_key(uid), uid, (size_t)16);
	}
	if (rc <= 0)
		return rc;
	return thread_follow(s, *id, id, e);
}

/* ---- candidates, best evidence first ---- */

struct found {
	int64_t v[MOST_THREADS];
	size_t n;
};

static void
found_add(struct found *f, int64_t thread)
{
	if (thread == 0)
		return;
	for (size_t i = 0; i < f->n; i++) {
		if (f->v[i] == thread)
			return;
	}
	if (f->n < MOST_THREADS)
		f->v[f->n++] = thread;
}

static int
by_signed_id(struct store *s, const struct strings *ids, struct found *f,
    struct err *e)
{
	for (size_t i = ids->n; i-- > 0;) {
		uint8_t uid[16];
		int64_t thread;

		if (group_check_id(s->key, ids->v[i], uid) != 1)
			continue;
		if (thread_by_uid(s, uid, &thread, e) < 0)
			return -1;
		found_add(f, thread);
	}
	return 0;
}

static int
by_id(struct store *s, const char *id, struct found *f, struct err *e)
{
	int64_t thread;
	int rc = db_get(s->db, &thread, e, "SELECT thread FROM mid WHERE id=?1",
	    "i", mid_key(id));

	if (rc <= 0)
		return rc;
	if (thread_follow(s, thread, &thread, e) < 0)
		return -1;
	found_add(f, thread);
	return 0;
}

static int
by_known_ids(struct store *s, const struct mail *m, const struct strings *ids,
    struct found *f, struct err *e)
{
	for (size_t i = ids->n; i-- > 0;) {
		if (by_id(s, ids->v[i], f, e) < 0)
			return -1;
	}
	if (*m->original_id != '\0' && by_id(s, m->original_id, f, e) < 0)
		return -1;
	return m->has_message_id ? by_id(s, m->message_id, f, e) : 0;
}

static const char *
sender_key(struct store *s, const struct mail *m)
{
	if (m->from.n == 0 || *m->from.v[0].addr == '\0')
		return NULL;
	return people_key(&s->scratch, m->from.v[0].addr);
}

/* Does she already take part: as customer, or as writer of a message? */
static int
takes_part(struct store *s, const char *key, int64_t thread, struct err *e)
{
	int64_t yes;

	if (key == NULL)
		return 0;
	return db_get(s->db, &yes, e,
	    "SELECT 1 FROM message m JOIN address a ON a.customer=m.customer"
	    " WHERE m.thread=?1 AND a.key=?2 LIMIT 1",
	    "is", thread, key);
}

static int
by_number(struct store *s, const struct mail *m, struct found *f, struct err *e)
{
	int64_t thread = group_subject_number(m->subject);
	int rc;

	if (thread == 0)
		return 0;
	if (thread_follow(s, thread, &thread, e) < 0)
		return -1;
	if (thread == 0)
		return 0;
	rc = takes_part(s, sender_key(s, m), thread, e);
	if (rc > 0)
		found_add(f, thread);
	return rc < 0 ? -1 : 0;
}

static int
by_subject(struct store *s, const struct mail *m, int64_t at, struct found *f,
    struct err *e)
{
	const char *key = sender_key(s, m);
	struct base_subject base;
	int64_t thread;
	int rc;

	if (key == NULL || m->automatic || m->list)
		return 0;
	group_base_subject(&s->scratch, m->subject, &base);
	if (!base.reply || *base.text == '\0')
		return 0;
	rc = db_get(s->db, &thread, e,
	    "SELECT thread FROM subject WHERE base=?1 AND address=?2"
	    " AND abs(at-?3)<=?4",
	    "ssii", base.text, key, at, SUBJECT_DAYS);
	if (rc <= 0)
		return rc;
	if (thread_follow(s, thread, &thread, e) < 0)
		return -1;
	found_add(f, thread);
	return 0;
}

/* ---- after the choice ---- */

static int
tie(struct store *s, int64_t key, int64_t thread, struct err *e)
{
	return db_run(s->db, e, "INSERT OR IGNORE INTO mid VALUES(?1, ?2)",
	    "ii", key, thread);
}

int
group_tie(struct store *s, const char *id, int64_t thread, struct err *e)
{
	return tie(s, mid_key(id), thread, e);
}

static int
tie_all(struct store *s, const struct mail *m, const struct strings *ids,
    int64_t thread, struct err *e)
{
	for (size_t i = 0; i < ids->n; i++) {
		if (tie(s, mid_key(ids->v[i]), thread, e) < 0)
			return -1;
	}
	if (*m->original_id != '\0' &&
	    tie(s, mid_key(m->original_id), thread, e) < 0)
		return -1;
	return tie(s, mid_key(m->message_id), thread, e);
}

static int
remember_subject(struct store *s, const struct mail *m, int64_t at,
    int64_t thread, struct err *e)
{
	const char *key = sender_key(s, m);
	struct base_subject base;

	if (key == NULL || m->automatic || m->list ||
	    shop_owns(s->shop, m->from.v[0].addr))
		return 0;
	group_base_subject(&s->scratch, m->subject, &base);
	if (*base.text == '\0')
		return 0;
	return db_run(s->db, e,
	    "INSERT INTO subject VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO"
	    " UPDATE SET thread=?3, at=?4 WHERE at<?4",
	    "ssii", base.text, key, thread, at);
}

/*
 * Two threads may run together when one mail belongs to both: not if both
 * have somebody who looks after them, and not on the word of a stranger to
 * the one of them.  own: the mail was itself expected in one of them.
 */
static int
may_merge(struct store *s, const struct mail *m, int64_t a, int64_t b, bool own,
    struct err *e)
{
	const char *key = sender_key(s, m);
	int64_t assigned, customers;
	int rc;

	if (db_get(s->db, &assigned, e,
		"SELECT count(*) FROM thread"
		" WHERE id IN (?1, ?2) AND assignee<>0",
		"ii", a, b) < 0)
		return -1;
	if (assigned > 1)
		return 0;
	if (own || (key != NULL && shop_owns(s->shop, key)))
		return 1;
	if (db_get(s->db, &customers, e,
		"SELECT count(DISTINCT customer)"
		" FROM message WHERE thread IN (?1, ?2) AND customer<>0",
		"ii", a, b) < 0)
		return -1;
	if (customers <= 1)
		return 1;
	rc = takes_part(s, key, a, e);
	return rc <= 0 ? rc : takes_part(s, key, b, e);
}

static int
unite(struct store *s, const struct mail *m, struct found *f, int64_t now,
    struct err *e)
{
	struct found own = { .n = 0 };
	struct act by = act_machine(now);

	if (f->n > 1 && by_id(s, m->message_id, &own, e) < 0)
		return -1;
	for (size_t i = 1; i < f->n; i++) {
		int64_t into = f->v[0];
		int rc = may_merge(s, m, into, f->v[i], own.n > 0, e);

		if (rc < 0)
			return -1;
		if (rc == 0)
			continue;
		if (thread_merge(s, &by, into, f->v[i], &f->v[0], e) < 0)
			return -1;
	}
	return 0;
}

int
group_place(struct store *s, const struct mail *m, int64_t received_at,
    int64_t now, int64_t *thread, bool *made, struct err *e)
{
	struct strings ids = group_ids(&s->scratch, m);
	struct found f = { .n = 0 };

	*made = false;
	if (by_signed_id(s, &ids, &f, e) < 0 ||
	    by_known_ids(s, m, &ids, &f, e) < 0)
		return -1;
	if (f.n == 0 && by_number(s, m, &f, e) < 0)
		return -1;
	if (f.n == 0 && by_subject(s, m, received_at, &f, e) < 0)
		return -1;
	if (f.n == 0) {
		*made = true;
		if (thread_begin(s, m->hash, now, &f.v[0], e) < 0)
			return -1;
	} else if (unite(s, m, &f, now, e) < 0) {
		return -1;
	}
	*thread = f.v[0];
	if (tie_all(s, m, &ids, *thread, e) < 0)
		return -1;
	return remember_subject(s, m, received_at, *thread, e);
}
