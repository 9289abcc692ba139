#include "store/ingest.h"
#include "store/own.h"

#include <string.h>

#include "base/hash.h"

static int
cursor_read(struct rows *r, struct cursor *c)
{
	*c = (struct cursor){
		.uidvalidity = db_int(r, 1),
		.high = db_int(r, 2),
		.low = db_int(r, 3),
		.complete = db_int(r, 4) != 0,
		.modseq = (uint64_t)db_int(r, 5),
	};
	return 0;
}

int
cursor_write(struct store *s, int64_t mailbox, const struct cursor *c,
    struct err *e)
{
	if (c == NULL)
		return 0;
	return db_run(s->db, e,
	    "UPDATE mailbox SET uidvalidity=?2, high=?3,"
	    " low=?4, complete=?5, modseq=?6 WHERE id=?1",
	    "iiiiii", mailbox, c->uidvalidity, c->high, c->low,
	    (int64_t)c->complete, (int64_t)c->modseq);
}

static int
mailbox_find(struct store *s, const char *account, const char *name,
    int64_t *id, int64_t *role, struct cursor *c, struct err *e)
{
	struct rows r;
	int rc;

	*id = *role = 0;
	*c = (struct cursor){ 0 };
	if (db_ask(s->db, &r, e,
		"SELECT id, uidvalidity, high, low, complete,"
		" modseq, role FROM mailbox WHERE account=?1 AND name=?2",
		"ss", account, name) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc > 0) {
		cursor_read(&r, c);
		*role = db_int(&r, 6);
		*id = db_int(&r, 0);
		db_done(&r);
	}
	return rc < 0 ? -1 : 0;
}

int
ingest_mailbox_look(struct store *s, const char *account, const char *name,
    int64_t *id, struct cursor *c, struct err *e)
{
	int64_t role;

	return mailbox_find(s, account, name, id, &role, c, e);
}

int
ingest_mailbox(struct store *s, const char *account, const char *name,
    enum mailbox_role role, int64_t *id, struct cursor *c, struct err *e)
{
	int64_t was;
	int rc;

	if (mailbox_find(s, account, name, id, &was, c, e) < 0)
		return -1;
	if (*id != 0 && was == (int64_t)role)
		return 0;
	if (db_begin(s->db, DB_QUICK, e) < 0)
		return -1;
	rc = db_run(s->db, e,
	    "INSERT INTO mailbox(account, name, role)"
	    " VALUES(?1, ?2, ?3) ON CONFLICT(account, name) DO UPDATE SET"
	    " role=?3",
	    "ssi", account, name, (int64_t)role);
	if (rc == 0)
		rc = db_run(s->db, e,
		    "INSERT OR IGNORE INTO account(title)"
		    " VALUES(?1)",
		    "s", account);
	if (rc == 0)
		rc = mailbox_find(s, account, name, id, &was, c, e);
	return db_end(s->db, rc, e);
}

/* ---- what we hold ---- */

int
ingest_has(struct store *s, int64_t mailbox, int64_t uid, struct err *e)
{
	int64_t some;

	return db_get(s->db, &some, e,
	    "SELECT 1 FROM place WHERE mailbox=?1 AND uid=?2 AND gone=0", "ii",
	    mailbox, uid);
}

int
ingest_much(struct store *s, struct err *e)
{
	return db_script(s->db, "PRAGMA cache_size=-98304", e);
}

int
ingest_sound(struct store *s, struct err *e)
{
	return db_sound(s->db, e);
}

int
ingest_known(struct store *s, int64_t mailbox, int64_t from, int64_t until,
    struct arena *a, struct flag_row **v, size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT uid, flags, keywords FROM place"
		" WHERE mailbox=?1 AND uid BETWEEN ?2 AND ?3 AND gone=0"
		" ORDER BY uid",
		"iii", mailbox, from, until > 0 ? until : INT64_MAX) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		(*v)[(*n)++] = (struct flag_row){
			.uid = db_int(&r, 0),
			.flags = (unsigned)db_int(&r, 1),
			.keywords = keywords_split(a, db_peek(&r, 2)),
		};
	}
	return rc;
}

/* ---- places ---- */

static void
place_row_read(struct rows *r, struct place_row *v)
{
	const void *hash;
	size_t n;

	*v = (struct place_row){
		.uid = db_int(r, 0),
		.at = db_int(r, 1),
		.size = db_int(r, 2),
	};
	hash = db_blob(r, 3, &n);
	if (hash != NULL && n == sizeof(v->hash))
		memcpy(v->hash, hash, n);
}

int
ingest_place(struct store *s, int64_t mailbox, int64_t uid, struct place_row *v,
    struct err *e)
{
	struct rows r;
	int rc;

	*v = (struct place_row){ 0 };
	if (db_ask(s->db, &r, e,
		"SELECT p.uid, p.at, p.size, m.hash FROM place p JOIN"
		" message m ON m.id=p.message WHERE p.mailbox=?1 AND p.uid=?2"
		" AND p.gone=0",
		"ii", mailbox, uid) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc > 0) {
		place_row_read(&r, v);
		db_done(&r);
	}
	return rc < 0 ? -1 : 0;
}

int
ingest_placed(struct store *s, int64_t mailbox, int64_t from, int64_t until,
    struct arena *a, struct place_row **v, size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT p.uid, p.at, p.size, m.hash FROM place p JOIN"
		" message m ON m.id=p.message WHERE p.mailbox=?1 AND p.uid"
		" BETWEEN ?2 AND ?3 AND p.gone=0 ORDER BY p.uid",
		"iii", mailbox, from, until) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		place_row_read(&r, &(*v)[(*n)++]);
	}
	return rc;
}

/* The highest UID that is held and not above one; 0 if there is none. */
static int
place_below(struct store *s, int64_t mailbox, int64_t uid, int64_t *found,
    struct err *e)
{
	return db_get(s->db, found, e,
		   "SELECT uid FROM place WHERE mailbox=?1 AND uid<=?2 AND"
		   " gone=0 ORDER BY uid DESC LIMIT 1",
		   "ii", mailbox, uid) < 0
		   ? -1
		   : 0;
}

int
ingest_sample(struct store *s, int64_t mailbox, size_t max, struct arena *a,
    struct place_row **v, size_t *n, struct err *e)
{
	int64_t top = INT64_MAX, uid = 0;
	uint32_t random;

	*v = arena_array(a, max, sizeof(**v));
	*n = 0;
	for (size_t i = 0; i < max; i++) {
		if (place_below(s, mailbox, i == 0 ? INT64_MAX : uid, &uid, e) <
		    0)
			return -1;
		if (uid == 0 || (i > 0 && uid >= top))
			break;
		top = uid;
		if (ingest_place(s, mailbox, uid, &(*v)[(*n)++], e) < 0)
			return -1;
		/* Another one each time, from the top down. */
		hash_random(&random, sizeof(random));
		uid -= 1 + (int64_t)(random % (uint64_t)(uid / 4 + 1));
	}
	return 0;
}

int
ingest_place_seen(struct store *s, int64_t mailbox, const struct place_row *v,
    struct err *e)
{
	int rc;

	if (db_begin(s->db, DB_QUICK, e) < 0)
		return -1;
	rc = db_run(s->db, e,
	    "UPDATE place SET at=?3, size=iif(?4=0, size, ?4)"
	    " WHERE mailbox=?1 AND uid=?2",
	    "iiii", mailbox, v->uid, v->at, v->size);
	return db_end(s->db, rc, e);
}

int
ingest_places(struct store *s, int64_t mailbox, int64_t *n, struct err *e)
{
	return db_get(s->db, n, e, "SELECT places FROM mailbox WHERE id=?1",
		   "i", mailbox) < 0
		   ? -1
		   : 0;
}

/* Read from its beginning, should it ever be. */
static int
far_mailbox(struct store *s, const struct far_place *p, int64_t *id,
    struct err *e)
{
	struct cursor c = { .uidvalidity = p->to_uidvalidity,
		.low = 1,
		.complete = true };
	struct cursor was;
	int64_t role;

	if (mailbox_find(s, p->account, p->name, id, &role, &was, e) < 0)
		return -1;
	if (*id != 0 && was.uidvalidity == p->to_uidvalidity)
		return 0;
	if (db_run(s->db, e,
		"INSERT INTO mailbox(account, name, role)"
		" VALUES(?1, ?2, ?3) ON CONFLICT(account, name) DO UPDATE SET"
		" role=?3",
		"ssi", p->account, p->name, (int64_t)p->role) < 0 ||
	    mailbox_find(s, p->account, p->name, id, &role, &was, e) < 0 ||
	    db_run(s->db, e, "DELETE FROM place WHERE mailbox=?1", "i", *id) <
		0)
		return -1;
	return cursor_write(s, *id, &c, e);
}

int
ingest_far_place(struct store *s, const struct far_place *p, struct err *e)
{
	int64_t id;
	int rc;

	if (db_begin(s->db, DB_QUICK, e) < 0)
		return -1;
	rc = far_mailbox(s, p, &id, e);
	if (rc == 0)
		rc = db_run(s->db, e,
		    "INSERT OR REPLACE INTO place(mailbox, uid, message,"
		    " flags, keywords, at, size) SELECT ?3, ?4, message,"
		    " flags, keywords, at, size FROM place WHERE mailbox=?1"
		    " AND uid=?2",
		    "iiii", p->mailbox, p->uid, id, p->to_uid);
	return db_end(s->db, rc, e);
}

int
ingest_far_left(struct store *s, int64_t mailbox, const int64_t *uid, size_t n,
    struct err *e)
{
	int rc = 0;

	if (db_begin(s->db, DB_QUICK, e) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = push_orphan(s, mailbox, uid[i], e);
		if (rc == 0)
			rc = db_run(s->db, e,
			    "UPDATE place SET gone=1 WHERE mailbox=?1 AND"
			    " uid=?2",
			    "ii", mailbox, uid[i]);
	}
	return db_end(s->db, rc, e);
}
