#include "unit.h"

#include "base/text.h"
#include "desk/report.h"

#define BERLIN "Europe/Berlin"

static const struct agent agents[] = {
	{ 1, "ana", "Ana Ruiz", "", true },
	{ 2, "bo", "", "", true },
};
static const char *returns[] = { "returns" };
static const char *both[] = { "angry", "returns" };

/* An answered turn that ended at a civil time and took secs. */
static struct turn_row
answered(const char *until, int64_t secs, bool first, int64_t agent)
{
	int64_t end = at(BERLIN, until);

	return (struct turn_row){
		.turn = { .from = end - secs,
		    .until = end,
		    .end = TURN_ANSWERED,
		    .first = first,
		    .agent = agent },
		.wall = secs,
		.open = -1,
		.target = "default",
		.hours = "",
		.allowed = 300,
		.state = secs <= 300 ? TARGET_MET : TARGET_MET_LATE,
		.agent = agent,
		.assignee = 1,
		.subject = "",
	};
}

static void
make(struct arena *a, const struct turn_row *v, size_t n, struct report *out)
{
	struct report_ask ask = {
		.from = at(BERLIN, "2026-11-16"),
		.until = at(BERLIN, "2026-11-18"),
		.zone = BERLIN,
		.turn = v,
		.turns = n,
		.agent = agents,
		.agents = 2,
	};

	report_make(a, &ask, out);
}

#define RUNS(first_, wall_, state_, who)                                       \
	{                                                                      \
		.turn = { .from = 1, .end = TURN_RUNNING, .first = first_ },   \
		.wall = wall_, .open = -1, .state = state_, .allowed = 300,    \
		.assignee = who                                                \
	}

/* Two days with one turn of each kind; 10 of them. */
static void
two_days(struct turn_row v[10])
{
	int64_t eight = at(BERLIN, "2026-11-16 08:00");
	struct turn_row late = RUNS(true, 99999, TARGET_LATE, 2);
	struct turn_row fresh = RUNS(false, 5, TARGET_RUNNING, 0);

	v[0] = answered("2026-11-16 09:10", 60, true, 1);
	v[1] = answered("2026-11-16 23:59:59", 120, true, 2);
	v[2] = answered("2026-11-17 00:00", 600, false, 1);
	v[3] = answered("2026-11-17 15:00", 300, true, 0);
	/* Outside of the period: at its very end, and before. */
	v[4] = answered("2026-11-18 00:00", 7, true, 1);
	v[5] = answered("2026-11-15 23:59:59", 7, true, 1);
	/* Running ones stand apart, wherever they began. */
	v[6] = late;
	v[7] = fresh;
	/* Closed without an answer is no answer of 0 seconds. */
	v[8] = answered("2026-11-16 08:00", 0, true, 1);
	v[8].turn.end = TURN_CLOSED;
	v[8].state = TARGET_DROPPED;
	v[9] = (struct turn_row){ .turn = { .from = eight,
				      .until = eight + 60,
				      .end = TURN_DISMISSED,
				      .agent = 2 },
		.open = -1,
		.agent = 2 };
	v[0].tags = (struct strings){ returns, 1 };
	v[2].tags = (struct strings){ both, 2 };
	v[6].tags = (struct strings){ both, 2 };
}

static void
figures_are_those_of_the_turns(void **state)
{
	struct turn_row v[10];
	struct arena a = { 0 };
	struct report r;

	(void)state;
	two_days(v);
	make(&a, v, COUNT(v), &r);
	assert_int_equal(r.waiting, 2);
	assert_int_equal(r.late, 1);
	assert_int_equal(r.answered, 4);
	assert_int_equal(r.closed_unanswered, 1);
	assert_int_equal(r.dismissed, 1);
	assert_int_equal(r.first.wall.n, 3);
	assert_int_equal(r.first.wall.median, 120);
	assert_int_equal(r.first.wall.mean, 160);
	assert_int_equal(r.first.wall.max, 300);
	assert_int_equal(r.first.running, 1);
	assert_int_equal(report_within(&r.first), 1000);
	assert_int_equal(r.any.wall.n, 4);
	assert_int_equal(r.any.wall.median, 210);
	assert_int_equal(r.any.running, 2);
	assert_int_equal(report_within(&r.any), 750);
	assert_int_equal(r.any.open.n, 0);
	arena_free(&a);
}

/* The answer to its writer, the miss to whom it was assigned. */
static void
credit_goes_where_it_is_due(void **state)
{
	struct turn_row v[10];
	struct arena a = { 0 };
	struct report r;

	(void)state;
	two_days(v);
	make(&a, v, COUNT(v), &r);
	assert_int_equal(r.agents, 3);
	assert_text(r.agent[0].name, "Ana Ruiz");
	assert_int_equal(r.agent[0].answered, 2);
	assert_int_equal(r.agent[0].missed, 1);
	assert_text(r.agent[1].name, "bo");
	assert_int_equal(r.agent[1].missed, 1);
	assert_int_equal(r.agent[1].any.running, 1);
	assert_text(r.agent[2].name, "elsewhere");
	assert_int_equal(r.tags, 2);
	assert_text(r.tag[0].name, "angry");
	assert_int_equal(r.tag[0].answered, 1);
	assert_int_equal(r.tag[0].any.running, 1);
	assert_int_equal(r.tag[1].answered, 2);
	arena_free(&a);
}

/* By the end of the span, in the zone of the report. */
static void
buckets_are_by_the_end_of_the_span(void **state)
{
	struct turn_row v[10];
	struct arena a = { 0 };
	struct report r;

	(void)state;
	two_days(v);
	make(&a, v, COUNT(v), &r);
	assert_int_equal(r.days, 2);
	assert_text(r.day[0].name, "2026-11-16");
	assert_int_equal(r.day[0].answered, 2);
	assert_int_equal(r.day[1].answered, 2);
	assert_int_equal(r.hours, 24);
	assert_int_equal(r.hour[9].answered, 1);
	assert_int_equal(r.hour[23].answered, 1);
	assert_int_equal(r.hour[0].answered, 1);
	arena_free(&a);
}

static void
office_hours_are_a_second_figure(void **state)
{
	struct turn_row v[] = {
		answered("2026-11-16 09:10", 50000, true, 1),
		answered("2026-11-16 09:20", 600, true, 1),
	};
	struct arena a = { 0 };
	struct report r;
	struct json *o;
	struct buf out = { 0 };

	(void)state;
	/* A mail of the night answered at ten past nine. */
	v[0].open = 600;
	make(&a, v, 2, &r);
	assert_int_equal(r.first.wall.n, 2);
	assert_int_equal(r.first.open.n, 1);
	assert_int_equal(r.first.open.median, 600);
	o = report_json(&r);
	json_line(&out, o);
	assert_non_null(
	    strstr(buf_text(&out), "\"first\":{\"n\":2,"
				   "\"median\":{\"wall\":25300,\"open\":600}"));
	json_free(o);
	buf_free(&out);
	arena_free(&a);
}

static void
nothing_has_no_figures(void **state)
{
	struct arena a = { 0 };
	struct report r;
	struct json *o;
	struct buf out = { 0 };

	(void)state;
	make(&a, NULL, 0, &r);
	assert_int_equal(report_within(&r.any), -1);
	o = report_json(&r);
	json_line(&out, o);
	assert_non_null(
	    strstr(buf_text(&out), "\"any\":{\"n\":0,\"median\":"
				   "{\"wall\":null,\"open\":null}"));
	assert_non_null(strstr(buf_text(&out), "\"within_target\":null"));
	assert_non_null(strstr(buf_text(&out), "\"agents\":[]"));
	json_free(o);
	buf_clear(&out);
	report_text(&out, &r, REPORT_BY_AGENT);
	assert_non_null(strstr(buf_text(&out), "Any response           0"));
	assert_null(strstr(buf_text(&out), "0s"));
	buf_free(&out);
	arena_free(&a);
}

static void
the_json_is_as_promised(void **state)
{
	struct turn_row v[] = {
		answered("2026-11-16 09:10", 60, true, 1),
		answered("2026-11-16 10:10", 301, true, 1),
		answered("2026-11-16 11:10", 90, true, 1),
	};
	struct arena a = { 0 };
	struct report r;
	struct json *o;
	struct buf out = { 0 };
	static const char *const parts[] = {
		"{\"from\":\"2026-11-15T23:00:00Z\","
		"\"until\":\"2026-11-17T23:00:00Z\","
		"\"zone\":\"Europe/Berlin\","
		"\"now\":{\"waiting\":0,\"late\":0},"
		"\"first\":{\"n\":3,\"median\":{\"wall\":90,\"open\":null},"
		"\"p90\":{\"wall\":301,\"open\":null},"
		"\"max\":{\"wall\":301,\"open\":null},"
		"\"mean\":{\"wall\":150,\"open\":null},"
		"\"within_target\":66.7,\"running\":0},\"any\":{",
		"\"resolution_first\":{\"n\":0,",
		"\"answered\":3,\"closed_unanswered\":0,",
		"\"agents\":[{\"name\":\"Ana Ruiz\",\"login\":\"ana\",",
	};

	(void)state;
	make(&a, v, 3, &r);
	o = report_json(&r);
	json_line(&out, o);
	for (size_t i = 0; i < COUNT(parts); i++) {
		if (strstr(buf_text(&out), parts[i]) == NULL)
			fail_msg("%s is not in %s", parts[i], buf_text(&out));
	}
	json_free(o);
	buf_free(&out);
	arena_free(&a);
}

static void
the_text_fits_a_screen(void **state)
{
	struct turn_row v[] = {
		answered("2026-11-16 09:10", 65, true, 1),
		answered("2026-11-16 10:10", 4000, true, 1),
		answered("2026-11-16 11:10", 40 * 86400, true, 2),
	};
	struct arena a = { 0 };
	struct report r;
	struct buf out = { 0 };

	(void)state;
	v[0].open = 65;
	make(&a, v, 3, &r);
	for (enum report_by by = REPORT_BY_AGENT; by <= REPORT_BY_HOUR; by++) {
		buf_clear(&out);
		report_text(&out, &r, by);
		for (char *s = out.data; *s != '\0'; s += strcspn(s, "\n") + 1)
			assert_true(text_width(s, strcspn(s, "\n")) <= 80);
	}
	buf_clear(&out);
	report_text(&out, &r, REPORT_BY_AGENT);
	assert_non_null(strstr(buf_text(&out),
	    "First response         3    1h 06m   40d 00h   40d 00h"));
	assert_non_null(strstr(buf_text(&out), "Ana Ruiz"));
	buf_free(&out);
	arena_free(&a);
}

static void
csv_has_as_many_fields_in_every_line(void **state)
{
	static const char *tags[] = { "=1+1", "a,b", "say \"x\"" };
	struct turn_row v[] = {
		answered("2026-11-16 09:10", 65, true, 1),
	};
	struct arena a = { 0 };
	struct report r;
	struct buf out = { 0 };
	int fields = 0;
	int want = 0;
	bool quoted = false;

	(void)state;
	v[0].tags = (struct strings){ tags, 3 };
	make(&a, v, 1, &r);
	report_csv(&out, &r, REPORT_BY_TAG);
	for (const char *s = buf_text(&out); *s != '\0'; s++) {
		if (*s == '"')
			quoted = !quoted;
		else if (*s == ',' && !quoted)
			fields++;
		else if (*s == '\n') {
			if (want == 0)
				want = fields;
			assert_int_equal(fields, want);
			assert_int_equal(s[-1], '\r');
			fields = 0;
		}
	}
	assert_non_null(strstr(buf_text(&out), "\"'=1+1\""));
	assert_non_null(strstr(buf_text(&out), "\"a,b\""));
	assert_non_null(strstr(buf_text(&out), "\"say \"\"x\"\"\""));
	buf_free(&out);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_those_of_the_turns),
		cmocka_unit_test(credit_goes_where_it_is_due),
		cmocka_unit_test(buckets_are_by_the_end_of_the_span),
		cmocka_unit_test(office_hours_are_a_second_figure),
		cmocka_unit_test(nothing_has_no_figures),
		cmocka_unit_test(the_json_is_as_promised),
		cmocka_unit_test(the_text_fits_a_screen),
		cmocka_unit_test(csv_has_as_many_fields_in_every_line),
	};

	return cmocka_run_group_tests_name("desk/report", tests, NULL, NULL);
}
