/*
 * fields.c -- headers as people and programs really write them.
 */
#include "sample.h"

struct from_case {
	const char *header;
	const char *name;
	const char *addr;
};

static const struct from_case from_cases[] = {
	{ "Ann Lee <ann@Example.ORG>", "Ann Lee", "ann@example.org" },
	{ "\"Lee, Ann\" <ann@example.org>", "Lee, Ann", "ann@example.org" },
	{ "ann@example.org (Ann Lee)", "Ann Lee", "ann@example.org" },
	{ "Joe [Sales] <a@example.org>", "Joe [Sales]", "a@example.org" },
	{ "Joe (Shop) <a@example.org>", "Joe (Shop)", "a@example.org" },
	{ "'Ann' <ann@example.org>", "Ann", "ann@example.org" },
	{ "Ann Lee ann@example.org", "Ann Lee", "ann@example.org" },
	{ "<@relay.example:ann@example.org>", "", "ann@example.org" },
	{ "=?iso-8859-1?Q?J=F6rg?= <j@example.org>", "Jörg", "j@example.org" },
	{ "\"=?utf-8?Q?J=C3=B6rg?=\" <j@example.org>", "Jörg",
	    "j@example.org" },
	{ "=?utf-8?B?SsO?= =?utf-8?B?tnJn?= <j@example.org>", "Jörg",
	    "j@example.org" },
	{ "=?utf-8?Q?J=C3?= =?utf-8?Q?=B6rg?= <j@example.org>", "Jörg",
	    "j@example.org" },
	{ "J\xf6rg <j@example.org>", "Jörg", "j@example.org" },
	{ "用户 <用户@例子.example>", "用户", "用户@例子.example" },
	{ "MAILER-DAEMON (Mail System)", "Mail System", "MAILER-DAEMON" },
	{ "\"a@evil.example\" <b@example.org>", "a@evil.example",
	    "b@example.org" },
	{ "\"Not a@evil.example\" b@example.org", "Not a@evil.example",
	    "b@example.org" },
	{ "Ask Ann at ann@example.org please", "Ask Ann at please",
	    "ann@example.org" },
	{ "\"Ann Lee\" (ann@example.org)", "Ann Lee", "ann@example.org" },
	{ "ann@example.org (Ann Lee", "Ann Lee", "ann@example.org" },
	{ "\"Ann Lee\" ann@example.org>", "Ann Lee", "ann@example.org" },
	{ "Out: In: ann@example.org;;", "", "ann@example.org" },
	{ "nobody:;@mail.example;;, Ann <ann@example.org>", "Ann",
	    "ann@example.org" },
	{ "=?utf-8?Q?A=0D=0ABcc:_x?= <ann@example.org>", "A Bcc: x",
	    "ann@example.org" },
};

static void
one_sender_is_read_however_it_is_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof from_cases / sizeof *from_cases; i++) {
		const struct from_case *c = &from_cases[i];
		struct arena a = { 0 };
		struct mail *m =
		    sample(&a, arena_fmt(&a, "From: %s\n\nx", c->header));

		assert_int_equal(m->from.n, 1);
		assert_string_equal(m->from.v[0].name, c->name);
		assert_string_equal(m->from.v[0].addr, c->addr);
		arena_free(&a);
	}
}

static void
lists_and_groups_are_flattened(void **state)
{
	struct arena a = { 0 };
	struct mail *m =
	    sample(&a, "From: a@example.org\n"
		       "To: Team: b@example.org, \"C, D\" <c@example.org>;,\n"
		       "  d@example.org; e@example.org\n"
		       "Cc: undisclosed-recipients:;\n\nx");

	(void)state;
	assert_int_equal(m->to.n, 4);
	assert_string_equal(m->to.v[1].name, "C, D");
	assert_string_equal(m->to.v[3].addr, "e@example.org");
	assert_int_equal(m->cc.n, 0);
	m = sample(&a, "To: <b@example.org> <c@example.org>,"
		       " <d@example.org, e@example.org\n\nx");
	assert_int_equal(m->to.n, 4);
	assert_string_equal(m->to.v[1].addr, "c@example.org");
	assert_string_equal(m->to.v[2].addr, "d@example.org");
	arena_free(&a);
}

struct date_case {
	const char *header;
	int64_t t;
};

static const struct date_case date_cases[] = {
	{ "Sun, 22 Nov 2026 05:02:37 +0000", 1795323757 },
	{ "Sun, 22 Nov 2026 06:02:37 +0100 (CET)", 1795323757 },
	{ "22 Nov 26 05:02:37 GMT", 1795323757 },
	{ "Sun Nov 22 05:02:37 2026", 1795323757 },
	{ "Sunday, 22 November 2026 00:02:37 EST", 1795323757 },
	{ "2026-11-22T05:02:37Z", 1795323757 },
	{ "Sun, 22 Nov 2026 05:02:37 UT", 1795323757 },
	{ "Sun, 22 Nov 2026 5:02:37 AM +0000", 1795323757 },
	{ "Sun, 22 Nov 2026 06:02:37 GMT+0100", 1795323757 },
	{ "Sun,22 Nov 2026 05:02:37+0000", 1795323757 },
	{ "So, 22 Nov 2026 05:02:37 +0000", 1795323757 },
	{ "dim., 22 nov. 2026 05:02:37 +0000", 1795323757 },
	{ "Sun, 22 Nov 2026 06:02:37 0100", 1795323757 },
	{ "Sun, 22 Nov 2026 06(six): 02 :37 +0100", 1795323757 },
	{ "Sun, 22 Nov 19126 05:02:37 +0000", 1795323757 },
	{ "20261122050237", 1795323757 },
	{ "1795323757", 1795323757 },
	{ "yesterday", 0 },
	{ "", 0 },
};

static void
dates_are_read_in_all_their_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof date_cases / sizeof *date_cases; i++) {
		struct arena a = { 0 };
		struct mail *m = sample(&a,
		    arena_fmt(&a, "Date: %s\n\nx", date_cases[i].header));

		assert_int_equal(m->date, date_cases[i].t);
		arena_free(&a);
	}
}

static void
file_names_come_in_every_encoding(void **state)
{
	static const char *const params[] = {
		"filename=\"Größe.pdf\"",
		"filename=\"=?utf-8?Q?Gr=C3=B6=C3=9Fe.pdf?=\"",
		"filename*=utf-8''Gr%C3%B6%C3%9Fe.pdf",
		"filename*=iso-8859-1'de'Gr%F6%DFe.pdf",
		"filename*0*=utf-8''Gr%C3%B6; filename*1*=%C3%9Fe;"
		" filename*2=.pdf",
		"filename*1*=%C3%9Fe.pdf; filename*0*=utf-8''Gr%C3%B6",
		"filename=\"fallback.pdf\";"
		" filename*=utf-8''Gr%C3%B6%C3%9Fe.pdf",
		"filename==?iso-8859-1?B?R3L232UucGRm?=",
	};

	(void)state;
	for (size_t i = 0; i < sizeof params / sizeof *params; i++) {
		struct arena a = { 0 };
		struct mail *m = sample(&a,
		    arena_fmt(&a,
			"Content-Type: multipart/mixed; boundary=b\n\n--b\n\n"
			"text\n--b\nContent-Type: application/pdf\n"
			"Content-Disposition: attachment%s %s\n\nx\n--b--\n",
			i % 3 == 0   ? ";"
			: i % 3 == 1 ? ","
				     : "",
			params[i]));

		assert_int_equal(m->parts, 1);
		assert_string_equal(m->part[0].name, "Größe.pdf");
		arena_free(&a);
	}
}

static void
text_comes_out_of_every_charset_and_encoding(void **state)
{
	static const char *const mails[] = {
		"Content-Type: text/plain; charset=iso-8859-1\n\nSch\xf6n",
		"Content-Type: text/plain; charset=utf-8\n\nSch\xc3\xb6n",
		"Content-Type: text/plain; charset=us-ascii\n\nSch\xc3\xb6n",
		"Content-Type: text/plain; charset=utf-8\n\nSch\xf6n",
		"Content-Type: text/plain\n\nSch\xf6n",
		"Content-Type: text/plain; charset=iso-8859-1\n"
		"Content-Transfer-Encoding: quoted-printable\n\nSch=F6=\nn",
		"Content-Type: text/plain; charset=utf-8\n"
		"Content-Transfer-Encoding: base64\n\nU2No\nw7Zu",
		"Content-Type: text/html; charset=utf-8\n\n"
		"<p>Sch&ouml;n<style>p{}</style>",
		"Content-Type: text/html\n\n<meta charset=iso-8859-1>Sch\xf6n",
		"Content-Type: multipart/alternative; boundary=b\n\n--b\n\n"
		"Sch\xc3\xb6n\n--b\nContent-Type: text/html\n\n<b>other</b>\n"
		"--b--\n",
		"Content-Type: multipart/mixed; boundary=\"wrong\"\n\n"
		"--right\n\nSch\xc3\xb6n\n--right--\n",
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n\n"
		"Sch\xc3\xb6n",
		"Content-Type: text/html; charset=utf-8\n\n"
		"<meta charset=iso-8859-1>Sch\xf6n",
		"Content-Type: text/plain; charset=utf-8\n"
		"Content-Transfer-Encoding: base64\n\nSch\xc3\xb6n",
		"Content-Type: multipart/alternative; boundary=b\n\n--b\n"
		"Content-Type: text/plain; charset=us-ascii\n\nSch??n\n"
		"--b\nContent-Type: text/html; charset=utf-8\n\n"
		"Sch\xc3\xb6n\n--b--\n",
		"Content-Type: multipart/mixed; boundary=\"a\"\n\n--a\n"
		"Content-Type: multipart/mixed; boundary=\"a--\"\n\n--a--\n"
		"\nSch\xc3\xb6n\n--a----\n--a--\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof mails / sizeof *mails; i++) {
		struct arena a = { 0 };
		struct mail *m = sample(&a, mails[i]);

		assert_string_equal(m->text, "Schön\n");
		arena_free(&a);
	}
}

static void
each_header_has_a_charset_of_its_own(void **state)
{
	struct arena a = { 0 };
	struct mail *m = sample(&a,
	    "From: J\366rg M\374ller <j@example.org>\n"
	    "To: \351\327\301\316 \360\305\324\322\317\327 <i@example.org>\n"
	    "Subject: Größe\n"
	    "Content-Type: text/plain; charset=koi8-r\n\nx");

	(void)state;
	assert_string_equal(m->from.v[0].name, "Jörg Müller");
	assert_string_equal(m->to.v[0].name, "Иван Петров");
	assert_string_equal(m->subject, "Größe");
	arena_free(&a);
}

static void
flowed_lines_are_joined(void **state)
{
	struct arena a = { 0 };
	struct mail *m =
	    sample(&a, "Content-Type: text/plain; format=flowed; delsp=yes\n\n"
		       "one \ntwo\n>  quo \n> ted\n-- \nme\n");

	(void)state;
	assert_string_equal(m->text, "onetwo\n>  quoted\n-- \nme\n");
	arena_free(&a);
}

static void
robots_give_themselves_away(void **state)
{
	static const char *const yes[] = {
		"Auto-Submitted: auto-generated",
		"Precedence: bulk",
		"X-Auto-Response-Suppress: All",
		"X-Autoreply: yes",
		"List-Id: <l.example.org>",
		"List-Unsubscribe: <mailto:u@example.org>",
		"Return-Path: <>",
		"Content-Type: multipart/report; boundary=b",
	};
	static const char *const no[] = {
		"Auto-Submitted: no",
		"Precedence: first-class",
		"X-Auto-Response-Suppress: None",
		"Return-Path: <a@example.org>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		struct arena a = { 0 };
		struct mail *m = sample(&a, arena_fmt(&a, "%s\n\nx", yes[i]));

		assert_true(m->automatic);
		assert_true(strlen(m->automatic_why) > 0);
		arena_free(&a);
	}
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		struct arena a = { 0 };

		assert_false(
		    sample(&a, arena_fmt(&a, "%s\n\nx", no[i]))->automatic);
		arena_free(&a);
	}
}

static void
doubts_about_the_sender_are_noted(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_int_equal(sample(&a, "From: A <a@example.org>\n\n")->doubts, 0);
	assert_int_equal(sample(&a,
			     "From: \"b@example.com\" <a@example.org>\n\n")
			     ->doubts,
	    DOUBT_NAME_IS_ADDRESS);
	assert_int_equal(sample(&a, "From: a@example.org, b@example.org\n\n")
			     ->doubts,
	    DOUBT_MANY_FROM);
	assert_true(
	    sample(&a, "From: =?utf-8?Q?a=40example.com?= <a@example.org>\n\n")
		->doubts &
	    DOUBT_ENCODED_AT);
	/* A NUL or an escape, in either encoding; not those of a charset. */
	assert_int_equal(sample(&a,
			     "From: =?utf-8?q?Mia=00_B?= <a@example.org>\n\n")
			     ->doubts,
	    DOUBT_ENCODED_AT);
	assert_int_equal(sample(&a, "From: =?utf-8?b?TWlhG1syYQ==?= "
				    "<a@example.org>\n\n")
			     ->doubts,
	    DOUBT_ENCODED_AT);
	assert_int_equal(sample(&a, "From: =?iso-2022-jp?b?GyRCOzNFRBsoQg==?="
				    " <a@example.org>\n\n")
			     ->doubts,
	    0);
	assert_int_equal(sample(&a, "From: a@example.org\n"
				    "Reply-To: a@example.com\n\n")
			     ->doubts,
	    DOUBT_REPLY_TO);
	arena_free(&a);
}

static void
of_too_many_recipients_the_first_are_read(void **state)
{
	struct arena a = { 0 };
	struct buf raw = { 0 };
	struct mail *m;

	(void)state;
	buf_str(&raw, "Subject: many\nTo: ");
	for (int i = 0; i < 9000; i++)
		buf_fmt(&raw, "u%d@example.org,\n ", i);
	buf_str(&raw, "z@example.org\n\ntext\n");
	m = sample(&a, buf_text(&raw));
	assert_string_equal(m->subject, "many");
	assert_int_equal(m->to.n, 1000);
	assert_string_equal(m->to.v[999].addr, "u999@example.org");
	assert_string_equal(m->text,
	    "text\n\n(it has more recipients than are listed)\n");
	assert_string_equal(m->unreadable, "");
	buf_free(&raw);
	arena_free(&a);
}

static void
beyond_the_limits_only_headers_are_read(void **state)
{
	struct arena a = { 0 };
	struct buf raw = { 0 };
	struct mail *m;

	(void)state;
	buf_str(&raw, "Subject: many\n");
	for (int i = 0; i < 60000; i++)
		buf_fmt(&raw, "X-Filler-%d: nothing\n", i);
	buf_str(&raw, "\ntext\n");
	m = sample(&a, buf_text(&raw));
	assert_string_equal(m->subject, "many");
	assert_true(strlen(m->unreadable) > 0);
	buf_free(&raw);
	arena_free(&a);
}

static void
what_is_nested_too_deep_is_kept_unopened(void **state)
{
	struct arena a = { 0 };
	struct buf raw = { 0 }, part = { 0 };
	struct err e = { 0 };
	struct mail *m;

	(void)state;
	buf_str(&raw, "Subject: deep\n");
	for (int i = 0; i < 500; i++)
		buf_fmt(&raw,
		    "Content-Type: multipart/mixed; boundary=b%d.\n\n"
		    "--b%d.\n\nlevel %d\n--b%d.\n",
		    i, i, i, i);
	buf_str(&raw, "\nthe end\n");
	m = sample(&a, buf_text(&raw));
	assert_non_null(strstr(m->text, "level 0\n\nlevel 1\n"));
	assert_non_null(strstr(m->text, "level 49\n"));
	assert_null(strstr(m->text, "level 50\n"));
	assert_non_null(strstr(m->text, "were not opened"));
	assert_string_equal(m->unreadable, "");
	assert_int_equal(m->parts, 1);
	assert_string_equal(m->part[0].name, "unopened.eml");
	assert_int_equal(mail_part(raw.data, raw.len, m->part[0].number, &part,
			     &e),
	    0);
	assert_non_null(strstr(buf_text(&part), "level 50\n"));
	assert_non_null(strstr(buf_text(&part), "the end\n"));
	buf_free(&part);
	buf_free(&raw);
	arena_free(&a);
}

static void
of_too_many_parts_the_rest_is_kept_in_one(void **state)
{
	struct arena a = { 0 };
	struct buf raw = { 0 }, part = { 0 };
	struct err e = { 0 };
	struct mail *m;

	(void)state;
	buf_str(&raw, "Content-Type: multipart/mixed; boundary=b\n\n");
	for (int i = 0; i < 6000; i++)
		buf_fmt(&raw, "--b\n\npart %d\n", i);
	buf_str(&raw, "--b--\n");
	m = sample(&a, buf_text(&raw));
	assert_non_null(strstr(m->text, "part 4999\n"));
	assert_null(strstr(m->text, "part 5000\n"));
	assert_int_equal(m->parts, 1);
	assert_int_equal(mail_part(raw.data, raw.len, m->part[0].number, &part,
			     &e),
	    0);
	assert_non_null(strstr(buf_text(&part), "part 5000\n"));
	assert_non_null(strstr(buf_text(&part), "part 5999\n"));
	buf_free(&part);
	buf_free(&raw);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_sender_is_read_however_it_is_written),
		cmocka_unit_test(lists_and_groups_are_flattened),
		cmocka_unit_test(dates_are_read_in_all_their_forms),
		cmocka_unit_test(file_names_come_in_every_encoding),
		cmocka_unit_test(text_comes_out_of_every_charset_and_encoding),
		cmocka_unit_test(each_header_has_a_charset_of_its_own),
		cmocka_unit_test(flowed_lines_are_joined),
		cmocka_unit_test(robots_give_themselves_away),
		cmocka_unit_test(doubts_about_the_sender_are_noted),
		cmocka_unit_test(of_too_many_recipients_the_first_are_read),
		cmocka_unit_test(beyond_the_limits_only_headers_are_read),
		cmocka_unit_test(what_is_nested_too_deep_is_kept_unopened),
		cmocka_unit_test(of_too_many_parts_the_rest_is_kept_in_one),
	};

	read_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
