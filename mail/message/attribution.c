/*
 * attribution.c -- the line above a quote, in any language and order.
 *
 * Judged by what it has: an end (a colon, or dashes after the verb), a verb
 * of writing, a date, a time of day, an address, and a beginning that fits.
 * The verb is known in the languages of the table; a date, a time and an
 * address together need none, so that every language is read.  No sentence
 * of a customer has all of them by chance.
 */
#include "mail/message/attribution.h"

#include <string.h>

#include "mail/message/letterhead.h"

#define LINES_MOST 6
#define BYTES_MOST 500
#define SHORT_MOST 200 /* bytes of one without a verb */

/* The full-width colon. */
static bool
ends_wide(struct bytes b)
{
	return b.n >= 3 && memcmp(b.s + b.n - 3, "\xef\xbc\x9a", 3) == 0;
}

bool
attribution_ends(struct bytes line)
{
	line = bytes_bare(line);
	while (line.n > 0 &&
	       (line.s[line.n - 1] == '*' || line.s[line.n - 1] == '_'))
		line.n--;
	if (line.n == 0)
		return false;
	if (line.s[line.n - 1] == ':')
		return true;
	if (line.s[line.n - 1] == '-') /* "wrote ----" */
		return line.n > 16 &&
		       (line.s[0] == '-' || memchr(line.s, '@', line.n));
	if (ends_wide(line))
		return true;
	if (memchr(line.s, '@', line.n) && memchr(line.s, '>', line.n))
		return true; /* the colon may be missing */
	/* The old form of Gmail: a date, a name, an address. */
	return is_digit(line.s[0]) && line.n > 10;
}

/* What an attribution has, found in one walk over it. */
struct traits {
	int digits;   /* those of addresses apart */
	int day;      /* those of times and zones apart, too */
	bool clock;   /* a time of day: "7:07", "16.40", "10h30" */
	bool address; /* an @ in a word */
	bool angled;  /* "<" before an address */
	bool colon;   /* it ends in one */
	bool bare;    /* an address stands right before that colon */
};

static bool
ends_in_colon(struct bytes b)
{
	while (b.n > 0 && strchr("*_ ", b.s[b.n - 1]))
		b.n--;
	return (b.n > 0 && b.s[b.n - 1] == ':') || ends_wide(b);
}

/* Not a day or the number of a host: no third group of digits. */
static bool
clock_at(struct bytes b, size_t i)
{
	size_t from = i;

	if (i == 0 || i + 2 >= b.n || !strchr(":.h", b.s[i]) ||
	    !is_digit(b.s[i + 1]) || !is_digit(b.s[i + 2]))
		return false;
	while (from > 0 && i - from < 3 && is_digit(b.s[from - 1]))
		from--;
	if (from == i || i - from > 2 || (from > 0 && b.s[from - 1] == '.'))
		return false;
	return i + 3 == b.n ||
	       (!is_digit(b.s[i + 3]) && (b.s[i] != '.' || b.s[i + 3] != '.'));
}

static struct traits
traits_of(struct bytes b)
{
	struct traits t = { .colon = ends_in_colon(b) };
	bool open = false;

	for (size_t i = 0; i < b.n;) {
		size_t end = i;
		int digits = 0;
		bool at = false, clock = strchr("+-", b.s[i]) != NULL;

		for (; end < b.n && !is_blank(b.s[end]); end++) {
			digits += is_digit(b.s[end]);
			at = at || b.s[end] == '@';
			open = open || b.s[end] == '<';
			clock = clock || clock_at(b, end);
			t.clock = t.clock || clock_at(b, end);
		}
		t.digits += at ? 0 : digits;
		t.day += at || (clock && digits < 9) ? 0 : digits;
		t.address = t.address || at;
		t.angled = t.angled || (at && open);
		if (digits > 0 || at)
			t.bare = at && end == b.n;
		for (i = end; i < b.n && is_blank(b.s[i]);)
			i++;
	}
	return t;
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

/* Does the verb end the sentence, but for a mark or two? */
static bool
verb_is_last(struct bytes folded)
{
	return phrase_wrote(
	    bytes_cut(folded, folded.n > 18 ? folded.n - 18 : 0, folded.n));
}

/* Does a word begin with a small letter of a script that has capitals? */
static bool
is_small(struct folding *f, struct bytes word)
{
	unsigned char lead = word.n > 0 ? (unsigned char)word.s[0] : 0;
	struct bytes first = bytes_cut(word, 0, 2);
	struct bytes folded;

	if (lead < 0x80)
		return lead >= 'a' && lead <= 'z';
	if (lead < 0xc3 || lead > 0xd4 || word.n < 2)
		return false;
	folded = phrase_fold(f, first);
	return (folded.n == 2 && memcmp(folded.s, first.s, 2) == 0) ||
	       (folded.n == 1 && ((unsigned char)first.s[1] & 0x20) != 0);
}

/* The next word of *rest, without the signs around it. */
static struct bytes
next_word(struct bytes *rest)
{
	struct bytes word;
	size_t n = 0;

	while (n < rest->n && !is_blank(rest->s[n]))
		n++;
	word = bytes_cut(*rest, 0, n);
	*rest = bytes_trim(bytes_cut(*rest, n, rest->n));
	while (word.n > 0 && strchr("\"'(<[*_", word.s[0]))
		word = bytes_cut(word, 1, word.n);
	while (word.n > 0 && strchr("\"')>]*_,:.;", word.s[word.n - 1]))
		word.n--;
	return word;
}

/* The letters of a word; none in what is an address or a site. */
static size_t
letters_of(struct bytes word)
{
	size_t n = 0;

	for (size_t i = 0; i < word.n; i++) {
		if (word.s[i] == '@' || (word.s[i] == '.' && i > 2))
			return 0;
		n += ((unsigned char)word.s[i] & 0xc0) != 0x80;
	}
	return n;
}

/*
 * Does a name stand where names stand, after the date or before it?  "Your
 * driver John wrote:" is what a customer tells.
 */
static bool
names_somebody(struct folding *f, struct bytes b)
{
	size_t last = b.n;

	while (last > 0 && !is_digit(b.s[last - 1]))
		last--;
	if (b.n - last > 4) {
		b = bytes_trim(bytes_cut(b, last, b.n));
	} else {
		size_t first = 0;

		while (first < b.n && !is_digit(b.s[first]))
			first++;
		b = bytes_trim(bytes_cut(b, 0, first));
	}
	while (b.n > 0) {
		struct bytes word = next_word(&b);
		struct bytes folded;
		bool small = is_small(f, word);

		folded = phrase_fold(f, word);
		if (phrase_common(folded))
			return false;
		if (small && letters_of(word) > 4 && !phrase_wrote(folded) &&
		    !phrase_around(folded))
			return false;
	}
	return true;
}

/* Enough without a verb that we know? */
static bool
is_whole_without_verb(const struct traits *t, struct bytes b, bool begins,
    bool quoted)
{
	if (!t->colon || b.n > SHORT_MOST)
		return false;
	begins = begins || is_digit(b.s[0]);
	if (quoted && (t->angled || (t->day >= 4 && t->clock)))
		return true; /* "Quoting Ann <ann@example.org>:" */
	if (t->angled)
		return t->digits >= 4 && (begins || (t->clock && t->day >= 4));
	return t->bare && t->clock && t->day >= 4 && (begins || quoted);
}

/* Has the whole what makes an attribution? */
static bool
is_whole(struct folding *f, struct bytes b, bool quoted)
{
	struct traits t;
	struct bytes folded;
	bool begins;

	b = bytes_bare(b);
	if (!attribution_ends(b))
		return false;
	t = traits_of(b);
	if (is_gmail_date(b) &&
	    (t.colon || quoted || bytes_find(b, "gmt") != (size_t)-1))
		return true;
	folded = phrase_fold(f, b);
	begins = phrase_begins_date(folded);
	if (!phrase_wrote(folded))
		return is_whole_without_verb(&t, b, begins, quoted);
	if (!t.colon)
		return t.digits >= 4 &&
		       (b.s[0] == '-' ||
			   (t.address && begins && verb_is_last(folded)));
	if (quoted)
		return t.digits >= 3 || begins || t.address || b.n < 80;
	/* Nothing but the line itself says that a quote follows. */
	if (t.angled || (t.address && b.n < 100 && verb_is_last(folded)))
		return true;
	return t.digits >= 3 && (t.clock || (begins && verb_is_last(folded))) &&
	       names_somebody(f, b);
}

/* What follows bears quote marks, empty lines passed over. */
static bool
quote_follows(struct bytes rest)
{
	struct bytes line;

	for (int i = 0; i < 3 && bytes_line(&rest, &line); i++) {
		line = bytes_bare(line);
		if (line.n > 0)
			return line.s[0] == '>' || line.s[0] == '|';
	}
	return false;
}

/* Is the line before byte at empty, or none? */
static bool
is_after_gap(struct bytes text, size_t at)
{
	size_t from;

	if (at < 2)
		return true;
	for (from = at - 1; from > 0 && text.s[from - 1] != '\n';)
		from--;
	return bytes_bare(bytes_cut(text, from, at)).n == 0;
}

bool
attribution_has_date(struct bytes line)
{
	return traits_of(line).day >= 4;
}

/* Does the line look like the beginning of one? */
static bool
is_start(struct folding *f, struct bytes line)
{
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

/*
 * A date, and nothing that tells it from a sentence: only below an empty line
 * and if the next line does not begin with a name, to be the whole itself.
 */
static bool
is_bare_start(struct folding *f, struct bytes text, size_t at,
    struct bytes line, struct bytes rest)
{
	struct bytes next;

	if (!is_after_gap(text, at) || !attribution_has_date(line))
		return false;
	if (!bytes_line(&rest, &next))
		return true;
	next = bytes_bare(next);
	return next.n == 0 || next.s[0] == '<' ||
	       !is_whole(f, next, quote_follows(rest));
}

/* A line with plain blanks and digits, and without what nobody sees. */
static void
add_plain(struct buf *out, struct bytes b)
{
	while (b.n > 0) {
		size_t took = bytes_unseen(b);
		int digit;

		if (took > 0) {
			/* Marks of direction part no words. */
			bool mark = took == 3 && (unsigned char)b.s[2] > 0x8a &&
				    (unsigned char)b.s[2] != 0xaf;

			if (!mark)
				buf_chr(out, ' ');
		} else if ((digit = bytes_digit(b, &took)) >= 0) {
			buf_chr(out, (char)('0' + digit));
		} else {
			buf_chr(out, b.s[0]);
			took = 1;
		}
		b = bytes_cut(b, took, b.n);
	}
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
		struct bytes in = bytes_bare(
		    i > 0 ? letterhead_unquote(line) : bytes_bare(line));
		struct bytes whole;

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
		add_plain(&joined, in);
		if (joined.len > BYTES_MOST)
			break;
		whole = (struct bytes){ joined.data, joined.len };
		if (i == 0 && !is_start(f, whole) &&
		    !is_bare_start(f, text, at, whole, rest))
			break;
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
