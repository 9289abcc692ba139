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
	};

	if (t->field != QUERY_IS || t->is >= sizeof(is_way) / sizeof(*is_way) ||
	    is_way[t->is].index == NULL)
		return NULL;
	return &is_way[t->is];
}

static int
bounded(struct store *s, const char *sql, const struct db_value *v, size_t n,
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
	if (w != NULL)
		return bounded(s,
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
		return bounded(s,
		    "SELECT count(*) FROM (SELECT 1 FROM search WHERE search"
		    " MATCH ? LIMIT 2000)",
		    &v, 1, n, e);
	case QUERY_TAG:
		v = (struct db_value){ DB_TEXT, 0, t->text };
		return bounded(s,
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
	int64_t size;
	const struct query *term;
	int state; /* a state asked for, or -1 */
};

static int
choose(struct store *s, const struct query *q, const struct list_ask *ask,
    struct arena *a, struct choice *c, struct err *e)
{
	int64_t n;

	if (q->op == QUERY_AND)
		return choose(s, q->left, ask, a, c, e) < 0
			   ? -1
			   : choose(s, q->right, ask, a, c, e);
	if (q->op != QUERY_TERM)
		return 0;
	if (q->field == QUERY_IS && q->is <= IS_TRASH)
		c->state = (int)q->is;
	if (term_size(s, q, ask, a, &n, e) < 0)
		return -1;
	if (n < c->size) {
		c->size = n;
		c->term = q;
	}
	return 0;
}

int
list_index(struct store *s, const struct list_ask *ask, struct arena *a,
    const char **index, bool *small, struct err *e)
{
	struct choice c = { .size = SMALL, .state = -1 };
	bool waiting = ask->order == ORDER_WAITING;

	if (ask->query != NULL && choose(s, ask->query, ask, a, &c, e) < 0)
		return -1;
	*small = c.term != NULL;
	if (c.term != NULL) {
		const struct way *w = way_of(c.term);

		*index =
		    w == NULL ? "" : arena_fmt(a, " INDEXED BY %s", w->index);
		return 0;
	}
	if (c.state >= 0)
		*index = waiting ? " INDEXED BY thread_state"
				 : " INDEXED BY thread_state_last";
	else if (ask->query == NULL || !query_names_hidden(ask->query))
		*index = waiting ? " INDEXED BY thread_sort"
				 : " INDEXED BY thread_last";
	else
		*index = "";
	return 0;
}

/* ---- the list ---- */

struct list_key
store_list_key(const struct thread *t, enum list_order order)
{
	struct list_key k = { .id = t->id, .sort1 = t->last_at };

	if (order == ORDER_WAITING)
		k.sort1 = thread_sort(t->waiting_since, t->last_at);
	return k;
}

/* The rows after a key in the order walked: (column, id) beyond it. */
static void
beyond(struct sql *q, const char *column, bool up, const struct list_key *k)
{
	if (k->id == 0)
		return;
	sql_add(q, " AND (t.");
	sql_add(q, column);
	sql_add(q, up ? ",t.id)>(" : ",t.id)<(");
	sql_int(q, k->sort1);
	sql_add(q, ",");
	sql_int(q, k->id);
	sql_add(q, ")");
}

static void
order(struct sql *q, const struct list_ask *ask)
{
	const char *column = ask->order == ORDER_WAITING ? "sort" : "last_at";
	bool up = (ask->order != ORDER_NEWEST) != ask->backwards;

	beyond(q, column, up, &ask->after);
	sql_add(q, " ORDER BY t.");
	sql_add(q, column);
	sql_add(q, up ? ",t.id" : " DESC,t.id DESC");
	if (ask->limit > 0) {
		sql_add(q, " LIMIT ");
		sql_int(q, (int64_t)ask->limit);
	}
}

static void
turn_round(struct thread *v, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct thread t = v[i];

		v[i] = v[n - 1 - i];
		v[n - 1 - i] = t;
	}
}

static int
fetch(struct store *s, struct sql *q, struct arena *a, struct thread **v,
    size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	if (db_ask_text(s->db, &r, e, buf_text(&q->text), q->v, q->n) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		thread_read(&r, a, &(*v)[(*n)++]);
	}
	return rc;
}

int
store_list(struct store *s, const struct list_ask *ask, struct arena *a,
    struct thread **v, size_t *n, struct err *e)
{
	struct arena tmp = { 0 };
	struct sql q = { .arena = &tmp };
	const char *index;
	bool small;
	int rc;

	*v = NULL;
	*n = 0;
	rc = list_index(s, ask, &tmp, &index, &small, e);
	if (rc == 0) {
		sql_add(&q, "SELECT " THREAD_COLUMNS " FROM thread t");
		sql_add(&q, index);
		sql_add(&q, THREAD_JOINS);
		where_add(&q, ask);
		order(&q, ask);
		rc = fetch(s, &q, a, v, n, e);
	}
	if (rc == 0 && ask->backwards)
		turn_round(*v, *n);
	buf_free(&q.text);
	arena_free(&tmp);
	return rc;
}

int
store_count(struct store *s, const struct list_ask *ask, int64_t limit,
    int64_t *n, struct err *e)
{
	struct arena tmp = { 0 };
	struct sql q = { .arena = &tmp };
	const char *index;
	bool small;
	int rc;

	*n = 0;
	rc = list_index(s, ask, &tmp, &index, &small, e);
	if (rc == 0) {
		sql_add(&q, "SELECT count(*) FROM (SELECT 1 FROM thread t");
		sql_add(&q, index);
		where_add(&q, ask);
		sql_add(&q, " LIMIT ");
		sql_int(&q, limit > 0 ? limit : -1);
		sql_add(&q, ")");
		rc = bounded(s, buf_text(&q.text), q.v, q.n, n, e);
	}
	buf_free(&q.text);
	arena_free(&tmp);
	return rc;
}
