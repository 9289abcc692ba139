#include "unit.h"

#include "desk/machine.h"

#define OPEN    THREAD_OPEN
#define PENDING THREAD_PENDING
#define CLOSED  THREAD_CLOSED
#define SPAM    THREAD_SPAM
#define TRASH   THREAD_TRASH

/* One thing that happens to a thread in some state, and its state then. */
static const struct {
	const char *what;
	struct happening h;
	enum thread_state was;
	enum thread_state is;
} steps[] = {
	{ "an answer makes it pending",
	    { .kind = HAPPEN_ANSWER, .state = PENDING }, OPEN, PENDING },
	{ "an answer may close it", { .kind = HAPPEN_ANSWER, .state = CLOSED },
	    OPEN, CLOSED },
	{ "an answer to a closed thread makes it pending",
	    { .kind = HAPPEN_ANSWER, .state = PENDING }, CLOSED, PENDING },
	{ "a customer opens it", { .kind = HAPPEN_CUSTOMER, .at = 9 }, PENDING,
	    OPEN },
	{ "a customer reopens it", { .kind = HAPPEN_CUSTOMER, .at = 9 }, CLOSED,
	    OPEN },
	{ "a customer brings it back from the trash",
	    { .kind = HAPPEN_CUSTOMER, .at = 9 }, TRASH, OPEN },
	{ "spam stays spam", { .kind = HAPPEN_CUSTOMER, .at = 9 }, SPAM, SPAM },
	{ "known customers are not lost in the junk mailbox",
	    { .kind = HAPPEN_CUSTOMER, .at = 9, .junk = true }, PENDING, OPEN },
	{ "a robot changes nothing", { .kind = HAPPEN_AUTOMATIC, .at = 9 },
	    PENDING, PENDING },
	{ "a robot does not reopen", { .kind = HAPPEN_AUTOMATIC, .at = 9 },
	    CLOSED, CLOSED },
	{ "an answer found in Sent makes it pending",
	    { .kind = HAPPEN_FOUND, .at = 9 }, OPEN, PENDING },
	{ "an answer found in Sent does not reopen",
	    { .kind = HAPPEN_FOUND, .at = 9 }, CLOSED, CLOSED },
	{ "a refused answer reopens it", { .kind = HAPPEN_FAILED }, CLOSED,
	    OPEN },
	{ "a bounce reopens it", { .kind = HAPPEN_BOUNCE }, CLOSED, OPEN },
	{ "a bounce of spam does not", { .kind = HAPPEN_BOUNCE }, SPAM, SPAM },
	{ "doubt changes nothing", { .kind = HAPPEN_DOUBT }, PENDING, PENDING },
	{ "a note changes nothing", { .kind = HAPPEN_NOTE }, CLOSED, CLOSED },
	{ "acceptance changes nothing", { .kind = HAPPEN_ACCEPTED }, OPEN,
	    OPEN },
	{ "taken back it is what it was",
	    { .kind = HAPPEN_CANCELLED, .state = OPEN }, PENDING, OPEN },
	{ "taken back after she wrote it stays open",
	    { .kind = HAPPEN_CANCELLED, .state = CLOSED }, OPEN, OPEN },
	{ "ringing her makes it pending", { .kind = HAPPEN_CALL }, OPEN,
	    PENDING },
	{ "by hand", { .kind = HAPPEN_STATE, .state = TRASH }, OPEN, TRASH },
	{ "back by hand", { .kind = HAPPEN_STATE, .state = OPEN }, SPAM, OPEN },
	{ "dismissed", { .kind = HAPPEN_DISMISS }, OPEN, CLOSED },
	{ "waking uncovers what lay below", { .kind = HAPPEN_WAKE }, PENDING,
	    PENDING },
};

static void
each_step_does_what_the_rules_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct machine m = { .begun = true, .state = steps[i].was };
		bool changed = machine_step(&m, &steps[i].h);

		if (m.state != steps[i].is)
			fail_msg("%s: it is %s", steps[i].what,
			    thread_state_name(m.state));
		if (!changed && steps[i].was != steps[i].is)
			fail_msg("%s: not told as a change", steps[i].what);
	}
}

static void
a_thread_begins_as_its_first_message_says(void **state)
{
	static const struct {
		struct happening h;
		enum thread_state is;
		bool automatic;
	} cases[] = {
		{ { .kind = HAPPEN_CUSTOMER, .at = 9 }, OPEN, false },
		{ { .kind = HAPPEN_AUTOMATIC, .at = 9 }, OPEN, true },
		{ { .kind = HAPPEN_FOUND, .at = 9 }, PENDING, false },
		{ { .kind = HAPPEN_ANSWER, .state = PENDING }, PENDING, false },
		{ { .kind = HAPPEN_CUSTOMER, .at = 9, .old = true }, CLOSED,
		    false },
		{ { .kind = HAPPEN_AUTOMATIC, .at = 9, .old = true }, CLOSED,
		    true },
		{ { .kind = HAPPEN_FOUND, .at = 9, .old = true }, CLOSED,
		    false },
		{ { .kind = HAPPEN_CUSTOMER, .at = 9, .junk = true }, SPAM,
		    false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct machine m = { 0 };

		assert_true(machine_step(&m, &cases[i].h));
		assert_int_equal(m.state, cases[i].is);
		assert_int_equal(m.automatic, cases[i].automatic);
	}
}

static void
step(struct machine *m, enum happening_kind kind, int64_t at)
{
	machine_step(m, &(struct happening){ .kind = kind, .at = at });
}

/* Mail of one thread, read in any order, ends in the same state. */
static void
the_order_of_reading_does_not_matter(void **state)
{
	struct dice d = { 17 };

	(void)state;
	for (int round = 0; round < 5000; round++) {
		enum happening_kind kind[8];
		size_t order[8];
		size_t n = 2 + roll(&d, 7);
		struct machine told = { 0 };
		struct machine read = { 0 };

		for (size_t i = 0; i < n; i++) {
			kind[i] = roll(&d, 2) ? HAPPEN_CUSTOMER : HAPPEN_FOUND;
			order[i] = i;
			step(&told, kind[i], (int64_t)i + 1);
		}
		for (size_t i = n - 1; i > 0; i--) {
			size_t j = roll(&d, (uint32_t)i + 1);
			size_t swap = order[i];

			order[i] = order[j];
			order[j] = swap;
		}
		for (size_t i = 0; i < n; i++)
			step(&read, kind[order[i]], (int64_t)order[i] + 1);
		/* Begun by us and never answered is pending, not open. */
		assert_int_equal(read.state, told.state);
		assert_int_equal(read.settled_at, told.settled_at);
		assert_int_equal(read.customer_at, told.customer_at);
	}
}

static void
old_threads_stay_closed_as_older_mail_comes_in(void **state)
{
	struct machine m = { 0 };

	(void)state;
	machine_step(&m, &(struct happening){ .kind = HAPPEN_CUSTOMER,
			     .at = 100,
			     .old = true });
	step(&m, HAPPEN_CUSTOMER, 90);
	step(&m, HAPPEN_CUSTOMER, 100);
	assert_int_equal(m.state, CLOSED);
	step(&m, HAPPEN_CUSTOMER, 101);
	assert_int_equal(m.state, OPEN);
}

/* Closed by hand before a mail was seen that was there already. */
static void
a_mail_that_nobody_saw_opens_what_was_closed(void **state)
{
	struct machine m = { 0 };

	(void)state;
	step(&m, HAPPEN_CUSTOMER, 100);
	machine_step(&m, &(struct happening){ .kind = HAPPEN_STATE,
			     .at = 200,
			     .state = CLOSED });
	step(&m, HAPPEN_CUSTOMER, 190);
	assert_int_equal(m.state, OPEN);
}

static void
snoozing_lies_over_open_and_pending(void **state)
{
	struct machine m = { .begun = true, .state = PENDING };
	struct happening snooze = { .kind = HAPPEN_SNOOZE, .until = 500 };

	(void)state;
	assert_true(machine_step(&m, &snooze));
	assert_int_equal(m.state, PENDING);
	assert_int_equal(m.snoozed_until, 500);
	/* What a robot or a colleague writes does not wake it. */
	step(&m, HAPPEN_AUTOMATIC, 300);
	step(&m, HAPPEN_NOTE, 300);
	assert_int_equal(m.snoozed_until, 500);
	step(&m, HAPPEN_CUSTOMER, 301);
	assert_int_equal(m.snoozed_until, 0);
	assert_int_equal(m.state, OPEN);
	machine_step(&m, &snooze);
	machine_step(&m,
	    &(struct happening){ .kind = HAPPEN_STATE, .state = CLOSED });
	assert_int_equal(m.snoozed_until, 0);
	/* What is closed cannot be snoozed. */
	assert_false(machine_step(&m, &snooze));
}

static void
marks_come_and_go(void **state)
{
	struct machine m = { .begun = true, .state = PENDING };

	(void)state;
	step(&m, HAPPEN_BOUNCE, 1);
	assert_true(m.undelivered);
	step(&m, HAPPEN_ANSWER, 2);
	assert_true(m.undelivered);
	step(&m, HAPPEN_ACCEPTED, 3);
	assert_false(m.undelivered);
	step(&m, HAPPEN_DOUBT, 4);
	assert_true(m.failed);
	step(&m, HAPPEN_ACCEPTED, 5);
	assert_false(m.failed);
	step(&m, HAPPEN_ROBOT, 6);
	assert_true(m.automatic);
	step(&m, HAPPEN_CUSTOMER, 7);
	assert_false(m.automatic);
}

/* ---- what the clock hears ---- */

static void
the_clock_hears_what_counts(void **state)
{
	static const struct {
		struct happening h;
		enum thread_state was;
		const char *kinds;
	} cases[] = {
		{ { .kind = HAPPEN_CUSTOMER }, OPEN, "C" },
		{ { .kind = HAPPEN_AUTOMATIC }, OPEN, "" },
		{ { .kind = HAPPEN_BOUNCE }, PENDING, "" },
		{ { .kind = HAPPEN_NOTE }, OPEN, "" },
		{ { .kind = HAPPEN_FOUND, .at = 1 }, OPEN, "R" },
		/* Queued is not sent. */
		{ { .kind = HAPPEN_ANSWER, .state = CLOSED }, OPEN, "" },
		{ { .kind = HAPPEN_ACCEPTED, .state = PENDING }, PENDING, "R" },
		{ { .kind = HAPPEN_ACCEPTED, .state = CLOSED }, CLOSED, "RX" },
		/* She wrote before it was accepted: not closed. */
		{ { .kind = HAPPEN_ACCEPTED, .state = CLOSED }, OPEN, "R" },
		{ { .kind = HAPPEN_CALL }, OPEN, "P" },
		{ { .kind = HAPPEN_STATE, .state = CLOSED }, OPEN, "X" },
		{ { .kind = HAPPEN_STATE, .state = CLOSED }, CLOSED, "" },
		{ { .kind = HAPPEN_STATE, .state = TRASH }, OPEN, "X" },
		{ { .kind = HAPPEN_STATE, .state = PENDING }, OPEN, "" },
		{ { .kind = HAPPEN_STATE, .state = OPEN }, CLOSED, "O" },
		{ { .kind = HAPPEN_STATE, .state = SPAM }, OPEN, "" },
		{ { .kind = HAPPEN_DISMISS }, OPEN, "D" },
		{ { .kind = HAPPEN_SNOOZE, .until = 9 }, OPEN, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct machine was = { .begun = true, .state = cases[i].was };
		struct machine is = was;
		enum contact_kind kind[2];
		char got[3] = "";
		size_t n;

		machine_step(&is, &cases[i].h);
		n = machine_contacts(&cases[i].h, &was, &is, kind);
		for (size_t j = 0; j < n; j++)
			got[j] = "CRPXOD"[kind[j]];
		assert_text(got, cases[i].kinds);
	}
}

static void
merging_keeps_what_presses(void **state)
{
	struct machine a = { .begun = true,
		.state = CLOSED,
		.automatic = true };
	struct machine b = { .begun = true,
		.state = OPEN,
		.snoozed_until = 500,
		.customer_at = 9 };
	struct machine none = { 0 };

	(void)state;
	machine_merge(&a, &b);
	assert_int_equal(a.state, OPEN);
	assert_false(a.automatic);
	/* The closed one was not asleep, but the open one was alone in being
	 * awake or not: it is shown rather than hidden. */
	assert_int_equal(a.snoozed_until, 0);
	machine_merge(&a, &none);
	assert_int_equal(a.state, OPEN);
	machine_merge(&none, &b);
	assert_int_equal(none.snoozed_until, 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_step_does_what_the_rules_say),
		cmocka_unit_test(a_thread_begins_as_its_first_message_says),
		cmocka_unit_test(the_order_of_reading_does_not_matter),
		cmocka_unit_test(
		    old_threads_stay_closed_as_older_mail_comes_in),
		cmocka_unit_test(a_mail_that_nobody_saw_opens_what_was_closed),
		cmocka_unit_test(snoozing_lies_over_open_and_pending),
		cmocka_unit_test(marks_come_and_go),
		cmocka_unit_test(the_clock_hears_what_counts),
		cmocka_unit_test(merging_keeps_what_presses),
	};

	return cmocka_run_group_tests_name("desk/machine", tests, NULL, NULL);
}
