#include "some.h"

#include <iconv.h>

#include "base/charset.h"

static void
decodes(const char *declared, const char *bytes, size_t n, const char *want)
{
	struct buf b = { 0 };
	const char *used = charset_decode(&b, declared, bytes, n);

	if (strcmp(buf_text(&b), want) != 0)
		fail_msg("%s as %s: \"%s\", not \"%s\"",
		    declared ? declared : "undeclared", used, buf_text(&b),
		    want);
	buf_free(&b);
}
#define DECODES(declared, bytes, want)                                         \
	decodes(declared, bytes, sizeof(bytes) - 1, want)

static void
names_that_mail_uses(void **state)
{
	(void)state;
	DECODES("iso-8859-1", "caf\xe9 \x80", "café €");
	DECODES("ISO_8859-1:1987", "\xe9", "é");
	DECODES("us-ascii", "gr\xfc\xdf", "grüß");
	DECODES("x-sjis", "\x93\xfa\x96{\x8c\xea\x87\x40", "日本語①");
	DECODES("ks_c_5601-1987", "\xc7\xd1\xb1\xb9\xbe\xee", "한국어");
	DECODES("gb2312", "\xc4\xe3\xba\xc3\x81\x30\x84\x36", "你好\xc2\xa5");
	DECODES("win-1251", "\xcf\xf0\xe8\xe2\xe5\xf2", "Привет");
	DECODES("cp-850", "\x84", "ä");
	DECODES("iso-8859-15", "\xa4", "€");
	DECODES("iso-8859-8-i", "\xf9\xec\xe5\xed", "שלום");
	DECODES("iso-8859-9", "\xfd\x80", "ı€");
	DECODES("tis-620", "\xca\xc7", "สว");
	DECODES("x-mac-roman", "\x8e", "é");
	DECODES("big5", "\xa7\x41\xa6\x6e", "你好");
	DECODES("euc-jp", "\xc6\xfc\xcb\xdc", "日本");
	DECODES("koi8-r", "\xf0\xd2\xc9", "При");
	DECODES("\"utf-8\"", "\xc3\xa9", "é");
	DECODES("charset=windows-1252", "\x93", "“");
	DECODES("8859_2", "\xb1", "ą");
	DECODES("ibm437", "\x82", "é");
}

static void
letters_hidden_in_seven_bits(void **state)
{
	(void)state;
	DECODES("iso-2022-jp", "\033$BF|K\\8l\033(B ok", "日本語 ok");
	/* What phones send: vendors' signs, half-width kana, no end. */
	DECODES("iso-2022-jp", "\033$B-!", "①");
	DECODES("iso-2022-jp", "\033(I1\033(B", "ｱ");
	DECODES("iso-2022-jp", "\033$BF|\nplain", "日\nplain");
	DECODES(NULL, "\033$BF|K\\8l\033(B", "日本語");
	DECODES("us-ascii", "\033$BF|\033(B", "日");
	DECODES("hz-gb-2312", "~{<:Ky~} ok ~~", "己所 ok ~");
	DECODES("unicode-1-1-utf-7", "Hi +AOk-", "Hi é");
	DECODES("iso-2022-kr", "\033$)C\016GQ1[\017", "한글");
}

static void
wide_characters(void **state)
{
	(void)state;
	DECODES("utf-16", "\xff\xfeh\0i\0", "hi");
	DECODES("utf-16", "\xfe\xff\0h\0i", "hi");
	DECODES("utf-16", "h\0i\0", "hi");
	DECODES("unicode", "\0h\0i", "hi");
	DECODES("utf-16le", "\x3d\xd8\x00\xde", "😀");
	DECODES(NULL, "h\0e\0l\0l\0o\0", "hello");
}

static void
labels_that_lie(void **state)
{
	(void)state;
	DECODES("iso-8859-1", "caf\xc3\xa9", "café");
	DECODES("gb2312", "日本語", "日本語");
	DECODES("utf-8", "caf\xe9 na\xefve", "café naïve");
	DECODES("utf-8", "日本語\xff日本", "日本語\xef\xbf\xbd日本");
	DECODES("unknown-8bit", "M\xfcller", "Müller");
	DECODES("", "M\xfcller", "Müller");
	DECODES(NULL,
	    "\xcf\xf0\xe8\xe2\xe5\xf2, \xea\xe0\xea \xe4\xe5\xeb\xe0? "
	    "\xd5\xee\xf0\xee\xf8\xee, \xf1\xef\xe0\xf1\xe8\xe1\xee.",
	    "Привет, как дела? Хорошо, спасибо.");
	DECODES(NULL, "\033[31mred \xc3\xa9", "\033[31mred é");
	/* Two bytes that are a letter of UTF-8 and of Korean. */
	DECODES("euc-kr", "\xc3\xa9", "챕");
	DECODES(NULL, "a\0b", "ab");
}

static void
text_in_two_charsets_is_read_line_by_line(void **state)
{
	(void)state;
	DECODES("utf-8", "Grüße\n> Sch\366ne Gr\374\337e\nTschüß",
	    "Grüße\n> Schöne Grüße\nTschüß");
	DECODES("iso-8859-1", "Gr\374\337e\nGrüße\n", "Grüße\nGrüße\n");
	DECODES(NULL, "Gr\374\337e\nGrüße\n", "Grüße\nGrüße\n");
	DECODES("utf-8",
	    "Café\nit\222s \223fine\224 \226 5 \200, \2435, 20\260",
	    "Café\nit’s “fine” – 5 €, £5, 20°");
	DECODES("utf-8",
	    "Grüße\n"
	    "\342\317\314\330\333\317\305 \323\320\301\323\311\302"
	    "\317 \332\301 \320\311\323\330\315\317"
	    "\nTschüß",
	    "Grüße\nБольшое спасибо за письмо\nTschüß");
	DECODES("koi8-r",
	    "\342\317\314\330\333\317\305 \323\320\301\323\311\302"
	    "\317 \332\301 \320\311\323\330\315\317"
	    "\nпривет",
	    "Большое спасибо за письмо\nпривет");
	/* A label that is wrong throughout. */
	DECODES("utf-8", "Gr\366\337e \204M\223, taille re\347ue \340 Paris",
	    "Größe „M“, taille reçue à Paris");
	/* First bytes of characters that never come. */
	DECODES(NULL,
	    "\xef\xef\xef\xef\xef\xef\xef\xef\xef\xef\xef\xef\xef"
	    "\xef\xef\xff",
	    "ïïïïïïïïïïïïïïïÿ");
	/* What was damaged stays so. */
	DECODES("utf-8", "Grüße, Stra\303e",
	    "Grüße, Stra\xef\xbf\xbd"
	    "e");
}

/* Out always is UTF-8 without NUL, whatever came in under any name. */
static void
the_result_is_always_text(void **state)
{
	static const char *const names[] = { NULL, "utf-8", "iso-8859-1",
		"iso-2022-jp", "gb2312", "big5", "x-sjis", "euc-kr", "utf-7",
		"utf-16", "utf-32", "hz", "iso-2022-kr", "iso-2022-cn",
		"euc-tw", "koi8-r", "nonsense", "cp037", "tcvn", "johab" };
	struct buf s = { 0 }, b = { 0 };

	(void)state;
	for (int i = 0; i < 20000; i++) {
		const char *name = names[some(sizeof(names) / sizeof(*names))];

		if (i % 2) {
			some_text(&s, 20, 1);
		} else {
			buf_clear(&s);
			for (uint32_t n = some(30); n > 0; n--)
				buf_chr(&s, (char)some(256));
		}
		buf_clear(&b);
		assert_non_null(charset_decode(&b, name, buf_text(&s), s.len));
		assert_true(text_valid(buf_text(&b), b.len));
	}
	buf_free(&s);
	buf_free(&b);
}

/* What we write in a charset, the name of that charset reads back. */
static void
every_charset_reads_its_own(void **state)
{
	static const struct {
		const char *name, *text;
	} is[] = {
		{ "ISO-8859-2", "Zażółć gęślą jaźń" },
		{ "WINDOWS-1250", "Příliš žluťoučký kůň" },
		{ "ISO-8859-5", "Съешь ещё этих мягких" },
		{ "WINDOWS-1253", "Ξεσκεπάζω την ψυχοφθόρα" },
		{ "ISO-8859-7", "Ξεσκεπάζω την" },
		{ "WINDOWS-1255", "דג סקרן שט בים" },
		{ "WINDOWS-1256", "صِف خَلقَ خَودِ" },
		{ "WINDOWS-1257", "Įlinkdama fechtuotojo" },
		{ "WINDOWS-1258", "Tôi có thể ăn" },
		{ "KOI8-U", "Чуєш їх, доцю" },
		{ "CP866", "В чащах юга жил" },
		{ "GB18030", "视野无限广" },
		{ "BIG5", "視野無限廣" },
		{ "EUC-JP", "いろはにほへと" },
		{ "SHIFT_JIS", "いろはにほへと" },
		{ "ISO-2022-JP", "いろはにほへと" },
		{ "EUC-KR", "키스의 고유조건은" },
		{ "UTF-16BE", "いろはにほへと" },
		{ "UTF-7", "Größe „ja“" },
	};
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(is) / sizeof(is[0]); i++) {
		iconv_t cd = iconv_open(is[i].name, "UTF-8");
		char bytes[512], *out = bytes, *in = strdup(is[i].text),
				 *at = in;
		size_t left = strlen(in), room = sizeof(bytes);

		assert_true(cd != (iconv_t)-1);
		if (iconv(cd, &at, &left, &out, &room) == (size_t)-1)
			fail_msg("cannot write %s", is[i].name);
		iconv(cd, NULL, NULL, &out, &room);
		iconv_close(cd);
		buf_clear(&b);
		if (charset_exact(&b, is[i].name, bytes,
			(size_t)(out - bytes)) < 0)
			fail_msg("%s does not read its own", is[i].name);
		/* Vietnamese comes back decomposed. */
		if (strcmp(is[i].name, "WINDOWS-1258") != 0)
			assert_string_equal(b.data, is[i].text);
		decodes(is[i].name, bytes, (size_t)(out - bytes), b.data);
		free(in);
	}
	buf_free(&b);
}

static void
exact_means_exact(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_str(&b, "kept");
	assert_int_equal(charset_exact(&b, "utf-8", "\xff", 1), -1);
	assert_int_equal(charset_exact(&b, "nonsense", "x", 1), -1);
	assert_int_equal(charset_exact(&b, "x-sjis", "\x93", 1), -1);
	assert_string_equal(b.data, "kept");
	assert_int_equal(charset_exact(&b, "utf-8", "\xc3\xa9", 2), 0);
	assert_string_equal(b.data, "kepté");
	buf_free(&b);
}

static void
names_are_known_or_not(void **state)
{
	(void)state;
	assert_true(charset_known("UTF8"));
	assert_true(charset_known("x-unknown-1") == false);
	assert_true(charset_known("cp1252//TRANSLIT"));
	assert_false(charset_known(""));
	assert_false(charset_known(NULL));
	assert_false(charset_known("WCHAR_T"));
	assert_false(charset_known("../../lib/gconv/evil"));
	assert_false(charset_known("unknown-8bit"));
	assert_false(charset_known("binary"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_that_mail_uses),
		cmocka_unit_test(letters_hidden_in_seven_bits),
		cmocka_unit_test(wide_characters),
		cmocka_unit_test(labels_that_lie),
		cmocka_unit_test(text_in_two_charsets_is_read_line_by_line),
		cmocka_unit_test(the_result_is_always_text),
		cmocka_unit_test(every_charset_reads_its_own),
		cmocka_unit_test(exact_means_exact),
		cmocka_unit_test(names_are_known_or_not),
	};

	return cmocka_run_group_tests_name("charset", tests, NULL, NULL);
}
