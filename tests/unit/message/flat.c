/*
 * flat.c -- through the pipe and back, whole or not at all.
 */
#include "sample.h"

#include "base/json.h"

static const char whole[] =
    "From: Ann <ann@example.org>\nTo: s@shop.example\nSubject: Größe\n"
    "Message-ID: <q1@example.org>\nReferences: <a@x> <b@x>\n"
    "Date: Sun, 22 Nov 2026 05:02:37 +0100\n"
    "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
    "Content-Type: text/html; charset=utf-8\n\n"
    "<p>Hello</p><blockquote type=cite>old</blockquote>"
    "<a href=\"https://example.org/x\">here</a>\n"
    "--b\nContent-Type: application/pdf; name=\"a.pdf\"\n\nx\n"
    "--b\nContent-Type: message/rfc822\n\nFrom: c@example.org\n\ninner\n"
    "--b--\n";

static void
a_mail_survives_the_pipe(void **state)
{
	struct arena a = { 0 };
	struct err e = { ERR_NONE, 0, "" };
	struct buf one = { 0 };
	struct buf two = { 0 };
	struct buf flat = { 0 };
	struct mail *m = sample(&a, whole);
	struct mail *back;
	struct json *j;

	(void)state;
	mail_encode(&flat, m);
	back = mail_decode(&a, flat.data, flat.len, &e);
	assert_non_null(back);
	j = mail_json(&a, m);
	json_line(&one, j);
	json_free(j);
	j = mail_json(&a, back);
	json_line(&two, j);
	json_free(j);
	assert_string_equal(buf_text(&one), buf_text(&two));
	assert_memory_equal(m->hash, back->hash, sizeof m->hash);
	buf_free(&one);
	buf_free(&two);
	buf_free(&flat);
	arena_free(&a);
}

static void
a_cut_or_damaged_one_is_refused_or_harmless(void **state)
{
	struct arena a = { 0 };
	struct err e = { ERR_NONE, 0, "" };
	struct buf flat = { 0 };
	struct mail *m = sample(&a, whole);

	(void)state;
	mail_encode(&flat, m);
	for (size_t n = 0; n < flat.len; n++) {
		struct arena b = { 0 };

		assert_null(mail_decode(&b, flat.data, n, &e));
		assert_int_equal(e.kind, ERR_DATA);
		arena_free(&b);
	}
	for (size_t i = 0; i < flat.len; i++) {
		struct arena b = { 0 };
		struct mail *back;

		flat.data[i] = (char)(flat.data[i] ^ 0xff);
		back = mail_decode(&b, flat.data, flat.len, &e);
		if (back) /* a number or a letter changed: still whole */
			assert_true(strlen(back->text) <= flat.len);
		flat.data[i] = (char)(flat.data[i] ^ 0xff);
		arena_free(&b);
	}
	buf_free(&flat);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mail_survives_the_pipe),
		cmocka_unit_test(a_cut_or_damaged_one_is_refused_or_harmless),
	};

	read_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
