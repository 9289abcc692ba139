/*
 * push.c -- what agents changed here and the servers have yet to hear.
 *
 * A row is one operation on one place: set or clear a flag or a tag, or move
 * to the mailbox of a role.  base is what the server had when it was made.
 * A place that is lost while a row waits leaves it homeless, under a UID of
 * -message, until the mail is met again somewhere else.
 */
#include <string.h>

#include "desk/keyword.h"
#include "store/ingest.h"
#include "store/own.h"

struct spot {
	int64_t message;
	int64_t mailbox;
	int64_t uid;
	unsigned flags;
	struct strings keywords;
	enum mailbox_role role;
	const char *account;
};

static int
spots_of(struct store *s, int64_t message, struct spot **v, size_t *n,
    struct err *e)
{
	struct arena *a = &s->scratch;
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT p.mailbox, p.uid, p.flags, m.role, m.account,"
		" p.keywords FROM place p JOIN mailbox m ON m.id=p.mailbox"
		" WHERE p.message=?1 AND p.gone=0",
		"i", message) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		(*v)[(*n)++] = (struct spot){
			.message = message,
			.mailbox = db_int(&r, 0),
			.uid = db_int(&r, 1),
			.flags = (unsigned)db_int(&r, 2),
			.role = (enum mailbox_role)db_int(&r, 3),
			.account = db_str(&r, 4, a),
			.keywords = keywords_split(a, db_peek(&r, 5)),
		};
	}
	return rc;
}

/* ---- queueing ---- */

struct wish {
	enum push_kind kind;
	unsigned flag;
	const char *name; /* of a tag */
	int64_t base;
	int64_t value;
};

static int
wish_insert(struct store *s, const struct spot *p, const struct wish *w,
    int64_t uid, int64_t now, struct err *e)
{
	return db_run(s->db, e,
	    "INSERT OR REPLACE INTO push(account, mailbox, uid, message, kind,"
	    " flag, name, base, value, at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7,"
	    " ?8, ?9, ?10)",
	    "siiiiisiii", p->account, p->mailbox, uid, p->message,
	    (int64_t)w->kind, (int64_t)w->flag, w->name != NULL ? w->name : "",
	    w->base, w->value, now);
}

/* A copy may have been made: that move ends first, and then this begins,
 * from where the mail lies by then. */
static int
queue_behind(struct store *s, const struct spot *p, const struct wish *w,
    int64_t under_way, int64_t now, struct err *e)
{
	if (db_run(s->db, e,
		"DELETE FROM push WHERE mailbox=?1 AND uid=?2 AND kind=?3",
		"iii", p->mailbox, -p->message, (int64_t)w->kind) < 0)
		return -1;
	return w->value == under_way
		   ? 0
		   : wish_insert(s, p, w, -p->message, now, e);
}

/*
 * A new wish replaces an older one for the same thing; none is needed if it
 * is what the server has.  One that was begun may have arrived there although
 * the answer was lost: then what the server has is not known, and the new
 * one is sent in any case.
 */
static int
queue(struct store *s, const struct spot *p, const struct wish *w, int64_t now,
    struct err *e)
{
	const char *name = w->name != NULL ? w->name : "";
	int64_t stage = 0, value = 0;
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e,
		"SELECT stage, value FROM push WHERE mailbox=?1 AND uid=?2 AND"
		" kind=?3 AND flag=?4 AND name=?5",
		"iiiis", p->mailbox, p->uid, (int64_t)w->kind, (int64_t)w->flag,
		name) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc > 0) {
		stage = db_int(&r, 0);
		value = db_int(&r, 1);
		db_done(&r);
	}
	if (rc < 0)
		return -1;
	if (stage >= (int64_t)PUSH_BEGUN)
		return queue_behind(s, p, w, value, now, e);
	if (db_run(s->db, e,
		"DELETE FROM push WHERE mailbox=?1 AND uid=?2 AND kind=?3"
		" AND flag=?4 AND name=?5",
		"iiiis", p->mailbox, p->uid, (int64_t)w->kind, (int64_t)w->flag,
		name) < 0)
		return -1;
	if (w->base == w->value && stage == 0)
		return 0;
	return wish_insert(s, p, w, p->uid, now, e);
}

int
push_flag(struct store *s, int64_t message, unsigned flag, bool on, int64_t now,
    struct err *e)
{
	struct spot *v;
	size_t n;

	if (spots_of(s, message, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct wish w = { .kind = PUSH_FLAG,
			.flag = flag,
			.base = (v[i].flags & flag) != 0,
			.value = on };

		if (queue(s, &v[i], &w, now, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- tags ---- */

/* Mails of a thread that lie on a server, as the tag should choose them:
 * those of customers first, the newest first. */
static int
mails_there(struct store *s, int64_t thread, int64_t **v, size_t *n,
    struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT m.id FROM message m WHERE m.thread=?1 AND m.kind=0"
		" AND EXISTS(SELECT 1 FROM place p WHERE p.message=m.id AND"
		" p.gone=0) ORDER BY m.direction<>0, m.received_at DESC,"
		" m.id DESC",
		"i", thread) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(&s->scratch, *v, *n, sizeof(**v));
		(*v)[(*n)++] = db_int(&r, 0);
	}
	return rc;
}

static int
push_tag_of(struct store *s, int64_t message, const char *tag, bool on,
    int64_t now, struct err *e)
{
	struct spot *v;
	size_t n;

	if (spots_of(s, message, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct wish w = { .kind = PUSH_TAG,
			.name = tag,
			.base = keywords_have(&v[i].keywords, tag),
			.value = on };

		if (queue(s, &v[i], &w, now, e) < 0)
			return -1;
	}
	return 0;
}

int
push_tag(struct store *s, int64_t thread, const char *tag, bool on, int64_t now,
    struct err *e)
{
	int64_t *v;
	size_t n;

	if (keyword_of(&s->scratch, tag) == NULL)
		return 0;
	if (mails_there(s, thread, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < (on && n > 0 ? 1 : n); i++)
		if (push_tag_of(s, v[i], tag, on, now, e) < 0)
			return -1;
	return 0;
}

/* ---- moves ---- */

static bool
is_hidden(enum thread_state state)
{
	return state == THREAD_SPAM || state == THREAD_TRASH;
}

/* Does this account want closed threads out of its inbox? */
static bool
archives(const struct store *s, const char *title)
{
	const struct account *a = shop_account(s->shop, title);

	return a != NULL && a->archive;
}

/* Where a customer's mail belongs when its thread is in a state. */
static enum mailbox_role
home_of(const struct store *s, const struct spot *p, enum thread_state was,
    enum thread_state state)
{
	if (state == THREAD_SPAM)
		return ROLE_JUNK;
	if (state == THREAD_TRASH)
		return ROLE_TRASH;
	if (p->role == ROLE_JUNK || p->role == ROLE_TRASH)
		return ROLE_INBOX;
	if (!archives(s, p->account))
		return p->role;
	if (state == THREAD_CLOSED && p->role == ROLE_INBOX)
		return ROLE_ARCHIVE;
	if (state != THREAD_CLOSED && was == THREAD_CLOSED &&
	    p->role == ROLE_ARCHIVE)
		return ROLE_INBOX;
	return p->role;
}

/*
 * What is marked to be deleted has left already, as far as we can, if the
 * mail lies at another place.
 */
static bool
is_leaving(const struct spot *p, const struct spot *v, size_t n)
{
	if ((p->flags & MAIL_DELETED) == 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if ((v[i].flags & MAIL_DELETED) == 0)
			return true;
	return false;
}

/* The mailbox of a hidden state. */
static enum mailbox_role
hideout(enum thread_state state)
{
	return state == THREAD_SPAM ? ROLE_JUNK : ROLE_TRASH;
}

/*
 * Was it moved away, and where it lies has not been read yet?  1 or 0, -1.
 * Then the way back begins at the place it left, and goes on from where it
 * is met.
 */
static int
is_away(struct store *s, const struct spot *p, const struct spot *v, size_t n,
    enum thread_state was, enum thread_state state, struct err *e)
{
	int64_t waits = 0;

	if (!is_hidden(was) || is_hidden(state))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (v[i].role == hideout(was) &&
		    strcmp(v[i].account, p->account) == 0)
			return 0;
	if (db_get(s->db, &waits, e,
		"SELECT count(*) FROM push WHERE message=?1 AND account=?2"
		" AND kind=?3",
		"isi", p->message, p->account, (int64_t)PUSH_MOVE) < 0)
		return -1;
	return waits == 0;
}

static int
push_home(struct store *s, int64_t message, enum thread_state was,
    enum thread_state state, int64_t now, struct err *e)
{
	struct spot *v;
	size_t n;

	if (spots_of(s, message, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct wish w = { .kind = PUSH_MOVE,
			.base = v[i].role,
			.value = home_of(s, &v[i], was, state) };
		int away = is_away(s, &v[i], v, n, was, state, e);

		if (away < 0)
			return -1;
		if (away > 0) {
			w.base = hideout(was);
			w.value = ROLE_INBOX;
		}
		if (is_leaving(&v[i], v, n))
			continue;
		if (queue(s, &v[i], &w, now, e) < 0)
			return -1;
	}
	return 0;
}

/* Ids of the customers' mails of a thread, the oldest first. */
int
mails_in(struct store *s, int64_t thread, int64_t **v, size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT id FROM message WHERE thread=?1 AND"
		" kind=0 AND direction=0 ORDER BY received_at, id",
		"i", thread) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(&s->scratch, *v, *n, sizeof(**v));
		(*v)[(*n)++] = db_int(&r, 0);
	}
	return rc;
}

static bool
any_archives(const struct store *s)
{
	for (size_t i = 0; i < s->shop->accounts; i++)
		if (s->shop->account[i].archive)
			return true;
	return false;
}

int
push_state(struct store *s, int64_t thread, enum thread_state was,
    enum thread_state is, int64_t now, struct err *e)
{
	int64_t *v;
	size_t n;

	if (was == is ||
	    (!is_hidden(was) && !is_hidden(is) && !any_archives(s)))
		return 0;
	if (mails_in(s, thread, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (push_home(s, v[i], was, is, now, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- rows whose place is lost ---- */

int
push_orphan(struct store *s, int64_t mailbox, int64_t uid, struct err *e)
{
	/* Where the mail lies elsewhere in the account, that has its own. */
	if (db_run(s->db, e,
		"UPDATE OR REPLACE push SET uid=-message WHERE mailbox=?1"
		" AND uid=?2 AND message<>0 AND NOT EXISTS(SELECT 1 FROM"
		" place p JOIN mailbox m ON m.id=p.mailbox WHERE"
		" p.message=push.message AND p.gone=0 AND"
		" m.account=push.account AND"
		" NOT (p.mailbox=?1 AND p.uid=?2))",
		"ii", mailbox, uid) < 0)
		return -1;
	return db_run(s->db, e, "DELETE FROM push WHERE mailbox=?1 AND uid=?2",
	    "ii", mailbox, uid);
}

/*
 * A new place of a mail: what waits for it anywhere in the account waits
 * here too, but for a move that has arrived, its answer lost, and for one to
 * the archive of what somebody threw away meanwhile.
 */
int
push_adopt(struct store *s, int64_t message, int64_t mailbox, int64_t uid,
    struct err *e)
{
	if (db_run(s->db, e,
		"INSERT OR IGNORE INTO push(account, mailbox, uid, message,"
		" kind, flag, name, base, value, at) SELECT p.account, ?2, ?3,"
		" p.message, p.kind, p.flag, p.name, p.base, p.value, p.at"
		" FROM push p JOIN mailbox m ON m.id=?2 WHERE p.message=?1"
		" AND p.account=m.account AND NOT (p.kind=?4 AND"
		" (p.value=m.role OR (p.value=?5 AND m.role IN (?6, ?7))))"
		" ORDER BY p.id",
		"iiiiiii", message, mailbox, uid, (int64_t)PUSH_MOVE,
		(int64_t)ROLE_ARCHIVE, (int64_t)ROLE_JUNK,
		(int64_t)ROLE_TRASH) < 0)
		return -1;
	return db_run(s->db, e,
	    "DELETE FROM push WHERE message=?1 AND uid<0 AND"
	    " (SELECT account FROM mailbox WHERE id=?2)=account",
	    "ii", message, mailbox);
}

int
push_waits(struct store *s, int64_t mailbox, int64_t uid, struct waiting *w,
    struct err *e)
{
	struct rows r;
	int rc;

	*w = (struct waiting){ 0 };
	if (db_ask(s->db, &r, e,
		"SELECT kind, flag, name FROM push WHERE mailbox=?1 AND"
		" uid=?2",
		"ii", mailbox, uid) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		struct arena *a = &s->scratch;
		struct strings *t = &w->tags;

		if (db_int(&r, 0) == (int64_t)PUSH_FLAG)
			w->flags |= (unsigned)db_int(&r, 1);
		w->move = w->move || db_int(&r, 0) == (int64_t)PUSH_MOVE;
		if (db_int(&r, 0) != (int64_t)PUSH_TAG)
			continue;
		t->v = arena_grow(a, t->v, t->n, sizeof(*t->v));
		t->v[t->n++] = db_str(&r, 2, a);
	}
	return rc;
}

/* ---- the sync's side ---- */

/* The keywords a change of a tag is about, as the server spells them. */
static const char *
words_of(struct arena *a, const char *tag, bool on, const char *joined)
{
	struct strings v = keywords_split(a, joined);
	struct strings stand = keywords_of_tag(a, &v, tag, true);

	if (on || stand.n == 0)
		return keyword_of(a, tag);
	return keywords_join(a, &stand);
}

static void
push_read(struct rows *r, struct arena *a, struct push *p)
{
	const void *hash;
	size_t n;

	*p = (struct push){
		.id = db_int(r, 0),
		.mailbox = db_int(r, 1),
		.mailbox_name = db_str(r, 2, a),
		.uidvalidity = db_int(r, 3),
		.uid = db_int(r, 4),
		.kind = (enum push_kind)db_int(r, 5),
		.flag = (unsigned)db_int(r, 6),
		.on = db_int(r, 7) != 0,
		.stage = (enum push_stage)db_int(r, 8),
		.mark = (uint32_t)db_int(r, 9),
		.size = db_int(r, 11),
		.at = db_int(r, 12),
		.words = "",
	};
	if (p->kind == PUSH_MOVE)
		p->to = (enum mailbox_role)db_int(r, 7);
	if (p->kind == PUSH_TAG)
		p->words = words_of(a, db_peek(r, 10), p->on, db_peek(r, 13));
	if (p->words == NULL)
		p->words = "";
	p->thread = db_int(r, 15);
	hash = db_blob(r, 14, &n);
	if (hash != NULL && n == sizeof(p->hash))
		memcpy(p->hash, hash, n);
}

static int
pushes_take(struct rows *r, struct arena *a, struct push **v, size_t *n,
    struct err *e)
{
	int rc;

	while ((rc = db_next(r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		push_read(r, a, &(*v)[(*n)++]);
	}
	return rc;
}

/* What push_read reads; l is where the mail lies or lay. */
#define PUSH_COLUMNS(uid)                                                      \
	"SELECT p.id, p.mailbox, m.name, m.uidvalidity, " uid ", p.kind,"      \
	" p.flag, p.value, p.stage, p.mark, p.name, l.size, l.at,"             \
	" l.keywords, g.hash, g.thread FROM push p"                            \
	" JOIN mailbox m ON m.id=p.mailbox"

int
ingest_pushes(struct store *s, const char *account, int64_t after, size_t limit,
    struct arena *a, struct push **v, size_t *n, struct err *e)
{
	struct rows r;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		PUSH_COLUMNS(
		    "p.uid") " LEFT JOIN place l ON l.mailbox=p.mailbox AND "
			     "l.uid=p.uid"
			     " LEFT JOIN message g ON g.id=l.message"
			     " WHERE p.account=?1 AND p.id>?2 AND p.uid>0"
			     " ORDER BY p.id LIMIT ?3",
		"sii", account, after,
		limit > 0 ? (int64_t)limit : (int64_t)-1) < 0)
		return -1;
	return pushes_take(&r, a, v, n, e);
}

int
ingest_pushes_lost(struct store *s, const char *account, struct arena *a,
    struct push **v, size_t *n, struct err *e)
{
	struct rows r;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		PUSH_COLUMNS(
		    "coalesce(l.uid, 0)") " JOIN message g ON g.id=p.message"
					  " LEFT JOIN place l ON "
					  "l.message=p.message AND"
					  " l.mailbox=p.mailbox"
					  " WHERE p.account=?1 AND p.kind=?2 "
					  "AND p.uid<0 AND NOT"
					  " EXISTS(SELECT 1 FROM place o JOIN "
					  "mailbox b ON"
					  " b.id=o.mailbox WHERE "
					  "o.message=p.message AND o.gone=0 AND"
					  " b.account=?1) AND NOT "
					  "EXISTS(SELECT 1 FROM adrift d JOIN"
					  " mailbox b ON b.id=d.mailbox WHERE "
					  "d.message=p.message AND"
					  " b.account=?1) GROUP BY p.id ORDER "
					  "BY p.value, p.id",
		"si", account, (int64_t)PUSH_MOVE) < 0)
		return -1;
	return pushes_take(&r, a, v, n, e);
}

int
ingest_push_stage(struct store *s, const struct push *v, size_t n,
    enum push_stage stage, uint32_t mark, struct err *e)
{
	int rc = 0;

	/* A copy made twice cannot be taken back. */
	if (db_begin(s->db, stage == PUSH_BEGUN ? DB_DURABLE : DB_QUICK, e) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = db_run(s->db, e,
		    "UPDATE push SET stage=?2, mark=?3 WHERE id=?1", "iii",
		    v[i].id, (int64_t)stage, (int64_t)mark);
	return db_end(s->db, rc, e);
}

/* ---- done ---- */

static int
tag_arrived(struct store *s, int64_t id, struct err *e)
{
	struct arena *a = &s->scratch;
	int64_t mailbox = 0, uid = 0, on = 0;
	struct strings was = { 0 }, is;
	const char *tag = "";
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e,
		"SELECT p.mailbox, p.uid, p.value, p.name, l.keywords"
		" FROM push p JOIN place l ON l.mailbox=p.mailbox AND"
		" l.uid=p.uid WHERE p.id=?1 AND p.kind=?2",
		"ii", id, (int64_t)PUSH_TAG) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc <= 0)
		return rc;
	mailbox = db_int(&r, 0);
	uid = db_int(&r, 1);
	on = db_int(&r, 2);
	tag = db_str(&r, 3, a);
	was = keywords_split(a, db_peek(&r, 4));
	db_done(&r);
	is = keywords_of_tag(a, &was, tag, false);
	if (on && (tag = keyword_of(a, tag)) != NULL) {
		is.v = arena_grow(a, is.v, is.n, sizeof(*is.v));
		is.v[is.n++] = tag;
	}
	return db_run(s->db, e,
	    "UPDATE place SET keywords=?3 WHERE mailbox=?1 AND uid=?2", "iis",
	    mailbox, uid, keywords_join(a, &is));
}

static int
arrived(struct store *s, int64_t id, struct err *e)
{
	if (db_run(s->db, e,
		"UPDATE place SET flags=CASE WHEN push.value"
		" THEN place.flags|push.flag ELSE place.flags&~push.flag END"
		" FROM push WHERE push.id=?1 AND push.kind=?2 AND"
		" place.mailbox=push.mailbox AND place.uid=push.uid",
		"ii", id, (int64_t)PUSH_FLAG) < 0 ||
	    db_run(s->db, e,
		"UPDATE place SET moved=1 FROM push"
		" WHERE push.id=?1 AND push.kind=?2 AND"
		" place.mailbox=push.mailbox AND place.uid=push.uid",
		"ii", id, (int64_t)PUSH_MOVE) < 0)
		return -1;
	return tag_arrived(s, id, e);
}

int
ingest_pushed(struct store *s, const int64_t *id, size_t n, const char *why,
    int64_t now, struct err *e)
{
	bool done = why == NULL || *why == '\0';
	int rc = 0;

	if (store_begin(s, DB_QUICK, e) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (done)
			rc = arrived(s, id[i], e);
		if (rc == 0)
			rc = db_run(s->db, e, "DELETE FROM push WHERE id=?1",
			    "i", id[i]);
	}
	return store_end(s, rc, now, e);
}
