#include "store/list.h"

#include <string.h>

#include "desk/people.h"

void
sql_add(struct sql *q, const char *text)
{
	buf_str(&q->text, text);
}

void
sql_int(struct sql *q, int64_t v)
{
	buf_chr(&q->text, '?');
	q->v = arena_grow(q->arena, q->v, q->n, sizeof(*q->v));
	q->v[q->n++] = (struct db_value){ .type = DB_INT, .i = v };
}

void
sql_text(struct sql *q, const char *text)
{
	buf_chr(&q->text, '?');
	q->v = arena_grow(q->arena, q->v, q->n, sizeof(*q->v));
	q->v[q->n++] = (struct db_value){ .type = DB_TEXT,
		.s = arena_str(q->arena, text) };
}

/* A number may be written with other joints. */
static void
numbers(struct buf *out, struct arena *a, const char *text)
{
	struct strings found = ident_find(a, text, strlen(text));

	for (size_t i = 0; i < found.n; i++)
		buf_fmt(out, " OR numbers : \"%s\"", found.v[i]);
}

char *
term_match(struct arena *a, const struct query *q)
{
	struct buf b = { 0 };
	char *out;

	if (q->field == QUERY_SUBJECT)
		buf_str(&b, "subject : ");
	if (q->field == QUERY_FROM)
		buf_str(&b, "sender : ");
	if (q->field == QUERY_TO)
		buf_str(&b, "people : ");
	buf_chr(&b, '"');
	for (const char *s = q->text; *s != '\0'; s++) {
		if (*s == '"')
			buf_chr(&b, '"');
		buf_chr(&b, *s);
	}
	buf_chr(&b, '"');
	if (q->prefix)
		buf_str(&b, " *");
	if (q->field == QUERY_TEXT)
		numbers(&b, a, q->text);
	out = arena_str(a, buf_text(&b));
	buf_free(&b);
	return out;
}

/* What the tree is turned into SQL with. */
struct turning {
	struct sql *sql;
	const struct list_ask *ask;
	const struct plan *plan;
};

/* In the words of any message of the thread. */
static void
match(struct turning *w, const struct query *t)
{
	struct sql *q = w->sql;
	bool common = plan_is_common(w->plan, t);

	if (common)
		sql_add(q, "EXISTS(SELECT 1 FROM message m CROSS JOIN search f"
			   " ON f.rowid=m.id WHERE m.thread=t.id AND m.hidden=0"
			   " AND f.search MATCH ");
	else
		sql_add(q,
		    "t.id IN (SELECT m.thread FROM search f JOIN message m"
		    " ON m.id=f.rowid WHERE m.hidden=0 AND f.search MATCH ");
	sql_text(q, term_match(q->arena, t));
	sql_add(q, ")");
}

static void
assignee(struct sql *q, const char *name, int64_t me)
{
	sql_add(q, "t.assignee=");
	if (strcmp(name, "none") == 0)
		sql_int(q, 0);
	else if (strcmp(name, "me") == 0)
		sql_int(q, me);
	else {
		sql_add(q, "coalesce((SELECT id FROM agent WHERE login=");
		sql_text(q, name);
		sql_add(q, "),-1)");
	}
}

static void
customer(struct sql *q, const struct query *t)
{
	sql_add(q, "t.customer IN (SELECT customer FROM address WHERE key=");
	sql_text(q, people_key(q->arena, t->text));
	sql_add(q, " UNION SELECT id FROM customer WHERE id=");
	sql_int(q, t->number);
	sql_add(q, ")");
}

static void
has(struct sql *q, const char *what)
{
	if (strcmp(what, "attachment") == 0)
		sql_add(q, "t.attachment<>0");
	else if (strcmp(what, "draft") == 0)
		sql_add(q, "t.draft<>0");
	else
		sql_add(q, "EXISTS(SELECT 1 FROM message m"
			   " WHERE m.thread=t.id AND m.kind=1 AND m.hidden=0)");
}

static void
is(struct sql *q, enum query_is what, const struct list_ask *ask)
{
	static const char *const text[] = {
		[IS_OPEN] = "t.state=0",
		[IS_PENDING] = "t.state=1",
		[IS_CLOSED] = "t.state=2",
		[IS_SPAM] = "t.state=3",
		[IS_TRASH] = "t.state=4",
		[IS_SNOOZED] = "t.snoozed_until<>0",
		[IS_WAITING] = "t.waiting_since<>0",
		[IS_AUTOMATIC] = "t.automatic<>0",
		[IS_UNDELIVERED] = "(t.undelivered<>0 OR t.failed<>0) AND"
				   " t.undelivered<>0",
		[IS_FAILED] = "(t.undelivered<>0 OR t.failed<>0) AND"
			      " t.failed<>0",
		[IS_UNASSIGNED] = "t.assignee=0",
		[IS_UNREAD] = "t.unread>0",
		[IS_STARRED] = "t.starred<>0",
		[IS_VIP] = "t.customer IN (SELECT id FROM customer"
			   " WHERE vip<>0)",
	};

	if (what == IS_LATE) {
		sql_add(q, "t.due_at<>0 AND t.due_at<");
		sql_int(q, ask->now);
	} else if (what == IS_MINE) {
		sql_add(q, "t.assignee<>0 AND t.assignee=");
		sql_int(q, ask->me);
	} else {
		sql_add(q, text[what]);
	}
}

static void
term(struct turning *w, const struct query *t)
{
	const struct list_ask *ask = w->ask;
	struct sql *q = w->sql;

	switch (t->field) {
	case QUERY_TEXT:
	case QUERY_SUBJECT:
	case QUERY_FROM:
	case QUERY_TO:
		match(w, t);
		break;
	case QUERY_TAG:
		sql_add(q, "t.id IN (SELECT g.thread FROM tagged g WHERE"
			   " g.tag=(SELECT id FROM tag WHERE name=");
		sql_text(q, t->text);
		sql_add(q, "))");
		break;
	case QUERY_ASSIGNEE:
		assignee(q, t->text, ask->me);
		break;
	case QUERY_HAS:
		has(q, t->text);
		break;
	case QUERY_BEFORE:
		sql_add(q, "t.last_at<");
		sql_int(q, t->at);
		break;
	case QUERY_AFTER:
		sql_add(q, "t.last_at>=");
		sql_int(q, t->at);
		break;
	case QUERY_IS:
		is(q, t->is, ask);
		break;
	case QUERY_ID:
		sql_add(q, "t.id=");
		sql_int(q, t->number);
		break;
	case QUERY_CUSTOMER:
		customer(q, t);
		break;
	}
}

static void tree(struct turning *w, const struct query *t);

/* "a OR b OR c" without a bracket each: SQLite's stack is a small one. */
static void
either(struct turning *w, const struct query *t)
{
	if (t->op != QUERY_OR) {
		tree(w, t);
		return;
	}
	either(w, t->left);
	sql_add(w->sql, " OR ");
	either(w, t->right);
}

static void
tree(struct turning *w, const struct query *t)
{
	struct sql *q = w->sql;

	switch (t->op) {
	case QUERY_ALL:
		sql_add(q, "1");
		break;
	case QUERY_AND:
		tree(w, t->left);
		sql_add(q, " AND ");
		tree(w, t->right);
		break;
	case QUERY_OR:
		sql_add(q, "(");
		either(w, t);
		sql_add(q, ")");
		break;
	case QUERY_NOT:
		sql_add(q, "NOT (");
		tree(w, t->left);
		sql_add(q, ")");
		break;
	case QUERY_TERM:
		term(w, t);
		break;
	}
}

void
where_add(struct sql *q, const struct list_ask *ask, const struct plan *plan)
{
	struct turning w = { .sql = q, .ask = ask, .plan = plan };

	sql_add(q, " WHERE t.merged IS NULL");
	if (ask->query == NULL || !query_names_hidden(ask->query))
		sql_add(q, " AND t.state<3");
	if (ask->query == NULL || ask->query->op == QUERY_ALL)
		return;
	sql_add(q, " AND ");
	tree(&w, ask->query);
}
