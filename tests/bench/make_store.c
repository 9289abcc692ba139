/*
 * make_store -- a store of any size, for measuring lists and keys.
 *
 *   make_store FILE MESSAGES [DAYS]
 *
 * A shop's mail: customers write, two thirds of the threads are answered,
 * one in ten mails is a robot's.  The same count gives the same mail.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "desk/shop.h"
#include "store/edit.h"
#include "store/ingest.h"
#include "store/query.h"

#define BATCH        200
#define NOW          ((int64_t)1790000000)
#define OPEN_THREADS 4096 /* that a next mail may belong to */

struct maker {
	struct arena arena; /* of a batch */
	struct store *store;
	int64_t inbox, sent;
	int64_t uid[2];
	uint32_t seed;
	int64_t raw;
	struct thread_made {
		char id[40]; /* of its last mail */
		int customer;
		int words;
		bool ours; /* the last mail */
	} made[OPEN_THREADS];
	size_t threads;
};

static const char *const words[] = { "order", "parcel", "size", "return",
	"label", "thanks", "please", "where", "today", "delivery", "shoes",
	"blue", "colour", "refund", "money", "address", "wrong", "sent",
	"invoice", "jacket", "again", "waiting", "week", "number", "store",
	"gift", "card", "voucher", "broken", "missing", "box", "opened",
	"courier", "neighbour", "help", "question", "would", "could", "about",
	"shirt", "medium", "large", "exchange", "email", "phone", "answer",
	"before", "after", "birthday", "present", "zipper", "button", "wool" };

static uint32_t
dice(struct maker *m, uint32_t n)
{
	m->seed = m->seed * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)m->seed * n) >> 32);
}

static const char *
word(struct maker *m)
{
	return words[dice(m, sizeof(words) / sizeof(*words))];
}

static char *
prose(struct maker *m, int n)
{
	struct buf b = { 0 };
	char *out;

	for (int i = 0; i < n; i++) {
		if (dice(m, 23) == 0)
			buf_fmt(&b, "x%x", dice(m, 1u << 30));
		else if (dice(m, 12) == 0)
			buf_fmt(&b, "%s%s", word(m), word(m));
		else
			buf_str(&b, word(m));
		buf_chr(&b, i % 11 == 10 ? '\n' : ' ');
	}
	buf_fmt(&b, "\nOrder %u\n", 10000 + dice(m, 900000));
	out = arena_str(&m->arena, buf_text(&b));
	buf_free(&b);
	return out;
}

static struct addresses
person(struct maker *m, int customer)
{
	struct addresses v = { arena_array(&m->arena, 1, sizeof(*v.v)), 1 };

	if (customer < 0) {
		v.v[0] = (struct address){ "The Shop", "hello@shop.example" };
		return v;
	}
	v.v[0].name = arena_fmt(&m->arena, "Customer %d %s", customer,
	    words[customer % 50]);
	v.v[0].addr =
	    arena_fmt(&m->arena, "c%d@mail%d.example", customer, customer % 97);
	return v;
}

static struct mail *
compose(struct maker *m, struct thread_made *t, int64_t n, int64_t at)
{
	struct mail *mail = arena_alloc(&m->arena, sizeof(*mail));
	bool reply = t->id[0] != '\0';

	mail->has_message_id = true;
	mail->message_id = arena_fmt(&m->arena, "m%lld.%x@mail.example",
	    (long long)n, dice(m, 1u << 31));
	if (reply) {
		mail->references.v = arena_array(&m->arena, 1, sizeof(char *));
		mail->references.v[0] = arena_str(&m->arena, t->id);
		mail->references.n = 1;
		mail->in_reply_to = mail->references;
	}
	mail->from = person(m, t->ours ? -1 : t->customer);
	mail->to = person(m, t->ours ? t->customer : -1);
	mail->subject = arena_fmt(&m->arena, "%s%s %s %d", reply ? "Re: " : "",
	    words[t->words % 50], words[t->words / 50 % 50], t->words);
	mail->text = prose(m, 30 + (int)dice(m, 180));
	mail->date = at;
	mail->automatic = !t->ours && t->customer % 10 == 0;
	mail->automatic_why = mail->automatic ? "Precedence: bulk" : "";
	mail->original_id = mail->auth_results = mail->unreadable = "";
	snprintf(t->id, sizeof(t->id), "%s", mail->message_id);
	return mail;
}

static void
arrival(struct maker *m, struct mail *mail, int64_t at, int64_t uid,
    struct arrival *v, struct buf *packed)
{
	struct buf raw = { 0 };

	buf_fmt(&raw,
	    "Return-Path: <%s>\r\nReceived: from mail.example by "
	    "mx.shop.example with ESMTPS id %llx\r\n"
	    "Message-ID: <%s>\r\nFrom: %s <%s>\r\nTo: %s <%s>\r\n"
	    "Subject: %s\r\nMIME-Version: 1.0\r\nContent-Type: "
	    "text/plain; charset=utf-8\r\n\r\n%s",
	    mail->from.v[0].addr, (unsigned long long)uid * 7919,
	    mail->message_id, mail->from.v[0].name, mail->from.v[0].addr,
	    mail->to.v[0].name, mail->to.v[0].addr, mail->subject, mail->text);
	mail->size = (int64_t)raw.len;
	hash_sha256(raw.data, raw.len, mail->hash);
	m->raw += mail->size;
	buf_clear(packed);
	ingest_pack(raw.data, raw.len, packed);
	*v = (struct arrival){ .uid = uid,
		.internal_date = at,
		.flags = at < NOW - 2 * 86400 ? MAIL_SEEN : 0,
		.mail = mail,
		.packed = arena_strn(&m->arena, packed->data, packed->len),
		.packed_size = packed->len };
	buf_free(&raw);
}

static struct thread_made *
choose(struct maker *m, int64_t total)
{
	struct thread_made *t;

	if (m->threads > 0 && dice(m, 3) != 0) {
		size_t recent =
		    m->threads < OPEN_THREADS ? m->threads : OPEN_THREADS;

		t = &m->made[(m->threads - 1 -
				 dice(m, (uint32_t)(recent / 4 + 1))) %
			     OPEN_THREADS];
		t->ours = !t->ours && t->customer % 10 != 0;
		return t;
	}
	t = &m->made[m->threads++ % OPEN_THREADS];
	*t = (struct thread_made){ .customer =
				       (int)dice(m, (uint32_t)(total / 8 + 10)),
		.words = (int)dice(m, 100000) };
	return t;
}

static void
must(int rc, const struct err *e)
{
	if (rc == 0)
		return;
	fprintf(stderr, "make_store: %s\n", e->text);
	exit(1);
}

static void
make(struct maker *m, int64_t total, int64_t days)
{
	struct arrival v[2][BATCH];
	struct buf packed = { 0 };
	struct err e;

	for (int64_t n = 0; n < total;) {
		size_t count[2] = { 0, 0 };

		for (int i = 0; i < BATCH && n < total; i++, n++) {
			struct thread_made *t = choose(m, total);
			int64_t at =
			    NOW - days * 86400 + days * 86400 * n / total;
			int box = t->ours;
			struct mail *mail = compose(m, t, n, at);

			arrival(m, mail, at, ++m->uid[box],
			    &v[box][count[box]++], &packed);
		}
		must(ingest_batch(m->store, m->inbox, v[0], count[0], NULL,
			 30 * 86400, NOW, NULL, &e),
		    &e);
		must(ingest_batch(m->store, m->sent, v[1], count[1], NULL,
			 30 * 86400, NOW, NULL, &e),
		    &e);
		arena_reset(&m->arena);
		if (n % 50000 < BATCH) {
			must(ingest_checkpoint(m->store, CHECKPOINT_FEW, &e),
			    &e);
			fprintf(stderr, "\r%lld", (long long)n);
		}
	}
	must(ingest_checkpoint(m->store, CHECKPOINT_FEW, &e), &e);
	buf_free(&packed);
}

/* Some work of the agents, so that every view has rows. */
static void
work(struct maker *m, int64_t total)
{
	struct act by = { .login = "ana", .now = NOW };
	static const char *const tags[] = { "returns", "vip", "urgent" };
	struct err e;

	must(store_agent_ensure(m->store, "ana", "Ana Ruiz", "", NOW, &by.agent,
		 &e),
	    &e);
	for (int64_t i = 0; i < 300 && i < total / 4; i++) {
		struct seen s = { .thread = 1 + i * (total / 4) / 300 };
		struct change c[] = { { .kind = CHANGE_TAG,
					  .text = tags[i % 3] },
			{ .kind = CHANGE_ASSIGN, .agent = by.agent } };

		if (store_change(m->store, &by, &s, 1, c, 2, NULL, &e) < 0)
			continue;
	}
}

int
main(int argc, char **argv)
{
	static struct target target = { .name = "default",
		.match = "",
		.first = 3600,
		.next = 14400,
		.hours = "",
		.warn = 80 };
	static struct account account = { .title = "shop",
		.address = "hello@shop.example" };
	struct shop shop = { .history = 30 * 86400,
		.target = &target,
		.targets = 1,
		.account = &account,
		.accounts = 1,
		.zone = "UTC" };
	static struct maker m;
	struct timespec from, until;
	struct cursor c;
	struct err e;
	double secs;
	int64_t total;

	if (argc < 3) {
		fprintf(stderr, "usage: make_store FILE MESSAGES [DAYS]\n");
		return 64;
	}
	shop.store = argv[1];
	total = atoll(argv[2]);
	m.seed = 1;
	m.store = store_open(&shop, STORE_CREATE, 10000, &e);
	must(m.store == NULL ? -1 : 0, &e);
	must(ingest_mailbox(m.store, "shop", "INBOX", ROLE_INBOX, &m.inbox, &c,
		 &e),
	    &e);
	must(ingest_mailbox(m.store, "shop", "Sent", ROLE_SENT, &m.sent, &c,
		 &e),
	    &e);
	clock_gettime(CLOCK_MONOTONIC, &from);
	make(&m, total, argc > 3 ? atoll(argv[3]) : 700);
	clock_gettime(CLOCK_MONOTONIC, &until);
	work(&m, total);
	secs = (double)(until.tv_sec - from.tv_sec) +
	       (double)(until.tv_nsec - from.tv_nsec) / 1e9;
	printf("%lld messages, %lld KB raw, %.1f s, %.0f a second\n",
	    (long long)total, (long long)m.raw / 1024, secs,
	    (double)total / secs);
	store_close(m.store);
	return 0;
}
