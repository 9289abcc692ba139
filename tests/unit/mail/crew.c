#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/hash.h"
#include "mail/crew.h"

/* A mail of about this many bytes that says its number. */
static void
make(struct buf *b, int number, size_t size)
{
	buf_clear(b);
	buf_fmt(b, "From: a@example.com\r\nSubject: mail %d\r\n\r\n", number);
	while (b->len < size)
		buf_fmt(b, "line %zu of a mail that is long\r\n", b->len);
}

/* Take one, check that it is the mail of that number, and count. */
static void
take_and_check(struct crew *c, int number, size_t size, bool unread)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct err e = { 0 };
	struct parsed p;
	struct mail *m;
	uint8_t hash[HASH_SIZE];
	char subject[40];

	assert_int_equal(crew_take(c, -1, &p, &e), 1);
	assert_int_equal(p.ticket, number);
	m = parsed_mail(&a, &p, &e);
	assert_non_null(m);
	make(&b, number, size);
	hash_sha256(b.data, b.len, hash);
	assert_memory_equal(m->hash, hash, HASH_SIZE);
	assert_int_equal(m->size, b.len);
	snprintf(subject, sizeof(subject), "mail %d", number);
	if (unread) {
		assert_true(m->unreadable[0] != '\0');
		assert_int_equal(p.raw.len, b.len);
	} else {
		assert_string_equal(m->subject, subject);
	}
	assert_true(p.packed.len > 0);
	parsed_free(&p);
	buf_free(&b);
	arena_free(&a);
}

static void
give(struct crew *c, int number, size_t size)
{
	struct buf b = { 0 };
	struct err e = { 0 };

	make(&b, number, size);
	assert_int_equal(crew_give(c, (uint64_t)number, b.data, b.len, &e), 0);
	buf_free(&b);
}

static void
mails_come_back_in_order(void **state)
{
	struct err e = { 0 };
	struct crew *c = crew_start(2, &e);
	int given = 0, taken = 0;

	(void)state;
	assert_non_null(c);
	/* Every seventh is large, so that one worker is ahead of the other. */
	while (taken < 2000) {
		while (given < 2000 && !crew_full(c)) {
			give(c, given, given % 7 == 0 ? 100000 : 300);
			given++;
		}
		take_and_check(c, taken, taken % 7 == 0 ? 100000 : 300, false);
		taken++;
	}
	assert_int_equal(crew_busy(c), 0);
	crew_stop(c);
}

static void
one_larger_than_every_pipe(void **state)
{
	struct err e = { 0 };
	struct crew *c = crew_start(2, &e);

	(void)state;
	assert_non_null(c);
	give(c, 1, 30 << 20);
	give(c, 2, 100);
	take_and_check(c, 1, 30 << 20, false);
	take_and_check(c, 2, 100, false);
	crew_stop(c);
}

/* The grandchildren of this process; their parent is the nursery. */
static int
kill_workers(pid_t nursery)
{
	char path[64];
	FILE *f;
	int pid, killed = 0;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)nursery,
	    (int)nursery);
	f = fopen(path, "r");
	while (f != NULL && fscanf(f, "%d", &pid) == 1)
		killed += kill(pid, SIGKILL) == 0;
	if (f != NULL)
		fclose(f);
	return killed;
}

static pid_t
nursery_of(void)
{
	char path[64];
	FILE *f;
	int pid = -1;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)getpid(),
	    (int)getpid());
	f = fopen(path, "r");
	if (f == NULL || fscanf(f, "%d", &pid) != 1)
		pid = -1;
	if (f != NULL)
		fclose(f);
	return pid;
}

/*
 * Workers killed over and over: every mail comes back, in order.  A mail
 * that was under two killed workers is unread, with its bytes; the others
 * are read.
 */
static void
killed_workers_lose_nothing(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct crew *c = crew_start(2, &e);
	int given = 0, taken = 0, unread = 0;
	pid_t nursery = nursery_of();

	(void)state;
	assert_non_null(c);
	assert_true(nursery > 0);
	while (taken < 600) {
		struct parsed p;
		struct mail *m;
		struct buf b = { 0 };
		uint8_t hash[HASH_SIZE];

		while (given < 600 && !crew_full(c))
			give(c, given++, 5000);
		if (taken % 20 == 0)
			kill_workers(nursery);
		assert_int_equal(crew_take(c, -1, &p, &e), 1);
		assert_int_equal(p.ticket, taken);
		m = parsed_mail(&a, &p, &e);
		assert_non_null(m);
		make(&b, taken, 5000);
		hash_sha256(b.data, b.len, hash);
		assert_memory_equal(m->hash, hash, HASH_SIZE);
		unread += m->unreadable[0] != '\0';
		parsed_free(&p);
		buf_free(&b);
		taken++;
	}
	assert_true(unread < 60);
	arena_free(&a);
	crew_stop(c);
}

/* Stopped for good: the crew ends though mails are under way. */
static void
a_crew_ends_in_the_middle(void **state)
{
	struct err e = { 0 };
	struct crew *c = crew_start(2, &e);

	(void)state;
	assert_non_null(c);
	for (int i = 0; i < 200; i++)
		give(c, i, 20000);
	crew_stop(c);
	c = crew_start(2, &e);
	assert_non_null(c);
	crew_stop(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mails_come_back_in_order),
		cmocka_unit_test(one_larger_than_every_pipe),
		cmocka_unit_test(killed_workers_lose_nothing),
		cmocka_unit_test(a_crew_ends_in_the_middle),
	};

	signal(SIGPIPE, SIG_IGN);
	alarm(120);
	return cmocka_run_group_tests_name("mail/crew", tests, NULL, NULL);
}
