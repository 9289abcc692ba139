/*
 * family.c -- the mails that may decide about each other's thread.
 */
#include "store/own.h"

#include <string.h>

#include "store/query.h"

#define MOST_MAILS 20000

/* ---- keys looked up already ---- */

/* Where the key is, or would be. */
static size_t
keyset_slot(const struct keyset *k, int64_t key)
{
	size_t i =
	    (size_t)(((uint64_t)key * 0x9e3779b97f4a7c15U) >> 20) & k->mask;

	while (k->slot[i] != 0 && k->slot[i] != key)
		i = (i + 1) & k->mask;
	return i;
}

static void
keyset_widen(struct arena *a, struct keyset *k)
{
	struct keyset more = {
		.mask = k->mask == 0 ? 63 : 2 * k->mask + 1,
		.n = k->n,
	};

	more.slot = arena_array(a, more.mask + 1, sizeof(*more.slot));
	for (size_t i = 0; k->slot != NULL && i <= k->mask; i++) {
		if (k->slot[i] != 0)
			more.slot[keyset_slot(&more, k->slot[i])] = k->slot[i];
	}
	*k = more;
}

bool
keyset_has(const struct keyset *k, int64_t key)
{
	return key != 0 && k->slot != NULL &&
	       k->slot[keyset_slot(k, key)] == key;
}

bool
keyset_take(struct arena *a, struct keyset *k, int64_t key)
{
	size_t i;

	if (key == 0)
		return false;
	if (2 * k->n >= k->mask)
		keyset_widen(a, k);
	i = keyset_slot(k, key);
	if (k->slot[i] == key)
		return false;
	k->slot[i] = key;
	k->n++;
	return true;
}

/* ---- gathering ---- */

static void
want(struct family *f, int64_t thread)
{
	if (!keyset_take(f->a, &f->in, thread))
		return;
	f->thread = arena_grow(f->a, f->thread, f->threads, sizeof(*f->thread));
	f->thread[f->threads++] = thread;
}

static void
want_all(struct family *f, const struct found *found)
{
	for (size_t i = 0; i < found->n; i++)
		want(f, found->v[i]);
}

static int
ask_key(struct family *f, int64_t key, struct err *e)
{
	struct found found = { 0 };

	if (!keyset_take(f->a, &f->asked, key))
		return 0;
	if (found_key(f->s, &found, key, e) < 0)
		return -1;
	want_all(f, &found);
	return 0;
}

static int
ask_about(struct family *f, const struct kin *k, struct err *e)
{
	struct found found = { 0 };

	if (ask_key(f, k->id, e) < 0 || ask_key(f, k->alias, e) < 0 ||
	    ask_key(f, k->name, e) < 0 || ask_key(f, k->asked, e) < 0)
		return -1;
	for (size_t i = 0; i < k->ids_n; i++) {
		if (ask_key(f, k->ids[i], e) < 0)
			return -1;
	}
	if (found_subject(f->s, &found, k, e) < 0)
		return -1;
	want_all(f, &found);
	return 0;
}

/* ---- the mails of a thread ---- */

static const int64_t *
keys_read(struct rows *r, int col, struct arena *a, size_t *n)
{
	const void *p = db_blob(r, col, n);
	int64_t *v;

	*n /= sizeof(*v);
	v = arena_array(a, *n, sizeof(*v));
	if (*n > 0)
		memcpy(v, p, *n * sizeof(*v));
	return v;
}

/* A row of kin, after its message. */
#define KIN_COLUMNS                                                            \
	"SELECT m.id, m.name, k.at, k.id, k.alias, k.customer, k.base,"        \
	" k.asked, k.flags, k.ids, k.people"

static void
kin_load(struct rows *r, struct arena *a, struct kin *out)
{
	*out = (struct kin){
		.name = db_int(r, 1) | 1,
		.at = db_int(r, 2),
		.id = db_int(r, 3),
		.alias = db_int(r, 4),
		.customer = db_int(r, 5),
		.base = db_int(r, 6),
		.asked = db_int(r, 7),
		.flags = (unsigned)db_int(r, 8),
	};
	out->ids = keys_read(r, 9, a, &out->ids_n);
	out->to = keys_read(r, 10, a, &out->to_n);
}

/*
 * Has an agent worked on it?  What the machine only guessed is then not torn
 * from her hands.
 */
static int
is_held(struct store *s, int64_t thread, struct err *e)
{
	int64_t yes;

	return db_get(s->db, &yes, e,
	    "SELECT 1 FROM event WHERE thread=?1 AND agent IS NOT NULL AND"
	    " undone=0 AND kind IN ('assign', 'state', 'dismiss', 'snooze',"
	    " 'tag', 'untag', 'star', 'note', 'send', 'automatic') LIMIT 1",
	    "i", thread);
}

enum load_how { LOAD_ALONE, LOAD_KIN };

static int
load_mails(struct family *f, int64_t thread, bool held, int64_t owned,
    enum load_how how, struct err *e)
{
	size_t first = f->n;
	struct rows r;
	int rc;

	if (db_ask(f->s->db, &r, e,
		KIN_COLUMNS ", p.message, p.cut FROM message m JOIN kin k"
			    " ON k.message=m.id LEFT JOIN pin p"
			    " ON p.message=m.id WHERE m.thread=?1",
		"i", thread) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		struct kin *k;

		f->m = arena_grow(f->a, f->m, f->n, sizeof(*f->m));
		f->k = arena_grow(f->a, f->k, f->n, sizeof(*f->k));
		k = &f->k[f->n];
		kin_load(&r, f->a, k);
		if (held || (k->flags & KIN_UNREAD) != 0)
			k->hold = thread;
		/* It was put here a moment ago, on a guess. */
		if (keyset_has(&f->s->stray.in, db_int(&r, 0)))
			k->hold = 0;
		k->anchor = db_is_null(&r, 11) ? 0 : thread;
		k->cut = db_int(&r, 12) != 0;
		k->owned = owned;
		f->m[f->n++] = (struct member){ db_int(&r, 0), thread };
	}
	for (size_t i = first; how == LOAD_KIN && rc == 0 && i < f->n; i++)
		rc = ask_about(f, &f->k[i], e);
	return rc;
}

static int
load_thread(struct family *f, int64_t thread, struct err *e)
{
	int64_t assignee;
	int held = f->strict ? 0 : is_held(f->s, thread, e);

	if (held < 0 ||
	    db_get(f->s->db, &assignee, e,
		"SELECT assignee FROM thread WHERE id=?1", "i", thread) < 0)
		return -1;
	return load_mails(f, thread, held > 0, assignee != 0 ? thread : 0,
	    LOAD_KIN, e);
}

int
family_gather(struct store *s, struct arena *a, const int64_t *thread, size_t n,
    enum family_how how, struct family *out, struct err *e)
{
	*out =
	    (struct family){ .s = s, .a = a, .strict = how == FAMILY_STRICT };
	for (size_t i = 0; i < n; i++) {
		int64_t living;

		if (thread_follow(s, thread[i], &living, e) < 0)
			return -1;
		if (living != 0)
			want(out, living);
	}
	for (size_t i = 0; i < out->threads; i++) {
		if (out->n > MOST_MAILS) {
			out->cut = true;
			return 0;
		}
		if (load_thread(out, out->thread[i], e) < 0)
			return -1;
	}
	return 0;
}

int
kin_tie(struct store *s, int64_t message, int64_t thread, struct err *e)
{
	struct kin k = { 0 };
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e,
		KIN_COLUMNS " FROM message m JOIN kin k ON k.message=m.id"
			    " WHERE m.id=?1",
		"i", message) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc <= 0)
		return rc;
	kin_load(&r, &s->scratch, &k);
	db_done(&r);
	return group_tie(s, &k, thread, e);
}

/* ---- reading ---- */

int
store_parents(struct store *s, int64_t thread, struct arena *a,
    struct parent **v, size_t *n, struct err *e)
{
	struct family f = { .s = s, .a = a, .strict = true };
	size_t *same, *parent;

	*v = NULL;
	*n = 0;
	if (thread_follow(s, thread, &thread, e) < 0 ||
	    load_mails(&f, thread, false, 0, LOAD_ALONE, e) < 0)
		return -1;
	same = arena_array(a, f.n, sizeof(*same));
	parent = arena_array(a, f.n, sizeof(*parent));
	*v = arena_array(a, f.n, sizeof(**v));
	kin_parents(a, f.k, f.n, same, parent);
	for (size_t i = 0; i < f.n; i++)
		(*v)[(*n)++] = (struct parent){
			.message = f.m[i].message,
			.parent = parent[i] < f.n ? f.m[parent[i]].message : 0,
		};
	return 0;
}

int
store_related(struct store *s, int64_t thread, struct arena *a, int64_t **v,
    size_t *n, struct err *e)
{
	struct family f = { .s = s, .a = a, .strict = true };
	int rc = 0;

	*v = NULL;
	*n = 0;
	if (thread_follow(s, thread, &thread, e) < 0)
		return -1;
	want(&f, thread);
	if (load_mails(&f, thread, false, 0, LOAD_KIN, e) < 0)
		return -1;
	for (size_t i = 1; rc >= 0 && i < f.threads; i++) {
		int64_t both;

		rc = db_get(s->db, &both, e,
		    "SELECT 1 FROM thread a, thread b WHERE a.id=?1 AND"
		    " b.id=?2 AND a.assignee<>0 AND b.assignee<>0",
		    "ii", thread, f.thread[i]);
		if (rc <= 0)
			continue;
		*v = arena_grow(a, *v, *n, sizeof(**v));
		(*v)[(*n)++] = f.thread[i];
	}
	return rc < 0 ? -1 : 0;
}
