/* What a mail is follows from where it lies, not from where it was read
 * first. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "store/own.h"
#include "tests/unit/store/shelf.h"

#define SHOP  "hello@shop.example"
#define MIA   "mia@example.com"
#define ANA   "ana@home.example" /* of us, and no configuration says so */
#define BOXES 4

static const struct letter letters[] = {
	{ .id = "a@x",
	    .from = MIA,
	    .to = SHOP,
	    .subject = "Re: Shoes",
	    .text = "Where are my shoes?",
	    .refs = "first@x",
	    .at = NOW - 3600 },
	{ .id = "b@x",
	    .from = SHOP,
	    .to = MIA,
	    .subject = "Re: Shoes",
	    .text = "On their way.",
	    .refs = "first@x",
	    .at = NOW - 3600 },
	{ .id = "c@x",
	    .from = ANA,
	    .to = MIA,
	    .subject = "Re: Shoes",
	    .text = "On their way.",
	    .refs = "first@x",
	    .at = NOW - 3600 },
	{ .id = "d@x",
	    .from = MIA,
	    .to = SHOP,
	    .subject = "Away",
	    .text = "I am away.",
	    .automatic = true,
	    .at = NOW - 3600 },
	{ .id = "e@x",
	    .from = SHOP,
	    .to = SHOP,
	    .subject = "To do",
	    .text = "Call her.",
	    .at = NOW - 3600 },
	{ .id = "f@x",
	    .from = MIA,
	    .to = SHOP,
	    .subject = "Shoes",
	    .text = "An old question.",
	    .at = NOW - 60 * DAY },
};

/* What the thread holds already when the letter comes. */
static const struct letter first = { .id = "first@x",
	.from = MIA,
	.to = SHOP,
	.subject = "Shoes",
	.text = "I want shoes.",
	.at = NOW - 2 * 3600 };

static int64_t
box(struct shelf *s, unsigned i)
{
	struct cursor c;
	int64_t id = 0;
	struct err e;

	if (i < 3)
		return i == 0 ? s->inbox : i == 1 ? s->sent : s->junk;
	ok(ingest_mailbox(s->store, "shop", "Archive", ROLE_ARCHIVE, &id, &c,
	       &e),
	    &e);
	return id;
}

/* A mail and its thread, but for numbers that tell the order. */
static char *
tell(struct shelf *s, struct arena *a, const struct letter *l)
{
	int64_t thread = thread_of(s, l);
	struct buf b = { 0 };
	struct rows r;
	struct err e;
	char *out;

	ok(db_ask(s->store->db, &r, &e,
	       "SELECT m.direction, m.weight, m.seen, m.old, m.junk,"
	       " coalesce(c.address, '-'), k.customer, k.flags, k.base,"
	       " hex(k.ids) FROM message m JOIN kin k ON k.message=m.id"
	       " LEFT JOIN customer c ON c.id=m.customer"
	       " WHERE m.thread=?1 ORDER BY m.message_id",
	       "i", thread),
	    &e);
	while (db_next(&r, &e) > 0) {
		for (int i = 0; i < 10; i++)
			buf_fmt(&b, " %s", db_peek(&r, i));
		buf_str(&b, " /");
	}
	buf_fmt(&b, " %s", portrait(s, thread));
	out = arena_str(a, buf_text(&b));
	buf_free(&b);
	return out;
}

/* The letter comes to some mailboxes in an order; what is then told. */
static char *
put(struct arena *a, const struct letter *l, bool alone, const unsigned *order,
    unsigned n)
{
	struct shelf s;
	char *out;

	shelf_open(&s);
	if (!alone)
		arrive(&s, &first);
	for (unsigned i = 0; i < n; i++) {
		struct letter here = *l;

		/* Each mailbox has flags of its own. */
		here.flags = order[i] == 1   ? MAIL_SEEN
			     : order[i] == 3 ? MAIL_SEEN | MAIL_FLAGGED
					     : 0;
		arrive_at(&s, box(&s, order[i]), &here, NOW);
	}
	out = tell(&s, a, l);
	shelf_close(&s);
	return out;
}

/* The k-th order of the mailboxes in a set. */
static unsigned
order_of(unsigned set, unsigned k, unsigned *order)
{
	unsigned left[BOXES], n = 0, all;

	for (unsigned i = 0; i < BOXES; i++)
		if ((set & 1u << i) != 0)
			left[n++] = i;
	all = n;
	for (unsigned i = 0; i < all; i++) {
		unsigned at = k % n;

		k /= n;
		order[i] = left[at];
		memmove(left + at, left + at + 1, (n - at - 1) * sizeof(*left));
		n--;
	}
	return all;
}

static void
order_of_mailboxes_is_nothing(void **state)
{
	static const unsigned orders[] = { 1, 1, 2, 6, 24 };
	unsigned tried = 0;

	(void)state;
	for (unsigned l = 0; l < sizeof(letters) / sizeof(*letters); l++)
		for (unsigned set = 1; set < 1u << BOXES; set++) {
			struct arena a = { 0 };
			unsigned order[BOXES];
			unsigned n = order_of(set, 0, order);
			bool alone = set % 2 != 0;
			char *want = put(&a, &letters[l], alone, order, n);

			/* Of all four, every fifth. */
			for (unsigned k = 1; k < orders[n];
			     k += n == 4 ? 5 : 1) {
				order_of(set, k, order);
				assert_string_equal(want,
				    put(&a, &letters[l], alone, order, n));
				tried++;
			}
			arena_free(&a);
		}
	print_message("# %u orders\n", tried);
}

static enum direction
direction_in(const struct letter *l, const unsigned *order, unsigned n)
{
	struct arena a = { 0 };
	char *told = put(&a, l, true, order, n);
	enum direction d = (enum direction)(told[1] - '0');

	arena_free(&a);
	return d;
}

static void
a_customer_in_sent_too_is_a_customer(void **state)
{
	static const unsigned both[] = { 1, 0 }, sent[] = { 1 };

	(void)state;
	assert_int_equal(direction_in(&letters[0], both, 2), DIRECTION_IN);
	assert_int_equal(direction_in(&letters[1], both, 2), DIRECTION_OUT);
	/* Written elsewhere, from an address that is not configured. */
	assert_int_equal(direction_in(&letters[2], sent, 1), DIRECTION_OUT);
}

/* The spoof that says it was sent from the account it reached. */
static void
our_own_address_among_the_junk_is_spam(void **state)
{
	struct letter spoof = letters[4];

	(void)state;
	for (int to = 0; to < 2; to++) {
		struct shelf s;
		struct thread t;

		shelf_open(&s);
		spoof.subject = "You are hacked";
		spoof.to = to == 0 ? SHOP : MIA;
		arrive_at(&s, s.junk, &spoof, NOW);
		t = row(&s, thread_of(&s, &spoof));
		assert_int_equal(t.state, THREAD_SPAM);
		assert_int_equal(t.waiting_since, 0);
		/* In the inbox, too: nobody waits for what claims to be us. */
		arrive_at(&s, s.inbox, &spoof, NOW);
		t = row(&s, thread_of(&s, &spoof));
		assert_int_not_equal(t.state, THREAD_SPAM);
		assert_int_equal(t.waiting_since, 0);
		shelf_close(&s);
	}
}

/* It was taken for ours, so nobody waited; now she does. */
static void
clocks_follow(void **state)
{
	struct shelf s;
	struct thread t;

	(void)state;
	shelf_open(&s);
	arrive_at(&s, s.sent, &letters[0], NOW);
	t = row(&s, thread_of(&s, &letters[0]));
	assert_int_equal(t.state, THREAD_PENDING);
	assert_int_equal(t.waiting_since, 0);
	arrive_at(&s, s.inbox, &letters[0], NOW);
	t = row(&s, thread_of(&s, &letters[0]));
	assert_int_equal(t.state, THREAD_OPEN);
	assert_int_equal(t.waiting_since, NOW - 3600);
	assert_string_equal(t.customer.address, MIA);
	assert_int_equal(t.unread, 1);
	shelf_close(&s);
}

/* What a person said of the thread since stands. */
static void
a_word_of_ours_stands(void **state)
{
	struct shelf s;
	int64_t t;

	(void)state;
	shelf_open(&s);
	t = arrive_at(&s, s.sent, &letters[0], NOW);
	change(&s, &s.ana, t,
	    (struct change){ .kind = CHANGE_STATE, .state = THREAD_CLOSED });
	arrive_at(&s, s.inbox, &letters[0], NOW);
	assert_int_equal(row(&s, t).state, THREAD_CLOSED);
	shelf_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_of_mailboxes_is_nothing),
		cmocka_unit_test(a_customer_in_sent_too_is_a_customer),
		cmocka_unit_test(our_own_address_among_the_junk_is_spam),
		cmocka_unit_test(clocks_follow),
		cmocka_unit_test(a_word_of_ours_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
