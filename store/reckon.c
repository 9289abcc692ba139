/*
 * reckon.c -- the settings of targets or hours changed: every due instant
 * that can still matter is reckoned again.
 */
#include "store/own.h"

#include "base/when.h"

#define AT_ONCE 200 /* threads in one transaction */

/* Threads with turns, from an id on. */
static int
some(struct store *s, int64_t *from, int64_t now, struct err *e)
{
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e,
		"SELECT DISTINCT thread FROM turn"
		" WHERE thread>?1 ORDER BY thread LIMIT ?2",
		"ii", *from, (int64_t)AT_ONCE) < 0)
		return -1;
	*from = 0;
	while ((rc = db_next(&r, e)) > 0) {
		*from = db_int(&r, 0);
		thread_touch(s, *from, false);
	}
	(void)now;
	return rc;
}

int
clock_reckon(struct store *s, const char *digest, struct err *e)
{
	int64_t from = 0;
	int64_t now = when_now();

	do {
		int rc;

		if (store_begin(s, DB_QUICK, e) < 0)
			return -1;
		rc = some(s, &from, now, e);
		if (rc == 0 && from == 0)
			rc = db_run(s->db, e,
			    "INSERT OR REPLACE INTO meta"
			    " VALUES('clock', ?1)",
			    "s", digest);
		if (store_end(s, rc, now, e) < 0)
			return -1;
	} while (from != 0);
	return 0;
}
