#include "unit.h"

#include "desk/turns.h"

#define M ((int64_t)60)

/*
 * A story in letters, a minute a letter, ends the same way as its contacts:
 * C customer, R reply, P we rang, X close, O reopened by hand, D dismissed,
 * . nothing.
 */
static size_t
story(const char *s, struct contact *v)
{
	static const char letters[] = "CRPXOD";
	size_t n = 0;

	for (size_t i = 0; s[i] != '\0'; i++) {
		const char *kind = strchr(letters, s[i]);

		if (kind != NULL)
			v[n++] = (struct contact){
				.at = (int64_t)(i + 1) * M,
				.kind = (enum contact_kind)(kind - letters),
				.agent = 7,
				.ref = (int64_t)i + 1,
			};
	}
	return n;
}

/* Turns as "from-until end", "!" before the first; until 0 while running. */
static void
tell(struct buf *out, const struct timeline *t)
{
	static const char *const ends[] = { "running", "answered", "closed",
		"dismissed" };

	for (size_t i = 0; i < t->turns; i++)
		buf_fmt(out, "%s%s%d-%d %s", i > 0 ? ", " : "",
		    t->turn[i].first ? "!" : "", (int)(t->turn[i].from / M),
		    (int)(t->turn[i].until / M), ends[t->turn[i].end]);
	if (t->reopened > 0)
		buf_fmt(out, "; reopened %d", t->reopened);
	if (t->waiting_since != 0)
		buf_fmt(out, "; waits since %d", (int)(t->waiting_since / M));
}

static void
stories_end_as_the_definitions_say(void **state)
{
	static const struct {
		const char *story;
		const char *turns;
	} cases[] = {
		{ "", "" },
		{ "C", "!1-0 running; waits since 1" },
		{ "C..R", "!1-4 answered" },
		/* An impatient customer does not fall back in the queue. */
		{ "C.C.C", "!1-0 running; waits since 1" },
		{ "C.CR", "!1-4 answered" },
		{ "CRCR", "!1-2 answered, 3-4 answered" },
		{ "CRRRC", "!1-2 answered, 5-0 running; waits since 5" },
		/* What we begin has no first response, but later turns. */
		{ "R.C.R", "3-5 answered" },
		{ "P.C.R", "3-5 answered" },
		{ "C..P", "!1-4 answered" },
		/* Closing without an answer is no response of 0 seconds. */
		{ "C..X", "!1-4 closed" },
		{ "C..D", "!1-4 dismissed" },
		{ "CRX", "!1-2 answered" },
		{ "CRX.C", "!1-2 answered, 5-0 running; reopened 1; "
			   "waits since 5" },
		/* Once per close. */
		{ "CX.C.C", "!1-2 closed, 4-0 running; reopened 1; "
			    "waits since 4" },
		{ "CRX.CRX.CR", "!1-2 answered, 5-6 answered, 9-10 answered; "
				"reopened 2" },
		/* Reopened by hand she has been waiting all along. */
		{ "C.X.O", "!1-0 running; waits since 1" },
		{ "C.X.O.R", "!1-7 answered" },
		{ "CRXO", "!1-2 answered" },
		{ "CDO.R", "!1-5 answered" },
		/* An answer after the close has nothing left to end. */
		{ "CX.R", "!1-2 closed" },
		{ "R", "" },
		{ "X", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct contact v[32];
		struct arena a = { 0 };
		struct timeline t;
		struct buf got = { 0 };

		turns_of(&a, v, story(cases[i].story, v), &t);
		tell(&got, &t);
		if (strcmp(buf_text(&got), cases[i].turns) != 0)
			fail_msg("%s: got \"%s\", want \"%s\"", cases[i].story,
			    buf_text(&got), cases[i].turns);
		buf_free(&got);
		arena_free(&a);
	}
}

static void
closes_are_counted_once(void **state)
{
	struct contact v[32];
	struct arena a = { 0 };
	struct timeline t;

	(void)state;
	turns_of(&a, v, story("C.X.X.C.X", v), &t);
	assert_int_equal(t.first_closed, 3 * M);
	assert_int_equal(t.last_closed, 9 * M);
	assert_int_equal(t.closer, 7);
	assert_int_equal(t.reopened, 1);
	arena_free(&a);
}

/* She wrote at 1 and 2; the second mail came to light after we closed. */
static void
what_the_closer_could_not_know_goes_on_waiting(void **state)
{
	struct contact v[] = {
		{ .at = 1 * M, .kind = CONTACT_CUSTOMER, .order = 1 },
		{ .at = 2 * M, .kind = CONTACT_CUSTOMER, .order = 5 },
		{ .at = 3 * M, .kind = CONTACT_CLOSE, .order = 3, .seen = 2 },
	};
	struct arena a = { 0 };
	struct timeline t;
	struct buf got = { 0 };

	(void)state;
	turns_of(&a, v, 3, &t);
	tell(&got, &t);
	assert_text(buf_text(&got), "!1-3 closed, 2-0 running; reopened 1; "
				    "waits since 2");
	buf_free(&got);
	arena_free(&a);
}

static void
an_answer_does_not_end_a_turn_its_writer_could_not_know(void **state)
{
	struct contact v[] = {
		{ .at = 1 * M, .kind = CONTACT_CUSTOMER, .order = 9 },
		{ .at = 3 * M, .kind = CONTACT_REPLY, .order = 3, .seen = 2 },
		{ .at = 4 * M, .kind = CONTACT_REPLY, .order = 10, .seen = 9 },
	};
	struct arena a = { 0 };
	struct timeline t;
	struct buf got = { 0 };

	(void)state;
	turns_of(&a, v, 3, &t);
	tell(&got, &t);
	assert_text(buf_text(&got), "!1-4 answered");
	buf_free(&got);
	arena_free(&a);
}

/* Invariants of any story, with and without what was seen. */
static void
random_stories_keep_the_invariants(void **state)
{
	struct dice d = { 11 };

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct contact v[24];
		struct arena a = { 0 };
		struct timeline t;
		struct timeline again;
		size_t n = roll(&d, COUNT(v));
		int64_t now = 1000;
		size_t running = 0;

		for (size_t i = 0; i < n; i++) {
			v[i] = (struct contact){
				.at = now += roll(&d, 5),
				.kind = (enum contact_kind)roll(&d, 6),
				.order = (int64_t)roll(&d, 2) * (i + 1),
				.seen = roll(&d, 4) == 0 ? (int64_t)i : 0,
			};
		}
		turns_of(&a, v, n, &t);
		turns_of(&a, v, n, &again);
		assert_int_equal(t.turns, again.turns);
		assert_int_equal(t.waiting_since, again.waiting_since);
		for (size_t i = 0; i < t.turns; i++) {
			const struct turn *x = &t.turn[i];

			assert_memory_equal(x, &again.turn[i], sizeof(*x));
			running += x->end == TURN_RUNNING;
			assert_true(
			    (x->end == TURN_RUNNING) == (x->until == 0));
			assert_true(x->until == 0 || x->until >= x->from);
			assert_true(!x->first || i == 0);
		}
		assert_int_equal(running, t.waiting_since != 0);
		assert_true(t.reopened <= (int)n);
		arena_free(&a);
	}
}

static void
figures_are_by_nearest_rank(void **state)
{
	int64_t ten[] = { 10, 1, 9, 2, 8, 3, 7, 4, 6, 5 };
	int64_t one[] = { 42 };
	int64_t eleven[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 600 };
	struct figure f;

	(void)state;
	figure_of(ten, 10, &f);
	assert_int_equal(f.n, 10);
	assert_int_equal(f.p90, 9);
	assert_int_equal(f.max, 10);
	assert_int_equal(f.median, 5);
	assert_int_equal(f.mean, 6); /* 5.5 */
	figure_of(one, 1, &f);
	assert_int_equal(f.median, 42);
	assert_int_equal(f.p90, 42);
	/* The median is not the mean. */
	figure_of(eleven, 11, &f);
	assert_int_equal(f.median, 6);
	assert_int_equal(f.p90, 10);
	assert_int_equal(f.mean, 60); /* 59.5 */
	figure_of(NULL, 0, &f);
	assert_int_equal(f.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stories_end_as_the_definitions_say),
		cmocka_unit_test(closes_are_counted_once),
		cmocka_unit_test(
		    what_the_closer_could_not_know_goes_on_waiting),
		cmocka_unit_test(
		    an_answer_does_not_end_a_turn_its_writer_could_not_know),
		cmocka_unit_test(random_stories_keep_the_invariants),
		cmocka_unit_test(figures_are_by_nearest_rank),
	};

	return cmocka_run_group_tests_name("desk/turns", tests, NULL, NULL);
}
