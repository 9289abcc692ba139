/*
 * rest.c -- mails of which only the beginning came, and asking for the rest.
 *
 * raw.partial is 0 for a mail that is here whole, else the bytes that it has
 * on the server, 1 if nobody knows.  A mail keeps the name that its beginning
 * gave it: once the rest has come raw.partial is minus the length of that
 * beginning, -1 if the whole does not begin so.
 */
#include "store/edit.h"
#include "store/ingest.h"
#include "store/own.h"

#include <string.h>

#include "base/hash.h"

#define TRIES_MAX 3
#define PAUSE     900 /* seconds before another try, doubling */

/* ---- asking ---- */

static int
ask(struct store *s, const struct act *by, int64_t message, struct err *e)
{
	int64_t partial, places, thread;
	int rc = db_get(s->db, &partial, e,
	    "SELECT partial FROM raw WHERE message=?1", "i", message);

	if (rc == 0)
		return err_set(e, ERR_MISSING, 0, "there is no mail %lld",
		    (long long)message);
	if (rc < 0 ||
	    db_get(s->db, &places, e,
		"SELECT count(*) FROM place p JOIN mailbox m ON m.id=p.mailbox"
		" WHERE p.message=?1 AND p.gone=0",
		"i", message) < 0 ||
	    db_get(s->db, &thread, e, "SELECT thread FROM message WHERE id=?1",
		"i", message) < 0)
		return -1;
	if (partial <= 0)
		return err_set(e, ERR_USAGE, 0, "message %lld is here whole",
		    (long long)message);
	if (places == 0)
		return err_set(e, ERR_MISSING, 0,
		    "message %lld is not on the server any more",
		    (long long)message);
	thread_touch(s, thread, false);
	return db_run(s->db, e,
	    "INSERT INTO wanted(message, at) VALUES(?1, ?2)"
	    " ON CONFLICT DO UPDATE SET at=?2, tries=0, error=''",
	    "ii", message, by->now);
}

int
store_fetch(struct store *s, const struct act *by, int64_t message,
    struct err *e)
{
	struct fact f = { .kind = "wanted", .message = message };
	int rc;

	if (store_begin(s, DB_DURABLE, e) < 0)
		return -1;
	rc = ask(s, by, message, e);
	if (rc == 0)
		rc = db_get(s->db, &f.thread, e,
		    "SELECT thread FROM message WHERE id=?1", "i", message);
	rc = rc < 0 ? -1 : event_append(s, by, &f, NULL, e);
	return store_end(s, rc, by->now, e);
}

/* ---- the sync's side ---- */

int
ingest_wanted(struct store *s, const char *account, int64_t now,
    struct arena *a, struct wanted **v, size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT w.message, m.name, m.uidvalidity, max(p.uid)"
		" FROM wanted w JOIN place p ON p.message=w.message"
		" JOIN mailbox m ON m.id=p.mailbox WHERE m.account=?1 AND"
		" p.gone=0 AND w.tries<?2 AND w.at<=?3 GROUP BY w.message"
		" ORDER BY w.at, w.message",
		"sii", account, (int64_t)TRIES_MAX, now) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		(*v)[(*n)++] = (struct wanted){
			.message = db_int(&r, 0),
			.mailbox = db_str(&r, 1, a),
			.uidvalidity = db_int(&r, 2),
			.uid = db_int(&r, 3),
		};
	}
	return rc;
}

/* Does the whole begin with the bytes that named the mail? */
static int
mark_of(struct store *s, int64_t message, const void *raw, size_t n,
    int64_t *mark, struct err *e)
{
	uint8_t now[HASH_SIZE];
	const void *hash;
	int64_t size;
	struct rows r;
	size_t len;
	int rc;

	*mark = -1;
	if (db_ask(s->db, &r, e, "SELECT size, hash FROM message WHERE id=?1",
		"i", message) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc == 0)
		return err_set(e, ERR_MISSING, 0, "there is no message %lld",
		    (long long)message);
	if (rc < 0)
		return -1;
	size = db_int(&r, 0);
	hash = db_blob(&r, 1, &len);
	if (size > 1 && (size_t)size <= n && len == sizeof(now)) {
		hash_sha256(raw, (size_t)size, now);
		if (memcmp(hash, now, sizeof(now)) == 0)
			*mark = -size;
	}
	db_done(&r);
	return 0;
}

int
ingest_whole(struct store *s, int64_t message, const struct mail *m,
    const struct buf *raw, const struct buf *packed, int64_t now, struct err *e)
{
	struct fact f = { .kind = "whole", .message = message };
	struct act by = act_machine(now);
	int64_t mark;
	int rc = -1;

	if (store_begin(s, DB_QUICK, e) < 0)
		return -1;
	if (mark_of(s, message, raw->data, raw->len, &mark, e) == 0 &&
	    message_complete(s, message, m, e) == 0 &&
	    db_get(s->db, &f.thread, e,
		"SELECT thread FROM message WHERE id=?1", "i", message) >= 0 &&
	    db_run(s->db, e,
		"UPDATE raw SET partial=?2, packed=?3 WHERE message=?1", "iib",
		message, mark, packed->data, packed->len) == 0 &&
	    db_run(s->db, e, "DELETE FROM wanted WHERE message=?1", "i",
		message) == 0) {
		thread_touch(s, f.thread, true);
		rc = event_append(s, &by, &f, NULL, e);
	}
	return store_end(s, rc, now, e);
}

int
ingest_unwanted(struct store *s, int64_t message, const char *why,
    enum unwanted how, int64_t now, struct err *e)
{
	int rc;

	if (db_begin(s->db, DB_QUICK, e) < 0)
		return -1;
	rc = db_run(s->db, e,
	    "UPDATE wanted SET tries=iif(?3, ?4, tries+1), error=?2,"
	    " at=?5+(?6<<tries) WHERE message=?1",
	    "isiiii", message, why, (int64_t)(how == UNWANTED_FOREVER),
	    (int64_t)TRIES_MAX, now, (int64_t)PAUSE);
	return db_end(s->db, rc, e);
}

int
wanted_again(struct store *s, int64_t message, int64_t now, struct err *e)
{
	return db_run(s->db, e,
	    "INSERT OR IGNORE INTO wanted(message, at) VALUES(?1, ?2)", "ii",
	    message, now + PAUSE);
}
