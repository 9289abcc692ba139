#include "unit.h"

#include "desk/people.h"

static const char *aliases[] = { "orders@shop.example" };
static struct account accounts[] = {
	{ .title = "shop",
	    .address = "hello@shop.example",
	    .alias = { aliases, 1 },
	    .name = "The Shop" },
};
static struct agent_setting agents[] = {
	{ .login = "ana", .name = "Ana", .email = "ana@shop.example" },
};
static const char *humans[] = { "forms@site.example" };
static const struct shop shop = {
	.account = accounts,
	.accounts = 1,
	.agent = agents,
	.agents = 1,
	.human = { humans, 1 },
};

static struct addresses
read_all(struct arena *a, const char *s)
{
	struct addresses v;
	struct err e = { 0 };

	if (people_parse(a, s, &v, &e) < 0)
		fail_msg("%s: %s", s, e.text);
	return v;
}

static void
addresses_fit_to_send_to(void **state)
{
	static const struct {
		const char *addr;
		bool ok;
	} cases[] = {
		{ "maria@kunde.example", true },
		{ "m.a+b_c-d@a.b-c.example", true },
		{ "o'brien@kunde.example", true },
		{ "..dots..@docomo.example", true },
		{ "grüße@bücher.example", true },
		{ "a@[192.0.2.1]", true },
		{ "a@localhost", true },
		{ "", false },
		{ "@", false },
		{ "maria", false },
		{ "@kunde.example", false },
		{ "maria@", false },
		{ "a@b@c.example", false },
		{ "a b@c.example", false },
		{ "a@c.example ", false },
		{ "a@c.example\n", false },
		{ "a@c.example\r\nRCPT TO:<x@y>", false },
		{ "a@c\t.example", false },
		{ "<a@c.example>", false },
		{ "a,b@c.example", false },
		{ "a@c..example", false },
		{ "a@.example", false },
		{ "a@c.example.", false },
		{ "a@-c.example", false },
		{ "a@c_d.example", false },
		{ "\"a\"@c.example", true },
		{ "\"odd local\"@c.example", true },
		{ "\"a,b@x<y\"@c.example", true },
		{ "\"a\\\"b\"@c.example", true },
		{ "\"\"@c.example", false },
		{ "\"a\nb\"@c.example", false },
		{ "\"a\\\nb\"@c.example", false },
		{ "\"a\"b@c.example", false },
		{ "\"a\" @c.example", false },
		{ "\"a@c.example", false },
		{ "a\\@c.example", false },
		{ "a\x01@c.example", false },
		{ "a\x7f@c.example", false },
		{ "a\xff@c.example", false },
		{ "a@[]", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (people_address_ok(cases[i].addr) != cases[i].ok)
			fail_msg("\"%s\"", cases[i].addr);
	}
}

static void
what_people_type_is_understood(void **state)
{
	static const struct {
		const char *typed;
		const char *formatted;
	} cases[] = {
		{ "", "" },
		{ " , ;", "" },
		{ "a@b.example", "a@b.example" },
		{ "<a@b.example>", "a@b.example" },
		{ "Maria <a@b.example>", "Maria <a@b.example>" },
		{ "\"odd local\"@b.example", "\"odd local\"@b.example" },
		{ "Maria <\"a, b>\"@b.example>, c@d.example",
		    "Maria <\"a, b>\"@b.example>, c@d.example" },
		{ "Maria Gómez<a@b.example>, c@d.example;e@f.example",
		    "Maria Gómez <a@b.example>, c@d.example, e@f.example" },
		{ "\"Gómez, Maria\" <a@b.example>",
		    "\"Gómez, Maria\" <a@b.example>" },
		{ "\"say \\\"hi\\\"\" <a@b.example>",
		    "\"say \\\"hi\\\"\" <a@b.example>" },
		{ "a@b.example\nc@d.example\n", "a@b.example, c@d.example" },
	};
	static const char *const wrong[] = { "maria", "a@b.example c@d.example",
		"\"Maria <a@b.example>", "Maria <a@b.example", "Maria <>",
		"Gómez, Maria <a@b.example>", "a@b@c" };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena a = { 0 };
		struct addresses v = read_all(&a, cases[i].typed);
		char *s = people_format_all(&a, &v);

		assert_text(s, cases[i].formatted);
		v = read_all(&a, s);
		assert_text(people_format_all(&a, &v), cases[i].formatted);
		arena_free(&a);
	}
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct arena a = { 0 };
		struct addresses v;
		struct err e = { 0 };

		if (people_parse(&a, wrong[i], &v, &e) == 0)
			fail_msg("taken: %s", wrong[i]);
		assert_int_equal(e.kind, ERR_USAGE);
		arena_free(&a);
	}
}

static void
names_survive_being_written_and_read(void **state)
{
	static const char *const bits[] = { "a", " ", "\"", "\\", ",", "<", ">",
		"@", ";", "ü", "(", ")", ".", ":", "'" };
	struct dice d = { 4 };

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct arena a = { 0 };
		struct buf name = { 0 };
		struct address one;
		struct addresses back;

		buf_chr(&name, 'x');
		for (size_t n = roll(&d, 8); n > 0; n--)
			buf_str(&name, bits[roll(&d, COUNT(bits))]);
		buf_chr(&name, 'y');
		one = (struct address){ buf_text(&name), "a@b.example" };
		back = read_all(&a, people_format(&a, &one));
		assert_int_equal(back.n, 1);
		assert_text(back.v[0].name, buf_text(&name));
		assert_text(back.v[0].addr, "a@b.example");
		buf_free(&name);
		arena_free(&a);
	}
}

static void
keys_are_the_same_for_the_same_mailbox(void **state)
{
	static const struct {
		const char *a;
		const char *b;
	} same[] = {
		{ "Maria@Kunde.Example", "maria@kunde.example" },
		{ "maria (at home)@kunde.example", "maria@kunde.example" },
		{ "\"maria\"@kunde.example", "maria@kunde.example" },
		{ "MARIA@BÜCHER.example", "maria@bücher.example" },
		{ "maria@xn--bcher-kva.example", "maria@bücher.example" },
		{ "maria@XN--BCHER-KVA.example", "maria@Bu\xcc\x88"
						 "cher.example" },
		{ "ΜΑΡΙΑ@kunde.example", "μαρια@kunde.example" },
		{ "<maria@kunde.example>", "maria@kunde.example" },
		{ "maria@kunde.example.", "maria@kunde.example" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(same); i++)
		assert_text(people_key(&a, same[i].a),
		    people_key(&a, same[i].b));
	assert_string_not_equal(people_key(&a, "maria@kunde.example"),
	    people_key(&a, "maria+x@kunde.example"));
	assert_string_equal(people_key(&a, "\"maria\"@kunde.example"),
	    "maria@kunde.example");
	/* Quotes that are needed make a mailbox of its own. */
	assert_string_equal(people_key(&a, "\"odd local\"@kunde.example"),
	    "\"odd local\"@kunde.example");
	/* A letter with a dot is another letter. */
	assert_string_not_equal(people_key(&a, "muller@kunde.example"),
	    people_key(&a, "müller@kunde.example"));
	arena_free(&a);
}

/* ---- who wrote ---- */

#define NONE ""

struct letter {
	const char *from;
	const char *reply_to;
	const char *to;
	const char *original;
	const char *inner; /* the sender inside a forward */
	const char *auth;
	bool list;
	const char *customer;
	bool ours;
};

static struct mail
write_letter(struct arena *a, const struct letter *l)
{
	struct mail m = {
		.from = read_all(a, l->from),
		.reply_to = read_all(a, l->reply_to),
		.to = read_all(a, l->to),
		.original_sender = read_all(a, l->original),
		.auth_results = l->auth,
		.list = l->list,
	};

	if (l->inner[0] != '\0') {
		m.forwarded = arena_alloc(a, sizeof(*m.forwarded));
		m.forwarded->from = read_all(a, l->inner);
	}
	return m;
}

static const char pass[] = "mx.shop.example; dmarc=pass "
			   "header.from=shop.example";

static const struct letter letters[] = {
	{ "Maria <maria@kunde.example>", NONE, "hello@shop.example", NONE, NONE,
	    NONE, false, "maria@kunde.example", false },
	/* A private address to answer to does not change who wrote. */
	{ "maria@kunde.example", "maria@home.example", "hello@shop.example",
	    NONE, NONE, NONE, false, "maria@kunde.example", false },
	/* Contact forms come from the shop, or from nobody. */
	{ "hello@shop.example", "maria@kunde.example", "hello@shop.example",
	    NONE, NONE, NONE, false, "maria@kunde.example", false },
	{ "no-reply@forms.example", "maria@kunde.example", "hello@shop.example",
	    NONE, NONE, NONE, false, "maria@kunde.example", false },
	{ "wordpress@shop.example", "maria@kunde.example", "hello@shop.example",
	    NONE, NONE, NONE, false, "maria@kunde.example", false },
	/* Our answer is ours, whatever Reply-To says. */
	{ "hello@shop.example", NONE, "maria@kunde.example", NONE, NONE, NONE,
	    false, "hello@shop.example", true },
	{ "orders@shop.example", "hello@shop.example", "maria@kunde.example",
	    NONE, NONE, NONE, false, "orders@shop.example", true },
	{ "ana@shop.example", NONE, "maria@kunde.example", NONE, NONE, NONE,
	    false, "ana@shop.example", true },
	/* Machines that write for many: whom they name is the customer. */
	{ "Market <q@market.example>", "buyer-123@market.example",
	    "hello@shop.example", NONE, NONE, NONE, false,
	    "buyer-123@market.example", false },
	{ "Max \xc3\xbc"
	  "ber Markt <max@mail.market.example>",
	    "x9f81k2@reply.market.example", "hello@shop.example", NONE, NONE,
	    NONE, false, "x9f81k2@reply.market.example", false },
	{ "Maria via Forms <f@forms.example>", "maria@kunde.example",
	    "hello@shop.example", NONE, NONE, NONE, false,
	    "maria@kunde.example", false },
	{ "automated@rooms.example", "r8812@guest.rooms.example",
	    "hello@shop.example", NONE, NONE, NONE, false,
	    "r8812@guest.rooms.example", false },
	/* Two mailboxes of one person, or of one firm. */
	{ "maria@kunde.example", "maria1985@kunde.example",
	    "hello@shop.example", NONE, NONE, NONE, false,
	    "maria@kunde.example", false },
	{ "maria@kunde.example", "info@kunde.example", "hello@shop.example",
	    NONE, NONE, NONE, false, "maria@kunde.example", false },
	{ "Karl <karl@kunde.example>", "hello@shop.example",
	    "hello@shop.example", NONE, NONE, NONE, false, "karl@kunde.example",
	    false },
	/* Lists rewrite From. */
	{ "Maria via list <list@list.example>", "maria@kunde.example",
	    "list@list.example", NONE, NONE, NONE, true, "maria@kunde.example",
	    false },
	{ "Maria via list <list@list.example>", "list@list.example",
	    "list@list.example", NONE, NONE, NONE, true, "list@list.example",
	    false },
	{ "\"Maria via list\" <list@list.example>", NONE, "list@list.example",
	    "maria@kunde.example", NONE, NONE, true, "maria@kunde.example",
	    false },
	/* What an agent forwards, if it is hers. */
	{ "ana@shop.example", NONE, "hello@shop.example", NONE,
	    "maria@kunde.example", pass, false, "maria@kunde.example", false },
	{ "ana@shop.example", NONE, "hello@shop.example", NONE,
	    "maria@kunde.example",
	    "mx.shop.example; dmarc=fail "
	    "header.from=shop.example",
	    false, "ana@shop.example", false },
	{ "ana@shop.example", NONE, "hello@shop.example", NONE,
	    "maria@kunde.example",
	    "mx.shop.example; dmarc=pass "
	    "header.from=shop.example.evil.example",
	    false, "ana@shop.example", false },
	/* A customer's forward is hers. */
	{ "maria@kunde.example", NONE, "hello@shop.example", NONE,
	    "paul@other.example", NONE, false, "maria@kunde.example", false },
};

static void
the_customer_is_who_wrote(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(letters); i++) {
		struct arena a = { 0 };
		struct mail m = write_letter(&a, &letters[i]);

		assert_text(people_customer(&a, &shop, &m).addr,
		    letters[i].customer);
		if (people_is_ours(&shop, &m) != letters[i].ours)
			fail_msg("%s to %s", letters[i].from, letters[i].to);
		arena_free(&a);
	}
}

/* A program writes for whom it names; a person who is away for herself. */
static void
what_is_generated_is_of_whom_it_names(void **state)
{
	static const struct {
		const char *why;
		bool list;
		const char *customer;
	} cases[] = {
		{ "Auto-Submitted: auto-generated", false,
		    "info@kunde.example" },
		{ "Auto-Submitted: auto-replied", false,
		    "maria@kunde.example" },
		{ "List-Id: <x>", true, "maria@kunde.example" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena a = { 0 };
		struct mail m = { .from = read_all(&a, "maria@kunde.example"),
			.reply_to = read_all(&a, "info@kunde.example"),
			.to = read_all(&a, "hello@shop.example"),
			.automatic = true,
			.automatic_why = cases[i].why,
			.list = cases[i].list };

		assert_text(people_customer(&a, &shop, &m).addr,
		    cases[i].customer);
		arena_free(&a);
	}
}

static void
robots_that_speak_for_people_are_people(void **state)
{
	struct arena a = { 0 };
	struct bounce bounce = { .recipient = "" };
	struct mail m = { .from = read_all(&a, "x@y.example"),
		.automatic = true };

	(void)state;
	assert_true(people_is_robot(&shop, &m));
	m.from = read_all(&a, "Forms@site.example");
	assert_false(people_is_robot(&shop, &m));
	m.list = true;
	assert_false(people_is_robot(&shop, &m));
	m.bounce = &bounce;
	assert_true(people_is_robot(&shop, &m));
	m.bounce = NULL;
	m.automatic = m.list = false;
	assert_false(people_is_robot(&shop, &m));
	arena_free(&a);
}

static void
first_names_are_fit_to_greet_with(void **state)
{
	static const struct {
		const char *name;
		const char *first;
	} cases[] = {
		{ "Ana Ruiz", "Ana" },
		{ "Ruiz, Ana", "Ana" },
		{ "Ruiz, Ana María", "Ana" },
		{ "ANA RUIZ", "Ana" },
		{ "ana", "Ana" },
		{ "\"Ana Ruiz\"", "Ana" },
		{ "Dr. Ana Ruiz", "Ana" },
		{ "Ruiz, Dr. Ana", "Ana" },
		{ "Frau Ana Ruiz", "Ana" },
		{ "Jean-Luc Picard", "Jean-Luc" },
		{ "JEAN-LUC", "Jean-Luc" },
		{ "DeShawn Lee", "DeShawn" },
		{ "Jürgen Groß", "Jürgen" },
		{ "Ольга Петрова", "Ольга" },
		{ "A. Ruiz", "" },
		{ "A Ruiz", "" },
		{ "", "" },
		{ "ana@kunde.example", "" },
		{ "ana82", "" },
		{ "Acme GmbH", "" },
		{ "Shop Team", "" },
		{ "Kundenservice", "" },
		{ "Ruiz, Ana, Dr.", "" },
		{ "山田 太郎", "" },
		{ "Mr.", "" },
		{ "{{ x }}", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena a = { 0 };

		if (strcmp(people_first_name(&a, cases[i].name),
			cases[i].first) != 0)
			fail_msg("%s: \"%s\"", cases[i].name,
			    people_first_name(&a, cases[i].name));
		arena_free(&a);
	}
}

static const struct {
	enum direction direction;
	const char *from;
	const char *reply_to;
	const char *to;
	const char *cc;
	const char *origin;
	bool all;
	const char *answer_from;
	const char *answer_to;
	const char *answer_cc;
} answers[] = {
	{ DIRECTION_IN, "Maria <maria@kunde.example>", "", "hello@shop.example",
	    "paul@kunde.example", "", false, "The Shop <hello@shop.example>",
	    "Maria <maria@kunde.example>", "" },
	{ DIRECTION_IN, "Maria <maria@kunde.example>", "", "hello@shop.example",
	    "paul@kunde.example", "", true, "The Shop <hello@shop.example>",
	    "Maria <maria@kunde.example>", "paul@kunde.example" },
	/* From the alias that was written to. */
	{ DIRECTION_IN, "maria@kunde.example", "",
	    "x@y.example, Orders@shop.example", "", "", true,
	    "The Shop <Orders@shop.example>", "maria@kunde.example",
	    "x@y.example" },
	{ DIRECTION_IN, "maria@kunde.example", "maria@home.example",
	    "hello@shop.example", "", "", false,
	    "The Shop <hello@shop.example>", "maria@home.example", "" },
	{ DIRECTION_IN, "maria@kunde.example", "hello@shop.example",
	    "hello@shop.example", "", "", false,
	    "The Shop <hello@shop.example>", "maria@kunde.example", "" },
	/* Nobody twice, none of us. */
	{ DIRECTION_IN, "maria@kunde.example", "",
	    "MARIA@kunde.example, ana@shop.example, p@q.example",
	    "p@q.example, hello@shop.example", "", true,
	    "The Shop <hello@shop.example>", "maria@kunde.example",
	    "p@q.example" },
	/* By a list: to who wrote, and to the list only with all. */
	{ DIRECTION_IN, "list@list.example", "list@list.example",
	    "hello@shop.example", "", "maria@kunde.example", false,
	    "The Shop <hello@shop.example>", "maria@kunde.example", "" },
	{ DIRECTION_IN, "maria.kunde@list.example", "list@list.example",
	    "list@list.example", "", "maria@kunde.example", true,
	    "The Shop <hello@shop.example>", "maria@kunde.example",
	    "list@list.example" },
	{ DIRECTION_IN, "list@list.example",
	    "list@list.example, maria@home.example", "list@list.example", "",
	    "maria@kunde.example", false, "The Shop <hello@shop.example>",
	    "maria@home.example", "" },
	/* Going on after what we wrote. */
	{ DIRECTION_OUT, "orders@shop.example", "", "maria@kunde.example",
	    "p@q.example", "", false, "The Shop <orders@shop.example>",
	    "maria@kunde.example", "" },
	{ DIRECTION_OUT, "orders@shop.example", "", "maria@kunde.example",
	    "p@q.example", "", true, "The Shop <orders@shop.example>",
	    "maria@kunde.example", "p@q.example" },
	/* A form, or passed on by an agent: the caller knows the customer. */
	{ DIRECTION_IN, "wordpress@site.example", "", "hello@shop.example", "",
	    "", false, "The Shop <hello@shop.example>", "", "" },
	{ DIRECTION_IN, "wordpress@site.example", "maria@kunde.example",
	    "hello@shop.example", "", "", false,
	    "The Shop <hello@shop.example>", "maria@kunde.example", "" },
	{ DIRECTION_IN, "ana@shop.example", "", "hello@shop.example", "", "",
	    false, "The Shop <hello@shop.example>", "", "" },
};

static void
answers_go_to_whom_they_should(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++) {
		struct arena a = { 0 };
		struct message m = {
			.direction = answers[i].direction,
			.from = read_all(&a, answers[i].from).v[0],
			.reply_to = read_all(&a, answers[i].reply_to),
			.to = read_all(&a, answers[i].to),
			.cc = read_all(&a, answers[i].cc),
			.origin = read_all(&a, answers[i].origin),
		};
		struct address from;
		struct addresses to;
		struct addresses cc;

		people_answer(&a, &shop, &m, answers[i].all, &from, &to, &cc);
		assert_text(people_format(&a, &from), answers[i].answer_from);
		assert_text(people_format_all(&a, &to), answers[i].answer_to);
		assert_text(people_format_all(&a, &cc), answers[i].answer_cc);
		arena_free(&a);
	}
}

static void
where_answers_go_is_said_unless_it_is_plain(void **state)
{
	static const struct {
		const char *reply_to;
		const char *origin;
		const char *said;
	} cases[] = {
		{ "", "", "" },
		{ "MARIA@kunde.example", "", "" },
		{ "hello@shop.example", "", "" },
		{ "maria@home.example", "", "maria@home.example" },
		{ "hello@shop.example, maria@home.example", "",
		    "maria@home.example" },
		{ "", "paul@kunde.example", "paul@kunde.example" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena a = { 0 };
		struct message m = {
			.kind = MESSAGE_MAIL,
			.direction = DIRECTION_IN,
			.from = { "", "maria@kunde.example" },
			.reply_to = read_all(&a, cases[i].reply_to),
			.to = read_all(&a, "hello@shop.example"),
			.origin = read_all(&a, cases[i].origin),
		};
		struct addresses said = people_elsewhere(&a, &shop, &m);

		assert_text(people_format_all(&a, &said), cases[i].said);
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_fit_to_send_to),
		cmocka_unit_test(what_people_type_is_understood),
		cmocka_unit_test(names_survive_being_written_and_read),
		cmocka_unit_test(keys_are_the_same_for_the_same_mailbox),
		cmocka_unit_test(the_customer_is_who_wrote),
		cmocka_unit_test(what_is_generated_is_of_whom_it_names),
		cmocka_unit_test(robots_that_speak_for_people_are_people),
		cmocka_unit_test(first_names_are_fit_to_greet_with),
		cmocka_unit_test(answers_go_to_whom_they_should),
		cmocka_unit_test(where_answers_go_is_said_unless_it_is_plain),
	};

	return cmocka_run_group_tests_name("desk/people", tests, NULL, NULL);
}
