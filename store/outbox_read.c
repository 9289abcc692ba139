/*
 * outbox_read.c -- the outbox as people see it, and what they settle in it.
 */
#include "store/edit.h"
#include "store/own.h"
#include "store/query.h"

#include <string.h>

#define OUTBOX_COLUMNS                                                         \
	"SELECT o.id, o.thread, o.state, o.draft, o.message_id, o.queued_at,"  \
	" o.not_before, o.next_try, o.tries, o.error, coalesce(a.login, ''),"  \
	" m.subject FROM outbox o LEFT JOIN agent a ON a.id=o.agent"           \
	" JOIN message m ON m.id=o.message"

static int
outbox_load(struct rows *r, struct arena *a, struct outbox *o, struct err *e)
{
	struct draft d = { 0 };

	*o = (struct outbox){
		.id = db_int(r, 0),
		.thread = db_int(r, 1),
		.state = (enum outbox_state)db_int(r, 2),
		.message_id = db_str(r, 4, a),
		.queued_at = db_int(r, 5),
		.not_before = db_int(r, 6),
		.next_try = db_int(r, 7),
		.tries = (int)db_int(r, 8),
		.error = db_str(r, 9, a),
		.agent = db_str(r, 10, a),
		.subject = db_str(r, 11, a),
	};
	if (draft_load(a, db_peek(r, 3), &d, e) < 0)
		return -1;
	o->to = d.to;
	return 0;
}

int
store_outbox(struct store *s, bool all, struct arena *a, struct outbox **v,
    size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (all)
		rc = db_ask(s->db, &r, e, OUTBOX_COLUMNS " ORDER BY o.id DESC",
		    "");
	else
		rc = db_ask(s->db, &r, e,
		    OUTBOX_COLUMNS
		    " WHERE o.state NOT IN (3, 5) ORDER BY o.id DESC",
		    "");
	if (rc < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		if (outbox_load(&r, a, &(*v)[*n], e) < 0) {
			db_done(&r);
			return -1;
		}
		++*n;
	}
	return rc;
}

int
store_outbox_row(struct store *s, int64_t id, struct arena *a,
    struct outbox *out, struct err *e)
{
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e, OUTBOX_COLUMNS " WHERE o.id=?1", "i", id) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc == 0)
		return err_set(e, ERR_MISSING, 0, "there is no outbox row %lld",
		    (long long)id);
	if (rc > 0) {
		rc = outbox_load(&r, a, out, e);
		db_done(&r);
	}
	return rc;
}

int
store_canned_uses(struct store *s, const char *name, int *uses, struct err *e)
{
	int64_t n;

	if (db_get(s->db, &n, e,
		"SELECT count(*) FROM outbox WHERE canned=?1"
		" AND canned<>'' AND state<>5",
		"s", name) < 0)
		return -1;
	*uses = (int)n;
	return 0;
}

/* ---- what people settle ---- */

static int
again(struct store *s, const struct act *by, int64_t id, int64_t from,
    struct err *e)
{
	struct fact f = { .kind = "retry" };
	int64_t taken;

	if (outbox_fact(s, id, &f, e) < 0 ||
	    db_get_text(s->db, &s->scratch, &f.payload, e,
		"SELECT payload"
		" FROM event WHERE seq=?1",
		"i", f.target) < 0 ||
	    db_get(s->db, &taken, e,
		"SELECT p.id FROM outbox o JOIN outbox p"
		" ON p.thread=o.thread AND p.base=o.base AND p.id<>o.id AND"
		" p.state NOT IN (4, 5) WHERE o.id=?1",
		"i", id) < 0)
		return -1;
	if (taken != 0)
		return err_set(e, ERR_CONFLICT, 0,
		    "another answer to the same message is in the outbox "
		    "(row %lld)",
		    (long long)taken);
	if (db_run(s->db, e,
		"UPDATE outbox SET state=0, stage=0, token=NULL,"
		" next_try=?2, queued_at=?2, tries=0, error='' WHERE id=?1"
		" AND state=?3",
		"iii", id, by->now, from) < 0)
		return -1;
	return event_append(s, by, &f, NULL, e);
}

static int
expect(struct store *s, int64_t id, enum outbox_state want, struct err *e)
{
	int64_t is;
	int rc = db_get(s->db, &is, e, "SELECT state FROM outbox WHERE id=?1",
	    "i", id);

	if (rc == 0)
		return err_set(e, ERR_MISSING, 0, "there is no outbox row %lld",
		    (long long)id);
	if (rc > 0 && is != (int64_t)want)
		return err_set(e, ERR_CONFLICT, 0,
		    "outbox row %lld is %s, not %s", (long long)id,
		    outbox_state_name((enum outbox_state)is),
		    outbox_state_name(want));
	return rc < 0 ? -1 : 0;
}

int
store_outbox_retry(struct store *s, const struct act *by, int64_t id,
    struct err *e)
{
	int64_t waits;
	int rc;

	if (store_begin(s, DB_FIRST, e) < 0)
		return -1;
	rc = db_get(s->db, &waits, e,
	    "SELECT 1 FROM outbox WHERE id=?1 AND state=0 AND tries>0", "i",
	    id);
	if (rc > 0) {
		rc = db_run(s->db, e,
		    "UPDATE outbox SET next_try=max(not_before, ?2)"
		    " WHERE id=?1 AND state=0",
		    "ii", id, by->now);
	} else if (rc == 0) {
		rc = expect(s, id, OUTBOX_FAILED, e);
		if (rc == 0)
			rc = again(s, by, id, OUTBOX_FAILED, e);
	}
	return store_end(s, rc, by->now, e);
}

int
store_outbox_resolve(struct store *s, const struct act *by, int64_t id,
    enum resolve_how how, struct err *e)
{
	int rc;

	if (store_begin(s, DB_FIRST, e) < 0)
		return -1;
	rc = expect(s, id, OUTBOX_DOUBT, e);
	if (rc == 0 && how == RESOLVE_SENT)
		rc = outbox_prove(s, id, by->now, e);
	if (rc == 0 && how == RESOLVE_AGAIN)
		rc = again(s, by, id, OUTBOX_DOUBT, e);
	return store_end(s, rc, by->now, e);
}
