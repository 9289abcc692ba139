/*
 * group.c -- which thread a mail comes to.
 *
 * The rules are desk/kin.h's, over all the mails they may concern; family.c
 * gathers those and applies the answer.  That is more than most arrivals
 * need: a mail whose references all lead to one thread, and that nothing
 * else was waiting for, goes there.  Whatever is not as plain as that is put
 * where it seems to belong, and looked at again before the transaction ends.
 */
#include "store/own.h"

#include <string.h>

#include "base/hash.h"
#include "desk/people.h"

#define MOST_PEOPLE 16 /* addressed by one mail that are kept in mind */

/* In table tie: threads about which the rules need more than their ids. */
#define TIE_LOOSE ((int64_t)0)

/* ---- keys ---- */

static int64_t
text_key(const char *s)
{
	uint8_t hash[HASH_SIZE];

	hash_sha256(s, strlen(s), hash);
	return hash_key(hash);
}

int64_t
mid_key(const char *id)
{
	int64_t key = text_key(id) & ~(int64_t)1;

	return key != 0 ? key : 2;
}

int64_t
name_key(const uint8_t *hash)
{
	return hash_key(hash) | 1;
}

/* ---- threads ---- */

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

/* ---- reading ---- */

struct keys {
	int64_t *v;
	size_t n;
};

static void
keys_add(struct store *s, struct keys *k, int64_t key)
{
	k->v = arena_grow(&s->scratch, k->v, k->n, sizeof(*k->v));
	k->v[k->n++] = key;
}

/* An id, after what it is known to stand behind if it is one of ours. */
static void
id_add(struct store *s, struct keys *k, const char *id)
{
	uint8_t uid[16];

	if (group_check_id(s->key, id, uid) == 1)
		keys_add(s, k, name_key(uid));
	keys_add(s, k, mid_key(id));
}

static void
read_ids(struct store *s, const struct mail *m, bool ours, struct kin *out)
{
	struct strings ids = group_ids(&s->scratch, m);
	struct keys k = { 0 };
	uint8_t uid[16];

	if (ours && group_check_id(s->key, m->message_id, uid) == 1)
		keys_add(s, &k, name_key(uid));
	for (size_t i = 0; i < ids.n; i++)
		id_add(s, &k, ids.v[i]);
	if (m->bounce != NULL && *m->bounce->about != '\0')
		id_add(s, &k, m->bounce->about);
	out->ids = k.v;
	out->ids_n = k.n;
}

static int64_t
address_key(struct store *s, const char *addr)
{
	if (addr == NULL || *addr == '\0')
		return 0;
	return text_key(people_key(&s->scratch, addr));
}

static void
read_people(struct store *s, const struct mail *m, struct kin *out)
{
	const struct addresses *who[] = { &m->to, &m->cc };
	struct keys k = { 0 };

	for (size_t j = 0; j < 2; j++) {
		for (size_t i = 0; i < who[j]->n && k.n < MOST_PEOPLE; i++) {
			const char *addr = who[j]->v[i].addr;

			if (*addr != '\0' && !shop_owns(s->shop, addr))
				keys_add(s, &k, address_key(s, addr));
		}
	}
	out->to = k.v;
	out->to_n = k.n;
}

struct address
group_counterpart(struct store *s, const struct mail *m, enum direction d)
{
	const struct addresses *who[] = { &m->to, &m->cc, &m->bcc };

	if (d == DIRECTION_IN)
		return people_customer(&s->scratch, s->shop, m);
	for (size_t k = 0; k < 3; k++) {
		for (size_t i = 0; i < who[k]->n; i++) {
			const struct address *a = &who[k]->v[i];

			if (*a->addr != '\0' && !shop_owns(s->shop, a->addr))
				return *a;
		}
	}
	return (struct address){ "", "" };
}

static int
read_number(struct store *s, const struct mail *m, struct kin *out,
    struct err *e)
{
	int64_t number = group_subject_number(m->subject);
	struct rows r;
	int rc;

	if (number == 0)
		return 0;
	if (db_ask(s->db, &r, e, "SELECT uid FROM thread WHERE id=?1", "i",
		number) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc > 0) {
		size_t n;
		const void *uid = db_blob(&r, 0, &n);

		if (n == 16)
			out->asked = name_key(uid);
		db_done(&r);
	}
	return rc < 0 ? -1 : 0;
}

int
group_read(struct store *s, const struct mail *m, const char *customer,
    bool ours, int64_t at, struct kin *out, struct err *e)
{
	struct base_subject base;

	*out = (struct kin){ .at = m->date > 0 ? m->date : at,
		.name = name_key(m->hash),
		.id = mid_key(m->message_id),
		.alias = *m->original_id != '\0' ? mid_key(m->original_id) : 0,
		.customer = address_key(s, customer),
		.flags = ours ? KIN_OURS : 0 };
	read_ids(s, m, ours, out);
	read_people(s, m, out);
	group_base_subject(&s->scratch, m->subject, &base);
	if (base.reply)
		out->flags |= KIN_REPLY;
	if (people_is_robot(s->shop, m))
		out->flags |= KIN_ROBOT;
	else if (*base.text != '\0' && out->customer != 0)
		out->base = text_key(base.text) | 1;
	return read_number(s, m, out, e);
}

/* ---- where an id is known ---- */

int
found_add(struct store *s, struct found *f, int64_t thread, struct err *e)
{
	if (thread_follow(s, thread, &thread, e) < 0)
		return -1;
	if (thread == 0)
		return 0;
	for (size_t i = 0; i < f->n; i++) {
		if (f->v[i] == thread)
			return 0;
	}
	f->v = arena_grow(&s->scratch, f->v, f->n, sizeof(*f->v));
	f->v[f->n++] = thread;
	return 0;
}

static int
found_rows(struct store *s, struct found *f, struct rows *r, struct err *e)
{
	struct keys k = { 0 };
	int rc;

	while ((rc = db_next(r, e)) > 0)
		keys_add(s, &k, db_int(r, 0));
	for (size_t i = 0; rc == 0 && i < k.n; i++)
		rc = found_add(s, f, k.v[i], e);
	return rc;
}

int
found_key(struct store *s, struct found *f, int64_t key, struct err *e)
{
	struct rows r;

	if (key == 0)
		return 0;
	if (db_ask(s->db, &r, e, "SELECT thread FROM tie WHERE id=?1", "i",
		key) < 0 ||
	    found_rows(s, f, &r, e) < 0)
		return -1;
	if ((key & 1) == 0)
		return 0;
	if (db_ask(s->db, &r, e,
		"SELECT thread FROM message WHERE name IN (?1, ?2)", "ii", key,
		key & ~(int64_t)1) < 0)
		return -1;
	return found_rows(s, f, &r, e);
}

int
found_subject(struct store *s, struct found *f, const struct kin *k,
    struct err *e)
{
	struct rows r;

	if (k->base == 0)
		return 0;
	if (db_ask(s->db, &r, e,
		"SELECT m.thread FROM kin k JOIN message m ON m.id=k.message"
		" WHERE k.base=?1 AND k.base<>0 AND k.customer=?2"
		" AND k.at BETWEEN ?3 AND ?4"
		" AND (?5 OR k.flags & ?6)",
		"iiiiii", k->base, k->customer, k->at - KIN_DAYS,
		k->at + KIN_DAYS, (int64_t)((k->flags & KIN_REPLY) != 0),
		(int64_t)KIN_REPLY) < 0)
		return -1;
	return found_rows(s, f, &r, e);
}

/* ---- placing ---- */

static bool
others(const struct found *f, int64_t thread)
{
	return f->n > 1 || (f->n == 1 && f->v[0] != thread);
}

/* Best evidence first; *thread is the first one found. */
static int
by_ids(struct store *s, const struct kin *k, struct found *f, struct err *e)
{
	for (size_t i = k->ids_n; i-- > 0;) {
		if (found_key(s, f, k->ids[i], e) < 0)
			return -1;
	}
	return 0;
}

/* What was said of this mail before it came. */
static int
by_itself(struct store *s, const struct kin *k, struct found *f, struct err *e)
{
	if (found_key(s, f, k->id, e) < 0 || found_key(s, f, k->alias, e) < 0)
		return -1;
	return found_key(s, f, k->name, e);
}

/* The latest mail of the same subject and customer before it. */
static int
by_subject(struct store *s, const struct kin *k, struct found *f, struct err *e)
{
	int64_t thread;
	int rc;

	if (k->base == 0 || (k->flags & KIN_REPLY) == 0)
		return 0;
	rc = db_get(s->db, &thread, e,
	    "SELECT m.thread FROM kin k JOIN message m ON m.id=k.message"
	    " WHERE k.base=?1 AND k.base<>0 AND k.customer=?2"
	    " AND k.at BETWEEN ?3 AND ?4"
	    " ORDER BY k.at DESC LIMIT 1",
	    "iiii", k->base, k->customer, k->at - KIN_DAYS, k->at);
	return rc <= 0 ? rc : found_add(s, f, thread, e);
}

static int
is_loose(struct store *s, int64_t thread, struct err *e)
{
	int64_t yes;

	return db_get(s->db, &yes, e,
	    "SELECT 1 FROM tie WHERE id=?1 AND thread=?2", "ii", TIE_LOOSE,
	    thread);
}

int
group_loose(struct store *s, int64_t thread, struct err *e)
{
	return db_run(s->db, e, "INSERT OR IGNORE INTO tie VALUES(?1, ?2)",
	    "ii", TIE_LOOSE, thread);
}

/* Has anybody but this customer a mail there? */
static int
is_mixed(struct store *s, int64_t thread, int64_t customer, struct err *e)
{
	int64_t yes;

	return db_get(s->db, &yes, e,
	    "SELECT 1 FROM message m JOIN kin k ON k.message=m.id"
	    " WHERE m.thread=?1 AND k.customer<>?2 LIMIT 1",
	    "ii", thread, customer);
}

/*
 * Is it certain that the rules leave all as it is and put the mail there?
 * Its references, own ids and subject lead nowhere else; and if others spoke
 * of it before it came, they are one customer's.
 */
static int
is_plain(struct store *s, const struct kin *k, int64_t thread,
    const struct found *itself, struct err *e)
{
	struct found f = { 0 };
	int rc;

	if (others(itself, thread) || k->asked != 0)
		return 0;
	rc = is_loose(s, thread, e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (found_subject(s, &f, k, e) < 0)
		return -1;
	if (others(&f, thread))
		return 0;
	rc = itself->n > 0 ? is_mixed(s, thread, k->customer, e) : 0;
	return rc < 0 ? -1 : rc == 0;
}

int
group_place(struct store *s, const struct mail *m, const struct kin *k,
    int64_t now, struct placing *p, struct err *e)
{
	struct found ids = { 0 }, itself = { 0 }, guess = { 0 };
	int rc;

	*p = (struct placing){ 0 };
	if (by_ids(s, k, &ids, e) < 0 || by_itself(s, k, &itself, e) < 0)
		return -1;
	guess = ids.n > 0 ? ids : itself;
	if (guess.n == 0 && (found_key(s, &guess, k->asked, e) < 0 ||
				by_subject(s, k, &guess, e) < 0))
		return -1;
	p->made = guess.n == 0;
	if (p->made && thread_begin(s, m->hash, now, &p->thread, e) < 0)
		return -1;
	if (!p->made)
		p->thread = guess.v[0];
	if (ids.n + itself.n == 0 && !p->made) {
		p->stray = true;
		return 0;
	}
	rc =
	    others(&ids, p->thread) ? 0 : is_plain(s, k, p->thread, &itself, e);
	p->stray = rc == 0;
	return rc < 0 ? -1 : 0;
}

/* ---- keeping ---- */

int
group_tie(struct store *s, const struct kin *k, int64_t thread, struct err *e)
{
	const int64_t own[] = { k->id, k->alias, k->asked };

	for (size_t i = 0; i < k->ids_n + 3; i++) {
		int64_t key = i < 3 ? own[i] : k->ids[i - 3];

		if (key != 0 &&
		    db_run(s->db, e, "INSERT OR IGNORE INTO tie VALUES(?1, ?2)",
			"ii", key, thread) < 0)
			return -1;
	}
	return 0;
}

int
kin_write(struct store *s, int64_t message, const struct kin *k, struct err *e)
{
	return db_run(s->db, e,
	    "INSERT OR REPLACE INTO kin(message, at, id, alias, customer,"
	    " base, asked, flags, ids, people)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
	    "iiiniinibb", message, k->at, k->id, k->alias, k->customer, k->base,
	    k->asked, (int64_t)k->flags, k->ids, k->ids_n * sizeof(*k->ids),
	    k->to, k->to_n * sizeof(*k->to));
}

int
group_keep(struct store *s, const struct kin *k, const struct placing *p,
    int64_t message, struct err *e)
{
	if (kin_write(s, message, k, e) < 0 ||
	    group_tie(s, k, p->thread, e) < 0)
		return -1;
	if (p->stray) {
		struct strays *v = &s->stray;

		v->v = arena_grow(&s->scratch, v->v, v->n, sizeof(*v->v));
		v->v[v->n++] = message;
		keyset_take(&s->scratch, &v->in, message);
	}
	return 0;
}
