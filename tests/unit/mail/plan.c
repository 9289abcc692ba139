#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mail/plan.h"

/* ---- the table ---- */

struct row {
	const char *name;
	struct cursor have;
	struct imap_state there;
	const char *want;
};

#define HAVE(v, l, h, full, m)                                                 \
	{                                                                      \
		.uidvalidity = (v), .low = (l), .high = (h),                   \
		.complete = (full), .modseq = (m)                              \
	}
#define THERE(v, next, n, m)                                                   \
	{                                                                      \
		.uidvalidity = (v), .uidnext = (next), .exists = (n),          \
		.modseq = (m)                                                  \
	}

static const struct row table[] = {
	{ "never seen, empty", HAVE(0, 0, 0, false, 0), THERE(7, 1, 0, 1),
	    "begin" },
	{ "never seen", HAVE(0, 0, 0, false, 0), THERE(7, 100, 60, 9),
	    "begin old:1-99" },
	{ "never seen, no UIDNEXT", HAVE(0, 0, 0, false, 0), THERE(7, 0, 60, 0),
	    "begin new:1-*" },
	{ "nothing happened", HAVE(7, 1, 99, true, 9), THERE(7, 100, 60, 9),
	    "count:1-99" },
	{ "a flag changed", HAVE(7, 1, 99, true, 9), THERE(7, 100, 60, 10),
	    "changes:1-99 count:1-99" },
	{ "a mail came", HAVE(7, 1, 99, true, 9), THERE(7, 101, 61, 10),
	    "changes:1-99 new:100-100 count:1-100" },
	{ "the first mail came", HAVE(7, 1, 0, true, 1), THERE(7, 2, 1, 2),
	    "new:1-1" },
	{ "cut short on the way down", HAVE(7, 50, 99, false, 9),
	    THERE(7, 100, 60, 9), "old:1-49 count:1-99" },
	{ "cut short, and more came", HAVE(7, 50, 99, false, 9),
	    THERE(7, 105, 65, 12),
	    "changes:50-99 new:100-104 old:1-49 count:1-104" },
	{ "no CONDSTORE compares", HAVE(7, 1, 99, true, 0),
	    THERE(7, 100, 60, 0), "compare:1-99" },
	{ "no CONDSTORE any more", HAVE(7, 1, 99, true, 9),
	    THERE(7, 100, 60, 0), "compare:1-99" },
	{ "CONDSTORE from now on", HAVE(7, 1, 99, true, 0),
	    THERE(7, 100, 60, 4), "compare:1-99" },
	{ "MODSEQ went back", HAVE(7, 1, 99, true, 9), THERE(7, 100, 60, 4),
	    "compare:1-99 count:1-99" },
	{ "renumbered", HAVE(7, 1, 99, true, 9), THERE(8, 40, 30, 3),
	    "forget begin old:1-39" },
	{ "renumbered to a lower validity", HAVE(7, 1, 99, true, 9),
	    THERE(6, 40, 30, 3), "forget begin old:1-39" },
	{ "renumbered and empty", HAVE(7, 1, 99, true, 9), THERE(8, 1, 0, 1),
	    "forget begin" },
	{ "UIDNEXT went back", HAVE(7, 1, 99, true, 9), THERE(7, 50, 30, 12),
	    "forget begin old:1-49" },
	{ "UIDNEXT jumped", HAVE(7, 1, 99, true, 9),
	    THERE(7, 4000000000u, 61, 10),
	    "changes:1-99 new:100-3999999999 count:1-3999999999" },
	{ "no UIDNEXT this time", HAVE(7, 1, 99, true, 9), THERE(7, 0, 60, 9),
	    "new:100-* count:1-99" },
};

static void
print(char *out, size_t size, const struct step *s, size_t n)
{
	static const char *const name[] = { "forget", "begin", "changes",
		"compare", "new", "old", "count" };
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		len += (size_t)snprintf(out + len, size - len, "%s%s",
		    i > 0 ? " " : "", name[s[i].kind]);
		if (s[i].kind == STEP_FORGET || s[i].kind == STEP_BEGIN)
			continue;
		len += (size_t)snprintf(out + len, size - len, ":%u-%s",
		    s[i].first, s[i].last == 0 ? "*" : "");
		if (s[i].last != 0)
			len += (size_t)snprintf(out + len, size - len, "%u",
			    s[i].last);
	}
}

static void
each_case_has_its_steps(void **state)
{
	char got[200];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct step s[PLAN_MAX];
		size_t n = plan_mailbox(&table[i].have, &table[i].there, s);

		print(got, sizeof(got), s, n);
		if (strcmp(got, table[i].want) != 0)
			print_message("# %s: %s, not %s\n", table[i].name, got,
			    table[i].want);
		assert_string_equal(got, table[i].want);
	}
}

static void
nothing_new_only_if_all_agrees(void **state)
{
	const struct cursor have = HAVE(7, 1, 99, true, 9);
	const struct imap_state same = THERE(7, 100, 60, 9);
	struct imap_state t;

	(void)state;
	assert_true(plan_nothing(&have, &same, 60));
	assert_false(plan_nothing(&have, &same, 61));
	assert_false(plan_nothing(&have, &same, -1));
	t = same, t.uidvalidity++;
	assert_false(plan_nothing(&have, &t, 60));
	t = same, t.uidnext++;
	assert_false(plan_nothing(&have, &t, 60));
	t = same, t.uidnext = 0;
	assert_false(plan_nothing(&have, &t, 60));
	t = same, t.modseq++;
	assert_false(plan_nothing(&have, &t, 60));
	t = same, t.modseq = 0;
	assert_false(plan_nothing(&have, &t, 60));
}

/* ---- sets ---- */

/* Does a set name a UID? */
static bool
names(const char *set, uint32_t uid)
{
	char *end;

	for (const char *p = set; *p != '\0'; p = *end == ',' ? end + 1 : end) {
		unsigned long a = strtoul(p, &end, 10), b = a;

		if (*end == ':' && end[1] == '*') {
			b = UINT32_MAX;
			end += 2;
		} else if (*end == ':') {
			b = strtoul(end + 1, &end, 10);
		}
		if (uid >= a && uid <= b)
			return true;
	}
	return false;
}

/* All that is asked for and not held, once each, whatever the gaps. */
static void
a_set_leaves_out_what_is_held(void **state)
{
	int64_t have[3000];

	(void)state;
	srandom(20261122);
	for (int round = 0; round < 60; round++) {
		struct buf set = { 0 };
		uint32_t first = 1 + (uint32_t)(random() % 50);
		uint32_t last = first + (uint32_t)(random() % 5000);
		uint32_t at = first, next;
		size_t n = 0, i = 0;

		for (uint32_t u = 1; u < last + 50 && n < 3000; u++)
			if (random() % (round % 7 + 2) == 0)
				have[n++] = u;
		do {
			buf_clear(&set);
			next = plan_set(&set, at, last, have, n);
			assert_true(set.len < 8000);
			for (uint32_t u = at;
			     u <= last && (next == 0 || u < next); u++) {
				while (i < n && have[i] < u)
					i++;
				assert_int_equal(names(buf_text(&set), u),
				    !(i < n && have[i] == u));
			}
			at = next;
		} while (next != 0);
		buf_free(&set);
	}
}

static void
an_open_end_stays_open(void **state)
{
	struct buf set = { 0 };
	const int64_t have[] = { 5, 6, 9 };

	(void)state;
	assert_int_equal(plan_set(&set, 5, 0, have, 3), 0);
	assert_string_equal(buf_text(&set), "7:8,10:*");
	buf_clear(&set);
	assert_int_equal(plan_set(&set, 5, 6, have, 3), 0);
	assert_string_equal(buf_text(&set), "");
	buf_free(&set);
}

static void
uids_become_ranges(void **state)
{
	struct buf set = { 0 };
	const int64_t uid[] = { 1, 2, 3, 7, 9, 10 };

	(void)state;
	assert_int_equal(plan_uids(&set, uid, 6), 6);
	assert_string_equal(buf_text(&set), "1:3,7,9:10");
	buf_free(&set);
}

/* ---- strides ---- */

/* However sparse the UIDs are, all is fetched in few chunks. */
static void
strides_find_their_size(void **state)
{
	static const uint32_t gap[] = { 1, 2, 10, 1000, 100000 };

	(void)state;
	for (size_t g = 0; g < sizeof(gap) / sizeof(gap[0]); g++) {
		uint32_t n = 20000, top = n * gap[g];
		struct stride s;
		int chunks = 0;

		stride_begin(&s, n, top + 1);
		while (top > 0) {
			uint32_t low = top > s.span ? top - s.span : 0;
			uint32_t got = top / gap[g] - low / gap[g];

			assert_true(got <= 40000);
			stride_learn(&s, got);
			top = low;
			chunks++;
		}
		assert_true(chunks <= 12);
	}
}

/* Three mails at the ends of the whole range of UIDs. */
static void
strides_cross_a_desert(void **state)
{
	uint32_t top = UINT32_MAX - 1;
	struct stride s;
	int chunks = 0;

	(void)state;
	stride_begin(&s, 3, UINT32_MAX);
	while (top > 0) {
		uint32_t low = top > s.span ? top - s.span : 0;

		stride_learn(&s, 0);
		top = low;
		chunks++;
	}
	assert_true(chunks < 100);
}

/* The pairs are those that a look at all of them finds. */
static void
alike_and_alone_are_one(void **state)
{
	static const char *const id[] = { "a@x", "b@x", "c@x" };
	struct trait v[2][12], sorted[2][12];
	struct trait_pair pair[12];

	(void)state;
	srandom(20261122);
	for (int round = 0; round < 5000; round++) {
		size_t n[2], want = 0, got;

		for (int k = 0; k < 2; k++) {
			n[k] = (size_t)(random() % 12);
			for (size_t i = 0; i < n[k]; i++)
				v[k][i] = (struct trait){ 1 + random() % 3,
					1 + random() % 2, id[random() % 3], i };
			memcpy(sorted[k], v[k], sizeof(v[k]));
		}
		got = plan_match(sorted[0], n[0], sorted[1], n[1], pair);
		for (size_t i = 0; i < n[0]; i++) {
			size_t same[2] = { 0, 0 };

			for (int k = 0; k < 2; k++)
				for (size_t j = 0; j < n[k]; j++)
					same[k] +=
					    v[k][j].size == v[0][i].size &&
					    v[k][j].at == v[0][i].at &&
					    v[k][j].id == v[0][i].id;
			want += same[0] == 1 && same[1] == 1;
		}
		assert_int_equal(got, want);
		for (size_t i = 0; i < got; i++) {
			const struct trait *a = &v[0][pair[i].a];
			const struct trait *b = &v[1][pair[i].b];

			assert_true(a->size == b->size && a->at == b->at &&
				    a->id == b->id);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_case_has_its_steps),
		cmocka_unit_test(nothing_new_only_if_all_agrees),
		cmocka_unit_test(a_set_leaves_out_what_is_held),
		cmocka_unit_test(an_open_end_stays_open),
		cmocka_unit_test(uids_become_ranges),
		cmocka_unit_test(alike_and_alone_are_one),
		cmocka_unit_test(strides_find_their_size),
		cmocka_unit_test(strides_cross_a_desert),
	};

	return cmocka_run_group_tests_name("mail/plan", tests, NULL, NULL);
}
