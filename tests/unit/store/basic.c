#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tests/unit/store/shelf.h"

static const struct letter hello = { .id = "a@example.com",
	.from = "mia@example.com",
	.to = "hello@shop.example",
	.subject = "Where is my order 10023?",
	.text = "Hello, where is it?",
	.at = NOW - 600 };

static void
a_mail_makes_an_open_waiting_thread(void **state)
{
	struct shelf s;
	struct thread t;

	(void)state;
	shelf_open(&s);
	t = row(&s, arrive(&s, &hello));
	assert_int_equal(t.state, THREAD_OPEN);
	assert_int_equal(t.waiting_since, NOW - 600);
	assert_int_equal(t.due_at, NOW - 300);
	assert_int_equal(t.unread, 1);
	assert_int_equal(t.messages, 1);
	assert_string_equal(t.customer.address, "mia@example.com");
	assert_string_equal(t.subject, "Where is my order 10023?");
	assert_string_equal(t.snippet, "Hello, where is it?");
	shelf_close(&s);
}

static void
the_same_mail_twice_is_one(void **state)
{
	struct shelf s;
	struct thread t;

	(void)state;
	shelf_open(&s);
	arrive(&s, &hello);
	t = row(&s, arrive_at(&s, s.junk, &hello, NOW));
	assert_int_equal(t.messages, 1);
	assert_int_equal(t.state, THREAD_OPEN);
	shelf_close(&s);
}

static void
an_answer_is_pending_and_counts_when_accepted(void **state)
{
	struct turn_row *v;
	struct shelf s;
	int64_t thread, id;
	size_t n;
	struct err e;

	(void)state;
	shelf_open(&s);
	thread = arrive(&s, &hello);
	id = answer(&s, &s.ana, thread, "It is on its way.", false, &e);
	assert_true(id > 0);
	assert_int_equal(row(&s, thread).state, THREAD_PENDING);
	assert_int_equal(row(&s, thread).waiting_since, NOW - 600);
	carry(&s, id, NOW + 20);
	assert_int_equal(row(&s, thread).waiting_since, 0);
	ok(store_turns(s.store, 0, INT64_MAX, NOW + 50, &s.arena, &v, &n, &e),
	    &e);
	assert_int_equal(n, 1);
	assert_int_equal(v[0].wall, 620);
	assert_int_equal(v[0].agent, s.ana.agent);
	assert_int_equal(v[0].state, TARGET_MET_LATE);
	shelf_close(&s);
}

static void
the_customer_writes_back_and_it_opens(void **state)
{
	struct shelf s;
	struct letter back = hello;
	int64_t thread, id;
	struct err e;

	(void)state;
	shelf_open(&s);
	thread = arrive(&s, &hello);
	id = answer(&s, &s.ana, thread, "It is on its way.", true, &e);
	carry(&s, id, NOW + 20);
	assert_int_equal(row(&s, thread).state, THREAD_CLOSED);
	back.id = "b@example.com";
	back.refs = "a@example.com";
	back.at = NOW + 100;
	assert_int_equal(arrive(&s, &back), thread);
	assert_int_equal(row(&s, thread).state, THREAD_OPEN);
	assert_int_equal(row(&s, thread).waiting_since, NOW + 100);
	shelf_close(&s);
}

static void
an_answer_taken_back_leaves_no_trace(void **state)
{
	struct shelf s;
	const char *before, *text;
	struct draft *d;
	int64_t thread;
	size_t n;
	struct err e;

	(void)state;
	shelf_open(&s);
	thread = arrive(&s, &hello);
	before = portrait(&s, thread);
	assert_true(answer(&s, &s.ana, thread, "No.", true, &e) > 0);
	assert_string_not_equal(before, portrait(&s, thread));
	ok(store_undo(s.store, &s.ana, &s.arena, &text, NULL, &e), &e);
	ok(store_drafts(s.store, thread, &s.arena, &d, &n, &e), &e);
	assert_int_equal(n, 1);
	assert_string_equal(d[0].text, "No.");
	ok(store_draft_discard(s.store, &s.ana, d[0].id, &e), &e);
	assert_string_equal(before, portrait(&s, thread));
	shelf_close(&s);
}

static void
a_new_message_discarded_and_back(void **state)
{
	struct draft d = { .account = "shop", .subject = "Hello", .text = "?" };
	const char *text;
	struct shelf s;
	struct err e;

	(void)state;
	shelf_open(&s);
	ok(store_draft_save(s.store, &s.ana, &d, &e), &e);
	ok(store_draft_discard(s.store, &s.ana, d.id, &e), &e);
	ok(store_undo(s.store, &s.ana, &s.arena, &text, NULL, &e), &e);
	assert_int_equal(differences(&s), 0);
	shelf_close(&s);
}

static void
nobody_answers_blindly_twice(void **state)
{
	struct shelf s;
	int64_t thread;
	struct err e;

	(void)state;
	shelf_open(&s);
	thread = arrive(&s, &hello);
	assert_true(answer(&s, &s.ana, thread, "Yes.", false, &e) > 0);
	struct draft d = { .thread = thread,
		.base = 1,
		.account = "shop",
		.from = { "", "hello@shop.example" } };
	struct letter l = { .id = "x@shop.example",
		.text = "No.",
		.from = "hello@shop.example",
		.to = "mia@example.com",
		.subject = "Re",
		.at = NOW };
	const char *to = "mia@example.com";
	struct submission m = { .draft = &d,
		.account = "shop",
		.message_id = l.id,
		.recipients = &(struct strings){ &to, 1 },
		.bytes = "x",
		.size = 1,
		.mail = letter_mail(&s.arena, &l) };
	int64_t id, t;

	assert_int_equal(store_send(s.store, &s.ben, &m, &id, &t, &e), -1);
	assert_int_equal(e.kind, ERR_CONFLICT);
	shelf_close(&s);
}

static const struct {
	const char *query;
	size_t hits;
} searches[] = {
	{ "order", 1 },
	{ "ORDER 10023", 1 },
	{ "\"my order\"", 1 },
	{ "\"order my\"", 0 },
	{ "from:mia", 1 },
	{ "to:hello", 1 },
	{ "subject:order", 1 },
	{ "subject:hello", 0 },
	{ "is:open", 1 },
	{ "is:closed", 0 },
	{ "-is:closed", 1 },
	{ "is:unassigned is:unread", 1 },
	{ "is:late", 1 },
	{ "ord*", 1 },
	{ "nothing or order", 1 },
	{ "tag:x", 0 },
	{ "from:mia -is:open", 0 },
	{ "is:waiting", 1 },
	{ "is:starred", 0 },
	{ "is:mine", 0 },
	{ "is:spam", 0 },
	{ "is:snoozed", 0 },
	{ "is:automatic", 0 },
	{ "is:undelivered", 0 },
	{ "is:failed", 0 },
	{ "is:vip", 0 },
	{ "customer:mia@example.com", 1 },
	{ "has:attachment", 0 },
	{ "assignee:none", 1 },
	{ "assignee:ana", 0 },
	{ "", 1 },
};

static void
words_are_found(void **state)
{
	struct shelf s;
	struct err e;

	(void)state;
	shelf_open(&s);
	arrive(&s, &hello);
	for (size_t i = 0; i < sizeof(searches) / sizeof(*searches); i++) {
		struct list_ask ask = { .now = NOW, .limit = 50 };
		struct thread *t;
		struct hit *h;
		int64_t count;
		size_t n, where;

		ask.query = query_parse(&s.arena, searches[i].query, "UTC", NOW,
		    &where, &e);
		assert_non_null(ask.query);
		for (int o = ORDER_WAITING; o <= ORDER_OLDEST; o++) {
			ask.order = (enum list_order)o;
			ok(store_list(s.store, &ask, &s.arena, &t, &n, &e), &e);
			if (n != searches[i].hits)
				fail_msg("%s: %zu", searches[i].query, n);
		}
		ok(store_count(s.store, &ask, 0, &count, &e), &e);
		assert_int_equal(count, searches[i].hits);
		ok(store_search(s.store, &ask, &s.arena, &h, &n, &e), &e);
		if (n != searches[i].hits)
			fail_msg("search %s: %zu", searches[i].query, n);
	}
	shelf_close(&s);
}

/* Of two addresses that look the same the later one is doubted. */
static void
a_lookalike_of_a_customer_is_doubted(void **state)
{
	static const struct {
		const char *from;
		unsigned doubts;
	} cases[] = { { "mia@example.com", 0 },
		{ "rnia@example.com", DOUBT_LOOKALIKE },
		{ "leo@example.com", 0 },
		{ "hello@sh0p.example", DOUBT_LOOKALIKE } };
	struct shelf s;
	struct err e;

	(void)state;
	shelf_open(&s);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct letter l = hello;
		struct message *v;
		int64_t thread;
		size_t n;

		l.id = cases[i].from;
		l.from = cases[i].from;
		l.at += (int64_t)i;
		thread = arrive(&s, &l);
		ok(store_messages(s.store, thread, &s.arena, &v, &n, &e), &e);
		assert_int_equal(v[0].doubts & DOUBT_LOOKALIKE,
		    cases[i].doubts);
	}
	shelf_close(&s);
}

static size_t
hits(struct shelf *s, const char *text)
{
	struct list_ask ask = { .now = NOW, .limit = 50 };
	struct thread *t;
	struct hit *h;
	size_t n, listed, where;
	struct err e;

	ask.query = query_parse(&s->arena, text, "UTC", NOW, &where, &e);
	assert_non_null(ask.query);
	ok(store_search(s->store, &ask, &s->arena, &h, &n, &e), &e);
	ok(store_list(s->store, &ask, &s->arena, &t, &listed, &e), &e);
	assert_int_equal(listed > 0, n > 0);
	return n;
}

static void
words_of_any_script_and_numbers_however_written(void **state)
{
	static const char *const found[] = { "größe", "GRÖSSE", "grosse",
		"cafe", "CAFÉ", "注文", "文", "\"注文 ab\"", "AB-12345",
		"ab12345", "\"AB 12345\"", "01701234567", "0170-1234567",
		"\"+49 170 1234567\"", "subject:注", "caf*", "spät" };
	static const char *const not_found[] = { "文注", "AB-12346",
		"01701234568", "quoted", "subject:cafe" };
	struct fold fold = { 0, 12, FOLD_QUOTE };
	struct letter l = { .id = "w@example.com",
		.from = "mia@example.com",
		.to = "hello@shop.example",
		.subject = "Größe, 注文 AB-12345",
		.text = "> quoted, x\nIm café zu spat, +49 (170) 123-4567",
		.at = NOW };
	struct arrival v;
	struct mail *m;
	struct shelf s;
	struct err e;

	(void)state;
	shelf_open(&s);
	m = letter_mail(&s.arena, &l);
	m->fold = &fold;
	m->folds = 1;
	v = parcel(&s.arena, &l, m, 1);
	ok(ingest_batch(s.store, s.inbox, &v, 1, NULL, 30 * DAY, NOW, NULL, &e),
	    &e);
	for (size_t i = 0; i < sizeof(found) / sizeof(*found); i++) {
		if (hits(&s, found[i]) != 1)
			fail_msg("not found: %s", found[i]);
	}
	for (size_t i = 0; i < sizeof(not_found) / sizeof(*not_found); i++) {
		if (hits(&s, not_found[i]) != 0)
			fail_msg("found: %s", not_found[i]);
	}
	shelf_close(&s);
}

static void
what_stands_in_two_mails_is_two_hits(void **state)
{
	struct letter back = hello;
	struct shelf s;

	(void)state;
	shelf_open(&s);
	arrive(&s, &hello);
	back.id = "b@example.com";
	back.refs = "a@example.com";
	arrive(&s, &back);
	assert_int_equal(hits(&s, "hello is:open"), 2);
	assert_int_equal(hits(&s, "hello is:closed"), 0);
	assert_int_equal(hits(&s, "hello -is:closed"), 2);
	assert_int_equal(hits(&s, "hello nowhere"), 0);
	shelf_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mail_makes_an_open_waiting_thread),
		cmocka_unit_test(the_same_mail_twice_is_one),
		cmocka_unit_test(an_answer_is_pending_and_counts_when_accepted),
		cmocka_unit_test(the_customer_writes_back_and_it_opens),
		cmocka_unit_test(an_answer_taken_back_leaves_no_trace),
		cmocka_unit_test(a_new_message_discarded_and_back),
		cmocka_unit_test(nobody_answers_blindly_twice),
		cmocka_unit_test(words_are_found),
		cmocka_unit_test(
		    words_of_any_script_and_numbers_however_written),
		cmocka_unit_test(what_stands_in_two_mails_is_two_hits),
		cmocka_unit_test(a_lookalike_of_a_customer_is_doubted),
	};

	return cmocka_run_group_tests_name("store/basic", tests, NULL, NULL);
}
