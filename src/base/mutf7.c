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
