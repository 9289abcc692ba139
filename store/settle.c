/*
 * settle.c -- before a transaction ends, the rows of every thread it
 * touched are brought in line with their logs.
 */
#include "store/own.h"

#include <string.h>

#define NOT_WAITING ((int64_t)1 << 40)

/* ---- the log of a thread ---- */

static const struct {
	const char *name;
	enum item_kind kind;
} item_kinds[] = {
	{ "mail", ITEM_MAIL },
	{ "send", ITEM_SEND },
	{ "accepted", ITEM_ACCEPTED },
	{ "state", ITEM_STATE },
	{ "assign", ITEM_ASSIGN },
	{ "tag", ITEM_TAG },
	{ "untag", ITEM_UNTAG },
	{ "note", ITEM_NOTE },
	{ "star", ITEM_STAR },
	{ "snooze", ITEM_SNOOZE },
	{ "wake", ITEM_WAKE },
	{ "dismiss", ITEM_DISMISS },
	{ "failed", ITEM_FAILED },
	{ "doubt", ITEM_DOUBT },
	{ "retry", ITEM_RETRY },
	{ "automatic", ITEM_AUTOMATIC },
	{ "customer", ITEM_CUSTOMER },
	{ "merge", ITEM_MERGE },
};

static enum item_kind
kind_named(const char *name)
{
	for (size_t i = 0; i < sizeof(item_kinds) / sizeof(*item_kinds); i++) {
		if (strcmp(name, item_kinds[i].name) == 0)
			return item_kinds[i].kind;
	}
	return ITEM_OTHER;
}

static int
state_named(const char *name)
{
	for (int i = THREAD_OPEN; name != NULL && i <= THREAD_TRASH; i++) {
		if (strcmp(thread_state_name((enum thread_state)i), name) == 0)
			return i;
	}
	return THREAD_OPEN;
}

/* The value of an event out of its payload, by names good on any host. */
static int
item_value(struct store *s, struct arena *a, const char *payload,
    struct item *i, struct err *e)
{
	struct json *o = json_read(payload, strlen(payload), e);
	int rc = 0;

	if (o == NULL)
		return err_in(e, "event %lld", (long long)i->seq);
	switch (i->kind) {
	case ITEM_SEND:
	case ITEM_ACCEPTED:
	case ITEM_RETRY:
	case ITEM_STATE:
		i->value = state_named(json_str(o, "to"));
		break;
	case ITEM_SNOOZE:
		i->value = json_int(o, "until");
		break;
	case ITEM_ASSIGN:
		rc = agent_id(s, json_str(o, "to"), &i->value, e);
		break;
	case ITEM_TAG:
	case ITEM_UNTAG:
		i->text = arena_str(a, json_str(o, "tag"));
		break;
	case ITEM_STAR:
	case ITEM_AUTOMATIC:
		i->value = json_flag(o, "on");
		break;
	case ITEM_CUSTOMER:
		rc = customer_known(s, json_str(o, "address"), &i->value, e);
		break;
	case ITEM_MERGE:
		i->value = json_int(o, "from");
		i->by_hand = json_flag(o, "hand");
		break;
	default:
		break;
	}
	json_free(o);
	return rc;
}

static void
item_message(struct rows *r, struct item *i)
{
	i->message = db_int(r, 7);
	i->received_at = db_int(r, 8);
	i->message_kind = (enum message_kind)db_int(r, 9);
	i->direction = (enum direction)db_int(r, 10);
	i->weight = (enum weight)db_int(r, 11);
	i->old = db_int(r, 12) != 0;
	i->junk = (enum junk)db_int(r, 13);
	i->hidden = db_int(r, 14) != 0;
	i->seen = db_int(r, 15) != 0;
	i->attachment = db_int(r, 16) != 0;
	i->customer = db_int(r, 17);
}

static int
item_read(struct store *s, struct rows *r, struct arena *a, struct item *i,
    struct err *e)
{
	const char *payload;

	*i = (struct item){
		.seq = db_int(r, 0),
		.at = db_int(r, 1),
		.agent = db_int(r, 2),
		.origin = db_int(r, 3),
		.kind = kind_named(db_peek(r, 4)),
		.refers = db_int(r, 6),
		.text = "",
	};
	if (!db_is_null(r, 7))
		item_message(r, i);
	payload = db_peek(r, 5);
	if (*payload == '\0' || i->kind == ITEM_OTHER)
		return 0;
	return item_value(s, a, payload, i, e);
}

static int
items_load(struct store *s, int64_t thread, struct arena *a, struct item **v,
    size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT e.seq, e.at, e.agent, e.origin, e.kind, e.payload,"
		" e.target, m.id, m.received_at, m.kind, m.direction,"
		" m.weight, m.old, m.junk, m.hidden, m.seen, m.attachment,"
		" m.customer FROM event e LEFT JOIN message m"
		" ON m.id=e.message AND e.kind IN ('mail', 'note', 'send')"
		" WHERE e.thread=?1 AND e.undone=0 ORDER BY e.seq",
		"i", thread) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		if (item_read(s, &r, a, &(*v)[*n], e) < 0) {
			db_done(&r);
			return -1;
		}
		++*n;
	}
	return rc;
}

/* ---- the row ---- */

int64_t
thread_sort(int64_t waiting_since, int64_t last_at)
{
	return waiting_since != 0 ? waiting_since : NOT_WAITING - last_at;
}

struct target_rules *
store_rules(struct store *s, int64_t now, struct err *e)
{
	if (s->rules == NULL)
		s->rules = target_rules_make(&s->rules_arena, s->shop, now, e);
	return s->rules;
}

static char *
tags_join(struct arena *a, const struct strings *t)
{
	struct buf b = { 0 };
	char *s;

	for (size_t i = 0; i < t->n; i++) {
		if (i == 0)
			buf_chr(&b, '\x1f');
		buf_str(&b, t->v[i]);
		buf_chr(&b, '\x1f');
	}
	s = arena_str(a, buf_text(&b));
	buf_free(&b);
	return s;
}

static int
row_words(struct store *s, struct arena *a, struct row *row, struct err *e)
{
	struct thread *t = &row->thread;
	struct rows r;
	int rc;

	if (db_get_text(s->db, a, &t->subject, e,
		"SELECT subject FROM message WHERE id=?1", "i",
		row->fold.first_message) < 0)
		return -1;
	t->subject = group_plain_subject(a, t->subject);
	t->snippet = words_snippet(s, row->fold.last_message);
	if (t->snippet != NULL)
		return 0;
	t->snippet = "";
	if (db_ask(s->db, &r, e,
		"SELECT text, folds FROM body WHERE message=?1", "i",
		row->fold.last_message) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc > 0) {
		const char *text;
		const void *folds;
		size_t n;

		rc = text_unpack(&r, 0, a, &text, e);
		folds = db_blob(&r, 1, &n);
		t->snippet = body_snippet(a, text, strlen(text), folds, n);
		db_done(&r);
	}
	return rc < 0 ? -1 : 0;
}

static int
row_people(struct store *s, struct arena *a, struct row *row, struct err *e)
{
	struct thread *t = &row->thread;
	struct rows r;
	int rc;

	t->customer = (struct customer){ .id = row->fold.customer,
		.name = "",
		.address = "" };
	t->assignee_login = "";
	if (row->fold.assignee != 0 &&
	    agent_login(s, row->fold.assignee, a, &t->assignee_login, e) < 0)
		return -1;
	if (db_ask(s->db, &r, e,
		"SELECT name, address, vip FROM customer WHERE id=?1", "i",
		row->fold.customer) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc > 0) {
		t->customer.name = db_str(&r, 0, a);
		t->customer.address = db_str(&r, 1, a);
		t->customer.vip = db_int(&r, 2) != 0;
		db_done(&r);
	}
	return rc < 0 ? -1 : 0;
}

static void
row_from_fold(struct row *row)
{
	const struct reckoned *f = &row->fold;
	struct thread *t = &row->thread;

	t->state = f->machine.state;
	t->snoozed_until = f->machine.snoozed_until;
	t->automatic = f->machine.automatic;
	t->undelivered = f->machine.undelivered;
	t->failed = f->machine.failed;
	t->assignee = f->assignee;
	t->starred = f->starred;
	t->tags = f->tags;
	t->messages = f->messages;
	t->unread = f->unread;
	t->attachment = f->attachment;
	t->first_at = f->first_at;
	t->last_at = f->last_at;
	t->waiting_since = f->timeline.waiting_since;
}

static bool
running_is_first(const struct reckoned *f)
{
	size_t n = f->timeline.turns;

	return n > 0 && f->timeline.turn[n - 1].first;
}

int
row_make(struct store *s, int64_t thread, int64_t now, struct arena *a,
    struct row *row, struct err *e)
{
	struct target_rules *rules = store_rules(s, now, e);
	struct thread *t = &row->thread;
	struct item *item;
	int64_t seen_at, draft;
	size_t n;

	*row = (struct row){ .thread = { .id = thread, .target = "" } };
	if (rules == NULL || items_load(s, thread, a, &item, &n, e) < 0 ||
	    db_get(s->db, &seen_at, e, "SELECT seen_at FROM thread WHERE id=?1",
		"i", thread) < 0 ||
	    db_get(s->db, &draft, e,
		"SELECT 1 FROM draft WHERE thread=?1"
		" AND discarded=0 LIMIT 1",
		"i", thread) < 0)
		return -1;
	fold_make(a, thread, seen_at, item, n, &row->fold);
	row_from_fold(row);
	t->draft = draft != 0;
	if (row_words(s, a, row, e) < 0 || row_people(s, a, row, e) < 0)
		return -1;
	target_apply(a, rules, t, running_is_first(&row->fold), now);
	row->tags = tags_join(a, &t->tags);
	row->sort = thread_sort(t->waiting_since, t->last_at);
	return 0;
}

/* ---- writing ---- */

static int
tag_count(struct store *s, const char *name, int64_t by, struct err *e)
{
	return db_run(s->db, e,
	    "UPDATE tag SET threads=threads+?2"
	    " WHERE name=?1",
	    "si", name, by);
}

/* Does the joined list hold this name? */
static bool
tag_in(const char *joined, const char *name)
{
	size_t n = strlen(name);
	const char *at = joined;

	while ((at = strstr(at, name)) != NULL) {
		if (at > joined && at[-1] == '\x1f' && at[n] == '\x1f')
			return true;
		at++;
	}
	return false;
}

static int
tag_add(struct store *s, int64_t thread, const char *name, struct err *e)
{
	if (db_run(s->db, e, "INSERT OR IGNORE INTO tag(name) VALUES(?1)", "s",
		name) < 0)
		return -1;
	return db_run(s->db, e,
	    "INSERT OR IGNORE INTO tagged SELECT id, ?2"
	    " FROM tag WHERE name=?1",
	    "si", name, thread);
}

static int
tag_remove(struct store *s, int64_t thread, const char *name, struct err *e)
{
	return db_run(s->db, e,
	    "DELETE FROM tagged WHERE thread=?2 AND"
	    " tag=(SELECT id FROM tag WHERE name=?1)",
	    "si", name, thread);
}

static struct strings
tags_split(struct arena *a, const char *joined)
{
	struct strings t = { 0 };

	for (const char *at = joined; *at == '\x1f' && at[1] != '\0';) {
		const char *end = strchr(at + 1, '\x1f');

		if (end == NULL)
			break;
		t.v = arena_grow(a, t.v, t.n, sizeof(*t.v));
		t.v[t.n++] = arena_strn(a, at + 1, (size_t)(end - at - 1));
		at = end;
	}
	return t;
}

/* Tags count in threads that are neither spam nor trash. */
static int
write_tags(struct store *s, struct arena *a, const struct row *row,
    const char *was, bool was_shown, struct err *e)
{
	struct strings old = tags_split(a, was);
	const struct strings *new = &row->thread.tags;
	bool shown = row->thread.state < THREAD_SPAM;

	if (strcmp(was, row->tags) == 0 && shown == was_shown)
		return 0;
	for (size_t i = 0; i < old.n; i++) {
		if (was_shown && tag_count(s, old.v[i], -1, e) < 0)
			return -1;
		if (!tag_in(row->tags, old.v[i]) &&
		    tag_remove(s, row->thread.id, old.v[i], e) < 0)
			return -1;
	}
	for (size_t i = 0; i < new->n; i++) {
		if (!tag_in(was, new->v[i]) &&
		    tag_add(s, row->thread.id, new->v[i], e) < 0)
			return -1;
		if (shown && tag_count(s, new->v[i], 1, e) < 0)
			return -1;
	}
	return 0;
}

static int
write_turn(struct store *s, struct target_rules *rules, const struct row *row,
    size_t n, int64_t now, struct err *e)
{
	const struct turn *t = &row->fold.timeline.turn[n];
	const struct target *target =
	    target_choose(rules, &row->thread, t->first, now);
	int64_t warn = 0;
	int64_t due = target_due(rules, target, t->first, t->from, &warn);
	int64_t moment = t->until;

	/* A missed deadline is his who had the thread when it fell due. */
	if (due != 0 && (moment == 0 || due < moment))
		moment = due;
	return db_run(s->db, e,
	    "INSERT INTO turn(thread, n, from_at, until_at, ending, first,"
	    " agent, assignee, from_ref, until_ref, target, hours, allowed,"
	    " due_at, warn_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
	    " ?11, ?12, ?13, ?14, ?15) ON CONFLICT(thread, n) DO UPDATE SET"
	    " from_at=?3, until_at=?4, ending=?5, first=?6, agent=?7,"
	    " assignee=?8, from_ref=?9, until_ref=?10, target=?11, hours=?12,"
	    " allowed=?13, due_at=?14, warn_at=?15",
	    "iiiiiiiiiissiii", row->thread.id, (int64_t)n, t->from, t->until,
	    (int64_t)t->end, (int64_t)t->first, t->agent,
	    moment != 0 ? fold_assignee_at(&row->fold, moment)
			: row->fold.assignee,
	    t->from_ref, t->until_ref, target != NULL ? target->name : "",
	    target != NULL ? target->hours : "",
	    target != NULL ? target_allowed(target, t->first) : (int64_t)0, due,
	    warn);
}

static int
write_turns(struct store *s, const struct row *row, int64_t now, struct err *e)
{
	struct target_rules *rules = store_rules(s, now, e);
	size_t n = row->fold.timeline.turns;

	if (rules == NULL)
		return -1;
	if (!machine_counts(&row->fold.machine))
		n = 0;
	for (size_t i = 0; i < n; i++) {
		if (write_turn(s, rules, row, i, now, e) < 0)
			return -1;
	}
	return db_run(s->db, e, "DELETE FROM turn WHERE thread=?1 AND n>=?2",
	    "ii", row->thread.id, (int64_t)n);
}

static int
write_row(struct store *s, const struct row *row, bool moved, struct err *e)
{
	const struct thread *t = &row->thread;
	const struct timeline *l = &row->fold.timeline;
	bool counts = machine_counts(&row->fold.machine);

	return db_run(s->db, e,
	    "UPDATE thread SET merged=nullif(merged, -1),"
	    " revision=revision+?2, subject=?3,"
	    " snippet=?4, state=?5, snoozed_until=?6, assignee=?7,"
	    " customer=?8, tags=?9, messages=?10, unread=?11, starred=?12,"
	    " automatic=?13, undelivered=?14, attachment=?15, failed=?16,"
	    " draft=?17, waiting_since=?18, due_at=?19, warn_at=?20,"
	    " target=?21, first_at=?22, last_at=?23, last_message=?24,"
	    " first_closed=?25, last_closed=?26, closer=?27, sort=?28"
	    " WHERE id=?1",
	    "iissiiiisiiiiiiiiiiisiiiiiii", t->id, (int64_t)moved, t->subject,
	    t->snippet, (int64_t)t->state, t->snoozed_until, t->assignee,
	    t->customer.id, row->tags, (int64_t)t->messages, (int64_t)t->unread,
	    (int64_t)t->starred, (int64_t)t->automatic, (int64_t)t->undelivered,
	    (int64_t)t->attachment, (int64_t)t->failed, (int64_t)t->draft,
	    t->waiting_since, t->due_at, t->warn_at, t->target, t->first_at,
	    t->last_at, row->fold.last_message,
	    counts ? l->first_closed : (int64_t)0,
	    counts ? l->last_closed : (int64_t)0,
	    counts ? l->closer : (int64_t)0, row->sort);
}

static int
settle_one(struct store *s, const struct dirty_thread *d, int64_t now,
    struct arena *a, struct err *e)
{
	const char *was_tags;
	int64_t was_state, born;
	struct row row;

	if (db_get(s->db, &born, e, "SELECT merged FROM thread WHERE id=?1",
		"i", d->id) < 0 ||
	    db_get(s->db, &was_state, e,
		"SELECT state FROM thread"
		" WHERE id=?1",
		"i", d->id) < 0 ||
	    db_get_text(s->db, a, &was_tags, e,
		"SELECT tags FROM thread"
		" WHERE id=?1",
		"i", d->id) < 0 ||
	    row_make(s, d->id, now, a, &row, e) < 0 ||
	    write_row(s, &row, d->moved, e) < 0 ||
	    write_turns(s, &row, now, e) < 0)
		return -1;
	if (born == 0 && push_state(s, d->id, (enum thread_state)was_state,
			     row.thread.state, now, e) < 0)
		return -1;
	return write_tags(s, a, &row, was_tags, was_state < THREAD_SPAM, e);
}

static int
settle(struct store *s, int64_t now, struct err *e)
{
	struct arena a = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < s->dirty.n; i++) {
		rc = settle_one(s, &s->dirty.v[i], now, &a, e);
		arena_reset(&a);
	}
	arena_free(&a);
	return rc;
}

int
store_begin(struct store *s, enum db_sync sync, struct err *e)
{
	s->dirty = (struct dirty){ 0 };
	s->stray = (struct strays){ 0 };
	s->unindexed = (struct unindexed){ 0 };
	arena_reset(&s->scratch);
	return db_begin(s->db, sync, e);
}

int
store_end(struct store *s, int rc, int64_t now, struct err *e)
{
	if (rc == 0)
		rc = settle(s, now, e);
	if (rc == 0)
		rc = words_index(s, e);
	rc = db_end(s->db, rc, e);
	s->dirty = (struct dirty){ 0 };
	s->stray = (struct strays){ 0 };
	s->unindexed = (struct unindexed){ 0 };
	arena_reset(&s->scratch);
	return rc;
}
