#include "unit.h"

#include "desk/query.h"

#define NOW 1795000000 /* 2026-11-18 */

/* The tree in full, every pair in parentheses. */
static void
tell(struct buf *out, const struct query *q)
{
	static const char *const fields[] = { "text", "subject", "from", "to",
		"tag", "assignee", "has", "before", "after", "is", "id",
		"customer" };

	switch (q->op) {
	case QUERY_ALL:
		buf_str(out, "all");
		return;
	case QUERY_NOT:
		buf_str(out, "not ");
		tell(out, q->left);
		return;
	case QUERY_AND:
	case QUERY_OR:
		buf_chr(out, '(');
		tell(out, q->left);
		buf_str(out, q->op == QUERY_AND ? " & " : " | ");
		tell(out, q->right);
		buf_chr(out, ')');
		return;
	case QUERY_TERM:
		break;
	}
	buf_fmt(out, "%s=", fields[q->field]);
	if (q->field == QUERY_IS)
		buf_str(out, query_is_names[q->is]);
	else if (q->field == QUERY_BEFORE || q->field == QUERY_AFTER)
		buf_fmt(out, "%lld", (long long)q->at);
	else if (q->field == QUERY_ID)
		buf_fmt(out, "%lld", (long long)q->number);
	else
		buf_fmt(out, q->phrase ? "'%s'" : "%s", q->text);
	if (q->prefix)
		buf_chr(out, '*');
}

static void
queries_mean_what_they_say(void **state)
{
	static const struct {
		const char *query;
		const char *tree;
	} cases[] = {
		{ "", "all" },
		{ "   ", "all" },
		{ "shoe", "text=shoe" },
		{ "wrong size", "(text=wrong & text=size)" },
		{ "\"wrong size\"", "text='wrong size'" },
		{ "a b or c d", "((text=a & text=b) | (text=c & text=d))" },
		{ "a (b or c)", "(text=a & (text=b | text=c))" },
		{ "-a b", "(not text=a & text=b)" },
		{ "-(a or b)", "not (text=a | text=b)" },
		{ "--a", "not not text=a" },
		{ "is:open tag:returns", "(is=open & tag=returns)" },
		{ "IS:Late", "is=late" },
		{ "tag:\"two words\"", "tag='two words'" },
		{ "-tag:x", "not tag=x" },
		{ "assignee:none", "assignee=none" },
		{ "has:attachment", "has=attachment" },
		{ "from:ana@shop.example", "from=ana@shop.example" },
		{ "re* x", "(text=re* & text=x)" },
		{ "\"new ord\"*", "text='new ord'*" },
		{ "#17", "id=17" },
		{ "id:17", "id=17" },
		{ "id:#17", "id=17" },
		{ "customer:3", "customer=3" },
		{ "e-mail", "text=e-mail" },
		{ "12:30", "text=12:30" },
		{ "http://shop.example/x", "text=http://shop.example/x" },
		{ "OR-1", "text=OR-1" },
		{ "orders", "text=orders" },
		{ "a OR b", "(text=a | text=b)" },
		{ "\"or\"", "text='or'" },
		{ "\"say \\\"hi\\\"\"", "text='say \"hi\"'" },
		{ "after:2026-11-01T00:00:00Z", "after=1793491200" },
		{ "since:2026-11-01T00:00:00Z", "after=1793491200" },
		{ "größe", "text=größe" },
		{ "a(b)c", "((text=a & text=b) & text=c)" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena a = { 0 };
		struct buf got = { 0 };
		struct err e = { 0 };
		struct query *q =
		    query_parse(&a, cases[i].query, "UTC", NOW, NULL, &e);

		if (q == NULL)
			fail_msg("%s: %s", cases[i].query, e.text);
		else
			tell(&got, q);
		assert_text(buf_text(&got), cases[i].tree);
		buf_free(&got);
		arena_free(&a);
	}
}

static const struct {
	const char *query;
	const char *text;
	size_t where;
} faults[] = {
	{ "is:opne",
	    "at column 4: there is no is:opne (did you mean "
	    "is:open?)",
	    3 },
	{ "is:", "at column 1: is: needs a value right after it", 0 },
	{ "a tga:x",
	    "at column 3: there is no search by tga: (did you "
	    "mean tag:?)",
	    2 },
	{ "note: hello",
	    "at column 1: there is no search by note: "
	    "(put quotes around it to find the words)",
	    0 },
	{ "a \"b", "at column 3: the quotation is not closed", 2 },
	{ "(a b", "at column 1: this ( is not closed", 0 },
	{ "a)", "at column 2: this ) closes nothing", 1 },
	{ ")", "at column 1: this ) closes nothing", 0 },
	{ "()",
	    "at column 1: there is nothing between the "
	    "parentheses",
	    0 },
	{ "or a", "at column 1: or needs something on both sides", 0 },
	{ "a or", "at column 3: or needs something on both sides", 2 },
	{ "a or or b", "at column 6: or needs something on both sides", 5 },
	{ "(a or)", "at column 4: or needs something on both sides", 3 },
	{ "- a",
	    "at column 1: - must stand right before what is to "
	    "be left out",
	    0 },
	{ "a -",
	    "at column 3: - must stand right before what is to "
	    "be left out",
	    2 },
	{ "id:x", "at column 4: \"x\" is not the number of a thread", 3 },
	{ "*",
	    "at column 1: * needs the beginning of a word before "
	    "it",
	    0 },
	{ "\"\"", "at column 1: there is nothing between the quotes", 0 },
	/* Characters, not bytes. */
	{ "größe is:ofen",
	    "at column 10: there is no is:ofen (did you "
	    "mean is:open?)",
	    11 },
	{ "before:soon",
	    "at column 8: \"soon\" is not a time: write "
	    "before:2026-11-22 or before:7d",
	    7 },
	{ "has:pony", "at column 5: there is no has:pony", 4 },
};

static void
faults_are_told_with_their_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		size_t where = 99;

		assert_null(
		    query_parse(&a, faults[i].query, "UTC", NOW, &where, &e));
		assert_int_equal(e.kind, ERR_USAGE);
		assert_text(e.text, faults[i].text);
		assert_int_equal(where, faults[i].where);
		arena_free(&a);
	}
}

static void
nothing_too_deep_or_long_is_taken(void **state)
{
	struct arena a = { 0 };
	struct buf deep = { 0 };
	struct err e = { 0 };

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_chr(&deep, '(');
	assert_null(query_parse(&a, buf_text(&deep), "UTC", NOW, NULL, &e));
	buf_clear(&deep);
	for (int i = 0; i < 100000; i++)
		buf_chr(&deep, '-');
	assert_null(query_parse(&a, buf_text(&deep), "UTC", NOW, NULL, &e));
	buf_clear(&deep);
	for (int i = 0; i < 10000; i++)
		buf_str(&deep, "a ");
	assert_null(query_parse(&a, buf_text(&deep), "UTC", NOW, NULL, &e));
	buf_free(&deep);
	arena_free(&a);
}

static void
random_query(struct dice *d, struct buf *out)
{
	static const char *const bits[] = { "a", "or", "OR", "-", "(", ")",
		"\"", " ", " ", " ", "is:open", "is:late", "tag:x",
		"tag:", "\"b c\"", "from:y", "#12", "id:3", "*", "\\",
		"since:7d", "before:2026-01-02", "ü", ":", "customer:2", "é*" };
	size_t n = roll(d, 14);

	for (size_t i = 0; i < n; i++)
		buf_str(out, bits[roll(d, COUNT(bits))]);
}

/* What is printed reads as the same tree. */
static void
printing_and_reading_go_round(void **state)
{
	struct dice d = { 23 };
	int read = 0;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		struct arena a = { 0 };
		struct buf s = { 0 };
		struct buf one = { 0 };
		struct buf two = { 0 };
		struct err e = { 0 };
		struct query *q;
		struct query *again;
		const char *printed;

		random_query(&d, &s);
		q = query_parse(&a, buf_text(&s), "UTC", NOW, NULL, &e);
		if (q != NULL) {
			read++;
			printed = query_print(&a, q);
			again = query_parse(&a, printed, "UTC", NOW, NULL, &e);
			if (again == NULL)
				fail_msg("\"%s\" printed as \"%s\": %s",
				    buf_text(&s), printed, e.text);
			tell(&one, q);
			tell(&two, again);
			assert_text(buf_text(&two), buf_text(&one));
		} else {
			assert_int_equal(e.kind, ERR_USAGE);
		}
		buf_free(&one);
		buf_free(&two);
		buf_free(&s);
		arena_free(&a);
	}
	assert_true(read > 5000);
}

/* ---- against a row ---- */

static const struct {
	const char *query;
	bool match;
} matches[] = {
	{ "", true },
	{ "stiefel", true },
	{ "STIEFEL", true },
	{ "stief", false },
	{ "stief*", true },
	{ "grosse", true },
	{ "größe", true },
	{ "\"stiefel in groesse\"", false },
	{ "\"Stiefel, Größe 42\"", true },
	{ "\"größe stiefel\"", false },
	{ "maria", true },
	{ "kunde.example", true },
	{ "subject:maria", false },
	{ "subject:42", true },
	{ "from:maria", true },
	{ "from:kunde", true },
	{ "from:@kunde.example", true },
	{ "from:paul", false },
	{ "tag:returns", true },
	{ "tag:ret", false },
	{ "tag:ret*", true },
	{ "is:open", true },
	{ "is:waiting", true },
	{ "is:late", true },
	{ "is:mine", true },
	{ "assignee:me", true },
	{ "assignee:ana", true },
	{ "assignee:bob", false },
	{ "is:unassigned", false },
	{ "-is:unassigned", true },
	{ "is:vip or is:spam", true },
	{ "is:starred", false },
	{ "has:attachment", true },
	{ "has:draft", false },
	{ "#7", true },
	{ "id:8", false },
	{ "customer:5", true },
	{ "customer:maria@kunde.example", true },
	{ "before:1970-01-02", true },
	{ "after:1970-01-02", false },
	{ "靴", true },
	{ "長靴", true },
	{ "靴長", false },
};

static void
rows_match_as_a_person_expects(void **state)
{
	static const char *tags[] = { "Returns", "size" };
	struct thread t = {
		.id = 7,
		.subject = "Stiefel, Größe 42",
		.snippet = "長靴をください",
		.state = THREAD_OPEN,
		.assignee = 3,
		.assignee_login = "ana",
		.customer = { 5, "María Gómez", "maria@kunde.example", true },
		.tags = { tags, 2 },
		.attachment = true,
		.waiting_since = 100,
		.due_at = 200,
		.target = "default",
		.last_at = 300,
	};

	(void)state;
	for (size_t i = 0; i < COUNT(matches); i++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct query *q =
		    query_parse(&a, matches[i].query, "UTC", NOW, NULL, &e);

		assert_non_null(q);
		if (query_match(q, &t, 3, NOW) != matches[i].match)
			fail_msg("%s", matches[i].query);
		arena_free(&a);
	}
	t.snoozed_until = NOW + 1;
	struct arena a = { 0 };
	struct err e;
	assert_true(
	    query_match(query_parse(&a, "is:open", "UTC", NOW, NULL, &e), &t, 3,
		NOW));
	assert_true(
	    query_match(query_parse(&a, "is:snoozed", "UTC", NOW, NULL, &e), &t,
		3, NOW));
	arena_free(&a);
}

static void
hidden_threads_are_shown_when_named(void **state)
{
	static const struct {
		const char *query;
		bool hidden;
	} cases[] = { { "a", false }, { "is:spam", true },
		{ "a or -is:trash", true }, { "", false }, { "#4", true } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena a = { 0 };
		struct err e;

		assert_int_equal(query_names_hidden(query_parse(&a,
				     cases[i].query, "UTC", NOW, NULL, &e)),
		    cases[i].hidden);
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queries_mean_what_they_say),
		cmocka_unit_test(faults_are_told_with_their_place),
		cmocka_unit_test(nothing_too_deep_or_long_is_taken),
		cmocka_unit_test(printing_and_reading_go_round),
		cmocka_unit_test(rows_match_as_a_person_expects),
		cmocka_unit_test(hidden_threads_are_shown_when_named),
	};

	return cmocka_run_group_tests_name("desk/query", tests, NULL, NULL);
}
