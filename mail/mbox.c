/*
 * mbox.c -- mails out of one long file (RFC 4155, mboxrd, mboxo).
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "mail/past_inside.h"

/* "Mon Sep 21 10:20" somewhere in it, as asctime(3) has it. */
static bool
has_instant(const char *s, const char *end)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (; s + 16 <= end; s++) {
		bool day = false, month = false;

		if (s[3] != ' ' || s[7] != ' ')
			continue;
		for (size_t i = 0; i + 2 < sizeof(days); i += 3)
			day = day || memcmp(s, days + i, 3) == 0;
		for (size_t i = 0; i + 2 < sizeof(months); i += 3)
			month = month || memcmp(s + 4, months + i, 3) == 0;
		if (day && month && s[13] == ':' && s[12] >= '0' &&
		    s[12] <= '9' && s[14] >= '0' && s[14] <= '9')
			return true;
	}
	return false;
}

/* Does a header field begin here (RFC 5322, 2.2)? */
bool
mbox_field(const char *s, const char *end)
{
	const char *p = s;

	while (p<end && * p> ' ' && *p < 127 && *p != ':')
		p++;
	return p > s && p < end && *p == ':';
}

/*
 * A separator is "From ", a sender, and an instant, and a header follows.  A
 * line of text that begins with "From " has not all three, even unquoted.
 */
static bool
is_separator(const char *s, const char *end)
{
	const char *eol = memchr(s, '\n', (size_t)(end - s)), *next;

	if (eol == NULL)
		eol = end;
	if (eol - s < 6 || memcmp(s, "From ", 5) != 0 ||
	    !has_instant(s + 5, eol))
		return false;
	next = eol + 1;
	return next >= end || mbox_field(next, end) ||
	       (end - next > 6 && memcmp(next, ">From ", 6) == 0);
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

/*
 * Where the mail ends by its Content-Length, if a separator or nothing
 * follows there (mboxcl); else NULL.
 */
static const char *
end_by_length(const char *s, const char *end)
{
	static const char name[] = "content-length:";
	const char *eol, *body = NULL;
	size_t length = SIZE_MAX;

	for (const char *p = s; p < end && body == NULL; p = eol + 1) {
		eol = memchr(p, '\n', (size_t)(end - p));
		if (eol == NULL)
			return NULL;
		if (eol == p || (eol == p + 1 && *p == '\r'))
			body = eol + 1;
		else if ((size_t)(eol - p) > sizeof(name) &&
			 strncasecmp(p, name, sizeof(name) - 1) == 0)
			length = strtoul(p + sizeof(name) - 1, NULL, 10);
	}
	if (body == NULL || length > (size_t)(end - body))
		return NULL;
	body += length;
	s = body;
	while (s < end && (*s == '\n' || *s == '\r'))
		s++;
	/* Without an end of line before it, it is no separator. */
	if (s < end && (s == body ? s[-1] != '\n' : !is_separator(s, end)))
		return NULL;
	return s == end || is_separator(s, end) ? s : NULL;
}

bool
mbox_next(const char *bytes, size_t n, size_t *at, size_t *from, size_t *len)
{
	const char *end = bytes + n, *s = bytes + *at, *next;

	if (s >= end)
		return false;
	s = memchr(s, '\n', (size_t)(end - s));
	s = s != NULL ? s + 1 : end;
	next = end_by_length(s, end);
	if (next == NULL)
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
	const char *first = memchr(s, '\n', n);
	/* Where the first line ends as on the wire, all are as they should. */
	bool wire = first != NULL && first > s && first[-1] == '\r';

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
		if (eol != NULL && !wire && (len == 0 || s[len - 1] != '\r'))
			buf_chr(out, '\r');
		if (eol != NULL)
			buf_chr(out, '\n');
		s += len + (eol != NULL);
	}
}
