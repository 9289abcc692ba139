/*
 * entity.c -- named, decimal and hexadecimal references.
 *
 * The names are those of HTML 4 and what mail uses of HTML 5 (WHATWG HTML,
 * 13.5); the semicolon may be missing where the name is whole.
 */
#include "mail/message/entity.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct entity {
	const char *name;
	const char *text; /* UTF-8 */
};

/* Sorted by strcmp. */
/* clang-format off */
static const struct entity entities[] = {
    {"AElig", "\303\206"}, {"AMP", "\046"}, {"Aacute", "\303\201"},
    {"Abreve", "\304\202"}, {"Acirc", "\303\202"}, {"Agrave", "\303\200"},
    {"Alpha", "\316\221"}, {"Amacr", "\304\200"}, {"Aogon", "\304\204"},
    {"Aring", "\303\205"}, {"Atilde", "\303\203"}, {"Auml", "\303\204"},
    {"Beta", "\316\222"}, {"COPY", "\302\251"}, {"Cacute", "\304\206"},
    {"Ccaron", "\304\214"}, {"Ccedil", "\303\207"}, {"Chi", "\316\247"},
    {"CloseCurlyDoubleQuote", "\342\200\235"},
    {"CloseCurlyQuote", "\342\200\231"}, {"Dagger", "\342\200\241"},
    {"Dcaron", "\304\216"}, {"Delta", "\316\224"}, {"Dstrok", "\304\220"},
    {"ETH", "\303\220"}, {"Eacute", "\303\211"}, {"Ecaron", "\304\232"},
    {"Ecirc", "\303\212"}, {"Edot", "\304\226"}, {"Egrave", "\303\210"},
    {"Emacr", "\304\222"}, {"Eogon", "\304\230"}, {"Epsilon", "\316\225"},
    {"Eta", "\316\227"}, {"Euml", "\303\213"}, {"GT", "\076"},
    {"Gamma", "\316\223"}, {"Gbreve", "\304\236"}, {"Gcedil", "\304\242"},
    {"Hat", "\136"}, {"Iacute", "\303\215"}, {"Icirc", "\303\216"},
    {"Idot", "\304\260"}, {"Igrave", "\303\214"}, {"Imacr", "\304\252"},
    {"InvisibleTimes", "\342\201\242"}, {"Iogon", "\304\256"},
    {"Iota", "\316\231"}, {"Iuml", "\303\217"}, {"Kappa", "\316\232"},
    {"Kcedil", "\304\266"}, {"LT", "\074"}, {"Lambda", "\316\233"},
    {"Lcedil", "\304\273"}, {"Lstrok", "\305\201"}, {"Mu", "\316\234"},
    {"Nacute", "\305\203"}, {"Ncaron", "\305\207"}, {"Ncedil", "\305\205"},
    {"NewLine", "\012"}, {"NoBreak", "\342\201\240"},
    {"NonBreakingSpace", "\302\240"}, {"Ntilde", "\303\221"},
    {"Nu", "\316\235"}, {"OElig", "\305\222"}, {"Oacute", "\303\223"},
    {"Ocirc", "\303\224"}, {"Odblac", "\305\220"}, {"Ograve", "\303\222"},
    {"Omega", "\316\251"}, {"Omicron", "\316\237"},
    {"OpenCurlyDoubleQuote", "\342\200\234"},
    {"OpenCurlyQuote", "\342\200\230"}, {"Oslash", "\303\230"},
    {"Otilde", "\303\225"}, {"Ouml", "\303\226"}, {"Phi", "\316\246"},
    {"Pi", "\316\240"}, {"Prime", "\342\200\263"}, {"Psi", "\316\250"},
    {"QUOT", "\042"}, {"REG", "\302\256"}, {"Rcaron", "\305\230"},
    {"Rho", "\316\241"}, {"Sacute", "\305\232"}, {"Scaron", "\305\240"},
    {"Scedil", "\305\236"}, {"Sigma", "\316\243"}, {"THORN", "\303\236"},
    {"TRADE", "\342\204\242"}, {"Tab", "\011"}, {"Tau", "\316\244"},
    {"Tcaron", "\305\244"}, {"Tcedil", "\305\242"}, {"Theta", "\316\230"},
    {"Uacute", "\303\232"}, {"Ucirc", "\303\233"}, {"Udblac", "\305\260"},
    {"Ugrave", "\303\231"}, {"Umacr", "\305\252"}, {"Uogon", "\305\262"},
    {"Upsilon", "\316\245"}, {"Uring", "\305\256"}, {"Uuml", "\303\234"},
    {"Xi", "\316\236"}, {"Yacute", "\303\235"}, {"Yuml", "\305\270"},
    {"Zacute", "\305\271"}, {"Zcaron", "\305\275"}, {"Zdot", "\305\273"},
    {"ZeroWidthSpace", "\342\200\213"}, {"Zeta", "\316\226"},
    {"aacute", "\303\241"}, {"abreve", "\304\203"}, {"acirc", "\303\242"},
    {"acute", "\302\264"}, {"aelig", "\303\246"}, {"agrave", "\303\240"},
    {"alefsym", "\342\204\265"}, {"alpha", "\316\261"}, {"amacr", "\304\201"},
    {"amp", "\046"}, {"and", "\342\210\247"}, {"ang", "\342\210\240"},
    {"aogon", "\304\205"}, {"apos", "\047"}, {"aring", "\303\245"},
    {"ast", "\052"}, {"asymp", "\342\211\210"}, {"atilde", "\303\243"},
    {"auml", "\303\244"}, {"bdquo", "\342\200\236"}, {"beta", "\316\262"},
    {"bigstar", "\342\230\205"}, {"blacksquare", "\342\226\252"},
    {"block", "\342\226\210"}, {"boxh", "\342\224\200"},
    {"boxv", "\342\224\202"}, {"breve", "\313\230"}, {"brvbar", "\302\246"},
    {"bsol", "\134"}, {"bull", "\342\200\242"}, {"bullet", "\342\200\242"},
    {"cacute", "\304\207"}, {"cap", "\342\210\251"}, {"caron", "\313\207"},
    {"ccaron", "\304\215"}, {"ccedil", "\303\247"}, {"cedil", "\302\270"},
    {"cent", "\302\242"}, {"centerdot", "\302\267"}, {"check", "\342\234\223"},
    {"checkmark", "\342\234\223"}, {"chi", "\317\207"},
    {"cir", "\342\227\213"}, {"circ", "\313\206"}, {"clubs", "\342\231\243"},
    {"colon", "\072"}, {"comma", "\054"}, {"commat", "\100"},
    {"cong", "\342\211\205"}, {"copy", "\302\251"}, {"copysr", "\342\204\227"},
    {"crarr", "\342\206\265"}, {"cross", "\342\234\227"},
    {"cup", "\342\210\252"}, {"curren", "\302\244"}, {"dArr", "\342\207\223"},
    {"dagger", "\342\200\240"}, {"darr", "\342\206\223"},
    {"dash", "\342\200\220"}, {"dblac", "\313\235"}, {"dcaron", "\304\217"},
    {"deg", "\302\260"}, {"delta", "\316\264"}, {"diams", "\342\231\246"},
    {"divide", "\303\267"}, {"dollar", "\044"}, {"dot", "\313\231"},
    {"dstrok", "\304\221"}, {"dtri", "\342\226\277"}, {"eacute", "\303\251"},
    {"ecaron", "\304\233"}, {"ecirc", "\303\252"}, {"edot", "\304\227"},
    {"egrave", "\303\250"}, {"emacr", "\304\223"}, {"empty", "\342\210\205"},
    {"emsp", "\342\200\203"}, {"emsp13", "\342\200\204"},
    {"emsp14", "\342\200\205"}, {"ensp", "\342\200\202"},
    {"eogon", "\304\231"}, {"epsilon", "\316\265"}, {"equals", "\075"},
    {"equiv", "\342\211\241"}, {"eta", "\316\267"}, {"eth", "\303\260"},
    {"euml", "\303\253"}, {"euro", "\342\202\254"}, {"excl", "\041"},
    {"exist", "\342\210\203"}, {"female", "\342\231\200"},
    {"fnof", "\306\222"}, {"forall", "\342\210\200"}, {"frac12", "\302\275"},
    {"frac13", "\342\205\223"}, {"frac14", "\302\274"},
    {"frac15", "\342\205\225"}, {"frac18", "\342\205\233"},
    {"frac23", "\342\205\224"}, {"frac34", "\302\276"},
    {"frac38", "\342\205\234"}, {"frac58", "\342\205\235"},
    {"frac78", "\342\205\236"}, {"frasl", "\342\201\204"},
    {"gamma", "\316\263"}, {"gbreve", "\304\237"}, {"ge", "\342\211\245"},
    {"grave", "\140"}, {"gt", "\076"}, {"hArr", "\342\207\224"},
    {"hairsp", "\342\200\212"}, {"half", "\302\275"}, {"harr", "\342\206\224"},
    {"hearts", "\342\231\245"}, {"hellip", "\342\200\246"},
    {"horbar", "\342\200\225"}, {"hyphen", "\342\200\220"},
    {"iacute", "\303\255"}, {"icirc", "\303\256"}, {"iexcl", "\302\241"},
    {"igrave", "\303\254"}, {"imacr", "\304\253"}, {"image", "\342\204\221"},
    {"imath", "\304\261"}, {"incare", "\342\204\205"},
    {"infin", "\342\210\236"}, {"inodot", "\304\261"}, {"int", "\342\210\253"},
    {"iogon", "\304\257"}, {"iota", "\316\271"}, {"iquest", "\302\277"},
    {"isin", "\342\210\210"}, {"iuml", "\303\257"}, {"kappa", "\316\272"},
    {"kcedil", "\304\267"}, {"lArr", "\342\207\220"}, {"lambda", "\316\273"},
    {"lang", "\342\237\250"}, {"laquo", "\302\253"}, {"larr", "\342\206\220"},
    {"lbrace", "\173"}, {"lbrack", "\133"}, {"lcedil", "\304\274"},
    {"lceil", "\342\214\210"}, {"lcub", "\173"}, {"ldquo", "\342\200\234"},
    {"ldquor", "\342\200\236"}, {"le", "\342\211\244"},
    {"leftarrow", "\342\206\220"}, {"lfloor", "\342\214\212"},
    {"lowast", "\342\210\227"}, {"lowbar", "\137"}, {"loz", "\342\227\212"},
    {"lozenge", "\342\227\212"}, {"lozf", "\342\247\253"}, {"lpar", "\050"},
    {"lrm", "\342\200\216"}, {"lsaquo", "\342\200\271"}, {"lsqb", "\133"},
    {"lsquo", "\342\200\230"}, {"lsquor", "\342\200\232"},
    {"lstrok", "\305\202"}, {"lt", "\074"}, {"ltri", "\342\227\203"},
    {"macr", "\302\257"}, {"male", "\342\231\202"}, {"malt", "\342\234\240"},
    {"mdash", "\342\200\224"}, {"micro", "\302\265"}, {"middot", "\302\267"},
    {"minus", "\342\210\222"}, {"mldr", "\342\200\246"}, {"mu", "\316\274"},
    {"nabla", "\342\210\207"}, {"nacute", "\305\204"}, {"nbsp", "\302\240"},
    {"ncaron", "\305\210"}, {"ncedil", "\305\206"}, {"ndash", "\342\200\223"},
    {"ne", "\342\211\240"}, {"ni", "\342\210\213"}, {"nldr", "\342\200\245"},
    {"not", "\302\254"}, {"notin", "\342\210\211"}, {"nsub", "\342\212\204"},
    {"ntilde", "\303\261"}, {"nu", "\316\275"}, {"num", "\043"},
    {"numero", "\342\204\226"}, {"numsp", "\342\200\207"},
    {"oacute", "\303\263"}, {"ocirc", "\303\264"}, {"odblac", "\305\221"},
    {"oelig", "\305\223"}, {"ogon", "\313\233"}, {"ograve", "\303\262"},
    {"oline", "\342\200\276"}, {"omega", "\317\211"}, {"omicron", "\316\277"},
    {"oplus", "\342\212\225"}, {"or", "\342\210\250"}, {"ordf", "\302\252"},
    {"ordm", "\302\272"}, {"oslash", "\303\270"}, {"otilde", "\303\265"},
    {"otimes", "\342\212\227"}, {"ouml", "\303\266"}, {"para", "\302\266"},
    {"part", "\342\210\202"}, {"percnt", "\045"}, {"period", "\056"},
    {"permil", "\342\200\260"}, {"perp", "\342\212\245"},
    {"pertenk", "\342\200\261"}, {"phi", "\317\206"},
    {"phone", "\342\230\216"}, {"pi", "\317\200"}, {"piv", "\317\226"},
    {"plus", "\053"}, {"plusmn", "\302\261"}, {"pound", "\302\243"},
    {"prime", "\342\200\262"}, {"prod", "\342\210\217"},
    {"prop", "\342\210\235"}, {"psi", "\317\210"}, {"puncsp", "\342\200\210"},
    {"quest", "\077"}, {"quot", "\042"}, {"rArr", "\342\207\222"},
    {"radic", "\342\210\232"}, {"rang", "\342\237\251"}, {"raquo", "\302\273"},
    {"rarr", "\342\206\222"}, {"rbrace", "\175"}, {"rbrack", "\135"},
    {"rcaron", "\305\231"}, {"rceil", "\342\214\211"}, {"rcub", "\175"},
    {"rdquo", "\342\200\235"}, {"rdquor", "\342\200\235"},
    {"real", "\342\204\234"}, {"reg", "\302\256"}, {"rfloor", "\342\214\213"},
    {"rho", "\317\201"}, {"rightarrow", "\342\206\222"}, {"ring", "\313\232"},
    {"rlm", "\342\200\217"}, {"rpar", "\051"}, {"rsaquo", "\342\200\272"},
    {"rsqb", "\135"}, {"rsquo", "\342\200\231"}, {"rsquor", "\342\200\231"},
    {"rtri", "\342\226\271"}, {"sacute", "\305\233"},
    {"sbquo", "\342\200\232"}, {"scaron", "\305\241"}, {"scedil", "\305\237"},
    {"sdot", "\342\213\205"}, {"sect", "\302\247"}, {"semi", "\073"},
    {"sext", "\342\234\266"}, {"shy", "\302\255"}, {"sigma", "\317\203"},
    {"sigmaf", "\317\202"}, {"sim", "\342\210\274"}, {"sol", "\057"},
    {"spades", "\342\231\240"}, {"squ", "\342\226\241"},
    {"square", "\342\226\241"}, {"star", "\342\230\206"},
    {"starf", "\342\230\205"}, {"sub", "\342\212\202"},
    {"sube", "\342\212\206"}, {"sum", "\342\210\221"}, {"sup", "\342\212\203"},
    {"sup1", "\302\271"}, {"sup2", "\302\262"}, {"sup3", "\302\263"},
    {"supe", "\342\212\207"}, {"szlig", "\303\237"}, {"tau", "\317\204"},
    {"tcaron", "\305\245"}, {"tcedil", "\305\243"}, {"there4", "\342\210\264"},
    {"theta", "\316\270"}, {"thetasym", "\317\221"},
    {"thinsp", "\342\200\211"}, {"thorn", "\303\276"}, {"tilde", "\313\234"},
    {"times", "\303\227"}, {"trade", "\342\204\242"},
    {"triangle", "\342\226\265"}, {"uArr", "\342\207\221"},
    {"uacute", "\303\272"}, {"uarr", "\342\206\221"}, {"ucirc", "\303\273"},
    {"udblac", "\305\261"}, {"ugrave", "\303\271"}, {"umacr", "\305\253"},
    {"uml", "\302\250"}, {"uogon", "\305\263"}, {"upsih", "\317\222"},
    {"upsilon", "\317\205"}, {"uring", "\305\257"}, {"utri", "\342\226\265"},
    {"uuml", "\303\274"}, {"verbar", "\174"}, {"vert", "\174"},
    {"weierp", "\342\204\230"}, {"xcirc", "\342\227\257"}, {"xi", "\316\276"},
    {"yacute", "\303\275"}, {"yen", "\302\245"}, {"yuml", "\303\277"},
    {"zacute", "\305\272"}, {"zcaron", "\305\276"}, {"zdot", "\305\274"},
    {"zeta", "\316\266"}, {"zwj", "\342\200\215"}, {"zwnj", "\342\200\214"},
};
/* clang-format on */

/* What browsers make of 0x80 to 0x9f: windows-1252. */
static const uint16_t c1[32] = { 0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026,
	0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd, 0x017d,
	0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178 };

static void
add_code(struct buf *out, uint32_t c)
{
	if (c >= 0x80 && c <= 0x9f)
		c = c1[c - 0x80];
	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = 0xfffd;
	text_put_to(out, c);
}

static size_t
numeric(struct buf *out, struct bytes b)
{
	bool hex = b.n > 3 && to_lower(b.s[2]) == 'x';
	size_t i = hex ? 3 : 2;
	size_t from = i;
	uint32_t c = 0;

	for (; i < b.n; i++) {
		int v = hex_value(b.s[i]);

		if (v < 0 || (!hex && v > 9))
			break;
		if (c < 0x200000)
			c = c * (hex ? 16 : 10) + (uint32_t)v;
	}
	if (i == from)
		return 0;
	add_code(out, c);
	return i < b.n && b.s[i] == ';' ? i + 1 : i;
}

static int
by_name(const void *key, const void *entry)
{
	const struct bytes *b = key;
	const char *name = ((const struct entity *)entry)->name;
	int order = strncmp(b->s, name, b->n);

	if (order != 0)
		return order;
	return name[b->n] == '\0' ? 0 : -1;
}

static size_t
named(struct buf *out, struct bytes b)
{
	const struct entity *found;
	struct bytes name = bytes_cut(b, 1, 1);

	while (1 + name.n < b.n && name.n < 32 && is_alnum(name.s[name.n]))
		name.n++;
	if (name.n < 2)
		return 0;
	found = bsearch(&name, entities, sizeof entities / sizeof *entities,
	    sizeof *entities, by_name);
	if (!found)
		return 0;
	buf_str(out, found->text);
	return 1 + name.n < b.n && b.s[1 + name.n] == ';' ? name.n + 2
							  : name.n + 1;
}

/*
 * Append the character that the reference at the start of b ("&amp;",
 * "&#8364;", "&#x20ac") stands for, and return how many bytes it takes; 0
 * if it is none.
 */
static size_t
entity_decode(struct buf *out, struct bytes b)
{
	if (b.n < 3 || b.s[0] != '&')
		return 0;
	return b.s[1] == '#' ? numeric(out, b) : named(out, b);
}

void
entity_text(struct buf *out, struct bytes b)
{
	while (b.n > 0) {
		const char *amp = memchr(b.s, '&', b.n);
		size_t plain = amp ? (size_t)(amp - b.s) : b.n;
		size_t took;

		buf_add(out, b.s, plain);
		b = bytes_cut(b, plain, b.n);
		if (b.n == 0)
			return;
		took = entity_decode(out, b);
		if (took == 0) {
			buf_chr(out, '&');
			took = 1;
		}
		b = bytes_cut(b, took, b.n);
	}
}
