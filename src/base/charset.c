#include "base/charset.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uchardet/uchardet.h>

#include "base/arena.h"
#include "base/charset_names.h"
#include "base/jis.h"
#include "base/text.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* A converter is opened once: loading one costs more than a mail. */
struct opened {
	const char *name; /* as iconv knows it */
	iconv_t cd;
};

#define OPENED_MAX 160

static struct opened opened[OPENED_MAX + 1];
static size_t opened_n;

static iconv_t
converter(const char *name)
{
	struct opened *o = &opened[opened_n];

	for (size_t i = 0; i < opened_n; i++)
		if (strcmp(opened[i].name, name) == 0)
			return opened[i].cd;
	if (opened_n == OPENED_MAX)
		return (iconv_t)-1;
	o->name = name;
	o->cd = iconv_open("UTF-8", name);
	opened_n += o->cd != (iconv_t)-1;
	return o->cd;
}

/* A last letter may wait for the accent that could have followed. */
static void
flush(iconv_t cd, struct buf *out)
{
	char *to = buf_room(out, 16);
	size_t room = 16;

	iconv(cd, NULL, NULL, &to, &room);
	out->len += 16 - room;
	buf_add(out, "", 0);
}

/*
 * Append what iconv makes of the bytes, U+FFFD for each that it refuses.
 * Returns how many it refused, or -1 if it does not know the name.
 */
static long
convert(struct buf *out, const char *name, const char *bytes, size_t n)
{
	iconv_t cd = converter(name);
	char *in = (char *)(uintptr_t)bytes;
	size_t left = n;
	long refused = 0;

	if (cd == (iconv_t)-1)
		return -1;
	iconv(cd, NULL, NULL, NULL, NULL);
	while (left > 0) {
		size_t want = left + left / 2 + 64;
		char *to = buf_room(out, want);
		size_t room = want, was = left, rc;

		rc = iconv(cd, &in, &left, &to, &room);
		/* Converters with bugs run past the end or stand still. */
		if (left > was || room > want)
			return -1;
		out->len += want - room;
		if (left < was && (rc != (size_t)-1 || errno == E2BIG))
			continue;
		refused++;
		buf_str(out, REPLACEMENT);
		if (errno == EINVAL)
			break; /* cut in the middle of a character */
		in++;
		left--;
	}
	flush(cd, out);
	return refused;
}

/* ---- windows-1252, without iconv: most mail that is not UTF-8 ---- */

static const uint16_t cp1252[32] = { 0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026,
	0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0,
	0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122,
	0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178 };

static long
western(struct buf *out, const char *bytes, size_t n)
{
	long refused = 0;
	char *to = buf_room(out, n * 3), *from = to;

	for (size_t i = 0; i < n; i++) {
		unsigned char u = (unsigned char)bytes[i];
		uint32_t c = u;

		if (u >= 0x80 && u < 0xa0)
			c = cp1252[u - 0x80];
		if (c == 0) {
			refused++;
			c = 0xfffd;
		}
		to += text_put(to, c);
	}
	out->len += (size_t)(to - from);
	buf_add(out, "", 0);
	return refused;
}

/* ---- UTF-16 and UTF-32, whose order has to be guessed ---- */

static const char *
wide_order(const char *name, const char *bytes, size_t n)
{
	const unsigned char *u = (const unsigned char *)bytes;
	size_t even = 0, odd = 0;

	if (strcmp(name, "UTF-16") != 0)
		return name;
	if (n >= 2 && u[0] == 0xff && u[1] == 0xfe)
		return "UTF-16LE";
	if (n >= 2 && u[0] == 0xfe && u[1] == 0xff)
		return "UTF-16BE";
	for (size_t i = 0; i + 1 < n && i < 512; i += 2) {
		even += u[i] == 0;
		odd += u[i + 1] == 0;
	}
	/* RFC 2781 says big end first; programs write little end first. */
	return even > odd ? "UTF-16BE" : "UTF-16LE";
}

/* ---- one charset ---- */

/* Of two variants of a charset, the one that fits better. */
static long
decode_iconv(struct buf *out, const struct charset *cs, const char *bytes,
    size_t n)
{
	size_t start = out->len;
	struct buf other = { 0 };
	long refused, again;

	refused = convert(out, wide_order(cs->name, bytes, n), bytes, n);
	if (refused <= 0 || cs->second == NULL)
		return refused;
	again = convert(&other, cs->second, bytes, n);
	if (again >= 0 && again < refused) {
		buf_cut(out, start);
		buf_add(out, buf_text(&other), other.len);
		refused = again;
	}
	buf_free(&other);
	return refused;
}

/* Append by one charset; how many bytes it refused, -1 if it is missing. */
static long
decode_as(struct buf *out, const struct charset *cs, const char *bytes,
    size_t n)
{
	struct buf eight = { 0 };
	long refused;

	switch (cs->how) {
	case CHARSET_UTF8:
		text_repair(out, bytes, n);
		return text_valid(bytes, n) ? 0 : 1;
	case CHARSET_WESTERN:
		return western(out, bytes, n);
	case CHARSET_JIS:
		jis_to_euc(&eight, bytes, n);
		break;
	case CHARSET_HZ:
		hz_to_gb(&eight, bytes, n);
		break;
	case CHARSET_SHIFT:
		shift_to_euc(&eight, bytes, n);
		break;
	case CHARSET_ICONV:
		return decode_iconv(out, cs, bytes, n);
	}
	refused = convert(out, cs->name, buf_text(&eight), eight.len);
	buf_free(&eight);
	return refused;
}

/* What people call it; that of a seven-bit form is not iconv's. */
static const char *
shown_name(const struct charset *cs)
{
	switch (cs->how) {
	case CHARSET_JIS:
		return "ISO-2022-JP";
	case CHARSET_HZ:
		return "HZ-GB-2312";
	case CHARSET_SHIFT:
		return cs == charset_named("iso-2022-kr") ? "ISO-2022-KR"
							  : "ISO-2022-CN";
	default:
		return cs->name;
	}
}

/* A decoded text may hold NUL (UTF-16, or nonsense); nothing else can. */
static void
without_nul(struct buf *out, size_t start)
{
	struct buf clean = { 0 };

	if (out->len == start ||
	    memchr(out->data + start, '\0', out->len - start) == NULL)
		return;
	text_repair(&clean, out->data + start, out->len - start);
	buf_cut(out, start);
	buf_add(out, buf_text(&clean), clean.len);
	buf_free(&clean);
}

/* U+FEFF at the start is a byte order mark, not text. */
static void
without_bom(struct buf *out, size_t start)
{
	if (out->len - start < 3 ||
	    memcmp(out->data + start, "\xef\xbb\xbf", 3) != 0)
		return;
	memmove(out->data + start, out->data + start + 3, out->len - start - 3);
	buf_cut(out, out->len - 3);
}

/* ---- which charset ---- */

/* What the bytes look like. */
struct look {
	size_t high;    /* bytes of 0x80 and up */
	size_t longest; /* run of them */
	size_t pairs;   /* valid UTF-8 characters of two bytes */
	size_t longer;  /* of three and four */
	size_t broken;  /* high bytes that are no UTF-8 */
	size_t nul;
	bool escape; /* ESC $ or ESC ( : ISO-2022 */
};

static void
look_at(struct look *l, const char *bytes, size_t n)
{
	size_t run = 0, len;

	memset(l, 0, sizeof(*l));
	for (size_t i = 0; i < n; i += len) {
		uint32_t c = text_next(bytes + i, n - i, &len);

		if (c < 0x80) {
			run = 0;
			l->nul += c == 0;
			l->escape =
			    l->escape ||
			    (c == 0x1b && i + 1 < n &&
				(bytes[i + 1] == '$' || bytes[i + 1] == '('));
			continue;
		}
		run += len;
		l->high += len;
		l->longest = run > l->longest ? run : l->longest;
		if (c == 0xfffd &&
		    (len < 3 || memcmp(bytes + i, REPLACEMENT, len) != 0))
			l->broken++;
		else if (len == 2)
			l->pairs++;
		else
			l->longer++;
	}
}

/* Latin letters of two bytes each: every other byte is NUL. */
static bool
looks_wide(const struct look *l, size_t n)
{
	return n % 2 == 0 && l->nul * 5 >= n * 2 && l->nul * 5 <= n * 3;
}

static const struct charset *
detect(const struct look *l, const char *bytes, size_t n)
{
	const struct charset *cs = charset_named("windows-1252"), *found;
	struct buf try = { 0 };
	uchardet_t ud;

	/* Single accents in Latin words: too little to guess from. */
	if (!l->escape && l->longest <= 2 && l->high < 20)
		return cs;
	ud = uchardet_new();
	uchardet_handle_data(ud, bytes, n < 65536 ? n : 65536);
	uchardet_data_end(ud);
	found = charset_named(uchardet_get_charset(ud));
	uchardet_delete(ud);
	if (found != NULL && found->how != CHARSET_UTF8 &&
	    decode_as(&try, found, bytes, n) == 0)
		cs = found;
	buf_free(&try);
	return cs;
}

/*
 * Valid UTF-8 is UTF-8 whatever it is called, except where a few characters
 * of a double-byte charset are valid by accident, or ASCII hides letters.
 */
static bool
really_utf8(const struct look *l, const struct charset *said, size_t n)
{
	if (l->broken > 0 || looks_wide(l, n))
		return false;
	if (l->escape && l->high == 0)
		return false;
	if (said == NULL)
		return true;
	return !said->seven && (!said->wide || l->longer > 0 || l->pairs == 0);
}

/* Mostly UTF-8, with some bytes lost or added. */
static bool
nearly_utf8(const struct look *l)
{
	return l->pairs + 2 * l->longer >= 3 * l->broken &&
	       l->pairs + l->longer > 0;
}

/*
 * Lines of two charsets, or UTF-8 with single bytes of another.  Those of
 * double-byte charsets are too often valid UTF-8 by accident to be told.
 */
static bool
is_mixed(const struct look *l, const struct charset *said, const char *bytes,
    size_t n)
{
	if (l->broken == 0 || l->pairs + l->longer == 0 || l->escape ||
	    looks_wide(l, n))
		return false;
	if (said != NULL && said->how == CHARSET_UTF8 &&
	    l->pairs + l->longer >= l->broken)
		return true;
	if (said == NULL || said->how == CHARSET_UTF8)
		return nearly_utf8(l) || charset_is_mixed(bytes, n);
	return !said->wide && !said->seven && charset_is_mixed(bytes, n);
}

/* Decode into out if nothing is refused. */
static bool
fits(struct buf *out, const struct charset *cs, const char *bytes, size_t n)
{
	size_t start = out->len;

	if (decode_as(out, cs, bytes, n) == 0)
		return true;
	buf_cut(out, start);
	return false;
}

/* Japanese that was sent in eight bits under a seven-bit name, or NULL. */
static const struct charset *
japanese(struct buf *out, const char *bytes, size_t n)
{
	static const char *const names[] = { "utf-8", "euc-jp", "shift_jis" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct charset *cs = charset_named(names[i]);

		if (fits(out, cs, bytes, n))
			return cs;
	}
	return NULL;
}

static const struct charset *
choose(struct buf *out, const struct look *l, const struct charset *said,
    const char *bytes, size_t n, bool whole)
{
	const struct charset *utf8 = charset_named("utf-8"), *jis, *guess;

	if (really_utf8(l, said, n)) {
		text_repair(out, bytes, n);
		return utf8;
	}
	jis = charset_named("iso-2022-jp");
	if (l->escape && l->high == 0 && (said == NULL || !said->seven)) {
		if (fits(out, jis, bytes, n))
			return jis;
		text_repair(out, bytes, n);
		return utf8;
	}
	if (said == jis && l->high > 0 && !l->escape &&
	    (guess = japanese(out, bytes, n)) != NULL)
		return guess;
	if (!whole && is_mixed(l, said, bytes, n)) {
		charset_mixed(out,
		    said == NULL || said == utf8 ? NULL : said->name, bytes, n);
		return utf8;
	}
	if (said != NULL && said->how != CHARSET_UTF8 &&
	    fits(out, said, bytes, n))
		return said;
	guess =
	    looks_wide(l, n) ? charset_named("utf-16") : detect(l, bytes, n);
	/* A label that is nearly right beats the guess of last resort. */
	if (said != NULL && said->how != CHARSET_UTF8 &&
	    (said->seven || guess->how == CHARSET_WESTERN))
		guess = said;
	if (decode_as(out, guess, bytes, n) < 0) {
		guess = charset_named("windows-1252");
		western(out, bytes, n);
	}
	return guess;
}

/* Nothing but printable ASCII and line ends: by far the most. */
static bool
is_plain(const char *bytes, size_t n)
{
	return text_valid(bytes, n) && memchr(bytes, 0x1b, n) == NULL;
}

static const char *
decode(struct buf *out, const char *declared, const char *bytes, size_t n,
    bool whole)
{
	const struct charset *said = charset_named(declared), *used;
	size_t start = out->len;
	struct look l;

	if ((said == NULL || (!said->seven && !said->wide)) &&
	    is_plain(bytes, n)) {
		buf_add(out, bytes, n);
		without_bom(out, start);
		return "UTF-8";
	}
	look_at(&l, bytes, n);
	used = choose(out, &l, said, bytes, n, whole);
	without_nul(out, start);
	without_bom(out, start);
	return shown_name(used);
}

const char *
charset_decode(struct buf *out, const char *declared, const char *bytes,
    size_t n)
{
	return decode(out, declared, bytes, n, false);
}

const char *
charset_whole(struct buf *out, const char *bytes, size_t n)
{
	return decode(out, NULL, bytes, n, true);
}

bool
charset_known(const char *name)
{
	return charset_named(name) != NULL;
}

int
charset_exact(struct buf *out, const char *name, const char *bytes, size_t n)
{
	const struct charset *cs = charset_named(name);
	size_t start = out->len;

	if (cs == NULL || !fits(out, cs, bytes, n))
		return -1;
	without_nul(out, start);
	without_bom(out, start);
	return 0;
}
