/*
 * send.c -- an answer goes into the outbox, or comes back out of it.
 */
#include "store/edit.h"
#include "store/ingest.h"
#include "store/own.h"

#include <string.h>

struct sending {
	struct store *s;
	const struct act *by;
	const struct submission *m;
	int64_t thread;
	int64_t message;
	int64_t customer;
	const char *customer_addr;
	int64_t action;
	int64_t event;
};

/* ---- may it go? ---- */

/*
 * A mail that came after the one the draft began from.  Robots do not
 * count, and neither does old mail that the first sync is still bringing.
 */
static int
check_base(struct sending *x, struct err *e)
{
	int64_t base = x->m->draft->base;
	const char *from;
	int rc;

	rc = db_get_text(x->s->db, &x->s->scratch, &from, e,
	    "SELECT iif(from_name<>'', from_name, from_addr) FROM message"
	    " WHERE thread=?1 AND kind=0 AND hidden=0 AND automatic=0 AND"
	    " id>?2 AND received_at>=coalesce((SELECT received_at FROM"
	    " message WHERE id=?2), 0) AND coalesce((SELECT state FROM outbox"
	    " WHERE id=message.outbox), 0)<>4 ORDER BY id DESC LIMIT 1",
	    "ii", x->thread, base);
	if (rc <= 0)
		return rc;
	return err_set(e, ERR_CONFLICT, 0,
	    "a message of %.100s came while you were writing: read it first",
	    from);
}

static int
check_others(struct sending *x, struct err *e)
{
	const char *who;
	int rc = claim_held(x->s, x->by, x->thread, &who, e);

	if (rc > 0)
		return err_set(e, ERR_CONFLICT, 0,
		    "%s is writing an answer here", who);
	if (rc < 0)
		return -1;
	rc = db_get_text(x->s->db, &x->s->scratch, &who, e,
	    "SELECT coalesce(a.login, '?') FROM outbox o LEFT JOIN agent a"
	    " ON a.id=o.agent WHERE o.thread=?1 AND o.base=?2 AND"
	    " o.state NOT IN (4, 5)",
	    "ii", x->thread, x->m->draft->base);
	if (rc > 0)
		return err_set(e, ERR_CONFLICT, 0,
		    "%s has answered this message already", who);
	return rc;
}

static int
check_seen(struct sending *x, struct err *e)
{
	const struct seen *seen = x->m->seen;
	int64_t revision;

	if (seen == NULL || seen->revision == 0)
		return 0;
	if (db_get(x->s->db, &revision, e,
		"SELECT revision FROM thread"
		" WHERE id=?1",
		"i", x->thread) < 0)
		return -1;
	if (revision != seen->revision)
		return err_set(e, ERR_CONFLICT, 0,
		    "thread %lld has changed since: look again",
		    (long long)x->thread);
	return 0;
}

/* ---- the rows ---- */

/* A thread of our own is named in its Message-ID, else by the bytes. */
static int
own_thread(struct sending *x, struct err *e)
{
	uint8_t uid[16];

	if (group_check_id(x->s->key, x->m->message_id, uid) != 1)
		memcpy(uid, x->m->mail->hash, sizeof(uid));
	return thread_begin(x->s, uid, x->by->now, &x->thread, e);
}

static int
find_thread(struct sending *x, struct err *e)
{
	int64_t asked = x->m->draft->thread;

	if (asked == 0)
		return own_thread(x, e);
	if (thread_follow(x->s, asked, &x->thread, e) < 0)
		return -1;
	if (x->thread == 0)
		return err_set(e, ERR_MISSING, 0, "there is no thread %lld",
		    (long long)asked);
	if (check_base(x, e) < 0 || check_others(x, e) < 0)
		return -1;
	return check_seen(x, e);
}

static int
find_customer(struct sending *x, struct err *e)
{
	const struct draft *d = x->m->draft;
	const struct addresses *who[] = { &d->to, &d->cc, &d->bcc };
	int64_t now = x->by->now;

	for (size_t k = 0; k < 3; k++) {
		if (customer_wrote_to(x->s, who[k], now, e) < 0)
			return -1;
		for (size_t i = 0; i < who[k]->n && x->customer == 0; i++) {
			if (shop_owns(x->s->shop, who[k]->v[i].addr))
				continue;
			x->customer_addr = who[k]->v[i].addr;
			if (customer_of(x->s, &who[k]->v[i], now, &x->customer,
				e) < 0)
				return -1;
		}
	}
	return 0;
}

/* Where it stands is not asked: it was written here. */
static int
write_kin(struct sending *x, struct err *e)
{
	struct placing p = { .thread = x->thread };
	struct kin k;

	if (group_read(x->s, x->m->mail, x->customer_addr, true, x->by->now, &k,
		e) < 0)
		return -1;
	return group_keep(x->s, &k, &p, x->message, e);
}

static int
write_message(struct sending *x, struct err *e)
{
	struct buf packed = { 0 };
	struct message_new n = { .mail = x->m->mail,
		.thread = x->thread,
		.kind = MESSAGE_MAIL,
		.direction = DIRECTION_OUT,
		.weight = WEIGHT_OURS,
		.received_at = x->by->now,
		.customer = x->customer,
		.agent = x->by->agent,
		.seen = true };
	int rc;

	ingest_pack(x->m->bytes, x->m->size, &packed);
	n.packed = packed.data;
	n.packed_size = packed.len;
	rc = message_insert(x->s, &n, &x->message, e);
	buf_free(&packed);
	return rc < 0 ? -1 : write_kin(x, e);
}

static int
write_event(struct sending *x, struct err *e)
{
	struct fact f = { .kind = "send",
		.thread = x->thread,
		.message = x->message,
		.payload = x->m->draft->close ? "{\"to\":\"closed\"}"
					      : "{\"to\":\"pending\"}" };

	if (action_begin(x->s, x->by, x->thread, false, "send", &x->action, e) <
	    0)
		return -1;
	f.action = x->action;
	return event_append(x->s, x->by, &f, &x->event, e);
}

static int
write_outbox(struct sending *x, int64_t *id, struct err *e)
{
	const struct submission *m = x->m;
	int64_t due = x->by->now + m->undo_delay;
	struct buf draft = { 0 };
	int rc;

	draft_dump(&draft, m->draft);
	rc = db_run(x->s->db, e,
	    "INSERT INTO outbox(account, thread, base, message, message_id,"
	    " sender, state, agent, queued_at, not_before, next_try, canned,"
	    " draft, event, content) VALUES(?1, ?2, ?3, ?4, ?5, ?6, 0, ?7,"
	    " ?8, ?9, ?9, ?10, ?11, ?12, ?13)",
	    "siiissiiissib", m->account, x->thread,
	    m->draft->thread != 0 ? m->draft->base : x->message, x->message,
	    m->message_id, m->draft->from.addr, x->by->agent, x->by->now, due,
	    m->draft->canned != NULL ? m->draft->canned : "", buf_text(&draft),
	    x->event, m->bytes, m->size);
	buf_free(&draft);
	if (rc < 0)
		return -1;
	*id = db_last_id(x->s->db);
	for (size_t i = 0; i < m->recipients->n; i++) {
		if (db_run(x->s->db, e,
			"INSERT OR IGNORE INTO"
			" recipient(outbox, addr) VALUES(?1, ?2)",
			"is", *id, m->recipients->v[i]) < 0)
			return -1;
	}
	return db_run(x->s->db, e, "UPDATE message SET outbox=?2 WHERE id=?1",
	    "ii", x->message, *id);
}

/* What was there for the writing of it. */
static int
clear_desk(struct sending *x, struct err *e)
{
	if (x->m->draft->id != 0 &&
	    db_run(x->s->db, e, "DELETE FROM draft WHERE id=?1", "i",
		x->m->draft->id) < 0)
		return -1;
	return db_run(x->s->db, e,
	    "DELETE FROM claim WHERE thread=?1 AND"
	    " agent=?2",
	    "ii", x->thread, x->by->agent);
}

int
store_send(struct store *s, const struct act *by, const struct submission *m,
    int64_t *outbox, int64_t *thread, struct err *e)
{
	struct sending x = { .s = s, .by = by, .m = m };
	int rc = -1;

	if (m->recipients->n == 0)
		return err_set(e, ERR_USAGE, 0, "nobody is addressed");
	if (store_begin(s, DB_FIRST, e) < 0)
		return -1;
	if (find_thread(&x, e) < 0 || find_customer(&x, e) < 0 ||
	    write_message(&x, e) < 0 || write_event(&x, e) < 0 ||
	    write_outbox(&x, outbox, e) < 0)
		goto out;
	rc = clear_desk(&x, e);
out:
	rc = store_end(s, rc, by->now, e);
	if (rc == 0 && thread != NULL)
		*thread = x.thread;
	return rc;
}

/* ---- and back ---- */

struct taken {
	int64_t thread;
	int64_t message;
	int64_t event;
	int64_t state;
	int64_t agent;
	const char *draft;
};

static int
load(struct store *s, int64_t id, struct taken *t, struct err *e)
{
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e,
		"SELECT thread, message, event, state, agent,"
		" draft FROM outbox WHERE id=?1",
		"i", id) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc == 0)
		return err_set(e, ERR_MISSING, 0, "there is no outbox row %lld",
		    (long long)id);
	if (rc < 0)
		return -1;
	*t = (struct taken){
		.thread = db_int(&r, 0),
		.message = db_int(&r, 1),
		.event = db_int(&r, 2),
		.state = db_int(&r, 3),
		.agent = db_int(&r, 4),
		.draft = db_str(&r, 5, &s->scratch),
	};
	db_done(&r);
	return 0;
}

/* The draft is its writer's again, whoever took the answer back. */
static int
draft_back(struct store *s, const struct act *by, const struct taken *t,
    int64_t *draft, struct err *e)
{
	if (db_run(s->db, e,
		"INSERT INTO draft(thread, agent, updated_at,"
		" content) VALUES(?1, ?2, ?3, ?4)",
		"iiis", t->thread, t->agent, by->now, t->draft) < 0)
		return -1;
	*draft = db_last_id(s->db);
	return 0;
}

int
outbox_take_back(struct store *s, const struct act *by, int64_t id,
    int64_t *draft, struct err *e)
{
	struct fact f = { .kind = "cancelled" };
	struct taken t = { 0 };

	if (load(s, id, &t, e) < 0 ||
	    db_run(s->db, e,
		"UPDATE outbox SET state=5 WHERE id=?1 AND"
		" state=0 AND accepted_at=0",
		"i", id) < 0)
		return -1;
	if (db_changes(s->db) == 0)
		return err_set(e, ERR_CONFLICT, 0,
		    t.state == OUTBOX_CANCELLED
			? "it was taken back already"
			: "too late: it is being sent or was sent");
	if (db_run(s->db, e, "UPDATE message SET hidden=1 WHERE id=?1", "i",
		t.message) < 0 ||
	    db_run(s->db, e,
		"UPDATE event SET undone=1 WHERE seq=?1 OR"
		" (target=?1 AND kind='retry')",
		"i", t.event) < 0 ||
	    db_run(s->db, e,
		"UPDATE action SET state=2 WHERE id=(SELECT"
		" action FROM event WHERE seq=?1)",
		"i", t.event) < 0 ||
	    draft_back(s, by, &t, draft, e) < 0)
		return -1;
	f.thread = t.thread;
	f.target = t.event;
	return event_append(s, by, &f, NULL, e);
}

int
store_outbox_cancel(struct store *s, const struct act *by, int64_t id,
    int64_t *draft, struct err *e)
{
	int64_t unused;
	int rc;

	if (draft == NULL)
		draft = &unused;
	if (store_begin(s, DB_FIRST, e) < 0)
		return -1;
	rc = outbox_take_back(s, by, id, draft, e);
	return store_end(s, rc, by->now, e);
}
