#include "some.h"

#include <time.h>

#include "base/when.h"

static const char *const zones[] = { "UTC", "Europe/Berlin", "America/New_York",
	"America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu",
	"Africa/Casablanca", "America/Sao_Paulo", "Pacific/Auckland",
	"Pacific/Apia", "Asia/Tehran", "Europe/Dublin", "America/Nuuk",
	"Antarctica/Troll", "Asia/Gaza", "Europe/London" };
#define ZONES (sizeof(zones) / sizeof(zones[0]))

/* The C library's answer, by changing the zone of the whole process. */
static void
library_civil(const char *zone, int64_t t, struct tm *tm)
{
	time_t at = (time_t)t;

	setenv("TZ", zone, 1);
	tzset();
	localtime_r(&at, tm);
}

static void
agrees_with_the_library(void **state)
{
	(void)state;
	for (size_t i = 0; i < ZONES; i++) {
		for (int j = 0; j < 3000; j++) {
			/* 1950 to 2150, far past the last change on file. */
			int64_t t = (int64_t)some(4000000) * 1580 - 631152000;
			struct civil c;
			struct tm tm;

			library_civil(zones[i], t, &tm);
			when_civil(zones[i], t, &c);
			if (c.offset != (int)tm.tm_gmtoff ||
			    c.hour != tm.tm_hour || c.day != tm.tm_mday ||
			    c.month != tm.tm_mon + 1 ||
			    c.year != tm.tm_year + 1900 ||
			    c.weekday != (tm.tm_wday + 6) % 7)
				fail_msg("%s at %lld", zones[i], (long long)t);
		}
	}
	unsetenv("TZ");
}

/* Every half hour of two years, over all changes of clock. */
static void
civil_and_instant_are_inverse(void **state)
{
	(void)state;
	for (size_t i = 0; i < ZONES; i++) {
		int64_t t = 1735689600, end = t + 2 * 366 * (int64_t)86400;

		for (; t < end; t += 1800) {
			struct civil c, again;
			int64_t back;

			when_civil(zones[i], t, &c);
			back = when_instant(zones[i], &c);
			when_civil(zones[i], back, &again);
			/* In a doubled hour the first of the two is meant. */
			assert_true(back <= t);
			assert_true(back == t || again.offset > c.offset);
			c.offset = again.offset;
			assert_memory_equal(&c, &again, sizeof(c));
		}
	}
}

static int64_t
at(const char *zone, int year, int month, int day, int hour, int minute)
{
	struct civil c = { .year = year,
		.month = month,
		.day = day,
		.hour = hour,
		.minute = minute };

	return when_instant(zone, &c);
}

static void
skipped_and_doubled_hours(void **state)
{
	(void)state;
	/* 2026-03-29 02:30 does not exist in Berlin: 03:30 is meant. */
	assert_int_equal(at("Europe/Berlin", 2026, 3, 29, 2, 30),
	    at("UTC", 2026, 3, 29, 1, 30));
	/* 2026-10-25 02:30 comes twice: the first is meant. */
	assert_int_equal(at("Europe/Berlin", 2026, 10, 25, 2, 30),
	    at("UTC", 2026, 10, 25, 0, 30));
	/* Samoa had no 30 December 2011. */
	assert_int_equal(at("Pacific/Apia", 2011, 12, 31, 0, 0) -
			     at("Pacific/Apia", 2011, 12, 29, 0, 0),
	    86400);
	/* Days of change are 23 and 25 hours long. */
	assert_int_equal(at("Europe/Berlin", 2026, 3, 30, 0, 0) -
			     at("Europe/Berlin", 2026, 3, 29, 0, 0),
	    23 * 3600);
	assert_int_equal(at("Europe/Berlin", 2026, 10, 25, 24, 0) -
			     at("Europe/Berlin", 2026, 10, 25, 0, 0),
	    25 * 3600);
}

static void
fields_carry_over(void **state)
{
	(void)state;
	assert_int_equal(at("UTC", 2026, 2, 29, 0, 0),
	    at("UTC", 2026, 3, 1, 0, 0));
	assert_int_equal(at("UTC", 2026, 13, 1, 0, 0),
	    at("UTC", 2027, 1, 1, 0, 0));
	assert_int_equal(at("UTC", 2026, 1, 0, 0, 0),
	    at("UTC", 2025, 12, 31, 0, 0));
	assert_int_equal(at("UTC", 2026, 0, 1, -1, 0),
	    at("UTC", 2025, 11, 30, 23, 0));
}

static void
an_unknown_zone_is_known_to_be(void **state)
{
	(void)state;
	assert_true(when_zone_ok("Europe/Berlin"));
	assert_true(when_zone_ok("UTC"));
	assert_true(when_zone_ok(""));
	assert_true(when_zone_ok(NULL));
	assert_false(when_zone_ok("Europe/Berlni"));
	assert_false(when_zone_ok("../../etc/passwd"));
	assert_false(when_zone_ok("/etc/localtime"));
	assert_false(when_zone_ok("Europe"));
	assert_false(when_zone_ok("CET-1CEST"));
	assert_false(when_zone_ok("tzdata.zi"));
}

static void
the_system_zone_may_be_a_rule(void **state)
{
	struct civil c;

	(void)state;
	setenv("TZ", "XST-3:30XDT,M3.2.0/1,J300/25:00", 1);
	when_civil("", 1767225600, &c); /* 2026-01-01 */
	assert_int_equal(c.offset, 3 * 3600 + 1800);
	when_civil("", 1782864000, &c); /* 2026-07-01 */
	assert_int_equal(c.offset, 4 * 3600 + 1800);
	unsetenv("TZ");
}

static void
rfc3339_round_trip(void **state)
{
	char text[WHEN_SIZE];
	int64_t t;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int64_t from = (int64_t)some(4000000000u) * 3;

		assert_int_equal(when_parse_rfc3339(when_rfc3339(from, text),
				     &t),
		    0);
		assert_int_equal(t, from);
	}
	assert_int_equal(when_parse_rfc3339("2026-11-22T05:02:37.25+01:00", &t),
	    0);
	assert_string_equal(when_rfc3339(t, text), "2026-11-22T04:02:37Z");
	assert_int_equal(when_parse_rfc3339("2026-11-22", &t), -1);
	assert_int_equal(when_parse_rfc3339("2026-13-22T05:02:37Z", &t), -1);
	assert_int_equal(when_parse_rfc3339("2026-11-22T05:02:37", &t), -1);
}

static void
spans_for_people(void **state)
{
	static const struct {
		int64_t secs;
		const char *shortly, *fully;
	} is[] = {
		{ 0, "0s", "0s" },
		{ 59, "59s", "59s" },
		{ 272, "4m", "4m 32s" },
		{ 7199, "1h", "1h 59m 59s" },
		{ 100000, "27h", "1d 03h 46m 40s" },
		{ 3 * 86400, "3d", "3d 00h 00m 00s" },
		{ 35 * 86400, "5w", "35d 00h 00m 00s" },
		{ 800 * 86400, "2y", "800d 00h 00m 00s" },
		{ -90, "-1m", "-1m 30s" },
	};
	char out[WHEN_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(is) / sizeof(is[0]); i++) {
		assert_string_equal(when_span(is[i].secs, out), is[i].shortly);
		assert_string_equal(when_span_long(is[i].secs, out),
		    is[i].fully);
	}
	for (int64_t secs = 1; secs < INT64_MAX / 3; secs *= 3)
		assert_true(strlen(when_span(secs, out)) <= 4);
	when_span(INT64_MIN, out);
	when_span_long(INT64_MIN, out);
}

static void
spans_are_read(void **state)
{
	static const char *const bad[] = { "", "h", "5x", "-5m", "5m ", "1.5h",
		"99999999999h", "m5" };
	struct err e = { 0 };
	int64_t secs;

	(void)state;
	assert_int_equal(when_parse_span("10s", &secs, &e), 0);
	assert_int_equal(secs, 10);
	assert_int_equal(when_parse_span("1h30m", &secs, &e), 0);
	assert_int_equal(secs, 5400);
	assert_int_equal(when_parse_span("90", &secs, &e), 0);
	assert_int_equal(secs, 90);
	assert_int_equal(when_parse_span("1w", &secs, &e), 0);
	assert_int_equal(secs, 604800);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(when_parse_span(bad[i], &secs, &e), -1);
		assert_int_equal(e.kind, ERR_USAGE);
	}
}

/* What people type on Sunday 22 November 2026, 06:23 in Berlin. */
static void
moments_to_come(void **state)
{
	static const struct {
		const char *typed, *is;
	} good[] = {
		{ "2h", "Sun 22 Nov 2026 08:23" },
		{ "in 30m", "Sun 22 Nov 2026 06:53" },
		{ "tomorrow", "Mon 23 Nov 2026 09:00" },
		{ "tomorrow 9:30", "Mon 23 Nov 2026 09:30" },
		{ "Tomorrow at 14h", "Mon 23 Nov 2026 14:00" },
		{ "mon", "Mon 23 Nov 2026 09:00" },
		{ "sunday", "Sun 29 Nov 2026 09:00" },
		{ "next week", "Mon 23 Nov 2026 09:00" },
		{ "fri 9", "Fri 27 Nov 2026 09:00" },
		{ "2026-12-24", "Thu 24 Dec 2026 09:00" },
		{ "2026-12-24 18:00", "Thu 24 Dec 2026 18:00" },
		{ "24 dec", "Thu 24 Dec 2026 09:00" },
		{ "jan 3 10:00", "Sun 3 Jan 2027 10:00" },
		{ "9:00", "Sun 22 Nov 2026 09:00" },
		{ "5am", "Mon 23 Nov 2026 05:00" },
		{ "12pm", "Sun 22 Nov 2026 12:00" },
		{ "today 23:00", "Sun 22 Nov 2026 23:00" },
	};
	static const char *const bad[] = { "", "junk", "yesterday", "25:00",
		"2026-02-30", "2020-01-01", "today 5:00", "mon tue", "0s",
		"9:00 10:00", "tomorrow 9:77", "13pm" };
	char out[WHEN_SIZE];
	struct err e = { 0 };
	int64_t now = 1795325000, t;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (when_parse_future(good[i].typed, "Europe/Berlin", now, &t,
			&e) < 0)
			fail_msg("%s: %s", good[i].typed, e.text);
		assert_string_equal(when_long("Europe/Berlin", t, out),
		    good[i].is);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (when_parse_future(bad[i], "Europe/Berlin", now, &t, &e) ==
		    0)
			fail_msg("%s was understood", bad[i]);
		assert_int_equal(e.kind, ERR_USAGE);
	}
}

static void
moments_gone_by(void **state)
{
	static const struct {
		const char *typed, *is;
	} good[] = {
		{ "7d", "Sun 15 Nov 2026 06:23" },
		{ "today", "Sun 22 Nov 2026 00:00" },
		{ "yesterday", "Sat 21 Nov 2026 00:00" },
		{ "2026-11", "Sun 1 Nov 2026 00:00" },
		{ "2026", "Thu 1 Jan 2026 00:00" },
		{ "mon", "Mon 16 Nov 2026 00:00" },
		{ "2026-11-20 14:00", "Fri 20 Nov 2026 14:00" },
		{ "2026-11-20T14:00", "Fri 20 Nov 2026 14:00" },
		{ "2026-11-20T14:00:00Z", "Fri 20 Nov 2026 15:00" },
		{ "24 dec", "Wed 24 Dec 2025 00:00" },
	};
	char out[WHEN_SIZE];
	struct err e = { 0 };
	int64_t now = 1795325000, t;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (when_parse_past(good[i].typed, "Europe/Berlin", now, &t,
			&e) < 0)
			fail_msg("%s: %s", good[i].typed, e.text);
		assert_string_equal(when_long("Europe/Berlin", t, out),
		    good[i].is);
	}
	assert_int_equal(when_parse_past("9:00", "UTC", now, &t, &e), -1);
	assert_int_equal(when_parse_past("soon", "UTC", now, &t, &e), -1);
}

static void
short_forms_for_lists(void **state)
{
	char out[WHEN_SIZE];
	int64_t now = 1795325000;

	(void)state;
	assert_string_equal(when_short("UTC", now, now - 3600, out), "04:23");
	assert_string_equal(when_short("UTC", now, now - 86400, out),
	    "Sat 05:23");
	assert_string_equal(when_short("UTC", now, now - 19 * 86400, out),
	    "3 Nov");
	assert_string_equal(when_short("UTC", now, now - 400 * 86400, out),
	    "18 Oct 2025");
}

static void
the_clock_can_be_stopped(void **state)
{
	(void)state;
	setenv("SHOPBELL_TEST_NOW", "1795325000", 1);
	assert_int_equal(when_now(), 1795325000);
	setenv("SHOPBELL_TEST_NOW", "2026-11-22T05:23:20Z", 1);
	assert_int_equal(when_now(), 1795325000);
	unsetenv("SHOPBELL_TEST_NOW");
	assert_true(when_now() >= (int64_t)time(NULL) - 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_library),
		cmocka_unit_test(civil_and_instant_are_inverse),
		cmocka_unit_test(skipped_and_doubled_hours),
		cmocka_unit_test(fields_carry_over),
		cmocka_unit_test(an_unknown_zone_is_known_to_be),
		cmocka_unit_test(the_system_zone_may_be_a_rule),
		cmocka_unit_test(rfc3339_round_trip),
		cmocka_unit_test(spans_for_people),
		cmocka_unit_test(spans_are_read),
		cmocka_unit_test(moments_to_come),
		cmocka_unit_test(moments_gone_by),
		cmocka_unit_test(short_forms_for_lists),
		cmocka_unit_test(the_clock_can_be_stopped),
	};

	return cmocka_run_group_tests_name("when", tests, NULL, NULL);
}
