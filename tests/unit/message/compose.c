/*
 * compose.c -- what goes out, read back.
 */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "mail/message/compose.h"

static struct address ann = { "Änn \"A\" Lée", "ann@example.org" };
static struct address bob = { "", "bob@example.org" };

static struct draft
draft(const char *subject, const char *text)
{
	return (struct draft){
		.from = { "The Shöp", "s@shop.example" },
		.to = { &ann, 1 },
		.cc = { &bob, 1 },
		.subject = subject,
		.text = text,
	};
}

static struct composition
composition(const struct draft *d)
{
	return (struct composition){
		.draft = d,
		.message_id = "m1@shop.example",
		.in_reply_to = "q1@example.org",
		.date = 1795323757,
		.zone_minutes = 60,
	};
}

/* RFC 5322 2.1.1 and RFC 5321 4.5.3.1: what any server will carry. */
static void
assert_canonical(const struct buf *b)
{
	size_t start = 0;

	for (size_t i = 0; i < b->len; i++) {
		unsigned char c = (unsigned char)b->data[i];

		assert_true(c < 0x80 && c != 0);
		if (c == '\n') {
			assert_true(i > 0 && b->data[i - 1] == '\r');
			assert_true(i - start <= 999);
			start = i + 1;
		} else if (i > 0 && b->data[i - 1] == '\r') {
			fail();
		}
	}
}

static const char *const texts[] = {
	"Hello\n",
	"",
	"Größe 38 für 10 €\n",
	"From here on\n.\n..\n\n> quoted\n line\n",
	"A long paragraph that has to be broken softly because nobody's mail "
	"program should have to show a line of more than eighty columns.\n",
	"> A long paragraph of hers that has to be broken softly, too, as it "
	"stands in a part that says its lines flow.\n>> And what she quoted of "
	"ours, which is as long as that, or even longer, and deeper.\n",
	"Look:\n >no quote\n> and a quote\n>  >that has none\n>\n>   code\n",
	"-- \nAnn\n",
	"日本語の文章はとても長いので、どこかで折り返さなければなりませんが、"
	"空白はひとつもありません。それでも元の文章に戻らなければなりません。"
	"\n",
};

static void
what_is_sent_is_read_back(void **state)
{
	static const char *const subjects[] = { "Re: x", "Größe 38?",
		"日本語の件名がとても長いときにはいくつかに分けられる件名です",
		("a subject so long that it has to be folded into more than "
		 "one line by whoever writes the header of the mail") };

	(void)state;
	for (size_t k = 0; k < sizeof subjects / sizeof *subjects; k++)
		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
			struct arena a = { 0 };
			struct err e = { ERR_NONE, 0, "" };
			struct buf out = { 0 };
			struct draft d = draft(subjects[k], texts[i]);
			struct composition c = composition(&d);
			struct mail *m;

			assert_int_equal(mail_compose(&out, &c, &e), 0);
			assert_canonical(&out);
			m = mail_read(&a, out.data, out.len,
			    &read_limits_default);
			assert_string_equal(m->subject, subjects[k]);
			assert_string_equal(m->text, texts[i]);
			assert_string_equal(m->from.v[0].name, "The Shöp");
			assert_string_equal(m->to.v[0].name, ann.name);
			assert_string_equal(m->to.v[0].addr, ann.addr);
			assert_string_equal(m->cc.v[0].addr, bob.addr);
			assert_string_equal(m->message_id, "m1@shop.example");
			assert_string_equal(m->in_reply_to.v[0],
			    "q1@example.org");
			assert_int_equal(m->date, 1795323757);
			assert_int_equal(m->date_zone, 60);
			buf_free(&out);
			arena_free(&a);
		}
}

/* RFC 5322 2.1.1: 78, where there is a blank to break at. */
static void
lines_are_short_in_quotes_too(void **state)
{
	struct err e = { ERR_NONE, 0, "" };
	struct buf text = { 0 }, out = { 0 };
	struct draft d;
	struct composition c;
	size_t start = 0;

	(void)state;
	for (int depth = 1; depth < 70; depth += 4) {
		for (int i = 0; i < depth; i++)
			buf_chr(&text, '>');
		for (int i = 0; i < 60; i++)
			buf_fmt(&text, " word%d", i);
		buf_chr(&text, '\n');
	}
	d = draft("x", buf_text(&text));
	c = composition(&d);
	assert_int_equal(mail_compose(&out, &c, &e), 0);
	assert_canonical(&out);
	for (size_t i = 0; i < out.len; i++)
		if (out.data[i] == '\n') {
			if (out.data[start] == '>' &&
			    out.data[start + 40] != '>')
				assert_true(i - start <= 79);
			start = i + 1;
		}
	buf_free(&text);
	buf_free(&out);
}

static void
nobody_learns_the_blind_copies(void **state)
{
	struct err e = { ERR_NONE, 0, "" };
	struct buf out = { 0 };
	struct address secret = { "", "secret@example.org" };
	struct draft d = draft("x", "y\n");
	struct composition c = composition(&d);

	(void)state;
	d.bcc = (struct addresses){ &secret, 1 };
	assert_int_equal(mail_compose(&out, &c, &e), 0);
	assert_null(strstr(buf_text(&out), "secret"));
	buf_free(&out);
}

static void
fields_that_would_become_others_are_refused(void **state)
{
	static const char *const bad[] = { "a\nBcc: x@example.org", "a\rb",
		"a\001b" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err e = { ERR_NONE, 0, "" };
		struct buf out = { 0 };
		struct draft d = draft(bad[i], "x\n");
		struct composition c = composition(&d);
		struct address evil = { bad[i], "a@example.org" };
		struct address worse = { "", "a@example.org\r\nRCPT TO:<b>" };

		assert_int_equal(mail_compose(&out, &c, &e), -1);
		assert_int_equal(e.kind, ERR_USAGE);
		d = draft("x", "x\n");
		d.to = (struct addresses){ &evil, 1 };
		assert_int_equal(mail_compose(&out, &c, &e), -1);
		d.to = (struct addresses){ &worse, 1 };
		assert_int_equal(mail_compose(&out, &c, &e), -1);
		d.to = (struct addresses){ NULL, 0 };
		d.cc = d.to;
		assert_int_equal(mail_compose(&out, &c, &e), -1);
		assert_int_equal(out.len, 0);
		buf_free(&out);
	}
}

static void
attachments_arrive_byte_for_byte(void **state)
{
	char folder[] = "/tmp/shopbell-test-XXXXXX";
	struct arena a = { 0 };
	struct err e = { ERR_NONE, 0, "" };
	struct buf out = { 0 };
	struct buf part = { 0 };
	struct draft d = draft("x", "y\n");
	struct composition c = composition(&d);
	const char *path;
	struct mail *m;
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(folder));
	path = arena_fmt(&a, "%s/größe \"x\".bin", folder);
	f = fopen(path, "wb");
	assert_non_null(f);
	for (int i = 0; i < 3000; i++)
		fputc(i * 7 & 0xff, f);
	fclose(f);
	d.attachments = (struct strings){ &path, 1 };
	assert_int_equal(mail_compose(&out, &c, &e), 0);
	assert_canonical(&out);
	m = mail_read(&a, out.data, out.len, &read_limits_default);
	assert_int_equal(m->parts, 1);
	assert_string_equal(m->part[0].name, "größe \"x\".bin");
	assert_int_equal(m->part[0].size, 3000);
	assert_int_equal(mail_part(out.data, out.len, m->part[0].number, &part,
			     &e),
	    0);
	assert_int_equal(part.len, 3000);
	for (int i = 0; i < 3000; i++)
		assert_int_equal((unsigned char)part.data[i], i * 7 & 0xff);
	unlink(path);
	rmdir(folder);
	path = "/nonexistent/file";
	buf_clear(&out);
	assert_int_equal(mail_compose(&out, &c, &e), -1);
	assert_int_equal(e.kind, ERR_MISSING);
	buf_free(&part);
	buf_free(&out);
	arena_free(&a);
}

static void
a_reply_says_re_once(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(mail_reply_subject(&a, "x"), "Re: x");
	assert_string_equal(mail_reply_subject(&a, "Re: x"), "Re: x");
	assert_string_equal(mail_reply_subject(&a, "AW: Re[2]: x"), "Re: x");
	assert_string_equal(mail_reply_subject(&a, "RE : SV: x"), "Re: x");
	assert_string_equal(mail_reply_subject(&a, "Return of x"),
	    "Re: Return of x");
	arena_free(&a);
}

static void
a_quote_leaves_out_what_is_old(void **state)
{
	struct arena a = { 0 };
	struct fold fold = { 6, 12, FOLD_QUOTE };
	struct message m = {
		.from = { "Ann", "ann@example.org" },
		.date = 1795323757,
		.text = "Hello\n> old\n",
		.fold = &fold,
		.folds = 1,
	};
	const char *q = mail_quote(&a, &m, "UTC");

	(void)state;
	assert_non_null(strstr(q, "Ann wrote:\n> Hello\n"));
	assert_null(strstr(q, "old"));
	arena_free(&a);
}

/* What is sent on bears no marks of ours: each link stands in its place. */
static void
a_forward_has_its_links_in_place(void **state)
{
	static const char text[] =
	    "See the order [1] or us [2 leads to shop.example!]. Size [12].\n"
	    "\n[1] https://example.org/o/1\n[2] https://shop.example/\n";
	struct arena a = { 0 };
	struct fold fold = { (size_t)(strstr(text, "\n[1]") + 1 - text),
		sizeof text - 1, FOLD_LINKS };
	struct message m = {
		.from = { "Ann", "ann@example.org" },
		.text = text,
		.fold = &fold,
		.folds = 1,
	};

	(void)state;
	assert_string_equal(mail_forward(&a, &m),
	    "See the order <https://example.org/o/1> or us "
	    "<https://shop.example/>. Size [12].\n\n");
	assert_non_null(strstr(mail_quote(&a, &m, "UTC"),
	    "> See the order or us. Size [12].\n"));
	m.folds = 0;
	assert_string_equal(mail_forward(&a, &m), text);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sent_is_read_back),
		cmocka_unit_test(lines_are_short_in_quotes_too),
		cmocka_unit_test(nobody_learns_the_blind_copies),
		cmocka_unit_test(fields_that_would_become_others_are_refused),
		cmocka_unit_test(attachments_arrive_byte_for_byte),
		cmocka_unit_test(a_reply_says_re_once),
		cmocka_unit_test(a_quote_leaves_out_what_is_old),
		cmocka_unit_test(a_forward_has_its_links_in_place),
	};

	read_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
