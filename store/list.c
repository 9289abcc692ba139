#include "store/list.h"

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
	struct plan plan;
	int rc;

	*v = NULL;
	*n = 0;
	rc = plan_make(s, ask, PLAN_LIST, &tmp, &plan, e);
	if (rc == 0) {
		sql_add(&q, "SELECT " THREAD_COLUMNS " FROM thread t");
		sql_add(&q, plan.index);
		sql_add(&q, THREAD_JOINS);
		where_add(&q, ask, &plan);
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
	struct plan plan;
	int rc;

	*n = 0;
	rc = plan_make(s, ask, PLAN_COUNT, &tmp, &plan, e);
	if (rc == 0) {
		sql_add(&q, "SELECT count(*) FROM (SELECT 1 FROM thread t");
		sql_add(&q, plan.index);
		where_add(&q, ask, &plan);
		sql_add(&q, " LIMIT ");
		sql_int(&q, limit > 0 ? limit : -1);
		sql_add(&q, ")");
		rc = sql_number(s, buf_text(&q.text), q.v, q.n, n, e);
	}
	buf_free(&q.text);
	arena_free(&tmp);
	return rc;
}
