/*
 * change.c -- triage: assign, state, tags and the like, on any number of
 * threads at once.
 */
#include "store/edit.h"
#include "store/own.h"

#include <string.h>

#include "desk/people.h"
#include "store/ingest.h"

struct changing {
	struct store *s;
	const struct act *by;
	int64_t action; /* 0 until something changes */
	const struct change *first;
	size_t changed;
};

/* What a change is compared with. */
struct now_so {
	int64_t id;
	int64_t revision;
	int64_t state;
	int64_t snoozed_until;
	int64_t assignee;
	int64_t starred;
	int64_t automatic;
	int64_t customer;
	const char *tags;
};

static int
load(struct store *s, int64_t thread, struct now_so *t, struct err *e)
{
	struct rows r;
	int rc;

	if (thread_follow(s, thread, &t->id, e) < 0 ||
	    db_ask(s->db, &r, e,
		"SELECT revision, state, snoozed_until,"
		" assignee, starred, automatic, tags, customer FROM thread "
		"WHERE id=?1",
		"i", t->id) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc == 0)
		return err_set(e, ERR_MISSING, 0, "there is no thread %lld",
		    (long long)thread);
	if (rc < 0)
		return -1;
	t->revision = db_int(&r, 0);
	t->state = db_int(&r, 1);
	t->snoozed_until = db_int(&r, 2);
	t->assignee = db_int(&r, 3);
	t->starred = db_int(&r, 4);
	t->automatic = db_int(&r, 5);
	t->tags = db_str(&r, 6, &s->scratch);
	t->customer = db_int(&r, 7);
	db_done(&r);
	return 0;
}

/* Notes, tags, stars and reading go together with whatever others do. */
static bool
must_compare(enum change_kind k)
{
	return k == CHANGE_ASSIGN || k == CHANGE_STATE || k == CHANGE_DISMISS ||
	       k == CHANGE_SNOOZE || k == CHANGE_CUSTOMER;
}

/* ---- the undo group ---- */

static const char *
verb(const struct change *c)
{
	static const char *const state[] = { "reopen", "pending", "close",
		"spam", "trash" };

	switch (c->kind) {
	case CHANGE_ASSIGN:
		return c->agent != 0 ? "assign" : "unassign";
	case CHANGE_STATE:
		return state[c->state];
	case CHANGE_DISMISS:
		return "dismiss";
	case CHANGE_SNOOZE:
		return c->at != 0 ? "snooze" : "wake";
	case CHANGE_TAG:
		return "tag";
	case CHANGE_UNTAG:
		return "untag";
	case CHANGE_STAR:
		return c->on ? "star" : "unstar";
	case CHANGE_READ:
		return c->on ? "read" : "unread";
	case CHANGE_OPENED:
		return "read";
	case CHANGE_CUSTOMER:
		return "customer";
	case CHANGE_AUTOMATIC:
		return c->on ? "automatic" : "not automatic";
	}
	return "change";
}

int
action_begin(struct store *s, const struct act *by, int64_t thread, bool light,
    const char *text, int64_t *id, struct err *e)
{
	*id = 0;
	if (by->agent == 0)
		return 0;
	/* Something new was done: what had been undone stays undone. */
	if (!light && db_run(s->db, e,
			  "UPDATE action SET state=2"
			  " WHERE agent=?1 AND state=0",
			  "i", by->agent) < 0)
		return -1;
	if (db_run(s->db, e,
		"INSERT INTO action(agent, at, thread, state,"
		" light, text) VALUES(?1, ?2, ?3, 1, ?4, ?5)",
		"iinis", by->agent, by->now, thread, (int64_t)light, text) < 0)
		return -1;
	*id = db_last_id(s->db);
	return 0;
}

static int
tell(struct changing *c, struct fact *f, struct err *e)
{
	if (c->action == 0 && c->first->kind != CHANGE_OPENED &&
	    action_begin(c->s, c->by, f->thread, c->first->kind == CHANGE_READ,
		verb(c->first), &c->action, e) < 0)
		return -1;
	f->action = c->action;
	return event_append(c->s, c->by, f, NULL, e);
}

static char *
payload(struct store *s, const char *key, const char *value)
{
	struct buf b = { 0 };
	char *out;

	buf_fmt(&b, "{\"%s\":", key);
	json_quote(&b, value);
	buf_chr(&b, '}');
	out = arena_str(&s->scratch, buf_text(&b));
	buf_free(&b);
	return out;
}

static char *
from_to(struct store *s, const char *from, const char *to)
{
	struct buf b = { 0 };
	char *out;

	buf_str(&b, "{\"from\":");
	json_quote(&b, from);
	buf_str(&b, ",\"to\":");
	json_quote(&b, to);
	buf_chr(&b, '}');
	out = arena_str(&s->scratch, buf_text(&b));
	buf_free(&b);
	return out;
}

/* ---- each kind ---- */

static int
do_assign(struct changing *c, const struct now_so *t, const struct change *ch,
    struct err *e)
{
	struct fact f = { .kind = "assign", .thread = t->id };
	const char *from, *to;

	if (t->assignee == ch->agent)
		return 0;
	if (agent_login(c->s, t->assignee, &c->s->scratch, &from, e) < 0 ||
	    agent_login(c->s, ch->agent, &c->s->scratch, &to, e) < 0)
		return -1;
	if (ch->agent != 0 && *to == '\0')
		return err_set(e, ERR_MISSING, 0, "there is no such agent");
	f.payload = from_to(c->s, from, to);
	return tell(c, &f, e) < 0 ? -1 : 1;
}

static int
do_state(struct changing *c, const struct now_so *t, const struct change *ch,
    struct err *e)
{
	struct fact f = { .kind = "state", .thread = t->id };

	if (t->state == (int64_t)ch->state)
		return 0;
	f.payload =
	    from_to(c->s, thread_state_name((enum thread_state)t->state),
		thread_state_name(ch->state));
	return tell(c, &f, e) < 0 ? -1 : 1;
}

static int
do_dismiss(struct changing *c, const struct now_so *t, struct err *e)
{
	struct fact f = { .kind = "dismiss", .thread = t->id };

	if (t->state == THREAD_CLOSED)
		return 0;
	return tell(c, &f, e) < 0 ? -1 : 1;
}

static int
do_snooze(struct changing *c, const struct now_so *t, const struct change *ch,
    struct err *e)
{
	struct fact f = { .kind = "snooze", .thread = t->id };

	if (t->snoozed_until == ch->at)
		return 0;
	if (ch->at != 0 && t->state != THREAD_OPEN &&
	    t->state != THREAD_PENDING)
		return err_set(e, ERR_USAGE, 0,
		    "only open and pending threads can be snoozed");
	f.payload =
	    arena_fmt(&c->s->scratch, "{\"until\":%lld}", (long long)ch->at);
	return tell(c, &f, e) < 0 ? -1 : 1;
}

static bool
has_tag(const char *joined, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = joined; (at = strstr(at, name)) != NULL; at++) {
		if (at > joined && at[-1] == '\x1f' && at[n] == '\x1f')
			return true;
	}
	return false;
}

static int
do_tag(struct changing *c, const struct now_so *t, const struct change *ch,
    struct err *e)
{
	bool on = ch->kind == CHANGE_TAG;
	struct fact f = { .kind = on ? "tag" : "untag", .thread = t->id };

	if (ch->text == NULL || *ch->text == '\0' || strlen(ch->text) > 100 ||
	    strpbrk(ch->text, " \t\n\x1f") != NULL)
		return err_set(e, ERR_USAGE, 0,
		    "a tag is one word of at most 100 bytes");
	if (has_tag(t->tags, ch->text) == on)
		return 0;
	f.payload = payload(c->s, "tag", ch->text);
	if (push_tag(c->s, t->id, ch->text, on, c->by->now, e) < 0)
		return -1;
	return tell(c, &f, e) < 0 ? -1 : 1;
}

/* On the server the star is on the customer's newest mail; off is off all. */
static int
push_star(struct changing *c, int64_t thread, bool on, struct err *e)
{
	int64_t *v;
	size_t n;

	if (mails_in(c->s, thread, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if ((!on || i + 1 == n) &&
		    push_flag(c->s, v[i], MAIL_FLAGGED, on, c->by->now, e) < 0)
			return -1;
	}
	return 0;
}

static int
do_star(struct changing *c, const struct now_so *t, const struct change *ch,
    struct err *e)
{
	struct fact f = { .kind = "star",
		.thread = t->id,
		.payload = ch->on ? "{\"on\":true}" : "{\"on\":false}" };

	if ((t->starred != 0) == ch->on)
		return 0;
	if (push_star(c, t->id, ch->on, e) < 0)
		return -1;
	return tell(c, &f, e) < 0 ? -1 : 1;
}

static int
do_automatic(struct changing *c, const struct now_so *t,
    const struct change *ch, struct err *e)
{
	struct fact f = { .kind = "automatic",
		.thread = t->id,
		.payload = ch->on ? "{\"on\":true}" : "{\"on\":false}" };

	if ((t->automatic != 0) == ch->on)
		return 0;
	return tell(c, &f, e) < 0 ? -1 : 1;
}

/*
 * Messages that change: on reading all that are unread, on unreading the
 * newest mail of the customer.
 */
static int
read_which(struct store *s, int64_t thread, bool on, struct buf *names,
    int64_t **v, size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT id, lower(hex(substr(hash, 1, 16)))"
		" FROM message WHERE thread=?1 AND direction=0 AND hidden=0"
		" AND seen<>?2 ORDER BY received_at DESC, id DESC LIMIT ?3",
		"iii", thread, (int64_t)on, (int64_t)(on ? -1 : 1)) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(&s->scratch, *v, *n, sizeof(**v));
		(*v)[*n] = db_int(&r, 0);
		buf_fmt(names, "%s\"%s\"", *n > 0 ? "," : "", db_peek(&r, 1));
		++*n;
	}
	return rc;
}

int
message_read_set(struct store *s, int64_t message, bool on, int64_t now,
    struct err *e)
{
	if (db_run(s->db, e, "UPDATE message SET seen=?2 WHERE id=?1", "ii",
		message, (int64_t)on) < 0)
		return -1;
	return push_flag(s, message, MAIL_SEEN, on, now, e);
}

static int
do_read(struct changing *c, const struct now_so *t, bool on, struct err *e)
{
	struct fact f = { .kind = "read", .thread = t->id };
	struct buf names = { 0 };
	int64_t *v;
	size_t n;
	int rc = read_which(c->s, t->id, on, &names, &v, &n, e);

	f.payload = arena_fmt(&c->s->scratch, "{\"on\":%s,\"messages\":[%s]}",
	    on ? "true" : "false", buf_text(&names));
	buf_free(&names);
	if (rc < 0 || n == 0)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (message_read_set(c->s, v[i], on, c->by->now, e) < 0)
			return -1;
	}
	return tell(c, &f, e) < 0 ? -1 : 1;
}

/* By the address, which means the same on another host. */
static int
do_customer(struct changing *c, const struct now_so *t, const struct change *ch,
    struct err *e)
{
	struct fact f = { .kind = "customer", .thread = t->id };
	struct addresses who;
	struct buf b = { 0 };
	int64_t id;

	if (people_parse(&c->s->scratch, ch->text, &who, e) < 0)
		return -1;
	if (who.n != 1 || !people_address_ok(who.v[0].addr) ||
	    shop_owns(c->s->shop, who.v[0].addr))
		return err_set(e, ERR_USAGE, 0,
		    "a customer is one address, and none of ours");
	if (customer_of(c->s, &who.v[0], c->by->now, &id, e) < 0)
		return -1;
	if (id == t->customer)
		return 0;
	buf_str(&b, "{\"address\":");
	json_quote(&b, who.v[0].addr);
	buf_str(&b, ",\"name\":");
	json_quote(&b, who.v[0].name);
	buf_chr(&b, '}');
	f.payload = arena_str(&c->s->scratch, buf_text(&b));
	buf_free(&b);
	return tell(c, &f, e) < 0 ? -1 : 1;
}

/* 1 it changed, 0 it was so already, -1. */
static int
apply(struct changing *c, const struct now_so *t, const struct change *ch,
    struct err *e)
{
	switch (ch->kind) {
	case CHANGE_ASSIGN:
		return do_assign(c, t, ch, e);
	case CHANGE_STATE:
		return do_state(c, t, ch, e);
	case CHANGE_DISMISS:
		return do_dismiss(c, t, e);
	case CHANGE_SNOOZE:
		return do_snooze(c, t, ch, e);
	case CHANGE_TAG:
	case CHANGE_UNTAG:
		return do_tag(c, t, ch, e);
	case CHANGE_STAR:
		return do_star(c, t, ch, e);
	case CHANGE_READ:
		return do_read(c, t, ch->on, e);
	case CHANGE_OPENED:
		return do_read(c, t, true, e);
	case CHANGE_CUSTOMER:
		return do_customer(c, t, ch, e);
	case CHANGE_AUTOMATIC:
		return do_automatic(c, t, ch, e);
	}
	return err_set(e, ERR_BUG, 0, "no such change");
}

static int
change_thread(struct changing *c, const struct seen *seen,
    const struct change *change, size_t n, struct err *e)
{
	struct now_so t;
	bool moved = false;

	if (load(c->s, seen->thread, &t, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int rc;

		if (must_compare(change[i].kind) && seen->revision != 0 &&
		    seen->revision != t.revision)
			return err_set(e, ERR_CONFLICT, 0,
			    "thread %lld has changed since: look again",
			    (long long)t.id);
		rc = apply(c, &t, &change[i], e);
		if (rc < 0)
			return -1;
		moved = moved || rc > 0;
	}
	c->changed += moved;
	return 0;
}

int
store_change(struct store *s, const struct act *by, const struct seen *thread,
    size_t n, const struct change *change, size_t n_changes, size_t *changed,
    struct err *e)
{
	struct changing c = { .s = s, .by = by, .first = change };
	int rc = 0;

	if (changed != NULL)
		*changed = 0;
	if (n == 0 || n_changes == 0)
		return 0;
	if (store_begin(s, DB_DURABLE, e) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = change_thread(&c, &thread[i], change, n_changes, e);
	rc = store_end(s, rc, by->now, e);
	if (rc == 0 && changed != NULL)
		*changed = c.changed;
	return rc;
}
