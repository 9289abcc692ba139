/*
 * rethread.c -- the rules of threads, asked again about everything.
 */
#include "store/edit.h"
#include "store/own.h"
#include "store/query.h"

struct rethreading {
	struct store *s;
	const struct act *by;
	enum rethread_how how;
	void (*tell)(void *arg, const struct rethread_move *m);
	void *arg;
	struct rethread_sum *sum;
	struct arena arena; /* of one family */
	struct arena whole;
	struct keyset done; /* threads */
};

static int
tell_one(struct rethreading *r, const struct shift *v, struct err *e)
{
	struct rethread_move m = { .message = v->message,
		.from = v->from,
		.to = v->to };
	int rc;

	rc = db_get_text(r->s->db, &r->arena, &m.subject, e,
	    "SELECT subject FROM message WHERE id=?1", "i", v->message);
	if (rc < 0)
		return -1;
	if (r->tell != NULL)
		r->tell(r->arg, &m);
	r->sum->moved++;
	return 0;
}

static int
tell_all(struct rethreading *r, struct family *f, bool *any, struct err *e)
{
	struct shift *v;
	size_t n;

	if (family_shifts(f, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (tell_one(r, &v[i], e) < 0)
			return -1;
	}
	*any = n > 0;
	return 0;
}

/* Everything that may concern one thread. */
static int
family_of(struct rethreading *r, int64_t thread, struct err *e)
{
	struct family f;
	bool any = false;

	if (family_gather(r->s, &r->arena, &thread, 1, FAMILY_STRICT, &f, e) <
	    0)
		return -1;
	for (size_t i = 0; i < f.threads; i++)
		keyset_take(&r->whole, &r->done, f.thread[i]);
	r->sum->threads += (int64_t)f.threads;
	if (tell_all(r, &f, &any, e) < 0)
		return -1;
	if (!any || r->how == RETHREAD_LOOK)
		return 0;
	return family_apply(&f, r->by, e);
}

static int
one(struct rethreading *r, int64_t thread, struct err *e)
{
	int rc;

	if (thread_follow(r->s, thread, &thread, e) < 0)
		return -1;
	if (thread == 0 || keyset_has(&r->done, thread))
		return 0;
	if (r->how == RETHREAD_LOOK) {
		rc = family_of(r, thread, e);
		arena_reset(&r->s->scratch);
	} else {
		/* One family a transaction: nobody waits for all of it. */
		if (store_begin(r->s, DB_DURABLE, e) < 0)
			return -1;
		rc = family_of(r, thread, e);
		rc = store_end(r->s, rc, r->by->now, e);
	}
	arena_reset(&r->arena);
	return rc;
}

static int
every(struct rethreading *r, struct err *e)
{
	int64_t id = 0;
	int rc;

	while ((rc = db_get(r->s->db, &id, e,
		    "SELECT id FROM thread WHERE id>?1 AND merged IS NULL"
		    " ORDER BY id LIMIT 1",
		    "i", id)) > 0) {
		if (one(r, id, e) < 0)
			return -1;
	}
	return rc;
}

int
store_rethread(struct store *s, const struct act *by, const struct seen *thread,
    size_t n, enum rethread_how how,
    void (*tell)(void *arg, const struct rethread_move *m), void *arg,
    struct rethread_sum *sum, struct err *e)
{
	struct rethreading r = { .s = s,
		.by = by,
		.how = how,
		.tell = tell,
		.arg = arg,
		.sum = sum };
	int rc = 0;

	*sum = (struct rethread_sum){ 0 };
	if (thread == NULL)
		rc = every(&r, e);
	for (size_t i = 0; rc == 0 && thread != NULL && i < n; i++)
		rc = one(&r, thread[i].thread, e);
	arena_free(&r.arena);
	arena_free(&r.whole);
	return rc;
}

/* ---- mails stored before their references were kept ---- */

int
store_unread_kin(struct store *s, int64_t after, int64_t *message,
    struct err *e)
{
	return db_get(s->db, message, e,
	    "SELECT message FROM kin WHERE message>?1 AND flags & ?2"
	    " ORDER BY message LIMIT 1",
	    "ii", after, (int64_t)KIN_UNREAD);
}

int
store_kin_read(struct store *s, const struct act *by, int64_t message,
    const struct mail *m, struct err *e)
{
	int64_t thread, at, direction, weight;
	struct address who;
	struct kin k;
	bool ours;
	int rc = -1;

	if (store_begin(s, DB_DURABLE, e) < 0)
		return -1;
	if (db_get(s->db, &thread, e, "SELECT thread FROM message WHERE id=?1",
		"i", message) < 0 ||
	    db_get(s->db, &at, e, "SELECT received_at FROM message WHERE id=?1",
		"i", message) < 0 ||
	    db_get(s->db, &direction, e,
		"SELECT direction FROM message WHERE id=?1", "i",
		message) < 0 ||
	    db_get(s->db, &weight, e, "SELECT weight FROM message WHERE id=?1",
		"i", message) < 0)
		goto out;
	ours = weight == WEIGHT_FOUND || weight == WEIGHT_OURS;
	who = group_counterpart(s, m, (enum direction)direction);
	if (group_read(s, m,
		direction == DIRECTION_OUT && !ours ? "" : who.addr, ours, at,
		&k, e) < 0 ||
	    kin_write(s, message, &k, e) < 0)
		goto out;
	rc = group_tie(s, &k, thread, e);
out:
	return store_end(s, rc, by->now, e);
}
