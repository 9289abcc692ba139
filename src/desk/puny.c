#include "desk/puny.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

/* RFC 3492 6.1. */
static uint32_t
adapt(uint32_t delta, uint32_t points, bool first)
{
	uint32_t k = 0;

	delta = first ? delta / 700 : delta / 2;
	delta += delta / points;
	while (delta > 455) {
		delta /= 35;
		k += 36;
	}
	return k + 36 * delta / (delta + 38);
}

/* One variable-length integer; -1 if it is none (RFC 3492 6.2). */
static int
take_delta(const char **s, const char *end, uint32_t bias, uint32_t *i)
{
	uint32_t weight = 1;

	for (uint32_t k = 36;; k += 36) {
		uint32_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
		int c = *s < end ? tolower((unsigned char)*(*s)++) : 0;
		uint32_t digit;

		if (islower(c))
			digit = (uint32_t)(c - 'a');
		else if (isdigit(c))
			digit = (uint32_t)(c - '0') + 26;
		else
			return -1;
		if (weight > 0x10ffff || digit > (0x7fffffff - *i) / weight)
			return -1;
		*i += digit * weight;
		if (digit < t)
			return 0;
		weight *= 36 - t;
	}
}

#define LABEL_MAX 63

/* The code points of "xn--..." without its xn--; how many, 0 if broken. */
static size_t
punycode(const char *s, size_t len, uint32_t out[LABEL_MAX])
{
	const char *end = s + len;
	const char *dash = NULL;
	uint32_t c = 128;
	uint32_t bias = 72;
	uint32_t i = 0;
	size_t n = 0;

	for (const char *p = s; p < end; p++) {
		if (*p == '-')
			dash = p;
	}
	if (len > LABEL_MAX)
		return 0;
	for (; dash != NULL && s < dash; s++)
		out[n++] = (unsigned char)*s;
	s += dash != NULL;
	while (s < end && n < LABEL_MAX) {
		uint32_t was = i;

		if (take_delta(&s, end, bias, &i) < 0)
			return 0;
		bias = adapt(i - was, (uint32_t)n + 1, was == 0);
		c += i / ((uint32_t)n + 1);
		i %= (uint32_t)n + 1;
		if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
			return 0;
		memmove(&out[i + 1], &out[i], (n - i) * sizeof(*out));
		out[i++] = c;
		n++;
	}
	return n;
}

static void
add_label(struct buf *out, const char *s, size_t n)
{
	uint32_t points[LABEL_MAX];
	size_t count = 0;

	if (n > 4 && strncasecmp(s, "xn--", 4) == 0)
		count = punycode(s + 4, n - 4, points);
	if (count == 0)
		buf_add(out, s, n);
	for (size_t i = 0; i < count; i++) {
		text_put_to(out, points[i]);
	}
}

void
puny_decode(struct buf *out, const char *addr)
{
	const char *at = strrchr(addr, '@');
	const char *s = at != NULL ? at + 1 : addr;

	buf_add(out, addr, (size_t)(s - addr));
	while (*s != '\0') {
		size_t n = strcspn(s, ".");

		add_label(out, s, n);
		s += n;
		if (*s == '.')
			buf_chr(out, *s++);
	}
}

/* ---- to ASCII ---- */

static char
digit_of(uint32_t d)
{
	return (char)(d < 26 ? 'a' + d : '0' + d - 26);
}

/* RFC 3492 6.3: one delta as a variable-length integer. */
static void
put_delta(struct buf *out, uint32_t delta, uint32_t bias)
{
	for (uint32_t k = 36;; k += 36) {
		uint32_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;

		if (delta < t)
			break;
		buf_chr(out, digit_of(t + (delta - t) % (36 - t)));
		delta = (delta - t) / (36 - t);
	}
	buf_chr(out, digit_of(delta));
}

/* The least code point of at least from. */
static uint32_t
next_point(const uint32_t *v, size_t n, uint32_t from)
{
	uint32_t least = UINT32_MAX;

	for (size_t i = 0; i < n; i++)
		if (v[i] >= from && v[i] < least)
			least = v[i];
	return least;
}

/* RFC 3492 6.3; n is small, so nothing can overflow. */
static void
put_label(struct buf *out, const uint32_t *v, size_t n)
{
	uint32_t point = 128, delta = 0, bias = 72;
	size_t basic = 0, done;

	buf_str(out, "xn--");
	for (size_t i = 0; i < n; i++)
		if (v[i] < 128) {
			buf_chr(out, (char)v[i]);
			basic++;
		}
	if (basic > 0)
		buf_chr(out, '-');
	for (done = basic; done < n; delta++, point++) {
		uint32_t next = next_point(v, n, point);

		delta += (next - point) * (uint32_t)(done + 1);
		point = next;
		for (size_t i = 0; i < n; i++) {
			if (v[i] < point)
				delta++;
			if (v[i] != point)
				continue;
			put_delta(out, delta, bias);
			bias = adapt(delta, (uint32_t)done + 1, done == basic);
			delta = 0;
			done++;
		}
	}
}

/* Blanks, controls and what only looks like a dot are in no name. */
static bool
point_fit(uint32_t c)
{
	if (c < 128)
		return isalnum((int)c) || c == '-' || c == '_';
	return c > 0xa0 && c != 0xad && c != 0xfffd && c != 0x3000 &&
	       !(c >= 0x2000 && c <= 0x206f) && !(c >= 0xff00 && c <= 0xff0f) &&
	       !(c >= 0xe000 && c <= 0xf8ff);
}

static int
encode_label(struct buf *out, const char *s, size_t n)
{
	uint32_t v[LABEL_MAX];
	size_t count = 0, from = out->len;
	bool ascii = true;

	for (size_t i = 0; i < n;) {
		size_t len;
		uint32_t c = text_next(s + i, n - i, &len);

		if (count == LABEL_MAX || !point_fit(c))
			return -1;
		ascii = ascii && c < 128;
		v[count++] = c;
		i += len;
	}
	if (count == 0)
		return -1;
	if (ascii)
		buf_add(out, s, n);
	else
		put_label(out, v, count);
	return out->len - from <= LABEL_MAX ? 0 : -1;
}

int
puny_encode(struct buf *out, const char *addr)
{
	const char *at = strrchr(addr, '@');
	const char *s = at != NULL ? at + 1 : addr;
	struct buf lower = { 0 };
	size_t from = out->len;
	int rc = 0;

	buf_add(out, addr, (size_t)(s - addr));
	for (const char *p = s; *p != '\0' && rc == 0; p++)
		rc = (unsigned char)*p >= 0x80 ? 1 : 0;
	if (rc == 0) { /* as it is; an address literal, too */
		buf_str(out, s);
		return 0;
	}
	text_lower(&lower, s, strlen(s));
	s = buf_text(&lower);
	for (rc = 0; rc == 0;) {
		/* The ideographic full stop is a dot, too (RFC 3490, 3.1). */
		const char *wide = strstr(s, "\xe3\x80\x82");
		size_t n = strcspn(s, ".");

		if (wide != NULL && (size_t)(wide - s) < n)
			n = (size_t)(wide - s);
		rc = encode_label(out, s, n);
		s += n;
		if (*s == '\0')
			break;
		s += *s == '.' ? 1 : 3;
		buf_chr(out, '.');
	}
	buf_free(&lower);
	if (rc < 0)
		buf_cut(out, from);
	return rc;
}
