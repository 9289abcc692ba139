/*
 * check.c -- reckon every thread again from the log and compare; test what
 * must always hold, and that every mail is what came.
 */
#include "store/own.h"
#include "store/query.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct checking {
	struct store *s;
	void (*tell)(void *arg, const char *line);
	void *arg;
	struct check_report *out;
};

static void PRINTF_LIKE(2, 3) differs(struct checking *c, const char *fmt, ...)
{
	char line[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	c->out->differences++;
	if (c->tell != NULL)
		c->tell(c->arg, line);
}

/* ---- each thread ---- */

struct field {
	const char *name;
	int64_t is;
	int64_t ought;
};

static void
compare_text(struct checking *c, int64_t id, const char *name, const char *is,
    const char *ought)
{
	if (strcmp(is, ought) != 0)
		differs(c,
		    "thread %lld: %s is \"%.60s\", the log says "
		    "\"%.60s\"",
		    (long long)id, name, is, ought);
}

static void
compare(struct checking *c, const struct thread *is, const struct row *row)
{
	const struct thread *t = &row->thread;
	const struct field v[] = {
		{ "state", is->state, t->state },
		{ "snoozed_until", is->snoozed_until, t->snoozed_until },
		{ "assignee", is->assignee, t->assignee },
		{ "customer", is->customer.id, t->customer.id },
		{ "messages", is->messages, t->messages },
		{ "unread", is->unread, t->unread },
		{ "starred", is->starred, t->starred },
		{ "automatic", is->automatic, t->automatic },
		{ "undelivered", is->undelivered, t->undelivered },
		{ "attachment", is->attachment, t->attachment },
		{ "failed", is->failed, t->failed },
		{ "draft", is->draft, t->draft },
		{ "waiting_since", is->waiting_since, t->waiting_since },
		{ "due_at", is->due_at, t->due_at },
		{ "warn_at", is->warn_at, t->warn_at },
		{ "first_at", is->first_at, t->first_at },
		{ "last_at", is->last_at, t->last_at },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		if (v[i].is != v[i].ought)
			differs(c,
			    "thread %lld: %s is %lld, the log says "
			    "%lld",
			    (long long)is->id, v[i].name, (long long)v[i].is,
			    (long long)v[i].ought);
	}
	compare_text(c, is->id, "subject", is->subject, t->subject);
	compare_text(c, is->id, "snippet", is->snippet, t->snippet);
	compare_text(c, is->id, "target", is->target, t->target);
}

static void
compare_tags(struct checking *c, const struct thread *is, const struct row *row)
{
	const struct strings *t = &row->thread.tags;
	bool same = is->tags.n == t->n;

	for (size_t i = 0; same && i < t->n; i++)
		same = strcmp(is->tags.v[i], t->v[i]) == 0;
	if (!same)
		differs(c, "thread %lld: its tags are not those of the log",
		    (long long)is->id);
}

static int
compare_turns(struct checking *c, const struct row *row, struct err *e)
{
	const struct timeline *l = &row->fold.timeline;
	int64_t id = row->thread.id;
	struct rows r;
	size_t n = 0;
	int rc;

	if (db_ask(c->s->db, &r, e,
		"SELECT from_at, until_at, ending, first,"
		" agent FROM turn WHERE thread=?1 ORDER BY n",
		"i", id) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		const struct turn *t = &l->turn[n];

		if (n < l->turns &&
		    (db_int(&r, 0) != t->from || db_int(&r, 1) != t->until ||
			db_int(&r, 2) != (int64_t)t->end ||
			db_int(&r, 3) != (int64_t)t->first ||
			db_int(&r, 4) != t->agent))
			differs(c,
			    "thread %lld: turn %zu is not that of the "
			    "log",
			    (long long)id, n + 1);
		n++;
	}
	if (n != (machine_counts(&row->fold.machine) ? l->turns : 0))
		differs(c, "thread %lld has %zu turns, the log says %zu",
		    (long long)id, n, l->turns);
	return rc;
}

static int
check_thread(struct checking *c, int64_t id, struct arena *a, struct err *e)
{
	struct thread is;
	struct row row;

	if (store_thread(c->s, id, a, &is, e) < 0 ||
	    row_make(c->s, id, is.last_at, a, &row, e) < 0)
		return -1;
	c->out->threads++;
	compare(c, &is, &row);
	compare_tags(c, &is, &row);
	return compare_turns(c, &row, e);
}

static int
check_threads(struct checking *c, struct err *e)
{
	struct arena a = { 0 };
	int64_t id = 0;
	int rc;

	while ((rc = db_get(c->s->db, &id, e,
		    "SELECT id FROM thread WHERE"
		    " id>?1 AND merged IS NULL ORDER BY id LIMIT 1",
		    "i", id)) > 0) {
		if (check_thread(c, id, &a, e) < 0) {
			rc = -1;
			break;
		}
		arena_reset(&a);
	}
	arena_free(&a);
	return rc;
}

/* ---- what must always hold: each query gives the breaches ---- */

static const struct {
	const char *text;
	const char *sql;
} laws[] = {
	{ "a message stands in a thread that is not there",
	    "SELECT count(*) FROM message m LEFT JOIN thread t ON"
	    " t.id=m.thread WHERE t.id IS NULL OR t.merged IS NOT NULL" },
	{ "a message has no text row",
	    "SELECT count(*) FROM message m LEFT JOIN body b ON"
	    " b.message=m.id WHERE b.message IS NULL" },
	{ "a mail has no bytes",
	    "SELECT count(*) FROM message m LEFT JOIN raw r ON"
	    " r.message=m.id WHERE m.kind=0 AND r.message IS NULL" },
	{ "a message came without an event",
	    "SELECT count(*) FROM message m WHERE NOT EXISTS(SELECT 1 FROM"
	    " event e WHERE e.thread=m.thread AND e.message=m.id)" },
	{ "an event belongs to no thread",
	    "SELECT count(*) FROM event e LEFT JOIN thread t ON t.id=e.thread"
	    " WHERE e.thread IS NOT NULL AND (t.id IS NULL OR t.merged IS NOT"
	    " NULL)" },
	{ "a place holds a message that is not there",
	    "SELECT count(*) FROM place p LEFT JOIN message m ON"
	    " m.id=p.message WHERE m.id IS NULL" },
	{ "a message is marked gone but lies on the server",
	    "SELECT count(*) FROM message m WHERE m.gone<>0 AND EXISTS("
	    "SELECT 1 FROM place p WHERE p.message=m.id AND p.gone=0)" },
	{ "a mailbox counts its places wrong",
	    "SELECT count(*) FROM mailbox m WHERE m.places<>(SELECT count(*)"
	    " FROM place p WHERE p.mailbox=m.id AND p.gone=0)" },
	{ "a tag counts wrong",
	    "SELECT count(*) FROM tag g WHERE g.threads<>(SELECT count(*)"
	    " FROM tagged x JOIN thread t ON t.id=x.thread WHERE x.tag=g.id"
	    " AND t.state<3)" },
	{ "a tag list and its index differ",
	    "SELECT count(*) FROM tagged x JOIN tag g ON g.id=x.tag JOIN"
	    " thread t ON t.id=x.thread WHERE instr(t.tags,"
	    " char(31)||g.name||char(31))=0" },
	{ "a merged thread leads nowhere",
	    "SELECT count(*) FROM thread t WHERE t.merged IS NOT NULL AND"
	    " NOT EXISTS(SELECT 1 FROM thread o WHERE o.id=t.merged)" },
	{ "two answers to the same message",
	    "SELECT count(*) FROM (SELECT 1 FROM outbox WHERE state NOT IN"
	    " (4, 5) GROUP BY thread, base HAVING count(*)>1)" },
	{ "an answer in the outbox has no event",
	    "SELECT count(*) FROM outbox o LEFT JOIN event e ON e.seq=o.event"
	    " WHERE e.seq IS NULL" },
	{ "an undone event was not undone by anybody",
	    "SELECT count(*) FROM event e WHERE e.undone<>0 AND NOT EXISTS("
	    "SELECT 1 FROM event u WHERE u.target IN (e.seq, e.target) AND"
	    " u.thread IS e.thread AND u.kind IN ('undo', 'cancelled'))" },
	{ "a mail has no place among its kin",
	    "SELECT count(*) FROM message m LEFT JOIN kin k ON k.message=m.id"
	    " WHERE m.kind=0 AND k.message IS NULL" },
	{ "a mail's id does not lead to its thread",
	    "SELECT count(*) FROM message m JOIN kin k ON k.message=m.id"
	    " WHERE NOT EXISTS(SELECT 1 FROM tie t WHERE t.id=k.id AND"
	    " (t.thread=m.thread OR (SELECT merged FROM thread o WHERE"
	    " o.id=t.thread) IS NOT NULL))" },
	{ "a customer has no address",
	    "SELECT count(*) FROM customer c WHERE NOT EXISTS(SELECT 1 FROM"
	    " address a WHERE a.customer=c.id)" },
};

static int
check_laws(struct checking *c, struct err *e)
{
	for (size_t i = 0; i < sizeof(laws) / sizeof(*laws); i++) {
		int64_t n;

		if (db_get(c->s->db, &n, e, laws[i].sql, "") < 0)
			return -1;
		if (n > 0)
			differs(c, "%s (%lld times)", laws[i].text,
			    (long long)n);
	}
	return 0;
}

/* What people put where, against what is told of it. */
static int
check_pins(struct checking *c, struct err *e)
{
	int64_t n;

	if (pins_check(c->s, &n, e) < 0)
		return -1;
	if (n > 0)
		differs(c,
		    "mails put somewhere by hand are not those of the"
		    " log (%lld times)",
		    (long long)n);
	return 0;
}

static int
check_file(struct checking *c, struct err *e)
{
	struct arena a = { 0 };
	const char *said;
	int rc =
	    db_get_text(c->s->db, &a, &said, e, "PRAGMA quick_check(1)", "");

	if (rc > 0 && strcmp(said, "ok") != 0)
		differs(c, "the file: %s", said);
	arena_free(&a);
	return rc < 0 ? -1 : 0;
}

/* The search index against the texts; FTS5 answers by an error. */
static int
check_search(struct checking *c, struct err *e)
{
	struct err said;

	(void)e;
	if (c->s->how != STORE_READ && db_run(c->s->db, &said,
					   "INSERT INTO search(search, rank)"
					   " VALUES('integrity-check', 1)",
					   "") < 0)
		differs(c, "the search index: %s", said.text);
	return 0;
}

static int
tell_damaged(void *arg, int64_t message, struct err *e)
{
	struct checking *c = arg;
	int64_t thread = 0, here = 0;
	bool there;

	if (bytes_there(c->s, message, &there, e) < 0 ||
	    db_get(c->s->db, &thread, e,
		"SELECT thread FROM message WHERE id=?1", "i", message) < 0 ||
	    db_get(c->s->db, &here, e,
		"SELECT count(*) FROM raw WHERE message=?1", "i", message) < 0)
		return -1;
	differs(c, "message %lld of thread %lld: its bytes are %s: %s",
	    (long long)message, (long long)thread,
	    here != 0 ? "damaged" : "not here",
	    there ? "shopbell audit --repair fetches them again"
		  : "no server has them now, but a backup may");
	return 0;
}

static int
check_bytes(struct checking *c, struct err *e)
{
	struct bytes_sum sum;
	int rc = bytes_check(c->s, tell_damaged, c, &sum, e);

	c->out->mails = sum.mails;
	c->out->bytes = sum.bytes;
	c->out->beginnings = sum.beginnings;
	c->out->damaged = sum.damaged;
	return rc;
}

int
store_check(struct store *s, void (*tell)(void *arg, const char *line),
    void *arg, struct check_report *out, struct err *e)
{
	struct checking c = { .s = s, .tell = tell, .arg = arg, .out = out };
	int rc = -1;

	*out = (struct check_report){ 0 };
	if (db_snapshot(s->db, e) < 0)
		return -1;
	if (db_get(s->db, &out->events, e, "SELECT count(*) FROM event", "") <
		0 ||
	    db_get(s->db, &out->messages, e, "SELECT count(*) FROM message",
		"") < 0 ||
	    check_threads(&c, e) < 0 || check_laws(&c, e) < 0 ||
	    check_pins(&c, e) < 0)
		goto out;
	rc = check_file(&c, e);
out:
	db_snapshot_end(s->db);
	if (rc < 0 || check_search(&c, e) < 0)
		return -1;
	return check_bytes(&c, e);
}
