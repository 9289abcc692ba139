/*
 * presence.c -- who is looking, who is typing: rows with an expiry.
 */
#include "store/edit.h"
#include "store/own.h"
#include "store/query.h"

#define LOOK_LASTS  30
#define CLAIM_LASTS 90

int
store_look(struct store *s, const struct act *by, int64_t thread, struct err *e)
{
	int rc;

	if (db_begin(s->db, DB_QUICK, e) < 0)
		return -1;
	if (thread == 0)
		rc = db_run(s->db, e, "DELETE FROM look WHERE agent=?1", "i",
		    by->agent);
	else
		rc = db_run(s->db, e,
		    "INSERT INTO look VALUES(?1, ?2, ?3, ?4)"
		    " ON CONFLICT DO UPDATE SET since=iif(thread=?2, since,"
		    " ?3), thread=?2, until=?4",
		    "iiii", by->agent, thread, by->now, by->now + LOOK_LASTS);
	return db_end(s->db, rc, e);
}

int
claim_held(struct store *s, const struct act *by, int64_t thread,
    const char **who, struct err *e)
{
	return db_get_text(s->db, &s->scratch, who, e,
	    "SELECT a.login FROM"
	    " claim c JOIN agent a ON a.id=c.agent WHERE c.thread=?1 AND"
	    " c.agent<>?2 AND c.until>?3",
	    "iii", thread, by->agent, by->now);
}

static int
claim_take(struct store *s, const struct act *by, int64_t thread,
    enum claim_how how, struct err *e)
{
	struct fact f = { .kind = "claim", .thread = thread };
	const char *who;
	int rc = claim_held(s, by, thread, &who, e);

	if (rc > 0 && how == CLAIM_ASK)
		return err_set(e, ERR_CONFLICT, 0,
		    "%s is writing an answer here", who);
	if (rc > 0) {
		f.payload = arena_fmt(&s->scratch, "{\"from\":\"%s\"}", who);
		rc = event_append(s, by, &f, NULL, e);
	}
	if (rc < 0)
		return -1;
	return db_run(s->db, e,
	    "INSERT INTO claim VALUES(?1, ?2, ?3, ?4)"
	    " ON CONFLICT DO UPDATE SET since=iif(agent=?2, since, ?3),"
	    " agent=?2, until=?4",
	    "iiii", thread, by->agent, by->now, by->now + CLAIM_LASTS);
}

int
store_claim(struct store *s, const struct act *by, int64_t thread,
    enum claim_how how, struct err *e)
{
	int rc;

	if (store_begin(s, DB_QUICK, e) < 0)
		return -1;
	rc = thread_follow(s, thread, &thread, e);
	if (rc == 0 && thread == 0)
		rc = err_set(e, ERR_MISSING, 0, "there is no such thread");
	if (rc == 0)
		rc = claim_take(s, by, thread, how, e);
	return store_end(s, rc, by->now, e);
}

int
store_unclaim(struct store *s, const struct act *by, int64_t thread,
    struct err *e)
{
	int rc;

	if (db_begin(s->db, DB_QUICK, e) < 0)
		return -1;
	rc = db_run(s->db, e, "DELETE FROM claim WHERE thread=?1 AND agent=?2",
	    "ii", thread, by->agent);
	return db_end(s->db, rc, e);
}

int
store_presence(struct store *s, int64_t now, struct arena *a,
    struct presence **v, size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT p.thread, p.agent, a.login, p.typing,"
		" p.since FROM (SELECT thread, agent, 1 AS typing, since FROM"
		" claim WHERE until>?1 UNION ALL SELECT thread, agent, 0,"
		" since FROM look l WHERE until>?1 AND NOT EXISTS(SELECT 1"
		" FROM claim c WHERE c.thread=l.thread AND c.agent=l.agent"
		" AND c.until>?1)) p JOIN agent a ON a.id=p.agent"
		" ORDER BY p.thread, p.typing DESC, a.login",
		"i", now) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		(*v)[(*n)++] = (struct presence){
			.thread = db_int(&r, 0),
			.agent = db_int(&r, 1),
			.login = db_str(&r, 2, a),
			.typing = db_int(&r, 3) != 0,
			.since = db_int(&r, 4),
		};
	}
	return rc;
}
