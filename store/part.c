/*
 * part.c -- threads merged, split and mails moved by hand.
 *
 * Every mail of the threads concerned is pinned where it then stands, so
 * that no rule ever moves it; one that was moved is cut as well: what it
 * refers to no longer leads anywhere.  The pins follow from the events, whose
 * payload names mails by their hashes:
 *
 *   merge on the thread that goes on
 *     from   number and name of the one that ran into it; hand is true
 *     kept   mails that had no pin before
 *   move on the thread they went to; the other is told by "left"
 *     from   number of the one they came from
 *     moved  [name, cut before (0, 1) or -1 without a pin before, thread
 *            it came to at first]
 *     kept   of the two threads, mails that had no pin before
 *     split  true if the thread was made for them
 */
#include "store/edit.h"
#include "store/own.h"
#include "store/query.h"

#include <string.h>

#include "base/hash.h"

struct parting {
	struct store *s;
	const struct act *by;
	int64_t action;
	struct buf kept; /* JSON strings, by commas */
};

/* ---- names ---- */

static int
name_of(struct store *s, int64_t message, const char **name, struct err *e)
{
	return db_get_text(s->db, &s->scratch, name, e,
	    "SELECT lower(hex(substr(hash, 1, 16))) FROM message WHERE id=?1",
	    "i", message);
}

/* The message of that name, 0 if it is not here. */
static int
named(struct store *s, const char *name, int64_t *message, struct err *e)
{
	uint8_t uid[16];

	*message = 0;
	if (name == NULL || hash_unhex(name, uid, sizeof(uid)) < 0)
		return 0;
	return db_get(s->db, message, e,
	    "SELECT id FROM message WHERE name=?1 AND substr(hash, 1, 16)=?2",
	    "ib", hash_key(uid), uid, sizeof(uid));
}

static void
comma(struct buf *b)
{
	if (b->len > 0)
		buf_chr(b, ',');
}

/* ---- pins ---- */

/* cut -1: none. */
static int
pin(struct store *s, int64_t message, int64_t cut, struct err *e)
{
	if (cut < 0)
		return db_run(s->db, e, "DELETE FROM pin WHERE message=?1", "i",
		    message);
	return db_run(s->db, e, "INSERT OR REPLACE INTO pin VALUES(?1, ?2)",
	    "ii", message, cut);
}

/* Pin what stands in a thread and is not pinned yet. */
static int
pin_rest(struct parting *p, int64_t thread, struct err *e)
{
	struct rows r;
	int rc;

	if (db_ask(p->s->db, &r, e,
		"SELECT lower(hex(substr(m.hash, 1, 16))) FROM message m"
		" LEFT JOIN pin p ON p.message=m.id WHERE m.thread=?1 AND"
		" m.kind=0 AND p.message IS NULL",
		"i", thread) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		comma(&p->kept);
		buf_fmt(&p->kept, "\"%s\"", db_peek(&r, 0));
	}
	if (rc < 0)
		return -1;
	if (group_loose(p->s, thread, e) < 0)
		return -1;
	return db_run(p->s->db, e,
	    "INSERT OR IGNORE INTO pin SELECT id, 0 FROM message"
	    " WHERE thread=?1 AND kind=0",
	    "i", thread);
}

/* ---- what is asked for ---- */

static int
living(struct store *s, const struct seen *seen, int64_t *id, struct err *e)
{
	int64_t revision;

	if (thread_follow(s, seen->thread, id, e) < 0)
		return -1;
	if (*id == 0)
		return err_set(e, ERR_MISSING, 0, "there is no thread %lld",
		    (long long)seen->thread);
	if (seen->revision == 0)
		return 0;
	if (db_get(s->db, &revision, e,
		"SELECT revision FROM thread WHERE id=?1", "i", *id) < 0)
		return -1;
	if (revision != seen->revision)
		return err_set(e, ERR_CONFLICT, 0,
		    "thread %lld has changed since: look again",
		    (long long)*id);
	return 0;
}

static int
begin(struct parting *p, int64_t thread, const char *text, struct err *e)
{
	if (p->action != 0)
		return 0;
	return action_begin(p->s, p->by, thread, false, text, &p->action, e);
}

/* ---- merging ---- */

static int
merge_one(struct parting *p, int64_t into, int64_t from, struct err *e)
{
	struct fact f = { .kind = "merge", .thread = into };
	const char *name;
	int rc;

	buf_clear(&p->kept);
	if (begin(p, into, "merge", e) < 0 || pin_rest(p, into, e) < 0 ||
	    pin_rest(p, from, e) < 0 ||
	    db_get_text(p->s->db, &p->s->scratch, &name, e,
		"SELECT lower(hex(uid)) FROM thread WHERE id=?1", "i",
		from) < 0 ||
	    thread_dissolve(p->s, into, from, e) < 0)
		return -1;
	f.action = p->action;
	f.payload = arena_fmt(&p->s->scratch,
	    "{\"from\":%lld,\"name\":\"%s\",\"hand\":true,\"kept\":[%s]}",
	    (long long)from, name, buf_text(&p->kept));
	rc = event_append(p->s, p->by, &f, NULL, e);
	return rc;
}

int
store_merge(struct store *s, const struct act *by, const struct seen *thread,
    size_t n, int64_t *into, struct err *e)
{
	struct parting p = { .s = s, .by = by };
	size_t merged = 0;
	int rc = -1;

	if (store_begin(s, DB_DURABLE, e) < 0)
		return -1;
	if (n == 0 || living(s, &thread[0], into, e) < 0)
		goto out;
	for (size_t i = 1; i < n; i++) {
		int64_t from;

		if (living(s, &thread[i], &from, e) < 0)
			goto out;
		if (from == *into)
			continue;
		if (merge_one(&p, *into, from, e) < 0)
			goto out;
		merged++;
	}
	rc = merged > 0
		 ? 0
		 : err_set(e, ERR_USAGE, 0, "it takes two threads to merge");
out:
	buf_free(&p.kept);
	return store_end(s, rc, by->now, e);
}

/* ---- moving ---- */

/* The thread that all these messages stand in. */
static int
common_thread(struct store *s, const int64_t *message, size_t n,
    int64_t *thread, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		int64_t in;
		int rc = db_get(s->db, &in, e,
		    "SELECT thread FROM message WHERE id=?1 AND hidden=0", "i",
		    message[i]);

		if (rc == 0)
			return err_set(e, ERR_MISSING, 0,
			    "there is no message %lld", (long long)message[i]);
		if (rc < 0)
			return -1;
		if (i > 0 && in != *thread)
			return err_set(e, ERR_USAGE, 0,
			    "messages %lld and %lld stand in two threads",
			    (long long)message[0], (long long)message[i]);
		*thread = in;
	}
	return n > 0 ? 0 : err_set(e, ERR_USAGE, 0, "no message is named");
}

/* One of them, its ids leading to its new thread from now on. */
static int
move_one(struct parting *p, int64_t message, int64_t from, int64_t to,
    struct buf *moved, struct err *e)
{
	struct passage way = { from, to, to };
	int64_t was, origin;
	const char *name;
	int rc;

	if (name_of(p->s, message, &name, e) < 0 ||
	    db_get(p->s->db, &origin, e,
		"SELECT origin FROM event WHERE thread=?1 AND message=?2"
		" ORDER BY seq LIMIT 1",
		"ii", from, message) < 0)
		return -1;
	rc = db_get(p->s->db, &was, e, "SELECT cut FROM pin WHERE message=?1",
	    "i", message);
	if (rc < 0)
		return -1;
	comma(moved);
	buf_fmt(moved, "[\"%s\",%d,%lld]", name, rc == 0 ? -1 : (int)was,
	    (long long)origin);
	if (message_move(p->s, message, &way, e) < 0)
		return -1;
	return pin(p->s, message, 1, e);
}

static int
move_tell(struct parting *p, int64_t from, int64_t to, size_t n, bool split,
    const struct buf *moved, struct err *e)
{
	struct fact in = { .kind = "move", .thread = to, .action = p->action };
	struct fact out = { .kind = "left",
		.thread = from,
		.action = p->action };
	const char *name;

	if (db_get_text(p->s->db, &p->s->scratch, &name, e,
		"SELECT lower(hex(uid)) FROM thread WHERE id=?1", "i",
		from) < 0)
		return -1;
	in.payload = arena_fmt(&p->s->scratch,
	    "{\"from\":%lld,\"name\":\"%s\",\"messages\":%zu,\"split\":%s,"
	    "\"moved\":[%s],\"kept\":[%s]}",
	    (long long)from, name, n, split ? "true" : "false", buf_text(moved),
	    buf_text(&p->kept));
	out.payload = arena_fmt(&p->s->scratch,
	    "{\"messages\":%zu,\"thread\":%lld}", n, (long long)to);
	if (event_append(p->s, p->by, &in, NULL, e) < 0)
		return -1;
	return event_append(p->s, p->by, &out, NULL, e);
}

static int
move_all(struct parting *p, const int64_t *message, size_t n, int64_t from,
    int64_t to, bool split, struct err *e)
{
	struct buf moved = { 0 };
	int rc = 0;

	if (begin(p, from, split ? "split" : "move", e) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = move_one(p, message[i], from, to, &moved, e);
	if (rc == 0 && (pin_rest(p, from, e) < 0 || pin_rest(p, to, e) < 0 ||
			   move_tell(p, from, to, n, split, &moved, e) < 0))
		rc = -1;
	buf_free(&moved);
	return rc;
}

/* Without repeats. */
static size_t
distinct(struct store *s, const int64_t *message, size_t n, int64_t **v)
{
	size_t kept = 0;

	*v = arena_array(&s->scratch, n, sizeof(**v));
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < kept && (*v)[k] != message[i])
			k++;
		if (k == kept)
			(*v)[kept++] = message[i];
	}
	return kept;
}

/* How many of a thread are not among those that go? */
static int
what_stays(struct store *s, int64_t thread, size_t going, int64_t *n,
    struct err *e)
{
	if (db_get(s->db, n, e,
		"SELECT count(*) FROM message WHERE thread=?1 AND hidden=0",
		"i", thread) < 0)
		return -1;
	*n -= (int64_t)going;
	return 0;
}

int
store_split(struct store *s, const struct act *by, const struct seen *thread,
    const int64_t *message, size_t n, int64_t *made, struct err *e)
{
	struct parting p = { .s = s, .by = by };
	int64_t from, in, stay, *v;
	int rc = -1;

	if (store_begin(s, DB_DURABLE, e) < 0)
		return -1;
	n = distinct(s, message, n, &v);
	if (living(s, thread, &from, e) < 0 ||
	    common_thread(s, v, n, &in, e) < 0)
		goto out;
	if (in != from) {
		err_set(e, ERR_USAGE, 0,
		    "message %lld stands in thread %lld, not in %lld",
		    (long long)v[0], (long long)in, (long long)from);
		goto out;
	}
	if (what_stays(s, from, n, &stay, e) < 0)
		goto out;
	if (stay == 0) {
		err_set(e, ERR_USAGE, 0, "nothing would stay in thread %lld",
		    (long long)from);
		goto out;
	}
	if (thread_fresh(s, v, n, by->now, made, e) < 0 ||
	    db_run(s->db, e,
		"UPDATE thread SET seen_at=(SELECT seen_at FROM thread"
		" WHERE id=?2) WHERE id=?1",
		"ii", *made, from) < 0)
		goto out;
	rc = move_all(&p, v, n, from, *made, true, e);
out:
	buf_free(&p.kept);
	return store_end(s, rc, by->now, e);
}

int
store_move(struct store *s, const struct act *by, const int64_t *message,
    size_t n, const struct seen *thread, int64_t *into, struct err *e)
{
	struct parting p = { .s = s, .by = by };
	int64_t from, stay, *v;
	int rc = -1;

	if (store_begin(s, DB_DURABLE, e) < 0)
		return -1;
	n = distinct(s, message, n, &v);
	if (living(s, thread, into, e) < 0 ||
	    common_thread(s, v, n, &from, e) < 0 ||
	    what_stays(s, from, n, &stay, e) < 0)
		goto out;
	if (from == *into) {
		err_set(e, ERR_USAGE, 0,
		    "message %lld stands in thread %lld already",
		    (long long)v[0], (long long)from);
		goto out;
	}
	/* All of it: what else the thread holds goes along. */
	rc = stay == 0 ? merge_one(&p, *into, from, e)
		       : move_all(&p, v, n, from, *into, false, e);
out:
	buf_free(&p.kept);
	return store_end(s, rc, by->now, e);
}

/* ---- and back ---- */

/* Every name of a JSON list, pinned or not any more. */
static int
pin_names(struct store *s, const struct json *names, int64_t cut, struct err *e)
{
	for (size_t i = 0; i < json_count(names); i++) {
		int64_t message;

		if (named(s, json_text(json_item(names, i)), &message, e) < 0 ||
		    (message != 0 && pin(s, message, cut, e) < 0))
			return -1;
	}
	return 0;
}

/* Did this mail come after an event? */
static int
came_after(struct store *s, int64_t message, int64_t seq, struct err *e)
{
	int64_t yes;

	return db_get(s->db, &yes, e,
	    "SELECT 1 FROM message m JOIN event e ON e.thread=m.thread AND"
	    " e.message=m.id WHERE m.id=?1 AND e.kind='mail' AND e.seq>?2",
	    "ii", message, seq);
}

/* One round of follow_home; how many went. */
static int
follow_once(struct family *f, const size_t *parent, int64_t from, int64_t to,
    int64_t seq, struct err *e)
{
	struct passage way = { from, to, to };
	int went = 0;

	for (size_t i = 0; i < f->n; i++) {
		int rc;

		if (f->m[i].thread != from || parent[i] == f->n ||
		    f->m[parent[i]].thread != to || f->k[i].cut)
			continue;
		rc = came_after(f->s, f->m[i].message, seq, e);
		if (rc < 0 || (rc > 0 && message_move(f->s, f->m[i].message,
					     &way, e) < 0))
			return -1;
		if (rc > 0)
			f->m[i].thread = to;
		went += rc;
	}
	return went;
}

/* What came since and answers a mail that went back goes with it. */
static int
follow_home(struct store *s, int64_t from, int64_t to, int64_t seq,
    struct err *e)
{
	int64_t both[] = { from, to };
	struct family f;
	size_t *thread, *parent;
	int rc;

	if (family_gather(s, &s->scratch, both, 2, FAMILY_HELD, &f, e) < 0)
		return -1;
	thread = arena_array(&s->scratch, f.n, sizeof(*thread));
	parent = arena_array(&s->scratch, f.n, sizeof(*parent));
	kin_parents(&s->scratch, f.k, f.n, thread, parent);
	do
		rc = follow_once(&f, parent, from, to, seq, e);
	while (rc > 0);
	return rc;
}

static int
merge_back(struct store *s, int64_t into, const struct json *o, int64_t seq,
    struct err *e)
{
	int64_t from = json_int(o, "from");

	if (pin_names(s, json_at(o, "kept"), -1, e) < 0 ||
	    thread_part(s, from, e) < 0)
		return -1;
	return follow_home(s, into, from, seq, e);
}

static int
merge_again(struct store *s, int64_t into, const struct json *o, struct err *e)
{
	int64_t from;

	if (thread_follow(s, json_int(o, "from"), &from, e) < 0 ||
	    pin_names(s, json_at(o, "kept"), 0, e) < 0)
		return -1;
	return from == into ? 0 : thread_dissolve(s, into, from, e);
}

static int
moved_one(struct store *s, const struct json *one, int64_t from, int64_t to,
    bool back, struct err *e)
{
	struct passage way = { from, to, to };
	int64_t cut = 1;
	int64_t message;

	if (named(s, json_text(json_item(one, 0)), &message, e) < 0)
		return -1;
	if (message == 0)
		return 0;
	if (back) {
		cut = json_number(json_item(one, 1));
		way.origin = json_number(json_item(one, 2));
	}
	if (message_move(s, message, &way, e) < 0)
		return -1;
	return pin(s, message, cut, e);
}

static int
moved_names(struct store *s, const struct json *moved, int64_t from, int64_t to,
    bool back, struct err *e)
{
	for (size_t i = 0; i < json_count(moved); i++) {
		if (moved_one(s, json_item(moved, i), from, to, back, e) < 0)
			return -1;
	}
	return 0;
}

static int
dissolve_empty(struct store *s, int64_t into, int64_t thread, struct err *e)
{
	int64_t n;

	if (what_stays(s, thread, 0, &n, e) < 0)
		return -1;
	return n > 0 ? 0 : thread_dissolve(s, into, thread, e);
}

static int
move_back(struct store *s, int64_t to, const struct json *o, int64_t seq,
    struct err *e)
{
	int64_t from;

	if (thread_follow(s, json_int(o, "from"), &from, e) < 0)
		return -1;
	if (pin_names(s, json_at(o, "kept"), -1, e) < 0 ||
	    moved_names(s, json_at(o, "moved"), to, from, true, e) < 0)
		return -1;
	if (from == to)
		return 0;
	if (follow_home(s, to, from, seq, e) < 0)
		return -1;
	return json_flag(o, "split") ? dissolve_empty(s, from, to, e) : 0;
}

static int
move_again(struct store *s, int64_t to, const struct json *o, int64_t seq,
    struct err *e)
{
	int64_t from, living_to;

	if (thread_follow(s, json_int(o, "from"), &from, e) < 0 ||
	    thread_follow(s, to, &living_to, e) < 0)
		return -1;
	if (living_to != to && thread_part(s, to, e) < 0)
		return -1;
	if (moved_names(s, json_at(o, "moved"), from, to, false, e) < 0 ||
	    pin_names(s, json_at(o, "kept"), 0, e) < 0)
		return -1;
	return follow_home(s, from, to, seq, e);
}

int
parting_turn(struct store *s, const struct parted *p, bool back, struct err *e)
{
	struct json *o = json_read(p->payload, strlen(p->payload), e);
	bool moved = strcmp(p->kind, "move") == 0;
	int64_t thread;
	int rc;

	if (o == NULL)
		return -1;
	rc = thread_follow(s, p->thread, &thread, e);
	if (rc == 0 && !moved && json_flag(o, "hand"))
		rc = back ? merge_back(s, thread, o, p->seq, e)
			  : merge_again(s, thread, o, e);
	if (rc == 0 && moved)
		rc = back ? move_back(s, thread, o, p->seq, e)
			  : move_again(s, p->origin, o, p->seq, e);
	json_free(o);
	return rc;
}

/* ---- for the check ---- */

static int
replay_names(struct store *s, struct arena *a, const struct json *o,
    struct keyset *all, struct keyset *cut, struct err *e)
{
	const struct json *kept = json_at(o, "kept");
	const struct json *moved = json_at(o, "moved");
	int64_t message;

	for (size_t i = 0; i < json_count(kept); i++) {
		if (named(s, json_text(json_item(kept, i)), &message, e) < 0)
			return -1;
		keyset_take(a, all, message);
	}
	for (size_t i = 0; i < json_count(moved); i++) {
		if (named(s, json_text(json_item(json_item(moved, i), 0)),
			&message, e) < 0)
			return -1;
		keyset_take(a, all, message);
		keyset_take(a, cut, message);
	}
	return 0;
}

static int
replay(struct store *s, struct arena *a, struct keyset *all, struct keyset *cut,
    struct err *e)
{
	struct strings payload = { 0 };
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e,
		"SELECT payload FROM event WHERE kind IN ('merge', 'move')"
		" AND undone=0 AND payload LIKE '%\"kept\"%' ORDER BY seq",
		"") < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		payload.v =
		    arena_grow(a, payload.v, payload.n, sizeof(*payload.v));
		payload.v[payload.n++] = db_str(&r, 0, a);
	}
	for (size_t i = 0; rc == 0 && i < payload.n; i++) {
		struct json *o =
		    json_read(payload.v[i], strlen(payload.v[i]), e);

		if (o == NULL)
			return -1;
		rc = replay_names(s, a, o, all, cut, e);
		json_free(o);
	}
	return rc;
}

int
pins_check(struct store *s, int64_t *wrong, struct err *e)
{
	struct keyset all = { 0 }, cut = { 0 };
	struct arena a = { 0 };
	struct rows r;
	int64_t pinned = 0;
	int rc;

	*wrong = 0;
	rc = replay(s, &a, &all, &cut, e);
	if (rc == 0)
		rc = db_ask(s->db, &r, e, "SELECT message, cut FROM pin", "");
	while (rc >= 0 && (rc = db_next(&r, e)) > 0) {
		int64_t id = db_int(&r, 0);

		pinned++;
		*wrong += !keyset_has(&all, id) ||
			  keyset_has(&cut, id) != (db_int(&r, 1) != 0);
	}
	if (pinned < (int64_t)all.n)
		*wrong += (int64_t)all.n - pinned;
	arena_free(&a);
	return rc;
}
