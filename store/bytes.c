/*
 * bytes.c -- are the bytes of every mail those that came?
 *
 * SQLite has no sums over its pages, so a bit that turned on the disk stays
 * unseen until somebody reads it.  Each mail is named by the hash of its
 * bytes: that tells.
 */
#include "store/ingest.h"
#include "store/own.h"
#include "store/query.h"

/* The next mail after *id, lost if it has no bytes; 1, 0 at the end. */
static int
next_mail(struct store *s, int64_t *id, bool *beginning, bool *lost,
    struct err *e)
{
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e,
		"SELECT m.id, r.partial>0, r.message IS NULL FROM message m"
		" LEFT JOIN raw r ON r.message=m.id WHERE m.id>?1 AND"
		" (m.kind=0 OR r.message NOT NULL) ORDER BY m.id LIMIT 1",
		"i", *id) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc > 0) {
		*id = db_int(&r, 0);
		*beginning = db_int(&r, 1) != 0;
		*lost = db_int(&r, 2) != 0;
		db_done(&r);
	}
	return rc;
}

int
bytes_check(struct store *s,
    int (*bad)(void *arg, int64_t message, struct err *e), void *arg,
    struct bytes_sum *out, struct err *e)
{
	struct buf raw = { 0 };
	bool beginning, lost;
	int64_t id = 0;
	int rc;

	*out = (struct bytes_sum){ 0 };
	while ((rc = next_mail(s, &id, &beginning, &lost, e)) > 0) {
		struct err why;

		buf_clear(&raw);
		rc = store_raw(s, id, &raw, &why);
		if (rc < 0 && why.kind == ERR_MISSING && !lost)
			continue; /* erased meanwhile */
		if (rc < 0 && why.kind != ERR_DATA && !lost) {
			*e = why;
			break;
		}
		out->mails++;
		out->bytes += (int64_t)raw.len;
		out->beginnings += rc == 0 && beginning;
		out->damaged += rc < 0;
		if (rc < 0 && bad != NULL && bad(arg, id, e) < 0)
			break;
	}
	buf_free(&raw);
	return rc < 0 ? -1 : 0;
}

/* ---- those that a server may still have ---- */

#define PLACES                                                                 \
	"SELECT p.message, m.name, m.uidvalidity, p.uid FROM place p"          \
	" JOIN mailbox m ON m.id=p.mailbox WHERE p.message=?1 AND p.gone=0"    \
	" AND m.account=?2"

struct seeking {
	struct store *s;
	const char *account;
	struct arena *a;
	struct wanted *v;
	size_t n;
};

static int
seek(void *arg, int64_t message, struct err *e)
{
	struct seeking *k = arg;
	struct rows r;
	int rc;

	if (db_ask(k->s->db, &r, e, PLACES, "is", message, k->account) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		k->v = arena_grow(k->a, k->v, k->n, sizeof(*k->v));
		k->v[k->n++] = (struct wanted){
			.message = db_int(&r, 0),
			.mailbox = db_str(&r, 1, k->a),
			.uidvalidity = db_int(&r, 2),
			.uid = db_int(&r, 3),
		};
	}
	return rc;
}

int
ingest_damaged(struct store *s, const char *account, struct arena *a,
    struct wanted **v, size_t *n, struct err *e)
{
	struct seeking k = { .s = s, .account = account, .a = a };
	struct bytes_sum sum;
	int rc = bytes_check(s, seek, &k, &sum, e);

	*v = k.v;
	*n = k.n;
	return rc;
}

int
bytes_there(struct store *s, int64_t message, bool *there, struct err *e)
{
	struct arena a = { 0 };
	int rc = 0;

	*there = false;
	for (size_t i = 0; rc == 0 && i < s->shop->accounts; i++) {
		const struct account *account = &s->shop->account[i];
		struct seeking k = { s, account->title, &a, NULL, 0 };

		if (*account->imap.host == '\0')
			continue;
		rc = seek(&k, message, e);
		*there = *there || k.n > 0;
	}
	arena_free(&a);
	return rc;
}

/*
 * Tried in the transaction: what does not come out as what its name says is
 * rolled back.
 */
int
ingest_mended(struct store *s, int64_t message, const struct buf *raw,
    struct err *e)
{
	struct buf packed = { 0 }, again = { 0 };
	struct err why;
	int rc = -1;

	ingest_pack(raw->data, raw->len, &packed);
	if (db_begin(s->db, DB_DURABLE, e) < 0)
		goto out;
	/* Where the row is lost, too, partial is what it was: see rest.c. */
	rc = db_run(s->db, e,
	    "INSERT INTO raw(message, partial, packed) SELECT id,"
	    " iif(size>1 AND size<?3, -size, 0), ?2 FROM message WHERE id=?1"
	    " ON CONFLICT DO UPDATE SET packed=excluded.packed",
	    "ibi", message, packed.data, packed.len, (int64_t)raw->len);
	if (rc == 0 && store_raw(s, message, &again, &why) < 0)
		rc = why.kind != ERR_DATA
			 ? err_set(e, why.kind, why.code, "%s", why.text)
			 : err_set(e, ERR_MISSING, 0,
			       "the server has other bytes for message %lld",
			       (long long)message);
	rc = db_end(s->db, rc, e);
out:
	buf_free(&packed);
	buf_free(&again);
	return rc;
}
