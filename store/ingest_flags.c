/*
 * ingest_flags.c -- flags as the server has them now, taken over unless a
 * newer wish of ours waits to be pushed.
 */
#include "store/ingest.h"
#include "store/own.h"

#include <string.h>

/* Flags of a place for which a push waits: the server's word is older. */
static int
pending(struct store *s, int64_t mailbox, int64_t uid, unsigned *mask,
    struct err *e)
{
	struct rows r;
	int rc;

	*mask = 0;
	if (db_ask(s->db, &r, e,
		"SELECT flag FROM push WHERE mailbox=?1 AND"
		" uid=?2 AND kind=?3",
		"iii", mailbox, uid, (int64_t)PUSH_FLAG) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0)
		*mask |= (unsigned)db_int(&r, 0);
	return rc;
}

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

/* A flag seen at a second place of a mail: read anywhere is read. */
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

static int
flags_changed(struct store *s, const struct act *by, int64_t message,
    unsigned was, unsigned is, struct err *e)
{
	int64_t thread;

	if (db_get(s->db, &thread, e,
		"SELECT thread FROM message"
		" WHERE id=?1",
		"i", message) < 0)
		return -1;
	if (((was ^ is) & MAIL_SEEN) != 0 &&
	    seen_set(s, by, message, thread, (is & MAIL_SEEN) != 0, e) < 0)
		return -1;
	if (((was ^ is) & MAIL_FLAGGED) != 0)
		return star_thread(s, by, thread, (is & MAIL_FLAGGED) != 0, e);
	return 0;
}

static int
flags_of(struct store *s, int64_t mailbox, const struct flag_row *v,
    const struct act *by, int *changed, struct err *e)
{
	int64_t message, was;
	unsigned mask, is;
	int rc;

	rc = db_get(s->db, &message, e,
	    "SELECT message FROM place"
	    " WHERE mailbox=?1 AND uid=?2 AND gone=0",
	    "ii", mailbox, v->uid);
	if (rc <= 0)
		return rc;
	if (db_get(s->db, &was, e,
		"SELECT flags FROM place WHERE mailbox=?1"
		" AND uid=?2",
		"ii", mailbox, v->uid) < 0 ||
	    pending(s, mailbox, v->uid, &mask, e) < 0)
		return -1;
	is = (v->flags & ~mask) | ((unsigned)was & mask);
	if (db_run(s->db, e,
		"UPDATE place SET flags=?3, keywords=?4"
		" WHERE mailbox=?1 AND uid=?2 AND (flags<>?3 OR"
		" keywords IS NOT ?4)",
		"iiis", mailbox, v->uid, (int64_t)is,
		keywords_join(&s->scratch, &v->keywords)) < 0)
		return -1;
	if (db_changes(s->db) == 0)
		return 0;
	++*changed;
	return flags_changed(s, by, message, (unsigned)was, is, e);
}

int
ingest_flags(struct store *s, int64_t mailbox, const struct flag_row *v,
    size_t n, const struct cursor *c, int64_t now, int *changed, struct err *e)
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
