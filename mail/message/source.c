/*
 * source.c -- what other programs do to a mail on its way into a file.
 */
#include "mail/message/source.h"

#include <string.h>

#include "base/charset.h"

static struct bytes
from_utf16(struct arena *a, struct bytes b)
{
	unsigned char one = (unsigned char)b.s[0];
	unsigned char two = (unsigned char)b.s[1];
	struct buf out = { 0 };
	const char *name = NULL;

	if (one == 0xff && two == 0xfe)
		name = "utf-16le";
	else if (one == 0xfe && two == 0xff)
		name = "utf-16be";
	if (name && charset_exact(&out, name, b.s + 2, b.n - 2) == 0)
		b = (struct bytes){ arena_strn(a, out.data, out.len), out.len };
	buf_free(&out);
	return b;
}

/* Classic Mac OS: CR ends a line and there is no LF at all. */
static struct bytes
from_mac(struct arena *a, struct bytes b)
{
	char *s;

	if (memchr(b.s, '\n', b.n) || !memchr(b.s, '\r', b.n))
		return b;
	s = arena_strn(a, b.s, b.n);
	for (size_t i = 0; i < b.n; i++)
		if (s[i] == '\r')
			s[i] = '\n';
	return (struct bytes){ s, b.n };
}

struct bytes
source_prepare(struct arena *a, const void *raw, size_t n)
{
	struct bytes b = { raw, n };
	struct bytes rest;
	struct bytes line;

	if (b.n >= 3 && memcmp(b.s, "\xef\xbb\xbf", 3) == 0)
		b = bytes_cut(b, 3, b.n);
	if (b.n >= 2)
		b = from_utf16(a, b);
	if (b.n > 0)
		b = from_mac(a, b);
	for (;;) {
		rest = b;
		if (!bytes_line(&rest, &line) || bytes_trim(line).n > 0)
			break;
		b = rest;
	}
	rest = b;
	if (bytes_line(&rest, &line) &&
	    (bytes_begin(line, "from ") || bytes_begin(line, ">from ")) &&
	    !memchr(line.s, ':', 6))
		b = rest;
	return b;
}
