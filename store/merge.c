#include "store/own.h"

#include "base/hash.h"

/*
 * Which of two threads goes on: the one somebody looks after, else the one
 * that was here first.
 */
static int
choose(struct store *s, int64_t *into, int64_t *from, struct err *e)
{
	int64_t best;

	if (db_get(s->db, &best, e,
		"SELECT id FROM thread"
		" WHERE id IN (?1, ?2) ORDER BY assignee<>0 DESC, id LIMIT 1",
		"ii", *into, *from) < 0)
		return -1;
	if (best == *from) {
		*from = *into;
		*into = best;
	}
	return 0;
}

static int
drop_reckoned(struct store *s, int64_t from, struct err *e)
{
	if (db_run(s->db, e,
		"UPDATE tag SET threads=threads-1 WHERE id IN"
		" (SELECT tag FROM tagged WHERE thread=?1) AND"
		" (SELECT state FROM thread WHERE id=?1)<3",
		"i", from) < 0 ||
	    db_run(s->db, e, "DELETE FROM tagged WHERE thread=?1", "i", from) <
		0)
		return -1;
	return db_run(s->db, e, "DELETE FROM turn WHERE thread=?1", "i", from);
}

static int
repoint(struct store *s, int64_t into, int64_t from, struct err *e)
{
	if (db_run(s->db, e, "UPDATE message SET thread=?1 WHERE thread=?2",
		"ii", into, from) < 0 ||
	    db_run(s->db, e, "UPDATE event SET thread=?1 WHERE thread=?2", "ii",
		into, from) < 0 ||
	    db_run(s->db, e, "UPDATE draft SET thread=?1 WHERE thread=?2", "ii",
		into, from) < 0 ||
	    db_run(s->db, e,
		"UPDATE OR IGNORE outbox SET thread=?1"
		" WHERE thread=?2",
		"ii", into, from) < 0 ||
	    db_run(s->db, e, "UPDATE action SET thread=?1 WHERE thread=?2",
		"ii", into, from) < 0 ||
	    db_run(s->db, e, "DELETE FROM claim WHERE thread=?1", "i", from) <
		0)
		return -1;
	return db_run(s->db, e,
	    "UPDATE thread SET merged=?1, tags='',"
	    " revision=revision+1 WHERE id=?2",
	    "ii", into, from);
}

int
thread_merge(struct store *s, const struct act *by, int64_t into, int64_t from,
    int64_t *survivor, struct err *e)
{
	struct fact f = { .kind = "merge" };
	const char *name;

	if (choose(s, &into, &from, e) < 0 || drop_reckoned(s, from, e) < 0 ||
	    repoint(s, into, from, e) < 0)
		return -1;
	if (db_run(s->db, e,
		"UPDATE thread SET seen_at=min(seen_at,"
		" (SELECT seen_at FROM thread WHERE id=?2)) WHERE id=?1",
		"ii", into, from) < 0)
		return -1;
	for (size_t i = 0; i < s->dirty.n; i++) {
		if (s->dirty.v[i].id == from)
			s->dirty.v[i].id = into;
	}
	*survivor = into;
	f.thread = into;
	if (db_get_text(s->db, &s->scratch, &name, e,
		"SELECT lower(hex(uid)) FROM thread WHERE id=?1", "i",
		from) < 0)
		return -1;
	f.payload = arena_fmt(&s->scratch, "{\"from\":%lld,\"name\":\"%s\"}",
	    (long long)from, name);
	return event_append(s, by, &f, NULL, e);
}
