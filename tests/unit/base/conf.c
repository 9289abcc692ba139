#include "some.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/file.h"

/* Parse and put the items into one line: "section/title/key=value;" */
static int
parse(const char *text, size_t n, struct buf *out, struct err *e)
{
	struct arena a = { 0 };
	struct conf c = { 0 };
	int rc = conf_parse(&a, &c, "shop.conf", text, n, 0, e);

	buf_clear(out);
	for (size_t i = 0; i < c.n; i++)
		buf_fmt(out, "%s/%s/%s=%s;", c.item[i].section, c.item[i].title,
		    c.item[i].key, c.item[i].value);
	arena_free(&a);
	return rc;
}

static void
reads_as(const char *text, const char *want)
{
	struct buf b = { 0 };
	struct err e = { 0 };

	if (parse(text, strlen(text), &b, &e) < 0)
		fail_msg("%s", e.text);
	assert_string_equal(buf_text(&b), want);
	buf_free(&b);
}

static void
is_refused(const char *text, const char *why)
{
	struct buf b = { 0 };
	struct err e = { 0 };

	assert_int_equal(parse(text, strlen(text), &b, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_string_equal(e.text, why);
	buf_free(&b);
}

static void
the_dialect(void **state)
{
	(void)state;
	reads_as("[shopbell]\n\tstore = ~/x.db\n", "shopbell//store=~/x.db;");
	reads_as("[Account \"The Shop\"]\nName=x", "account/The Shop/name=x;");
	reads_as("# one\n; two\n[a] # three\nb = c # four\n d=e ;five\n",
	    "a//b=c;a//d=e;");
	/* Only after a blank: an address may hold either. */
	reads_as("[a]\nb = http://x/#y;z\n", "a//b=http://x/#y;z;");
	reads_as("[a]\nb = \"  # kept \" # not\n", "a//b=  # kept ;");
	reads_as("[a]\nb = one\\\n two\\\nthree\n", "a//b=one twothree;");
	reads_as("[a]\nb = \"say \\\"hi\\\"\\n\\\\ \"\n",
	    "a//b=say \"hi\"\n\\ ;");
	reads_as("[a]\nb = 1\nb = 2\n", "a//b=1;a//b=2;");
	reads_as("[a]\nb =\nc = \"\"\n", "a//b=;a//c=;");
	reads_as("[a]\r\nb = c\r\n", "a//b=c;");
	reads_as("\xef\xbb\xbf[a]\nb = c", "a//b=c;");
	reads_as("[a \"q\\\"t\\\\\"] b = c", "a/q\"t\\/b=c;");
	reads_as("", "");
}

static void
mistakes_are_pointed_at(void **state)
{
	(void)state;
	is_refused("x = 1",
	    "shop.conf:1:1: \"x\" stands before the first [section]");
	is_refused("[a]\n  foo\n",
	    "shop.conf:2:3: \"foo\" has no value: write foo = value");
	is_refused("[a]\nb = \"x\n", "shop.conf:2:5: the quote is not closed");
	is_refused("\n\n[a",
	    "shop.conf:3:1: a section is written [name] or [name \"title\"]");
	is_refused("[]", "shop.conf:1:2: a section needs a name: [name]");
	is_refused("[a]\nb = x\\y",
	    "shop.conf:2:6: unknown escape: write \\\\ for a backslash");
	is_refused("[a]\nÄb = x",
	    "shop.conf:2:1: expected [section], key = value or a comment");
	/* Columns are characters, not bytes. */
	is_refused("[a]\nb = Köln \\q",
	    "shop.conf:2:10: unknown escape: write \\\\ for a backslash");
	is_refused("[a]\nb = ok\nc = \xff", "shop.conf:3:5: not UTF-8 text");
	is_refused("[a]\nb = x\\",
	    "shop.conf:2:6: \\ at the end of the file continues nothing");
	is_refused("[a]\ninclude = other",
	    "shop.conf:2:1: an include needs a file");
}

static void
every_place_is_known(void **state)
{
	static const char text[] = "[a \"t\"]\n\n  key  =  value\n[a] k=v\n";
	struct arena a = { 0 };
	struct conf c = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(conf_parse(&a, &c, "f", text, strlen(text), 1, &e), 0);
	assert_int_equal(c.n, 2);
	assert_int_equal(c.item[0].line, 3);
	assert_int_equal(c.item[0].column, 3);
	assert_int_equal(c.item[0].value_column, 11);
	assert_int_equal(c.item[0].section_line, 1);
	assert_int_equal(c.item[0].section_column, 2);
	assert_int_equal(c.item[0].title_column, 4);
	assert_int_equal(c.item[0].block, 1);
	assert_int_equal(c.item[0].system, 1);
	assert_int_equal(c.item[1].block, 2);
	assert_int_equal(c.item[1].title_column, 0);
	conf_wrong(&c.item[0], &e, "no %s", "good");
	assert_string_equal(e.text, "f:3:3: no good");
	assert_int_equal(e.kind, ERR_CONFIG);
	arena_free(&a);
}

static void
what_is_quoted_is_read_back(void **state)
{
	struct buf value = { 0 }, text = { 0 };
	struct err e = { 0 };

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct arena a = { 0 };
		struct conf c = { 0 };

		some_text(&value, 20, 0);
		value.len = strlen(buf_text(&value));
		buf_clear(&text);
		buf_str(&text, "[s]\nk = ");
		conf_quote(&text, buf_text(&value));
		buf_str(&text, i % 2 ? " # c\n" : "\n");
		if (conf_parse(&a, &c, "f", text.data, text.len, 0, &e) < 0)
			fail_msg("%s", e.text);
		assert_int_equal(c.n, 1);
		assert_string_equal(c.item[0].value, buf_text(&value));
		arena_free(&a);
	}
	buf_free(&value);
	buf_free(&text);
}

/* Any bytes give items or one error with a place, and end. */
static void
any_bytes_are_survived(void **state)
{
	static const char letters[] = "[]\"\\=#; \t\n\r\nab1-\xc3\xa9\0";
	struct buf text = { 0 }, out = { 0 };

	(void)state;
	for (int i = 0; i < 40000; i++) {
		struct err e = { 0 };

		buf_clear(&text);
		for (uint32_t n = some(60); n > 0; n--)
			buf_chr(&text, letters[some(sizeof(letters) - 1)]);
		if (parse(buf_text(&text), text.len, &out, &e) < 0) {
			assert_int_equal(e.kind, ERR_CONFIG);
			assert_memory_equal(e.text, "shop.conf:", 10);
		}
	}
	buf_free(&text);
	buf_free(&out);
}

/* ---- files ---- */

static char folder[64];

static int
make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/shopbell-conf.XXXXXX");
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
drop_folder(void **state)
{
	static const char *const names[] = { "main", "more", "loop", "sub/one",
		"sub/two", "sub" };
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		remove(path);
	}
	return rmdir(folder);
}

static const char *
put(const char *name, const char *text)
{
	static char path[128];
	struct err e = { 0 };

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (file_replace(path, text, strlen(text), 0600, &e) < 0)
		fail_msg("%s", e.text);
	return path;
}

static void
includes_are_followed(void **state)
{
	struct arena a = { 0 };
	struct conf c = { 0 };
	struct err e = { 0 };
	char sub[128];

	(void)state;
	snprintf(sub, sizeof(sub), "%s/sub", folder);
	assert_int_equal(mkdir(sub, 0700), 0);
	put("sub/two", "[c]\nk = 3\n");
	put("sub/one", "[b]\nk = 2\ninclude = two\nl = 4\n");
	if (conf_read(&a, &c,
		put("main", "[a]\nk = 1\ninclude = sub/one\nl = 5\n"), 1,
		&e) < 0)
		fail_msg("%s", e.text);
	assert_int_equal(c.n, 5);
	assert_string_equal(c.item[2].section, "c");
	assert_string_equal(c.item[3].section, "b");
	assert_string_equal(c.item[4].section, "a");
	assert_string_equal(c.item[4].value, "5");
	assert_true(c.item[2].block != c.item[1].block &&
		    c.item[2].block != c.item[0].block);
	assert_non_null(strstr(c.item[2].file, "/sub/two"));
	for (size_t i = 0; i < c.n; i++)
		assert_int_equal(c.item[i].system, 1);
	arena_free(&a);
}

static void
an_include_that_goes_wrong_is_placed(void **state)
{
	struct arena a = { 0 };
	struct conf c = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(conf_read(&a, &c, put("main", "\ninclude = nowhere\n"),
			     0, &e),
	    -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_non_null(strstr(e.text, "main:2:1: cannot open: "));
	assert_int_equal(conf_read(&a, &c, put("loop", "include = loop\n"), 0,
			     &e),
	    -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_non_null(strstr(e.text, "does one include itself"));
	put("more", "[x]\nbad\n");
	assert_int_equal(conf_read(&a, &c, put("main", "include = more\n"), 0,
			     &e),
	    -1);
	assert_non_null(strstr(e.text, "more:2:1: "));
	assert_int_equal(conf_read(&a, &c, "/nowhere/at/all", 0, &e), -1);
	assert_int_equal(e.kind, ERR_MISSING);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_dialect),
		cmocka_unit_test(mistakes_are_pointed_at),
		cmocka_unit_test(every_place_is_known),
		cmocka_unit_test(what_is_quoted_is_read_back),
		cmocka_unit_test(any_bytes_are_survived),
		cmocka_unit_test(includes_are_followed),
		cmocka_unit_test(an_include_that_goes_wrong_is_placed),
	};

	return cmocka_run_group_tests_name("conf", tests, make_folder,
	    drop_folder);
}
