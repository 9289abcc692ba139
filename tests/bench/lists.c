/*
 * lists -- how long a page of a list takes: lists FILE
 *
 * For each query: the first page, pages on from it by key, and the count of
 * the sidebar; milliseconds of processor time, which other programs on the
 * machine do not disturb.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "desk/shop.h"
#include "store/query.h"

#define NOW   ((int64_t)1790000000)
#define PAGES 40
#define ROWS  60

static const char *const queries[] = { "", "is:open", "is:open is:unassigned",
	"is:mine", "is:waiting", "is:late", "is:unread", "is:closed",
	"is:pending", "is:automatic", "is:snoozed", "is:starred", "tag:returns",
	"tag:returns is:open", "voucher", "refund jacket", "\"wrong size\"",
	"from:customer", "customer:c17@mail17.example", "is:vip",
	"-is:closed -is:automatic", "before:2025-06-01", "zzz",
	"is:undelivered", "is:closed before:2025-06-01 tag:vip" };

static double
ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
must(int rc, const struct err *e)
{
	if (rc == 0)
		return;
	fprintf(stderr, "lists: %s\n", e->text);
	exit(1);
}

static void
measure(struct store *s, const char *text, enum list_order order)
{
	struct list_ask ask = { .order = order,
		.limit = ROWS,
		.me = 1,
		.now = NOW };
	struct arena a = { 0 };
	double took[PAGES], count, search, from;
	struct thread *v;
	struct hit *hit;
	int64_t rows;
	size_t n, where;
	int pages = 0;
	struct err e;

	ask.query = query_parse(&a, text, "UTC", NOW, &where, &e);
	must(ask.query == NULL ? -1 : 0, &e);
	while (pages < PAGES) {
		from = ms();
		must(store_list(s, &ask, &a, &v, &n, &e), &e);
		took[pages++] = ms() - from;
		if (n < ROWS)
			break;
		ask.after = store_list_key(&v[n - 1], order);
	}
	ask.after = (struct list_key){ 0 };
	from = ms();
	must(store_count(s, &ask, 1000, &rows, &e), &e);
	count = ms() - from;
	from = ms();
	must(store_search(s, &ask, &a, &hit, &n, &e), &e);
	search = ms() - from;
	from = took[0];
	qsort(took, (size_t)pages, sizeof(*took), by_size);
	printf("%-36s %-8s first %7.2f  median %7.2f  worst %7.2f  count "
	       "%7.2f ms (%lld)  search %7.2f\n",
	    text, order == ORDER_WAITING ? "waiting" : "newest", from,
	    took[pages / 2], took[pages - 1], count, (long long)rows, search);
	arena_free(&a);
}

int
main(int argc, char **argv)
{
	struct shop shop = { .zone = "UTC" };
	struct store *s;
	struct err e;
	double from;

	if (argc != 2) {
		fprintf(stderr, "usage: lists FILE\n");
		return 64;
	}
	shop.store = argv[1];
	from = ms();
	s = store_open(&shop, STORE_READ, 1000, &e);
	must(s == NULL ? -1 : 0, &e);
	printf("open %.2f ms\n", ms() - from);
	for (size_t i = 0; i < sizeof(queries) / sizeof(*queries); i++) {
		measure(s, queries[i], ORDER_WAITING);
		measure(s, queries[i], ORDER_NEWEST);
	}
	store_close(s);
	return 0;
}
