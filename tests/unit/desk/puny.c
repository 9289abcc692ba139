#include "unit.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/text.h"
#include "desk/puny.h"

static const struct {
	const char *letters;
	const char *ascii; /* NULL: refused */
} names[] = {
	{ "shop.example", "shop.example" },
	{ "bücher.example", "xn--bcher-kva.example" },
	{ "ana@Bücher.Example", "ana@xn--bcher-kva.example" },
	{ "ana@BU\xcc\x88"
	  "CHER.example",
	    "ana@xn--bcher-kva.example" },
	{ "faß.example", "xn--fa-hia.example" },
	{ "例え.テスト", "xn--r8jz45g.xn--zckzah" },
	{ "x@例え。テスト", "x@xn--r8jz45g.xn--zckzah" },
	{ "παράδειγμα.δοκιμή", "xn--hxajbheg2az3al.xn--jxalpdlp" },
	{ "испытание", "xn--80akhbyknj4f" },
	{ "a@mañana.example", "a@xn--maana-pta.example" },
	{ "☃.example", "xn--n3h.example" },
	{ "a@[127.0.0.1]", "a@[127.0.0.1]" },
	{ "jörg@example.org", "jörg@example.org" },
	{ "a@ü..example", NULL },
	{ "a@ü b.example", NULL },
	{ "a@ü\xc2\xa0.example", NULL },
	{ "a@ü\xe2\x80\x8b.example", NULL },
	{ "a@ü,b.example", NULL },
	{ "a@üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü"
	  ".example",
	    NULL },
};

static void
names_become_ascii(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct buf out = { 0 };
		int rc = puny_encode(&out, names[i].letters);

		if (names[i].ascii == NULL) {
			if (rc == 0)
				fail_msg("took %s", names[i].letters);
			assert_int_equal(out.len, 0);
		} else {
			assert_int_equal(rc, 0);
			assert_text(buf_text(&out), names[i].ascii);
		}
		buf_free(&out);
	}
}

/* Letters of many scripts, none of them with an upper case or a mark. */
static const uint32_t from[] = { 'a', 'z', '0', 0xe0, 0xf8, 0x153, 0x3b1, 0x430,
	0x5d0, 0x627, 0x915, 0x3042, 0x4e00, 0xac00, 0x20000 };

static void
every_name_comes_back(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct buf name = { 0 }, ascii = { 0 }, back = { 0 };
		size_t n = 1 + (seed >> 8) % 12;

		for (size_t i = 0; i < n; i++) {
			seed = seed * 1103515245 + 12345;
			text_put_to(&name,
			    from[(seed >> 16) %
				 (sizeof(from) / sizeof(from[0]))] +
				(i > 0 ? (seed >> 24) % 6 : 0));
		}
		if (puny_encode(&ascii, buf_text(&name)) == 0) {
			struct buf lower = { 0 };

			for (size_t i = 0; i < ascii.len; i++)
				assert_true((unsigned char)ascii.data[i] < 128);
			puny_decode(&back, buf_text(&ascii));
			text_lower(&lower, buf_text(&name), name.len);
			assert_text(buf_text(&back), buf_text(&lower));
			buf_free(&lower);
		}
		buf_free(&name);
		buf_free(&ascii);
		buf_free(&back);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_become_ascii),
		cmocka_unit_test(every_name_comes_back),
	};

	return cmocka_run_group_tests_name("desk/puny", tests, NULL, NULL);
}
