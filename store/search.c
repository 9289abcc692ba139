/*
 * search.c -- messages that match the words of a query, best first.
 */
#include "store/list.h"

#include <string.h>

#define MOST_RANKED "5000" /* of a common word: its newest */

static void words(struct buf *out, struct arena *a, const struct query *q,
    enum query_op within);

/* Both sides, in brackets only where the operator changes: FTS has a stack. */
static void
two_sides(struct buf *out, struct arena *a, const struct query *q,
    enum query_op within)
{
	struct buf left = { 0 }, right = { 0 };
	bool brackets;

	words(&left, a, q->left, q->op);
	words(&right, a, q->right, q->op);
	brackets = q->op != within && left.len + right.len > 0;
	if (brackets)
		buf_chr(out, '(');
	buf_str(out, buf_text(&left));
	if (left.len > 0 && right.len > 0)
		buf_str(out, q->op == QUERY_AND ? " AND " : " OR ");
	buf_str(out, buf_text(&right));
	if (brackets)
		buf_chr(out, ')');
	buf_free(&left);
	buf_free(&right);
}

/*
 * The words of a query as one FTS expression: a message is a hit if it has
 * them itself.  Nothing is added for a tree without words.
 */
static void
words(struct buf *out, struct arena *a, const struct query *q,
    enum query_op within)
{
	if (q == NULL)
		return;
	if (q->op == QUERY_AND || q->op == QUERY_OR)
		two_sides(out, a, q, within);
	else if (q->op == QUERY_TERM && q->field <= QUERY_TO)
		buf_fmt(out, "(%s)", term_match(a, q));
}

static bool
only_words(const struct query *q)
{
	if (q->op == QUERY_AND || q->op == QUERY_OR)
		return only_words(q->left) && only_words(q->right);
	return q->op == QUERY_TERM && q->field <= QUERY_TO;
}

/* What is left to ask of the thread when the message has the words. */
static const struct query *
beside_words(struct arena *a, const struct query *q)
{
	const struct query *left, *right;
	struct query *both;

	if (q == NULL || only_words(q))
		return NULL;
	if (q->op != QUERY_AND)
		return q;
	left = beside_words(a, q->left);
	right = beside_words(a, q->right);
	if (left == NULL || right == NULL)
		return left != NULL ? left : right;
	both = arena_alloc(a, sizeof(*both));
	*both = *q;
	both->left = (struct query *)left;
	both->right = (struct query *)right;
	return both;
}

static int
hits_read(struct rows *r, struct arena *a, struct hit **v, size_t *n,
    struct err *e)
{
	int rc;

	while ((rc = db_next(r, e)) > 0) {
		struct hit *h;

		*v = arena_grow(a, *v, *n, sizeof(**v));
		h = &(*v)[(*n)++];
		thread_read(r, a, &h->thread);
		h->message = db_int(r, THREAD_COLUMN_COUNT);
		h->at = db_int(r, THREAD_COLUMN_COUNT + 1);
		h->excerpt = db_str(r, THREAD_COLUMN_COUNT + 2, a);
	}
	return rc;
}

/*
 * Rank the newest of the matches, then look at their threads, then make
 * excerpts of those that are shown.
 */
static int
build(struct store *s, struct sql *q, const char *match,
    const struct list_ask *ask, struct err *e)
{
	struct list_ask rest = *ask;
	struct plan plan;

	rest.query = beside_words(q->arena, ask->query);
	if (plan_make(s, &rest, PLAN_COUNT, q->arena, &plan, e) < 0)
		return -1;
	sql_add(q, "SELECT " THREAD_COLUMNS ", m.id, m.received_at,"
		   " (SELECT snippet(search, -1, char(2), char(3), '...', 16)"
		   " FROM search WHERE rowid=h.hit AND search MATCH ");
	sql_text(q, match);
	sql_add(q, ") FROM (SELECT f.rowid AS hit, f.score AS score FROM"
		   " (SELECT rowid, bm25(search, 8.0, 4.0, 2.0, 1.0, 1.0, 1.0)"
		   " AS score FROM search WHERE search MATCH ");
	sql_text(q, match);
	sql_add(q, " ORDER BY rowid DESC LIMIT " MOST_RANKED ") f"
		   " CROSS JOIN message m ON m.id=f.rowid"
		   " CROSS JOIN thread t ON t.id=m.thread");
	where_add(q, &rest, &plan);
	sql_add(q, " AND m.hidden=0");
	sql_add(q, " ORDER BY f.score, m.id DESC LIMIT ");
	sql_int(q, ask->limit > 0 ? (int64_t)ask->limit : -1);
	sql_add(q, ") h CROSS JOIN message m ON m.id=h.hit"
		   " CROSS JOIN thread t ON t.id=m.thread" THREAD_JOINS
		   " ORDER BY h.score, m.id DESC");
	return 0;
}

/* Without words: the newest message of every thread that matches. */
static int
no_words(struct store *s, const struct list_ask *ask, struct arena *a,
    struct hit **v, size_t *n, struct err *e)
{
	struct list_ask newest = *ask;
	struct thread *t;
	size_t count;

	newest.order = ORDER_NEWEST;
	if (store_list(s, &newest, a, &t, &count, e) < 0)
		return -1;
	*v = arena_array(a, count, sizeof(**v));
	for (size_t i = 0; i < count; i++) {
		(*v)[i] = (struct hit){ .thread = t[i],
			.excerpt = t[i].snippet,
			.at = t[i].last_at };
		if (db_get(s->db, &(*v)[i].message, e,
			"SELECT last_message"
			" FROM thread WHERE id=?1",
			"i", t[i].id) < 0)
			return -1;
	}
	*n = count;
	return 0;
}

int
store_search(struct store *s, const struct list_ask *ask, struct arena *a,
    struct hit **v, size_t *n, struct err *e)
{
	struct arena tmp = { 0 };
	struct buf match = { 0 };
	struct sql q = { .arena = &tmp };
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	words(&match, &tmp, ask->query, QUERY_ALL);
	if (match.len == 0) {
		rc = no_words(s, ask, a, v, n, e);
	} else {
		rc = build(s, &q, buf_text(&match), ask, e);
		if (rc == 0)
			rc = db_ask_text(s->db, &r, e, buf_text(&q.text), q.v,
			    q.n);
		if (rc == 0)
			rc = hits_read(&r, a, v, n, e);
	}
	buf_free(&match);
	buf_free(&q.text);
	arena_free(&tmp);
	return rc;
}
