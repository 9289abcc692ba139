/*
 * outbox.c -- the sender's side of the outbox.
 */
#include "store/outbox.h"
#include "store/ingest.h"
#include "store/own.h"
#include "store/witness.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"

/* ---- the lease ---- */

static void
boot_id(char out[40])
{
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");

	out[0] = '\0';
	if (f == NULL)
		return;
	if (fgets(out, 40, f) == NULL)
		out[0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	fclose(f);
}

/*
 * Field 22 of /proc/PID/stat; the name before it may hold anything.  0 if
 * there is no such process, or only its body that nobody has buried yet.
 */
static int64_t
started_at(int64_t pid)
{
	char path[64], line[1024];
	int64_t at = 0;
	char *p = NULL;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%lld/stat", (long long)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	if (fgets(line, sizeof(line), f) != NULL)
		p = strrchr(line, ')');
	if (p != NULL &&
	    (strncmp(p, ") Z", 3) == 0 || strncmp(p, ") X", 3) == 0))
		p = NULL;
	for (int field = 2; p != NULL && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (p != NULL)
		at = strtoll(p, NULL, 10);
	fclose(f);
	return at;
}

void
lease_mine(struct lease *l)
{
	boot_id(l->boot);
	l->pid = getpid();
	l->started = started_at(l->pid);
	hash_uuid(0, l->token);
}

static bool
is_alive(const struct lease *l)
{
	char boot[40];

	boot_id(boot);
	if (strcmp(boot, l->boot) != 0)
		return false;
	if (kill((pid_t)l->pid, 0) < 0 && errno == ESRCH)
		return false;
	return started_at(l->pid) == l->started;
}

static int
lease_read(struct store *s, const char *account, struct lease *l, struct err *e)
{
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e,
		"SELECT boot, pid, started, token FROM lease"
		" WHERE account=?1",
		"s", account) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc > 0) {
		snprintf(l->boot, sizeof(l->boot), "%s", db_peek(&r, 0));
		l->pid = db_int(&r, 1);
		l->started = db_int(&r, 2);
		snprintf(l->token, sizeof(l->token), "%s", db_peek(&r, 3));
		db_done(&r);
	}
	return rc;
}

/* ---- events of a row ---- */

int
outbox_fact(struct store *s, int64_t id, struct fact *f, struct err *e)
{
	struct rows r;
	int rc;

	if (db_ask(s->db, &r, e, "SELECT thread, event FROM outbox WHERE id=?1",
		"i", id) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc > 0) {
		f->thread = db_int(&r, 0);
		f->target = db_int(&r, 1);
		db_done(&r);
	}
	return rc < 0 ? -1 : 0;
}

static int
tell(struct store *s, const struct act *by, int64_t id, const char *kind,
    const char *why, struct err *e)
{
	struct fact f = { .kind = kind };
	struct buf b = { 0 };
	const char *to;
	int rc;

	if (outbox_fact(s, id, &f, e) < 0 ||
	    db_get_text(s->db, &s->scratch, &to, e,
		"SELECT json_extract("
		"e.payload, '$.to') FROM event e WHERE e.seq=?1",
		"i", f.target) < 0)
		return -1;
	buf_fmt(&b, "{\"to\":\"%s\",\"outbox\":%lld,\"why\":", to,
	    (long long)id);
	json_quote(&b, why != NULL ? why : "");
	buf_chr(&b, '}');
	f.payload = buf_text(&b);
	rc = event_append(s, by, &f, NULL, e);
	buf_free(&b);
	return rc;
}

/* The agent who wrote it: the response is his. */
static struct act
writer(struct store *s, int64_t id, int64_t at)
{
	struct act by = act_machine(at);
	struct err ignored;

	if (db_get(s->db, &by.agent, &ignored,
		"SELECT agent FROM outbox"
		" WHERE id=?1",
		"i", id) < 0)
		by.agent = 0;
	return by;
}

/* One step of a row: only from the state it must be in. */
static int
step(struct store *s, int64_t id, struct err *e)
{
	if (db_changes(s->db) > 0)
		return 0;
	return err_set(e, ERR_CONFLICT, 0,
	    "outbox row %lld is not where it should be", (long long)id);
}

/* ---- a run begins ---- */

static int
ids_where(struct store *s, const char *sql, const char *account, int64_t **v,
    size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e, sql, "s", account) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		*v = arena_grow(&s->scratch, *v, *n, sizeof(**v));
		(*v)[(*n)++] = db_int(&r, 0);
	}
	return rc;
}

int
outbox_into_doubt(struct store *s, int64_t id, enum outbox_state from,
    const char *why, int64_t now, struct err *e)
{
	struct act by = act_machine(now);

	if (db_run(s->db, e,
		"UPDATE outbox SET state=6, token=NULL, error=?2"
		" WHERE id=?1 AND state=?3",
		"isi", id, why, (int64_t)from) < 0 ||
	    step(s, id, e) < 0)
		return -1;
	return tell(s, &by, id, "doubt", why, e);
}

/* What a dead sender left behind. */
static int
recover(struct store *s, const char *account, int64_t now, struct err *e)
{
	int64_t *v;
	size_t n;

	/* Before the dot the server cannot have taken it (RFC 5321, 4.1.1.4).
	 */
	if (db_run(s->db, e,
		"UPDATE outbox SET state=0, token=NULL"
		" WHERE account=?1 AND state=1 AND stage=0",
		"s", account) < 0 ||
	    ids_where(s, "SELECT id FROM outbox WHERE account=?1 AND state=1",
		account, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (outbox_into_doubt(s, v[i], OUTBOX_SENDING,
			"the sender died before the server "
			"answered: it may or may not have left",
			now, e) < 0)
			return -1;
	}
	return 0;
}

int
outbox_begin(struct store *s, const char *account, const struct lease *l,
    int64_t now, struct err *e)
{
	struct lease other;
	int rc;

	/* A power cut ends every holder; what is recovered is so again. */
	if (store_begin(s, DB_QUICK, e) < 0)
		return -1;
	rc = lease_read(s, account, &other, e);
	if (rc > 0 && strcmp(other.token, l->token) != 0 && is_alive(&other))
		rc = err_set(e, ERR_BUSY, 0, "process %lld is sending for %s",
		    (long long)other.pid, account);
	if (rc >= 0)
		rc = db_run(s->db, e,
		    "INSERT OR REPLACE INTO lease"
		    " VALUES(?1, ?2, ?3, ?4, ?5)",
		    "ssiis", account, l->boot, l->pid, l->started, l->token);
	if (rc == 0)
		rc = recover(s, account, now, e);
	return store_end(s, rc, now, e);
}

int
outbox_end(struct store *s, const char *account, const struct lease *l,
    struct err *e)
{
	int rc;

	if (db_begin(s->db, DB_QUICK, e) < 0)
		return -1;
	rc = db_run(s->db, e,
	    "DELETE FROM lease WHERE account=?1 AND"
	    " token=?2",
	    "ss", account, l->token);
	return db_end(s->db, rc, e);
}

/* ---- one row ---- */

static int
row_load(struct store *s, int64_t id, struct arena *a, struct outgoing *out,
    struct err *e)
{
	struct rows r;
	const void *p;
	size_t n;
	int rc;

	if (db_ask(s->db, &r, e,
		"SELECT thread, message_id, sender, tries,"
		" queued_at, content FROM outbox WHERE id=?1",
		"i", id) < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc <= 0)
		return rc < 0 ? -1 : err_set(e, ERR_BUG, 0, "no such row");
	out->id = id;
	out->thread = db_int(&r, 0);
	out->message_id = db_str(&r, 1, a);
	out->sender = db_str(&r, 2, a);
	out->tries = (int)db_int(&r, 3);
	out->queued_at = db_int(&r, 4);
	p = db_blob(&r, 5, &n);
	out->bytes = arena_strn(a, p != NULL ? p : "", n);
	out->size = n;
	db_done(&r);
	if (db_ask(s->db, &r, e,
		"SELECT addr FROM recipient WHERE outbox=?1"
		" AND state=0 ORDER BY addr",
		"i", id) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		struct strings *to = &out->recipients;

		to->v = arena_grow(a, to->v, to->n, sizeof(*to->v));
		to->v[to->n++] = db_str(&r, 0, a);
	}
	return rc;
}

static int
claim(struct store *s, const char *account, const struct lease *l, int64_t now,
    struct arena *a, struct outgoing *out, int64_t *next, struct err *e)
{
	int64_t id, held;
	int rc;

	rc = db_get(s->db, &held, e,
	    "SELECT 1 FROM lease WHERE account=?1 AND"
	    " token=?2",
	    "ss", account, l->token);
	if (rc == 0)
		return err_set(e, ERR_BUSY, 0, "the lease of %s was lost",
		    account);
	if (rc < 0 || db_get(s->db, next, e,
			  "SELECT next_try FROM outbox"
			  " WHERE account=?1 AND state=0"
			  " ORDER BY next_try, id LIMIT 1",
			  "s", account) < 0)
		return -1;
	if (*next == 0 || *next > now)
		return 0;
	*next = 0;
	rc = db_get(s->db, &id, e,
	    "SELECT id FROM outbox WHERE account=?1"
	    " AND state=0 AND next_try<=?2 ORDER BY next_try, id LIMIT 1",
	    "si", account, now);
	if (rc <= 0)
		return rc;
	if (db_run(s->db, e,
		"UPDATE outbox SET state=1, stage=0, token=?2"
		" WHERE id=?1 AND state=0",
		"is", id, l->token) < 0 ||
	    step(s, id, e) < 0)
		return -1;
	return row_load(s, id, a, out, e);
}

int
outbox_claim(struct store *s, const char *account, const struct lease *l,
    int64_t now, struct arena *a, struct outgoing *out, int64_t *next,
    struct err *e)
{
	int rc;

	*out = (struct outgoing){ 0 };
	*next = 0;
	if (db_begin(s->db, DB_FIRST, e) < 0)
		return -1;
	rc = claim(s, account, l, now, a, out, next, e);
	rc = db_end(s->db, rc, e);
	if (rc < 0)
		out->id = 0;
	return rc;
}

int
outbox_mark(struct store *s, int64_t id, const struct lease *l, struct err *e)
{
	int64_t sends = 0;
	int rc;

	if (db_begin(s->db, DB_FIRST, e) < 0)
		return -1;
	rc = db_run(s->db, e,
	    "UPDATE outbox SET stage=1 WHERE id=?1 AND"
	    " state=1 AND token=?2",
	    "is", id, l->token);
	if (rc == 0)
		rc = step(s, id, e);
	if (rc == 0)
		rc = db_run(s->db, e,
		    "UPDATE meta SET value=value+1 WHERE name='sends'", "");
	if (rc == 0 && db_get(s->db, &sends, e,
			   "SELECT value FROM meta WHERE name='sends'", "") < 0)
		rc = -1;
	rc = db_end(s->db, rc, e);
	/* A copy made before now is known by it (restored.c). */
	return rc == 0 ? witness_count(s->shop->store, sends, e) : rc;
}

/* ---- what became of it ---- */

static int
note_verdicts(struct store *s, int64_t id, const struct verdict *v, size_t n,
    struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		int64_t state = v[i].code >= 200 && v[i].code < 300 ? 1
				: v[i].code >= 500                  ? 2
								    : 0;

		if (db_run(s->db, e,
			"UPDATE recipient SET state=?3, code=?4,"
			" text=?5 WHERE outbox=?1 AND addr=?2",
			"isiis", id, v[i].recipient, state, (int64_t)v[i].code,
			v[i].text != NULL ? v[i].text : "") < 0)
			return -1;
	}
	return 0;
}

/* The server's word on those it did not take, as one line. */
static int
refusals(struct store *s, int64_t id, const char **why, struct err *e)
{
	return db_get_text(s->db, &s->scratch, why, e,
	    "SELECT group_concat(addr||': '||code||' '||text, '; ')"
	    " FROM recipient WHERE outbox=?1 AND state=2",
	    "i", id);
}

static int
answered(struct store *s, int64_t id, int64_t at, struct err *e)
{
	int64_t message, parent;

	if (db_get(s->db, &message, e,
		"SELECT message FROM outbox"
		" WHERE id=?1",
		"i", id) < 0 ||
	    db_get(s->db, &parent, e,
		"SELECT json_extract(draft, '$.parent')"
		" FROM outbox WHERE id=?1",
		"i", id) < 0 ||
	    db_run(s->db, e, "UPDATE message SET received_at=?2 WHERE id=?1",
		"ii", message, at) < 0)
		return -1;
	return parent != 0 ? push_flag(s, parent, MAIL_ANSWERED, true, at, e)
			   : 0;
}

/* 1, 2, 5, 15, 30, 60 minutes, then hourly, give or take a tenth. */
static int64_t
backoff(int64_t tries)
{
	static const int64_t minutes[] = { 1, 2, 5, 15, 30, 60 };
	size_t last = sizeof(minutes) / sizeof(*minutes) - 1;
	int64_t span =
	    minutes[tries < (int64_t)last ? (size_t)tries : last] * 60;
	uint16_t r;

	hash_random(&r, sizeof(r));
	return span - span / 10 + (int64_t)r % (span / 5 + 1);
}

/* The row was taken for some; whom now refused for good is told. */
static int
accept_row(struct store *s, int64_t id, bool refused, int64_t at, struct err *e)
{
	struct act by = writer(s, id, at);
	int64_t before;
	const char *why;

	if (db_get(s->db, &before, e,
		"SELECT accepted_at FROM outbox WHERE id=?1", "i", id) < 0 ||
	    refusals(s, id, &why, e) < 0 ||
	    db_run(s->db, e,
		"UPDATE outbox SET accepted_at=iif(accepted_at=0, ?2,"
		" accepted_at), error=?3 WHERE id=?1",
		"iis", id, at, why) < 0)
		return -1;
	if (before == 0 && (answered(s, id, at, e) < 0 ||
			       tell(s, &by, id, "accepted", "", e) < 0))
		return -1;
	/* Somebody did not get it: the agents must know. */
	return refused ? tell(s, &by, id, "failed", why, e) : 0;
}

/*
 * Those who were put off are still owed the mail: the row waits for them
 * alone.
 */
static int
wait_for_rest(struct store *s, int64_t id, int64_t now, struct err *e)
{
	const char *why;
	int64_t tries;
	int rc;

	rc = db_get_text(s->db, &s->scratch, &why, e,
	    "SELECT group_concat(addr||': '||text, '; ') FROM recipient"
	    " WHERE outbox=?1 AND state<>1 HAVING sum(state=0)>0",
	    "i", id);
	if (rc <= 0)
		return rc;
	if (db_get(s->db, &tries, e, "SELECT tries FROM outbox WHERE id=?1",
		"i", id) < 0)
		return -1;
	return db_run(s->db, e,
	    "UPDATE outbox SET state=0, stage=0, next_try=?2, error=?3"
	    " WHERE id=?1",
	    "iis", id, now + backoff(tries - 1), why);
}

int
outbox_accepted(struct store *s, int64_t id, const struct verdict *v, size_t n,
    int64_t at, struct err *e)
{
	bool refused = false;
	int rc = -1;

	for (size_t i = 0; i < n; i++)
		refused = refused || v[i].code >= 500;
	if (store_begin(s, DB_FIRST, e) < 0)
		return -1;
	if (db_run(s->db, e,
		"UPDATE outbox SET state=2, token=NULL,"
		" tries=tries+1 WHERE id=?1 AND state=1",
		"i", id) < 0 ||
	    step(s, id, e) < 0 || note_verdicts(s, id, v, n, e) < 0 ||
	    accept_row(s, id, refused, at, e) < 0)
		goto out;
	rc = wait_for_rest(s, id, at, e);
out:
	return store_end(s, rc, at, e);
}

int
outbox_later(struct store *s, int64_t id, int code, const char *why,
    int64_t now, struct err *e)
{
	struct act by = act_machine(now);
	int64_t tries, queued, warned;
	int rc = -1;

	if (store_begin(s, DB_FIRST, e) < 0)
		return -1;
	if (db_get(s->db, &tries, e, "SELECT tries FROM outbox WHERE id=?1",
		"i", id) < 0 ||
	    db_run(s->db, e,
		"UPDATE outbox SET state=0, stage=0, token=NULL,"
		" tries=tries+1, next_try=?2, code=?3, error=?4 WHERE id=?1"
		" AND state=1",
		"iiis", id, now + backoff(tries), (int64_t)code, why) < 0 ||
	    step(s, id, e) < 0 ||
	    db_get(s->db, &queued, e,
		"SELECT queued_at FROM outbox"
		" WHERE id=?1",
		"i", id) < 0 ||
	    db_get(s->db, &warned, e,
		"SELECT count(*) FROM event e JOIN"
		" outbox o ON o.thread=e.thread AND o.event=e.target"
		" WHERE o.id=?1 AND e.kind='delayed'",
		"i", id) < 0)
		goto out;
	rc = 0;
	if (now - queued >= 4 * 3600 && warned == 0)
		rc = tell(s, &by, id, "delayed", why, e);
out:
	return store_end(s, rc, now, e);
}

int
outbox_hurry(struct store *s, const char *account, int64_t now, struct err *e)
{
	int rc;

	if (db_begin(s->db, DB_QUICK, e) < 0)
		return -1;
	rc = db_run(s->db, e,
	    "UPDATE outbox SET next_try=max(not_before, ?2)"
	    " WHERE account=?1 AND state=0 AND tries>0 AND next_try>?2",
	    "si", account, now);
	return db_end(s->db, rc, e);
}

int
outbox_fault(struct store *s, const char *account, int64_t now, struct err *e)
{
	struct arena a = { 0 };
	const char *why = "";
	int rc;

	/* 421 is said of the server, any other reply of one mail. */
	rc = db_get_text(s->db, &a, &why, e,
	    "SELECT error FROM outbox WHERE account=?1 AND state=0 AND"
	    " tries>0 AND next_try>?2 AND code IN (0, 421) AND error<>''"
	    " ORDER BY next_try LIMIT 1",
	    "si", account, now);
	if (rc > 0)
		rc = err_set(e, ERR_RETRY, 0, "%s", why);
	arena_free(&a);
	return rc;
}

int
outbox_release(struct store *s, int64_t id, const char *why, int64_t now,
    struct err *e)
{
	int rc;

	(void)now;
	if (db_begin(s->db, DB_FIRST, e) < 0)
		return -1;
	rc = db_run(s->db, e,
	    "UPDATE outbox SET state=0, stage=0, token=NULL,"
	    " error=?2 WHERE id=?1 AND state=1",
	    "is", id, why);
	if (rc == 0)
		rc = step(s, id, e);
	return db_end(s->db, rc, e);
}

int
outbox_failed(struct store *s, int64_t id, const struct verdict *v, size_t n,
    const char *why, int64_t now, struct err *e)
{
	struct act by = act_machine(now);
	int rc = -1;

	if (store_begin(s, DB_FIRST, e) < 0)
		return -1;
	/* What some have taken has not failed: it is over for the others. */
	if (db_run(s->db, e,
		"UPDATE outbox SET state=iif(accepted_at=0, 4, 2),"
		" token=NULL, tries=tries+1, error=?2"
		" WHERE id=?1 AND state IN (0, 1)",
		"is", id, why) < 0 ||
	    step(s, id, e) < 0 || note_verdicts(s, id, v, n, e) < 0 ||
	    db_run(s->db, e,
		"UPDATE recipient SET state=2 WHERE outbox=?1 AND state=0"
		" AND (SELECT accepted_at FROM outbox WHERE id=?1)<>0",
		"i", id) < 0)
		goto out;
	rc = tell(s, &by, id, "failed", why, e);
out:
	return store_end(s, rc, now, e);
}

int
outbox_doubt(struct store *s, int64_t id, const char *why, int64_t now,
    struct err *e)
{
	int rc;

	if (store_begin(s, DB_FIRST, e) < 0)
		return -1;
	rc = outbox_into_doubt(s, id, OUTBOX_SENDING, why, now, e);
	return store_end(s, rc, now, e);
}

/* ---- the copy in Sent ---- */

int
outbox_unfiled(struct store *s, const char *account, struct arena *a,
    struct filing **v, size_t *n, struct err *e)
{
	struct rows r;
	int rc;

	*v = NULL;
	*n = 0;
	if (db_ask(s->db, &r, e,
		"SELECT id, message_id, state, content,"
		" accepted_at FROM outbox WHERE account=?1 AND state IN (2, 6)"
		" ORDER BY id",
		"s", account) < 0)
		return -1;
	while ((rc = db_next(&r, e)) > 0) {
		size_t size;
		const void *p = db_blob(&r, 3, &size);

		*v = arena_grow(a, *v, *n, sizeof(**v));
		(*v)[(*n)++] = (struct filing){
			.id = db_int(&r, 0),
			.message_id = db_str(&r, 1, a),
			.doubt = db_int(&r, 2) == OUTBOX_DOUBT,
			.bytes = arena_strn(a, p != NULL ? p : "", size),
			.size = size,
			.accepted_at = db_int(&r, 4),
		};
	}
	return rc;
}

static int
filed(struct store *s, int64_t id, int64_t now, struct err *e)
{
	return db_run(s->db, e,
	    "UPDATE outbox SET state=3, filed_at=?2"
	    " WHERE id=?1 AND state=2",
	    "ii", id, now);
}

int
outbox_filed(struct store *s, int64_t id, int64_t now, struct err *e)
{
	int rc;

	if (db_begin(s->db, DB_FIRST, e) < 0)
		return -1;
	rc = filed(s, id, now, e);
	return db_end(s->db, rc, e);
}

int
outbox_prove(struct store *s, int64_t id, int64_t at, struct err *e)
{
	if (db_run(s->db, e,
		"UPDATE outbox SET state=2, error=''"
		" WHERE id=?1 AND state=6",
		"i", id) < 0)
		return -1;
	if (db_changes(s->db) == 0)
		return 0;
	if (db_run(s->db, e,
		"UPDATE recipient SET state=1 WHERE outbox=?1 AND state=0", "i",
		id) < 0)
		return -1;
	return accept_row(s, id, false, at, e);
}

int
outbox_proved(struct store *s, int64_t id, int64_t at, struct err *e)
{
	int rc;

	if (store_begin(s, DB_FIRST, e) < 0)
		return -1;
	rc = outbox_prove(s, id, at, e);
	return store_end(s, rc, at, e);
}

int
outbox_evidence(struct store *s, const struct act *by, const char *id,
    int64_t at, struct err *e)
{
	int64_t row;
	int rc = db_get(s->db, &row, e,
	    "SELECT id FROM outbox"
	    " INDEXED BY outbox_doubt WHERE message_id=?1 AND state=6"
	    " AND accepted_at=0",
	    "s", id);

	(void)by;
	return rc <= 0 ? rc : outbox_prove(s, row, at, e);
}

/*
 * What lies in Sent has left, even where the row says it has not yet: then
 * the whole disk was put back, and the servers know more than we do.
 */
int
outbox_in_sent(struct store *s, const struct act *by, int64_t message,
    struct err *e)
{
	int64_t row;
	int rc = db_get(s->db, &row, e,
	    "SELECT id FROM outbox WHERE message=?1 AND"
	    " (state=2 OR (state IN (0, 6) AND accepted_at=0))",
	    "i", message);

	if (rc <= 0)
		return rc;
	if (db_run(s->db, e,
		"UPDATE outbox SET state=6 WHERE id=?1 AND state=0", "i",
		row) < 0 ||
	    outbox_prove(s, row, by->now, e) < 0)
		return -1;
	return filed(s, row, by->now, e);
}
