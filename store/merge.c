/*
 * merge.c -- threads that become one, and mails that change threads.
 *
 * An event keeps in origin the thread it happened in, through any merge; so
 * a thread can be parted again with all that was its own.
 */
#include "store/own.h"

#include "base/hash.h"

static int
drop_reckoned(struct store *s, int64_t from, struct err *e)
{
	if (db_run(s->db, e,
		"UPDATE tag SET threads=threads-1 WHERE id IN"
		" (SELECT tag FROM tagged WHERE thread=?1) AND"
		" (SELECT state FROM thread WHERE id=?1)<3",
		"i", from) < 0 ||
	    db_run(s->db, e, "DELETE FROM tagged WHERE thread=?1", "i", from) <
		0 ||
	    db_run(s->db, e, "UPDATE thread SET tags='' WHERE id=?1", "i",
		from) < 0)
		return -1;
	return db_run(s->db, e, "DELETE FROM turn WHERE thread=?1", "i", from);
}

static int
repoint(struct store *s, int64_t into, int64_t from, struct err *e)
{
	static const char *const sql[] = {
		"UPDATE message SET thread=?1 WHERE thread=?2",
		"UPDATE event SET thread=?1 WHERE thread=?2",
		"UPDATE draft SET thread=?1 WHERE thread=?2",
		"UPDATE OR IGNORE outbox SET thread=?1 WHERE thread=?2",
		"UPDATE action SET thread=?1 WHERE thread=?2",
		/* Whoever writes an answer goes on writing it. */
		"UPDATE OR IGNORE claim SET thread=?1 WHERE thread=?2",
		"UPDATE look SET thread=?1 WHERE thread=?2",
	};

	for (size_t i = 0; i < sizeof(sql) / sizeof(*sql); i++) {
		if (db_run(s->db, e, sql[i], "ii", into, from) < 0)
			return -1;
	}
	return db_run(s->db, e, "DELETE FROM claim WHERE thread=?1", "i", from);
}

bool
thread_is_new(struct store *s, int64_t thread)
{
	struct err ignored;
	int64_t merged;

	return db_get(s->db, &merged, &ignored,
		   "SELECT merged FROM thread WHERE id=?1", "i", thread) > 0 &&
	       merged == -1;
}

int
thread_dissolve(struct store *s, int64_t into, int64_t from, struct err *e)
{
	if (drop_reckoned(s, from, e) < 0 || repoint(s, into, from, e) < 0 ||
	    db_run(s->db, e,
		"UPDATE thread SET seen_at=min(seen_at,"
		" (SELECT seen_at FROM thread WHERE id=?2)) WHERE id=?1",
		"ii", into, from) < 0)
		return -1;
	for (size_t i = 0; i < s->dirty.n; i++) {
		if (s->dirty.v[i].id == from)
			s->dirty.v[i].id = into;
	}
	thread_touch(s, into, true);
	return db_run(s->db, e,
	    "UPDATE thread SET merged=?1, revision=revision+1 WHERE id=?2",
	    "ii", into, from);
}

/* Nobody has seen the thread: nothing but mails is in it. */
static int
forget(struct store *s, int64_t into, int64_t from, struct err *e)
{
	if (db_run(s->db, e,
		"UPDATE event SET origin=?1 WHERE thread=?2 AND origin=?2",
		"ii", into, from) < 0)
		return -1;
	return thread_dissolve(s, into, from, e);
}

int
thread_merge(struct store *s, const struct act *by, int64_t into, int64_t from,
    struct err *e)
{
	struct fact f = { .kind = "merge", .thread = into };
	const char *name;

	if (thread_is_new(s, from))
		return forget(s, into, from, e);
	if (thread_dissolve(s, into, from, e) < 0 ||
	    db_get_text(s->db, &s->scratch, &name, e,
		"SELECT lower(hex(uid)) FROM thread WHERE id=?1", "i",
		from) < 0)
		return -1;
	f.payload = arena_fmt(&s->scratch, "{\"from\":%lld,\"name\":\"%s\"}",
	    (long long)from, name);
	return event_append(s, by, &f, NULL, e);
}

int
thread_revive(struct store *s, int64_t thread, struct err *e)
{
	if (db_run(s->db, e,
		"UPDATE thread SET merged=NULL, revision=revision+1"
		" WHERE id=?1",
		"i", thread) < 0)
		return -1;
	thread_touch(s, thread, true);
	return 0;
}

/* Drafts and answers stand with the mail they answer. */
static int
follow_base(struct store *s, int64_t from, int64_t to, struct err *e)
{
	if (db_run(s->db, e,
		"UPDATE draft SET thread=?2 WHERE thread=?1 AND"
		" json_extract(content, '$.base') IN"
		" (SELECT id FROM message WHERE thread=?2)",
		"ii", from, to) < 0)
		return -1;
	return db_run(s->db, e,
	    "UPDATE OR IGNORE outbox SET thread=?2 WHERE thread=?1 AND"
	    " message IN (SELECT id FROM message WHERE thread=?2)",
	    "ii", from, to);
}

int
thread_part(struct store *s, int64_t thread, struct err *e)
{
	int64_t from;

	if (thread_follow(s, thread, &from, e) < 0 ||
	    thread_revive(s, thread, e) < 0 ||
	    db_run(s->db, e,
		"WITH RECURSIVE own(id) AS (VALUES(?1) UNION"
		" SELECT t.id FROM thread t JOIN own ON t.merged=own.id)"
		" UPDATE event SET thread=?1 WHERE thread=?2 AND"
		" origin IN own",
		"ii", thread, from) < 0 ||
	    db_run(s->db, e,
		"UPDATE message SET thread=?1 WHERE thread=?2 AND id IN"
		" (SELECT message FROM event WHERE thread=?1 AND"
		" kind IN ('mail', 'note', 'send', 'call'))",
		"ii", thread, from) < 0 ||
	    db_run(s->db, e,
		"UPDATE action SET thread=?1 WHERE thread=?2 AND id IN"
		" (SELECT action FROM event WHERE thread=?1)",
		"ii", thread, from) < 0)
		return -1;
	thread_touch(s, from, true);
	return follow_base(s, from, thread, e);
}

int
message_move(struct store *s, int64_t message, const struct passage *p,
    struct err *e)
{
	if (db_run(s->db, e, "UPDATE message SET thread=?1 WHERE id=?2", "ii",
		p->to, message) < 0 ||
	    db_run(s->db, e,
		"UPDATE event SET thread=?1, origin=?4 WHERE thread=?2 AND"
		" message=?3",
		"iiii", p->to, p->from, message, p->origin) < 0 ||
	    db_run(s->db, e,
		"UPDATE event SET thread=?1, origin=?4 WHERE thread=?2 AND"
		" target IN (SELECT seq FROM event WHERE thread=?1 AND"
		" message=?3)",
		"iiii", p->to, p->from, message, p->origin) < 0)
		return -1;
	thread_touch(s, p->from, true);
	thread_touch(s, p->to, true);
	if (kin_tie(s, message, p->to, e) < 0)
		return -1;
	return follow_base(s, p->from, p->to, e);
}
