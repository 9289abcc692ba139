/*
 * mixed.c -- text in more than one charset; the second part of charset.h.
 *
 * Somebody answered in UTF-8 below words of Latin letters, or a program put
 * its own line under those of a person.  No charset reads the whole, but a
 * line is nearly always of one: what is valid UTF-8 stays, what cannot be is
 * read by the other charset, and where a line itself is broken its single
 * Latin letters and signs are.
 */
#include "base/charset.h"

#include <string.h>

#include <utf8proc.h>

#include "base/text.h"

/* What a line needs for its charset to be guessed. */
#define FOREIGN_BYTES 8  /* high bytes in two words */
#define FOREIGN_LONG  16 /* or in one, of a script without blanks */

enum line_kind {
	LINE_UTF8,    /* or ASCII alone */
	LINE_LATIN,   /* letters with accents among others */
	LINE_FOREIGN, /* next to nothing in it is UTF-8 */
	LINE_BROKEN,  /* some of it is: UTF-8 that was damaged */
};

/* The charsets of the lines that are not UTF-8; NULL until known. */
struct others {
	const char *said;
	const char *latin;
	const char *foreign;
};

static bool
is_high(const char *s, size_t n, size_t i)
{
	return i < n && (unsigned char)s[i] >= 0x80;
}

static bool
is_ascii_letter(const char *s, size_t n, size_t i)
{
	return i < n &&
	       ((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z'));
}

static bool
is_ascii_digit(const char *s, size_t n, size_t i)
{
	return i < n && s[i] >= '0' && s[i] <= '9';
}

static bool
is_gap(const char *s, size_t n, size_t i)
{
	return i >= n || strchr(" \t\r\n.,;:!?()<>", s[i]) != NULL;
}

/* A letter of European languages, in the charsets that are like Latin-1. */
static bool
is_accented(const char *s, size_t n, size_t i)
{
	return i < n && (unsigned char)s[i] >= 0xc0 && s[i] != '\xc2';
}

/* A digit, or a blank with a digit beyond it. */
static bool
is_sum(const char *s, size_t n, size_t i, size_t beyond)
{
	return is_ascii_digit(s, n, i) ||
	       (i < n && s[i] == ' ' && is_ascii_digit(s, n, beyond));
}

/*
 * One of at most two such letters beside ASCII letters.  0xC2 begins the most
 * frequent signs of UTF-8 and is a letter of few languages; 0xC3 begins its
 * most frequent letters, and is one itself among capitals alone.
 */
static bool
is_latin_letter(const char *s, size_t n, size_t i)
{
	size_t first = i > 0 && is_high(s, n, i - 1) ? i - 1 : i;
	size_t last = is_high(s, n, i + 1) ? i + 1 : i;
	bool before = first > 0 && is_ascii_letter(s, n, first - 1);
	bool after = is_ascii_letter(s, n, last + 1);

	if (last - first > 1 || !is_accented(s, n, first) ||
	    !is_accented(s, n, last) ||
	    (first > 0 && is_high(s, n, first - 1)) || is_high(s, n, last + 1))
		return false;
	if (s[i] == '\xc3' && (!before || s[first - 1] > 'Z') &&
	    (!after || s[last + 1] > 'Z'))
		return false;
	return before || after;
}

/* A sign of windows-1252 in the one place where people write it. */
static bool
is_latin_sign(const char *s, size_t n, size_t i)
{
	size_t before = i > 0 ? i - 1 : n;
	size_t beyond = i > 1 ? i - 2 : n;

	switch ((unsigned char)s[i]) {
	case 0x80: /* euro */
	case 0xa3: /* pound */
		return is_sum(s, n, before, beyond) ||
		       is_sum(s, n, i + 1, i + 2);
	case 0x92: /* apostrophe */
		return is_ascii_letter(s, n, before) &&
		       is_ascii_letter(s, n, i + 1);
	case 0x93: /* quotes */
		return is_gap(s, n, before) && is_ascii_letter(s, n, i + 1);
	case 0x94:
		return !is_gap(s, n, before) && is_gap(s, n, i + 1);
	case 0x96: /* dashes */
	case 0x97:
		return before < n && s[before] == ' ' && i + 1 < n &&
		       s[i + 1] == ' ';
	case 0xb0: /* degree */
		return is_ascii_digit(s, n, before);
	default:
		return false;
	}
}

/* Is the byte at i what windows-1252 has there? */
static bool
is_latin(const char *s, size_t n, size_t i)
{
	bool alone = (i == 0 || !is_high(s, n, i - 1)) && !is_high(s, n, i + 1);

	return is_latin_letter(s, n, i) || (alone && is_latin_sign(s, n, i));
}

/* Characters of a stretch, by what they are. */
struct tally {
	size_t sequences; /* of UTF-8; those of three and more count twice */
	size_t western;   /* of them, such as begin the letters of Europe */
	size_t broken;    /* bytes that are no UTF-8 */
	size_t latin;     /* of these, single letters and signs */
	size_t runs;      /* of high bytes */
};

static void
count(const char *s, size_t n, struct tally *t)
{
	size_t len;

	memset(t, 0, sizeof *t);
	for (size_t i = 0; i < n; i += len) {
		uint32_t c = text_next(s + i, n - i, &len);

		if (c < 0x80)
			continue;
		t->runs += i == 0 || !is_high(s, n, i - 1);
		if (c == 0xfffd && (len < 3 || s[i] != '\xef')) {
			t->broken += len;
			t->latin += len == 1 && is_latin(s, n, i);
		} else {
			t->sequences += len > 2 ? 2 : 1;
			t->western += len == 2 && (s[i] & ~1) == '\xc2';
		}
	}
}

static enum line_kind
kind_of(const char *s, size_t n)
{
	struct tally t;

	if (text_valid(s, n))
		return LINE_UTF8;
	count(s, n, &t);
	if (t.sequences == 0 && t.latin == t.broken)
		return LINE_LATIN;
	/* Pairs of a double-byte charset can be valid by accident. */
	if (t.broken >= 4 * t.sequences && t.broken >= FOREIGN_BYTES &&
	    (t.runs >= 2 || t.broken >= FOREIGN_LONG))
		return LINE_FOREIGN;
	return LINE_BROKEN;
}

/* The length of the line at s with its end. */
static size_t
line_length(const char *s, size_t n)
{
	const char *end = memchr(s, '\n', n);

	return end ? (size_t)(end + 1 - s) : n;
}

/* Three of four characters beyond ASCII are letters: it reads as words. */
static bool
has_words(const char *s, size_t n)
{
	size_t letters = 0;
	size_t all = 0;
	size_t len;

	for (size_t i = 0; i < n; i += len) {
		uint32_t c = text_next(s + i, n - i, &len);
		utf8proc_category_t category;

		if (c < 0x80)
			continue;
		category = utf8proc_category((utf8proc_int32_t)c);
		all++;
		letters += category >= UTF8PROC_CATEGORY_LU &&
			   category <= UTF8PROC_CATEGORY_MC;
	}
	return letters * 4 >= all * 3;
}

/* What all lines of a kind together look like; NULL if like no words. */
static const char *
guess(const char *s, size_t n, enum line_kind kind)
{
	struct buf lines = { 0 };
	struct buf words = { 0 };
	const char *name = NULL;

	for (size_t i = 0; i < n;) {
		size_t len = line_length(s + i, n - i);

		if (kind_of(s + i, len) == kind)
			buf_add(&lines, s + i, len);
		i += len;
	}
	if (lines.len > 0)
		name = charset_whole(&words, lines.data, lines.len);
	if (name && kind == LINE_FOREIGN &&
	    (strcmp(name, "windows-1252") == 0 ||
		!has_words(buf_text(&words), words.len)))
		name = NULL;
	buf_free(&lines);
	buf_free(&words);
	return name;
}

/* Character by character: what is Latin, and U+FFFD for the rest. */
static void
mend(struct buf *out, const char *s, size_t n)
{
	size_t len;

	for (size_t i = 0; i < n; i += len) {
		text_next(s + i, n - i, &len);
		if (len == 1 && is_high(s, n, i) && is_latin(s, n, i))
			charset_exact(out, "windows-1252", s + i, 1);
		else
			text_repair(out, s + i, len);
	}
}

static void
add_line(struct buf *out, const struct others *o, const char *s, size_t n)
{
	enum line_kind kind = kind_of(s, n);
	const char *name = o->said;

	if (kind == LINE_UTF8) {
		buf_add(out, s, n);
		return;
	}
	if (!name)
		name = kind == LINE_LATIN     ? o->latin
		       : kind == LINE_FOREIGN ? o->foreign
					      : NULL;
	if (!name || charset_exact(out, name, s, n) < 0)
		mend(out, s, n);
}

bool
charset_is_accents(const char *bytes, size_t n)
{
	return kind_of(bytes, n) == LINE_LATIN;
}

bool
charset_is_mixed(const char *bytes, size_t n)
{
	bool utf8 = false;
	bool other = false;

	for (size_t i = 0; i < n && !(utf8 && other);) {
		size_t len = line_length(bytes + i, n - i);
		struct tally t;

		count(bytes + i, len, &t);
		other = other || t.broken > 0;
		/* One pair of bytes may be two letters of another charset. */
		utf8 = utf8 ||
		       (t.broken == 0 && (t.sequences >= 2 || t.western > 0));
		i += len;
	}
	return utf8 && other;
}

/*
 * No UTF-8 at all, whatever the label says, and most of it letters with
 * accents inside of words: the rest is of the same charset.
 */
static bool
is_all_latin(const char *bytes, size_t n)
{
	struct tally t;

	count(bytes, n, &t);
	return t.sequences == 0 && t.broken >= 2 && t.latin * 5 >= t.broken * 3;
}

void
charset_mixed(struct buf *out, const char *said, const char *bytes, size_t n)
{
	struct others o = { .said = said };

	if (!said && is_all_latin(bytes, n)) {
		charset_decode(out, "windows-1252", bytes, n);
		return;
	}
	if (!said) {
		o.latin = guess(bytes, n, LINE_LATIN);
		o.foreign = guess(bytes, n, LINE_FOREIGN);
	}
	for (size_t i = 0; i < n;) {
		size_t len = line_length(bytes + i, n - i);

		add_line(out, &o, bytes + i, len);
		i += len;
	}
}
