/*
 * The outbox as a machine: every step from every state, and what each does
 * to the thread.
 */
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
	.subject = "Where is it?",
	.text = "Where?",
	.at = NOW - 600 };

struct post {
	struct shelf s;
	struct lease lease;
	int64_t thread;
	int64_t id;
	int64_t now;
	struct err e;
};

static void
begin(struct post *p)
{
	*p = (struct post){ .now = NOW + 60 };
	shelf_open(&p->s);
	p->thread = arrive(&p->s, &hello);
	p->id = answer(&p->s, &p->s.ana, p->thread, "Here.", false, &p->e);
	assert_true(p->id > 0);
	lease_mine(&p->lease);
	ok(outbox_begin(p->s.store, "shop", &p->lease, p->now, &p->e), &p->e);
}

static enum outbox_state
state_of(struct post *p)
{
	struct outbox o;

	ok(store_outbox_row(p->s.store, p->id, &p->s.arena, &o, &p->e), &p->e);
	return o.state;
}

static int64_t
claim(struct post *p)
{
	struct outgoing out;
	int64_t next;

	ok(outbox_claim(p->s.store, "shop", &p->lease, p->now, &p->s.arena,
	       &out, &next, &p->e),
	    &p->e);
	return out.id;
}

/* ---- steps, each returning 0 or -1 ---- */

static int
do_claim(struct post *p)
{
	return claim(p) == p->id ? 0 : -1;
}

static int
do_mark(struct post *p)
{
	return outbox_mark(p->s.store, p->id, &p->lease, &p->e);
}

static int
do_accept(struct post *p)
{
	struct verdict v = { "mia@example.com", 250, "ok" };

	return outbox_accepted(p->s.store, p->id, &v, 1, p->now, &p->e);
}

static int
do_later(struct post *p)
{
	return outbox_later(p->s.store, p->id, 451, "451 wait", p->now, &p->e);
}

static int
do_release(struct post *p)
{
	return outbox_release(p->s.store, p->id, "paused", p->now, &p->e);
}

static int
do_fail(struct post *p)
{
	return outbox_failed(p->s.store, p->id, NULL, 0, "550 no", p->now,
	    &p->e);
}

static int
do_doubt(struct post *p)
{
	return outbox_doubt(p->s.store, p->id, "no answer", p->now, &p->e);
}

static int
do_cancel(struct post *p)
{
	return store_outbox_cancel(p->s.store, &p->s.ana, p->id, NULL, &p->e);
}

static int
do_retry(struct post *p)
{
	return store_outbox_retry(p->s.store, &p->s.ana, p->id, &p->e);
}

static int
do_again(struct post *p)
{
	return store_outbox_resolve(p->s.store, &p->s.ana, p->id, RESOLVE_AGAIN,
	    &p->e);
}

static int
do_sent(struct post *p)
{
	return store_outbox_resolve(p->s.store, &p->s.ana, p->id, RESOLVE_SENT,
	    &p->e);
}

enum step {
	CLAIM,
	MARK,
	ACCEPT,
	LATER,
	RELEASE,
	FAIL,
	DOUBT,
	CANCEL,
	RETRY,
	AGAIN,
	SENT,
	STEPS
};

static int (*const steps[])(struct post *) = { do_claim, do_mark, do_accept,
	do_later, do_release, do_fail, do_doubt, do_cancel, do_retry, do_again,
	do_sent };

#define NO (-1)

/* From a state, where each step leads; NO is refused. */
static const struct {
	enum outbox_state from;
	int to[STEPS];
} table[] = {
	{ OUTBOX_QUEUED, { OUTBOX_SENDING, NO, NO, NO, NO, OUTBOX_FAILED, NO,
			     OUTBOX_CANCELLED, NO, NO, NO } },
	{ OUTBOX_SENDING,
	    { NO, OUTBOX_SENDING, OUTBOX_ACCEPTED, OUTBOX_QUEUED, OUTBOX_QUEUED,
		OUTBOX_FAILED, OUTBOX_DOUBT, NO, NO, NO, NO } },
	{ OUTBOX_ACCEPTED, { NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO } },
	{ OUTBOX_FAILED,
	    { NO, NO, NO, NO, NO, NO, NO, NO, OUTBOX_QUEUED, NO, NO } },
	{ OUTBOX_CANCELLED, { NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO } },
	{ OUTBOX_DOUBT, { NO, NO, NO, NO, NO, NO, NO, NO, NO, OUTBOX_QUEUED,
			    OUTBOX_ACCEPTED } },
};

static void
bring_to(struct post *p, enum outbox_state state)
{
	if (state == OUTBOX_CANCELLED)
		assert_int_equal(do_cancel(p), 0);
	if (state != OUTBOX_QUEUED && state != OUTBOX_CANCELLED)
		assert_int_equal(do_claim(p), 0);
	if (state == OUTBOX_ACCEPTED)
		assert_int_equal(do_accept(p), 0);
	if (state == OUTBOX_FAILED)
		assert_int_equal(do_fail(p), 0);
	if (state == OUTBOX_DOUBT)
		assert_int_equal(do_doubt(p), 0);
	assert_int_equal(state_of(p), state);
}

static void
every_step_from_every_state(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		for (int k = 0; k < STEPS; k++) {
			struct post p;
			int to = table[i].to[k];
			int rc;

			begin(&p);
			bring_to(&p, table[i].from);
			rc = steps[k](&p);
			if ((rc == 0) != (to != NO))
				fail_msg("state %d step %d: %d",
				    (int)table[i].from, k, rc);
			assert_int_equal(state_of(&p),
			    to == NO ? (int)table[i].from : to);
			shelf_close(&p.s);
		}
	}
}

static void
not_before_the_undo_delay(void **state)
{
	struct outgoing out;
	int64_t next;
	struct post p;

	(void)state;
	begin(&p);
	p.now = NOW + 9;
	ok(outbox_claim(p.s.store, "shop", &p.lease, p.now, &p.s.arena, &out,
	       &next, &p.e),
	    &p.e);
	assert_int_equal(out.id, 0);
	assert_int_equal(next, NOW + 10);
	p.now = NOW + 10;
	assert_int_equal(claim(&p), p.id);
	assert_int_equal(claim(&p), 0);
	shelf_close(&p.s);
}

static void
a_dead_sender_before_the_dot_is_repeated(void **state)
{
	struct lease next = { 0 };
	struct post p;

	(void)state;
	begin(&p);
	assert_int_equal(claim(&p), p.id);
	/* The holder is this very process: alive. */
	lease_mine(&next);
	assert_int_equal(outbox_begin(p.s.store, "shop", &next, p.now, &p.e),
	    -1);
	assert_int_equal(p.e.kind, ERR_BUSY);
	tamper(&p.s, "UPDATE lease SET started=1");
	ok(outbox_begin(p.s.store, "shop", &next, p.now, &p.e), &p.e);
	assert_int_equal(state_of(&p), OUTBOX_QUEUED);
	/* Who lost the lease neither marks nor claims. */
	assert_int_equal(outbox_mark(p.s.store, p.id, &p.lease, &p.e), -1);
	shelf_close(&p.s);
}

static void
a_dead_sender_after_the_mark_is_in_doubt(void **state)
{
	struct lease next = { 0 };
	struct thread t;
	struct post p;

	(void)state;
	begin(&p);
	assert_int_equal(claim(&p), p.id);
	assert_int_equal(do_mark(&p), 0);
	tamper(&p.s, "UPDATE lease SET boot='another'");
	lease_mine(&next);
	ok(outbox_begin(p.s.store, "shop", &next, p.now, &p.e), &p.e);
	assert_int_equal(state_of(&p), OUTBOX_DOUBT);
	t = row(&p.s, p.thread);
	assert_true(t.failed);
	assert_int_equal(t.state, THREAD_PENDING);
	/* Never by itself. */
	assert_int_equal(outbox_claim(p.s.store, "shop", &next, p.now + 9999,
			     &p.s.arena, &(struct outgoing){ 0 },
			     &(int64_t){ 0 }, &p.e),
	    0);
	assert_int_equal(state_of(&p), OUTBOX_DOUBT);
	shelf_close(&p.s);
}

static void
a_copy_in_sent_proves_a_doubt(void **state)
{
	struct message *v;
	struct letter copy = { .from = "hello@shop.example",
		.to = "mia@example.com",
		.subject = "Where is it?",
		.text = "Here.\n-- added by the server",
		.at = NOW + 61 };
	struct post p;
	size_t n;

	(void)state;
	begin(&p);
	bring_to(&p, OUTBOX_DOUBT);
	ok(store_messages(p.s.store, p.thread, &p.s.arena, &v, &n, &p.e), &p.e);
	assert_int_equal(n, 2);
	copy.id = v[1].message_id;
	assert_int_equal(arrive_at(&p.s, p.s.sent, &hello, NOW), p.thread);
	struct arrival a =
	    parcel(&p.s.arena, &copy, letter_mail(&p.s.arena, &copy), 77);
	ok(ingest_batch(p.s.store, p.s.sent, &a, 1, NULL, 30 * DAY, NOW + 70,
	       NULL, &p.e),
	    &p.e);
	assert_int_equal(state_of(&p), OUTBOX_FILED);
	assert_int_equal(row(&p.s, p.thread).messages, 2);
	assert_false(row(&p.s, p.thread).failed);
	assert_int_equal(row(&p.s, p.thread).waiting_since, 0);
	shelf_close(&p.s);
}

static void
a_failure_reopens_and_says_why(void **state)
{
	struct verdict no = { "mia@example.com", 550, "no such user" };
	struct outbox o;
	struct post p;

	(void)state;
	begin(&p);
	assert_int_equal(claim(&p), p.id);
	ok(outbox_failed(p.s.store, p.id, &no, 1, "550 no such user", p.now,
	       &p.e),
	    &p.e);
	assert_int_equal(row(&p.s, p.thread).state, THREAD_OPEN);
	assert_true(row(&p.s, p.thread).failed);
	assert_int_equal(row(&p.s, p.thread).waiting_since, NOW - 600);
	ok(store_outbox_row(p.s.store, p.id, &p.s.arena, &o, &p.e), &p.e);
	assert_string_equal(o.error, "550 no such user");
	/* Another may answer now; then the first cannot go again. */
	assert_true(answer(&p.s, &p.s.ben, p.thread, "Sorry", false, &p.e) > 0);
	shelf_close(&p.s);
}

static void
back_off_grows_and_keeps_the_row(void **state)
{
	int64_t last = 0;
	struct post p;

	(void)state;
	begin(&p);
	for (int i = 0; i < 8; i++) {
		struct outbox o;
		int64_t wait;

		assert_int_equal(claim(&p), p.id);
		assert_int_equal(do_later(&p), 0);
		ok(store_outbox_row(p.s.store, p.id, &p.s.arena, &o, &p.e),
		    &p.e);
		wait = o.next_try - p.now;
		assert_int_equal(o.tries, i + 1);
		assert_in_range(wait, 54, 66 * 60);
		assert_true(wait > last || wait > 50 * 60);
		last = wait;
		p.now = o.next_try;
	}
	assert_int_equal(row(&p.s, p.thread).state, THREAD_PENDING);
	shelf_close(&p.s);
}

static void
one_refused_of_two_is_said(void **state)
{
	struct verdict v[] = { { "mia@example.com", 250, "ok" } };
	struct post p;

	(void)state;
	begin(&p);
	assert_int_equal(claim(&p), p.id);
	v[0].code = 550;
	v[0].text = "no";
	ok(outbox_accepted(p.s.store, p.id, v, 1, p.now, &p.e), &p.e);
	assert_true(row(&p.s, p.thread).failed);
	assert_int_equal(row(&p.s, p.thread).state, THREAD_OPEN);
	shelf_close(&p.s);
}

static void
uses_of_a_canned_reply_count(void **state)
{
	struct post p;
	int n;

	(void)state;
	begin(&p);
	ok(store_canned_uses(p.s.store, "returns/label", &n, &p.e), &p.e);
	assert_int_equal(n, 0);
	shelf_close(&p.s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step_from_every_state),
		cmocka_unit_test(not_before_the_undo_delay),
		cmocka_unit_test(a_dead_sender_before_the_dot_is_repeated),
		cmocka_unit_test(a_dead_sender_after_the_mark_is_in_doubt),
		cmocka_unit_test(a_copy_in_sent_proves_a_doubt),
		cmocka_unit_test(a_failure_reopens_and_says_why),
		cmocka_unit_test(back_off_grows_and_keeps_the_row),
		cmocka_unit_test(one_refused_of_two_is_said),
		cmocka_unit_test(uses_of_a_canned_reply_count),
	};

	return cmocka_run_group_tests_name("store/outbox", tests, NULL, NULL);
}
