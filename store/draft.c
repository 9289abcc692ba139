#include "store/edit.h"
#include "store/own.h"
#include "store/query.h"

#include <string.h>

/* ---- as JSON ---- */

static void
put(struct buf *out, const char *name, const char *value)
{
	buf_fmt(out, ",\"%s\":", name);
	json_quote(out, value != NULL ? value : "");
}

static void
put_all(struct buf *out, const char *name, const struct addresses *v)
{
	buf_fmt(out, ",\"%s\":", name);
	addresses_dump(out, v);
}

void
draft_dump(struct buf *out, const struct draft *d)
{
	struct addresses from = { (struct address *)&d->from, 1 };

	if (d->from.addr == NULL)
		from.n = 0;
	buf_fmt(out,
	    "{\"base\":%lld,\"parent\":%lld,\"close\":%s,\"markdown\":%s",
	    (long long)d->base, (long long)d->parent,
	    d->close ? "true" : "false", d->markdown ? "true" : "false");
	put(out, "account", d->account);
	put_all(out, "from", &from);
	put_all(out, "to", &d->to);
	put_all(out, "cc", &d->cc);
	put_all(out, "bcc", &d->bcc);
	put(out, "subject", d->subject);
	put(out, "text", d->text);
	put(out, "canned", d->canned);
	buf_str(out, ",\"attachments\":[");
	for (size_t i = 0; i < d->attachments.n; i++) {
		if (i > 0)
			buf_chr(out, ',');
		json_quote(out, d->attachments.v[i]);
	}
	buf_str(out, "]}");
}

int
draft_load(struct arena *a, const char *json, struct draft *d, struct err *e)
{
	struct json *o = json_read(json, strlen(json), e);
	struct addresses from;

	if (o == NULL)
		return err_in(e, "draft %lld", (long long)d->id);
	from = addresses_load(a, json_at(o, "from"));
	d->base = json_int(o, "base");
	d->parent = json_int(o, "parent");
	d->close = json_flag(o, "close");
	d->markdown = json_flag(o, "markdown");
	d->account = arena_str(a, json_str(o, "account"));
	d->from = from.n > 0 ? from.v[0] : (struct address){ "", "" };
	d->to = addresses_load(a, json_at(o, "to"));
	d->cc = addresses_load(a, json_at(o, "cc"));
	d->bcc = addresses_load(a, json_at(o, "bcc"));
	d->subject = arena_str(a, json_str(o, "subject"));
	d->text = arena_str(a, json_str(o, "text"));
	d->canned = arena_str(a, json_str(o, "canned"));
	d->attachments = strings_load(a, json_at(o, "attachments"));
	json_free(o);
	return 0;
}

/* ---- writing ---- */

static int
draft_write(struct store *s, const struct act *by, struct draft *d,
    const char *content, struct err *e)
{
	struct fact f = { .kind = "draft", .payload = "{\"on\":true}" };

	if (d->id != 0) {
		if (db_run(s->db, e,
			"UPDATE draft SET content=?2,"
			" updated_at=?3, discarded=0 WHERE id=?1",
			"isi", d->id, content, by->now) < 0)
			return -1;
		if (db_changes(s->db) > 0)
			return 0;
	}
	if (d->thread != 0 && thread_follow(s, d->thread, &d->thread, e) < 0)
		return -1;
	if (db_run(s->db, e,
		"INSERT INTO draft(thread, agent, updated_at,"
		" content) VALUES(?1, ?2, ?3, ?4)",
		"iiis", d->thread, by->agent, by->now, content) < 0)
		return -1;
	d->id = db_last_id(s->db);
	if (d->thread == 0)
		return 0;
	f.thread = d->thread;
	return event_append(s, by, &f, NULL, e);
}

static int
draft_insert(struct store *s, const struct act *by, struct draft *d,
    struct err *e)
{
	struct buf b = { 0 };
	int rc;

	draft_dump(&b, d);
	rc = draft_write(s, by, d, buf_text(&b), e);
	buf_free(&b);
	return rc;
}

int
store_draft_save(struct store *s, const struct act *by, struct draft *d,
    struct err *e)
{
	int64_t was = d->id;
	int rc;

	if (store_begin(s, DB_DURABLE, e) < 0)
		return -1;
	rc = draft_insert(s, by, d, e);
	rc = store_end(s, rc, by->now, e);
	if (rc < 0)
		d->id = was;
	return rc;
}

static int
discard(struct store *s, const struct act *by, int64_t draft, struct err *e)
{
	struct fact f = { .kind = "discard" };
	int rc;

	rc = db_get(s->db, &f.thread, e,
	    "SELECT thread FROM draft WHERE id=?1"
	    " AND discarded=0",
	    "i", draft);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return err_set(e, ERR_MISSING, 0, "there is no draft %lld",
		    (long long)draft);
	if (db_run(s->db, e, "UPDATE draft SET discarded=?2 WHERE id=?1", "ii",
		draft, by->now) < 0 ||
	    action_begin(s, by, f.thread, false, "discard draft", &f.action,
		e) < 0)
		return -1;
	f.payload =
	    arena_fmt(&s->scratch, "{\"draft\":%lld}", (long long)draft);
	return event_append(s, by, &f, NULL, e);
}

int
store_draft_discard(struct store *s, const struct act *by, int64_t draft,
    struct err *e)
{
	int rc;

	if (store_begin(s, DB_DURABLE, e) < 0)
		return -1;
	rc = discard(s, by, draft, e);
	return store_end(s, rc, by->now, e);
}

/* ---- reading ---- */

static int
draft_read(struct rows *r, struct arena *a, struct draft *d, struct err *e)
{
	*d = (struct draft){
		.id = db_int(r, 0),
		.thread = db_int(r, 1),
		.updated_at = db_int(r, 2),
		.agent = db_str(r, 3, a),
	};
	return draft_load(a, db_peek(r, 4), d, e);
}

#define DRAFT_COLUMNS                                                          \
	"SELECT d.id, d.thread, d.updated_at, coalesce(a.login, ''),"          \
	" d.content FROM draft d LEFT JOIN agent a ON a.id=d.agent"

int
store_drafts(struct store *s, int64_t thread, struct arena *a, struct draft **v,
    size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		DRAFT_COLUMNS
		" WHERE d.discarded=0 AND"
		" (?1=0 OR d.thread=?1) ORDER BY d.updated_at DESC, d.id DESC",
		"i", thread) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		if (draft_read(&r, a, &(*v)[*n], e) < 0) {
			db_done(&r);
			return -1;
		}
		++*n;
	}
	return rc;
}

int
store_draft(struct store *s, int64_t id, struct arena *a, struct draft *out,
    struct err *e)
{
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e,
		DRAFT_COLUMNS " WHERE d.id=?1 AND"
			      " d.discarded=0",
		"i", id) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc == 0)
		return err_set(e, ERR_MISSING, 0, "there is no draft %lld",
		    (long long)id);
	if (rc > 0) {
		rc = draft_read(&r, a, out, e);
		db_done(&r);
	}
	return rc;
}
