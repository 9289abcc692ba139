/* Merged, split and moved by hand: it wins, can be undone, and lasts. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "store/own.h"
#include "tests/unit/store/shelf.h"

#define SHOP "hello@shop.example"
#define MIA  "mia@example.com"
#define BOB  "bob@example.com"
#define L(i, f, t, s, r, w)                                                    \
	.id = (i), .from = (f), .to = (t), .subject = (s), .refs = (r),        \
	.text = (i), .at = (w)

static const struct letter a1 = { L("a1@x", MIA, SHOP, "Shoes", "",
    NOW - 9000) };
static const struct letter a2 = { L("a2@x", MIA, SHOP, "Re: Shoes", "a1@x",
    NOW - 8000) };
static const struct letter a3 = { L("a3@x", MIA, SHOP, "Re: Shoes", "a1@x a2@x",
    NOW - 7000) };
static const struct letter a4 = { L("a4@x", MIA, SHOP, "Re: Shoes",
    "a1@x a2@x a3@x", NOW - 600) };
static const struct letter b1 = { L("b1@x", BOB, SHOP, "Bag", "", NOW - 5000) };
static const struct letter b2 = { L("b2@x", BOB, SHOP, "Re: Bag", "b1@x",
    NOW - 500) };

static int64_t
id_of(struct shelf *s, const struct letter *l)
{
	struct mail *m = letter_mail(&s->arena, l);
	int64_t id;
	struct err e;

	ok(db_get(s->store->db, &id, &e, "SELECT id FROM message WHERE hash=?1",
	       "b", m->hash, sizeof(m->hash)) < 0
		? -1
		: 0,
	    &e);
	return id;
}

static int64_t
merge(struct shelf *s, const struct act *by, int64_t into, int64_t from)
{
	struct seen both[] = { { into, 0 }, { from, 0 } };
	int64_t id;
	struct err e;

	ok(store_merge(s->store, by, both, 2, &id, &e), &e);
	return id;
}

static int64_t
split(struct shelf *s, const struct act *by, const struct letter *l)
{
	struct seen seen = { thread_of(s, l), 0 };
	int64_t message = id_of(s, l), made;
	struct err e;

	ok(store_split(s->store, by, &seen, &message, 1, &made, &e), &e);
	return made;
}

static int64_t
move(struct shelf *s, const struct act *by, const struct letter *l, int64_t to)
{
	struct seen seen = { to, 0 };
	int64_t message = id_of(s, l), into;
	struct err e;

	ok(store_move(s->store, by, &message, 1, &seen, &into, &e), &e);
	return into;
}

static void
undo(struct shelf *s, const struct act *by)
{
	struct err e;

	ok(store_undo(s->store, by, &s->arena, NULL, NULL, &e), &e);
}

static void
redo(struct shelf *s, const struct act *by)
{
	struct err e;

	ok(store_redo(s->store, by, &s->arena, NULL, NULL, &e), &e);
}

/* The rules, asked about everything: what they would change. */
static size_t
shifts(struct shelf *s)
{
	struct arena a = { 0 };
	struct found all = { 0 };
	struct family f;
	struct shift *v;
	struct err e;
	size_t n;

	for (int64_t t = 1; t <= 20; t++)
		ok(found_add(s->store, &all, t, &e), &e);
	ok(family_gather(s->store, &a, all.v, all.n, FAMILY_STRICT, &f, &e),
	    &e);
	ok(family_shifts(&f, &v, &n, &e), &e);
	arena_free(&a);
	arena_reset(&s->store->scratch);
	return n;
}

/* A store in which Mia has a thread and Bob another. */
static void
open_with_two(struct shelf *s, int64_t *mia, int64_t *bob)
{
	shelf_open(s);
	*mia = arrive(s, &a1);
	*bob = arrive(s, &b1);
}

static void
merged_threads_stay_one(void **state)
{
	struct shelf s;
	struct thread t;
	int64_t a, b;

	(void)state;
	open_with_two(&s, &a, &b);
	change(&s, &s.ana, b,
	    (struct change){ .kind = CHANGE_TAG, .text = "bags" });
	change(&s, &s.ana, b,
	    (struct change){ .kind = CHANGE_ASSIGN, .agent = s.ben.agent });
	assert_int_equal(merge(&s, &s.ana, a, b), a);
	t = row(&s, b);
	assert_int_equal(t.id, a);
	assert_int_equal(t.messages, 2);
	assert_int_equal(t.tags.n, 1);
	assert_int_equal(t.assignee, s.ben.agent);
	assert_string_equal(t.customer.address, MIA);
	assert_int_equal(t.waiting_since, NOW - 9000);
	/* Answers to either come here, whatever the rules say. */
	assert_int_equal(arrive(&s, &b2), a);
	assert_int_equal(arrive(&s, &a2), a);
	assert_int_equal(shifts(&s), 0);
	shelf_reopen(&s);
	assert_int_equal(shifts(&s), 0);
	shelf_close(&s);
}

static void
undoing_a_merge_gives_each_its_own(void **state)
{
	const char *was_a, *was_b, *one;
	struct shelf s;
	int64_t a, b;
	struct err e;

	(void)state;
	open_with_two(&s, &a, &b);
	change(&s, &s.ana, b,
	    (struct change){ .kind = CHANGE_TAG, .text = "bags" });
	ok(store_note(s.store, &s.ana, b, "Mind the dog.", NULL, &e), &e);
	change(&s, &s.ana, a,
	    (struct change){ .kind = CHANGE_STATE, .state = THREAD_CLOSED });
	was_a = portrait(&s, a);
	was_b = portrait(&s, b);
	merge(&s, &s.ana, a, b);
	one = portrait(&s, a);
	shelf_reopen(&s);
	undo(&s, &s.ana);
	assert_string_equal(portrait(&s, a), was_a);
	assert_string_equal(portrait(&s, b), was_b);
	assert_int_equal(row(&s, b).id, b);
	shelf_reopen(&s);
	redo(&s, &s.ana);
	assert_string_equal(portrait(&s, a), one);
	/* What came since goes with what it answers. */
	assert_int_equal(arrive(&s, &b2), a);
	undo(&s, &s.ana);
	assert_int_equal(thread_of(&s, &b2), b);
	assert_int_equal(row(&s, a).messages, 1);
	assert_int_equal(shifts(&s), 0);
	shelf_close(&s);
}

/* An answer in one thread was none to the question in the other. */
static void
each_keeps_its_clock(void **state)
{
	struct turn_row *v;
	struct shelf s;
	struct err e;
	int64_t a, b;
	size_t n;

	(void)state;
	open_with_two(&s, &a, &b);
	carry(&s, answer(&s, &s.ana, b, "So it is.", false, &e), NOW + 20);
	merge(&s, &s.ana, b, a);
	assert_int_equal(row(&s, b).waiting_since, NOW - 9000);
	assert_int_equal(row(&s, b).state, THREAD_OPEN);
	ok(store_turns(s.store, 0, INT64_MAX, NOW + 60, &s.arena, &v, &n, &e),
	    &e);
	assert_int_equal(n, 2);
	undo(&s, &s.ana);
	assert_int_equal(row(&s, b).state, THREAD_PENDING);
	/* And the other way round. */
	merge(&s, &s.ana, a, b);
	assert_int_equal(row(&s, a).waiting_since, NOW - 9000);
	ok(store_turns(s.store, 0, INT64_MAX, NOW + 60, &s.arena, &v, &n, &e),
	    &e);
	assert_int_equal(n, 2);
	shelf_close(&s);
}

static void
a_split_lasts(void **state)
{
	struct shelf s;
	int64_t a, c;

	(void)state;
	shelf_open(&s);
	a = arrive(&s, &a2);
	arrive(&s, &a3);
	c = split(&s, &s.ana, &a3);
	assert_int_not_equal(c, a);
	assert_int_equal(row(&s, c).messages, 1);
	assert_int_equal(row(&s, c).waiting_since, NOW - 7000);
	assert_int_equal(row(&s, a).messages, 1);
	/* A late parent of both stays with what was not put elsewhere. */
	assert_int_equal(arrive(&s, &a1), a);
	assert_int_equal(thread_of(&s, &a3), c);
	/* An answer to what was split off follows it. */
	assert_int_equal(arrive(&s, &a4), c);
	assert_int_equal(shifts(&s), 0);
	undo(&s, &s.ana);
	assert_int_equal(thread_of(&s, &a3), a);
	assert_int_equal(thread_of(&s, &a4), a);
	assert_int_equal(row(&s, c).id, a);
	redo(&s, &s.ana);
	assert_int_equal(thread_of(&s, &a3), c);
	assert_int_equal(thread_of(&s, &a1), a);
	assert_int_equal(shifts(&s), 0);
	shelf_close(&s);
}

static void
a_moved_mail_stays_through_a_new_uidvalidity(void **state)
{
	struct cursor c = { .uidvalidity = 9, .complete = true };
	struct shelf s;
	struct err e;
	int64_t a, b;

	(void)state;
	shelf_open(&s);
	a = arrive(&s, &a1);
	arrive(&s, &a2);
	b = arrive(&s, &b1);
	assert_int_equal(move(&s, &s.ana, &a2, b), b);
	assert_int_equal(row(&s, a).messages, 1);
	assert_int_equal(row(&s, b).messages, 2);
	ok(ingest_moved(s.store, s.inbox, 9, NOW, &e), &e);
	assert_int_equal(arrive(&s, &a2), b);
	assert_int_equal(arrive(&s, &a1), a);
	assert_int_equal(arrive(&s, &b1), b);
	ok(ingest_batch(s.store, s.inbox, NULL, 0, &c, 30 * DAY, NOW, NULL, &e),
	    &e);
	assert_int_equal(arrive(&s, &a3), b);
	assert_int_equal(shifts(&s), 0);
	shelf_close(&s);
}

static void
moving_all_of_a_thread_merges_it(void **state)
{
	const char *was;
	struct shelf s;
	int64_t a, b;

	(void)state;
	open_with_two(&s, &a, &b);
	was = portrait(&s, a);
	assert_int_equal(move(&s, &s.ana, &a1, b), b);
	assert_int_equal(row(&s, a).id, b);
	undo(&s, &s.ana);
	assert_string_equal(portrait(&s, a), was);
	shelf_close(&s);
}

/* An answer that waits to be sent, and one being written, go along. */
static void
answers_and_drafts_follow_their_mail(void **state)
{
	struct draft d = { .account = "shop",
		.from = { "", SHOP },
		.subject = "Re: Shoes",
		.text = "Well",
		.canned = "" };
	struct draft *drafts;
	struct outbox o;
	struct shelf s;
	struct err e;
	int64_t a, c, id;
	size_t n;

	(void)state;
	shelf_open(&s);
	a = arrive(&s, &a1);
	arrive(&s, &a2);
	id = answer(&s, &s.ana, a, "Yes.", false, &e);
	assert_true(id > 0);
	d.thread = a;
	d.base = id_of(&s, &a2);
	ok(store_draft_save(s.store, &s.ben, &d, &e), &e);
	c = split(&s, &s.ana, &a2);
	ok(store_drafts(s.store, c, &s.arena, &drafts, &n, &e), &e);
	assert_int_equal(n, 1);
	assert_true(row(&s, c).draft);
	assert_false(row(&s, a).draft);
	undo(&s, &s.ana);
	assert_true(row(&s, a).draft);
	merge(&s, &s.ana, arrive(&s, &b1), a);
	ok(store_outbox_row(s.store, id, &s.arena, &o, &e), &e);
	assert_int_equal(o.thread, thread_of(&s, &b1));
	carry(&s, id, NOW + 20);
	shelf_close(&s);
}

static void
what_cannot_be_done_is_said(void **state)
{
	struct seen one = { 1, 0 }, two[] = { { 1, 0 }, { 1, 0 } };
	struct seen stale[] = { { 1, 0 }, { 2, 99 } };
	int64_t id, message;
	struct shelf s;
	struct err e;

	(void)state;
	shelf_open(&s);
	arrive(&s, &a1);
	arrive(&s, &b1);
	message = id_of(&s, &a1);
	assert_int_equal(store_merge(s.store, &s.ana, two, 2, &id, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(store_merge(s.store, &s.ana, stale, 2, &id, &e), -1);
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_int_equal(store_split(s.store, &s.ana, &one, &message, 1, &id,
			     &e),
	    -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(store_move(s.store, &s.ana, &message, 1, &one, &id,
			     &e),
	    -1);
	assert_int_equal(e.kind, ERR_USAGE);
	message = 99;
	assert_int_equal(store_split(s.store, &s.ana, &one, &message, 1, &id,
			     &e),
	    -1);
	assert_int_equal(e.kind, ERR_MISSING);
	shelf_close(&s);
}

static void
undo_yields_to_a_colleague(void **state)
{
	struct shelf s;
	struct err e;
	int64_t a, b;

	(void)state;
	shelf_open(&s);
	a = arrive(&s, &a1);
	arrive(&s, &a2);
	b = arrive(&s, &b1);
	merge(&s, &s.ana, a, b);
	split(&s, &s.ben, &a2);
	assert_int_equal(store_undo(s.store, &s.ana, &s.arena, NULL, NULL, &e),
	    -1);
	assert_int_equal(e.kind, ERR_CONFLICT);
	shelf_close(&s);
}

static size_t
rethread(struct shelf *s, enum rethread_how how)
{
	struct rethread_sum sum;
	struct err e;

	ok(store_rethread(s->store, &s->ana, NULL, 0, how, NULL, NULL, &sum,
	       &e),
	    &e);
	return (size_t)sum.moved;
}

/*
 * She lost her references, so the subject joined them; the mail that it
 * really answers comes late.  An agent has worked on the thread: what she
 * has before her stays, until somebody asks.
 */
static void
what_an_agent_works_on_is_not_torn_apart(void **state)
{
	static const struct letter re = { L("r@x", MIA, SHOP, "Re: Shoes",
	    "g@x", NOW - 3000) };
	static const struct letter late = { L("g@x", MIA, SHOP, "Boots", "",
	    NOW - 4000) };
	struct shelf s;
	int64_t a;

	(void)state;
	for (int worked = 0; worked < 2; worked++) {
		shelf_open(&s);
		a = arrive(&s, &a1);
		assert_int_equal(arrive(&s, &re), a);
		if (worked)
			change(&s, &s.ana, a,
			    (struct change){ .kind = CHANGE_TAG,
				.text = "size" });
		arrive(&s, &late);
		if (worked)
			assert_int_equal(thread_of(&s, &re), a);
		else
			assert_int_not_equal(thread_of(&s, &re), a);
		assert_int_equal(thread_of(&s, &late), thread_of(&s, &re));
		assert_int_equal(rethread(&s, RETHREAD_LOOK), worked ? 2 : 0);
		assert_int_equal(rethread(&s, RETHREAD_DO), worked ? 2 : 0);
		assert_int_equal(rethread(&s, RETHREAD_DO), 0);
		assert_int_not_equal(thread_of(&s, &re), a);
		assert_int_equal(row(&s, a).tags.n, worked);
		shelf_close(&s);
	}
}

static void
two_looked_after_are_related_and_stay_two(void **state)
{
	static const struct letter both = { L("c@x", MIA, SHOP, "Both",
	    "a1@x d@x", NOW - 300) };
	static const struct letter d = { L("d@x", MIA, SHOP, "Hat", "",
	    NOW - 400) };
	struct shelf s;
	struct err e;
	int64_t ta, td, *v;
	size_t n;

	(void)state;
	shelf_open(&s);
	ta = arrive(&s, &a1);
	td = arrive(&s, &d);
	change(&s, &s.ana, ta,
	    (struct change){ .kind = CHANGE_ASSIGN, .agent = s.ana.agent });
	change(&s, &s.ana, td,
	    (struct change){ .kind = CHANGE_ASSIGN, .agent = s.ben.agent });
	assert_int_equal(arrive(&s, &both), td);
	ok(store_related(s.store, ta, &s.arena, &v, &n, &e), &e);
	assert_int_equal(n, 1);
	assert_int_equal(v[0], td);
	ok(store_related(s.store, td, &s.arena, &v, &n, &e), &e);
	assert_int_equal(n, 1);
	assert_int_equal(v[0], ta);
	assert_int_equal(rethread(&s, RETHREAD_DO), 0);
	/* Nobody has it any more: they may be one. */
	change(&s, &s.ana, td, (struct change){ .kind = CHANGE_ASSIGN });
	assert_int_equal(rethread(&s, RETHREAD_DO), 2);
	assert_int_equal(row(&s, td).id, ta);
	assert_int_equal(row(&s, td).assignee, s.ana.agent);
	ok(store_related(s.store, ta, &s.arena, &v, &n, &e), &e);
	assert_int_equal(n, 0);
	shelf_close(&s);
}

static void
each_mail_knows_what_it_answers(void **state)
{
	struct shelf s;
	struct parent *v;
	struct err e;
	size_t n;

	(void)state;
	shelf_open(&s);
	arrive(&s, &a3);
	arrive(&s, &a4);
	arrive(&s, &a1);
	ok(store_parents(s.store, 1, &s.arena, &v, &n, &e), &e);
	assert_int_equal(n, 3);
	for (size_t i = 0; i < n; i++) {
		int64_t want = 0;

		if (v[i].message == id_of(&s, &a3))
			want = id_of(&s, &a1); /* past the ghost a2 */
		if (v[i].message == id_of(&s, &a4))
			want = id_of(&s, &a3);
		assert_int_equal(v[i].parent, want);
	}
	shelf_close(&s);
}

/* ---- anything, and back ---- */

#define THREADS 12
#define MAILS   10

struct world {
	struct shelf s;
	uint32_t seed;
	struct letter l[MAILS + 60];
	int mails;
	int64_t now;
};

static void
write_in(struct world *w)
{
	struct letter *l = &w->l[w->mails];
	uint32_t to = dice(&w->seed, (uint32_t)w->mails + 1);

	*l = (struct letter){ .from = MIA, .to = SHOP, .refs = "" };
	l->id = arena_fmt(&w->s.arena, "w%d@x", w->mails);
	l->subject = arena_fmt(&w->s.arena, "S%d", w->mails);
	l->text = l->id;
	l->at = NOW + w->mails;
	if ((int)to < w->mails && dice(&w->seed, 2) == 0)
		l->refs = w->l[to].id;
	w->mails++;
	arrive_at(&w->s, w->s.inbox, l, ++w->now);
}

/* One act of Ana's; whether anything was done. */
static bool
act(struct world *w)
{
	struct letter *l = &w->l[dice(&w->seed, (uint32_t)w->mails)];
	struct letter *m = &w->l[dice(&w->seed, (uint32_t)w->mails)];
	int64_t message = id_of(&w->s, l), out;
	struct seen from = { thread_of(&w->s, l), 0 };
	struct seen both[] = { { thread_of(&w->s, m), 0 }, from };
	struct err e;
	int rc;

	w->s.ana.now = ++w->now;
	switch (dice(&w->seed, 5)) {
	case 0:
		rc = store_merge(w->s.store, &w->s.ana, both, 2, &out, &e);
		break;
	case 1:
		rc = store_split(w->s.store, &w->s.ana, &from, &message, 1,
		    &out, &e);
		break;
	case 2:
		rc = store_move(w->s.store, &w->s.ana, &message, 1, &both[0],
		    &out, &e);
		break;
	case 3:
		change(&w->s, &w->s.ana, from.thread,
		    (struct change){ .kind = CHANGE_TAG,
			.text =
			    arena_fmt(&w->s.arena, "t%u", (unsigned)w->now) });
		return true;
	default:
		rc = store_note(w->s.store, &w->s.ana, from.thread, "Note",
		    NULL, &e);
	}
	assert_true(rc == 0 || e.kind == ERR_USAGE);
	return rc == 0;
}

static const char *
all_portraits(struct world *w)
{
	const char *out = "";

	for (int i = 0; i < w->mails; i++)
		out = arena_fmt(&w->s.arena, "%s%lld %s\n", out,
		    (long long)thread_of(&w->s, &w->l[i]),
		    portrait(&w->s, thread_of(&w->s, &w->l[i])));
	return out;
}

static void
undo_brings_back_what_was(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 20; seed++) {
		struct world w = { .seed = seed, .now = NOW + 100 };
		const char *was[40];
		int steps = 0;

		shelf_open(&w.s);
		for (int i = 0; i < MAILS; i++)
			write_in(&w);
		for (int i = 0; i < 14; i++) {
			was[steps] = all_portraits(&w);
			steps += act(&w);
		}
		assert_int_equal(shifts(&w.s), 0);
		for (int back = steps; back-- > 0;) {
			undo(&w.s, &w.s.ana);
			assert_string_equal(all_portraits(&w), was[back]);
		}
		for (int i = 0; i < steps; i++) {
			assert_string_equal(all_portraits(&w), was[i]);
			redo(&w.s, &w.s.ana);
		}
		shelf_close(&w.s);
	}
}

/* Mail goes on arriving; the check finds the log and the rows agree. */
static void
whatever_is_done_the_rows_are_those_of_the_log(void **state)
{
	(void)state;
	for (uint32_t seed = 50; seed < 62; seed++) {
		struct world w = { .seed = seed, .now = NOW + 100 };
		struct err e;

		shelf_open(&w.s);
		for (int i = 0; i < 60; i++) {
			uint32_t what = dice(&w.seed, 6);

			if (w.mails < 5 || what < 2)
				write_in(&w);
			else if (what < 5)
				act(&w);
			else
				store_undo(w.s.store, &w.s.ana, &w.s.arena,
				    NULL, NULL, &e);
		}
		assert_int_equal(differences(&w.s), 0);
		assert_int_equal(shifts(&w.s), 0);
		shelf_close(&w.s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merged_threads_stay_one),
		cmocka_unit_test(undoing_a_merge_gives_each_its_own),
		cmocka_unit_test(each_keeps_its_clock),
		cmocka_unit_test(a_split_lasts),
		cmocka_unit_test(a_moved_mail_stays_through_a_new_uidvalidity),
		cmocka_unit_test(moving_all_of_a_thread_merges_it),
		cmocka_unit_test(answers_and_drafts_follow_their_mail),
		cmocka_unit_test(what_cannot_be_done_is_said),
		cmocka_unit_test(undo_yields_to_a_colleague),
		cmocka_unit_test(what_an_agent_works_on_is_not_torn_apart),
		cmocka_unit_test(two_looked_after_are_related_and_stay_two),
		cmocka_unit_test(each_mail_knows_what_it_answers),
		cmocka_unit_test(undo_brings_back_what_was),
		cmocka_unit_test(
		    whatever_is_done_the_rows_are_those_of_the_log),
	};

	return cmocka_run_group_tests_name("store/part", tests, NULL, NULL);
}
