#include "unit.h"

#include "base/text.h"
#include "desk/returned.h"

static struct bounce
bounce(const char *action, const char *status, bool permanent)
{
	return (struct bounce){ .recipient = "jo@example.org",
		.status = status,
		.action = action,
		.reason = "",
		.about = "",
		.permanent = permanent };
}

static void
a_sentence_says_who_how_and_why(void **state)
{
	static const struct {
		const char *action, *status;
		bool permanent;
		const char *want;
	} v[] = {
		{ "failed", "5.1.1", true,
		    "not delivered to jo@example.org, for good (5.1.1): there "
		    "is no such address" },
		{ "failed", "4.2.2", false,
		    "not delivered to jo@example.org, for now (4.2.2): the "
		    "mailbox is full" },
		{ "failed", "", true,
		    "not delivered to jo@example.org, for good" },
		{ "delayed", "4.4.1", false,
		    "not delivered yet to jo@example.org, it is tried again "
		    "(4.4.1): the server there does not answer" },
		{ "relayed", "2.1.9", false,
		    "passed on to jo@example.org (2.1.9)" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		struct bounce b =
		    bounce(v[i].action, v[i].status, v[i].permanent);

		assert_string_equal(returned_sentence(&a, &b), v[i].want);
	}
	arena_free(&a);
}

static void
others_are_named_behind(void **state)
{
	struct arena a = { 0 };
	struct bounce b = bounce("failed", "5.1.1", true);

	(void)state;
	b.also = "mia@example.org, bo@example.org";
	assert_string_equal(returned_sentence(&a, &b),
	    "not delivered to jo@example.org, for good (5.1.1): there is no "
	    "such address; nor to mia@example.org, bo@example.org");
	b = bounce("delivered", "", false);
	b.also = "mia@example.org";
	assert_string_equal(returned_sentence(&a, &b),
	    "delivered to jo@example.org; also to mia@example.org");
	arena_free(&a);
}

static void
no_code_means_nothing_but_every_subject_something(void **state)
{
	static const char *const none[] = { "", "5", "5.", "5.0.0", "x",
		"5.9.9", "5.11.1" };

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		assert_string_equal(returned_meaning(none[i]), "");
	for (char c = '1'; c <= '7'; c++) {
		char code[] = "5.c.99";

		code[2] = c;
		if (c != '5')
			assert_true(*returned_meaning(code) != '\0');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sentence_says_who_how_and_why),
		cmocka_unit_test(others_are_named_behind),
		cmocka_unit_test(
		    no_code_means_nothing_but_every_subject_something),
	};

	return cmocka_run_group_tests_name("desk/returned", tests, NULL, NULL);
}
