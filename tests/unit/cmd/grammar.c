/*
 * The grammar of commands: what is declared once is read one way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"
#include "ui/cmd/docs.h"
#include "ui/cmd/grammar.h"

static struct arena a;

static struct strings
words(const char *line)
{
	struct strings out;
	struct err e = { 0 };

	assert_int_equal(grammar_split(&a, line, &out, NULL, &e), 0);
	return out;
}

/* Read a line with its command; -1 and the error's text if it is wrong. */
static int
parse(const char *line, bool short_of, struct parsed *p, struct err *e)
{
	struct strings w = words(line), rest;
	const struct cmd *cmd;
	size_t used;

	*e = (struct err){ 0 };
	cmd = grammar_command(NULL, &w, &used, e);
	if (cmd == NULL)
		return -1;
	rest = (struct strings){ w.v + used, w.n - used };
	return grammar_parse(&a, cmd, &rest, short_of, p, e);
}

static void
a_line_splits_as_in_a_shell(void **state)
{
	static const struct {
		const char *line;
		const char *word[4];
	} v[] = {
		{ "", { NULL } },
		{ "  ", { NULL } },
		{ "a  b", { "a", "b" } },
		{ "'a b' \"c d\"", { "a b", "c d" } },
		{ "a\\ b \"\\\"\" '\\'", { "a b", "\"", "\\" } },
		{ "x'y'z ''", { "xyz", "" } },
		{ "subject:\"red shoes\"", { "subject:red shoes" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct strings got = words(v[i].line);
		size_t n = 0;

		while (n < 4 && v[i].word[n] != NULL) {
			assert_true(n < got.n);
			assert_string_equal(got.v[n], v[i].word[n]);
			n++;
		}
		assert_int_equal(got.n, n);
	}
}

static void
an_open_quote_is_an_error(void **state)
{
	struct strings out;
	struct err e = { 0 };
	bool open = false;

	(void)state;
	assert_int_equal(grammar_split(&a, "note 'she", &out, &open, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_true(open);
}

static void
words_go_to_their_places(void **state)
{
	struct parsed p;
	struct err e;

	(void)state;
	assert_int_equal(parse("assign 1 #2 3 ana", false, &p, &e), 0);
	assert_int_equal(p.word[0].n, 3);
	assert_string_equal(p.word[0].v[1], "#2");
	assert_string_equal(p.word[1].v[0], "ana");
	/* The last word is the agent even if it looks like a number. */
	assert_int_equal(parse("assign 1 2", false, &p, &e), 0);
	assert_int_equal(p.word[0].n, 1);
	assert_string_equal(p.word[1].v[0], "2");
	assert_int_equal(parse("snooze 4 tomorrow 9:00", false, &p, &e), 0);
	assert_int_equal(p.word[0].n, 1);
	assert_int_equal(p.word[1].n, 2);
	assert_int_equal(parse("outbox resolve 7 sent", false, &p, &e), 0);
	assert_string_equal(p.word[1].v[0], "sent");
	assert_int_equal(parse("outbox resolve 7 lost", false, &p, &e), -1);
}

static void
threads_may_come_from_elsewhere(void **state)
{
	struct parsed p;
	struct err e;

	(void)state;
	assert_int_equal(parse("close", false, &p, &e), -1);
	assert_int_equal(parse("close", true, &p, &e), 0);
	assert_int_equal(parse("assign ana", true, &p, &e), 0);
	assert_int_equal(p.word[0].n, 0);
	assert_string_equal(p.word[1].v[0], "ana");
	assert_int_equal(parse("close --query 'is:open tag:x' --yes", false, &p,
			     &e),
	    0);
	assert_string_equal(p.query, "is:open tag:x");
	assert_true(p.yes);
}

/* A hyphen takes a tag off, negates a query, begins an option. */
static void
a_hyphen_means_what_stands_there(void **state)
{
	struct parsed p;
	struct err e;

	(void)state;
	assert_int_equal(parse("tag 1 -returns -quick +new", false, &p, &e), 0);
	assert_int_equal(p.word[1].n, 3);
	assert_false(p.quiet);
	assert_int_equal(parse("tag 1 -returns -q", false, &p, &e), 0);
	assert_true(p.quiet);
	assert_int_equal(parse("list -is:open -n 5 -o json", false, &p, &e), 0);
	assert_string_equal(p.word[0].v[0], "-is:open");
	assert_string_equal(p.limit, "5");
	assert_string_equal(p.format, "json");
	assert_int_equal(parse("list -n5 -ojson -notes", false, &p, &e), 0);
	assert_string_equal(p.limit, "5");
	assert_string_equal(p.word[0].v[0], "-notes");
	assert_int_equal(parse("note 1 -- --not-an-option", false, &p, &e), 0);
	assert_string_equal(p.word[1].v[0], "--not-an-option");
	assert_int_equal(parse("close 1 -x", false, &p, &e), -1);
	assert_int_equal(parse("note 1 --text -", false, &p, &e), 0);
	assert_string_equal(p.option[0].value, "-");
}

static void
a_near_miss_is_named(void **state)
{
	struct parsed p;
	struct err e;

	(void)state;
	assert_int_equal(parse("asign 1 ana", false, &p, &e), -1);
	assert_non_null(strstr(e.text, "\"assign\""));
	assert_int_equal(parse("reply 1 --caned x", false, &p, &e), -1);
	assert_non_null(strstr(e.text, "--canned"));
	assert_int_equal(parse("list --order=newst", false, &p, &e), -1);
	assert_non_null(strstr(e.text, "newest"));
}

/* Whatever is typed, the grammar answers and stays inside its bounds. */
static void
any_line_is_answered(void **state)
{
	static const char *const bits[] = { "assign", "tag", "list", "outbox",
		"resolve", "1", "#2", "me", "+x", "-y", "--", "-", "--query",
		"--yes", "--text", "-n", "-o", "json", "''", "\"a b\"",
		"--order=newest", "--order", "-n5", "--query=x", "snooze",
		"2h" };
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct buf line = { 0 };
		struct parsed p;
		struct err e;

		for (int k = 0; k < 7; k++) {
			seed = seed * 1103515245u + 12345u;
			buf_fmt(&line, "%s ",
			    bits[(seed >> 16) %
				 (sizeof(bits) / sizeof(bits[0]))]);
		}
		if (parse(buf_text(&line), seed & 1, &p, &e) < 0) {
			assert_int_equal(e.kind, ERR_USAGE);
			assert_true(e.text[0] != '\0');
		}
		buf_free(&line);
		arena_reset(&a);
	}
}

/* The table is what the help, the manual and completion are made of. */
static void
every_command_is_declared_well(void **state)
{
	(void)state;
	for (size_t i = 0; cmd_table[i] != NULL; i++) {
		const struct cmd *c = cmd_table[i];
		struct place place[GRAMMAR_PLACES];
		size_t n = strlen(c->brief);
		struct buf help = { 0 };

		assert_non_null(c->name);
		assert_non_null(c->run);
		assert_true(n > 0 && n <= 44);
		assert_true(c->brief[n - 1] != '.');
		if (i > 0)
			assert_true(
			    strcmp(cmd_table[i - 1]->name, c->name) < 0);
		grammar_places(c->args, place);
		if (c->flags & CMD_MASS)
			assert_int_equal(place[0].kind, ARG_THREAD);
		assert_ptr_equal(cmd_named(c->name), c);
		docs_help(&a, c, &help);
		assert_non_null(strstr(buf_text(&help), c->name));
		for (const char *s = buf_text(&help); *s != '\0';) {
			size_t len = strcspn(s, "\n");

			/* No macro is left over in what a person reads. */
			assert_false(*s == '.' && len > 2 && s[3] == ' ');
			s += len + (s[len] == '\n');
		}
		buf_free(&help);
	}
}

static int
tidy(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_splits_as_in_a_shell),
		cmocka_unit_test(an_open_quote_is_an_error),
		cmocka_unit_test(words_go_to_their_places),
		cmocka_unit_test(threads_may_come_from_elsewhere),
		cmocka_unit_test(a_hyphen_means_what_stands_there),
		cmocka_unit_test(a_near_miss_is_named),
		cmocka_unit_test(any_line_is_answered),
		cmocka_unit_test(every_command_is_declared_well),
	};

	return cmocka_run_group_tests_name("grammar", tests, NULL, tidy);
}
