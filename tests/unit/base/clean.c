#include "some.h"

#include "base/json.h"

static void
cleaned_is(const char *s, const char *want)
{
	struct buf b = { 0 };

	text_clean(&b, s, strlen(s), TEXT_LINE);
	assert_string_equal(buf_text(&b), want);
	buf_free(&b);
}

static void
plain_text_is_left_alone(void **state)
{
	(void)state;
	cleaned_is("Where is my order #1042?", "Where is my order #1042?");
	cleaned_is("Grüße aus Köln – 日本語", "Grüße aus Köln – 日本語");
	cleaned_is("", "");
}

static void
escapes_are_shown(void **state)
{
	(void)state;
	cleaned_is("\033[31mred", "<U+001B>[31mred");
	cleaned_is("\xc2\x9b"
		   "31m",
	    "<U+009B>31m");
	cleaned_is("\x9b"
		   "31m",
	    "\xef\xbf\xbd"
	    "31m");
	cleaned_is("a\x07\x7f", "a<U+0007><U+007F>");
}

static void
text_that_runs_backwards_is_shown(void **state)
{
	(void)state;
	cleaned_is("exe\xe2\x80\xae"
		   "fdp",
	    "exe<U+202E>fdp");
	cleaned_is("\xe2\x81\xa6x\xe2\x81\xa9", "<U+2066>x<U+2069>");
	/* A direction mark is at home in Hebrew and nowhere else. */
	cleaned_is("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d!\xe2\x80\x8f",
	    "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d!");
	cleaned_is("pay\xe2\x80\x8fpal", "pay<U+200F>pal");
}

static void
a_run_that_cannot_be_seen_is_shown_once(void **state)
{
	(void)state;
	cleaned_is("a\xe2\x80\x8b\xe2\x80\x8b \xe2\x80\x8b"
		   "b",
	    "a<U+200B> b");
	/* "hi" in tag characters. */
	cleaned_is("x\xf3\xa0\x81\xa8\xf3\xa0\x81\xa9", "x<U+E0068>");
	cleaned_is("\xe3\x85\xa4", "<U+3164>");
}

static void
what_only_joins_is_dropped(void **state)
{
	(void)state;
	cleaned_is("\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9 hi",
	    "\xf0\x9f\x91\xa8 hi");
	cleaned_is("\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbb", "\xf0\x9f\x91\x8d");
	cleaned_is("\xe2\x9d\xa4\xef\xb8\x8f", "\xe2\x9d\xa4");
	cleaned_is("\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae",
	    "\xd9\x85\xdb\x8c\xd8\xae");
	cleaned_is("ship\xc2\xadment", "shipment");
	cleaned_is("\xef\xbb\xbfhello", "hello");
	/* The second selector in a row carries something else. */
	cleaned_is("\xe2\x9d\xa4\xef\xb8\x8f\xef\xb8\x81",
	    "\xe2\x9d\xa4<U+FE01>");
}

static void
combining_marks_are_few_and_have_a_base(void **state)
{
	struct buf zalgo = { 0 }, b = { 0 };
	size_t len;

	(void)state;
	cleaned_is("\xcc\x81x", "\xe2\x97\x8c\xcc\x81x");
	buf_chr(&zalgo, 'a');
	for (int i = 0; i < 100; i++)
		buf_str(&zalgo, "\xcc\x81");
	text_clean(&b, zalgo.data, zalgo.len, TEXT_LINE);
	assert_int_equal(b.len, 1 + 8 * 2);
	assert_int_equal(text_cluster(b.data, b.len, &len), 1);
	assert_int_equal(len, b.len);
	buf_free(&zalgo);
	buf_free(&b);
}

static void
lines_and_tabs(void **state)
{
	static const char s[] = "a\tbc\r\n\td\re\xe2\x80\xa8"
				"f\n";
	struct buf b = { 0 };

	(void)state;
	cleaned_is(s, "a bc d e f ");
	text_clean(&b, s, strlen(s), TEXT_BLOCK);
	assert_string_equal(buf_text(&b), "a       bc\n        d\ne\nf\n");
	buf_free(&b);
}

/* Nothing that moves a cursor, hides or turns round is in a clean text. */
static int
is_safe(const char *s, size_t n, enum text_form form)
{
	size_t len;

	for (size_t i = 0; i < n; i += len) {
		uint32_t c = text_next(s + i, n - i, &len);

		if (c == '\n' && form == TEXT_BLOCK)
			continue;
		if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad ||
		    (c >= 0x200b && c <= 0x200f) ||
		    (c >= 0x2028 && c <= 0x202e) ||
		    (c >= 0x2060 && c <= 0x206f) ||
		    (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff || c >= 0xe0000)
			return c >= 0xf0000; /* private use is seen */
	}
	return text_valid(s, n);
}

static void
anything_comes_out_safe_and_stays(void **state)
{
	struct buf s = { 0 }, once = { 0 }, twice = { 0 };

	(void)state;
	for (int i = 0; i < 40000; i++) {
		enum text_form form = i % 2 ? TEXT_LINE : TEXT_BLOCK;

		some_text(&s, 40, 1);
		buf_clear(&once);
		buf_clear(&twice);
		text_clean(&once, s.data, s.len, form);
		text_clean(&twice, once.data, once.len, form);
		assert_true(is_safe(once.data, once.len, form));
		assert_string_equal(once.data, twice.data);
	}
	buf_free(&s);
	buf_free(&once);
	buf_free(&twice);
}

static void
cleaning_ends_in_linear_time(void **state)
{
	struct buf s = { 0 }, b = { 0 };

	(void)state;
	/* Tabs are laid out by column: not from the line's start each time. */
	for (int i = 0; i < 300000; i++)
		buf_str(&s, "\t");
	text_clean(&b, s.data, s.len, TEXT_BLOCK);
	assert_int_equal(b.len, 8 * 300000);
	buf_free(&s);
	buf_free(&b);
}

/* ---- JSON ---- */

static void
json_is(const char *s, const char *want)
{
	struct buf b = { 0 };

	text_json(&b, s, strlen(s));
	assert_string_equal(buf_text(&b), want);
	buf_free(&b);
}

static void
json_tells_all_but_controls(void **state)
{
	(void)state;
	json_is("say \"hi\" \\ bye\t!\r\n", "say \\\"hi\\\" \\\\ bye\\t!\\n");
	json_is("\033[2J\xe2\x80\xae", "<U+001B>[2J<U+202E>");
	json_is("a\xe2\x80\x8b"
		"b",
	    "a\\u200bb");
	json_is("\xe2\x9d\xa4\xef\xb8\x8f", "\xe2\x9d\xa4\\ufe0f");
	json_is("\xf3\xa0\x81\xa8", "\\udb40\\udc68");
	json_is("\xff", "\xef\xbf\xbd");
}

static int
has_control(const char *s)
{
	size_t len;

	for (size_t n = strlen(s); n > 0; s += len, n -= len) {
		uint32_t c = text_next(s, n, &len);

		if (c == '\n' || c == '\r' || c < 0x20 ||
		    (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
		    (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029)
			return 1;
	}
	return 0;
}

/* What was written out and read again is what was put in. */
static void
json_round_trip(void **state)
{
	struct buf s = { 0 }, line = { 0 };
	struct err e = { 0 };
	struct json *o, *back;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		some_text(&s, 30, 1);
		o = json_object_new();
		json_put_str(o, "t", buf_text(&s));
		buf_clear(&line);
		json_line(&line, o);
		assert_true(is_safe(line.data, line.len, TEXT_BLOCK));
		assert_ptr_equal(strchr(line.data, '\n'),
		    line.data + line.len - 1);
		back = json_read(line.data, line.len, &e);
		assert_non_null(back);
		s.len = strlen(buf_text(&s));
		if (text_valid(buf_text(&s), s.len) &&
		    !has_control(buf_text(&s)))
			assert_string_equal(json_str(back, "t"), s.data);
		json_free(o);
		json_free(back);
	}
	buf_free(&s);
	buf_free(&line);
}

static void
json_values(void **state)
{
	static const char text[] = "{\"n\":9007199254740993,\"f\":0.1,"
				   "\"t\":\"2026-11-22T05:23:20Z\",\"z\":null,"
				   "\"a\":[true,\"x\",-1]}\n";
	struct json *o = json_object_new(), *a = json_array_new(), *back;
	struct buf line = { 0 };
	struct err e = { 0 };

	(void)state;
	json_put_int(o, "n", 9007199254740993);
	json_put_real(o, "f", 0.1);
	json_put_time(o, "t", 1795325000);
	json_put_time(o, "z", 0);
	back = json_read("true", 4, &e);
	json_push(a, back);
	json_push_str(a, "x");
	json_push_int(a, -1);
	json_put(o, "a", a);
	json_line(&line, o);
	assert_string_equal(line.data, text);
	json_free(o);
	back = json_read(line.data, line.len, &e);
	assert_int_equal(json_int(back, "n"), 9007199254740993);
	assert_int_equal(json_count(json_at(back, "a")), 3);
	assert_string_equal(json_text(json_item(json_at(back, "a"), 1)), "x");
	assert_null(json_str(back, "n"));
	assert_null(json_at(back, "none"));
	assert_false(json_flag(back, "n"));
	json_free(back);
	buf_free(&line);
}

static void
json_that_is_none(void **state)
{
	struct buf deep = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_null(json_read("{\"a\":", 5, &e));
	assert_int_equal(e.kind, ERR_DATA);
	assert_null(json_read("\"\\u0000\"", 8, &e));
	for (int i = 0; i < 100; i++)
		buf_chr(&deep, '[');
	for (int i = 0; i < 100; i++)
		buf_chr(&deep, ']');
	assert_null(json_read(deep.data, deep.len, &e));
	buf_free(&deep);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_is_left_alone),
		cmocka_unit_test(escapes_are_shown),
		cmocka_unit_test(text_that_runs_backwards_is_shown),
		cmocka_unit_test(a_run_that_cannot_be_seen_is_shown_once),
		cmocka_unit_test(what_only_joins_is_dropped),
		cmocka_unit_test(combining_marks_are_few_and_have_a_base),
		cmocka_unit_test(lines_and_tabs),
		cmocka_unit_test(anything_comes_out_safe_and_stays),
		cmocka_unit_test(cleaning_ends_in_linear_time),
		cmocka_unit_test(json_tells_all_but_controls),
		cmocka_unit_test(json_round_trip),
		cmocka_unit_test(json_values),
		cmocka_unit_test(json_that_is_none),
	};

	return cmocka_run_group_tests_name("clean", tests, NULL, NULL);
}
