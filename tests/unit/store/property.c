/*
 * Whatever agents and servers do, the rows are those of the log, and undo
 * brings back what was, to the letter.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/unit/store/shelf.h"

#define THREADS 6

struct world {
	struct shelf s;
	uint32_t seed;
	int64_t thread[THREADS];
	int64_t now;
	int mails;
};

static void
begin(struct world *w, uint32_t seed)
{
	*w = (struct world){ .seed = seed, .now = NOW };
	shelf_open(&w->s);
	for (int i = 0; i < THREADS; i++) {
		struct letter l = { .to = "hello@shop.example",
			.text = "What about it?",
			.at = NOW - 1000 * i };

		l.id = arena_fmt(&w->s.arena, "t%d@example.com", i);
		l.from = arena_fmt(&w->s.arena, "c%d@example.com", i);
		l.subject = arena_fmt(&w->s.arena, "Question %d", i);
		l.automatic = i == 5;
		w->thread[i] = arrive(&w->s, &l);
	}
}

static struct act *
somebody(struct world *w)
{
	struct act *by = dice(&w->seed, 2) ? &w->s.ana : &w->s.ben;

	by->now = ++w->now;
	return by;
}

static struct change
some_change(struct world *w)
{
	static const char *const tags[] = { "returns", "vip", "size" };
	struct change c = { 0 };

	c.kind = (enum change_kind)dice(&w->seed, CHANGE_AUTOMATIC + 1);
	/* Opening is no act: undo passes it by. */
	if (c.kind == CHANGE_OPENED)
		c.kind = CHANGE_READ;
	c.agent = dice(&w->seed, 3) == 0 ? 0 : w->s.ana.agent;
	c.state = (enum thread_state)dice(&w->seed, THREAD_TRASH + 1);
	c.at = dice(&w->seed, 3) == 0 ? 0 : w->now + 1000;
	c.text = tags[dice(&w->seed, 3)];
	if (c.kind == CHANGE_OPENED) /* is nobody's to undo */
		c.kind = CHANGE_READ;
	if (c.kind == CHANGE_CUSTOMER)
		c.text = arena_fmt(&w->s.arena, "Jo <jo%d@example.org>",
		    (int)dice(&w->seed, 3));
	c.on = dice(&w->seed, 2);
	return c;
}

/* One change of some threads; whether it moved anything. */
static bool
triage(struct world *w)
{
	struct seen seen[THREADS];
	struct change c[2] = { some_change(w), some_change(w) };
	size_t n = 0, changed;
	struct err e;

	for (int i = 0; i < THREADS; i++) {
		if (dice(&w->seed, 3) == 0)
			seen[n++] = (struct seen){ w->thread[i], 0 };
	}
	if (store_change(w->s.store, somebody(w), seen, n, c,
		1 + dice(&w->seed, 2), &changed, &e) < 0) {
		assert_int_equal(e.kind, ERR_USAGE);
		return false;
	}
	return changed > 0;
}

static void
write_in(struct world *w)
{
	uint32_t i = dice(&w->seed, THREADS);
	struct letter l = { .to = "hello@shop.example",
		.text = "And again?",
		.subject = "Re: Question" };
	bool sent = dice(&w->seed, 4) == 0;

	l.id = arena_fmt(&w->s.arena, "m%d@example.com", ++w->mails);
	l.refs = arena_fmt(&w->s.arena, "t%u@example.com", i);
	l.from = sent ? "hello@shop.example"
		      : arena_fmt(&w->s.arena, "c%u@example.com", i);
	if (sent)
		l.to = arena_fmt(&w->s.arena, "c%u@example.com", i);
	l.automatic = !sent && dice(&w->seed, 5) == 0;
	l.at = w->now + 1 - dice(&w->seed, 2) * dice(&w->seed, 5000);
	l.flags = dice(&w->seed, 3) == 0 ? MAIL_SEEN | MAIL_FLAGGED : 0;
	arrive_at(&w->s, sent ? w->s.sent : w->s.inbox, &l, ++w->now);
}

static void
reply(struct world *w)
{
	struct act *by = somebody(w);
	int64_t t = w->thread[dice(&w->seed, THREADS)];
	struct err e;
	int64_t id = answer(&w->s, by, t, "So it is.", dice(&w->seed, 2), &e);

	if (id < 0) {
		assert_int_equal(e.kind, ERR_CONFLICT);
		return;
	}
	if (dice(&w->seed, 4) == 0)
		ok(store_outbox_cancel(w->s.store, by, id, NULL, &e), &e);
	else
		carry(&w->s, id, w->now += 20);
}

static void
note(struct world *w)
{
	struct err e;

	ok(store_note(w->s.store, somebody(w),
	       w->thread[dice(&w->seed, THREADS)], "Mind the dog.", NULL, &e),
	    &e);
}

static void
undo(struct world *w)
{
	struct act *by = somebody(w);
	struct err e;
	int rc;

	rc = dice(&w->seed, 3) == 0
		 ? store_redo(w->s.store, by, &w->s.arena, NULL, NULL, &e)
		 : store_undo(w->s.store, by, &w->s.arena, NULL, NULL, &e);
	if (rc < 0)
		assert_true(e.kind == ERR_CONFLICT || e.kind == ERR_MISSING);
}

static void
wake(struct world *w)
{
	struct err e;

	w->now += 600;
	ok(ingest_tick(w->s.store, w->now, NULL, &e), &e);
}

static void
something(struct world *w)
{
	static void (*const acts[])(
	    struct world *) = { write_in, reply, note, undo, undo, wake };
	uint32_t i = dice(&w->seed, 14);

	if (i < 6)
		acts[i](w);
	else
		triage(w);
}

static void
the_rows_are_those_of_the_log(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 12; seed++) {
		struct world w;

		begin(&w, seed);
		for (int i = 0; i < 60; i++)
			something(&w);
		assert_int_equal(differences(&w.s), 0);
		shelf_close(&w.s);
	}
}

/* The check is no ornament: it sees a row that was tampered with. */
static void
a_wrong_row_is_found(void **state)
{
	struct world w;

	(void)state;
	begin(&w, 1);
	tamper(&w.s, "UPDATE thread SET assignee=2 WHERE id=2");
	tamper(&w.s, "UPDATE thread SET waiting_since=5 WHERE id=3");
	tamper(&w.s, "DELETE FROM turn WHERE thread=4");
	assert_int_equal(differences(&w.s), 3);
	tamper(&w.s, "UPDATE thread SET assignee=0 WHERE id=2");
	ok_close(&w.s);
}

static void
undo_brings_back_what_was(void **state)
{
	(void)state;
	for (uint32_t seed = 100; seed < 130; seed++) {
		const char *was[40][THREADS];
		struct world w;
		int steps = 0;
		struct err e;

		begin(&w, seed);
		for (int i = 0; i < 25; i++) {
			for (int k = 0; k < THREADS; k++)
				was[steps][k] = portrait(&w.s, w.thread[k]);
			w.s.ben = w.s.ana; /* one pair of hands */
			if (dice(&w.seed, 6) == 0) {
				note(&w);
				steps++;
			} else {
				steps += triage(&w);
			}
		}
		while (steps-- > 0) {
			ok(store_undo(w.s.store, somebody(&w), &w.s.arena, NULL,
			       NULL, &e),
			    &e);
			for (int k = 0; k < THREADS; k++)
				assert_string_equal(was[steps][k],
				    portrait(&w.s, w.thread[k]));
		}
		assert_int_equal(store_undo(w.s.store, &w.s.ana, &w.s.arena,
				     NULL, NULL, &e),
		    -1);
		assert_int_equal(e.kind, ERR_MISSING);
		shelf_close(&w.s);
	}
}

static void
undo_works_across_a_restart_and_redo_returns(void **state)
{
	const char *before, *after, *text;
	struct world w;
	int64_t thread;
	struct err e;

	(void)state;
	begin(&w, 7);
	before = portrait(&w.s, w.thread[0]);
	change(&w.s, &w.s.ana, w.thread[0],
	    (struct change){ .kind = CHANGE_STATE, .state = THREAD_CLOSED });
	after = portrait(&w.s, w.thread[0]);
	shelf_reopen(&w.s);
	ok(store_undo(w.s.store, &w.s.ana, &w.s.arena, &text, &thread, &e), &e);
	assert_string_equal(portrait(&w.s, w.thread[0]), before);
	assert_int_equal(thread, w.thread[0]);
	assert_string_equal(text, "close, thread 1");
	shelf_reopen(&w.s);
	ok(store_redo(w.s.store, &w.s.ana, &w.s.arena, &text, &thread, &e), &e);
	assert_string_equal(portrait(&w.s, w.thread[0]), after);
	shelf_close(&w.s);
}

static void
undo_yields_to_a_colleague(void **state)
{
	struct world w;
	struct err e;

	(void)state;
	begin(&w, 8);
	change(&w.s, &w.s.ana, w.thread[0],
	    (struct change){ .kind = CHANGE_ASSIGN, .agent = w.s.ana.agent });
	change(&w.s, &w.s.ben, w.thread[0],
	    (struct change){ .kind = CHANGE_ASSIGN, .agent = w.s.ben.agent });
	assert_int_equal(store_undo(w.s.store, &w.s.ana, &w.s.arena, NULL, NULL,
			     &e),
	    -1);
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_int_equal(row(&w.s, w.thread[0]).assignee, w.s.ben.agent);
	shelf_close(&w.s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rows_are_those_of_the_log),
		cmocka_unit_test(a_wrong_row_is_found),
		cmocka_unit_test(undo_brings_back_what_was),
		cmocka_unit_test(undo_works_across_a_restart_and_redo_returns),
		cmocka_unit_test(undo_yields_to_a_colleague),
	};

	return cmocka_run_group_tests_name("store/property", tests, NULL, NULL);
}
