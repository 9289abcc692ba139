/*
 * events.c -- what happened to a thread, in words.
 */
#include "store/own.h"
#include "store/query.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "base/when.h"
#include "desk/people.h"

/* Kinds whose words need no payload. */
static const struct {
	const char *kind;
	const char *text;
} plain[] = {
	{ "mail", "a mail arrived" },
	{ "note", "wrote a note" },
	{ "send", "queued an answer" },
	{ "accepted", "the answer was sent" },
	{ "cancelled", "took the answer back" },
	{ "retry", "queued the answer again" },
	{ "dismiss", "closed: needs no answer" },
	{ "wake", "woke up" },
	{ "draft", "began a draft" },
	{ "discard", "discarded a draft" },
	{ "gone", "a mail was deleted on the server" },
	{ "back", "a mail is on the server again" },
	{ "answered", "answered in another program" },
	{ "filed", "a copy lies in Sent" },
	{ "wanted", "asked for the rest of a mail" },
	{ "whole", "the rest of a mail came" },
};

static const char *
state_words(const char *to)
{
	if (strcmp(to, "open") == 0)
		return "reopened";
	if (strcmp(to, "pending") == 0)
		return "set to pending";
	if (strcmp(to, "spam") == 0)
		return "marked as spam";
	if (strcmp(to, "trash") == 0)
		return "moved to trash";
	return "closed";
}

static const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

static char *
snooze_words(struct arena *a, int64_t until, const char *zone)
{
	char text[WHEN_SIZE];

	if (until == 0)
		return arena_str(a, "woken");
	return arena_fmt(a, "snoozed until %s", when_long(zone, until, text));
}

static char *
moved_words(struct arena *a, const char *kind, const struct json *o)
{
	long long n = (long long)json_int(o, "messages");
	long long from = (long long)json_int(o, "from");
	char count[TEXT_COUNT];

	text_count(n, "message", count);
	if (json_flag(o, "split"))
		return arena_fmt(a, "split %s off thread %lld", count, from);
	if (*kind == 'm')
		return arena_fmt(a, "moved %s here from thread %lld", count,
		    from);
	return arena_fmt(a, "%s %s thread %lld", count,
	    *kind == 'l' ? "went to" : "came here from",
	    (long long)json_int(o, "thread"));
}

static char *
customer_words(struct arena *a, const struct json *o)
{
	struct address who = { or_empty(json_str(o, "name")),
		or_empty(json_str(o, "address")) };

	return arena_fmt(a, "said that the customer is %s",
	    people_format(a, &who));
}

static char *
words(struct arena *a, const char *kind, const struct json *o, const char *zone)
{
	const char *to = or_empty(json_str(o, "to"));
	const char *why = or_empty(json_str(o, "why"));
	bool on = json_flag(o, "on");

	if (strcmp(kind, "assign") == 0)
		return *to != '\0' ? arena_fmt(a, "assigned to %s", to)
				   : arena_str(a, "unassigned");
	if (strcmp(kind, "state") == 0)
		return arena_str(a, state_words(to));
	if (strcmp(kind, "tag") == 0 || strcmp(kind, "untag") == 0)
		return arena_fmt(a, "%s %s",
		    *kind == 't' ? "tagged" : "took off the tag",
		    or_empty(json_str(o, "tag")));
	if (strcmp(kind, "snooze") == 0)
		return snooze_words(a, json_int(o, "until"), zone);
	if (strcmp(kind, "star") == 0)
		return arena_str(a, on ? "starred" : "took off the star");
	if (strcmp(kind, "read") == 0)
		return arena_str(a, on ? "read" : "marked as unread");
	if (strcmp(kind, "flags") == 0)
		return arena_str(a, json_flag(o, "seen")
					? "read elsewhere"
					: "marked as unread elsewhere");
	if (strcmp(kind, "automatic") == 0)
		return arena_str(a, on ? "marked as automatic"
				       : "marked as written by a person");
	if (strcmp(kind, "customer") == 0)
		return customer_words(a, o);
	if (strcmp(kind, "claim") == 0)
		return arena_fmt(a, "took over writing from %s",
		    or_empty(json_str(o, "from")));
	if (strcmp(kind, "merge") == 0)
		return arena_fmt(a,
		    json_flag(o, "hand")
			? "merged thread %lld into this one"
			: "thread %lld was merged into this one",
		    (long long)json_int(o, "from"));
	if (strcmp(kind, "move") == 0 || strcmp(kind, "joined") == 0 ||
	    strcmp(kind, "left") == 0)
		return moved_words(a, kind, o);
	if (strcmp(kind, "undo") == 0 || strcmp(kind, "redo") == 0)
		return arena_fmt(a, "%s: %s",
		    *kind == 'u' ? "undid" : "did again",
		    or_empty(json_str(o, "what")));
	if (strcmp(kind, "failed") == 0)
		return arena_fmt(a, "an answer could not be sent: %s", why);
	if (strcmp(kind, "delayed") == 0)
		return arena_fmt(a, "an answer is still waiting to be sent: %s",
		    why);
	if (strcmp(kind, "doubt") == 0)
		return arena_fmt(a, "an answer may or may not have left: %s",
		    why);
	return arena_str(a, kind);
}

static int
event_text(struct arena *a, const char *kind, const char *payload,
    const char *zone, const char **text, struct err *e)
{
	struct json *o;

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
		if (strcmp(plain[i].kind, kind) == 0) {
			*text = plain[i].text;
			return 0;
		}
	}
	if (*payload == '\0')
		payload = "{}";
	o = json_read(payload, strlen(payload), e);
	if (o == NULL)
		return err_in(e, "an event");
	*text = words(a, kind, o, zone);
	json_free(o);
	return 0;
}

static char *
uuid_text(struct arena *a, const uint8_t *u, size_t n)
{
	char hex[33] = "";

	if (n == 16)
		hash_hex(u, 16, hex);
	return arena_fmt(a, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
	    hex + 16, hex + 20);
}

static int
event_read(struct store *s, struct rows *r, struct arena *a, struct event *out,
    struct err *e)
{
	const void *p;
	size_t n;

	p = db_blob(r, 1, &n);
	*out = (struct event){
		.seq = db_int(r, 0),
		.uuid = uuid_text(a, p, n),
		.at = db_int(r, 2),
		.actor = db_str(r, 3, a),
		.who = db_str(r, 8, a),
		.kind = db_str(r, 4, a),
		.thread = db_int(r, 5),
		.undoes = 0,
	};
	if (strcmp(out->kind, "undo") == 0)
		out->undoes = db_int(r, 7);
	return event_text(a, out->kind, db_peek(r, 6), s->shop->zone,
	    &out->text, e);
}

int
store_events(struct store *s, int64_t thread, struct arena *a, struct event **v,
    size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (thread_follow(s, thread, &thread, e) < 0 ||
	    db_ask(s->db, &r, e,
		"SELECT e.seq, e.uuid, e.at,"
		" coalesce(a.login, ''), e.kind, e.thread, e.payload, e.target,"
		" coalesce(a.login, (SELECT coalesce(nullif(m.from_name, ''),"
		" m.from_addr) FROM message m WHERE m.id=e.message AND"
		" e.kind='mail'), 'shopbell')"
		" FROM event e LEFT JOIN agent a ON a.id=e.agent"
		" WHERE e.thread=?1 ORDER BY e.seq",
		"i", thread) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		if (event_read(s, &r, a, &(*v)[*n], e) < 0) {
			db_done(&r);
			return -1;
		}
		++*n;
	}
	return rc;
}
