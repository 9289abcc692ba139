/*
 * functions.c -- SQL functions by which the search index reads the texts it
 * was made from.
 *
 *   visible(text, folds)    the words of a body without its quotes
 *   numbers(subject, words) identifiers in one piece, joined by blanks
 *
 * For old stores: id_key(text) is the key of a Message-ID, skeleton(addr)
 * what an address looks like.
 */
#include "store/own.h"

#include <string.h>

#include <sqlite3.h>

#include "desk/trust.h"

static void
answer(sqlite3_context *c, const struct buf *out)
{
	sqlite3_result_text64(c, buf_text(out), out->len, SQLITE_TRANSIENT,
	    SQLITE_UTF8);
}

/* The text of a body as it stands in its column. */
static int
text_of(sqlite3_value *v, struct buf *out)
{
	struct err e;

	if (sqlite3_value_type(v) == SQLITE_BLOB)
		return pack_open(sqlite3_value_blob(v),
		    (size_t)sqlite3_value_bytes(v), out, &e);
	if (sqlite3_value_text(v) != NULL)
		buf_add(out, sqlite3_value_text(v),
		    (size_t)sqlite3_value_bytes(v));
	return 0;
}

static void
visible(sqlite3_context *c, int n, sqlite3_value **v)
{
	struct buf text = { 0 }, out = { 0 };
	const void *folds = sqlite3_value_blob(v[1]);

	(void)n;
	if (text_of(v[0], &text) < 0) {
		sqlite3_result_error(c, "a packed text is damaged", -1);
	} else {
		body_visible(&out, buf_text(&text), text.len, folds,
		    (size_t)sqlite3_value_bytes(v[1]));
		answer(c, &out);
	}
	buf_free(&text);
	buf_free(&out);
}

static void
numbers(sqlite3_context *c, int n, sqlite3_value **v)
{
	struct buf out = { 0 };

	for (int i = 0; i < n; i++) {
		const char *s = (const char *)sqlite3_value_text(v[i]);

		if (s != NULL)
			ident_numbers(&out, s,
			    (size_t)sqlite3_value_bytes(v[i]));
	}
	answer(c, &out);
	buf_free(&out);
}

static void
id_key(sqlite3_context *c, int n, sqlite3_value **v)
{
	const char *s = (const char *)sqlite3_value_text(v[0]);

	(void)n;
	sqlite3_result_int64(c, mid_key(s != NULL ? s : ""));
}

static void
skeleton(sqlite3_context *c, int n, sqlite3_value **v)
{
	const char *s = (const char *)sqlite3_value_text(v[0]);
	struct arena a = { 0 };

	(void)n;
	s = trust_skeleton(&a, s != NULL ? s : "");
	sqlite3_result_text(c, s, -1, SQLITE_TRANSIENT);
	arena_free(&a);
}

int
functions_register(struct db *d, struct err *e)
{
	int how = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
	sqlite3 *h = db_handle(d);
	int rc;

	rc = sqlite3_create_function_v2(h, "visible", 2, how, NULL, visible,
	    NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_create_function_v2(h, "numbers", 2, how, NULL,
		    numbers, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_create_function_v2(h, "id_key", 1, how, NULL,
		    id_key, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_create_function_v2(h, "skeleton", 1, how, NULL,
		    skeleton, NULL, NULL, NULL);
	return rc == SQLITE_OK ? 0 : db_fault(d, rc, "cannot set up", e);
}
