/*
 * query.c -- any line as a search: a tree that prints as itself and that a
 * row and the store understand, or an error with a place inside the line.
 */
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "desk/query.h"
#include "store/query.h"

#define NOW      1795325000
#define LINE_MAX 2000 /* longer ones say nothing new, slowly */

static struct thread row;
static struct store *store;

/* A row with something in every field that a term looks at. */
static void
fill_row(void)
{
	static const char *tags[] = { "damaged", "returns" };

	row = (struct thread){ .id = 7,
		.subject = "Late parcel 1042",
		.snippet = "two words, 二つ",
		.state = THREAD_OPEN,
		.assignee = 1,
		.assignee_login = "ana",
		.tags = { .v = tags, .n = 2 },
		.messages = 3,
		.unread = 1,
		.attachment = true,
		.waiting_since = NOW - 100,
		.due_at = NOW - 10,
		.target = "default",
		.first_at = NOW - 86400,
		.last_at = NOW - 100 };
	row.customer.id = 3;
	row.customer.name = "Ida";
	row.customer.address = "ida@example.com";
}

/* An empty store whose files are gone as soon as it is open. */
static void
open_store(void)
{
	static char folder[] = "/tmp/query.XXXXXX";
	static struct shop shop;
	char path[sizeof(folder) + 10];
	struct list_ask ask = { .limit = 1, .now = NOW };
	struct err e = { 0 };
	struct dirent *d;
	int64_t n;
	DIR *dir;

	MUST(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/store.db", folder);
	shop.store = path;
	shop.zone = "UTC";
	store = store_open(&shop, STORE_CREATE, 100, &e);
	MUST(store != NULL && store_count(store, &ask, 0, &n, &e) == 0);
	shop.store = "";
	dir = opendir(folder);
	while (dir != NULL && (d = readdir(dir)) != NULL)
		unlinkat(dirfd(dir), d->d_name, 0);
	closedir(dir);
	rmdir(folder);
}

/* The SQL of a tree is one that SQLite takes. */
static void
run(struct arena *a, const struct query *q)
{
	struct list_ask ask = { .query = q, .limit = 5, .me = 1, .now = NOW };
	struct err e = { 0 };
	struct thread *v;
	struct hit *hit;
	int64_t count;
	size_t n;

	MUST(store_list(store, &ask, a, &v, &n, &e) == 0 && n == 0);
	MUST(store_count(store, &ask, 0, &count, &e) == 0 && count == 0);
	MUST(store_search(store, &ask, a, &hit, &n, &e) == 0 && n == 0);
}

static void
same(struct arena *a, const struct query *q)
{
	char *printed = query_print(a, q);
	struct err e = { 0 };
	struct query *again, no = { .op = QUERY_NOT };
	size_t where;

	again = query_parse(a, printed, "Europe/Berlin", NOW, &where, &e);
	MUST(again != NULL);
	MUST(strcmp(printed, query_print(a, again)) == 0);
	MUST(query_names_hidden(q) == query_names_hidden(again));
	MUST(query_match(q, &row, 1, NOW) == query_match(again, &row, 1, NOW));
	no.left = again;
	MUST(query_match(q, &row, 1, NOW) != query_match(&no, &row, 1, NOW));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct query *q;
	char *text;
	size_t where = 0;

	if (n > LINE_MAX)
		return 0;
	if (store == NULL) {
		open_store();
		fill_row();
	}
	text = arena_strn(&a, (const char *)bytes, n);
	q = query_parse(&a, text, "Europe/Berlin", NOW, &where, &e);
	if (q == NULL) {
		MUST(e.kind == ERR_USAGE && where <= strlen(text));
	} else {
		same(&a, q);
		run(&a, q);
	}
	arena_free(&a);
	return 0;
}
