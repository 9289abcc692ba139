/*
 * rounds.c -- the state of the sync: rounds, back-off, small facts.
 */
#include "store/ingest.h"
#include "store/query.h"
#include "store/own.h"

#define HOMELESS ((int64_t)30 * 86400) /* a change without a place lasts */

static int
write_round(struct store *s, const char *account, const struct err *was,
    int64_t retry_at, int64_t now, struct err *e)
{
	if (was != NULL)
		return db_run(s->db, e,
		    "INSERT INTO account(title,"
		    " last_tried, retry_at, failures, error) VALUES(?1, ?2,"
		    " ?3, 1, ?4) ON CONFLICT DO UPDATE SET last_tried=?2,"
		    " retry_at=?3, failures=failures+1, error=?4",
		    "siis", account, now, retry_at, was->text);
	return db_run(s->db, e,
	    "INSERT INTO account(title, last_good,"
	    " last_tried) VALUES(?1, ?2, ?2) ON CONFLICT DO UPDATE SET"
	    " last_good=?2, last_tried=?2, retry_at=0, failures=0, error=''",
	    "si", account, now);
}

int
ingest_round(struct store *s, const char *account, const struct err *was,
    int64_t retry_at, int64_t now, struct err *e)
{
	int rc;

	if (db_begin(s->db, DB_QUICK, e) < 0)
		return -1;
	rc = write_round(s, account, was, retry_at, now, e);
	/* What waits for a mail that is met nowhere. */
	if (rc == 0 && was == NULL)
		rc = db_run(s->db, e,
		    "DELETE FROM push WHERE account=?1 AND uid<0 AND at<?2",
		    "si", account, now - HOMELESS);
	return db_end(s->db, rc, e);
}

int
ingest_retry_at(struct store *s, const char *account, int64_t *at,
    int *failures, struct err *e)
{
	struct rows r;
	int rc;

	*at = 0;
	*failures = 0;
	if (db_ask(s->db, &r, e,
		"SELECT retry_at, failures FROM account"
		" WHERE title=?1",
		"s", account) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc > 0) {
		*at = db_int(&r, 0);
		*failures = (int)db_int(&r, 1);
		db_done(&r);
	}
	return rc < 0 ? -1 : 0;
}

int
ingest_fact(struct store *s, const char *account, const char *name,
    struct arena *a, const char **value, struct err *e)
{
	return db_get_text(s->db, a, value, e,
		   "SELECT value FROM fact"
		   " WHERE account=?1 AND name=?2",
		   "ss", account, name) < 0
		   ? -1
		   : 0;
}

int
ingest_fact_set(struct store *s, const char *account, const char *name,
    const char *value, struct err *e)
{
	int rc;

	if (db_begin(s->db, DB_QUICK, e) < 0)
		return -1;
	rc = db_run(s->db, e, "INSERT OR REPLACE INTO fact VALUES(?1, ?2, ?3)",
	    "sss", account, name, value);
	return db_end(s->db, rc, e);
}

int
store_sync_status(struct store *s, struct arena *a, struct sync_status **v,
    size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT a.title, a.last_good, a.last_tried,"
		" a.retry_at, a.error, (SELECT coalesce(sum(m.places), 0)"
		" FROM mailbox m WHERE m.account=a.title)"
		" FROM account a ORDER BY a.title",
		"") < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		(*v)[(*n)++] = (struct sync_status){
			.account = db_str(&r, 0, a),
			.last_good = db_int(&r, 1),
			.last_tried = db_int(&r, 2),
			.retry_at = db_int(&r, 3),
			.error = db_str(&r, 4, a),
			.messages = db_int(&r, 5),
		};
	}
	return rc;
}

/* ---- time passing ---- */

static int
overdue_snooze(struct store *s, int64_t now, int64_t *thread, struct err *e)
{
	return db_get(s->db, thread, e,
	    "SELECT id FROM thread"
	    " INDEXED BY thread_snoozed WHERE merged IS NULL AND"
	    " snoozed_until<>0 AND snoozed_until BETWEEN 1 AND ?1 LIMIT 1",
	    "i", now);
}

static int
wake(struct store *s, int64_t now, int *woken, struct err *e)
{
	struct fact f = { .kind = "wake" };
	struct act by = act_machine(now);
	int rc;

	if (store_begin(s, DB_DURABLE, e) < 0)
		return -1;
	rc = overdue_snooze(s, now, &f.thread, e);
	if (rc > 0) {
		rc = event_append(s, &by, &f, NULL, e);
		++*woken;
	}
	return store_end(s, rc, now, e);
}

int
ingest_tick(struct store *s, int64_t now, int *woken, struct err *e)
{
	int64_t some;
	int unused = 0;
	int rc;

	if (woken == NULL)
		woken = &unused;
	*woken = 0;
	while ((rc = overdue_snooze(s, now, &some, e)) > 0) {
		if (wake(s, now, woken, e) < 0)
			return -1;
	}
	if (rc < 0 || db_get(s->db, &some, e,
			  "SELECT (SELECT count(*) FROM claim"
			  " WHERE until<?1-86400)+(SELECT count(*) FROM look"
			  " WHERE until<?1-86400)",
			  "i", now) < 0)
		return -1;
	if (some == 0)
		return 0;
	if (db_begin(s->db, DB_QUICK, e) < 0)
		return -1;
	rc = db_run(s->db, e, "DELETE FROM claim WHERE until<?1", "i", now);
	if (rc == 0)
		rc = db_run(s->db, e, "DELETE FROM look WHERE until<?1", "i",
		    now);
	return db_end(s->db, rc, e);
}
