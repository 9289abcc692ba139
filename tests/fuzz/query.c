/*
 * query.c -- any line as a search: a tree that prints as itself, or an
 * error with a place inside the line.
 */
#include "fuzz.h"

#include <string.h>

#include "desk/query.h"

#define NOW 1795325000

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct thread t = { 0 };
	struct query *q, *again;
	char *text = arena_strn(&a, (const char *)bytes, n), *printed;
	size_t where = 0;

	t.subject = t.snippet = t.assignee_login = t.target = "";
	t.customer.name = t.customer.address = "";
	q = query_parse(&a, text, "UTC", NOW, &where, &e);
	if (q == NULL) {
		MUST(e.kind == ERR_USAGE && where <= strlen(text));
	} else {
		query_match(q, &t, 1, NOW);
		printed = query_print(&a, q);
		again = query_parse(&a, printed, "UTC", NOW, &where, &e);
		MUST(again != NULL);
		MUST(strcmp(printed, query_print(&a, again)) == 0);
	}
	arena_free(&a);
	return 0;
}
