#include "store/own.h"

#include <string.h>

#include "base/hash.h"
#include "desk/people.h"
#include "desk/trust.h"
#include "store/query.h"

/* ---- writing ---- */

int64_t
hash_key(const uint8_t *hash)
{
	uint64_t key = 0;

	for (int i = 0; i < 8; i++)
		key = key << 8 | hash[i];
	return (int64_t)key;
}

int64_t
message_twin(const struct mail *m)
{
	struct buf b = { 0 };
	uint8_t hash[HASH_SIZE];

	buf_str(&b, m->message_id);
	buf_chr(&b, '\n');
	if (m->from.n > 0)
		buf_str(&b, m->from.v[0].addr);
	buf_fmt(&b, "\n%lld\n", (long long)m->date);
	buf_str(&b, m->text);
	for (size_t i = 0; i < m->parts; i++)
		buf_add(&b, m->part[i].sha256, HASH_SIZE);
	hash_sha256(buf_text(&b), b.len, hash);
	buf_free(&b);
	/* 0 is for mails that cannot be twins. */
	return hash_key(hash) | 1;
}

static bool
has_document(const struct mail *m)
{
	for (size_t i = 0; i < m->parts; i++) {
		if (!m->part[i].embedded)
			return true;
	}
	return false;
}

/* A note has no bytes of its own: its name is drawn. */
static void
note_mail(struct mail *m, const char *text)
{
	hash_random(m->hash, sizeof(m->hash));
	m->message_id = "";
	m->subject = "";
	m->text = text;
	m->size = (int64_t)strlen(text);
	m->original_id = m->auth_results = m->automatic_why = "";
	m->unreadable = "";
}

static int
insert_row(struct store *s, const struct message_new *n, const struct mail *m,
    int64_t *id, struct err *e)
{
	bool twins = n->kind == MESSAGE_MAIL && m->has_message_id;

	if (db_run(s->db, e,
		"INSERT INTO message(hash, name, twin, thread, kind, direction,"
		" weight, received_at, date, message_id, subject, from_name,"
		" from_addr, customer, agent, size, seen, attachment,"
		" automatic, old, junk) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7,"
		" ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,"
		" ?20, ?21)",
		"biniiiiiissssnniiiiii", m->hash, sizeof(m->hash),
		hash_key(m->hash), twins ? message_twin(m) : (int64_t)0,
		n->thread, (int64_t)n->kind, (int64_t)n->direction,
		(int64_t)n->weight, n->received_at, m->date, m->message_id,
		m->subject, m->from.n > 0 ? m->from.v[0].name : "",
		m->from.n > 0 ? m->from.v[0].addr : "", n->customer, n->agent,
		m->size, (int64_t)n->seen, (int64_t)has_document(m),
		(int64_t)m->automatic, (int64_t)n->old, (int64_t)n->junk) < 0)
		return -1;
	*id = db_last_id(s->db);
	return 0;
}

/* The texts of a mail that are kept and searched. */
struct texts {
	struct buf head, folds, sender, people, files, words, numbers;
	struct buf packed; /* the text, if that makes it smaller */
};

static void
texts_make(struct texts *t, const struct mail *m)
{
	*t = (struct texts){ 0 };
	body_head(&t->head, m);
	body_folds(&t->folds, m);
	body_sender(&t->sender, m);
	body_people(&t->people, m);
	body_files(&t->files, m);
	body_visible(&t->words, m->text, strlen(m->text), t->folds.data,
	    t->folds.len);
	ident_numbers(&t->numbers, m->subject, strlen(m->subject));
	ident_numbers(&t->numbers, buf_text(&t->words), t->words.len);
	body_pack(&t->packed, m->text);
}

static void
texts_free(struct texts *t)
{
	buf_free(&t->head);
	buf_free(&t->folds);
	buf_free(&t->sender);
	buf_free(&t->people);
	buf_free(&t->files);
	buf_free(&t->words);
	buf_free(&t->numbers);
	buf_free(&t->packed);
}

/*
 * For the index when the transaction ends: whatever makes SQLite guard a
 * single statement by a savepoint, a trigger say, makes FTS5 write out what
 * it holds, and a small segment a mail costs more than all the rest.
 */
static void
words_wait(struct store *s, const struct mail *m, const struct texts *t,
    int64_t id)
{
	struct arena *a = &s->scratch;
	struct unindexed *u = &s->unindexed;

	u->v = arena_grow(a, u->v, u->n, sizeof(*u->v));
	u->v[u->n++] = (struct words){
		.message = id,
		.subject = arena_str(a, m->subject),
		.sender = arena_str(a, buf_text(&t->sender)),
		.people = arena_str(a, buf_text(&t->people)),
		.words = arena_str(a, buf_text(&t->words)),
		.files = arena_str(a, buf_text(&t->files)),
		.numbers = arena_str(a, buf_text(&t->numbers)),
		.snippet = body_snippet(a, m->text, strlen(m->text),
		    t->folds.data, t->folds.len),
	};
}

const char *
words_snippet(const struct store *s, int64_t message)
{
	for (size_t i = s->unindexed.n; i > 0; i--)
		if (s->unindexed.v[i - 1].message == message)
			return s->unindexed.v[i - 1].snippet;
	return NULL;
}

int
words_index(struct store *s, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < s->unindexed.n && rc == 0; i++) {
		const struct words *w = &s->unindexed.v[i];

		rc = db_run(s->db, e,
		    "INSERT INTO search(rowid, subject, sender, people, words,"
		    " files, numbers) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
		    "issssss", w->message, w->subject, w->sender, w->people,
		    w->words, w->files, w->numbers);
	}
	return rc;
}

static int
insert_body(struct store *s, const struct mail *m, int64_t id, struct err *e)
{
	struct texts t;
	int rc;

	texts_make(&t, m);
	rc = db_run(s->db, e,
	    "INSERT INTO body(message, text, folds, sender, people, files,"
	    " head) VALUES(?1, coalesce(?2, ?3), ?4, ?5, ?6, ?7, ?8)",
	    "ibsbssss", id, t.packed.data, t.packed.len, m->text, t.folds.data,
	    t.folds.len, buf_text(&t.sender), buf_text(&t.people),
	    buf_text(&t.files), buf_text(&t.head));
	if (rc == 0)
		words_wait(s, m, &t, id);
	texts_free(&t);
	return rc;
}

int
message_insert(struct store *s, const struct message_new *n, int64_t *id,
    struct err *e)
{
	struct mail note = { 0 };
	const struct mail *m = n->mail;

	if (m == NULL) {
		note_mail(&note, n->text);
		m = &note;
	}
	if (insert_row(s, n, m, id, e) < 0 || insert_body(s, m, *id, e) < 0)
		return -1;
	if (n->packed == NULL)
		return 0;
	return db_run(s->db, e, "INSERT INTO raw VALUES(?1, ?2, ?3)", "iib",
	    *id, n->partial, n->packed, n->packed_size);
}

int
message_complete(struct store *s, int64_t id, const struct mail *m,
    struct err *e)
{
	struct texts t;
	int rc;

	texts_make(&t, m);
	rc = db_run(s->db, e,
	    "INSERT INTO search(search, rowid, subject, sender, people, words,"
	    " files, numbers) SELECT 'delete', id, subject, sender, people,"
	    " words, files, numbers FROM searched WHERE id=?1",
	    "i", id);
	if (rc == 0)
		rc = db_run(s->db, e,
		    "UPDATE message SET subject=?2, size=?3, attachment=?4"
		    " WHERE id=?1",
		    "isii", id, m->subject, m->size, (int64_t)has_document(m));
	if (rc == 0)
		rc = db_run(s->db, e,
		    "UPDATE body SET text=coalesce(?2, ?3), folds=?4,"
		    " sender=?5, people=?6, files=?7, head=?8"
		    " WHERE message=?1",
		    "ibsbssss", id, t.packed.data, t.packed.len, m->text,
		    t.folds.data, t.folds.len, buf_text(&t.sender),
		    buf_text(&t.people), buf_text(&t.files), buf_text(&t.head));
	if (rc == 0)
		words_wait(s, m, &t, id);
	texts_free(&t);
	return rc;
}

/* ---- reading ---- */

#define MESSAGE_COLUMNS                                                        \
	"SELECT m.id, m.thread, m.hash, m.kind, m.direction, m.message_id,"    \
	" m.from_name, m.from_addr, m.subject, m.date, m.received_at,"         \
	" m.agent, m.automatic, m.seen, m.gone, m.outbox, b.text, b.folds,"    \
	" b.head, (SELECT max(r.partial - m.size, 1) FROM raw r"               \
	" WHERE r.message=m.id AND r.partial>0),"                              \
	" (SELECT iif(w.error='', '-', w.error) FROM wanted w"                 \
	" WHERE w.message=m.id)"                                               \
	" FROM message m JOIN body b ON b.message=m.id"

static struct bounce *
bounce_load(struct arena *a, const struct json *o)
{
	struct bounce *b;

	if (o == NULL)
		return NULL;
	b = arena_alloc(a, sizeof(*b));
	b->recipient = arena_str(a, json_str(o, "recipient"));
	b->status = arena_str(a, json_str(o, "status"));
	b->action = arena_str(a, json_str(o, "action"));
	b->reason = arena_str(a, json_str(o, "reason"));
	b->about = arena_str(a, json_str(o, "about"));
	b->permanent = json_int(o, "permanent") != 0;
	b->also = arena_str(a, json_str(o, "also"));
	return b;
}

static void
parts_load(struct arena *a, const struct json *v, struct message *out)
{
	out->parts = json_count(v);
	out->part = arena_array(a, out->parts, sizeof(*out->part));
	for (size_t i = 0; i < out->parts; i++) {
		const struct json *o = json_item(v, i);
		struct part *p = &out->part[i];
		const char *hex = json_str(o, "sha256");

		p->number = (int)json_int(o, "number");
		p->name = arena_str(a, json_str(o, "name"));
		p->type = arena_str(a, json_str(o, "type"));
		p->cid = arena_str(a, json_str(o, "cid"));
		p->embedded = json_int(o, "embedded") != 0;
		p->size = json_int(o, "size");
		if (hex != NULL)
			hash_unhex(hex, p->sha256, HASH_SIZE);
	}
}

static int
head_load(struct arena *a, const char *text, struct message *out, struct err *e)
{
	struct json *o = json_read(text, strlen(text), e);

	if (o == NULL)
		return err_in(e, "message %lld", (long long)out->id);
	out->to = addresses_load(a, json_at(o, "to"));
	out->cc = addresses_load(a, json_at(o, "cc"));
	out->reply_to = addresses_load(a, json_at(o, "reply_to"));
	out->writers = addresses_load(a, json_at(o, "writers"));
	out->sender = addresses_load(a, json_at(o, "sender"));
	out->origin = addresses_load(a, json_at(o, "origin"));
	out->automatic_why = arena_str(a, json_str(o, "why"));
	out->unreadable = arena_str(a, json_str(o, "unreadable"));
	out->html = json_int(o, "html") != 0;
	out->doubts = (unsigned)json_int(o, "doubts");
	out->bounce = bounce_load(a, json_at(o, "bounce"));
	parts_load(a, json_at(o, "parts"), out);
	json_free(o);
	return 0;
}

/* What only the shop and its customers can tell about a sender. */
static int
doubts_load(struct store *s, struct message *out, struct err *e)
{
	bool alike;

	out->doubts |= trust_doubts(s->shop, &out->from);
	if (out->from.addr[0] == '\0')
		return 0;
	/* Our own contact form, or it asks for what we do anyhow. */
	if (shop_owns(s->shop, out->from.addr) || out->elsewhere.n == 0)
		out->doubts &= ~(unsigned)DOUBT_REPLY_TO;
	if (customer_is_lookalike(s, out->from.addr, &alike, e) < 0)
		return -1;
	if (alike)
		out->doubts |= DOUBT_LOOKALIKE;
	return 0;
}

static int
message_read(struct store *s, struct rows *r, struct arena *a,
    struct message *out, struct err *e)
{
	const void *p;
	size_t n;

	*out = (struct message){
		.id = db_int(r, 0),
		.thread = db_int(r, 1),
		.kind = (enum message_kind)db_int(r, 3),
		.direction = (enum direction)db_int(r, 4),
		.message_id = db_str(r, 5, a),
		.from = { db_str(r, 6, a), db_str(r, 7, a) },
		.subject = db_str(r, 8, a),
		.date = db_int(r, 9),
		.received_at = db_int(r, 10),
		.agent = db_int(r, 11),
		.automatic = db_int(r, 12) != 0,
		.seen = db_int(r, 13) != 0,
		.gone = db_int(r, 14) != 0,
		.outbox = db_int(r, 15),
		.rest = db_int(r, 19),
		.rest_state = db_is_null(r, 20) ? "" : db_str(r, 20, a),
	};
	p = db_blob(r, 2, &n);
	if (p != NULL && n == sizeof(out->hash))
		memcpy(out->hash, p, n);
	p = db_blob(r, 17, &n);
	out->fold = body_unfold(a, p, n, &out->folds);
	if (text_unpack(r, 16, a, &out->text, e) < 0)
		return -1;
	if (head_load(a, db_peek(r, 18), out, e) < 0)
		return -1;
	out->elsewhere = people_elsewhere(a, s->shop, out);
	return out->direction == DIRECTION_IN ? doubts_load(s, out, e) : 0;
}

int
store_messages(struct store *s, int64_t thread, struct arena *a,
    struct message **v, size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (thread_follow(s, thread, &thread, e) < 0 ||
	    db_ask(s->db, &r, e,
		MESSAGE_COLUMNS " WHERE m.thread=?1 AND"
				" m.hidden=0 ORDER BY m.received_at, m.id",
		"i", thread) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		if (message_read(s, &r, a, &(*v)[*n], e) < 0) {
			db_done(&r);
			return -1;
		}
		++*n;
	}
	return rc;
}

int
store_message(struct store *s, int64_t id, struct arena *a, struct message *out,
    struct err *e)
{
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e, MESSAGE_COLUMNS " WHERE m.id=?1", "i", id) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc == 0)
		return err_set(e, ERR_MISSING, 0, "there is no message %lld",
		    (long long)id);
	if (rc > 0) {
		rc = message_read(s, &r, a, out, e);
		db_done(&r);
	}
	return rc;
}

static int
raw_check(struct rows *r, int64_t id, struct buf *out, size_t from,
    struct err *e)
{
	int64_t partial = db_int(r, 1);
	uint8_t hash[HASH_SIZE];
	const void *p;
	size_t n, named;

	p = db_blob(r, 0, &n);
	if (pack_open(p, n, out, e) < 0)
		return err_in(e, "message %lld", (long long)id);
	/* Its beginning names a mail of which the rest came later. */
	named = partial < 0 ? (size_t)-partial : out->len - from;
	if (named > out->len - from)
		named = out->len - from;
	hash_sha256(buf_text(out) + from, named, hash);
	p = db_blob(r, 2, &n);
	/* Of a partial mail only the start is here; nothing to compare. */
	if (partial <= 0 && partial != -1 &&
	    (n != sizeof(hash) || memcmp(p, hash, sizeof(hash)) != 0))
		return err_set(e, ERR_DATA, 0,
		    "the bytes of message %lld are damaged", (long long)id);
	return 0;
}

int
store_raw(struct store *s, int64_t message, struct buf *out, struct err *e)
{
	size_t from = out->len;
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e,
		"SELECT r.packed, r.partial, m.hash FROM raw r"
		" JOIN message m ON m.id=r.message WHERE r.message=?1",
		"i", message) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc == 0)
		return err_set(e, ERR_MISSING, 0,
		    "message %lld has no raw form", (long long)message);
	if (rc > 0) {
		rc = raw_check(&r, message, out, from, e);
		db_done(&r);
	}
	if (rc < 0 && out->data != NULL)
		buf_cut(out, from);
	return rc;
}
