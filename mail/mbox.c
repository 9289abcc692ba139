/*
 * mbox.c -- mails out of one long file (RFC 4155, mboxrd, mboxo).
 */
#include <string.h>

#include "base/buf.h"
#include "mail/past_inside.h"

/*
 * A separator is "From ", a sender, and somewhere a time.  A line of text
 * that begins with "From " has none as a rule, even unquoted.
 */
static bool
is_separator(const char *s, const char *end)
{
	const char *eol = memchr(s, '\n', (size_t)(end - s));

	if (eol == NULL)
		eol = end;
	if (eol - s < 6 || memcmp(s, "From ", 5) != 0)
		return false;
	for (const char *p = s + 5; p + 4 < eol; p++) {
		if (p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9' &&
		    p[2] == ':' && p[3] >= '0' && p[3] <= '9')
			return true;
	}
	return false;
}

bool
mbox_looks(const char *bytes, size_t n)
{
	return n > 5 && is_separator(bytes, bytes + n);
}

/* The next separator at or after s that follows an empty line. */
static const char *
find_separator(const char *s, const char *end)
{
	while (s < end) {
		const char *eol = memchr(s, '\n', (size_t)(end - s));
		bool empty;

		if (eol == NULL)
			return end;
		empty = eol == s || (eol == s + 1 && *s == '\r');
		s = eol + 1;
		if (empty && s < end && is_separator(s, end))
			return s;
	}
	return end;
}

bool
mbox_next(const char *bytes, size_t n, size_t *at, size_t *from, size_t *len)
{
	const char *end = bytes + n, *s = bytes + *at, *next;

	if (s >= end)
		return false;
	s = memchr(s, '\n', (size_t)(end - s));
	s = s != NULL ? s + 1 : end;
	next = find_separator(s, end);
	*at = (size_t)(next - bytes);
	*from = (size_t)(s - bytes);
	/* The blank line before the separator is not the mail's. */
	if (next > s && next[-1] == '\n')
		next--;
	if (next > s && next[-1] == '\r')
		next--;
	*len = (size_t)(next - s);
	return true;
}

void
mbox_unquote(struct buf *out, const char *bytes, size_t n, bool mbox)
{
	const char *s = bytes, *end = bytes + n;

	while (s < end) {
		const char *eol = memchr(s, '\n', (size_t)(end - s)), *p = s;
		size_t len = (size_t)((eol != NULL ? eol : end) - s);

		while (p < s + len && *p == '>')
			p++;
		if (mbox && p > s && s + len - p >= 5 &&
		    memcmp(p, "From ", 5) == 0) {
			s++;
			len--;
		}
		buf_add(out, s, len);
		if (eol != NULL && (len == 0 || s[len - 1] != '\r'))
			buf_chr(out, '\r');
		if (eol != NULL)
			buf_chr(out, '\n');
		s += len + (eol != NULL);
	}
}
