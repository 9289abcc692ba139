/*
 * keywords.c -- keywords of mails on a server, and the tags of threads.
 *
 * A thread has a tag if one of its mails has the keyword: one that appears on
 * any mail tags the thread, and only when the last one goes does the tag go.
 * What counts is the change, never the whole state: a tag that no server
 * knows stays.
 */
#include <stdlib.h>
#include <string.h>

#include "desk/keyword.h"
#include "store/ingest.h"
#include "store/own.h"

/* ---- lists, joined by blanks as a place keeps them ---- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted: servers tell them in any order. */
char *
keywords_join(struct arena *a, const struct strings *v)
{
	const char **sorted = arena_array(a, v->n, sizeof(*sorted));
	struct buf b = { 0 };
	char *out;

	if (v->n == 0)
		return NULL;
	memcpy(sorted, v->v, v->n * sizeof(*sorted));
	qsort(sorted, v->n, sizeof(*sorted), by_name);
	for (size_t i = 0; i < v->n; i++) {
		if (i > 0)
			buf_chr(&b, ' ');
		buf_str(&b, sorted[i]);
	}
	out = arena_str(a, buf_text(&b));
	buf_free(&b);
	return out;
}

struct strings
keywords_split(struct arena *a, const char *s)
{
	struct strings out = { 0 };

	while (s != NULL && *s != '\0') {
		size_t n = strcspn(s, " ");

		out.v = arena_grow(a, out.v, out.n, sizeof(*out.v));
		out.v[out.n++] = arena_strn(a, s, n);
		s += n + (s[n] == ' ');
	}
	return out;
}

bool
keywords_have(const struct strings *v, const char *tag)
{
	for (size_t i = 0; i < v->n; i++)
		if (keyword_is(v->v[i], tag))
			return true;
	return false;
}

/* Those that stand for a tag, or all the others. */
struct strings
keywords_of_tag(struct arena *a, const struct strings *v, const char *tag,
    bool stand)
{
	struct strings out = { 0 };

	for (size_t i = 0; i < v->n; i++) {
		if (keyword_is(v->v[i], tag) != stand)
			continue;
		out.v = arena_grow(a, out.v, out.n, sizeof(*out.v));
		out.v[out.n++] = v->v[i];
	}
	return out;
}

/* ---- what a thread is tagged with ---- */

/*
 * By the log, so that what this very transaction did counts.  *name is the
 * tag as it is spelled here, whatever the server makes of its letters.
 */
static int
tag_now(struct store *s, int64_t thread, const char *tag, const char **name,
    bool *on, struct err *e)
{
	struct rows r;
	int rc;

	*on = false;
	*name = tag;
	if (db_ask(s->db, &r, e,
		"SELECT kind, json_extract(payload, '$.tag') FROM event"
		" WHERE thread=?1 AND undone=0 AND kind IN ('tag', 'untag')"
		" AND json_extract(payload, '$.tag')=?2 COLLATE NOCASE"
		" ORDER BY seq DESC LIMIT 1",
		"is", thread, tag) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc > 0) {
		*on = strcmp(db_peek(&r, 0), "tag") == 0;
		*name = db_str(&r, 1, &s->scratch);
		db_done(&r);
	}
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (db_get_text(s->db, &s->scratch, name, e,
		"SELECT name FROM tag WHERE name=?1 COLLATE NOCASE"
		" ORDER BY name=?1 DESC LIMIT 1",
		"s", tag) < 0)
		return -1;
	if (**name == '\0')
		*name = tag;
	return 0;
}

static int
tag_set(struct store *s, const struct act *by, int64_t thread, const char *tag,
    bool on, struct err *e)
{
	struct fact f = { .kind = on ? "tag" : "untag", .thread = thread };
	struct buf b = { 0 };
	bool is;

	if (tag_now(s, thread, tag, &tag, &is, e) < 0)
		return -1;
	if (is == on)
		return 0;
	buf_str(&b, "{\"tag\":");
	json_quote(&b, tag);
	buf_chr(&b, '}');
	f.payload = arena_str(&s->scratch, buf_text(&b));
	buf_free(&b);
	return event_append(s, by, &f, NULL, e);
}

/* Does a mail of the thread carry a tag, other than at this place? */
static int
carried_elsewhere(struct store *s, int64_t thread, int64_t mailbox, int64_t uid,
    const char *tag, bool *is, struct err *e)
{
	struct rows r;
	int rc;

	*is = false;
	if (db_ask(s->db, &r, e,
		"SELECT p.keywords FROM message m JOIN place p ON"
		" p.message=m.id WHERE m.thread=?1 AND p.gone=0 AND"
		" p.keywords NOT NULL AND NOT (p.mailbox=?2 AND p.uid=?3)",
		"iii", thread, mailbox, uid) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		struct strings v = keywords_split(&s->scratch, db_peek(&r, 0));

		*is = *is || keywords_have(&v, tag);
	}
	return rc;
}

int
keywords_changed(struct store *s, const struct act *by,
    const struct keywords_change *c, struct err *e)
{
	struct arena *a = &s->scratch;

	for (size_t i = 0; i < c->is.n; i++) {
		const char *tag = keyword_tag(a, c->is.v[i]);

		if (tag != NULL && !keywords_have(&c->was, tag) &&
		    tag_set(s, by, c->thread, tag, true, e) < 0)
			return -1;
	}
	for (size_t i = 0; i < c->was.n; i++) {
		const char *tag = keyword_tag(a, c->was.v[i]);
		bool elsewhere;

		if (tag == NULL || keywords_have(&c->is, tag))
			continue;
		if (carried_elsewhere(s, c->thread, c->mailbox, c->uid, tag,
			&elsewhere, e) < 0)
			return -1;
		if (!elsewhere && tag_set(s, by, c->thread, tag, false, e) < 0)
			return -1;
	}
	return 0;
}
