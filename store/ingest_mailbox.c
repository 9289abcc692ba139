#include "store/ingest.h"
#include "store/own.h"

#include <string.h>

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
    enum mailbox_role role, int64_t *id, struct cursor *c, struct err *e)
{
	struct rows r;
	int rc;

	*id = 0;
	*c = (struct cursor){ 0 };
	if (db_ask(s->db, &r, e,
		"SELECT id, uidvalidity, high, low, complete,"
		" modseq, role FROM mailbox WHERE account=?1 AND name=?2",
		"ss", account, name) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc > 0) {
		cursor_read(&r, c);
		if (db_int(&r, 6) == (int64_t)role)
			*id = db_int(&r, 0);
		db_done(&r);
	}
	return rc < 0 ? -1 : 0;
}

int
ingest_mailbox(struct store *s, const char *account, const char *name,
    enum mailbox_role role, int64_t *id, struct cursor *c, struct err *e)
{
	int rc;

	if (mailbox_find(s, account, name, role, id, c, e) < 0)
		return -1;
	if (*id != 0)
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
		rc = mailbox_find(s, account, name, role, id, c, e);
	return db_end(s->db, rc, e);
}

/* ---- what we hold ---- */

char *
keywords_join(struct arena *a, const struct strings *v)
{
	struct buf b = { 0 };
	char *out;

	if (v->n == 0)
		return NULL;
	for (size_t i = 0; i < v->n; i++) {
		if (i > 0)
			buf_chr(&b, ' ');
		buf_str(&b, v->v[i]);
	}
	out = arena_str(a, buf_text(&b));
	buf_free(&b);
	return out;
}

static struct strings
keywords_split(struct arena *a, const char *s)
{
	struct strings out = { 0 };

	while (*s != '\0') {
		size_t n = strcspn(s, " ");

		out.v = arena_grow(a, out.v, out.n, sizeof(*out.v));
		out.v[out.n++] = arena_strn(a, s, n);
		s += n + (s[n] == ' ');
	}
	return out;
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

/* ---- what is not there any more ---- */

/* A message whose last place went is marked, and comes back with one. */
int
message_gone(struct store *s, int64_t message, const struct act *by,
    struct err *e)
{
	struct fact f = { .kind = "gone", .message = message };
	int64_t places;

	if (db_get(s->db, &places, e,
		"SELECT count(*) FROM place"
		" WHERE message=?1 AND gone=0",
		"i", message) < 0)
		return -1;
	if (places > 0)
		return 0;
	if (db_run(s->db, e,
		"UPDATE message SET gone=1 WHERE id=?1 AND"
		" gone=0",
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
place_gone(struct store *s, int64_t mailbox, int64_t uid, const struct act *by,
    struct err *e)
{
	int64_t message;
	int rc = db_get(s->db, &message, e,
	    "SELECT message FROM place"
	    " WHERE mailbox=?1 AND uid=?2 AND gone=0",
	    "ii", mailbox, uid);

	if (rc <= 0)
		return rc;
	if (db_run(s->db, e,
		"UPDATE place SET gone=1 WHERE mailbox=?1 AND"
		" uid=?2",
		"ii", mailbox, uid) < 0 ||
	    db_run(s->db, e, "DELETE FROM push WHERE mailbox=?1 AND uid=?2",
		"ii", mailbox, uid) < 0)
		return -1;
	return message_gone(s, message, by, e);
}

/*
 * Not counted: places with a move of ours under way, which are meant to go.
 */
static int
mass_removal(struct store *s, int64_t mailbox, const int64_t *uid, size_t n,
    struct err *e)
{
	int64_t all, here = 0;

	if (db_get(s->db, &all, e,
		"SELECT count(*) FROM place"
		" WHERE mailbox=?1 AND gone=0",
		"i", mailbox) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int64_t one;

		if (db_get(s->db, &one, e,
			"SELECT 1 FROM place p"
			" WHERE p.mailbox=?1 AND p.uid=?2 AND p.gone=0"
			" AND p.moved=0",
			"ii", mailbox, uid[i]) < 0)
			return -1;
		here += one;
	}
	/* A handful is a person tidying a small mailbox; all of it is not. */
	if (here <= 50 &&
	    (here * 10 <= all || (here <= 5 && (here < all || all < 3))))
		return 0;
	return err_set(e, ERR_CONFLICT, 0,
	    "the server says that %lld of %lld messages are gone; nothing was "
	    "marked: if that is right run shopbell sync --accept-removal",
	    (long long)here, (long long)all);
}

int
ingest_gone(struct store *s, int64_t mailbox, const int64_t *uid, size_t n,
    const struct cursor *c, bool sure, int64_t now, struct err *e)
{
	struct act by = act_machine(now);
	int rc = -1;

	if (store_begin(s, DB_QUICK, e) < 0)
		return -1;
	if (!sure && mass_removal(s, mailbox, uid, n, e) < 0)
		goto out;
	for (size_t i = 0; i < n; i++) {
		if (place_gone(s, mailbox, uid[i], &by, e) < 0)
			goto out;
	}
	rc = cursor_write(s, mailbox, c, e);
out:
	return store_end(s, rc, now, e);
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
	    "INSERT OR IGNORE INTO adrift SELECT mailbox,"
	    " message FROM place WHERE mailbox=?1 AND gone=0",
	    "i", mailbox);
	if (rc == 0)
		rc = db_run(s->db, e, "DELETE FROM place WHERE mailbox=?1", "i",
		    mailbox);
	if (rc == 0)
		rc = db_run(s->db, e, "DELETE FROM push WHERE mailbox=?1", "i",
		    mailbox);
	if (rc == 0)
		rc = cursor_write(s, mailbox, &c, e);
	return db_end(s->db, rc, e);
}

/*
 * The mailbox has been read to the bottom under its new UIDVALIDITY: what
 * was not met again is gone.
 */
int
adrift_end(struct store *s, int64_t mailbox, int64_t now, struct err *e)
{
	struct act by = act_machine(now);
	int64_t message;
	int rc;

	while ((rc = db_get(s->db, &message, e,
		    "SELECT message FROM adrift"
		    " WHERE mailbox=?1 LIMIT 1",
		    "i", mailbox)) > 0) {
		if (db_run(s->db, e,
			"DELETE FROM adrift WHERE mailbox=?1 AND"
			" message=?2",
			"ii", mailbox, message) < 0 ||
		    message_gone(s, message, &by, e) < 0)
			return -1;
	}
	return rc;
}
