#include "unit.h"

#include "desk/explain.h"
#include "desk/hours.h"
#include "desk/target.h"

#define HOUR   ((int64_t)3600)
#define DAY    (24 * HOUR)
#define BERLIN "Europe/Berlin"

/* A calendar from lines: "mon-fri 9:00-17:00", "-2026-12-25", "+2026-...". */
static struct hours
calendar(struct arena *a, const char *zone, const char *const *lines)
{
	struct hours h = { .name = "office", .zone = zone };
	struct err e;

	for (; *lines != NULL; lines++) {
		if (**lines == '-' || **lines == '+') {
			h.exception = arena_grow(a, h.exception, h.exceptions,
			    sizeof(*h.exception));
			assert_int_equal(hours_parse_exception(*lines + 1,
					     **lines == '-',
					     &h.exception[h.exceptions++], &e),
			    0);
			continue;
		}
		h.open = arena_grow(a, h.open, h.opens, sizeof(*h.open));
		assert_int_equal(hours_parse_open(*lines, &h.open[h.opens++],
				     &e),
		    0);
	}
	return h;
}

static int64_t
open_between(struct arena *a, const struct hours *v, size_t n_v,
    const char *from, const char *until)
{
	size_t n;
	struct span *s = hours_spans(a, v, n_v, "office", at(v->zone, from),
	    at(v->zone, until), &n);

	return clock_waited(s, n, at(v->zone, from), at(v->zone, until));
}

#define LINES(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
a_week_has_its_hours(void **state)
{
	struct arena a = { 0 };
	struct hours h = calendar(&a, BERLIN,
	    LINES("mon-fri 09:00-12:30", "mon-fri 13:30-18:00",
		"sat 10:00-14:00"));

	(void)state;
	assert_int_equal(open_between(&a, &h, 1, "2026-11-16", "2026-11-23"),
	    5 * 8 * HOUR + 4 * HOUR);
	/* Lunch and Sunday are closed. */
	assert_int_equal(open_between(&a, &h, 1, "2026-11-16 12:30",
			     "2026-11-16 13:30"),
	    0);
	assert_int_equal(open_between(&a, &h, 1, "2026-11-22", "2026-11-23"),
	    0);
	arena_free(&a);
}

static void
days_of_clock_change_have_23_and_25_hours(void **state)
{
	struct arena a = { 0 };
	struct hours h = calendar(&a, BERLIN, LINES("daily 00:00-24:00"));

	(void)state;
	assert_int_equal(open_between(&a, &h, 1, "2026-03-29", "2026-03-30"),
	    23 * HOUR);
	assert_int_equal(open_between(&a, &h, 1, "2026-10-25", "2026-10-26"),
	    25 * HOUR);
	assert_int_equal(open_between(&a, &h, 1, "2026-06-01", "2026-06-02"),
	    24 * HOUR);
	arena_free(&a);
}

/* Last winter's offset counts for last winter, whatever it is today. */
static void
each_day_has_its_own_offset(void **state)
{
	struct arena a = { 0 };
	struct hours h = calendar(&a, BERLIN, LINES("daily 09:00-17:00"));
	size_t n;
	struct span *s;

	(void)state;
	s = hours_spans(&a, &h, 1, "office", at("UTC", "2026-01-15"),
	    at("UTC", "2026-01-16"), &n);
	assert_int_equal(n, 1);
	assert_int_equal(s[0].from, at("UTC", "2026-01-15 08:00"));
	s = hours_spans(&a, &h, 1, "office", at("UTC", "2026-07-15"),
	    at("UTC", "2026-07-16"), &n);
	assert_int_equal(n, 1);
	assert_int_equal(s[0].from, at("UTC", "2026-07-15 07:00"));
	arena_free(&a);
}

static void
nights_cross_midnight(void **state)
{
	struct arena a = { 0 };
	struct hours h = calendar(&a, BERLIN, LINES("fri-sat 22:00-02:00"));

	(void)state;
	assert_int_equal(open_between(&a, &h, 1, "2026-11-16", "2026-11-23"),
	    8 * HOUR);
	/* Saturday has the end of Friday's night and the start of its own. */
	assert_int_equal(open_between(&a, &h, 1, "2026-11-21", "2026-11-22"),
	    4 * HOUR);
	/* Sunday only the end of Saturday's. */
	assert_int_equal(open_between(&a, &h, 1, "2026-11-22", "2026-11-23"),
	    2 * HOUR);
	arena_free(&a);
}

static void
holidays_and_long_evenings_count(void **state)
{
	struct arena a = { 0 };
	struct hours h = calendar(&a, BERLIN,
	    LINES("mon-fri 09:00-17:00", "-2026-12-25",
		"-2026-12-31 14:00-24:00", "+2026-11-27 18:00-23:00",
		"-2026-12-24", "+2026-12-24 09:00-12:00"));

	(void)state;
	assert_int_equal(open_between(&a, &h, 1, "2026-12-25", "2026-12-26"),
	    0);
	assert_int_equal(open_between(&a, &h, 1, "2026-12-31", "2027-01-01"),
	    5 * HOUR);
	assert_int_equal(open_between(&a, &h, 1, "2026-11-27", "2026-11-28"),
	    13 * HOUR);
	/* Other hours on one day: closed, and open for a while. */
	assert_int_equal(open_between(&a, &h, 1, "2026-12-24", "2026-12-25"),
	    3 * HOUR);
	arena_free(&a);
}

static void
versions_hold_from_their_day(void **state)
{
	struct arena a = { 0 };
	struct hours v[] = {
		calendar(&a, BERLIN, LINES("mon-fri 09:00-17:00")),
		calendar(&a, BERLIN, LINES("mon-fri 10:00-14:00")),
	};

	(void)state;
	v[1].from = at(BERLIN, "2026-11-18");
	/* Monday and Tuesday by the old, the rest by the new. */
	assert_int_equal(open_between(&a, v, 2, "2026-11-16", "2026-11-23"),
	    2 * 8 * HOUR + 3 * 4 * HOUR);
	arena_free(&a);
}

static void
overlapping_intervals_count_once(void **state)
{
	struct arena a = { 0 };
	struct hours h = calendar(&a, BERLIN,
	    LINES("mon-fri 09:00-17:00", "mon 08:00-10:00",
		"daily 16:00-18:00"));

	(void)state;
	assert_int_equal(open_between(&a, &h, 1, "2026-11-16", "2026-11-17"),
	    10 * HOUR);
	arena_free(&a);
}

/* Sorted, disjoint, not touching, inside the frame, whatever the calendar. */
static void
spans_of_random_calendars_are_in_order(void **state)
{
	static const char *const zones[] = { BERLIN, "America/New_York",
		"Asia/Kathmandu", "Australia/Lord_Howe", "UTC" };
	struct dice d = { 3 };

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct arena a = { 0 };
		struct hours h = { .name = "office",
			.zone = zones[roll(&d, COUNT(zones))] };
		int64_t from = at("UTC", "2026-01-01") + roll(&d, 365) * DAY +
			       roll(&d, 86400);
		int64_t until = from + roll(&d, 20 * 86400);
		size_t n;
		struct span *s;

		for (size_t i = 0; i < 1 + roll(&d, 4); i++) {
			int start = (int)roll(&d, 1440);

			h.open =
			    arena_grow(&a, h.open, h.opens, sizeof(*h.open));
			h.open[h.opens++] = (struct hours_open){
				.days = roll(&d, 128),
				.from = start,
				.until = start + 1 + (int)roll(&d, 1440),
			};
		}
		s = hours_spans(&a, &h, 1, "office", from, until, &n);
		for (size_t i = 0; i < n; i++) {
			assert_true(s[i].from < s[i].until);
			assert_true(s[i].from >= from && s[i].until <= until);
			assert_true(i == 0 || s[i - 1].until < s[i].from);
		}
		arena_free(&a);
	}
}

/* Laid out in one piece or day by day it is the same time. */
static void
the_frame_does_not_matter(void **state)
{
	struct arena a = { 0 };
	struct hours h = calendar(&a, BERLIN,
	    LINES("mon-thu 08:30-12:00", "fri 22:00-03:00", "-2026-10-27",
		"sun 01:00-04:00"));
	int64_t from = at(BERLIN, "2026-10-20 11:17");
	int64_t sum = 0;
	int64_t whole;
	size_t n;
	struct span *s;

	(void)state;
	s = hours_spans(&a, &h, 1, "office", from, from + 20 * DAY, &n);
	whole = clock_waited(s, n, from, from + 20 * DAY);
	for (int64_t t = from; t < from + 20 * DAY; t += 5 * HOUR / 2) {
		s = hours_spans(&a, &h, 1, "office", t, t + 5 * HOUR / 2, &n);
		sum += clock_waited(s, n, t, t + 5 * HOUR / 2);
	}
	assert_int_equal(sum, whole);
	arena_free(&a);
}

static void
wrong_hours_are_told(void **state)
{
	static const char *const open[] = { "", "mon", "09:00-17:00", "mon-fri",
		"mon-fri 9-17", "mon-fri 09:00-25:00", "mon-fri 09:00-09:00",
		"xyz 09:00-10:00", "mon-fri 09:00-10:00 x", "mon- 09:00-10:00",
		"mon-fri 09:60-10:00", "monkey 09:00-10:00" };
	static const char *const closed[] = { "", "tomorrow", "2026-13-01",
		"2026-02-29", "2026-12-25x", "2026-12-25 14:00",
		"2026-12-25 14:00-", "26-12-25" };
	struct hours_open o;
	struct hours_exception x;
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(open); i++)
		assert_int_equal(hours_parse_open(open[i], &o, &e), -1);
	for (size_t i = 0; i < COUNT(closed); i++)
		assert_int_equal(hours_parse_exception(closed[i], 1, &x, &e),
		    -1);
	assert_int_equal(hours_parse_exception("2028-02-29", 1, &x, &e), 0);
	assert_int_equal(hours_parse_open("Mon,wed, FRIDAY 9:00 - 17:00", &o,
			     &e),
	    0);
	assert_int_equal(o.days, 1 | 4 | 16);
	assert_int_equal(hours_parse_open("sat-mon 22:00-02:00", &o, &e), 0);
	assert_int_equal(o.days, 32 | 64 | 1);
	assert_int_equal(o.until, 26 * 60);
}

/* ---- targets on top of hours ---- */

static struct target_rules *
rules(struct arena *a, struct shop *s)
{
	struct err e;
	struct target_rules *r = target_rules_make(a, s, 0, &e);

	assert_non_null(r);
	return r;
}

static void
due_and_open_time_agree(void **state)
{
	struct arena a = { 0 };
	struct hours h = calendar(&a, BERLIN,
	    LINES("mon-fri 09:00-12:30", "mon-fri 13:30-18:00", "-2026-10-26"));
	struct target t = { .name = "default",
		.match = "",
		.hours = "office",
		.warn = 80 };
	struct shop s = { .hours = &h,
		.hours_n = 1,
		.target = &t,
		.targets = 1,
		.zone = BERLIN };
	struct target_rules *r = rules(&a, &s);
	int64_t from = at(BERLIN, "2026-10-20 07:00");

	(void)state;
	for (int i = 0; i < 500; i++, from += 4567) {
		int64_t warn;
		int64_t due;

		t.first = 1 + i * 397 % (90 * HOUR);
		due = target_due(r, &t, true, from, &warn);
		assert_true(due > from && warn <= due && warn >= from);
		assert_int_equal(target_open(r, "office", from, due), t.first);
		/* Not a second earlier. */
		assert_int_equal(target_open(r, "office", from, due - 1),
		    t.first - 1);
	}
	arena_free(&a);
}

static void
a_target_of_minutes_is_kept_to_the_second(void **state)
{
	struct target t = { .name = "default",
		.match = "",
		.hours = "",
		.first = 300,
		.next = 4 * HOUR,
		.warn = 80 };
	struct shop s = { .target = &t, .targets = 1, .zone = "UTC" };
	struct arena a = { 0 };
	struct target_rules *r = rules(&a, &s);
	struct turn turn = { .from = 1000, .end = TURN_RUNNING, .first = true };
	int64_t warn;
	int64_t due = target_due(r, &t, true, 1000, &warn);

	(void)state;
	assert_int_equal(due, 1300);
	assert_int_equal(warn, 1240);
	assert_int_equal(target_due(r, &t, false, 1000, &warn),
	    1000 + 4 * HOUR);
	assert_int_equal(target_state_of(&turn, 1300, 1240, 1239),
	    TARGET_RUNNING);
	assert_int_equal(target_state_of(&turn, 1300, 1240, 1240),
	    TARGET_WARNING);
	assert_int_equal(target_state_of(&turn, 1300, 1240, 1300),
	    TARGET_WARNING);
	assert_int_equal(target_state_of(&turn, 1300, 1240, 1301), TARGET_LATE);
	turn.end = TURN_ANSWERED;
	turn.until = 1300;
	assert_int_equal(target_state_of(&turn, 1300, 1240, 9999), TARGET_MET);
	turn.until = 1301;
	assert_int_equal(target_state_of(&turn, 1300, 1240, 9999),
	    TARGET_MET_LATE);
	turn.end = TURN_CLOSED;
	assert_int_equal(target_state_of(&turn, 1300, 1240, 9999),
	    TARGET_DROPPED);
	assert_int_equal(target_state_of(&turn, 0, 0, 9999), TARGET_NONE);
	arena_free(&a);
}

static void
hours_that_never_open_again_have_no_due(void **state)
{
	struct arena a = { 0 };
	struct hours h = calendar(&a, "UTC", LINES("+2026-01-02 09:00-10:00"));
	struct target t = { .name = "default",
		.match = "",
		.hours = "office",
		.first = 2 * HOUR,
		.warn = 80 };
	struct shop s = { .hours = &h,
		.hours_n = 1,
		.target = &t,
		.targets = 1,
		.zone = "UTC" };
	struct target_rules *r = rules(&a, &s);
	int64_t warn;

	(void)state;
	assert_int_equal(target_due(r, &t, true, at("UTC", "2026-01-01"),
			     &warn),
	    0);
	assert_int_equal(warn, 0);
	arena_free(&a);
}

static void
the_first_target_that_fits_holds(void **state)
{
	struct target t[] = {
		{ .name = "vip", .match = "is:vip", .first = 120, .warn = 50 },
		{ .name = "returns", .match = "tag:returns", .first = 600 },
		{ .name = "default",
		    .match = "",
		    .first = 300,
		    .next = 4 * HOUR },
	};
	struct shop s = { .target = t, .targets = 3, .zone = "UTC" };
	struct arena a = { 0 };
	struct target_rules *r;
	const char *tags[] = { "returns" };
	struct thread x = { .subject = "",
		.snippet = "",
		.assignee_login = "",
		.customer = { .name = "", .address = "" },
		.waiting_since = 5000 };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		t[i].hours = "";
	r = rules(&a, &s);
	target_apply(&a, r, &x, true, 5000);
	assert_text(x.target, "default");
	assert_int_equal(x.due_at, 5300);
	x.tags = (struct strings){ tags, 1 };
	target_apply(&a, r, &x, true, 5000);
	assert_text(x.target, "returns");
	assert_int_equal(x.due_at, 5600);
	x.customer.vip = true;
	target_apply(&a, r, &x, true, 5000);
	assert_text(x.target, "vip");
	assert_int_equal(x.due_at, 5120);
	assert_int_equal(x.warn_at, 5060);
	assert_int_equal(thread_target_state(&x, 5121), TARGET_LATE);
	/* It has nothing for later responses: the next one that has. */
	target_apply(&a, r, &x, false, 5000);
	assert_text(x.target, "default");
	assert_int_equal(x.due_at, 5000 + 4 * HOUR);
	t[2].next = 0;
	target_apply(&a, r, &x, false, 5000);
	assert_text(x.target, "");
	assert_int_equal(x.due_at, 0);
	assert_int_equal(thread_target_state(&x, 9000), TARGET_NONE);
	arena_free(&a);
}

/* ---- explained ---- */

static void
an_explanation_adds_up(void **state)
{
	struct arena a = { 0 };
	struct hours h = calendar(&a, BERLIN,
	    LINES("mon-fri 09:00-17:00", "-2026-12-25",
		"-2026-12-31 14:00-24:00"));
	struct dice d = { 5 };

	(void)state;
	for (int i = 0; i < 300; i++) {
		int64_t from = at(BERLIN, "2026-12-20") + roll(&d, 14 * 86400);
		int64_t until = from + roll(&d, 10 * 86400);
		int64_t counted = 0;
		int64_t last = from;
		size_t n;
		size_t spans;
		struct explained *v =
		    explain_span(&a, &h, 1, "office", from, until, &n);
		struct span *s =
		    hours_spans(&a, &h, 1, "office", from, until, &spans);

		for (size_t j = 0; j < n; j++) {
			assert_int_equal(v[j].from, last);
			assert_true(v[j].until > v[j].from);
			last = v[j].until;
			if (v[j].counted)
				counted += v[j].until - v[j].from;
		}
		assert_true(n == 0 || last == until);
		assert_int_equal(counted, clock_waited(s, spans, from, until));
	}
	arena_free(&a);
}

static void
an_explanation_says_why(void **state)
{
	struct arena a = { 0 };
	struct hours h =
	    calendar(&a, BERLIN, LINES("mon-fri 09:00-17:00", "-2026-12-25"));
	struct buf out = { 0 };
	size_t n;
	struct explained *v;

	(void)state;
	v = explain_span(&a, &h, 1, "office", at(BERLIN, "2026-12-24 16:00"),
	    at(BERLIN, "2026-12-28 10:00"), &n);
	assert_int_equal(n, 5);
	explain_text(&out, v, n, BERLIN);
	assert_text(buf_text(&out),
	    "Thu 2026-12-24 16:00:00  to  Thu 2026-12-24 17:00:00  "
	    "counted 1h 00m 00s: open\n"
	    "Thu 2026-12-24 17:00:00  to  Fri 2026-12-25 00:00:00  "
	    "skipped 7h 00m 00s: outside hours\n"
	    "Fri 2026-12-25 00:00:00  to  Sat 2026-12-26 00:00:00  "
	    "skipped 1d 00h 00m 00s: closed on 2026-12-25\n"
	    "Sat 2026-12-26 00:00:00  to  Mon 2026-12-28 09:00:00  "
	    "skipped 2d 09h 00m 00s: outside hours\n"
	    "Mon 2026-12-28 09:00:00  to  Mon 2026-12-28 10:00:00  "
	    "counted 1h 00m 00s: open\n"
	    "counted 2h 00m 00s, skipped 3d 16h 00m 00s, "
	    "together 3d 18h 00m 00s\n");
	v = explain_span(&a, &h, 1, "", 100, 200, &n);
	assert_int_equal(n, 1);
	assert_true(v[0].counted);
	buf_free(&out);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_week_has_its_hours),
		cmocka_unit_test(days_of_clock_change_have_23_and_25_hours),
		cmocka_unit_test(each_day_has_its_own_offset),
		cmocka_unit_test(nights_cross_midnight),
		cmocka_unit_test(holidays_and_long_evenings_count),
		cmocka_unit_test(versions_hold_from_their_day),
		cmocka_unit_test(overlapping_intervals_count_once),
		cmocka_unit_test(spans_of_random_calendars_are_in_order),
		cmocka_unit_test(the_frame_does_not_matter),
		cmocka_unit_test(wrong_hours_are_told),
		cmocka_unit_test(due_and_open_time_agree),
		cmocka_unit_test(a_target_of_minutes_is_kept_to_the_second),
		cmocka_unit_test(hours_that_never_open_again_have_no_due),
		cmocka_unit_test(the_first_target_that_fits_holds),
		cmocka_unit_test(an_explanation_adds_up),
		cmocka_unit_test(an_explanation_says_why),
	};

	return cmocka_run_group_tests_name("desk/hours", tests, NULL, NULL);
}
