/*
 * Ten agents and a sync on one store: nobody answers blindly twice, nobody
 * is left out for long, and what is on the disk is whole.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/store/shelf.h"

#define AGENTS  10
#define THREADS 200

static struct letter
question(struct shelf *s, int i)
{
	struct letter l = { .to = "hello@shop.example",
		.text = "What about it?",
		.at = NOW - i };

	l.id = arena_fmt(&s->arena, "q%d@example.com", i);
	l.from = arena_fmt(&s->arena, "c%d@example.com", i);
	l.subject = arena_fmt(&s->arena, "Question %d", i);
	return l;
}

/*
 * One agent answers every thread from what was to be seen at the start,
 * which is when `gate` is closed.
 */
static void
agent(struct shelf *s, int me, int gate, const int64_t *thread,
    const int64_t *base)
{
	struct act by = { .now = NOW };
	int answered = 0;
	struct err e;
	char c;

	by.login = arena_fmt(&s->arena, "agent%d", me);
	s->store = NULL;
	shelf_reopen(s);
	ok(store_agent_ensure(s->store, by.login, "", "", NOW, &by.agent, &e),
	    &e);
	if (read(gate, &c, 1) != 0)
		_exit(3);
	for (int i = 0; i < THREADS; i++) {
		int k = (i * 7 + me * 31) % THREADS;

		if (last_mail(s, thread[k]) != base[k])
			continue;
		if (answer_to(s, &by, thread[k], base[k], by.login, false,
			&e) > 0)
			answered++;
		else if (e.kind != ERR_CONFLICT)
			ok(-1, &e);
	}
	store_close(s->store);
	_exit(answered > 0 ? 0 : 2);
}

static void
sync_meanwhile(struct shelf *s)
{
	s->store = NULL;
	shelf_reopen(s);
	s->uid = 1000;
	for (int i = 0; i < 40; i++) {
		struct letter l = question(s, 1000 + i);

		arrive(s, &l);
	}
	store_close(s->store);
	_exit(0);
}

static void
nobody_answers_twice(void **state)
{
	int64_t thread[THREADS], base[THREADS];
	struct outbox *v;
	struct shelf s;
	size_t n;
	int status, gate[2];
	struct err e;

	(void)state;
	shelf_open(&s);
	for (int i = 0; i < THREADS; i++) {
		struct letter l = question(&s, i);

		thread[i] = arrive(&s, &l);
		base[i] = last_mail(&s, thread[i]);
	}
	store_close(s.store); /* no connection crosses a fork */
	fflush(stdout);
	assert_int_equal(pipe(gate), 0);
	for (int i = 0; i <= AGENTS; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0)
			close(gate[1]);
		if (pid == 0 && i == AGENTS)
			sync_meanwhile(&s);
		if (pid == 0)
			agent(&s, i, gate[0], thread, base);
	}
	close(gate[0]);
	close(gate[1]);
	for (int i = 0; i <= AGENTS; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	s.store = NULL;
	shelf_reopen(&s);
	ok(store_outbox(s.store, false, &s.arena, &v, &n, &e), &e);
	assert_int_equal(n, THREADS);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(v[i].thread, v[k].thread);
	}
	shelf_close(&s);
}

static void
a_stale_revision_changes_nothing(void **state)
{
	struct change c = { .kind = CHANGE_STATE, .state = THREAD_CLOSED };
	struct letter l;
	struct shelf s;
	struct seen seen;
	size_t changed;
	struct err e;

	(void)state;
	shelf_open(&s);
	l = question(&s, 1);
	seen.thread = arrive(&s, &l);
	seen.revision = row(&s, seen.thread).revision;
	l = question(&s, 2);
	l.refs = "q1@example.com";
	arrive(&s, &l);
	assert_int_equal(store_change(s.store, &s.ana, &seen, 1, &c, 1,
			     &changed, &e),
	    -1);
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_int_equal(row(&s, seen.thread).state, THREAD_OPEN);
	/* A tag goes with whatever others did. */
	c = (struct change){ .kind = CHANGE_TAG, .text = "size" };
	ok(store_change(s.store, &s.ana, &seen, 1, &c, 1, &changed, &e), &e);
	assert_int_equal(changed, 1);
	shelf_close(&s);
}

static void
a_held_lock_is_busy_after_the_bound(void **state)
{
	struct shelf s;
	struct store *screen;
	struct db *other;
	struct letter l;
	struct err e;

	(void)state;
	shelf_open(&s);
	l = question(&s, 1);
	arrive(&s, &l);
	screen = store_open(&s.shop, STORE_WRITE, 50, &e);
	assert_non_null(screen);
	other = hold_lock(&s);
	assert_int_equal(store_look(screen, &s.ana, 1, &e), -1);
	assert_int_equal(e.kind, ERR_BUSY);
	free_lock(other);
	ok(store_look(screen, &s.ana, 1, &e), &e);
	store_close(screen);
	shelf_close(&s);
}

static void
who_writes_is_known_and_can_be_taken_over(void **state)
{
	struct presence *v;
	struct shelf s;
	struct letter l;
	size_t n;
	struct err e;

	(void)state;
	shelf_open(&s);
	l = question(&s, 1);
	arrive(&s, &l);
	ok(store_look(s.store, &s.ben, 1, &e), &e);
	ok(store_claim(s.store, &s.ana, 1, CLAIM_ASK, &e), &e);
	ok(store_claim(s.store, &s.ana, 1, CLAIM_ASK, &e), &e);
	assert_int_equal(store_claim(s.store, &s.ben, 1, CLAIM_ASK, &e), -1);
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_string_equal(e.text, "ana is writing an answer here");
	ok(store_presence(s.store, NOW, &s.arena, &v, &n, &e), &e);
	assert_int_equal(n, 2);
	assert_true(v[0].typing && v[0].agent == s.ana.agent);
	assert_int_equal(answer(&s, &s.ben, 1, "No", false, &e), -1);
	ok(store_claim(s.store, &s.ben, 1, CLAIM_TAKE, &e), &e);
	assert_true(answer(&s, &s.ben, 1, "No", false, &e) > 0);
	ok(store_presence(s.store, NOW + 100, &s.arena, &v, &n, &e), &e);
	assert_int_equal(n, 0);
	shelf_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_answers_twice),
		cmocka_unit_test(a_stale_revision_changes_nothing),
		cmocka_unit_test(a_held_lock_is_busy_after_the_bound),
		cmocka_unit_test(who_writes_is_known_and_can_be_taken_over),
	};

	return cmocka_run_group_tests_name("store/contend", tests, NULL, NULL);
}
