#include "base/charset_names.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define KEY_MAX   40
#define FOUND_MAX 64

#define ICONV(name)        name, NULL, CHARSET_ICONV, false, false
#define WIDE(name, second) name, second, CHARSET_ICONV, false, true
#define SEVEN(name)        name, NULL, CHARSET_ICONV, true, true

enum which {
	UTF8,
	WESTERN,
	GB18030,
	BIG5,
	SJIS,
	EUC_JP,
	JIS,
	UHC,
	KR_2022,
	CN_2022,
	EUC_TW,
	HZ,
	UTF7,
	UTF7_IMAP,
	UTF16,
	UTF16LE,
	UTF16BE,
	UTF32,
	TURKISH,
	THAI,
	KOI8R,
	KOI8U,
	MAC,
	MAC_CYR,
	MAC_CE,
	MAC_IS,
	VIET,
	LATIN2,
	LATIN3,
	LATIN4,
	CYRILLIC,
	ARABIC,
	GREEK,
	HEBREW,
	HEBREW_PC,
	VIET_PC,
	LATIN6,
	LATIN9,
	LATIN10,
	JOHAB,
};

static const struct charset charsets[] = {
	[UTF8] = { "UTF-8", NULL, CHARSET_UTF8, false, false },
	[WESTERN] = { "windows-1252", NULL, CHARSET_WESTERN, false, false },
	[GB18030] = { WIDE("GB18030", NULL) },
	[BIG5] = { WIDE("CP950", "BIG5-HKSCS") },
	[SJIS] = { WIDE("CP932", "SHIFT_JISX0213") },
	[EUC_JP] = { WIDE("EUC-JP-MS", "EUC-JISX0213") },
	[JIS] = { "EUC-JP-MS", NULL, CHARSET_JIS, true, true },
	[UHC] = { WIDE("CP949", NULL) },
	[KR_2022] = { "CP949", NULL, CHARSET_SHIFT, true, true },
	[CN_2022] = { "GB18030", NULL, CHARSET_SHIFT, true, true },
	[EUC_TW] = { WIDE("EUC-TW", NULL) },
	[HZ] = { "GB18030", NULL, CHARSET_HZ, true, true },
	[UTF7] = { SEVEN("UTF-7") },
	[UTF7_IMAP] = { SEVEN("UTF-7-IMAP") },
	[UTF16] = { SEVEN("UTF-16") },
	[UTF16LE] = { SEVEN("UTF-16LE") },
	[UTF16BE] = { SEVEN("UTF-16BE") },
	[UTF32] = { SEVEN("UTF-32") },
	[TURKISH] = { ICONV("windows-1254") },
	[THAI] = { ICONV("windows-874") },
	[KOI8R] = { ICONV("KOI8-R") },
	[KOI8U] = { ICONV("KOI8-U") },
	[MAC] = { ICONV("MACINTOSH") },
	[MAC_CYR] = { ICONV("MAC-CYRILLIC") },
	[MAC_CE] = { ICONV("MAC-CENTRALEUROPE") },
	[MAC_IS] = { ICONV("MAC-IS") },
	[VIET] = { ICONV("TCVN") },
	[LATIN2] = { ICONV("ISO-8859-2") },
	[LATIN3] = { ICONV("ISO-8859-3") },
	[LATIN4] = { ICONV("ISO-8859-4") },
	[CYRILLIC] = { ICONV("ISO-8859-5") },
	[ARABIC] = { ICONV("ISO-8859-6") },
	[GREEK] = { ICONV("ISO-8859-7") },
	[HEBREW] = { ICONV("ISO-8859-8") },
	[HEBREW_PC] = { ICONV("windows-1255") },
	[VIET_PC] = { ICONV("windows-1258") },
	[LATIN6] = { ICONV("ISO-8859-10") },
	[LATIN9] = { ICONV("ISO-8859-15") },
	[LATIN10] = { ICONV("ISO-8859-16") },
	[JOHAB] = { ICONV("JOHAB") },
};

/* Letters and digits of the name, in lower case. */
static const struct alias {
	const char *key;
	enum which which;
} aliases[] = {
	{ "utf8", UTF8 },
	{ "xutf8", UTF8 },
	{ "utf8mb4", UTF8 },
	{ "utf8mac", UTF8 },
	{ "utf8sig", UTF8 },
	{ "utf8bom", UTF8 },
	{ "cputf8", UTF8 },
	{ "cp65001", UTF8 },
	{ "65001", UTF8 },
	{ "unicode11utf8", UTF8 },
	{ "unicode20utf8", UTF8 },
	{ "xunicode20utf8", UTF8 },
	{ "csutf8", UTF8 },
	{ "utf", UTF8 },
	{ "usascii", WESTERN },
	{ "ascii", WESTERN },
	{ "us", WESTERN },
	{ "usasci", WESTERN },
	{ "xusascii", WESTERN },
	{ "ansix341968", WESTERN },
	{ "ansix341986", WESTERN },
	{ "ansix34", WESTERN },
	{ "iso646us", WESTERN },
	{ "iso646", WESTERN },
	{ "isoir6", WESTERN },
	{ "646", WESTERN },
	{ "cp367", WESTERN },
	{ "ibm367", WESTERN },
	{ "csascii", WESTERN },
	{ "latin1", WESTERN },
	{ "xlatin1", WESTERN },
	{ "l1", WESTERN },
	{ "isoir100", WESTERN },
	{ "cp819", WESTERN },
	{ "ibm819", WESTERN },
	{ "cp1252", WESTERN },
	{ "csisolatin1", WESTERN },
	{ "iso88591", WESTERN },
	{ "88591", WESTERN },
	{ "xansi", WESTERN },
	{ "ansi", WESTERN },
	{ "msansi", WESTERN },
	{ "western", WESTERN },
	{ "iso88591windows31latin1", WESTERN },
	{ "gb2312", GB18030 },
	{ "xgb2312", GB18030 },
	{ "gb231280", GB18030 },
	{ "csgb2312", GB18030 },
	{ "csiso58gb231280", GB18030 },
	{ "isoir58", GB18030 },
	{ "gb", GB18030 },
	{ "gbk", GB18030 },
	{ "xgbk", GB18030 },
	{ "csgbk", GB18030 },
	{ "gb18030", GB18030 },
	{ "xgb18030", GB18030 },
	{ "csgb18030", GB18030 },
	{ "euccn", GB18030 },
	{ "xeuccn", GB18030 },
	{ "cngb", GB18030 },
	{ "chinese", GB18030 },
	{ "cp936", GB18030 },
	{ "ms936", GB18030 },
	{ "big5", BIG5 },
	{ "bigfive", BIG5 },
	{ "xxbig5", BIG5 },
	{ "xbig5", BIG5 },
	{ "cnbig5", BIG5 },
	{ "csbig5", BIG5 },
	{ "big5eten", BIG5 },
	{ "big5hkscs", BIG5 },
	{ "cp950", BIG5 },
	{ "ms950", BIG5 },
	{ "shiftjis", SJIS },
	{ "xshiftjis", SJIS },
	{ "sjis", SJIS },
	{ "xsjis", SJIS },
	{ "sjiswin", SJIS },
	{ "csshiftjis", SJIS },
	{ "mskanji", SJIS },
	{ "ms932", SJIS },
	{ "xmscp932", SJIS },
	{ "windows31j", SJIS },
	{ "cswindows31j", SJIS },
	{ "cp932", SJIS },
	{ "cp943", SJIS },
	{ "eucjp", EUC_JP },
	{ "xeucjp", EUC_JP },
	{ "xeuc", EUC_JP },
	{ "ujis", EUC_JP },
	{ "eucjpms", EUC_JP },
	{ "eucjpwin", EUC_JP },
	{ "cseucpkdfmtjapanese", EUC_JP },
	{ "cp51932", EUC_JP },
	{ "iso2022jp", JIS },
	{ "iso2022jp1", JIS },
	{ "iso2022jp2", JIS },
	{ "iso2022jp3", JIS },
	{ "iso2022jpms", JIS },
	{ "xiso2022jp", JIS },
	{ "csiso2022jp", JIS },
	{ "csiso2022jp2", JIS },
	{ "jis", JIS },
	{ "xjis", JIS },
	{ "jis7", JIS },
	{ "cp50220", JIS },
	{ "cp50221", JIS },
	{ "cp50222", JIS },
	{ "euckr", UHC },
	{ "xeuckr", UHC },
	{ "cseuckr", UHC },
	{ "ksc5601", UHC },
	{ "ksc56011987", UHC },
	{ "ksc56011989", UHC },
	{ "ksc56011992", UHC },
	{ "csksc56011987", UHC },
	{ "ksx1001", UHC },
	{ "isoir149", UHC },
	{ "korean", UHC },
	{ "uhc", UHC },
	{ "xuhc", UHC },
	{ "xwindows949", UHC },
	{ "cp949", UHC },
	{ "ms949", UHC },
	{ "iso2022kr", KR_2022 },
	{ "csiso2022kr", KR_2022 },
	{ "iso2022cn", CN_2022 },
	{ "csiso2022cn", CN_2022 },
	{ "iso2022cnext", CN_2022 },
	{ "euctw", EUC_TW },
	{ "xeuctw", EUC_TW },
	{ "hzgb2312", HZ },
	{ "hz", HZ },
	{ "utf7", UTF7 },
	{ "unicode11utf7", UTF7 },
	{ "unicode20utf7", UTF7 },
	{ "xunicode20utf7", UTF7 },
	{ "csunicode11utf7", UTF7 },
	{ "cp65000", UTF7 },
	{ "utf7imap", UTF7_IMAP },
	{ "utf16", UTF16 },
	{ "xutf16", UTF16 },
	{ "ucs2", UTF16 },
	{ "unicode", UTF16 },
	{ "csunicode", UTF16 },
	{ "iso10646ucs2", UTF16 },
	{ "utf16le", UTF16LE },
	{ "xutf16le", UTF16LE },
	{ "ucs2le", UTF16LE },
	{ "cp1200", UTF16LE },
	{ "utf16be", UTF16BE },
	{ "xutf16be", UTF16BE },
	{ "ucs2be", UTF16BE },
	{ "cp1201", UTF16BE },
	{ "utf32", UTF32 },
	{ "ucs4", UTF32 },
	{ "iso88599", TURKISH },
	{ "88599", TURKISH },
	{ "latin5", TURKISH },
	{ "l5", TURKISH },
	{ "csisolatin5", TURKISH },
	{ "isoir148", TURKISH },
	{ "cp1254", TURKISH },
	{ "tis620", THAI },
	{ "tis6200", THAI },
	{ "xtis620", THAI },
	{ "iso885911", THAI },
	{ "thai", THAI },
	{ "cp874", THAI },
	{ "koi8r", KOI8R },
	{ "koi8", KOI8R },
	{ "koi", KOI8R },
	{ "xkoi8r", KOI8R },
	{ "cskoi8r", KOI8R },
	{ "cp20866", KOI8R },
	{ "koi8u", KOI8U },
	{ "koi8ru", KOI8U },
	{ "cp21866", KOI8U },
	{ "macintosh", MAC },
	{ "mac", MAC },
	{ "macroman", MAC },
	{ "xmacroman", MAC },
	{ "xmacwestern", MAC },
	{ "csmacintosh", MAC },
	{ "xmaccyrillic", MAC_CYR },
	{ "xmacukrainian", MAC_CYR },
	{ "maccyrillic", MAC_CYR },
	{ "xmacce", MAC_CE },
	{ "xmaccentraleurroman", MAC_CE },
	{ "maccentraleurope", MAC_CE },
	{ "maclatin2", MAC_CE },
	{ "maciceland", MAC_IS },
	{ "xmacicelandic", MAC_IS },
	{ "xviettcvn5712", VIET },
	{ "tcvn5712", VIET },
	{ "latin2", LATIN2 },
	{ "l2", LATIN2 },
	{ "csisolatin2", LATIN2 },
	{ "isoir101", LATIN2 },
	{ "latin3", LATIN3 },
	{ "latin4", LATIN4 },
	{ "cyrillic", CYRILLIC },
	{ "csisolatincyrillic", CYRILLIC },
	{ "arabic", ARABIC },
	{ "asmo708", ARABIC },
	{ "csisolatinarabic", ARABIC },
	{ "greek", GREEK },
	{ "csisolatingreek", GREEK },
	{ "elot928", GREEK },
	{ "hebrew", HEBREW },
	{ "csisolatinhebrew", HEBREW },
	{ "cp1255", HEBREW_PC },
	{ "cp1258", VIET_PC },
	{ "logical", HEBREW },
	{ "visual", HEBREW },
	{ "latin6", LATIN6 },
	{ "latin9", LATIN9 },
	{ "l9", LATIN9 },
	{ "latin10", LATIN10 },
	{ "johab", JOHAB },
	{ "cp1361", JOHAB },
};

/* Names that iconv knew, as they were asked for. */
static struct arena keep;
static struct found {
	const char *key;
	struct charset charset;
} * found[FOUND_MAX];
static size_t found_n;

/* The key of a name, up to what does not belong to it; its length. */
static size_t
make_key(const char *name, char key[KEY_MAX])
{
	size_t n = 0;

	name += strspn(name, " \t\"'");
	if (strncasecmp(name, "charset=", 8) == 0)
		name += 8;
	for (; *name != '\0' && strchr(";,/*\"'\r\n", *name) == NULL; name++) {
		unsigned char c = (unsigned char)*name;

		if (!isalnum(c) || c >= 0x80)
			continue;
		if (n + 1 == KEY_MAX)
			return 0;
		key[n++] = (char)tolower(c);
	}
	key[n] = '\0';
	return n;
}

static const struct charset *
by_alias(const char *key)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcmp(aliases[i].key, key) == 0)
			return &charsets[aliases[i].which];
	return NULL;
}

/* What follows one of the prefixes, if it begins with a digit. */
static const char *
after_prefix(const char *key, const char *const *prefix)
{
	for (; *prefix != NULL; prefix++) {
		size_t n = strlen(*prefix);

		if (strncmp(key, *prefix, n) == 0 &&
		    isdigit((unsigned char)key[n]))
			return key + n;
	}
	return NULL;
}

/* "iso8859" and a number, with all that was ever put round it. */
static void
iso_name(const char *number, char *to, size_t size)
{
	int n = atoi(number);

	/* "8859-1:1987" and "8859-8-i" leave digits and letters behind. */
	if (n > 16)
		n = n >= 100 && n / 1000 >= 100 ? 0 : number[0] - '0';
	if (n >= 1 && n <= 16 && n != 12)
		snprintf(to, size, "ISO-8859-%d", n);
}

/* The name by which iconv may know a key, "" if there is no guess. */
static void
guess(const char *key, char *to, size_t size)
{
	static const char *const iso[] = { "iso8859", "xiso8859", "isoiec8859",
		"is8859", "8859", NULL };
	static const char *const page[] = { "windows", "xwindows", "win", "cp",
		"xcp", "ms", "ansi", "ibm", "xibm", "dos", "microsoftcp", "",
		NULL };
	const char *number;

	to[0] = '\0';
	if ((number = after_prefix(key, iso)) != NULL)
		iso_name(number, to, size);
	else if ((number = after_prefix(key, page)) != NULL &&
		 strlen(number) <= 5 &&
		 strspn(number, "0123456789") == strlen(number))
		snprintf(to, size, "CP%s", number);
}

static const struct charset *
remember(const char *key, const char *name)
{
	struct found *f;

	if (found_n == FOUND_MAX)
		return NULL;
	f = arena_alloc(&keep, sizeof(*f));
	f->key = arena_str(&keep, key);
	f->charset.name = arena_str(&keep, name);
	f->charset.how = CHARSET_ICONV;
	found[found_n++] = f;
	return &f->charset;
}

/*
 * Does iconv read it byte by byte from a table?  Its stateful and double-byte
 * converters, but for those we have chosen, read past the end of broken text
 * or never end (CVE-2020-27618, CVE-2021-3326 and others), and a stranger
 * chooses the name.
 */
static bool
iconv_knows(const char *name)
{
	iconv_t cd = iconv_open("UTF-8", name);
	bool table = cd != (iconv_t)-1;

	for (int c = 0; table && c < 256; c++) {
		char byte = (char)c, text[16], *in = &byte, *out = text;
		size_t left = 1, room = sizeof(text);
		size_t rc = iconv(cd, &in, &left, &out, &room);

		/* Half a character, or a switch that gives none. */
		table = rc == (size_t)-1 ? errno == EILSEQ : out > text;
		iconv(cd, NULL, NULL, NULL, NULL);
	}
	if (cd != (iconv_t)-1)
		iconv_close(cd);
	return table;
}

/* The name itself, if it can be one: iconv reads "/" as options. */
static bool
plain_name(const char *name)
{
	size_t n = strlen(name);

	for (const char *s = name; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && strchr("-_.:()", *s) == NULL)
			return false;
	return n >= 4 && n < KEY_MAX && strcasecmp(name, "wchar_t") != 0 &&
	       strcasecmp(name, "internal") != 0;
}

static const struct charset *
by_iconv(const char *name, const char *key)
{
	char try[KEY_MAX];
	const struct charset *cs;

	for (size_t i = 0; i < found_n; i++)
		if (strcmp(found[i]->key, key) == 0)
			return &found[i]->charset;
	guess(key, try, sizeof(try));
	if (try[0] != '\0') {
		/* A guess may be a name we treat in a way of our own. */
		char again[KEY_MAX];

		make_key(try, again);
		cs = strcmp(again, key) == 0 ? NULL : by_alias(again);
		if (cs != NULL)
			return cs;
		if (iconv_knows(try))
			return remember(key, try);
	}
	if (plain_name(name) && iconv_knows(name))
		return remember(key, name);
	return NULL;
}

const struct charset *
charset_named(const char *name)
{
	char key[KEY_MAX];
	const struct charset *cs;

	if (name == NULL || make_key(name, key) == 0)
		return NULL;
	cs = by_alias(key);
	return cs != NULL ? cs : by_iconv(name, key);
}
