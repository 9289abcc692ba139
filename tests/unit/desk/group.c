#include "unit.h"

#include "base/text.h"
#include "desk/group.h"

static const struct {
	const char *subject;
	const char *base;
	bool reply;
	bool forward;
} subjects[] = {
	{ "Wrong size", "wrong size", false, false },
	{ "", "", false, false },
	{ "Re: Wrong size", "wrong size", true, false },
	{ "RE:RE: re : Wrong   size ", "wrong size", true, false },
	{ "Re[2]: Wrong size", "wrong size", true, false },
	{ "Re(3): Wrong size", "wrong size", true, false },
	{ "Re^4: Wrong size", "wrong size", true, false },
	{ "Re2: Wrong size", "wrong size", true, false },
	{ "Fwd: Wrong size", "wrong size", false, true },
	{ "Re: Fw: Wrong size", "wrong size", true, true },
	{ "Wrong size (fwd)", "wrong size", false, true },
	{ "[Fwd: Wrong size]", "wrong size", false, true },
	{ "[fwd: Re: Wrong size (fwd)]", "wrong size", true, true },
	{ "[shop] Re: Wrong size", "wrong size", true, false },
	{ "Re: [shop] Wrong size", "wrong size", true, false },
	{ "[a] [b] Wrong size", "wrong size", false, false },
	{ "[only]", "[only]", false, false },
	{ "Re: [#17] Wrong size", "wrong size", true, false },
	/* The number of an order tells subjects apart. */
	{ "Re: [Order 1042] Shipped", "[order 1042] shipped", true, false },
	/* Words with colons are no prefixes. */
	{ "Order: late", "order: late", false, false },
	{ "Question: re: order", "question: re: order", false, false },
	{ "Reminder: pay", "reminder: pay", false, false },
	{ "Re", "re", false, false },
	{ "Re:", "", true, false },
	/* The languages of customers. */
	{ "AW: Größe", "grosse", true, false },
	{ "Antwort: x", "x", true, false },
	{ "WG: x", "x", false, true },
	{ "SV: x", "x", true, false },
	{ "VS: x", "x", true, false },
	{ "VB: x", "x", false, true },
	{ "Antw: x", "x", true, false },
	{ "Doorst: x", "x", false, true },
	{ "Odp: x", "x", true, false },
	{ "PD: x", "x", false, true },
	{ "RÉF : x", "x", true, false },
	{ "Rép : x", "x", true, false },
	{ "RE\xc2\xa0: x", "x", true, false },
	{ "TR: x", "x", false, true },
	{ "RV: x", "x", false, true },
	{ "ENC: x", "x", false, true },
	{ "RES: x", "x", true, false },
	{ "Rif: x", "x", true, false },
	{ "R: x", "x", true, false },
	{ "I: x", "x", false, true },
	{ "YNT: x", "x", true, false },
	{ "Ynt: İLT: x", "x", true, true },
	{ "ΑΠ: x", "x", true, false },
	{ "Απ: x", "x", true, false },
	{ "ΠΡΘ: x", "x", false, true },
	{ "Σχετ: x", "x", true, false },
	{ "回复：x", "x", true, false },
	{ "回复: x", "x", true, false },
	{ "答复: x", "x", true, false },
	{ "回覆: x", "x", true, false },
	{ "转发: x", "x", false, true },
	{ "轉寄: x", "x", false, true },
	{ "返信: x", "x", true, false },
	{ "転送: x", "x", false, true },
	{ "답장: x", "x", true, false },
	{ "전달: x", "x", false, true },
	{ "הועבר: x", "x", false, true },
	{ "תגובה: x", "x", true, false },
	{ "رد: x", "x", true, false },
	{ "تمت إعادة التوجيه: x", "x", false, true },
	{ "Ответ: x", "x", true, false },
	{ "НА: x", "x", true, false },
	{ "Відповідь: x", "x", true, false },
	{ "Odg: x", "x", true, false },
	{ "VÁ: x", "x", true, false },
	{ "Továbbítás: x", "x", false, true },
	{ "Trả lời: x", "x", true, false },
	{ "ตอบกลับ: x", "x", true, false },
	{ "उत्तर: x", "x", true, false },
	{ "BLS: x", "x", true, false },
};

static void
base_subjects_lose_what_mail_programs_add(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(subjects); i++) {
		struct arena a = { 0 };
		struct base_subject s;

		group_base_subject(&a, subjects[i].subject, &s);
		if (strcmp(s.text, subjects[i].base) != 0 ||
		    s.reply != subjects[i].reply ||
		    s.forward != subjects[i].forward)
			fail_msg("%s: got \"%s\"%s%s", subjects[i].subject,
			    s.text, s.reply ? " reply" : "",
			    s.forward ? " forward" : "");
		arena_free(&a);
	}
}

static void
the_base_of_a_base_is_itself(void **state)
{
	static const char *const bits[] = { "Re", ":", " ", "[", "]", "Fwd",
		"x", "(fwd)", "[2]", "AW", "#17", "list", "回复", "：",
		"[fwd:", "ß", "É", "\t", "2", "R", "I:", "\xc2\xa0", "İ" };
	struct dice d = { 7 };

	(void)state;
	for (int i = 0; i < 30000; i++) {
		struct arena a = { 0 };
		struct buf s = { 0 };
		struct base_subject one;
		struct base_subject two;
		size_t n = roll(&d, 10);

		for (size_t j = 0; j < n; j++)
			buf_str(&s, bits[roll(&d, COUNT(bits))]);
		group_base_subject(&a, buf_text(&s), &one);
		group_base_subject(&a, one.text, &two);
		if (strcmp(one.text, two.text) != 0)
			fail_msg("\"%s\": \"%s\", then \"%s\"", buf_text(&s),
			    one.text, two.text);
		buf_free(&s);
		arena_free(&a);
	}
}

static void
plain_subjects_keep_their_letters(void **state)
{
	static const struct {
		const char *subject;
		const char *plain;
	} cases[] = {
		{ "Re: AW: Wrong Size", "Wrong Size" },
		{ "Wrong  Size", "Wrong Size" },
		{ "Re: Fwd: x", "Fwd: x" },
		{ "Re: [shop] x", "[shop] x" },
		{ "Re:", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena a = { 0 };

		assert_text(group_plain_subject(&a, cases[i].subject),
		    cases[i].plain);
		arena_free(&a);
	}
}

static void
numbers_of_ours_are_found(void **state)
{
	(void)state;
	assert_int_equal(group_subject_number("Re: [#17] x"), 17);
	assert_int_equal(group_subject_number("x [#] [#9a] [#42]"), 42);
	assert_int_equal(group_subject_number("x #17"), 0);
	assert_int_equal(group_subject_number("[17]"), 0);
	assert_int_equal(group_subject_number("[#99999999999999999999]"), 0);
	assert_int_equal(group_subject_number(""), 0);
}

/* ---- ids ---- */

static void
ids_come_with_the_best_last(void **state)
{
	const char *refs[60];
	const char *parent[] = { "r58", "extra" };
	struct arena a = { 0 };
	struct mail m = { .message_id = "self" };
	struct strings ids;

	(void)state;
	for (int i = 0; i < 60; i++)
		refs[i] = arena_fmt(&a, "r%d", i);
	refs[30] = "self";
	refs[31] = "r59";
	m.references = (struct strings){ refs, 60 };
	m.in_reply_to = (struct strings){ parent, 2 };
	ids = group_ids(&a, &m);
	/* The first, the last 40 without itself and r59 twice, and one more. */
	assert_int_equal(ids.n, 1 + 40 - 2 + 1);
	assert_text(ids.v[0], "r0");
	assert_text(ids.v[1], "r20");
	assert_text(ids.v[ids.n - 1], "r58");
	assert_text(ids.v[ids.n - 2], "extra");
	assert_text(ids.v[ids.n - 3], "r59");
	m.references.n = 0;
	m.in_reply_to.n = 0;
	assert_int_equal(group_ids(&a, &m).n, 0);
	arena_free(&a);
}

static void
only_we_can_make_our_ids(void **state)
{
	uint8_t key[32];
	uint8_t uid[16];
	uint8_t nonce[8];
	uint8_t got[16];
	struct arena a = { 0 };
	struct dice d = { 1 };

	(void)state;
	for (int round = 0; round < 200; round++) {
		char *id;
		size_t n;

		for (size_t i = 0; i < 32; i++)
			key[i] = (uint8_t)roll(&d, 256);
		for (size_t i = 0; i < 16; i++)
			uid[i] = (uint8_t)roll(&d, 256);
		for (size_t i = 0; i < 8; i++)
			nonce[i] = (uint8_t)roll(&d, 256);
		id = group_signed_id(&a, key, uid, nonce, "shop.example");
		assert_true(strlen(id) < 90);
		assert_int_equal(group_check_id(key, id, got), 1);
		assert_memory_equal(got, uid, 16);
		/* Gateways change case and put the brackets back. */
		assert_int_equal(group_check_id(key, arena_fmt(&a, "<%s>", id),
				     got),
		    1);
		n = strcspn(id, "@");
		for (size_t i = 0; i < n; i++) {
			char was = id[i];

			id[i] = was == 'a' ? 'b' : 'a';
			assert_int_equal(group_check_id(key, id, got), 0);
			id[i] = was;
		}
		key[3] ^= 1;
		assert_int_equal(group_check_id(key, id, got), 0);
	}
	assert_int_equal(group_check_id(key, "", got), 0);
	assert_int_equal(group_check_id(key, "a.b.c@d", got), 0);
	assert_int_equal(group_check_id(key, "....@", got), 0);
	arena_free(&a);
}

static void
likeness_is_the_share_of_letters(void **state)
{
	static const char *const v[] = { "Wrong size", "Re: wrong  SIZE",
		"Size is wrong", "注文番号の変更", "注文番号10448の配送先変更",
		"", "a", "Where is my parcel?" };
	enum { N = sizeof(v) / sizeof(v[0]) };

	(void)state;
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(group_alike(v[i], v[i]),
		    *v[i] != '\0' ? 1000 : 0);
		for (size_t j = 0; j < N; j++) {
			int n = group_alike(v[i], v[j]);

			assert_in_range(n, 0, 1000);
			assert_int_equal(n, group_alike(v[j], v[i]));
		}
	}
	assert_int_equal(group_alike(v[0], v[1]), 1000);
	assert_true(group_alike(v[0], v[2]) > group_alike(v[0], v[7]));
	assert_true(group_alike(v[3], v[4]) > group_alike(v[3], v[0]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base_subjects_lose_what_mail_programs_add),
		cmocka_unit_test(the_base_of_a_base_is_itself),
		cmocka_unit_test(plain_subjects_keep_their_letters),
		cmocka_unit_test(likeness_is_the_share_of_letters),
		cmocka_unit_test(numbers_of_ours_are_found),
		cmocka_unit_test(ids_come_with_the_best_last),
		cmocka_unit_test(only_we_can_make_our_ids),
	};

	return cmocka_run_group_tests_name("desk/group", tests, NULL, NULL);
}
