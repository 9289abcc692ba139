#include "unit.h"

#include "desk/form.h"
#include "desk/people.h"
#include "desk/trust.h"

static struct account accounts[] = {
	{ .title = "shop",
	    .address = "hello@shop.example",
	    .name = "The Shop",
	    .imap = { .host = "imap.mailhost.example" } },
};
static struct agent_setting agents[] = {
	{ .login = "ana", .name = "Ana Ruiz", .email = "ana@work.example" },
};
static const struct shop shop = { .account = accounts,
	.accounts = 1,
	.agent = agents,
	.agents = 1 };

static const struct {
	const char *results;
	const char *from;
	bool proven;
} results[] = {
	{ "mx.shop.example; dmarc=pass header.from=work.example",
	    "work.example", true },
	{ "mx.shop.example 1; spf=none; dmarc=pass (p=reject dis=none) "
	  "header.from=work.example",
	    "work.example", true },
	{ "mailhost.example; dkim=pass header.d=work.example", "work.example",
	    true },
	{ "mx.mailhost.example; dkim=pass header.i=@work.example",
	    "work.example", true },
	{ "shop.example; spf=pass smtp.mailfrom=ana@work.example",
	    "work.example", true },
	{ "shop.example; dkim=pass header.d=work.example", "a.work.example",
	    true },
	{ "shop.example;\r\n\tdkim=pass\r\n\theader.d=work.example",
	    "work.example", true },
	/* The proof is for another domain. */
	{ "shop.example; dkim=pass header.d=evil.example", "work.example",
	    false },
	{ "shop.example; dkim=pass header.d=example", "work.example", false },
	{ "shop.example; dmarc=pass header.from=work.example.evil.example",
	    "work.example", false },
	{ "shop.example; dmarc=pass header.from=ork.example", "work.example",
	    false },
	{ "shop.example; spf=pass smtp.mailfrom=work.example@evil.example",
	    "work.example", false },
	/* The proof is by somebody else. */
	{ "evil.example; dmarc=pass header.from=work.example", "work.example",
	    false },
	{ "myshop.example; dmarc=pass header.from=work.example", "work.example",
	    false },
	{ "shop.example.evil.example; dmarc=pass header.from=work.example",
	    "work.example", false },
	/* It says no, or says it in a comment. */
	{ "shop.example; dmarc=fail header.from=work.example", "work.example",
	    false },
	{ "shop.example; dkim=pass header.d=work.example; dmarc=fail",
	    "work.example", false },
	{ "shop.example; none (dmarc=pass header.from=work.example)",
	    "work.example", false },
	{ "shop.example; spf=fail (x; dmarc=pass header.from=work.example)",
	    "work.example", false },
	{ "shop.example; x-dmarc=pass header.from=work.example", "work.example",
	    false },
	{ "shop.example", "work.example", false },
	{ "", "work.example", false },
	{ ";;;", "work.example", false },
};

static void
only_our_receiver_can_prove_a_sender(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(results); i++) {
		struct arena a = { 0 };
		struct address from = { "",
			arena_fmt(&a, "ana@%s", results[i].from) };
		struct mail m = { .from = { &from, 1 },
			.auth_results = results[i].results };

		if (trust_proven(&shop, &m) != results[i].proven)
			fail_msg("%s", results[i].results);
		m.doubts = DOUBT_MANY_FROM;
		assert_false(trust_proven(&shop, &m));
		arena_free(&a);
	}
}

static void
a_named_server_alone_is_believed(void **state)
{
	static const char *names[] = { "auth.elsewhere.example" };
	struct account a = accounts[0];
	struct shop s = { .account = &a, .accounts = 1 };
	struct address from = { "", "ana@work.example" };
	struct mail m = { .from = { &from, 1 } };

	(void)state;
	a.authserv = (struct strings){ names, 1 };
	m.auth_results = "auth.elsewhere.example; dmarc=pass "
			 "header.from=work.example";
	assert_true(trust_proven(&s, &m));
	m.auth_results = "mx.shop.example; dmarc=pass header.from=work.example";
	assert_false(trust_proven(&s, &m));
}

static void
addresses_that_look_the_same_are_told(void **state)
{
	static const struct {
		const char *a;
		const char *b;
		bool alike;
	} cases[] = {
		{ "hello@shop.example", "hello@sh0p.example", true },
		{ "hello@shop.example", "hell0@shop.example", true },
		{ "hello@shop.example", "he11o@shop.example", true },
		{ "maria@kunde.example", "rnaria@kunde.example", true },
		{ "maria@kunde.example", "marla@kunde.example", true },
		/* Cyrillic and Greek letters, as they are and as punycode. */
		{ "hello@shop.example", "hello@shоp.example", true },
		{ "hello@shop.example", "hello@xn--shp-ted.example", true },
		{ "hello@apple.example", "hello@xn--80ak6aa92e.example", true },
		{ "hello@shop.example", "hellο@shop.example", true },
		{ "hello@shop.example", "HELLO@SHOP.example", false },
		{ "hello@shop.example", "hello@shop.example", false },
		{ "hello@shop.example", "hello@ship.example", false },
		{ "hello@shop.example", "hello@shops.example", false },
		/* Another end of the domain, dots and hyphens. */
		{ "maria@kunde.example", "maria@kunde.test", true },
		{ "maria@kunde.co.uk", "maria@kunde.com", true },
		{ "maria@kunde.example", "maria@kun.de.example", true },
		{ "maria@kunde.example", "mari.a@kunde.example", true },
		{ "anna-lena@kunde.example", "annalena@kunde.example", true },
		{ "maria@kunde.example", "maria@mail.kunde.example", false },
		{ "maria@kunde.example", "marie@kunde.example", false },
		/* One person at a large provider. */
		{ "maria@yahoo.de", "maria@yahoo.com", false },
		{ "maria@yahoo.de", "mar1a@yahoo.com", true },
		{ "mar.ia@gmail.com", "maria@gmail.com", false },
		{ "mar.1a@gmail.com", "maria@gmail.com", true },
		{ "maria@gmail.com", "maria@gmail.co", true },
		{ "hello@bücher.example", "hello@xn--bcher-kva.example",
		    false },
		{ "", "", false },
		{ "a", "b", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (trust_alike(cases[i].a, cases[i].b) != cases[i].alike)
			fail_msg("%s and %s", cases[i].a, cases[i].b);
		assert_int_equal(trust_alike(cases[i].b, cases[i].a),
		    cases[i].alike);
	}
}

static void
senders_that_look_like_us_are_doubted(void **state)
{
	static const struct {
		const char *from;
		unsigned doubts;
		const char *name;
	} cases[] = {
		{ "maria@kunde.example", 0, "" },
		{ "hello@shop.example", 0, "" },
		{ "ana@work.example", 0, "" },
		{ "hello@sh0p.example", DOUBT_LOOKALIKE, "" },
		{ "boss@sh0p.example", DOUBT_LOOKALIKE, "" },
		{ "ana@w0rk.example", DOUBT_LOOKALIKE, "" },
		{ "boss@shop.example", 0, "" },
		{ "hello@shop.test", DOUBT_LOOKALIKE, "" },
		{ "hello@sho.p.example", DOUBT_LOOKALIKE, "" },
		{ "boss@shop.example.evil.test", DOUBT_LOOKALIKE, "" },
		{ "boss@shop.example-help.test", DOUBT_LOOKALIKE, "" },
		{ "boss@mail.shop.example", 0, "" },
		{ "boss@workshop.example", 0, "" },
		{ "boss@freemail.example", DOUBT_OUR_NAME, "The Shop" },
		{ "boss@freemail.example", DOUBT_OUR_NAME, "  the-SHOP " },
		{ "boss@freemail.example", DOUBT_OUR_NAME, "Ana Ruiz" },
		{ "boss@freemail.example", 0, "Ana" },
		{ "boss@freemail.example", 0, "The Workshop" },
		{ "boss@freemail.example", 0, "" },
		{ "hello@shop.example", 0, "The Shop" },
		{ "", 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct address who = { cases[i].name, cases[i].from };

		assert_int_equal(trust_doubts(&shop, &who), cases[i].doubts);
	}
}

static void
domains_that_deceive_are_shown_as_punycode(void **state)
{
	static const char *const cases[][2] = {
		{ "maria@kunde.example", "maria@kunde.example" },
		{ "maria@bücher.example", "maria@bücher.example" },
		{ "maria@xn--bcher-kva.example",
		    "maria@xn--bcher-kva.example" },
		{ "ива@пример.example", "ива@пример.example" },
		{ "hello@例え.example", "hello@例え.example" },
		{ "hello@shop例え.example", "hello@shop例え.example" },
		/* One letter of another script; all of one that looks so. */
		{ "hello@shоp.example", "hello@xn--shp-ted.example" },
		{ "a@аррӏе.example", "a@xn--80ak6aa92e.example" },
		{ "a@b.аррӏе.example", "a@b.xn--80ak6aa92e.example" },
		{ "", "" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_string_equal(trust_shown(&a, cases[i][0]), cases[i][1]);
		/* Whatever is shown leads to the same mailbox. */
		assert_string_equal(people_key(&a,
					trust_shown(&a, cases[i][0])),
		    people_key(&a, cases[i][0]));
	}
	arena_free(&a);
}

static void
a_name_that_poses_as_an_address_is_none(void **state)
{
	char longest[500];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_string_equal(people_name("Maria Schmidt"), "Maria Schmidt");
	assert_string_equal(people_name("ceo@shop.example"), "");
	assert_string_equal(people_name("Ana <ana@work.example>"), "");
	assert_string_equal(people_name(longest), "");
}

/* Whatever stands in an address, its skeleton is text and its own skeleton
 * does not grow. */
static void
skeletons_of_anything_are_text(void **state)
{
	static const char *const bits[] = { "xn--", "a", "-", "9", "z", "@",
		".", "rn", "é", "о", "\xff", "xn--80ak6aa92e", "xn--a-", "999",
		"xn--99999999999", "I", "1" };
	struct dice d = { 8 };

	(void)state;
	for (int i = 0; i < 30000; i++) {
		struct arena a = { 0 };
		struct buf s = { 0 };
		char *skeleton;
		size_t n = roll(&d, 9);

		for (size_t j = 0; j < n; j++)
			buf_str(&s, bits[roll(&d, COUNT(bits))]);
		skeleton = trust_skeleton(&a, buf_text(&s));
		assert_true(strlen(skeleton) <= 16 + 8 * s.len);
		assert_false(trust_alike(buf_text(&s), buf_text(&s)));
		buf_free(&s);
		arena_free(&a);
	}
}

/* ---- forms ---- */

static const struct {
	const char *text;
	const char *who;
} forms[] = {
	{ "From: Maria Gómez <maria@kunde.example>\nSubject: Size\n\n"
	  "Message Body:\nHello\n",
	    "Maria Gómez <maria@kunde.example>" },
	{ "Name: Maria\nEmail: maria@kunde.example\nMessage: Hi, write to "
	  "Email: other@x.example\n",
	    "Maria <maria@kunde.example>" },
	{ "You received a new message from your online store's contact form."
	  "\n\nCountry Code:\nDE\n\nName:\nMaria\n\nEmail:\n"
	  "maria@kunde.example\n\nBody:\nHello\n",
	    "Maria <maria@kunde.example>" },
	{ "*Name*\nMaria\n*Email*\nmaria@kunde.example\n",
	    "Maria <maria@kunde.example>" },
	{ "Ihr Name: Maria\nE-Mail-Adresse: maria@kunde.example\n",
	    "Maria <maria@kunde.example>" },
	{ "Nom : Maria\nAdresse e-mail : maria@kunde.example\n",
	    "Maria <maria@kunde.example>" },
	{ "Correo electrónico: <mailto:maria@kunde.example>\n",
	    "maria@kunde.example" },
	{ "お名前：山田\nメールアドレス：yamada@kunde.example\n",
	    "山田 <yamada@kunde.example>" },
	{ "姓名: 王\n邮箱: wang@kunde.example\n", "王 <wang@kunde.example>" },
	{ "이름: 김\n이메일: kim@kunde.example\n", "김 <kim@kunde.example>" },
	{ "Имя: Ольга\nПочта: olga@kunde.example\n",
	    "Ольга <olga@kunde.example>" },
	{ "Hello, my email is maria@kunde.example\n", NULL },
	{ "Email: none\n", NULL },
	{ "> Email: maria@kunde.example\n", NULL },
	{ "Recipient email: x@y.example\n", NULL },
	{ "", NULL },
};

static void
forms_say_who_filled_them_in(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++) {
		struct arena a = { 0 };
		struct address who = { "", "" };
		bool found = form_sender(&a, forms[i].text, &who);

		if (found != (forms[i].who != NULL))
			fail_msg("%s", forms[i].text);
		if (found)
			assert_text(people_format(&a, &who), forms[i].who);
		arena_free(&a);
	}
}

static void
a_form_speaks_for_its_customer_only_from_inside(void **state)
{
	struct arena a = { 0 };
	struct address us = { "", "hello@shop.example" };
	struct address agent = { "", "ana@work.example" };
	struct address relay = { "", "wordpress@site.example" };
	struct address maria = { "", "maria@kunde.example" };
	struct mail m = { .from = { &us, 1 },
		.to = { &us, 1 },
		.text = "Name: Paul\nEmail: paul@kunde.example\n" };
	struct forwarded inner = { .from = { &maria, 1 } };

	(void)state;
	assert_text(people_customer(&a, &shop, &m).addr, "paul@kunde.example");
	assert_false(people_is_ours(&shop, &m));
	m.from.v = &relay;
	assert_text(people_customer(&a, &shop, &m).addr, "paul@kunde.example");
	/* A customer's mail is hers, whatever stands in it. */
	m.from.v = &maria;
	assert_text(people_customer(&a, &shop, &m).addr, "maria@kunde.example");
	/* So is what we write to her. */
	m.from.v = &us;
	m.to.v = &maria;
	assert_true(people_is_ours(&shop, &m));
	/* A forward that nobody vouches for is offered, not believed. */
	m.from.v = &agent;
	m.to.v = &us;
	m.forwarded = &inner;
	m.text = "From: paul@kunde.example\n";
	assert_text(people_customer(&a, &shop, &m).addr, "ana@work.example");
	assert_text(people_inner(&shop, &m)->addr, "maria@kunde.example");
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_our_receiver_can_prove_a_sender),
		cmocka_unit_test(a_named_server_alone_is_believed),
		cmocka_unit_test(addresses_that_look_the_same_are_told),
		cmocka_unit_test(senders_that_look_like_us_are_doubted),
		cmocka_unit_test(domains_that_deceive_are_shown_as_punycode),
		cmocka_unit_test(a_name_that_poses_as_an_address_is_none),
		cmocka_unit_test(skeletons_of_anything_are_text),
		cmocka_unit_test(forms_say_who_filled_them_in),
		cmocka_unit_test(
		    a_form_speaks_for_its_customer_only_from_inside),
	};

	return cmocka_run_group_tests_name("desk/trust", tests, NULL, NULL);
}
