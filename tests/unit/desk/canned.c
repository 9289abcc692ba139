#include "unit.h"

#include "desk/canned.h"

/* What a shop's templates see in these tests. */
static void
shop_values(struct arena *a, struct values *v)
{
	static struct values items[2];

	for (size_t i = 0; i < 2; i++)
		items[i] = (struct values){ 0 };
	values_text(a, &items[0], "name", "Boots");
	values_text(a, &items[0], "quantity", "2");
	values_text(a, &items[1], "name", "Laces");
	values_text(a, &items[1], "quantity", "");
	*v = (struct values){ 0 };
	values_text(a, v, "customer.name", "María Gómez");
	values_text(a, v, "customer.first_name", "");
	values_text(a, v, "agent.name", "Ana");
	values_text(a, v, "thread.id", "17");
	values_text(a, v, "order.number", "A-1042");
	values_text(a, v, "order.total", "89.90");
	values_text(a, v, "order.state", "shipped");
	values_text(a, v, "order.note", NULL);
	values_list(a, v, "order.items", items, 2);
	values_list(a, v, "order.returns", NULL, 0);
	values_text(a, v, "refund.amount", NULL);
	values_text(a, v, "odd.brace", "a {b} c");
}

static const struct {
	const char *text;
	const char *filled;
} filled[] = {
	{ "Hello", "Hello" },
	{ "Hello {{ customer.name }}!", "Hello María Gómez!" },
	{ "{{customer.name}}", "María Gómez" },
	{ "Hi {{ customer.first_name | default: \"there\" }},", "Hi there," },
	{ "Hi {{ customer.name | default: 'there' }},", "Hi María Gómez," },
	{ "[{{ customer.first_name | default: \"\" }}]", "[]" },
	{ "{% if order %}Order {{ order.number }}{% else %}No "
	  "order{% endif %}.",
	    "Order A-1042." },
	{ "{% if refund %}a{% else %}b{% endif %}", "b" },
	{ "{% if order.note %}a{% endif %}", "" },
	{ "{% if order.state == \"shipped\" %}on its way{% endif %}",
	    "on its way" },
	{ "{% if order.state == 'packed' %}a{% elsif order.state != "
	  "'shipped' %}b{% elsif order.total > 50 %}c{% else %}d"
	  "{% endif %}",
	    "c" },
	/* By size, not by letters: 89.90 is not above 100. */
	{ "{% if order.total > 100 %}big{% else %}small{% endif %}", "small" },
	{ "{% if order.total >= 89.9 and order.total <= 89.90 %}same"
	  "{% endif %}",
	    "same" },
	{ "{% if not order.note and order %}y{% endif %}", "y" },
	{ "{% if order.note or order.number %}y{% endif %}", "y" },
	{ "{% if customer.name contains \"gomez\" %}y{% endif %}", "y" },
	{ "{% for item in order.items %}{{ item.name }}, {% endfor %}",
	    "Boots, Laces, " },
	{ "{% for i in order.items %}{% if i.quantity %}{{ i.quantity "
	  "}} x {% endif %}{{ i.name }}; {% endfor %}",
	    "2 x Boots; Laces; " },
	{ "{% for i in order.returns %}{{ i.name }}{% else %}none"
	  "{% endfor %}",
	    "none" },
	{ "{% for i in order.items %}{{ i.name }} of "
	  "{{ order.number }} {% endfor %}",
	    "Boots of A-1042 Laces of A-1042 " },
	/* A tag alone on its line takes the line with it. */
	{ "a\n{% if order %}\nb\n{% endif %}\nc\n", "a\nb\nc\n" },
	{ "a\n  {% if order.note %}\nb\n  {% endif %}  \nc\n", "a\nc\n" },
	{ "{% for i in order.items %}\n- {{ i.name }}\n{% endfor %}\n"
	  "end",
	    "- Boots\n- Laces\nend" },
	{ "a   {%- if order -%}   b   {%- endif -%}   c", "abc" },
	{ "a {{- thread.id -}} b", "a17b" },
	{ "100% of 5 % | \"quotes\" 'too' - fine", "100% of 5 % | "
						   "\"quotes\" 'too' - fine" },
	{ "{{ \"text\" }}", "text" },
};

static void
templates_are_filled_in(void **state)
{
	struct arena a = { 0 };
	struct values v;

	(void)state;
	shop_values(&a, &v);
	for (size_t i = 0; i < COUNT(filled); i++) {
		struct buf out = { 0 };
		struct err e = { 0 };

		if (canned_fill(&out, "x", 1, filled[i].text, &v, &e) < 0)
			fail_msg("%s: %s", filled[i].text, e.text);
		assert_text(buf_text(&out), filled[i].filled);
		assert_int_equal(canned_check("x", 1, filled[i].text, &v, &e),
		    0);
		buf_free(&out);
	}
	arena_free(&a);
}

static const struct {
	const char *text;
	const char *error;
} unfit[] = {
	{ "Hi {{ customer.frist_name }}",
	    "r:5:7: there is no {{ "
	    "customer.frist_name }} (did you mean "
	    "customer.first_name?)" },
	{ "Hi\n  {{ customer.first_name }}",
	    "r:6:6: {{ "
	    "customer.first_name }} has no value here and no "
	    "default" },
	/* In a branch that is not taken, too. */
	{ "{% if order.note %}{{ nonsense }}{% endif %}",
	    "r:5:23: there is no {{ nonsense }}" },
	{ "{{ order }}", "r:5:4: order has no text of its own: which "
			 "part of it?" },
	{ "{{ order.items }}", "r:5:4: order.items is a list: use "
			       "{% for %}" },
	{ "a { b", "r:5:3: a single {: write {{ name }} for a value; "
		   "no brace may reach a customer" },
	{ "Grüße } b", "r:5:7: this } closes nothing, and no brace may "
		       "reach a customer" },
	{ "a }} b", "r:5:3: this } closes nothing, and no brace may "
		    "reach a customer" },
	{ "{{ odd.brace }}", "r:5:4: the value of {{ odd.brace }} "
			     "holds a brace, and none may reach a customer" },
	{ "{{ thread.id | default: \"{\" }}", "r:5:26: no brace may "
					      "reach a customer" },
	{ "{{ thread.id", "r:5:1: {{ is not closed: }} is missing" },
	{ "{{ thread.id } }", "r:5:1: {{ is not closed: }} is "
			      "missing" },
	{ "{% if order", "r:5:1: {% is not closed: %} is missing" },
	{ "{{ \"a }}", "r:5:4: the quotation is not closed" },
	{ "{% if order %}a", "r:5:1: this is not ended by {% endif "
			     "%}" },
	{ "{% for i in order.items %}a{% endif %}",
	    "r:5:28: {% "
	    "endfor %} is missing before this" },
	{ "{% endif %}", "r:5:1: this {% endif %} ends nothing" },
	{ "{% if %}a{% endif %}", "r:5:7: a name like "
				  "customer.first_name is missing" },
	{ "{% if order == %}a{% endif %}", "r:5:16: a name like "
					   "customer.first_name is missing" },
	{ "{% if order order %}a{% endif %}", "r:5:13: \"order \" is "
					      "not understood here" },
	{ "{% iff order %}", "r:5:1: there is no {% iff %}, only if, "
			     "elsif, else, endif, for and endfor" },
	{ "{% for order.items %}{% endfor %}",
	    "r:5:1: for is written "
	    "{% for item in order.items %}" },
	{ "{% for i in order.number %}{% endfor %}",
	    "r:5:13: "
	    "order.number is not a list" },
	{ "{% for i in order %}{% endfor %}", "r:5:13: order is not a "
					      "list" },
	{ "{% for i in order.items %}{% endfor %}{{ i.name }}",
	    "r:5:42: there is no {{ i.name }}" },
	{ "{{ thread.id | upcase }}", "r:5:16: there is no \"| "
				      "upcase\", only \"| default: ...\"" },
	{ "{{ thread.id | default: x }}",
	    "r:5:25: default needs a "
	    "text in quotes: default: \"there\"" },
	{ "{{ }}", "r:5:4: a name like customer.first_name is "
		   "missing" },
	{ "{{ thread.id x }}", "r:5:14: \"x \" is not understood "
			       "here" },
	{ "{{ 3 {{ thread.id }} }}", "r:5:1: {{ is not closed: }} is "
				     "missing" },
};

static void
what_cannot_be_filled_stops_with_its_place(void **state)
{
	struct arena a = { 0 };
	struct values v;

	(void)state;
	shop_values(&a, &v);
	for (size_t i = 0; i < COUNT(unfit); i++) {
		struct buf out = { 0 };
		struct err e = { 0 };

		buf_str(&out, "before");
		assert_int_equal(canned_fill(&out, "r", 5, unfit[i].text, &v,
				     &e),
		    -1);
		assert_int_equal(e.kind, ERR_USAGE);
		assert_text(e.text, unfit[i].error);
		assert_text(buf_text(&out), "before");
		buf_free(&out);
	}
	arena_free(&a);
}

static void
checking_takes_every_value_as_present(void **state)
{
	struct arena a = { 0 };
	struct values v;
	struct err e;

	(void)state;
	shop_values(&a, &v);
	assert_int_equal(canned_check("x", 1,
			     "{{ customer.first_name }} "
			     "{{ order.note }}{% for i in order.returns %}{{ "
			     "i.any }}"
			     "{% endfor %}",
			     &v, &e),
	    0);
	assert_int_equal(canned_check("x", 1, "{{ customer.lastname }}", &v,
			     &e),
	    -1);
	arena_free(&a);
}

/* Whatever the template and the values: no brace comes out, ever. */
static void
no_brace_ever_reaches_a_customer(void **state)
{
	static const char *const bits[] = { "{{", "}}", "{%", "%}", "{", "}",
		" ", "if ", "order", "endif", "else", "for i in ",
		"order.items", "endfor", "customer.name", "evil.value",
		"i.name", "| default: ", "\"x\"", "'", "\"{\"", "elsif ",
		" == ", "text\n", "-", "not ", "evil.list", "{{ thread.id }}",
		"{% if order %}", "{% endif %}", "{% else %}",
		"{% for i in order.items %}", "{% endfor %}",
		"{{ evil.value | default: \"d\" }}", "{{ evil.open }}",
		"{{ evil.close }}" };
	struct dice d = { 99 };
	struct arena a = { 0 };
	struct values v;
	int done = 0;

	(void)state;
	shop_values(&a, &v);
	values_text(&a, &v, "evil.value", "{{ customer.name }}");
	values_text(&a, &v, "evil.open", "{");
	values_text(&a, &v, "evil.close", "}");
	for (int i = 0; i < 200000; i++) {
		struct buf text = { 0 };
		struct buf out = { 0 };
		struct err e = { 0 };
		size_t n = roll(&d, 12);

		for (size_t j = 0; j < n; j++)
			buf_str(&text, bits[roll(&d, COUNT(bits))]);
		if (canned_fill(&out, "x", 1, buf_text(&text), &v, &e) == 0) {
			done++;
			if (strpbrk(buf_text(&out), "{}") != NULL)
				fail_msg("\"%s\" gave \"%s\"", buf_text(&text),
				    buf_text(&out));
		} else {
			assert_int_equal(out.len, 0);
			assert_int_equal(strncmp(e.text, "x:", 2), 0);
		}
		buf_free(&text);
		buf_free(&out);
	}
	assert_true(done > 10000);
	arena_free(&a);
}

static void
nesting_has_an_end(void **state)
{
	struct arena a = { 0 };
	struct values v;
	struct buf deep = { 0 };
	struct err e;

	(void)state;
	shop_values(&a, &v);
	for (int i = 0; i < 5000; i++)
		buf_str(&deep, "{% if order %}");
	assert_int_equal(canned_check("x", 1, buf_text(&deep), &v, &e), -1);
	buf_clear(&deep);
	buf_str(&deep, "{% if ");
	for (int i = 0; i < 5000; i++)
		buf_str(&deep, "not ");
	buf_str(&deep, "order %}{% endif %}");
	assert_int_equal(canned_check("x", 1, buf_text(&deep), &v, &e), -1);
	buf_free(&deep);
	arena_free(&a);
}

/* ---- files ---- */

static void
a_file_is_headers_and_text(void **state)
{
	static const char file[] = "\xef\xbb\xbfTitle: Return label\r\n"
				   "keys: 3, label\r\n"
				   "Tags: returns, , size \r\n"
				   "Subject: Your return {{ order.number }}\r\n"
				   "Close: YES\r\n"
				   "Attach: labels/form.pdf\r\n"
				   "Attach: a, b.txt\r\n"
				   "\r\n"
				   "Hello,\r\n\r\nhere it is.\r\n\r\n\r\n";
	struct arena a = { 0 };
	struct canned c;
	struct err e;

	(void)state;
	assert_int_equal(canned_parse(&a, "returns/label", file,
			     sizeof(file) - 1, &c, &e),
	    0);
	assert_text(c.name, "returns/label");
	assert_text(c.title, "Return label");
	assert_text(c.keys, "3, label");
	assert_int_equal(c.tags.n, 2);
	assert_text(c.tags.v[1], "size");
	assert_text(c.subject, "Your return {{ order.number }}");
	assert_int_equal(c.subject_line, 4);
	assert_true(c.close);
	assert_int_equal(c.attach.n, 2);
	assert_text(c.attach.v[1], "a, b.txt");
	assert_text(c.body, "Hello,\n\nhere it is.\n");
	assert_int_equal(c.body_line, 9);
	assert_int_equal(canned_parse(&a, "x", "\nHi", 3, &c, &e), 0);
	assert_text(c.title, "x");
	assert_text(c.body, "Hi\n");
	assert_int_equal(c.body_line, 2);
	arena_free(&a);
}

static void
wrong_files_are_told(void **state)
{
	static const struct {
		const char *file;
		const char *error;
	} cases[] = {
		{ "Titel: x\n\ny", "f:1: there is no header \"Titel:\" (did "
				   "you mean \"Title:\"?)" },
		{ "Title: x\nHello: world\n\ny",
		    "f:2: there is no header "
		    "\"Hello:\": a blank line must stand before the text" },
		{ "Hello\n", "f:1: this is no header like \"Title: ...\": a "
			     "blank line must stand before the text" },
		{ "Title: x\nTitle: y\n\nz", "f:2: title: was given "
					     "already" },
		{ "Close: maybe\n\nz", "f:1: Close: is yes or no, not "
				       "\"maybe\"" },
		{ "Attach: ../x\n\nz", "f:1: Attach: must not lead out of the "
				       "canned folder with \"..\"" },
		{ "Attach: a/../../x\n\nz",
		    "f:1: Attach: must not lead out "
		    "of the canned folder with \"..\"" },
		{ "Attach: /etc/passwd\n\nz",
		    "f:1: Attach: must be inside "
		    "the canned folder, not \"/etc/passwd\"" },
		{ "Title: x\n", "f:2: there is no text after the headers" },
		{ "Title: x\n\n \n", "f:2: there is no text after the "
				     "headers" },
		{ "", "f:2: there is no text after the headers" },
		{ "Title: \xff\n\nx", "f:1: the file is not UTF-8 text" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena a = { 0 };
		struct canned c;
		struct err e = { 0 };

		assert_int_equal(canned_parse(&a, "f", cases[i].file,
				     strlen(cases[i].file), &c, &e),
		    -1);
		assert_text(e.text, cases[i].error);
		arena_free(&a);
	}
}

static void
digits_then_tags_then_use_say_what_is_offered(void **state)
{
	static const char *returns[] = { "returns" };
	static const struct canned v[] = {
		{ .name = "thanks", .title = "Thank you", .keys = "" },
		{ .name = "label",
		    .title = "Return label",
		    .keys = "",
		    .tags = { returns, 1 } },
		{ .name = "soon", .title = "Soon", .keys = "2" },
		{ .name = "size", .title = "Wrong size", .keys = "size fit" },
		{ .name = "hello", .title = "Hello", .keys = "1" },
	};
	static const int uses[] = { 50, 0, 0, 1, 0 };
	struct strings tags = { returns, 1 };
	size_t out[5];

	(void)state;
	assert_int_equal(canned_suggest(v, uses, 5, &tags, "Wrong size", "",
			     out, 5),
	    5);
	assert_int_equal(out[0], 4);
	assert_int_equal(out[1], 2);
	assert_int_equal(out[2], 1);
	assert_int_equal(out[3], 3);
	assert_int_equal(out[4], 0);
	assert_int_equal(canned_suggest(v, uses, 5, &tags, "", "", out, 2), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(templates_are_filled_in),
		cmocka_unit_test(what_cannot_be_filled_stops_with_its_place),
		cmocka_unit_test(checking_takes_every_value_as_present),
		cmocka_unit_test(no_brace_ever_reaches_a_customer),
		cmocka_unit_test(nesting_has_an_end),
		cmocka_unit_test(a_file_is_headers_and_text),
		cmocka_unit_test(wrong_files_are_told),
		cmocka_unit_test(digits_then_tags_then_use_say_what_is_offered),
	};

	return cmocka_run_group_tests_name("desk/canned", tests, NULL, NULL);
}
