/*
 * undo.c -- an action is taken back by leaving its events out when the
 * thread is reckoned, and put back by counting them again: what was, is
 * again, exactly.
 */
#include "store/edit.h"
#include "store/ingest.h"
#include "store/own.h"

#include <string.h>

struct undoing {
	struct store *s;
	const struct act *by;
	int64_t action;
	bool back; /* undo; else redo */
	int64_t thread;
	bool final; /* cannot be redone */
	bool late;  /* an answer that has left: never to be asked again */
};

struct done {
	int64_t seq;
	const char *kind;
	int64_t thread;
	int64_t message;
	const char *payload;
	int64_t origin;
};

static int
events_of(struct undoing *u, struct done **v, size_t *n, struct err *e)
{
	struct arena *a = &u->s->scratch;
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(u->s->db, &r, e,
		"SELECT seq, kind, thread, message,"
		" payload, origin FROM event WHERE action=?1 AND undone=?2"
		" AND kind NOT IN ('undo', 'redo') ORDER BY seq",
		"ii", u->action, (int64_t)!u->back) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		(*v)[(*n)++] = (struct done){
			.seq = db_int(&r, 0),
			.kind = db_str(&r, 1, a),
			.thread = db_int(&r, 2),
			.message = db_int(&r, 3),
			.payload = db_str(&r, 4, a),
			.origin = db_int(&r, 5),
		};
	}
	return rc;
}

/*
 * Has somebody changed the same thing since?  State, dismissal and sending
 * are one thing; a tag is one thing with itself.
 */
static int
changed_since(struct undoing *u, const struct done *d, const char **who,
    struct err *e)
{
	static const char sql[] =
	    "SELECT coalesce(a.login, 'the sync') FROM event e LEFT JOIN"
	    " agent a ON a.id=e.agent WHERE e.thread=?1 AND e.seq>?2 AND"
	    " e.undone=0 AND e.action IS NOT NULL AND e.action<>?3 AND"
	    " CASE WHEN ?4 IN ('state', 'dismiss') THEN"
	    " e.kind IN ('state', 'dismiss', 'send')"
	    " WHEN ?4 IN ('tag', 'untag') THEN e.kind IN ('tag', 'untag') AND"
	    " e.payload=?5 WHEN ?4='read' THEN 0 WHEN ?4='note' THEN 0"
	    " WHEN ?4='discard' THEN 0"
	    " WHEN ?4 IN ('merge', 'move', 'left') THEN"
	    " e.kind IN ('merge', 'move', 'left')"
	    " ELSE e.kind=?4 END LIMIT 1";

	return db_get_text(u->s->db, &u->s->scratch, who, e, sql, "iiiss",
	    d->thread, d->seq, u->action, d->kind, d->payload);
}

static int
read_back(struct undoing *u, const struct done *d, struct err *e)
{
	struct json *o = json_read(d->payload, strlen(d->payload), e);
	const struct json *names;
	bool on;
	int rc = 0;

	if (o == NULL)
		return -1;
	names = json_at(o, "messages");
	on = json_flag(o, "on") != u->back;
	for (size_t i = 0; rc == 0 && i < json_count(names); i++) {
		int64_t id;

		rc = db_get(u->s->db, &id, e,
		    "SELECT id FROM message"
		    " WHERE thread=?1 AND lower(hex(substr(hash, 1, 16)))=?2",
		    "is", d->thread, json_text(json_item(names, i)));
		if (rc > 0)
			rc = message_read_set(u->s, id, on, u->by->now, e);
	}
	json_free(o);
	return rc;
}

static int
draft_back(struct undoing *u, const struct done *d, struct err *e)
{
	return db_run(u->s->db, e,
	    "UPDATE draft SET discarded=?2 WHERE"
	    " id=json_extract(?1, '$.draft')",
	    "si", d->payload, u->back ? (int64_t)0 : u->by->now);
}

static int
send_back(struct undoing *u, const struct done *d, struct err *e)
{
	int64_t id, draft;
	int rc = db_get(u->s->db, &id, e,
	    "SELECT id FROM outbox"
	    " WHERE event=?1",
	    "i", d->seq);

	if (rc <= 0)
		return rc;
	u->final = true;
	rc = outbox_take_back(u->s, u->by, id, &draft, e);
	u->late = rc < 0 && e->kind == ERR_CONFLICT;
	return rc;
}

static int
star_back(struct undoing *u, const struct done *d, struct err *e)
{
	bool on = (strstr(d->payload, "true") != NULL) != u->back;
	int64_t *v;
	size_t n;

	if (mails_in(u->s, d->thread, &v, &n, e) < 0)
		return -1;
	return n == 0
		   ? 0
		   : push_flag(u->s, v[n - 1], MAIL_FLAGGED, on, u->by->now, e);
}

static int
tag_back(struct undoing *u, const struct done *d, struct err *e)
{
	bool on = (strcmp(d->kind, "tag") == 0) != u->back;
	struct json *o = json_read(d->payload, strlen(d->payload), e);
	int rc;

	if (o == NULL)
		return -1;
	rc = push_tag(u->s, d->thread, json_str(o, "tag"), on, u->by->now, e);
	json_free(o);
	return rc;
}

static int
parting_back(struct undoing *u, const struct done *d, struct err *e)
{
	struct parted p = { d->seq, d->kind, d->thread, d->origin, d->payload };

	return parting_turn(u->s, &p, u->back, e);
}

/* What hangs on an event beside the thread row. */
static int
beside(struct undoing *u, const struct done *d, struct err *e)
{
	if (strcmp(d->kind, "read") == 0)
		return read_back(u, d, e);
	if (strcmp(d->kind, "discard") == 0)
		return draft_back(u, d, e);
	if (strcmp(d->kind, "star") == 0)
		return star_back(u, d, e);
	if (strcmp(d->kind, "tag") == 0 || strcmp(d->kind, "untag") == 0)
		return tag_back(u, d, e);
	if (strcmp(d->kind, "merge") == 0 || strcmp(d->kind, "move") == 0)
		return parting_back(u, d, e);
	if (strcmp(d->kind, "note") == 0)
		return db_run(u->s->db, e,
		    "UPDATE message SET hidden=?2"
		    " WHERE id=?1",
		    "ii", d->message, (int64_t)u->back);
	return 0;
}

static int
turn_one(struct undoing *u, const struct done *d, struct err *e)
{
	struct fact f = { .kind = u->back ? "undo" : "redo",
		.thread = d->thread,
		.target = d->seq };
	const char *who;
	int rc;

	if (strcmp(d->kind, "send") == 0)
		return send_back(u, d, e);
	rc = changed_since(u, d, &who, e);
	if (rc > 0)
		return err_set(e, ERR_CONFLICT, 0,
		    "%s has changed thread %lld since", who,
		    (long long)d->thread);
	if (rc < 0 ||
	    db_run(u->s->db, e, "UPDATE event SET undone=?2 WHERE seq=?1", "ii",
		d->seq, (int64_t)u->back) < 0 ||
	    beside(u, d, e) < 0 ||
	    /* Threads may have merged and parted meanwhile. */
	    db_get(u->s->db, &f.thread, e,
		"SELECT thread FROM event WHERE seq=?1", "i", d->seq) < 0)
		return -1;
	f.payload = arena_fmt(&u->s->scratch, "{\"what\":\"%s\"}", d->kind);
	return event_append(u->s, u->by, &f, NULL, e);
}

static int
turn_all(struct undoing *u, struct err *e)
{
	struct done *v;
	size_t n;

	if (events_of(u, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		/* Backwards when taking back. */
		if (turn_one(u, &v[u->back ? n - 1 - i : i], e) < 0)
			return -1;
	}
	if (n > 0 && v[0].thread != 0 &&
	    thread_follow(u->s, v[0].thread, &u->thread, e) < 0)
		return -1;
	return db_run(u->s->db, e, "UPDATE action SET state=?2 WHERE id=?1",
	    "ii", u->action, u->final ? (int64_t)2 : (int64_t)!u->back);
}

static int
find(struct undoing *u, struct err *e)
{
	int rc;

	if (u->back)
		rc = db_get(u->s->db, &u->action, e,
		    "SELECT id FROM action"
		    " WHERE agent=?1 AND state=1 ORDER BY id DESC LIMIT 1",
		    "i", u->by->agent);
	else
		rc = db_get(u->s->db, &u->action, e,
		    "SELECT id FROM action"
		    " WHERE agent=?1 AND state=0 ORDER BY id LIMIT 1",
		    "i", u->by->agent);
	if (rc == 0)
		return err_set(e, ERR_MISSING, 0, "there is nothing to %s",
		    u->back ? "undo" : "redo");
	return rc < 0 ? -1 : 0;
}

/* "assign, thread 12" or "close, 5 threads". */
static int
say(struct undoing *u, struct arena *a, const char **text, struct err *e)
{
	const char *what;
	int64_t threads;

	if (db_get_text(u->s->db, a, &what, e,
		"SELECT text FROM action"
		" WHERE id=?1",
		"i", u->action) < 0 ||
	    db_get(u->s->db, &threads, e,
		"SELECT count(DISTINCT thread)"
		" FROM event WHERE action=?1",
		"i", u->action) < 0)
		return -1;
	if (threads > 1)
		*text =
		    arena_fmt(a, "%s, %lld threads", what, (long long)threads);
	else if (u->thread != 0)
		*text =
		    arena_fmt(a, "%s, thread %lld", what, (long long)u->thread);
	else
		*text = what;
	return 0;
}

/* Said once; the next undo goes further back. */
static void
give_up(struct undoing *u)
{
	struct err ignored;
	int rc;

	if (store_begin(u->s, DB_DURABLE, &ignored) < 0)
		return;
	rc = db_run(u->s->db, &ignored, "UPDATE action SET state=2 WHERE id=?1",
	    "i", u->action);
	store_end(u->s, rc, u->by->now, &ignored);
}

static int
undo_or_redo(struct undoing *u, struct arena *a, const char **text,
    int64_t *thread, struct err *e)
{
	const char *said = "";
	int rc = -1;

	if (store_begin(u->s, DB_DURABLE, e) < 0)
		return -1;
	if (find(u, e) < 0 || turn_all(u, e) < 0)
		goto out;
	rc = say(u, a, &said, e);
out:
	rc = store_end(u->s, rc, u->by->now, e);
	if (rc < 0 && u->late)
		give_up(u);
	if (rc < 0)
		return -1;
	if (text != NULL)
		*text = said;
	if (thread != NULL)
		*thread = u->thread;
	return 0;
}

int
store_undo(struct store *s, const struct act *by, struct arena *a,
    const char **text, int64_t *thread, struct err *e)
{
	struct undoing u = { .s = s, .by = by, .back = true };

	return undo_or_redo(&u, a, text, thread, e);
}

int
store_redo(struct store *s, const struct act *by, struct arena *a,
    const char **text, int64_t *thread, struct err *e)
{
	struct undoing u = { .s = s, .by = by };

	return undo_or_redo(&u, a, text, thread, e);
}
