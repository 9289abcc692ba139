/*
 * push.c -- what agents changed here and the servers have yet to hear.
 */
#include "store/ingest.h"
#include "store/own.h"

struct spot {
	int64_t mailbox;
	int64_t uid;
	unsigned flags;
	enum mailbox_role role;
	const char *account;
};

static int
spots_of(struct store *s, int64_t message, struct spot **v, size_t *n,
    struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT p.mailbox, p.uid, p.flags, m.role,"
		" m.account FROM place p JOIN mailbox m ON m.id=p.mailbox"
		" WHERE p.message=?1 AND p.gone=0",
		"i", message) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(&s->scratch, *v, *n, sizeof(**v));
		(*v)[(*n)++] = (struct spot){
			.mailbox = db_int(&r, 0),
			.uid = db_int(&r, 1),
			.flags = (unsigned)db_int(&r, 2),
			.role = (enum mailbox_role)db_int(&r, 3),
			.account = db_str(&r, 4, &s->scratch),
		};
	}
	return rc;
}

/* A new wish replaces an older one for the same flag; none is needed if it
 * is what the server has. */
static int
queue(struct store *s, const struct spot *p, enum push_kind kind, unsigned flag,
    int64_t base, int64_t value, int64_t now, struct err *e)
{
	if (db_run(s->db, e,
		"DELETE FROM push WHERE mailbox=?1 AND uid=?2"
		" AND kind=?3 AND flag=?4",
		"iiii", p->mailbox, p->uid, (int64_t)kind, (int64_t)flag) < 0)
		return -1;
	if (base == value)
		return 0;
	return db_run(s->db, e,
	    "INSERT INTO push(account, mailbox, uid, kind,"
	    " flag, base, value, at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	    "siiiiiii", p->account, p->mailbox, p->uid, (int64_t)kind,
	    (int64_t)flag, base, value, now);
}

int
push_flag(struct store *s, int64_t message, unsigned flag, bool on, int64_t now,
    struct err *e)
{
	struct spot *v;
	size_t n;

	if (spots_of(s, message, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (queue(s, &v[i], PUSH_FLAG, flag, (v[i].flags & flag) != 0,
			on, now, e) < 0)
			return -1;
	}
	return 0;
}

/* Where a customer's mail belongs when its thread is in a state. */
static enum mailbox_role
home_of(enum thread_state state, enum mailbox_role is)
{
	if (state == THREAD_SPAM)
		return ROLE_JUNK;
	if (state == THREAD_TRASH)
		return ROLE_TRASH;
	return is == ROLE_JUNK || is == ROLE_TRASH ? ROLE_INBOX : is;
}

static int
push_home(struct store *s, int64_t message, enum thread_state state,
    int64_t now, struct err *e)
{
	struct spot *v;
	size_t n;

	if (spots_of(s, message, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (queue(s, &v[i], PUSH_MOVE, 0, v[i].role,
			home_of(state, v[i].role), now, e) < 0)
			return -1;
	}
	return 0;
}

static bool
is_hidden(enum thread_state state)
{
	return state == THREAD_SPAM || state == THREAD_TRASH;
}

/* Ids of the customers' mails of a thread. */
int
mails_in(struct store *s, int64_t thread, int64_t **v, size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT id FROM message WHERE thread=?1 AND"
		" kind=0 AND direction=0",
		"i", thread) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(&s->scratch, *v, *n, sizeof(**v));
		(*v)[(*n)++] = db_int(&r, 0);
	}
	return rc;
}

int
push_state(struct store *s, int64_t thread, enum thread_state was,
    enum thread_state is, int64_t now, struct err *e)
{
	int64_t *v;
	size_t n;

	if (was == is || (!is_hidden(was) && !is_hidden(is)))
		return 0;
	if (mails_in(s, thread, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (push_home(s, v[i], is, now, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- the sync's side ---- */

int
ingest_pushes(struct store *s, const char *account, size_t limit,
    struct arena *a, struct push **v, size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT p.id, p.mailbox, m.name,"
		" m.uidvalidity, p.uid, p.kind, p.flag, p.value FROM push p"
		" JOIN mailbox m ON m.id=p.mailbox WHERE p.account=?1"
		" ORDER BY p.id LIMIT ?2",
		"si", account, limit > 0 ? (int64_t)limit : (int64_t)-1) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		(*v)[(*n)++] = (struct push){
			.id = db_int(&r, 0),
			.mailbox = db_int(&r, 1),
			.mailbox_name = db_str(&r, 2, a),
			.uidvalidity = db_int(&r, 3),
			.uid = db_int(&r, 4),
			.kind = (enum push_kind)db_int(&r, 5),
			.flag = (unsigned)db_int(&r, 6),
			.on = db_int(&r, 7) != 0,
			.to = db_int(&r, 5) == PUSH_MOVE
				  ? (enum mailbox_role)db_int(&r, 7)
				  : ROLE_NONE,
		};
	}
	return rc;
}

static int
pushed(struct store *s, int64_t id, bool done, struct err *e)
{
	if (done &&
	    (db_run(s->db, e,
		 "UPDATE place SET flags=CASE WHEN push.value"
		 " THEN place.flags|push.flag ELSE place.flags&~push.flag END"
		 " FROM push WHERE push.id=?1 AND push.kind=0 AND"
		 " place.mailbox=push.mailbox AND place.uid=push.uid",
		 "i", id) < 0 ||
		db_run(s->db, e,
		    "UPDATE place SET moved=1 FROM push"
		    " WHERE push.id=?1 AND push.kind=1 AND"
		    " place.mailbox=push.mailbox AND place.uid=push.uid",
		    "i", id) < 0))
		return -1;
	return db_run(s->db, e, "DELETE FROM push WHERE id=?1", "i", id);
}

int
ingest_pushed(struct store *s, const int64_t *id, size_t n, const char *why,
    int64_t now, struct err *e)
{
	int rc = 0;

	(void)now;
	if (db_begin(s->db, DB_QUICK, e) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = pushed(s, id[i], why == NULL || *why == '\0', e);
	return db_end(s->db, rc, e);
}
