/*
 * search.c -- messages that match the words of a query, best first.
 */
#include "store/list.h"

#include <string.h>

#define HITS 50

/* The words of the query as one FTS expression, any of them. */
static void
words(struct buf *out, struct arena *a, const struct query *q)
{
	if (q == NULL)
		return;
	if (q->op == QUERY_AND || q->op == QUERY_OR) {
		words(out, a, q->left);
		words(out, a, q->right);
		return;
	}
	if (q->op != QUERY_TERM || q->field > QUERY_TO)
		return;
	if (out->len > 0)
		buf_str(out, " OR ");
	buf_chr(out, '(');
	buf_str(out, term_match(a, q));
	buf_chr(out, ')');
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
 * Rank first, then look at the threads, then make excerpts: of a common word
 * only the best are touched.
 */
static void
build(struct sql *q, const char *match, const struct list_ask *ask)
{
	sql_add(q, "SELECT " THREAD_COLUMNS ",m.id,m.received_at,"
		   "(SELECT snippet(search,-1,char(2),char(3),'...',16)"
		   " FROM search WHERE rowid=f.rowid AND search MATCH ");
	sql_text(q, match);
	sql_add(q, ") FROM (SELECT rowid,"
		   " bm25(search,8.0,4.0,2.0,1.0,1.0) AS score FROM search"
		   " WHERE search MATCH ");
	sql_text(q, match);
	sql_add(q, ") f JOIN message m ON m.id=f.rowid"
		   " JOIN thread t ON t.id=m.thread" THREAD_JOINS);
	where_add(q, ask);
	sql_add(q, " AND m.hidden=0");
	if (ask->after.id != 0) {
		sql_add(q, " AND (f.score, -m.id)>(SELECT bm25(search,8.0,4.0,"
			   "2.0,1.0,1.0), -rowid FROM search WHERE search"
			   " MATCH ");
		sql_text(q, match);
		sql_add(q, " AND rowid=");
		sql_int(q, ask->after.id);
		sql_add(q, ")");
	}
	sql_add(q, " ORDER BY f.score, m.id DESC LIMIT ");
	sql_int(q, ask->limit > 0 ? (int64_t)ask->limit : -1);
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
	words(&match, &tmp, ask->query);
	if (match.len == 0) {
		rc = no_words(s, ask, a, v, n, e);
	} else {
		build(&q, buf_text(&match), ask);
		rc = db_ask_text(s->db, &r, e, buf_text(&q.text), q.v, q.n);
		if (rc == 0)
			rc = hits_read(&r, a, v, n, e);
	}
	buf_free(&match);
	buf_free(&q.text);
	arena_free(&tmp);
	return rc;
}
