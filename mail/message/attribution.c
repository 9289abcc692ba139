/*
 * attribution.c -- the line above a quote, in any language and order.
 *
 * Judged by what it has: an end (a colon, or dashes after the verb), a verb
 * of writing, a date or an address, and a beginning that fits.  No sentence
 * of a customer has all of them by chance.
 */
#include "mail/message/attribution.h"

#include <string.h>

#include "mail/message/letterhead.h"

#define LINES_MOST 6
#define BYTES_MOST 500

bool
attribution_ends(struct bytes line)
{
	line = bytes_trim(line);
	while (line.n > 0 &&
	       (line.s[line.n - 1] == '*' || line.s[line.n - 1] == '_'))
		line.n--;
	if (line.n == 0)
		return false;
	if (line.s[line.n - 1] == ':')
		return true;
	if (line.s[line.n - 1] == '-') /* "wrote ----" */
		return line.n > 16 && line.s[0] == '-';
	if (line.n >= 3 && memcmp(line.s + line.n - 3, "\xef\xbc\x9a", 3) == 0)
		return true;
	if (memchr(line.s, '@', line.n) && memchr(line.s, '>', line.n))
		return true; /* the colon may be missing */
	/* The old form of Gmail: a date, a name, an address. */
	return is_digit(line.s[0]) && line.n > 10;
}

static int
count_digits(struct bytes b)
{
	int n = 0;

	for (size_t i = 0; i < b.n; i++)
		n += is_digit(b.s[i]);
	return n;
}

/* "2016-03-03 17:21 GMT+01:00 Some One", "2012/3/3 Name <a@b>". */
static bool
is_gmail_date(struct bytes b)
{
	size_t i = 0;

	while (i < b.n && is_digit(b.s[i]))
		i++;
	if (i != 4 || i + 6 > b.n ||
	    (b.s[i] != '-' && b.s[i] != '/' &&
		memcmp(b.s + i, "\xe5\xb9\xb4", 3) != 0))
		return false;
	return bytes_find(b, "gmt") != (size_t)-1 ||
	       (memchr(b.s, '<', b.n) && memchr(b.s, '@', b.n));
}

static bool
ends_in_colon(struct bytes b)
{
	while (b.n > 0 && strchr("*_ ", b.s[b.n - 1]))
		b.n--;
	return b.n > 0 &&
	       (b.s[b.n - 1] == ':' ||
		   (b.n >= 3 && memcmp(b.s + b.n - 3, "\xef\xbc\x9a", 3) == 0));
}

/* A time of day: "7:07", "16.40". */
static bool
has_clock(struct bytes b)
{
	for (size_t i = 1; i + 2 < b.n; i++)
		if ((b.s[i] == ':' || b.s[i] == '.' || b.s[i] == 'h') &&
		    is_digit(b.s[i - 1]) && is_digit(b.s[i + 1]) &&
		    is_digit(b.s[i + 2]))
			return true;
	return false;
}

/* Does the verb end the sentence, but for a mark or two? */
static bool
verb_is_last(struct bytes folded)
{
	return phrase_wrote(
	    bytes_cut(folded, folded.n > 18 ? folded.n - 18 : 0, folded.n));
}

/* Has the whole what makes an attribution? */
static bool
is_whole(struct folding *f, struct bytes b, bool quoted)
{
	struct bytes folded;
	bool address = memchr(b.s, '@', b.n) != NULL;
	bool colon;
	bool begins;
	int digits = count_digits(b);

	b = bytes_trim(b);
	if (is_gmail_date(b))
		return b.s[b.n - 1] == ':' || quoted ||
		       bytes_find(b, "gmt") != (size_t)-1;
	if (!attribution_ends(b))
		return false;
	colon = ends_in_colon(b);
	folded = phrase_fold(f, b);
	begins = phrase_begins_date(folded);
	if (!phrase_wrote(folded)) {
		/* An address in brackets and a date need no verb. */
		return colon && digits >= 4 && address &&
		       memchr(b.s, '<', b.n) && (begins || is_digit(b.s[0]));
	}
	if (!colon)
		return digits >= 4 &&
		       (b.s[0] == '-' ||
			   (address && begins && verb_is_last(folded)));
	if (quoted)
		return digits >= 3 || begins || address || b.n < 80;
	/* Nothing but the line itself says that a quote follows. */
	if (address && memchr(b.s, '<', b.n))
		return true;
	return digits >= 3 &&
	       (has_clock(b) || (begins && verb_is_last(folded)));
}

/* What follows bears quote marks, empty lines passed over. */
static bool
quote_follows(struct bytes rest)
{
	struct bytes line;

	for (int i = 0; i < 3 && bytes_line(&rest, &line); i++) {
		line = bytes_trim(line);
		if (line.n > 0)
			return line.s[0] == '>' || line.s[0] == '|';
	}
	return false;
}

/* Does the line look like the beginning of one? */
static bool
is_start(struct folding *f, struct bytes line)
{
	line = bytes_trim(line);
	if (line.n == 0)
		return false;
	if (is_digit(line.s[0]) || line.s[0] == '-')
		return true;
	if (memchr(line.s, '<', line.n) || memchr(line.s, '@', line.n))
		return true;
	if (phrase_begins_date(phrase_fold(f, bytes_cut(line, 0, 40))))
		return true;
	return attribution_ends(line);
}

bool
attribution_read(struct folding *f, struct bytes text, size_t at, size_t *until)
{
	struct bytes rest = bytes_cut(text, at, text.n);
	struct bytes line;
	struct buf joined = { 0 };
	bool found = false;
	bool gap = false;

	for (int i = 0; i < LINES_MOST && bytes_line(&rest, &line); i++) {
		struct bytes in =
		    i > 0 ? letterhead_unquote(line) : bytes_trim(line);
		struct bytes whole;

		if (i == 0 && !is_start(f, in))
			break;
		if (in.n == 0) {
			/* HTML in between is split by empty lines. */
			if (joined.len == 0 || gap)
				break;
			gap = true;
			continue;
		}
		/* A new sentence after a gap is no continuation. */
		if (gap && in.s[0] != '<' && in.s[0] != '>' &&
		    !bytes_begin(in, "mailto:") && line.s[0] != '>')
			break;
		if (joined.len > 0)
			buf_chr(&joined, ' ');
		buf_add(&joined, in.s, in.n);
		if (joined.len > BYTES_MOST)
			break;
		whole = (struct bytes){ joined.data, joined.len };
		if (is_whole(f, whole, quote_follows(rest))) {
			*until = text.n - rest.n;
			found = true;
			break;
		}
		/* A sentence that ended did not begin an attribution. */
		if (in.s[in.n - 1] == ':' || in.s[in.n - 1] == '?' ||
		    in.s[in.n - 1] == '!')
			break;
	}
	buf_free(&joined);
	return found;
}
