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
