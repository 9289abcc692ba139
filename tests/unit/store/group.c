/* Which thread a mail comes to, and what it does there. */
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
#define MAILS 14
#define L(i, f, t, s, r, x, w)                                                 \
	.id = (i), .from = (f), .to = (t), .subject = (s), .refs = (r),        \
	.text = (x), .at = (w)

/* Three conversations; replies name their parents in many ways. */
static const struct letter mails[MAILS] = {
	{ L("a1@x", "mia@example.com", SHOP, "Shoes", "", "q", NOW - 9000) },
	{ L("a2@x", SHOP, "mia@example.com", "Re: Shoes", "a1@x", "r",
	    NOW - 8000) },
	{ L("a3@x", "mia@example.com", SHOP, "Re: Shoes", "a1@x a2@x", "q",
	    NOW - 7000) },
	{ L("a4@x", "mia@example.com", SHOP, "Re: Shoes", "a2@x", "q",
	    NOW - 6000) },
	{ L("a5@x", "mia@example.com", SHOP, "Re: Shoes", "a4@x", "q",
	    NOW - 5000) },
	{ L("b1@x", "bob@example.com", SHOP, "Shoes", "", "q", NOW - 9100) },
	{ L("b3@x", "bob@example.com", SHOP, "Re: Shoes", "b2@x", "q",
	    NOW - 7100) },
	{ L("b2@x", SHOP, "bob@example.com", "Re: Shoes", "b1@x", "r",
	    NOW - 8100) },
	{ L("b4@x", "bob@example.com", SHOP, "Shoes again", "b3@x", "q",
	    NOW - 6100) },
	{ L("c1@x", "eve@example.com", SHOP, "Bag", "", "q", NOW - 4000) },
	/* A ghost: c0 never came, yet ties two together. */
	{ L("c2@x", "eve@example.com", SHOP, "Belt", "c0@x", "q", NOW - 3000) },
	{ L("c3@x", "eve@example.com", SHOP, "Belt", "c0@x", "q", NOW - 2000) },
	/* A loop. */
	{ L("d1@x", "dan@example.com", SHOP, "Loop", "d2@x", "q", NOW - 900) },
	{ L("d2@x", "dan@example.com", SHOP, "Loop", "d1@x", "q", NOW - 800) },
};

/* Which mails stand together: the smallest id of each mail's thread. */
static void
grouping(struct shelf *s, char *out)
{
	int first[MAILS];
	int64_t thread[MAILS];

	for (int i = 0; i < MAILS; i++) {
		thread[i] = thread_of(s, &mails[i]);
		first[i] = i;
		for (int k = i - 1; k >= 0; k--) {
			if (thread[k] == thread[i])
				first[i] = k;
		}
		out[i] = (char)('a' + first[i]);
	}
	out[MAILS] = '\0';
}

static void
any_order_gives_the_same_threads(void **state)
{
	uint32_t seed = 3;

	(void)state;
	for (int run = 0; run < 60; run++) {
		int order[MAILS];
		char got[MAILS + 1];
		struct shelf s;

		for (int i = 0; i < MAILS; i++)
			order[i] = i;
		for (int i = MAILS - 1; run > 0 && i > 0; i--) {
			int k = (int)dice(&seed, (uint32_t)i + 1);
			int t = order[i];

			order[i] = order[k];
			order[k] = t;
		}
		shelf_open(&s);
		for (int i = 0; i < MAILS; i++) {
			const struct letter *l = &mails[order[i]];

			arrive_at(&s, l->to[0] == 'h' ? s.inbox : s.sent, l,
			    NOW);
		}
		grouping(&s, got);
		assert_string_equal(got, "aaaaaffffjkkmm");
		/* And the same clocks: the last word decides. */
		assert_int_equal(row(&s, thread_of(&s, &mails[0]))
				     .waiting_since,
		    NOW - 7000);
		assert_int_equal(row(&s, thread_of(&s, &mails[5])).state,
		    THREAD_OPEN);
		assert_string_equal(row(&s, thread_of(&s, &mails[5]))
					.customer.address,
		    "bob@example.com");
		shelf_close(&s);
	}
}

static void
the_subject_helps_those_who_lost_their_references(void **state)
{
	struct letter a = { L("a@x", "mia@example.com", SHOP, "Blue shoes", "",
	    "q", NOW - 5000) };
	struct letter b = { L("b@x", "mia@example.com", SHOP, "AW: Blue shoes",
	    "", "q", NOW - 4000) };
	struct letter c = { L("c@x", "eve@example.com", SHOP, "Re: Blue shoes",
	    "", "q", NOW - 3000) };
	struct letter d = { L("d@x", "mia@example.com", SHOP, "Blue shoes", "",
	    "q", NOW - 2000) };
	struct shelf s;
	int64_t t;

	(void)state;
	shelf_open(&s);
	t = arrive(&s, &a);
	assert_int_equal(arrive(&s, &b), t);
	assert_int_not_equal(arrive(&s, &c), t);
	assert_int_not_equal(arrive(&s, &d), t);
	shelf_close(&s);
}

static void
a_number_counts_only_for_those_who_take_part(void **state)
{
	struct letter a = { L("a@x", "mia@example.com", SHOP, "Hat", "", "q",
	    NOW - 5000) };
	struct letter b = { L("b@x", "mia@example.com", SHOP,
	    "About that hat [#1]", "", "q", NOW - 4000) };
	struct letter c = { L("c@x", "eve@example.com", SHOP,
	    "About that hat [#1]", "", "q", NOW - 3000) };
	struct shelf s;

	(void)state;
	shelf_open(&s);
	assert_int_equal(arrive(&s, &a), 1);
	assert_int_equal(arrive(&s, &b), 1);
	assert_int_not_equal(arrive(&s, &c), 1);
	shelf_close(&s);
}

static void
two_looked_after_threads_stay_two(void **state)
{
	struct letter a = { L("a@x", "mia@example.com", SHOP, "One", "", "q",
	    NOW - 5000) };
	struct letter b = { L("b@x", "mia@example.com", SHOP, "Two", "", "q",
	    NOW - 4000) };
	struct letter c = { L("c@x", "mia@example.com", SHOP, "Both", "a@x b@x",
	    "q", NOW - 3000) };
	struct shelf s;
	int64_t ta, tb;

	(void)state;
	shelf_open(&s);
	ta = arrive(&s, &a);
	tb = arrive(&s, &b);
	change(&s, &s.ana, ta,
	    (struct change){ .kind = CHANGE_ASSIGN, .agent = s.ana.agent });
	change(&s, &s.ana, tb,
	    (struct change){ .kind = CHANGE_ASSIGN, .agent = s.ben.agent });
	assert_int_equal(arrive(&s, &c), tb);
	assert_int_equal(row(&s, ta).messages, 1);
	shelf_close(&s);
}

static void
a_merged_thread_leads_on_and_the_pressing_state_wins(void **state)
{
	struct letter a = { L("a@x", "mia@example.com", SHOP, "One", "", "q",
	    NOW - 5000) };
	struct letter b = { L("b@x", "mia@example.com", SHOP, "Two", "", "q",
	    NOW - 4000) };
	struct letter c = { L("c@x", SHOP, "mia@example.com", "Both", "a@x b@x",
	    "q", NOW - 3000) };
	struct shelf s;
	int64_t ta, tb;

	(void)state;
	shelf_open(&s);
	ta = arrive(&s, &a);
	tb = arrive(&s, &b);
	change(&s, &s.ana, tb,
	    (struct change){ .kind = CHANGE_TAG, .text = "size" });
	change(&s, &s.ana, ta,
	    (struct change){ .kind = CHANGE_STATE, .state = THREAD_CLOSED });
	arrive_at(&s, s.sent, &c, NOW);
	assert_int_equal(row(&s, ta).id, row(&s, tb).id);
	assert_int_equal(row(&s, ta).messages, 3);
	assert_int_equal(row(&s, ta).tags.n, 1);
	shelf_close(&s);
}

static void
a_stranger_cannot_join_two_customers(void **state)
{
	struct letter a = { L("a@x", "mia@example.com", SHOP, "One", "", "q",
	    NOW - 5000) };
	struct letter b = { L("b@x", "bob@example.com", SHOP, "Two", "", "q",
	    NOW - 4000) };
	struct letter c = { L("c@x", "eve@example.com", SHOP, "Both", "a@x b@x",
	    "q", NOW - 3000) };
	struct shelf s;

	(void)state;
	shelf_open(&s);
	arrive(&s, &a);
	arrive(&s, &b);
	arrive(&s, &c);
	assert_int_not_equal(thread_of(&s, &a), thread_of(&s, &b));
	assert_string_equal(row(&s, thread_of(&s, &b)).customer.address,
	    "bob@example.com");
	shelf_close(&s);
}

static void
old_mail_arrives_closed_and_outside_the_figures(void **state)
{
	struct letter old = { L("a@x", "mia@example.com", SHOP, "Old", "", "q",
	    NOW - 40 * DAY) };
	struct letter new = { L("b@x", "mia@example.com", SHOP, "Re: Old",
	    "a@x", "q", NOW - 100) };
	struct turn_row *v;
	struct shelf s;
	struct thread t;
	size_t n;
	struct err e;

	(void)state;
	shelf_open(&s);
	t = row(&s, arrive(&s, &old));
	assert_int_equal(t.state, THREAD_CLOSED);
	assert_int_equal(t.waiting_since, 0);
	ok(store_turns(s.store, 0, INT64_MAX, NOW, &s.arena, &v, &n, &e), &e);
	assert_int_equal(n, 0);
	/* She writes again after that: now she waits, since now. */
	new.at = NOW + 100;
	t = row(&s, arrive(&s, &new));
	assert_int_equal(t.state, THREAD_OPEN);
	assert_int_equal(t.waiting_since, NOW + 100);
	shelf_close(&s);
}

static void
an_old_start_of_a_living_thread_counts(void **state)
{
	struct letter new = { L("b@x", "mia@example.com", SHOP, "Re: Old",
	    "a@x", "q", NOW - 100) };
	struct letter old = { L("a@x", "mia@example.com", SHOP, "Old", "", "q",
	    NOW - 40 * DAY) };
	struct shelf s;
	struct thread t;

	(void)state;
	shelf_open(&s);
	arrive(&s, &new); /* the first sync works downwards */
	t = row(&s, arrive(&s, &old));
	assert_int_equal(t.state, THREAD_OPEN);
	assert_int_equal(t.waiting_since, NOW - 40 * DAY);
	shelf_close(&s);
}

static void
an_answer_found_in_sent_counts_for_no_agent(void **state)
{
	struct letter a = { L("a@x", "mia@example.com", SHOP, "One", "", "q",
	    NOW - 5000) };
	struct letter r = { L("r@x", SHOP, "mia@example.com", "Re: One", "a@x",
	    "r", NOW - 4000) };
	struct turn_row *v;
	struct shelf s;
	size_t n;
	struct err e;

	(void)state;
	for (int order = 0; order < 2; order++) {
		shelf_open(&s);
		if (order == 0)
			arrive(&s, &a);
		arrive_at(&s, s.sent, &r, NOW);
		if (order == 1)
			arrive(&s, &a);
		assert_int_equal(row(&s, 1).state, THREAD_PENDING);
		ok(store_turns(s.store, 0, INT64_MAX, NOW, &s.arena, &v, &n,
		       &e),
		    &e);
		assert_int_equal(n, 1);
		assert_int_equal(v[0].wall, 1000);
		assert_int_equal(v[0].agent, 0);
		shelf_close(&s);
	}
}

static void
robots_open_but_do_not_wait(void **state)
{
	struct letter a = { L("a@x", "noreply@market.example", SHOP, "Sale", "",
				"q", NOW - 5000),
		.automatic = true };
	struct letter b = { L("b@x", "mia@example.com", SHOP, "One", "", "q",
	    NOW - 4000) };
	struct letter c = { L("c@x", "mia@example.com", SHOP, "Re: One", "b@x",
				"I am away", NOW - 10),
		.automatic = true };
	struct shelf s;
	struct thread t;
	int64_t thread;

	(void)state;
	shelf_open(&s);
	t = row(&s, arrive(&s, &a));
	assert_true(t.automatic);
	assert_int_equal(t.state, THREAD_OPEN);
	assert_int_equal(t.waiting_since, 0);
	thread = arrive(&s, &b);
	change(&s, &s.ana, thread,
	    (struct change){ .kind = CHANGE_STATE, .state = THREAD_CLOSED });
	arrive(&s, &c);
	assert_int_equal(row(&s, thread).state, THREAD_CLOSED);
	/* One key: it was a person after all, and she waits. */
	change(&s, &s.ana, t.id,
	    (struct change){ .kind = CHANGE_AUTOMATIC, .on = false });
	assert_int_equal(row(&s, t.id).waiting_since, NOW - 5000);
	shelf_close(&s);
}

static void
a_bounce_stands_with_its_mail(void **state)
{
	struct letter a = { L("a@x", "mia@example.com", SHOP, "One", "", "q",
	    NOW - 5000) };
	struct letter r = { L("r@x", SHOP, "mia@example.com", "Re: One", "a@x",
	    "r", NOW - 4000) };
	struct letter l = { L("n@x", "mailer-daemon@mx.example", SHOP,
				"Undelivered", "", "550", NOW - 3000),
		.automatic = true };
	struct bounce about = { .recipient = "mia@example.com",
		.status = "5.1.1",
		.action = "failed",
		.reason = "no such user",
		.about = "r@x",
		.permanent = true };
	struct arrival v;
	struct message *m;
	struct mail *mail;
	struct shelf s;
	size_t n;
	struct err e;

	(void)state;
	shelf_open(&s);
	arrive(&s, &a);
	arrive_at(&s, s.sent, &r, NOW);
	mail = letter_mail(&s.arena, &l);
	mail->bounce = &about;
	v = parcel(&s.arena, &l, mail, 500);
	ok(ingest_batch(s.store, s.inbox, &v, 1, NULL, 30 * DAY, NOW, NULL, &e),
	    &e);
	assert_true(row(&s, 1).undelivered);
	assert_int_equal(row(&s, 1).state, THREAD_OPEN);
	ok(store_messages(s.store, 1, &s.arena, &m, &n, &e), &e);
	assert_int_equal(n, 3);
	assert_string_equal(m[2].bounce->status, "5.1.1");
	assert_true(m[2].bounce->permanent);
	shelf_close(&s);
}

static void
junk_is_spam_and_moves_home_when_it_is_not(void **state)
{
	struct letter a = { L("a@x", "mia@example.com", SHOP, "One", "", "q",
	    NOW - 5000) };
	struct push *v;
	struct shelf s;
	int64_t t;
	size_t n;
	struct err e;

	(void)state;
	shelf_open(&s);
	t = arrive_at(&s, s.junk, &a, NOW);
	assert_int_equal(row(&s, t).state, THREAD_SPAM);
	ok(ingest_pushes(s.store, "shop", 0, 0, &s.arena, &v, &n, &e), &e);
	assert_int_equal(n, 0);
	change(&s, &s.ana, t,
	    (struct change){ .kind = CHANGE_STATE, .state = THREAD_OPEN });
	ok(ingest_pushes(s.store, "shop", 0, 0, &s.arena, &v, &n, &e), &e);
	assert_int_equal(n, 1);
	assert_int_equal(v[0].kind, PUSH_MOVE);
	assert_int_equal(v[0].to, ROLE_INBOX);
	ok(store_undo(s.store, &s.ana, &s.arena, NULL, NULL, &e), &e);
	ok(ingest_pushes(s.store, "shop", 0, 0, &s.arena, &v, &n, &e), &e);
	assert_int_equal(n, 0);
	shelf_close(&s);
}

static void
flags_go_both_ways_and_ours_is_newer(void **state)
{
	struct letter a = { L("a@x", "mia@example.com", SHOP, "One", "", "q",
	    NOW - 5000) };
	struct flag_row f = { .uid = 1 };
	struct push *v;
	struct shelf s;
	size_t n;
	struct err e;

	(void)state;
	shelf_open(&s);
	arrive(&s, &a);
	change(&s, &s.ana, 1,
	    (struct change){ .kind = CHANGE_READ, .on = true });
	ok(ingest_pushes(s.store, "shop", 0, 0, &s.arena, &v, &n, &e), &e);
	assert_int_equal(n, 1);
	assert_int_equal(v[0].flag, MAIL_SEEN);
	/* The server's older word does not undo what waits to be told. */
	ok(ingest_flags(s.store, s.inbox, &f, 1, NULL, NOW, NULL, &e), &e);
	assert_int_equal(row(&s, 1).unread, 0);
	ok(ingest_pushed(s.store, &v[0].id, 1, "", NOW, &e), &e);
	f.flags = MAIL_SEEN | MAIL_FLAGGED;
	ok(ingest_flags(s.store, s.inbox, &f, 1, NULL, NOW, NULL, &e), &e);
	assert_true(row(&s, 1).starred);
	f.flags = 0;
	ok(ingest_flags(s.store, s.inbox, &f, 1, NULL, NOW, NULL, &e), &e);
	assert_int_equal(row(&s, 1).unread, 1);
	assert_false(row(&s, 1).starred);
	/* There and back before it was told: nothing to tell. */
	change(&s, &s.ana, 1,
	    (struct change){ .kind = CHANGE_READ, .on = true });
	change(&s, &s.ana, 1,
	    (struct change){ .kind = CHANGE_READ, .on = false });
	ok(ingest_pushes(s.store, "shop", 0, 0, &s.arena, &v, &n, &e), &e);
	assert_int_equal(n, 0);
	shelf_close(&s);
}

static void
gone_is_marked_and_a_mass_removal_waits(void **state)
{
	int64_t uid[60];
	struct message m;
	struct shelf s;
	struct err e;

	(void)state;
	shelf_open(&s);
	for (int i = 0; i < 60; i++) {
		struct letter l = { .from = "mia@example.com",
			.to = SHOP,
			.subject = "S",
			.text = "T",
			.at = NOW - i };

		l.id = arena_fmt(&s.arena, "g%d@x", i);
		arrive(&s, &l);
		uid[i] = i + 1;
	}
	ok(ingest_gone(s.store, s.inbox, uid, 2, NULL, false, NOW, NULL, &e),
	    &e);
	ok(store_message(s.store, 1, &s.arena, &m, &e), &e);
	assert_true(m.gone);
	assert_int_equal(ingest_gone(s.store, s.inbox, uid, 60, NULL, false,
			     NOW, NULL, &e),
	    -1);
	assert_int_equal(e.kind, ERR_CONFLICT);
	ok(store_message(s.store, 9, &s.arena, &m, &e), &e);
	assert_false(m.gone);
	ok(ingest_gone(s.store, s.inbox, uid, 60, NULL, true, NOW, NULL, &e),
	    &e);
	ok(store_message(s.store, 9, &s.arena, &m, &e), &e);
	assert_true(m.gone);
	shelf_close(&s);
}

static void
a_new_uidvalidity_doubles_nothing(void **state)
{
	struct letter a = { L("a@x", "mia@example.com", SHOP, "One", "", "q",
	    NOW - 5000) };
	struct letter b = { L("b@x", "mia@example.com", SHOP, "Two", "", "q",
	    NOW - 4000) };
	struct cursor c = { .uidvalidity = 9, .complete = true };
	struct removal out;
	struct message m;
	struct shelf s;
	struct err e;
	int64_t met;

	(void)state;
	shelf_open(&s);
	arrive(&s, &a);
	arrive(&s, &b);
	change(&s, &s.ana, 1,
	    (struct change){ .kind = CHANGE_TAG, .text = "size" });
	ok(ingest_moved(s.store, s.inbox, 9, NOW, &e), &e);
	assert_int_equal(arrive(&s, &a), 1);
	ok(ingest_batch(s.store, s.inbox, NULL, 0, &c, 30 * DAY, NOW, NULL, &e),
	    &e);
	ok(ingest_adrift(s.store, s.inbox, false, NOW, &met, &out, &e), &e);
	assert_int_equal(met, 1);
	assert_int_equal(out.gone, 1);
	assert_int_equal(row(&s, 1).messages, 1);
	assert_int_equal(row(&s, 1).tags.n, 1);
	ok(store_message(s.store, 1, &s.arena, &m, &e), &e);
	assert_false(m.gone);
	ok(store_message(s.store, 2, &s.arena, &m, &e), &e);
	assert_true(m.gone);
	shelf_close(&s);
}

static void
a_claim_to_be_us_moves_nothing(void **state)
{
	struct letter a = { L("a@x", "mia@example.com", SHOP, "One", "", "q",
	    NOW - 5000) };
	struct letter f = { L("f@x", SHOP, SHOP, "Re: One", "a@x", "fake",
	    NOW - 4000) };
	struct shelf s;

	(void)state;
	shelf_open(&s);
	arrive(&s, &a);
	arrive(&s, &f);
	assert_int_equal(row(&s, 1).state, THREAD_OPEN);
	assert_int_equal(row(&s, 1).waiting_since, NOW - 5000);
	/* It lies in our own Sent as well: so it was us. */
	arrive_at(&s, s.sent, &f, NOW);
	assert_int_equal(row(&s, 1).waiting_since, 0);
	shelf_close(&s);
}

static void
the_raw_bytes_come_back(void **state)
{
	struct letter a = { L("a@x", "mia@example.com", SHOP, "One", "", "q",
	    NOW - 5000) };
	struct buf raw = { 0 };
	struct shelf s;
	struct err e;

	(void)state;
	shelf_open(&s);
	arrive(&s, &a);
	ok(store_raw(s.store, 1, &raw, &e), &e);
	assert_string_equal(buf_text(&raw), letter_raw(&s.arena, &a));
	tamper(&s, "UPDATE message SET hash=zeroblob(32) WHERE id=1");
	assert_int_equal(store_raw(s.store, 1, &raw, &e), -1);
	assert_int_equal(e.kind, ERR_DATA);
	buf_free(&raw);
	ok_close(&s);
}

/* What a mail costs does not grow with the store. */
static void
arrival_scans_no_table(void **state)
{
	struct shelf s;
	int64_t before = 0, after;

	(void)state;
	shelf_open(&s);
	for (int i = 0; i < 120; i++) {
		struct letter l = {
			.id = arena_fmt(&s.arena, "n%d@example.com", i),
			.from = arena_fmt(&s.arena, "c%d@example.com", i % 7),
			.to = "hello@shop.example",
			.subject = arena_fmt(&s.arena, "%sLamp %d",
			    i % 3 == 0 ? "Re: " : "", i % 11),
			.refs = i % 4 == 0 ? arena_fmt(&s.arena,
						 "n%d@example.com", i / 2)
					   : NULL,
			.text = "Where is it?",
			.at = NOW - i * 3600,
		};

		arrive(&s, &l);
		if (i == 59)
			before = db_scanned(s.store->db);
	}
	after = db_scanned(s.store->db);
	assert_true(after - before <= before + 60);
	shelf_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arrival_scans_no_table),
		cmocka_unit_test(any_order_gives_the_same_threads),
		cmocka_unit_test(
		    the_subject_helps_those_who_lost_their_references),
		cmocka_unit_test(a_number_counts_only_for_those_who_take_part),
		cmocka_unit_test(two_looked_after_threads_stay_two),
		cmocka_unit_test(
		    a_merged_thread_leads_on_and_the_pressing_state_wins),
		cmocka_unit_test(a_stranger_cannot_join_two_customers),
		cmocka_unit_test(
		    old_mail_arrives_closed_and_outside_the_figures),
		cmocka_unit_test(an_old_start_of_a_living_thread_counts),
		cmocka_unit_test(an_answer_found_in_sent_counts_for_no_agent),
		cmocka_unit_test(robots_open_but_do_not_wait),
		cmocka_unit_test(a_bounce_stands_with_its_mail),
		cmocka_unit_test(junk_is_spam_and_moves_home_when_it_is_not),
		cmocka_unit_test(flags_go_both_ways_and_ours_is_newer),
		cmocka_unit_test(gone_is_marked_and_a_mass_removal_waits),
		cmocka_unit_test(a_new_uidvalidity_doubles_nothing),
		cmocka_unit_test(a_claim_to_be_us_moves_nothing),
		cmocka_unit_test(the_raw_bytes_come_back),
	};

	return cmocka_run_group_tests_name("store/group", tests, NULL, NULL);
}
