/*
 * ingest_gone.c -- places that are lost, and what becomes of their mails.
 *
 * A server that says that much is gone is not believed before a person says
 * so.  What counts is mails that lie nowhere any more: a mail that was moved
 * is none of them, so all mailboxes are read before this is asked.
 */
#include "store/ingest.h"
#include "store/own.h"

/* Does a message lie at a place other than one, or may it be met again? */
#define LIES_ELSEWHERE                                                         \
	"(EXISTS(SELECT 1 FROM place o WHERE o.message=p.message AND"          \
	" o.gone=0 AND NOT (o.mailbox=p.mailbox AND o.uid=p.uid)) OR"          \
	" EXISTS(SELECT 1 FROM adrift a WHERE a.mailbox IN"                    \
	" (SELECT id FROM mailbox) AND a.message=p.message))"

struct leaving {
	int64_t uid;
	int64_t message;
	bool moved;     /* by us: it is where it should be */
	bool elsewhere; /* it lies at another place too */
};

struct exodus {
	struct store *s;
	int64_t mailbox;
	enum mailbox_role role;
	struct act by;
	struct leaving *v;
	size_t n;
	int64_t places; /* in the mailbox, before */
	int64_t lost;   /* of n: nowhere any more, and not by us */
};

static int
exodus_add(struct exodus *x, int64_t uid, struct err *e)
{
	struct leaving *l;
	struct rows r;
	int rc;

	if (db_ask(x->s->db, &r, e,
		"SELECT p.message, p.moved, " LIES_ELSEWHERE " FROM place p"
		" WHERE p.mailbox=?1 AND p.uid=?2 AND p.gone=0",
		"ii", x->mailbox, uid) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc <= 0)
		return rc;
	x->v = arena_grow(&x->s->scratch, x->v, x->n, sizeof(*x->v));
	l = &x->v[x->n++];
	*l = (struct leaving){ .uid = uid,
		.message = db_int(&r, 0),
		.moved = db_int(&r, 1) != 0,
		.elsewhere = db_int(&r, 2) != 0 };
	db_done(&r);
	x->lost += !l->moved && !l->elsewhere;
	return 0;
}

static int
exodus_begin(struct exodus *x, struct err *e)
{
	int64_t role;

	if (db_get(x->s->db, &role, e, "SELECT role FROM mailbox WHERE id=?1",
		"i", x->mailbox) < 0 ||
	    db_get(x->s->db, &x->places, e,
		"SELECT places FROM mailbox WHERE id=?1", "i", x->mailbox) < 0)
		return -1;
	x->role = (enum mailbox_role)role;
	return 0;
}

/* A handful is a person tidying a small mailbox; all of it is not. */
static int
mass_removal(int64_t lost, int64_t all, struct err *e)
{
	if (lost <= 50 &&
	    (lost * 10 <= all || (lost <= 5 && (lost < all || all < 3))))
		return 0;
	return err_set(e, ERR_CONFLICT, 0,
	    "the server says that %lld of %lld messages are gone; nothing was "
	    "marked: if that is right run shopbell sync --accept-removal",
	    (long long)lost, (long long)all);
}

/* ---- each mail ---- */

/* A message whose last place went is marked, and comes back with one. */
static int
message_gone(struct store *s, int64_t message, const struct act *by,
    struct err *e)
{
	struct fact f = { .kind = "gone", .message = message };

	if (db_run(s->db, e,
		"UPDATE message SET gone=1 WHERE id=?1 AND gone=0 AND NOT"
		" EXISTS(SELECT 1 FROM place WHERE message=?1 AND gone=0) AND"
		" NOT EXISTS(SELECT 1 FROM adrift WHERE mailbox IN"
		" (SELECT id FROM mailbox) AND message=?1)",
		"i", message) < 0)
		return -1;
	if (db_changes(s->db) == 0)
		return 0;
	if (db_get(s->db, &f.thread, e,
		"SELECT thread FROM message"
		" WHERE id=?1",
		"i", message) < 0)
		return -1;
	return event_append(s, by, &f, NULL, e);
}

static int
leave(struct exodus *x, const struct leaving *l, struct err *e)
{
	if (push_orphan(x->s, x->mailbox, l->uid, e) < 0 ||
	    db_run(x->s->db, e,
		"UPDATE place SET gone=1 WHERE mailbox=?1 AND uid=?2", "ii",
		x->mailbox, l->uid) < 0)
		return -1;
	return l->moved ? 0 : message_gone(x->s, l->message, &x->by, e);
}

/* ---- moved by others ---- */

/* Roles of the places of a mail, as bits, but for those we moved it out of. */
static int
roles_of(struct store *s, int64_t message, unsigned *roles, struct err *e)
{
	struct rows r;
	int rc;

	*roles = 0;
	if (db_ask(s->db, &r, e,
		"SELECT DISTINCT m.role FROM place p JOIN mailbox m ON"
		" m.id=p.mailbox WHERE p.message=?1 AND p.gone=0 AND"
		" p.moved=0 AND p.flags&?2=0",
		"ii", message, (int64_t)MAIL_DELETED) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0)
		*roles |= 1u << db_int(&r, 0);
	return rc;
}

/* What the move of a mail means to its thread; -1: nothing. */
static int
meant(unsigned roles, enum mailbox_role from, int64_t state)
{
	bool hidden = state == THREAD_SPAM || state == THREAD_TRASH;

	if (roles == 1u << ROLE_JUNK)
		return THREAD_SPAM;
	if (roles == 1u << ROLE_TRASH)
		return THREAD_TRASH;
	if ((from == ROLE_JUNK || from == ROLE_TRASH) && hidden)
		return THREAD_OPEN;
	if (roles == 1u << ROLE_ARCHIVE && from == ROLE_INBOX && !hidden)
		return THREAD_CLOSED;
	return -1;
}

static enum mailbox_role
role_of_state(int state)
{
	switch (state) {
	case THREAD_SPAM:
		return ROLE_JUNK;
	case THREAD_TRASH:
		return ROLE_TRASH;
	case THREAD_CLOSED:
		return ROLE_ARCHIVE;
	default:
		return ROLE_NONE;
	}
}

/* Mails of customers in the thread that were left where they are. */
static int
left_behind(struct store *s, int64_t thread, int state, int64_t *n,
    struct err *e)
{
	*n = 0;
	if (state == THREAD_OPEN)
		return 0;
	return db_get(s->db, n, e,
		   "SELECT count(*) FROM message m JOIN place p ON"
		   " p.message=m.id JOIN mailbox b ON b.id=p.mailbox WHERE"
		   " m.thread=?1 AND m.kind=0 AND m.direction=0 AND p.gone=0"
		   " AND p.moved=0 AND p.flags&?2=0 AND b.role<>?3",
		   "iii", thread, (int64_t)MAIL_DELETED,
		   (int64_t)role_of_state(state)) < 0
		   ? -1
		   : 0;
}

/* The state of a thread, by the log: also what this transaction did. */
static int
state_now(struct store *s, int64_t thread, int64_t *state, struct err *e)
{
	struct arena a = { 0 };
	struct row row;
	int rc = row_make(s, thread, 0, &a, &row, e);

	*state = rc == 0 ? (int64_t)row.thread.state : 0;
	arena_free(&a);
	return rc;
}

/*
 * Somebody moved a mail of a customer elsewhere: once the last of its thread
 * has followed, the thread does.
 */
static int
follow(struct exodus *x, const struct leaving *l, struct err *e)
{
	struct store *s = x->s;
	struct fact f = { .kind = "state" };
	int64_t customers, waits, state, rest;
	unsigned roles;
	int to;

	if (db_get(s->db, &customers, e,
		"SELECT kind=0 AND direction=0 FROM message WHERE id=?1", "i",
		l->message) < 0 ||
	    db_get(s->db, &waits, e,
		"SELECT count(*) FROM push WHERE message=?1 AND kind=?2", "ii",
		l->message, (int64_t)PUSH_MOVE) < 0 ||
	    roles_of(s, l->message, &roles, e) < 0 ||
	    db_get(s->db, &f.thread, e,
		"SELECT thread FROM message WHERE id=?1", "i", l->message) < 0)
		return -1;
	if (customers == 0 || waits > 0 || roles == 0)
		return 0;
	if (state_now(s, f.thread, &state, e) < 0)
		return -1;
	to = meant(roles, x->role, state);
	if (to < 0 || to == state)
		return 0;
	if (left_behind(s, f.thread, to, &rest, e) < 0)
		return -1;
	if (rest > 0)
		return 0;
	f.payload = arena_fmt(&s->scratch, "{\"from\":\"%s\",\"to\":\"%s\"}",
	    thread_state_name((enum thread_state)state),
	    thread_state_name((enum thread_state)to));
	return event_append(s, &x->by, &f, NULL, e);
}

static int
exodus_end(struct exodus *x, struct removal *out, struct err *e)
{
	for (size_t i = 0; i < x->n; i++) {
		if (leave(x, &x->v[i], e) < 0)
			return -1;
		out->gone += !x->v[i].elsewhere && !x->v[i].moved;
		out->moved += x->v[i].elsewhere;
	}
	for (size_t i = 0; i < x->n; i++)
		if (x->v[i].elsewhere && !x->v[i].moved &&
		    follow(x, &x->v[i], e) < 0)
			return -1;
	return 0;
}

int
ingest_gone(struct store *s, int64_t mailbox, const int64_t *uid, size_t n,
    const struct cursor *c, bool sure, int64_t now, struct removal *out,
    struct err *e)
{
	struct exodus x = { .s = s,
		.mailbox = mailbox,
		.by = act_machine(now) };
	struct removal unused;
	int rc = -1;

	if (out == NULL)
		out = &unused;
	*out = (struct removal){ 0 };
	if (store_begin(s, DB_QUICK, e) < 0)
		return -1;
	if (exodus_begin(&x, e) < 0)
		goto out;
	for (size_t i = 0; i < n; i++) {
		if (exodus_add(&x, uid[i], e) < 0)
			goto out;
	}
	if ((!sure && mass_removal(x.lost, x.places, e) < 0) ||
	    exodus_end(&x, out, e) < 0)
		goto out;
	rc = cursor_write(s, mailbox, c, e);
out:
	return store_end(s, rc, now, e);
}

/* ---- UIDs that are void ---- */

/* A place that is void keeps what it was under a UID below 0, for a while. */
static int
places_drift(struct store *s, int64_t mailbox, struct err *e)
{
	if (db_run(s->db, e,
		"DELETE FROM place WHERE mailbox=?1 AND (uid<0 OR gone<>0)",
		"i", mailbox) < 0)
		return -1;
	return db_run(s->db, e,
	    "UPDATE place SET uid=-uid, gone=1 WHERE mailbox=?1", "i", mailbox);
}

int
ingest_drifters(struct store *s, int64_t mailbox, struct arena *a,
    struct drifter **v, size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT d.message, p.size, p.at, m.message_id FROM adrift d"
		" JOIN place p ON p.message=d.message AND p.mailbox=?1 AND"
		" p.uid<0 JOIN message m ON m.id=d.message JOIN raw ON"
		" raw.message=m.id WHERE d.mailbox=?1 AND p.size>0 AND p.at>0"
		" AND raw.partial=0 AND m.message_id<>''",
		"i", mailbox) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		(*v)[(*n)++] = (struct drifter){
			.message = db_int(&r, 0),
			.size = db_int(&r, 1),
			.at = db_int(&r, 2),
			.message_id = db_str(&r, 3, a),
		};
	}
	return rc;
}

int
ingest_moved(struct store *s, int64_t mailbox, int64_t uidvalidity, int64_t now,
    struct err *e)
{
	struct cursor c = { .uidvalidity = uidvalidity };
	int rc;

	(void)now;
	if (db_begin(s->db, DB_QUICK, e) < 0)
		return -1;
	rc = db_run(s->db, e,
	    "INSERT OR IGNORE INTO adrift(mailbox, message, flags, keywords)"
	    " SELECT mailbox, message, flags, keywords FROM place"
	    " WHERE mailbox=?1 AND gone=0",
	    "i", mailbox);
	if (rc == 0)
		rc = db_run(s->db, e,
		    "UPDATE mailbox SET adrift=(SELECT count(*) FROM adrift"
		    " WHERE mailbox=?1) WHERE id=?1",
		    "i", mailbox);
	if (rc == 0)
		rc = db_run(s->db, e,
		    "UPDATE OR REPLACE push SET uid=-message, stage=0, mark=0"
		    " WHERE mailbox=?1 AND uid>0 AND message<>0",
		    "i", mailbox);
	if (rc == 0)
		rc = places_drift(s, mailbox, e);
	if (rc == 0)
		rc = cursor_write(s, mailbox, &c, e);
	return db_end(s->db, rc, e);
}

/* Those adrift that lie nowhere else. */
static int
adrift_lost(struct store *s, int64_t mailbox, struct exodus *x, struct err *e)
{
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e,
		"SELECT d.message FROM adrift d WHERE d.mailbox=?1 AND NOT"
		" EXISTS(SELECT 1 FROM place p WHERE p.message=d.message AND"
		" p.gone=0)",
		"i", mailbox) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		x->v = arena_grow(&s->scratch, x->v, x->n, sizeof(*x->v));
		x->v[x->n++] = (struct leaving){ .message = db_int(&r, 0) };
	}
	x->lost = (int64_t)x->n;
	return rc;
}

static int
adrift_forget(struct exodus *x, int64_t now, struct removal *out, struct err *e)
{
	struct store *s = x->s;

	(void)now;
	if (db_run(s->db, e, "DELETE FROM adrift WHERE mailbox=?1", "i",
		x->mailbox) < 0 ||
	    db_run(s->db, e, "DELETE FROM place WHERE mailbox=?1 AND uid<0",
		"i", x->mailbox) < 0 ||
	    db_run(s->db, e, "UPDATE mailbox SET adrift=0 WHERE id=?1", "i",
		x->mailbox) < 0)
		return -1;
	for (size_t i = 0; i < x->n; i++)
		if (message_gone(s, x->v[i].message, &x->by, e) < 0)
			return -1;
	out->gone = x->lost;
	return 0;
}

int
ingest_adrift(struct store *s, int64_t mailbox, bool sure, int64_t now,
    int64_t *met, struct removal *out, struct err *e)
{
	struct exodus x = { .s = s,
		.mailbox = mailbox,
		.by = act_machine(now) };
	int64_t drifted, left;
	int rc = -1;

	*met = 0;
	*out = (struct removal){ 0 };
	if (db_get(s->db, &drifted, e, "SELECT adrift FROM mailbox WHERE id=?1",
		"i", mailbox) < 0)
		return -1;
	if (drifted == 0)
		return 0;
	if (store_begin(s, DB_QUICK, e) < 0)
		return -1;
	if (db_get(s->db, &left, e,
		"SELECT count(*) FROM adrift WHERE mailbox=?1", "i",
		mailbox) < 0 ||
	    adrift_lost(s, mailbox, &x, e) < 0)
		goto out;
	*met = drifted - left;
	out->moved = left - x.lost;
	if ((sure || mass_removal(x.lost, drifted, e) == 0) &&
	    adrift_forget(&x, now, out, e) == 0)
		rc = 0;
out:
	return store_end(s, rc, now, e);
}

/* ---- mailboxes that are not there ---- */

int
ingest_mailboxes(struct store *s, const char *account, struct arena *a,
    struct mailbox_known **v, size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT id, name, places, uidvalidity FROM mailbox"
		" WHERE account=?1"
		" ORDER BY id",
		"s", account) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		(*v)[(*n)++] = (struct mailbox_known){
			.id = db_int(&r, 0),
			.name = db_str(&r, 1, a),
			.places = db_int(&r, 2),
			.uidvalidity = db_int(&r, 3),
		};
	}
	return rc;
}

static int
all_places(struct store *s, int64_t mailbox, int64_t **v, size_t *n,
    struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT uid FROM place WHERE mailbox=?1 AND gone=0", "i",
		mailbox) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(&s->scratch, *v, *n, sizeof(**v));
		(*v)[(*n)++] = db_int(&r, 0);
	}
	return rc;
}

int
ingest_mailbox_gone(struct store *s, int64_t mailbox, bool sure, int64_t now,
    struct removal *out, struct err *e)
{
	struct exodus x = { .s = s,
		.mailbox = mailbox,
		.by = act_machine(now) };
	struct cursor never = { 0 };
	int64_t *uid;
	size_t n;
	int rc = -1;

	*out = (struct removal){ 0 };
	if (store_begin(s, DB_QUICK, e) < 0)
		return -1;
	if (exodus_begin(&x, e) < 0 || all_places(s, mailbox, &uid, &n, e) < 0)
		goto out;
	for (size_t i = 0; i < n; i++) {
		if (exodus_add(&x, uid[i], e) < 0)
			goto out;
	}
	if ((!sure && mass_removal(x.lost, x.places, e) < 0) ||
	    exodus_end(&x, out, e) < 0)
		goto out;
	rc = cursor_write(s, mailbox, &never, e);
out:
	return store_end(s, rc, now, e);
}
