/*
 * ingest_flags.c -- flags as the server has them now, taken over unless a
 * newer wish of ours waits to be pushed.
 */
#include "store/ingest.h"
#include "store/own.h"

#include <string.h>

static int
seen_set(struct store *s, const struct act *by, int64_t message, int64_t thread,
    bool seen, struct err *e)
{
	struct fact f = { .kind = "flags",
		.thread = thread,
		.message = message,
		.payload = seen ? "{\"seen\":true}" : "{\"seen\":false}" };

	if (db_run(s->db, e,
		"UPDATE message SET seen=?2 WHERE id=?1 AND"
		" seen<>?2 AND direction=0",
		"ii", message, (int64_t)seen) < 0)
		return -1;
	if (db_changes(s->db) == 0)
		return 0;
	return event_append(s, by, &f, NULL, e);
}

int
star_thread(struct store *s, const struct act *by, int64_t thread, bool on,
    struct err *e)
{
	struct fact f = { .kind = "star",
		.thread = thread,
		.payload = on ? "{\"on\":true}" : "{\"on\":false}" };
	int64_t is;

	if (db_get(s->db, &is, e, "SELECT starred FROM thread WHERE id=?1", "i",
		thread) < 0)
		return -1;
	return (is != 0) == on ? 0 : event_append(s, by, &f, NULL, e);
}

/* One mail lost its star; the thread has one while any of its mails has. */
static int
star_lost(struct store *s, const struct act *by, int64_t thread, struct err *e)
{
	int64_t others;

	if (db_get(s->db, &others, e,
		"SELECT count(*) FROM message m JOIN place p ON"
		" p.message=m.id WHERE m.thread=?1 AND p.gone=0 AND"
		" p.flags&?2",
		"ii", thread, (int64_t)MAIL_FLAGGED) < 0)
		return -1;
	return others > 0 ? 0 : star_thread(s, by, thread, false, e);
}

/*
 * Flags seen at a place that is new for a mail: read anywhere is read.
 * What waits to be told there is left alone.
 */
int
flags_take(struct store *s, const struct act *by, int64_t message,
    int64_t thread, unsigned flags, struct err *e)
{
	if ((flags & MAIL_SEEN) != 0 &&
	    seen_set(s, by, message, thread, true, e) < 0)
		return -1;
	if ((flags & MAIL_FLAGGED) != 0)
		return star_thread(s, by, thread, true, e);
	return 0;
}

/* Told in the history; whose answer it was shows in Sent. */
static int
answered(struct store *s, const struct act *by, int64_t message, int64_t thread,
    struct err *e)
{
	struct fact f = { .kind = "answered",
		.thread = thread,
		.message = message };

	return event_append(s, by, &f, NULL, e);
}

int
flags_changed(struct store *s, const struct act *by, int64_t message,
    int64_t thread, unsigned was, unsigned is, struct err *e)
{
	if (((was ^ is) & MAIL_SEEN) != 0 &&
	    seen_set(s, by, message, thread, (is & MAIL_SEEN) != 0, e) < 0)
		return -1;
	if ((~was & is & MAIL_ANSWERED) != 0 &&
	    answered(s, by, message, thread, e) < 0)
		return -1;
	if ((~was & is & MAIL_FLAGGED) != 0)
		return star_thread(s, by, thread, true, e);
	if ((was & ~is & MAIL_FLAGGED) != 0)
		return star_lost(s, by, thread, e);
	return 0;
}

/* ---- a place as the server has it now ---- */

/* What it was, and what it is: ours where something waits to be told. */
struct taking {
	int64_t message;
	int64_t thread;
	int64_t at;
	unsigned was;
	unsigned is;
	struct strings had;
	struct strings has;
};

static int
place_read(struct store *s, int64_t mailbox, int64_t uid, struct taking *t,
    struct err *e)
{
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e,
		"SELECT p.message, m.thread, p.flags, p.keywords, p.at"
		" FROM place p"
		" JOIN message m ON m.id=p.message"
		" WHERE p.mailbox=?1 AND p.uid=?2 AND p.gone=0",
		"ii", mailbox, uid) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc <= 0)
		return rc;
	t->message = db_int(&r, 0);
	t->thread = db_int(&r, 1);
	t->was = (unsigned)db_int(&r, 2);
	t->had = keywords_split(&s->scratch, db_peek(&r, 3));
	t->at = db_int(&r, 4);
	db_done(&r);
	return 1;
}

static void
keywords_mix(struct arena *a, struct taking *t, const struct strings *told,
    const struct strings *waiting)
{
	t->has = *told;
	for (size_t i = 0; i < waiting->n; i++) {
		const char *tag = waiting->v[i];
		struct strings ours = keywords_of_tag(a, &t->had, tag, true);

		t->has = keywords_of_tag(a, &t->has, tag, false);
		for (size_t k = 0; k < ours.n; k++) {
			t->has.v = arena_grow(a, t->has.v, t->has.n,
			    sizeof(*t->has.v));
			t->has.v[t->has.n++] = ours.v[k];
		}
	}
}

static int
flags_of(struct store *s, int64_t mailbox, struct flag_row *v,
    const struct act *by, int *changed, struct err *e)
{
	struct keywords_change words;
	struct taking t = { 0 };
	struct waiting w;
	int rc = place_read(s, mailbox, v->uid, &t, e);

	v->odd = rc > 0 && v->at != 0 && t.at != 0 && v->at != t.at;
	if (v->odd)
		return 0;
	if (rc <= 0 || push_waits(s, mailbox, v->uid, &w, e) < 0)
		return rc <= 0 ? rc : -1;
	t.is = (v->flags & ~w.flags) | (t.was & w.flags);
	keywords_mix(&s->scratch, &t, &v->keywords, &w.tags);
	if (db_run(s->db, e,
		"UPDATE place SET flags=?3, keywords=?4"
		" WHERE mailbox=?1 AND uid=?2 AND (flags<>?3 OR"
		" keywords IS NOT ?4)",
		"iiis", mailbox, v->uid, (int64_t)t.is,
		keywords_join(&s->scratch, &t.has)) < 0)
		return -1;
	if (db_changes(s->db) == 0)
		return 0;
	++*changed;
	words =
	    (struct keywords_change){ t.thread, mailbox, v->uid, t.had, t.has };
	if (keywords_changed(s, by, &words, e) < 0)
		return -1;
	return flags_changed(s, by, t.message, t.thread, t.was, t.is, e);
}

int
ingest_flags(struct store *s, int64_t mailbox, struct flag_row *v, size_t n,
    const struct cursor *c, int64_t now, int *changed, struct err *e)
{
	struct act by = act_machine(now);
	int unused = 0;
	int rc = -1;

	if (changed == NULL)
		changed = &unused;
	*changed = 0;
	if (store_begin(s, DB_QUICK, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (flags_of(s, mailbox, &v[i], &by, changed, e) < 0)
			goto out;
	}
	rc = cursor_write(s, mailbox, c, e);
out:
	return store_end(s, rc, now, e);
}
