#include "tests/unit/store/shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "desk/group.h"
#include "store/own.h"

void
ok(int rc, const struct err *e)
{
	if (rc == 0)
		return;
	printf("Bail out! %s\n", e->text);
	exit(1);
}

void
shelf_reopen(struct shelf *s)
{
	struct err e;

	store_close(s->store);
	s->store = store_open(&s->shop, STORE_CREATE, 10000, &e);
	ok(s->store == NULL ? -1 : 0, &e);
}

static void
shelf_shop(struct shelf *s)
{
	static const char *alias[] = { "orders@shop.example" };
	static struct target target = { .name = "default",
		.match = "",
		.first = 300,
		.next = 3600,
		.hours = "",
		.warn = 80 };

	s->account = (struct account){ .title = "shop",
		.address = "hello@shop.example",
		.name = "The Shop",
		.imap.host = "imap.shop.example",
		.alias = { alias, 1 },
		.user = "",
		.password_command = "",
		.password_file = "",
		.token_command = "",
		.ca_file = "",
		.deliver_to = "",
		.file = "" };
	s->shop = (struct shop){ .history = 30 * DAY,
		.undo_delay = 10,
		.zone = "UTC",
		.account = &s->account,
		.accounts = 1,
		.target = &target,
		.targets = 1 };
	s->shop.store = arena_fmt(&s->arena, "%s/store.db", s->folder);
}

void
shelf_open(struct shelf *s)
{
	struct cursor c;
	struct err e;

	*s = (struct shelf){ .folder = "/tmp/shelf-XXXXXX" };
	if (mkdtemp(s->folder) == NULL)
		abort();
	shelf_shop(s);
	shelf_reopen(s);
	ok(ingest_mailbox(s->store, "shop", "INBOX", ROLE_INBOX, &s->inbox, &c,
	       &e),
	    &e);
	ok(ingest_mailbox(s->store, "shop", "Sent", ROLE_SENT, &s->sent, &c,
	       &e),
	    &e);
	ok(ingest_mailbox(s->store, "shop", "Junk", ROLE_JUNK, &s->junk, &c,
	       &e),
	    &e);
	s->ana = (struct act){ .login = "ana", .now = NOW };
	s->ben = (struct act){ .login = "ben", .now = NOW };
	ok(store_agent_ensure(s->store, "ana", "Ana Ruiz", "", NOW,
	       &s->ana.agent, &e),
	    &e);
	ok(store_agent_ensure(s->store, "ben", "Ben Low", "", NOW,
	       &s->ben.agent, &e),
	    &e);
}

static void
tell(void *arg, const char *line)
{
	(void)arg;
	printf("# %s\n", line);
}

int64_t
differences(struct shelf *s)
{
	struct check_report report;
	struct err e;

	ok(store_check(s->store, tell, NULL, &report, &e), &e);
	return report.differences;
}

void
ok_close(struct shelf *s)
{
	static const char *const tail[] = { "", "-wal", "-shm" };

	store_close(s->store);
	for (size_t i = 0; i < 3; i++)
		unlink(arena_fmt(&s->arena, "%s%s", s->shop.store, tail[i]));
	rmdir(s->folder);
	arena_free(&s->arena);
}

void
shelf_close(struct shelf *s)
{
	int64_t n = differences(s);

	ok_close(s);
	if (n > 0) {
		printf("Bail out! the check found %lld differences\n",
		    (long long)n);
		exit(1);
	}
}

void
tamper(struct shelf *s, const char *sql)
{
	struct err e;
	struct db *d = db_open(s->shop.store, DB_WRITE, 1000, &e);

	ok(d == NULL ? -1 : 0, &e);
	ok(functions_register(d, &e), &e);
	ok(db_script(d, sql, &e), &e);
	db_close(d);
}

struct db *
hold_lock(struct shelf *s)
{
	struct err e;
	struct db *d = db_open(s->shop.store, DB_WRITE, 1000, &e);

	ok(d == NULL ? -1 : 0, &e);
	ok(db_begin(d, DB_QUICK, &e), &e);
	return d;
}

void
free_lock(struct db *d)
{
	struct err e;

	ok(db_end(d, 0, &e), &e);
	db_close(d);
}

/* ---- mails ---- */

static struct addresses
addresses(struct arena *a, const char *addr)
{
	struct addresses v = { 0 };

	if (addr == NULL || *addr == '\0')
		return v;
	v.v = arena_array(a, 1, sizeof(*v.v));
	v.v[0].addr = arena_str(a, addr);
	v.v[0].name = "";
	v.n = 1;
	return v;
}

static struct strings
words(struct arena *a, const char *s)
{
	struct strings v = { 0 };

	while (s != NULL && *s != '\0') {
		size_t n = strcspn(s, " ");

		v.v = arena_grow(a, v.v, v.n, sizeof(*v.v));
		v.v[v.n++] = arena_strn(a, s, n);
		s += n + (s[n] == ' ');
	}
	return v;
}

char *
letter_raw(struct arena *a, const struct letter *l)
{
	return arena_fmt(a,
	    "Message-ID: <%s>\r\nFrom: %s\r\nTo: %s\r\n"
	    "Subject: %s\r\nReferences: %s\r\n\r\n%s\r\n",
	    l->id, l->from, l->to, l->subject, l->refs ? l->refs : "", l->text);
}

struct mail *
letter_mail(struct arena *a, const struct letter *l)
{
	struct mail *m = arena_alloc(a, sizeof(*m));
	char *raw = letter_raw(a, l);

	m->message_id = l->id;
	m->has_message_id = true;
	m->references = words(a, l->refs);
	if (m->references.n > 0)
		m->in_reply_to =
		    (struct strings){ &m->references.v[m->references.n - 1],
			    1 };
	m->from = addresses(a, l->from);
	m->to = addresses(a, l->to);
	m->subject = l->subject;
	m->text = l->text;
	m->date = l->at;
	m->size = (int64_t)strlen(raw);
	m->automatic = l->automatic;
	m->original_id = m->auth_results = m->unreadable = "";
	m->automatic_why = l->automatic ? "Auto-Submitted" : "";
	hash_sha256(raw, strlen(raw), m->hash);
	return m;
}

int64_t
thread_of(struct shelf *s, const struct letter *l)
{
	struct mail *m = letter_mail(&s->arena, l);
	int64_t thread;
	struct err e;
	int rc = db_get(s->store->db, &thread, &e,
	    "SELECT thread FROM message WHERE name=?1 AND hash=?2", "ib",
	    hash_key(m->hash), m->hash, sizeof(m->hash));

	ok(rc < 0 ? -1 : 0, &e);
	return thread;
}

struct arrival
parcel(struct arena *a, const struct letter *l, struct mail *m, int64_t uid)
{
	struct arrival v = { .uid = uid,
		.internal_date = l->at,
		.flags = l->flags,
		.mail = m };
	struct buf packed = { 0 };
	char *raw = letter_raw(a, l);

	ingest_pack(raw, strlen(raw), &packed);
	v.packed = arena_strn(a, packed.data, packed.len);
	v.packed_size = packed.len;
	buf_free(&packed);
	return v;
}

int64_t
arrive_at(struct shelf *s, int64_t mailbox, const struct letter *l, int64_t now)
{
	struct arrival v =
	    parcel(&s->arena, l, letter_mail(&s->arena, l), ++s->uid);
	struct err e;

	ok(ingest_batch(s->store, mailbox, &v, 1, NULL, s->shop.history, now,
	       NULL, &e),
	    &e);
	return thread_of(s, l);
}

int64_t
arrive(struct shelf *s, const struct letter *l)
{
	return arrive_at(s, s->inbox, l, l->at > NOW ? l->at : NOW);
}

struct thread
row(struct shelf *s, int64_t thread)
{
	struct thread t;
	struct err e;

	ok(store_thread(s->store, thread, &s->arena, &t, &e), &e);
	return t;
}

int64_t
last_mail(struct shelf *s, int64_t thread)
{
	struct message *v;
	int64_t id = 0;
	size_t n;
	struct err e;

	ok(store_messages(s->store, thread, &s->arena, &v, &n, &e), &e);
	for (size_t i = 0; i < n; i++) {
		if (v[i].kind == MESSAGE_MAIL)
			id = v[i].id;
	}
	return id;
}

int64_t
answer(struct shelf *s, const struct act *by, int64_t thread, const char *text,
    bool close, struct err *e)
{
	return answer_to(s, by, thread, last_mail(s, thread), text, close, e);
}

int64_t
answer_to(struct shelf *s, const struct act *by, int64_t thread, int64_t base,
    const char *text, bool close, struct err *e)
{
	struct thread t = row(s, thread);
	struct draft d = { .thread = thread,
		.base = base,
		.parent = 0,
		.account = "shop",
		.from = { "The Shop", "hello@shop.example" },
		.subject = t.subject,
		.text = text,
		.canned = "",
		.close = close };
	struct submission m = { .draft = &d,
		.account = "shop",
		.undo_delay = 10 };
	struct letter l = { .from = "hello@shop.example",
		.to = t.customer.address,
		.subject = t.subject,
		.text = text,
		.at = by->now };
	uint8_t uid[16], nonce[8];
	int64_t outbox, to_thread;
	char *raw;

	d.to = addresses(&s->arena, l.to);
	ok(store_thread_uid(s->store, thread, uid, e), e);
	hash_random(nonce, sizeof(nonce));
	l.id = group_signed_id(&s->arena, store_key(s->store), uid, nonce,
	    "shop.example");
	raw = letter_raw(&s->arena, &l);
	m.message_id = l.id;
	m.recipients = &(struct strings){ &d.to.v[0].addr, 1 };
	m.bytes = raw;
	m.size = strlen(raw);
	m.mail = letter_mail(&s->arena, &l);
	if (store_send(s->store, by, &m, &outbox, &to_thread, e) < 0)
		return -1;
	return outbox;
}

/* The server took it for everybody. */
static int
taken(struct shelf *s, const struct outgoing *out, int64_t at, struct err *e)
{
	struct verdict v[8];
	size_t n = 0;

	for (; n < out->recipients.n && n < 8; n++)
		v[n] = (struct verdict){ out->recipients.v[n], 250, "ok" };
	return outbox_accepted(s->store, out->id, v, n, at, e);
}

void
carry(struct shelf *s, int64_t outbox, int64_t at)
{
	struct outgoing out;
	struct lease l;
	int64_t next;
	struct err e;

	lease_mine(&l);
	ok(outbox_begin(s->store, "shop", &l, at, &e), &e);
	ok(outbox_claim(s->store, "shop", &l, at, &s->arena, &out, &next, &e),
	    &e);
	if (out.id != outbox) {
		printf("Bail out! the outbox gave another row\n");
		exit(1);
	}
	ok(outbox_mark(s->store, outbox, &l, &e), &e);
	ok(taken(s, &out, at, &e), &e);
	ok(outbox_filed(s->store, outbox, at, &e), &e);
	ok(outbox_end(s->store, "shop", &l, &e), &e);
}

void
change(struct shelf *s, const struct act *by, int64_t thread, struct change c)
{
	struct seen seen = { .thread = thread };
	struct err e;

	ok(store_change(s->store, by, &seen, 1, &c, 1, NULL, &e), &e);
}

const char *
portrait(struct shelf *s, int64_t thread)
{
	struct thread t = row(s, thread);
	struct turn_row *turn;
	struct buf b = { 0 };
	const char *out;
	size_t n;
	struct err e;

	buf_fmt(&b, "%s snooze %lld agent %lld tags",
	    thread_state_name(t.state), (long long)t.snoozed_until,
	    (long long)t.assignee);
	for (size_t i = 0; i < t.tags.n; i++)
		buf_fmt(&b, " %s", t.tags.v[i]);
	buf_fmt(&b,
	    " messages %d unread %d star %d auto %d und %d fail %d "
	    "draft %d waits %lld due %lld first %lld last %lld",
	    t.messages, t.unread, t.starred, t.automatic, t.undelivered,
	    t.failed, t.draft, (long long)t.waiting_since, (long long)t.due_at,
	    (long long)t.first_at, (long long)t.last_at);
	ok(store_turns(s->store, 0, INT64_MAX, NOW + 90 * DAY, &s->arena, &turn,
	       &n, &e),
	    &e);
	for (size_t i = 0; i < n; i++) {
		if (turn[i].thread == t.id)
			buf_fmt(&b, " [%lld-%lld %d %d]",
			    (long long)turn[i].turn.from,
			    (long long)turn[i].turn.until, turn[i].turn.end,
			    turn[i].turn.first);
	}
	out = arena_str(&s->arena, buf_text(&b));
	buf_free(&b);
	return out;
}

uint32_t
dice(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % n;
}
