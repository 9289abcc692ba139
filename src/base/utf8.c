/*
 * utf8.c -- UTF-8 taken apart and repaired; the first part of text.h.
 */
#include "base/text.h"

#include <string.h>

#define ONES ((uint64_t)0x0101010101010101)
#define HIGH (ONES * 0x80)

/* How many bytes at s are ASCII without NUL; eight at a time. */
static size_t
ascii_run(const char *s, size_t n)
{
	size_t i = 0;
	uint64_t x;

	for (; i + 8 <= n; i += 8) {
		memcpy(&x, s + i, 8);
		/* A zero byte borrows into its high bit. */
		if (((x | (x - ONES)) & HIGH) != 0)
			break;
	}
	while (i < n && s[i] > 0)
		i++;
	return i;
}

/* What a lead byte allows for the second one (RFC 3629 4). */
static int
lead(unsigned char c, unsigned char *low, unsigned char *high)
{
	*low = 0x80;
	*high = 0xbf;
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if (c >= 0xe0 && c <= 0xef) {
		if (c == 0xe0)
			*low = 0xa0;
		if (c == 0xed)
			*high = 0x9f;
		return 3;
	}
	if (c >= 0xf0 && c <= 0xf4) {
		if (c == 0xf0)
			*low = 0x90;
		if (c == 0xf4)
			*high = 0x8f;
		return 4;
	}
	return 0;
}

/* text_next, and whether what was there was valid. */
static bool
decode(const char *s, size_t n, uint32_t *c, size_t *len)
{
	const unsigned char *u = (const unsigned char *)s;
	unsigned char low, high;
	int want;

	*len = 1;
	*c = u[0];
	if (u[0] < 0x80)
		return true;
	want = lead(u[0], &low, &high);
	if (want > 0)
		*c = u[0] & (0x7fu >> want);
	for (int i = 1; i < want; i++) {
		if ((size_t)i >= n || u[i] < low || u[i] > high) {
			want = 0;
			break;
		}
		*c = *c << 6 | (u[i] & 0x3fu);
		*len = (size_t)i + 1;
		low = 0x80;
		high = 0xbf;
	}
	if (want > 0)
		return true;
	*c = 0xfffd;
	return false;
}

uint32_t
text_next(const char *s, size_t n, size_t *len)
{
	uint32_t c;

	decode(s, n, &c, len);
	return c;
}

bool
text_valid(const char *s, size_t n)
{
	uint32_t c;
	size_t len;

	for (size_t i = 0; i < n;) {
		i += ascii_run(s + i, n - i);
		if (i == n)
			break;
		if (s[i] == '\0' || !decode(s + i, n - i, &c, &len))
			return false;
		i += len;
	}
	return true;
}

void
text_repair(struct buf *out, const char *s, size_t n)
{
	size_t from = 0, len;
	uint32_t c;

	for (size_t i = 0; i < n;) {
		i += ascii_run(s + i, n - i);
		if (i == n)
			break;
		if (s[i] != '\0' && decode(s + i, n - i, &c, &len)) {
			i += len;
			continue;
		}
		buf_add(out, s + from, i - from);
		/* A NUL would end the text early for everybody after us. */
		if (s[i] == '\0')
			len = 1;
		else
			buf_str(out, "\xef\xbf\xbd");
		i += len;
		from = i;
	}
	buf_add(out, s + from, n - from);
}

size_t
text_put(char to[4], uint32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = 0xfffd;
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 0x3f));
		to[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 0x3f));
	to[2] = (char)(0x80 | (c >> 6 & 0x3f));
	to[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

void
text_put_to(struct buf *out, uint32_t c)
{
	char bytes[4];

	buf_add(out, bytes, text_put(bytes, c));
}
