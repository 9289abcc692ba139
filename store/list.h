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

/* Run it: the first column of its first row. */
int sql_number(struct store *s, const char *sql, const struct db_value *v,
    size_t n, int64_t *out, struct err *e);

#define COMMON_MOST 8

struct plan {
	const char *index; /* " INDEXED BY ..." or "" */

	/*
	 * Words that stand in so many messages that each thread walked is
	 * asked for them, instead of listing their threads first.
	 */
	const struct query *term[COMMON_MOST];
	size_t common;
};

enum plan_for { PLAN_LIST, PLAN_COUNT };
int plan_make(struct store *s, const struct list_ask *ask, enum plan_for what,
    struct arena *a, struct plan *out, struct err *e);
bool plan_is_common(const struct plan *p, const struct query *t);

/* The condition that a thread t matches; adds " WHERE ...". */
void where_add(struct sql *q, const struct list_ask *ask,
    const struct plan *plan);

/* The FTS expression of a term: quoted, with its column. */
char *term_match(struct arena *a, const struct query *q);

#endif
