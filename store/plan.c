/*
 * plan.c -- which index to walk.
 *
 * SQLite has no figures of our tables, and those of the day a store was made
 * would mislead it.  Each term of a query is asked how many threads it
 * gives, counted up to a bound: the fewest lead, if they are few enough to
 * be sorted; else the threads are walked in the order asked for.
 */
#include "store/list.h"

#include <stdio.h>
#include <string.h>

#define SMALL 2000 /* rows that are sorted rather than walked in order */

/* ---- which index ---- */

/* A way to find the threads of a term of the query without walking all. */
struct way {
	const char *index; /* "" for a subquery on t.id or the like */
	const char *count; /* FROM and WHERE of the rows it would give */
};

static const struct way *
way_of(const struct query *t)
{
	static const struct way is_way[] = {
		[IS_SNOOZED] = { "thread_snoozed", "snoozed_until<>0" },
		[IS_WAITING] = { "thread_waiting", "waiting_since<>0" },
		[IS_LATE] = { "thread_due", "due_at<>0" },
		[IS_AUTOMATIC] = { "thread_automatic", "automatic<>0" },
		[IS_UNDELIVERED] = { "thread_trouble",
		    "(undelivered<>0 OR failed<>0)" },
		[IS_FAILED] = { "thread_trouble",
		    "(undelivered<>0 OR failed<>0)" },
		[IS_UNREAD] = { "thread_unread", "unread>0" },
		[IS_STARRED] = { "thread_starred", "starred<>0" },
		[IS_MINE] = { "thread_mine", "assignee<>0 AND assignee=?" },
		[IS_VIP] = { "thread_customer", "customer IN (SELECT id"
						" FROM customer"
						" WHERE vip<>0)" },
	};
	static const struct way customer = { "thread_customer", NULL };

	if (t->field == QUERY_CUSTOMER)
		return &customer;

	if (t->field != QUERY_IS || t->is >= sizeof(is_way) / sizeof(*is_way) ||
	    is_way[t->is].index == NULL)
		return NULL;
	return &is_way[t->is];
}

int
sql_number(struct store *s, const char *sql, const struct db_value *v, size_t n,
    int64_t *out, struct err *e)
{
	struct rows r;
	int rc;

	*out = 0;
	if (db_ask_text(s->db, &r, e, sql, v, n) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc > 0) {
		*out = db_int(&r, 0);
		db_done(&r);
	}
	return rc < 0 ? -1 : 0;
}

/* How many threads a term gives, up to SMALL. */
static int
term_size(struct store *s, const struct query *t, const struct list_ask *ask,
    struct arena *a, int64_t *n, struct err *e)
{
	const struct way *w = way_of(t);
	struct db_value v = { .type = DB_INT, .i = ask->me };

	*n = SMALL;
	if (w != NULL && w->count != NULL)
		return sql_number(s,
		    arena_fmt(a,
			"SELECT count(*) FROM (SELECT 1 FROM thread"
			" INDEXED BY %s WHERE merged IS NULL AND %s"
			" LIMIT %d)",
			w->index, w->count, SMALL),
		    &v, strchr(w->count, '?') != NULL, n, e);
	switch (t->field) {
	case QUERY_TEXT:
	case QUERY_SUBJECT:
	case QUERY_FROM:
	case QUERY_TO:
		v = (struct db_value){ DB_TEXT, 0, term_match(a, t) };
		return sql_number(s,
		    "SELECT count(*) FROM (SELECT 1 FROM search WHERE search"
		    " MATCH ? LIMIT 2000)",
		    &v, 1, n, e);
	case QUERY_TAG:
		v = (struct db_value){ DB_TEXT, 0, t->text };
		return sql_number(s,
		    "SELECT count(*) FROM (SELECT 1 FROM tagged"
		    " WHERE tag=(SELECT id FROM tag WHERE name=?) LIMIT 2000)",
		    &v, 1, n, e);
	case QUERY_ID:
	case QUERY_CUSTOMER:
		*n = 1;
		return 0;
	default:
		return 0;
	}
}

struct choice {
	struct plan *plan;
	int64_t size;
	const struct query *term; /* the one that gives fewest */
	const struct way *way;    /* some way, however many it gives */
	int state;                /* a state asked for, or -1 */
};

static bool
has_words(const struct query *t)
{
	return t->field <= QUERY_TO;
}

static int
weigh(struct store *s, const struct query *q, const struct list_ask *ask,
    struct arena *a, struct choice *c, struct err *e)
{
	struct plan *p = c->plan;
	int64_t n;

	if (q->field == QUERY_IS && q->is <= IS_TRASH)
		c->state = (int)q->is;
	if (term_size(s, q, ask, a, &n, e) < 0)
		return -1;
	if (way_of(q) != NULL && c->way == NULL)
		c->way = way_of(q);
	if (n < c->size) {
		c->size = n;
		c->term = q;
	}
	if (has_words(q) && n >= SMALL && p->common < COMMON_MOST)
		p->term[p->common++] = q;
	return 0;
}

static int
choose(struct store *s, const struct query *q, const struct list_ask *ask,
    struct arena *a, struct choice *c, struct err *e)
{
	if (q->op == QUERY_AND)
		return choose(s, q->left, ask, a, c, e) < 0
			   ? -1
			   : choose(s, q->right, ask, a, c, e);
	return q->op == QUERY_TERM ? weigh(s, q, ask, a, c, e) : 0;
}

static const char *
by_order(const struct choice *c, const struct list_ask *ask)
{
	bool waiting = ask->order == ORDER_WAITING;

	if (c->state >= 0)
		return waiting ? " INDEXED BY thread_state"
			       : " INDEXED BY thread_state_last";
	if (ask->query == NULL || !query_names_hidden(ask->query))
		return waiting ? " INDEXED BY thread_sort"
			       : " INDEXED BY thread_last";
	return "";
}

int
plan_make(struct store *s, const struct list_ask *ask, enum plan_for what,
    struct arena *a, struct plan *out, struct err *e)
{
	struct choice c = { .plan = out, .size = SMALL, .state = -1 };
	const struct way *w;

	*out = (struct plan){ .index = "" };
	if (ask->query != NULL && choose(s, ask->query, ask, a, &c, e) < 0)
		return -1;
	w = c.term != NULL ? way_of(c.term) : NULL;
	if (c.term == NULL && what == PLAN_COUNT)
		w = c.way; /* the order does not matter */
	if (w != NULL)
		out->index = arena_fmt(a, " INDEXED BY %s", w->index);
	else if (c.term != NULL)
		out->index = " NOT INDEXED"; /* by id, from the subquery */
	else
		out->index = by_order(&c, ask);
	return 0;
}

bool
plan_is_common(const struct plan *p, const struct query *t)
{
	for (size_t i = 0; i < p->common; i++) {
		if (p->term[i] == t)
			return true;
	}
	return false;
}
