#include "store/query.h"
#include "store/own.h"

#include <string.h>

static struct strings
tags_read(const char *joined, struct arena *a)
{
	struct strings t = { 0 };

	for (; *joined == '\x1f' && joined[1] != '\0';) {
		size_t n = strcspn(joined + 1, "\x1f");

		t.v = arena_grow(a, t.v, t.n, sizeof(*t.v));
		t.v[t.n++] = arena_strn(a, joined + 1, n);
		joined += n + 1;
	}
	return t;
}

void
thread_read(struct rows *r, struct arena *a, struct thread *out)
{
	*out = (struct thread){
		.id = db_int(r, 0),
		.revision = db_int(r, 1),
		.subject = db_str(r, 2, a),
		.snippet = db_str(r, 3, a),
		.state = (enum thread_state)db_int(r, 4),
		.snoozed_until = db_int(r, 5),
		.assignee = db_int(r, 6),
		.assignee_login = db_str(r, 7, a),
		.customer = {
			.id = db_int(r, 8),
			.name = db_str(r, 9, a),
			.address = db_str(r, 10, a),
			.vip = db_int(r, 11) != 0,
		},
		.tags = tags_read(db_peek(r, 12), a),
		.messages = (int)db_int(r, 13),
		.unread = (int)db_int(r, 14),
		.starred = db_int(r, 15) != 0,
		.automatic = db_int(r, 16) != 0,
		.undelivered = db_int(r, 17) != 0,
		.attachment = db_int(r, 18) != 0,
		.failed = db_int(r, 19) != 0,
		.draft = db_int(r, 20) != 0,
		.waiting_since = db_int(r, 21),
		.due_at = db_int(r, 22),
		.warn_at = db_int(r, 23),
		.target = db_str(r, 24, a),
		.first_at = db_int(r, 25),
		.last_at = db_int(r, 26),
	};
}

int
store_thread(struct store *s, int64_t id, struct arena *a, struct thread *out,
    struct err *e)
{
	int64_t living;
	struct rows r;
	int rc;

	if (thread_follow(s, id, &living, e) < 0 ||
	    db_ask(s->db, &r, e,
		"SELECT " THREAD_COLUMNS " FROM thread t" THREAD_JOINS
		" WHERE t.id=?1",
		"i", living) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc == 0)
		return err_set(e, ERR_MISSING, 0, "there is no thread %lld",
		    (long long)id);
	if (rc < 0)
		return -1;
	thread_read(&r, a, out);
	db_done(&r);
	return 0;
}

int
store_thread_uid(struct store *s, int64_t thread, uint8_t uid[16],
    struct err *e)
{
	struct rows r;
	const void *p;
	size_t n;
	int rc;

	if (thread_follow(s, thread, &thread, e) < 0 ||
	    db_ask(s->db, &r, e, "SELECT uid FROM thread WHERE id=?1", "i",
		thread) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc == 0)
		return err_set(e, ERR_MISSING, 0, "there is no such thread");
	if (rc < 0)
		return -1;
	p = db_blob(&r, 0, &n);
	if (n == 16)
		memcpy(uid, p, 16);
	db_done(&r);
	return n == 16 ? 0 : err_set(e, ERR_DATA, 0, "a thread has no name");
}

int
store_tags(struct store *s, struct arena *a, struct tag_count **v, size_t *n,
    struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT name, threads FROM tag"
		" WHERE threads>0 ORDER BY name",
		"") < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(a, *v, *n, sizeof(**v));
		(*v)[(*n)++] = (struct tag_count){
			.name = db_str(&r, 0, a),
			.threads = db_int(&r, 1),
		};
	}
	return rc;
}

int
store_touched(struct store *s, int64_t *seq, size_t max, struct arena *a,
    int64_t **threads, size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*threads = arena_array(a, max + 1, sizeof(**threads));
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT seq, thread FROM event WHERE seq>?1"
		" ORDER BY seq",
		"i", *seq) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		int64_t thread = db_int(&r, 1);
		size_t i = 0;

		*seq = db_int(&r, 0);
		while (i < *n && (*threads)[i] != thread)
			i++;
		if (thread != 0 && i == *n)
			(*threads)[(*n)++] = thread;
		if (*n > max)
			break;
	}
	if (rc <= 0)
		return rc;
	db_done(&r);
	return db_get(s->db, seq, e, "SELECT max(seq) FROM event", "") < 0 ? -1
									   : 0;
}
