/*
 * The ways in which others measure response times wrongly, one test each.
 */
#include "unit.h"

#include "desk/report.h"
#include "desk/target.h"

#define BERLIN "Europe/Berlin"
#define HOUR   ((int64_t)3600)

/* Office hours Monday to Friday, nine to five, closed for Christmas. */
struct office {
	struct arena arena;
	struct hours_open open;
	struct hours_exception closed;
	struct hours hours;
	struct target target;
	struct shop shop;
	struct target_rules *rules;
};

static int
open_office(void **state)
{
	struct office *o = calloc(1, sizeof(*o));
	struct err e;

	if (o == NULL)
		return -1;
	hours_parse_open("mon-fri 09:00-17:00", &o->open, &e);
	hours_parse_exception("2026-12-25", 1, &o->closed, &e);
	o->hours = (struct hours){ .name = "office",
		.zone = BERLIN,
		.open = &o->open,
		.opens = 1,
		.exception = &o->closed,
		.exceptions = 1 };
	o->target = (struct target){ .name = "default",
		.match = "",
		.hours = "office",
		.first = 300,
		.next = 4 * HOUR,
		.warn = 80 };
	o->shop = (struct shop){ .hours = &o->hours,
		.hours_n = 1,
		.target = &o->target,
		.targets = 1,
		.zone = BERLIN };
	o->rules = target_rules_make(&o->arena, &o->shop, 0, &e);
	*state = o;
	return o->rules == NULL;
}

static int
close_office(void **state)
{
	struct office *o = *state;

	arena_free(&o->arena);
	free(o);
	return 0;
}

/* One customer mail and one answer, as the store would tell them. */
static struct turn_row
row(struct office *o, const char *from, const char *until)
{
	struct contact v[] = {
		{ .at = at(BERLIN, from), .kind = CONTACT_CUSTOMER },
		{ .at = at(BERLIN, until), .kind = CONTACT_REPLY, .agent = 1 },
	};
	struct timeline t;
	struct turn_row r = { .tags = { 0 }, .subject = "" };
	int64_t warn;
	int64_t due;

	turns_of(&o->arena, v, 2, &t);
	r.turn = t.turn[0];
	r.wall = r.turn.until - r.turn.from;
	r.open = target_open(o->rules, "office", r.turn.from, r.turn.until);
	r.allowed = target_allowed(&o->target, r.turn.first);
	due =
	    target_due(o->rules, &o->target, r.turn.first, r.turn.from, &warn);
	r.state = target_state_of(&r.turn, due, warn, r.turn.until);
	return r;
}

static void
report(struct office *o, const struct turn_row *v, size_t n, struct report *out)
{
	struct report_ask ask = { .from = at(BERLIN, "2026-01-01"),
		.until = at(BERLIN, "2027-01-01"),
		.zone = BERLIN,
		.turn = v,
		.turns = n };

	report_make(&o->arena, &ask, out);
}

static void
threads_we_began_are_not_averaged_in_as_0(void **state)
{
	struct office *o = *state;
	struct contact v[] = {
		{ .at = 1000, .kind = CONTACT_REPLY },
		{ .at = 2000, .kind = CONTACT_CUSTOMER },
		{ .at = 2600, .kind = CONTACT_REPLY },
	};
	struct timeline t;

	turns_of(&o->arena, v, 1, &t);
	assert_int_equal(t.turns, 0);
	turns_of(&o->arena, v, 3, &t);
	assert_int_equal(t.turns, 1);
	assert_false(t.turn[0].first);
	assert_int_equal(t.turn[0].until - t.turn[0].from, 600);
}

static void
an_answer_at_night_is_0_open_and_all_of_the_wall(void **state)
{
	struct office *o = *state;
	struct turn_row v[] = {
		row(o, "2026-11-16 20:00", "2026-11-16 22:30"),
	};
	struct report r;

	assert_int_equal(v[0].open, 0);
	assert_int_equal(v[0].wall, 2 * HOUR + HOUR / 2);
	report(o, v, 1, &r);
	assert_int_equal(r.first.open.median, 0);
	assert_int_equal(r.first.wall.median, 2 * HOUR + HOUR / 2);
}

static void
five_minutes_and_one_second_are_late(void **state)
{
	struct office *o = *state;
	struct turn_row v[] = {
		row(o, "2026-11-16 10:00:00", "2026-11-16 10:05:00"),
		row(o, "2026-11-16 10:00:00", "2026-11-16 10:05:01"),
	};
	struct report r;

	assert_int_equal(v[0].state, TARGET_MET);
	assert_int_equal(v[1].state, TARGET_MET_LATE);
	report(o, v, 2, &r);
	assert_int_equal(report_within(&r.first), 500);
	assert_int_equal(r.first.wall.max, 301);
}

static void
holidays_do_not_count(void **state)
{
	struct office *o = *state;
	struct turn_row r = row(o, "2026-12-24 16:58", "2026-12-28 09:02");

	/* Two minutes on Thursday, two on Monday. */
	assert_int_equal(r.open, 240);
	assert_int_equal(r.state, TARGET_MET);
}

static void
last_winter_has_its_own_offset(void **state)
{
	struct office *o = *state;
	struct turn_row winter = row(o, "2026-01-15 16:00", "2026-01-16 10:00");
	struct turn_row summer = row(o, "2026-07-15 16:00", "2026-07-16 10:00");

	assert_int_equal(winter.open, 2 * HOUR);
	assert_int_equal(summer.open, 2 * HOUR);
	/* Over the night the clocks go back. */
	winter = row(o, "2026-10-23 16:00", "2026-10-26 10:00");
	assert_int_equal(winter.open, 2 * HOUR);
	assert_int_equal(winter.wall, 67 * HOUR);
}

/* Nobody needs to look while it is late: the instants alone say so. */
static void
a_late_answer_is_late_whoever_looked_when(void **state)
{
	struct office *o = *state;
	struct turn_row r = row(o, "2026-11-16 10:00", "2026-11-16 10:06");
	int64_t warn;
	int64_t due =
	    target_due(o->rules, &o->target, true, r.turn.from, &warn);

	for (int64_t now = r.turn.until; now < r.turn.until + 99 * HOUR;
	     now += HOUR)
		assert_int_equal(target_state_of(&r.turn, due, warn, now),
		    TARGET_MET_LATE);
}

static void
a_resolution_is_not_counted_again_in_full(void **state)
{
	struct office *o = *state;
	struct contact v[] = {
		{ .at = 1000, .kind = CONTACT_CUSTOMER },
		{ .at = 1600, .kind = CONTACT_REPLY },
		{ .at = 2000, .kind = CONTACT_CLOSE, .agent = 1 },
		{ .at = 90000, .kind = CONTACT_CUSTOMER },
		{ .at = 90060, .kind = CONTACT_REPLY },
		{ .at = 91000, .kind = CONTACT_CLOSE, .agent = 2 },
	};
	struct timeline t;

	turns_of(&o->arena, v, 6, &t);
	assert_int_equal(t.first_closed, 2000);
	assert_int_equal(t.last_closed, 91000);
	assert_int_equal(t.reopened, 1);
	assert_int_equal(t.closer, 2);
	/* The second answer was quick, whatever happened the day before. */
	assert_int_equal(t.turn[1].until - t.turn[1].from, 60);
	assert_false(t.turn[1].first);
}

static int
by_time(const void *a, const void *b)
{
	const struct contact *x = a;
	const struct contact *y = b;

	if (x->at != y->at)
		return (x->at > y->at) - (x->at < y->at);
	return (x->ref > y->ref) - (x->ref < y->ref);
}

/* Merged, the turns are those of the union; taken apart, those of before. */
static void
merged_threads_are_reckoned_anew(void **state)
{
	struct office *o = *state;
	struct contact one[] = {
		{ .at = 1000, .kind = CONTACT_CUSTOMER, .ref = 1 },
		{ .at = 5000, .kind = CONTACT_REPLY, .ref = 4 },
	};
	struct contact two[] = {
		{ .at = 2000, .kind = CONTACT_CUSTOMER, .ref = 2 },
		{ .at = 3000, .kind = CONTACT_REPLY, .ref = 3 },
		{ .at = 6000, .kind = CONTACT_CUSTOMER, .ref = 5 },
	};
	struct contact both[5];
	struct timeline t;

	memcpy(both, one, sizeof(one));
	memcpy(both + 2, two, sizeof(two));
	qsort(both, 5, sizeof(*both), by_time);
	turns_of(&o->arena, both, 5, &t);
	assert_int_equal(t.turns, 2);
	assert_int_equal(t.turn[0].from, 1000);
	assert_int_equal(t.turn[0].until, 3000);
	assert_int_equal(t.waiting_since, 6000);
	turns_of(&o->arena, one, 2, &t);
	assert_int_equal(t.turns, 1);
	assert_int_equal(t.turn[0].until, 5000);
	turns_of(&o->arena, two, 3, &t);
	assert_int_equal(t.turns, 2);
	assert_int_equal(t.turn[0].from, 2000);
}

static void
the_median_is_not_the_mean(void **state)
{
	struct office *o = *state;
	struct turn_row v[] = {
		row(o, "2026-11-16 10:00", "2026-11-16 10:01"),
		row(o, "2026-11-16 10:00", "2026-11-16 10:02"),
		row(o, "2026-11-16 10:00", "2026-11-16 15:00"),
	};
	struct report r;

	report(o, v, 3, &r);
	assert_int_equal(r.first.wall.median, 120);
	assert_int_equal(r.first.wall.mean, 6060);
	assert_int_equal(r.first.wall.p90, 5 * HOUR);
}

#define TRAP(test)                                                             \
	cmocka_unit_test_setup_teardown(test, open_office, close_office)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TRAP(threads_we_began_are_not_averaged_in_as_0),
		TRAP(an_answer_at_night_is_0_open_and_all_of_the_wall),
		TRAP(five_minutes_and_one_second_are_late),
		TRAP(holidays_do_not_count),
		TRAP(last_winter_has_its_own_offset),
		TRAP(a_late_answer_is_late_whoever_looked_when),
		TRAP(a_resolution_is_not_counted_again_in_full),
		TRAP(merged_threads_are_reckoned_anew),
		TRAP(the_median_is_not_the_mean),
	};

	return cmocka_run_group_tests_name("desk/traps", tests, NULL, NULL);
}
