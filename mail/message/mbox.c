#include "mail/message/mbox.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define AHEAD 65536 /* bytes behind a mail's end that must be seen */

/* ---- what begins a mail ---- */

/* Is one of the names of three letters here? */
static bool
is_name(const char *s, const char *names)
{
	for (; *names != '\0'; names += 3)
		if (memcmp(s, names, 3) == 0)
			return true;
	return false;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "10:20" */
static bool
is_clock(const char *s)
{
	return is_digit(s[1]) && s[2] == ':' && is_digit(s[3]) &&
	       is_digit(s[4]) && (is_digit(s[0]) || s[0] == ' ');
}

/*
 * "Mon Sep 21 10:20" as asctime(3) has it, "Mon, 21 Sep 2026 10:20" as mails
 * do, or "2026-09-21 10:20" as some programs write.
 */
static bool
is_instant(const char *s, size_t n)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	size_t day;

	if (n >= 16 && is_digit(s[0]) && s[4] == '-' && s[7] == '-' &&
	    is_digit(s[9]))
		return is_clock(s + 11);
	if (n < 16 || !is_name(s, days))
		return false;
	if (s[3] == ' ' && is_name(s + 4, months) && s[7] == ' ')
		return is_clock(s + 11);
	day = s[3] == ',' ? 5 : 4;
	if (!is_digit(s[day]))
		return false;
	day += is_digit(s[day + 1]) ? 3 : 2;
	return n >= day + 14 && is_name(s + day, months) &&
	       is_digit(s[day + 4]) && is_clock(s + day + 9);
}

/* Somewhere in it. */
static bool
has_instant(const char *s, const char *end)
{
	for (; s + 16 <= end; s++)
		if (is_instant(s, (size_t)(end - s)))
			return true;
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

/* One of RFC 5322 and MIME, or of those that servers and lists add. */
static bool
is_mail_field(const char *s, const char *end)
{
	static const char *const known[] = { "From", "To", "Cc", "Bcc",
		"Subject", "Date", "Message-ID", "Received", "Return-Path",
		"Reply-To", "Sender", "In-Reply-To", "References",
		"MIME-Version", "Delivered-To", "Envelope-To", "DKIM-Signature",
		"Authentication-Results" };
	static const char *const begin[] = { "Content-", "Resent-", "List-",
		"ARC-", "X-" };
	const char *colon = memchr(s, ':', (size_t)(end - s));
	size_t n;

	if (colon == NULL)
		return false;
	while (colon > s && (colon[-1] == ' ' || colon[-1] == '\t'))
		colon--;
	n = (size_t)(colon - s);
	for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
		if (strlen(known[k]) == n && strncasecmp(s, known[k], n) == 0)
			return true;
	for (size_t k = 0; k < sizeof(begin) / sizeof(begin[0]); k++) {
		size_t len = strlen(begin[k]);

		if (n > len && strncasecmp(s, begin[k], len) == 0 &&
		    memchr(s, ' ', n) == NULL)
			return true;
	}
	return false;
}

bool
mbox_is_mail(const char *s, const char *end)
{
	if (!mbox_field(s, end))
		return false;
	while (s < end && *s != '\n' && *s != '\r') {
		const char *eol = s;

		while (eol < end && *eol != '\n' && *eol != '\r')
			eol++;
		if (is_mail_field(s, eol))
			return true;
		/* Lines end in CR alone, and in several, too. */
		for (s = eol; s < end && *s == '\r';)
			s++;
		s += s < end && *s == '\n';
	}
	return false;
}

/* The N of " raw N" at the end of a separator; SIZE_MAX if there is none. */
static size_t
raw_length(const char *s, const char *eol)
{
	size_t n = 0;

	while (eol > s && is_digit(eol[-1]))
		eol--;
	if (eol - s < 5 || memcmp(eol - 5, " raw ", 5) != 0)
		return SIZE_MAX;
	for (; is_digit(*eol); eol++)
		n = n * 10 + (size_t)(*eol - '0');
	return n < MBOX_MAIL_MAX ? n : SIZE_MAX;
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
	       raw_length(s, eol) != SIZE_MAX ||
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

size_t
mbox_find(const char *bytes, size_t n)
{
	return (size_t)(find_separator(bytes, bytes + n) - bytes);
}

/* ---- one after the other ---- */

/* Where the text begins, and how long the head says it is; NULL if not. */
static const char *
said_length(const char *s, const char *end, size_t *length)
{
	static const char name[] = "content-length:";
	const char *eol;
	bool said = false;

	for (const char *p = s; p < end; p = eol + 1) {
		eol = memchr(p, '\n', (size_t)(end - p));
		if (eol == NULL)
			return NULL;
		if (eol == p || (eol == p + 1 && *p == '\r'))
			return said ? eol + 1 : NULL;
		if ((size_t)(eol - p) > sizeof(name) &&
		    strncasecmp(p, name, sizeof(name) - 1) == 0) {
			*length = strtoul(p + sizeof(name) - 1, NULL, 10);
			said = true;
		}
	}
	return NULL;
}

/*
 * Where the mail ends by its Content-Length, if a separator or nothing
 * follows there (mboxcl); else NULL.
 */
static const char *
end_by_length(const char *s, const char *end)
{
	size_t length;
	const char *body = said_length(s, end, &length);

	if (body == NULL || length > (size_t)(end - body))
		return NULL;
	body += length;
	s = body;
	while (s < end && (*s == '\n' || *s == '\r'))
		s++;
	/* Without an end of line before it, it is no separator. */
	if (s < end && s == body && s[-1] != '\n')
		return NULL;
	return s == end || is_separator(s, end) ? s : NULL;
}

/* Is the mail whose separator this is as long as it says? */
static bool
is_exact(const char *s, const char *end)
{
	const char *eol = memchr(s, '\n', (size_t)(end - s));

	return eol != NULL && end_by_length(eol + 1, end) != NULL;
}

/*
 * A length that passes over a separator may be a lie by which a mail hides
 * the next one.  It is believed where the mail before or after is as long as
 * it says: then whoever wrote the file counted.
 */
static const char *
end_of(struct mbox *m, const char *s, const char *end)
{
	const char *next = find_separator(s, end);
	const char *far = end_by_length(s, end);

	if (far != NULL && far > next && !m->exact && !is_exact(far, end))
		far = NULL;
	m->exact = far != NULL;
	return far != NULL ? far : next;
}

/* The bytes that the separator at s counts, if they end as they should. */
static bool
counted(const char *s, const char *end, struct mbox_mail *out,
    const char **next)
{
	const char *eol = memchr(s, '\n', (size_t)(end - s)), *p;
	size_t n = eol != NULL ? raw_length(s, eol) : SIZE_MAX;

	if (eol == NULL || n > (size_t)(end - eol - 1))
		return false;
	p = eol + 1 + n;
	for (int i = 0; i < 2 && p < end && *p == '\n'; i++)
		p++;
	if (p < end && !is_separator(p, end))
		return false;
	*out = (struct mbox_mail){ (size_t)(eol + 1 - s), n, MBOX_RAW };
	*next = p;
	return true;
}

/* The mail at s by its lines, or by the length that its head tells. */
static void
by_lines(struct mbox *m, const char *s, const char *end, struct mbox_mail *out,
    const char **next)
{
	const char *head = memchr(s, '\n', (size_t)(end - s)), *last;

	head = head != NULL ? head + 1 : end;
	*next = last = end_of(m, head, end);
	/* The blank line before the separator is not the mail's. */
	if (last > head && last[-1] == '\n')
		last--;
	if (last > head && last[-1] == '\r')
		last--;
	*out = (struct mbox_mail){ (size_t)(head - s), (size_t)(last - head),
		MBOX_LINES };
}

/* Does the mail, as it says, go on behind what is here? */
static bool
says_more(const char *s, const char *end)
{
	const char *eol = memchr(s, '\n', (size_t)(end - s)), *body;
	size_t raw, length;

	if (eol == NULL)
		return true;
	raw = raw_length(s, eol);
	if (raw != SIZE_MAX && raw + AHEAD > (size_t)(end - eol))
		return true;
	body = said_length(eol + 1, end, &length);
	return body != NULL && length < MBOX_MAIL_MAX &&
	       length + AHEAD > (size_t)(end - body);
}

enum mbox_found
mbox_next(struct mbox *m, const char *bytes, size_t n, bool whole, size_t *at,
    struct mbox_mail *out)
{
	const char *end = bytes + n, *s = bytes + *at, *next;
	bool exact = m->exact;

	if (s >= end)
		return whole ? MBOX_END : MBOX_MORE;
	if (!counted(s, end, out, &next))
		by_lines(m, s, end, out, &next);
	/* What ends too near the edge may look otherwise with more behind. */
	if (!whole && (end - next < AHEAD || says_more(s, end))) {
		m->exact = exact;
		return MBOX_MORE;
	}
	out->from += *at;
	*at = (size_t)(next - bytes);
	return MBOX_MAIL;
}

/* ---- lines in, lines out ---- */

/* How many ">" stand before a "From " that begins a line; -1 if none does. */
static int
quotes(const char *s, size_t n)
{
	size_t q = 0;

	while (q < n && s[q] == '>')
		q++;
	return n - q >= 5 && memcmp(s + q, "From ", 5) == 0 ? (int)q : -1;
}

void
mbox_unquote(struct buf *out, const char *bytes, size_t n, enum mbox_form form)
{
	const char *s = bytes, *end = bytes + n;
	const char *first = memchr(s, '\n', n);
	/* Where the first line ends as on the wire, all are as they should. */
	bool keep = form == MBOX_RAW ||
		    (first != NULL && first > s && first[-1] == '\r');

	while (s < end) {
		const char *eol = memchr(s, '\n', (size_t)(end - s));
		size_t len = (size_t)((eol != NULL ? eol : end) - s);

		if (form != MBOX_ALONE && quotes(s, len) > 0) {
			s++;
			len--;
		}
		buf_add(out, s, len);
		if (eol != NULL && !keep && (len == 0 || s[len - 1] != '\r'))
			buf_chr(out, '\r');
		if (eol != NULL)
			buf_chr(out, '\n');
		s += len + (eol != NULL);
	}
}

/* Will it come back as it was, if its lines end in LF alone? */
static bool
is_plain(const char *s, size_t n)
{
	const char *end = s + n;

	if (n < 2 || s[n - 1] != '\n' || !mbox_field(s, end))
		return false;
	while (s < end) {
		const char *eol = memchr(s, '\n', (size_t)(end - s));

		if (eol == NULL || eol == s || eol[-1] != '\r' ||
		    (eol - s > 1 && eol[-2] == '\r'))
			return false;
		s = eol + 1;
	}
	return true;
}

/* The lines, quoted as mboxrd has it, each without so many bytes at its end. */
static void
quote(struct buf *out, const char *s, size_t n, size_t less)
{
	const char *end = s + n;

	while (s < end) {
		const char *eol = memchr(s, '\n', (size_t)(end - s));
		size_t len = (size_t)((eol != NULL ? eol : end) - s);

		if (quotes(s, len) >= 0)
			buf_chr(out, '>');
		buf_add(out, s, len - less);
		if (eol != NULL)
			buf_chr(out, '\n');
		s += len + (eol != NULL);
	}
}

/* What a stranger put there must not look like more of a separator. */
static const char *
sender_of(const char *from)
{
	for (const char *p = from; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f)
			return "MAILER-DAEMON";
	return *from != '\0' ? from : "MAILER-DAEMON";
}

void
mbox_put(struct buf *out, const char *from, int64_t at, const struct buf *raw)
{
	const char *s = buf_text(raw);
	bool plain = is_plain(s, raw->len);
	struct buf lines = { 0 };
	time_t t = (time_t)at;
	struct tm tm;
	char when[64];

	gmtime_r(&t, &tm);
	strftime(when, sizeof(when), "%a %b %e %H:%M:%S %Y", &tm);
	quote(&lines, s, raw->len, plain ? 1 : 0);
	buf_fmt(out, "From %s %s", sender_of(from), when);
	if (!plain)
		buf_fmt(out, " raw %zu", lines.len);
	buf_chr(out, '\n');
	buf_add(out, buf_text(&lines), lines.len);
	if (lines.len == 0 || lines.data[lines.len - 1] != '\n')
		buf_chr(out, '\n');
	buf_chr(out, '\n');
	buf_free(&lines);
}
