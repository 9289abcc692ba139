#include "base/mutf7.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static bool
plain(uint32_t c, const char *but)
{
	return c >= 0x20 && c <= 0x7e && strchr(but, (int)c) == NULL;
}

/* Bits on their way out, six at a time. */
struct shift {
	struct buf *out;
	uint32_t bits;
	int n;
	bool open; /* inside "&...-" */
};

static void
shift_unit(struct shift *s, uint32_t unit)
{
	if (!s->open)
		buf_chr(s->out, '&');
	s->open = true;
	s->bits = s->bits << 16 | unit;
	s->n += 16;
	while (s->n >= 6) {
		s->n -= 6;
		buf_chr(s->out, alphabet[s->bits >> s->n & 63]);
	}
	s->bits &= (1u << s->n) - 1;
}

static void
shift_close(struct shift *s)
{
	if (!s->open)
		return;
	if (s->n > 0)
		buf_chr(s->out, alphabet[s->bits << (6 - s->n) & 63]);
	buf_chr(s->out, '-');
	*s = (struct shift){ .out = s->out };
}

int
mutf7_encode_but(struct buf *out, const char *name, const char *but)
{
	struct shift s = { .out = out };
	size_t left = strlen(name), len;

	if (!text_valid(name, left))
		return -1;
	for (; left > 0; name += len, left -= len) {
		uint32_t c = text_next(name, left, &len);

		if (plain(c, but)) {
			shift_close(&s);
			buf_str(out, c == '&' ? "&-" : (char[]){ (char)c, 0 });
		} else if (c < 0x10000) {
			shift_unit(&s, c);
		} else {
			shift_unit(&s, 0xd800 + ((c - 0x10000) >> 10));
			shift_unit(&s, 0xdc00 + ((c - 0x10000) & 0x3ff));
		}
	}
	shift_close(&s);
	return 0;
}

int
mutf7_encode(struct buf *out, const char *name)
{
	return mutf7_encode_but(out, name, "");
}

/* One UTF-16 unit more; high is the first half of a pair.  -1: broken. */
static int
take_unit(struct buf *out, uint32_t unit, uint32_t *high)
{
	if (unit >= 0xd800 && unit < 0xdc00) {
		if (*high != 0)
			return -1;
		*high = unit;
		return 0;
	}
	if (unit >= 0xdc00 && unit < 0xe000) {
		if (*high == 0)
			return -1;
		text_put_to(out,
		    0x10000 + ((*high - 0xd800) << 10) + (unit - 0xdc00));
		*high = 0;
		return 0;
	}
	if (*high != 0 || unit == 0)
		return -1;
	text_put_to(out, unit);
	return 0;
}

/* What stands between '&' and '-'; the place after the '-', or NULL. */
static const char *
decode_shifted(struct buf *out, const char *p)
{
	uint32_t bits = 0, high = 0;
	int n = 0;

	for (; *p != '-'; p++) {
		const char *at = *p != '\0' ? strchr(alphabet, *p) : NULL;

		if (at == NULL)
			return NULL;
		bits = bits << 6 | (uint32_t)(at - alphabet);
		n += 6;
		if (n < 16)
			continue;
		n -= 16;
		if (take_unit(out, bits >> n & 0xffff, &high) < 0)
			return NULL;
		bits &= (1u << n) - 1;
	}
	return high == 0 && n < 6 && bits == 0 ? p + 1 : NULL;
}

/* Decode without asking whether it is the one way to write it. */
static int
decode_loosely(struct buf *out, const char *wire, const char *but)
{
	while (*wire != '\0') {
		if (!plain((unsigned char)*wire, but))
			return -1;
		if (*wire != '&') {
			buf_chr(out, *wire++);
		} else if (wire[1] == '-') {
			buf_chr(out, '&');
			wire += 2;
		} else {
			wire = decode_shifted(out, wire + 1);
			if (wire == NULL)
				return -1;
		}
	}
	return 0;
}

int
mutf7_decode_but(struct buf *out, const char *wire, const char *but)
{
	struct buf name = { 0 }, again = { 0 };
	int rc = -1;

	if (decode_loosely(&name, wire, but) == 0 &&
	    mutf7_encode_but(&again, buf_text(&name), but) == 0 &&
	    strcmp(buf_text(&again), wire) == 0) {
		buf_str(out, buf_text(&name));
		rc = 0;
	}
	buf_free(&name);
	buf_free(&again);
	return rc;
}

int
mutf7_decode(struct buf *out, const char *wire)
{
	return mutf7_decode_but(out, wire, "");
}

/* ---- names that are not modified UTF-7 ---- */

/* U+FFFD begins a name whose wire form is kept, for no rule makes it. */
static const char mark[] = "\xef\xbf\xbd";

const char *
mutf7_plain(const char *name)
{
	size_t len = strlen(mark);

	return strncmp(name, mark, len) == 0 ? name + len : name;
}

/* As it stands, but as text: what is none, and "%", as "%" and two digits. */
static void
put_marked(struct buf *out, const char *wire)
{
	size_t left = strlen(wire), len;

	buf_str(out, mark);
	for (; left > 0; wire += len, left -= len) {
		uint32_t c = text_next(wire, left, &len);

		if (text_valid(wire, len) && c >= 0x20 && c != 0x7f &&
		    c != '%') {
			buf_add(out, wire, len);
			continue;
		}
		for (size_t i = 0; i < len; i++)
			buf_fmt(out, "%%%02X", (unsigned char)wire[i]);
	}
}

/* May it stand as it is: no mark, and nothing that must not be sent? */
static bool
is_clean(const char *name)
{
	if (mutf7_plain(name) != name)
		return false;
	for (; *name != '\0'; name++)
		if ((unsigned char)*name < 0x20 || *name == 0x7f)
			return false;
	return true;
}

static int
digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'A' && c <= 'F' ? c - 55
				      : -1;
}

static void
put_unmarked(struct buf *out, const char *name)
{
	for (; *name != '\0'; name++) {
		int high = *name == '%' ? digit(name[1]) : -1;
		int low = high >= 0 ? digit(name[2]) : -1;

		buf_chr(out, low >= 0 ? (char)(high * 16 + low) : *name);
		name += low >= 0 ? 2 : 0;
	}
}

void
mutf7_name(struct buf *out, const char *wire)
{
	size_t was = out->len;

	if (mutf7_decode(out, wire) == 0 && is_clean(buf_text(out) + was))
		return;
	buf_cut(out, was);
	put_marked(out, wire);
}

int
mutf7_wire(struct buf *out, const char *name)
{
	const char *rest = mutf7_plain(name);

	if (rest == name)
		return mutf7_encode(out, name);
	put_unmarked(out, rest);
	return 0;
}
