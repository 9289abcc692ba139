/*
 * Killed at any moment, cut off by a full disk: the store is whole, what was
 * acknowledged is there, and the next run goes on.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/when.h"
#include "tests/unit/store/shelf.h"

#define MAILS 240
#define BATCH 6

static struct letter
letter_no(struct arena *a, int i)
{
	struct letter l = { .to = "hello@shop.example", .at = NOW - 9000 + i };

	l.id = arena_fmt(a, "n%d@example.com", i);
	l.from = arena_fmt(a, "c%d@example.com", i % 17);
	l.subject = arena_fmt(a, "Matter %d", i % 40);
	l.text = arena_fmt(a, "Text number %d, order %d.", i, 10000 + i);
	if (i >= 40)
		l.refs = arena_fmt(a, "n%d@example.com", i - 40);
	return l;
}

/* What a sync does: from the cursor on, batch by batch. */
static void
sync_on(struct shelf *s)
{
	struct cursor c;
	struct err e;

	ok(ingest_mailbox(s->store, "shop", "INBOX", ROLE_INBOX, &s->inbox, &c,
	       &e),
	    &e);
	while (c.high < MAILS) {
		struct arrival v[BATCH];
		struct arena a = { 0 };
		size_t n = 0;

		for (; n < BATCH && c.high < MAILS; n++) {
			struct letter l = letter_no(&a, (int)c.high);

			v[n] = parcel(&a, &l, letter_mail(&a, &l), ++c.high);
		}
		ok(ingest_batch(s->store, s->inbox, v, n, &c, 30 * DAY, NOW,
		       NULL, &e),
		    &e);
		arena_free(&a);
	}
	ok(ingest_checkpoint(s->store, CHECKPOINT_FEW, &e), &e);
}

static char *
all(struct shelf *s)
{
	struct list_ask ask = { .order = ORDER_OLDEST, .now = NOW };
	struct thread *v;
	struct buf b = { 0 };
	char *out;
	size_t n;
	struct err e;

	ok(store_list(s->store, &ask, &s->arena, &v, &n, &e), &e);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, "%lld %s %s %d %s\n", (long long)v[i].id,
		    v[i].subject, v[i].snippet, v[i].messages,
		    portrait(s, v[i].id));
	out = arena_str(&s->arena, buf_text(&b));
	buf_free(&b);
	return out;
}

static void
killed_anywhere_it_ends_the_same(void **state)
{
	struct shelf whole, s;
	const char *want;
	uint32_t seed = 5;
	int64_t took;
	int kills = 0;

	(void)state;
	shelf_open(&whole);
	took = when_us();
	sync_on(&whole);
	/* Some of it each time, however fast the machine is. */
	took = (when_us() - took) / 8;
	if (took > 40000)
		took = 40000;
	want = all(&whole);
	shelf_open(&s);
	for (int status = 1; status != 0;) {
		struct timespec t = { 0,
			(1000 + dice(&seed, (uint32_t)took)) * 1000L };
		pid_t pid;

		store_close(s.store);
		s.store = NULL;
		fflush(stdout);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			shelf_reopen(&s);
			sync_on(&s);
			_exit(0);
		}
		nanosleep(&t, NULL);
		if (kills < 200)
			kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		kills++;
		shelf_reopen(&s);
		if (kills % 20 == 0)
			assert_int_equal(differences(&s), 0);
	}
	printf("# killed %d times\n", kills - 1);
	assert_true(kills > 3);
	assert_string_equal(all(&s), want);
	shelf_close(&s);
	shelf_close(&whole);
}

/* An agent counts on what a call returned; the pipe says what did. */
static void
what_was_acknowledged_is_there(void **state)
{
	uint32_t seed = 9;

	(void)state;
	for (int run = 0; run < 12; run++) {
		struct timespec t = { 0,
			(long)(5 + dice(&seed, 60)) * 1000000 };
		struct letter l;
		struct shelf s;
		int fd[2], told = 0;
		struct err e;
		pid_t pid;
		char c;

		shelf_open(&s);
		l = letter_no(&s.arena, 1);
		arrive(&s, &l);
		assert_int_equal(pipe(fd), 0);
		store_close(s.store);
		s.store = NULL;
		fflush(stdout);
		pid = fork();
		if (pid == 0) {
			shelf_reopen(&s);
			for (;;) {
				ok(store_note(s.store, &s.ana, 1, "x", NULL,
				       &e),
				    &e);
				if (write(fd[1], "x", 1) != 1)
					_exit(1);
			}
		}
		nanosleep(&t, NULL);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		close(fd[1]);
		while (read(fd[0], &c, 1) == 1)
			told++;
		close(fd[0]);
		shelf_reopen(&s);
		assert_in_range(row(&s, 1).messages, told + 1, told + 2);
		shelf_close(&s);
	}
}

static void
a_full_disk_is_said_and_harms_nothing(void **state)
{
	struct rlimit was, limit;
	struct shelf s;
	struct letter l;
	int64_t id;
	int failed = 0;
	struct err e;

	(void)state;
	shelf_open(&s);
	l = letter_no(&s.arena, 1);
	arrive(&s, &l);
	ok(ingest_checkpoint(s.store, CHECKPOINT_FEW, &e), &e);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	for (rlim_t room = 20000; room < 400000; room += 7000) {
		limit = was;
		limit.rlim_cur = room;
		fflush(stdout);
		setrlimit(RLIMIT_FSIZE, &limit);
		for (int i = 0; i < 20; i++) {
			if (store_note(s.store, &s.ana, 1, "x", &id, &e) == 0)
				continue;
			assert_int_equal(e.kind, ERR_SYSTEM);
			failed++;
			break;
		}
		setrlimit(RLIMIT_FSIZE, &was);
		ok(store_note(s.store, &s.ana, 1, "y", &id, &e), &e);
		assert_int_equal(differences(&s), 0);
	}
	assert_true(failed > 5);
	shelf_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(killed_anywhere_it_ends_the_same),
		cmocka_unit_test(what_was_acknowledged_is_there),
		cmocka_unit_test(a_full_disk_is_said_and_harms_nothing),
	};

	return cmocka_run_group_tests_name("store/crash", tests, NULL, NULL);
}
