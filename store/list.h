/*
 * list.h -- the search language as SQL over the thread rows.
 */
#ifndef STORE_LIST_H
#define STORE_LIST_H

#include "store/own.h"
#include "store/query.h"

/* A statement as it grows, with the values of its question marks. */
struct sql {
	struct arena *arena;
	struct buf text;
	struct db_value *v;
	size_t n;
};

void sql_add(struct sql *q, const char *text);
void sql_int(struct sql *q, int64_t v);         /* adds "?" */
void sql_text(struct sql *q, const char *text); /* adds "?" */

/* The condition that a thread t matches; adds " AND (...)" or nothing. */
void where_add(struct sql *q, const struct list_ask *ask);

/* The FTS expression of a term: quoted, with its column. */
char *term_match(struct arena *a, const struct query *q);

/*
 * Which index to walk: "" leaves it to SQLite (a small set is named by a
 * subquery), else " INDEXED BY ...".
 */
int list_index(struct store *s, const struct list_ask *ask, struct arena *a,
    const char **index, bool *small, struct err *e);

#endif
