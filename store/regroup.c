/*
 * regroup.c -- what the rules say of a family becomes threads.
 *
 * Which of the present threads goes on as which group: one somebody looks
 * after before one that was worked on, before the one that was here first;
 * and it stays with the mail it is named after.  A group that has no thread
 * left gets one of its own: the one it had before, or a new one.
 */
#include "store/own.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "store/query.h"

#define NONE ((size_t)-1)

struct group {
	size_t root;  /* its earliest mail */
	int64_t home; /* 0 until it has one */
	size_t mails;
};

struct regroup {
	struct family *f;
	struct group *group;
	size_t groups;
	size_t *of; /* of each mail */
};

/* ---- the groups ---- */

static void
make_groups(struct regroup *g)
{
	struct family *f = g->f;
	size_t *root = arena_array(f->a, f->n, sizeof(*root));
	size_t *at = arena_array(f->a, f->n, sizeof(*at));

	kin_group(f->a, f->k, f->n, root);
	g->of = arena_array(f->a, f->n, sizeof(*g->of));
	g->group = arena_array(f->a, f->n, sizeof(*g->group));
	for (size_t i = 0; i < f->n; i++) {
		if (root[i] != i)
			continue;
		at[i] = g->groups;
		g->group[g->groups++].root = i;
	}
	for (size_t i = 0; i < f->n; i++) {
		g->of[i] = at[root[i]];
		g->group[g->of[i]].mails++;
	}
}

/* ---- homes ---- */

struct place {
	int64_t thread;
	int64_t name; /* of the mail it is named after */
	int rank;     /* 2 looked after, 1 worked on */
};

static int
by_rank(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->rank != y->rank)
		return y->rank - x->rank;
	return x->thread < y->thread ? -1 : x->thread > y->thread;
}

static int
place_of(struct regroup *g, int64_t thread, struct place *out, struct err *e)
{
	uint8_t uid[16];

	*out = (struct place){ .thread = thread };
	if (store_thread_uid(g->f->s, thread, uid, e) < 0)
		return -1;
	out->name = name_key(uid);
	for (size_t i = 0; i < g->f->n; i++) {
		if (g->f->m[i].thread != thread)
			continue;
		if (g->f->k[i].owned != 0)
			out->rank = 2;
		else if (g->f->k[i].hold != 0 || g->f->k[i].anchor != 0)
			out->rank = 1;
		break;
	}
	return 0;
}

/*
 * Which homeless group may stay in a thread: the one that is pinned there,
 * else the one with the mail it is named after, else the largest.
 */
static size_t
stays(struct regroup *g, const struct place *p)
{
	size_t *count = arena_array(g->f->a, g->groups, sizeof(*count));
	size_t best = NONE, named = NONE;

	for (size_t i = 0; i < g->f->n; i++) {
		size_t at = g->of[i];

		if (g->f->m[i].thread != p->thread || g->group[at].home != 0)
			continue;
		if (g->f->k[i].anchor != 0)
			return at;
		if (g->f->k[i].name == p->name)
			named = at;
		count[at]++;
		if (best == NONE || count[at] > count[best])
			best = at;
	}
	return named != NONE ? named : best;
}

static int
give_homes(struct regroup *g, struct err *e)
{
	struct family *f = g->f;
	struct place *p = arena_array(f->a, f->threads, sizeof(*p));

	for (size_t i = 0; i < f->threads; i++) {
		if (place_of(g, f->thread[i], &p[i], e) < 0)
			return -1;
	}
	if (f->threads > 1)
		qsort(p, f->threads, sizeof(*p), by_rank);
	for (size_t i = 0; i < f->threads; i++) {
		size_t at = stays(g, &p[i]);

		if (at != NONE)
			g->group[at].home = p[i].thread;
	}
	return 0;
}

/* The first half of a message's hash, its name on every host. */
static int
message_uid(struct store *s, int64_t message, uint8_t uid[16], struct err *e)
{
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e,
		"SELECT substr(hash, 1, 16) FROM message WHERE id=?1", "i",
		message) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc > 0) {
		size_t n;
		const void *p = db_blob(&r, 0, &n);

		if (n == 16)
			memcpy(uid, p, 16);
		db_done(&r);
		return n == 16 ? 1 : 0;
	}
	return rc;
}

/* The thread with that name; 0 none, and *merged where it ran to. */
static int
thread_named(struct store *s, const uint8_t uid[16], int64_t *thread,
    int64_t *merged, struct err *e)
{
	int rc = db_get(s->db, thread, e, "SELECT id FROM thread WHERE uid=?1",
	    "b", uid, (size_t)16);

	if (rc <= 0)
		return rc;
	return db_get(s->db, merged, e,
	    "SELECT coalesce(merged, 0) FROM thread WHERE id=?1", "i", *thread);
}

int
thread_fresh(struct store *s, const int64_t *message, size_t n, int64_t now,
    int64_t *thread, struct err *e)
{
	uint8_t uid[16];
	int64_t merged;

	for (size_t i = 0; i < n; i++) {
		int rc = message_uid(s, message[i], uid, e);

		if (rc > 0)
			rc = thread_named(s, uid, thread, &merged, e);
		if (rc < 0)
			return -1;
		if (*thread == 0)
			return thread_begin(s, uid, now, thread, e);
	}
	hash_random(uid, sizeof(uid));
	return thread_begin(s, uid, now, thread, e);
}

/* The thread that was named after one of them and ran into another. */
static int
thread_again(struct store *s, const int64_t *message, size_t n, int64_t *thread,
    struct err *e)
{
	uint8_t uid[16];

	for (size_t i = 0; i < n; i++) {
		int64_t merged = 0;
		int rc = message_uid(s, message[i], uid, e);

		if (rc > 0)
			rc = thread_named(s, uid, thread, &merged, e);
		if (rc < 0)
			return -1;
		if (rc > 0 && merged > 0)
			return thread_revive(s, *thread, e) < 0 ? -1 : 1;
	}
	return 0;
}

static int
house(struct regroup *g, size_t at, int64_t now, struct err *e)
{
	struct family *f = g->f;
	int64_t *v = arena_array(f->a, f->n, sizeof(*v));
	size_t n = 0;
	int rc;

	v[n++] = f->m[g->group[at].root].message;
	for (size_t i = 0; i < f->n; i++) {
		if (g->of[i] == at && i != g->group[at].root)
			v[n++] = f->m[i].message;
	}
	rc = thread_again(f->s, v, n, &g->group[at].home, e);
	if (rc == 0)
		rc = thread_fresh(f->s, v, n, now, &g->group[at].home, e);
	return rc < 0 ? -1 : 0;
}

static int
regroup_make(struct regroup *g, struct family *f, struct err *e)
{
	*g = (struct regroup){ .f = f };
	if (f->n == 0 || f->cut)
		return 0;
	make_groups(g);
	return give_homes(g, e);
}

int
family_shifts(struct family *f, struct shift **v, size_t *n, struct err *e)
{
	struct regroup g;

	*v = NULL;
	*n = 0;
	if (regroup_make(&g, f, e) < 0)
		return -1;
	for (size_t i = 0; g.groups > 0 && i < f->n; i++) {
		int64_t home = g.group[g.of[i]].home;

		if (home == f->m[i].thread)
			continue;
		*v = arena_grow(f->a, *v, *n, sizeof(**v));
		(*v)[(*n)++] =
		    (struct shift){ f->m[i].message, f->m[i].thread, home };
	}
	return 0;
}

/* ---- applying ---- */

/* The home of most of what is in a thread that is nobody's home; 0 none. */
static int64_t
heir(struct regroup *g, int64_t thread)
{
	size_t *count = arena_array(g->f->a, g->groups, sizeof(*count));
	size_t best = NONE;

	for (size_t i = 0; i < g->groups; i++) {
		if (g->group[i].home == thread)
			return 0;
	}
	for (size_t i = 0; i < g->f->n; i++) {
		if (g->f->m[i].thread != thread)
			continue;
		count[g->of[i]]++;
		if (best == NONE || count[g->of[i]] > count[best])
			best = g->of[i];
	}
	return best == NONE ? 0 : g->group[best].home;
}

/* Told where it left and where it came. */
static int
tell_moved(struct family *f, const struct act *by, int64_t from, int64_t to,
    size_t n, struct err *e)
{
	struct fact out = { .kind = "left", .thread = from };
	struct fact in = { .kind = "joined", .thread = to };

	out.payload = arena_fmt(&f->s->scratch,
	    "{\"messages\":%zu,\"thread\":%lld}", n, (long long)to);
	in.payload = arena_fmt(&f->s->scratch,
	    "{\"messages\":%zu,\"thread\":%lld}", n, (long long)from);
	if (event_append(f->s, by, &out, NULL, e) < 0)
		return -1;
	return event_append(f->s, by, &in, NULL, e);
}

static int
move_some(struct regroup *g, const struct act *by, int64_t from, int64_t to,
    struct err *e)
{
	struct passage way = { from, to, to };
	struct family *f = g->f;
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		if (f->m[i].thread != from || g->group[g->of[i]].home != to)
			continue;
		if (message_move(f->s, f->m[i].message, &way, e) < 0)
			return -1;
		f->m[i].thread = to;
		n++;
	}
	return n == 0 || thread_is_new(f->s, from)
		   ? 0
		   : tell_moved(f, by, from, to, n, e);
}

static int
empty_thread(struct regroup *g, const struct act *by, int64_t thread,
    struct err *e)
{
	int64_t to = heir(g, thread);

	for (size_t i = 0; i < g->groups; i++) {
		int64_t home = g->group[i].home;

		if (home != thread && home != to &&
		    move_some(g, by, thread, home, e) < 0)
			return -1;
	}
	if (to == 0)
		return 0;
	for (size_t i = 0; i < g->f->n; i++) {
		if (g->f->m[i].thread == thread)
			g->f->m[i].thread = to;
	}
	return thread_merge(g->f->s, by, to, thread, e);
}

/* Would they be one thread without subjects and numbers? */
static bool
tied_by_ids(struct family *f)
{
	struct kin *k = arena_array(f->a, f->n, sizeof(*k));
	size_t *root = arena_array(f->a, f->n, sizeof(*root));

	for (size_t i = 0; i < f->n; i++) {
		k[i] = f->k[i];
		k[i].base = 0;
		k[i].asked = 0;
	}
	kin_group(f->a, k, f->n, root);
	for (size_t i = 1; i < f->n; i++) {
		if (root[i] != root[0])
			return false;
	}
	return true;
}

int
family_apply(struct family *f, const struct act *by, struct err *e)
{
	struct regroup g;

	if (regroup_make(&g, f, e) < 0)
		return -1;
	for (size_t i = 0; i < g.groups; i++) {
		if (g.group[i].home == 0 && house(&g, i, by->now, e) < 0)
			return -1;
	}
	for (size_t i = 0; g.groups > 0 && i < f->threads; i++) {
		if (empty_thread(&g, by, f->thread[i], e) < 0)
			return -1;
	}
	/* Related, and yet not one: whatever comes next may decide it. */
	for (size_t i = 0; g.groups > 1 && i < g.groups; i++) {
		if (group_loose(f->s, g.group[i].home, e) < 0)
			return -1;
	}
	return g.groups == 1 && !tied_by_ids(f)
		   ? group_loose(f->s, g.group[0].home, e)
		   : 0;
}

int
group_settle(struct store *s, const struct act *by, struct err *e)
{
	struct keyset done = { 0 };
	struct arena a = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < s->stray.n; i++) {
		struct family f;
		int64_t thread;

		if (!keyset_take(&s->scratch, &done, s->stray.v[i]))
			continue;
		rc = db_get(s->db, &thread, e,
		    "SELECT thread FROM message WHERE id=?1", "i",
		    s->stray.v[i]);
		rc = rc < 0
			 ? -1
			 : family_gather(s, &a, &thread, 1, FAMILY_HELD, &f, e);
		if (rc == 0)
			rc = family_apply(&f, by, e);
		for (size_t k = 0; rc == 0 && k < f.n; k++)
			keyset_take(&s->scratch, &done, f.m[k].message);
		arena_reset(&a);
	}
	arena_free(&a);
	s->stray = (struct strays){ 0 };
	return rc;
}
