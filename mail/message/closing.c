/*
 * closing.c -- finding the end of what a person wrote.
 *
 * Hiding a customer's words is worse than showing a signature, so each rule
 * asks for two things at once: a mark, and little or typical text after it.
 */
#include "mail/message/closing.h"

#include <string.h>

#define SIGNATURE_MOST 14 /* lines after "-- " */
#define PROSE_LEAST    10 /* words of a sentence */
#define RULE_MOST      8  /* lines after a line of dashes */
#define MOBILE_MOST    4  /* filled lines from one of a program to the end */
#define LEGAL_LEAST    80 /* bytes of a legal notice */
#define PIECES         5  /* that an end is made of */

void
closing_add(struct folds *out, const struct lines *l, size_t a, size_t b,
    enum fold_kind kind)
{
	struct fold *f;

	while (b > a && l->v[b - 1].kind == LINE_BLANK)
		b--;
	if (a >= b)
		return;
	out->v = arena_grow(out->a, out->v, out->n, sizeof *out->v);
	f = &out->v[out->n++];
	f->from = l->v[a].from;
	f->until = l->v[b - 1].until;
	f->kind = kind;
}

/* "--", as RFC 3676 4.3 has it, its blank perhaps lost. */
static bool
is_mark(struct bytes line)
{
	return line.n == 2 && memcmp(line.s, "--", 2) == 0;
}

/* Is its blank still there? */
static bool
is_whole_mark(const struct lines *l, size_t i)
{
	struct bytes line = bytes_cut(l->text, l->v[i].from, l->v[i].until);

	return line.n > 2 && (line.s[2] == ' ' || line.s[2] == '\t');
}

/* A long line that ends as sentences do: nobody's signature. */
static bool
is_prose(struct bytes line)
{
	size_t words = 1;

	if (line.n == 0 || !strchr(".?!", line.s[line.n - 1]))
		return false;
	for (size_t i = 0; i < line.n; i++)
		words += line.s[i] == ' ';
	return words >= PROSE_LEAST;
}

/* A line of nothing but the signs that people draw rules with. */
static bool
is_rule(struct bytes line)
{
	if (line.n == 3 && memcmp(line.s, "\xe1\x90\xa7", 3) == 0)
		return true; /* the beacon of a mail tracker */
	if (line.n < 2)
		return false;
	for (size_t i = 0; i < line.n; i++)
		if (!strchr("-_=*#~+", line.s[i]))
			return false;
	return true;
}

/* A way to reach somebody: address, web site, telephone. */
static bool
has_contact(struct bytes line)
{
	int digits = 0;

	for (size_t i = 0; i < line.n; i++)
		digits += is_digit(line.s[i]);
	return memchr(line.s, '@', line.n) != NULL || digits >= 7 ||
	       bytes_find(line, "http") != (size_t)-1 ||
	       bytes_find(line, "www.") != (size_t)-1 ||
	       bytes_find(line, "mailing list") != (size_t)-1;
}

static bool
any_contact(const struct lines *l, size_t a, size_t b)
{
	for (size_t i = a; i < b; i++)
		if (has_contact(lines_at(l, i)))
			return true;
	return false;
}

/*
 * The "--" with a signature's length of lines after it; b if none, or if
 * there are several, which only set things apart.
 */
static size_t
find_mark(const struct lines *l, size_t a, size_t b)
{
	size_t filled = 0, marks = 0;
	bool prose = false;

	for (size_t i = a; i < b; i++)
		marks += l->v[i].kind != LINE_BLANK && is_mark(lines_at(l, i));
	if (marks != 1)
		return b;

	for (size_t i = b; i > a; i--) {
		if (l->v[i - 1].kind == LINE_BLANK)
			continue;
		if (is_mark(lines_at(l, i - 1)))
			return prose && !is_whole_mark(l, i - 1) ? b : i - 1;
		prose = prose || (i - 1 > a && l->v[i - 2].kind == LINE_BLANK &&
				     is_prose(lines_at(l, i - 1)));
		if (++filled > SIGNATURE_MOST)
			break;
	}
	return b;
}

/* Rules at the very end, or one with somebody's contacts below it. */
static size_t
find_rule(const struct lines *l, size_t a, size_t b)
{
	size_t found = b;
	size_t words = 0;

	for (size_t i = b; i > a; i--) {
		struct bytes line = lines_at(l, i - 1);

		if (line.n == 0)
			continue;
		if (!is_rule(line)) {
			if (++words > RULE_MOST)
				break;
		} else if (words == 0 ||
			   (strchr("-_", line.s[0]) && words <= RULE_MOST / 2 &&
			       any_contact(l, i, b))) {
			found = i - 1;
		}
	}
	return found;
}

/* "-Ann", "- Ann Lee": a name behind a hyphen, alone in the last line. */
static bool
is_hyphen_name(struct bytes line)
{
	size_t words = 0;

	if (line.n < 2 || line.n > 30 || line.s[0] != '-')
		return false;
	line = bytes_trim(bytes_cut(line, 1, line.n));
	for (size_t i = 0; i < line.n; i++) {
		if (line.s[i] == ' ')
			words++;
		else if (!is_letter(line.s[i]) && line.s[i] != '.' &&
			 (unsigned char)line.s[i] < 0x80)
			return false;
	}
	return line.n > 0 && words <= 2 && line.s[0] >= 'A' && line.s[0] <= 'Z';
}

static size_t
find_name(const struct lines *l, size_t a, size_t b)
{
	while (b > a && l->v[b - 1].kind == LINE_BLANK)
		b--;
	if (b < a + 3 || l->v[b - 2].kind != LINE_BLANK ||
	    !is_hyphen_name(lines_at(l, b - 1)))
		return b;
	return b - 1;
}

/* Where the paragraph that ends before line b begins. */
static size_t
paragraph(const struct lines *l, size_t a, size_t b)
{
	while (b > a && l->v[b - 1].kind != LINE_BLANK)
		b--;
	return b;
}

static bool
is_legal(struct folding *f, const struct lines *l, size_t a, size_t b)
{
	struct bytes text = bytes_cut(l->text, l->v[a].from, l->v[b - 1].until);

	if (text.n < LEGAL_LEAST || text.n > 20000)
		return false;
	return phrase_legal(phrase_fold(f, text)) >= 2;
}

/* Legal notices at the end, one under the other. */
static size_t
find_legal(struct folding *f, const struct lines *l, size_t a, size_t b)
{
	size_t found = b;
	size_t end = b;

	for (int tries = 0; tries < 6; tries++) {
		size_t start;

		while (end > a && l->v[end - 1].kind == LINE_BLANK)
			end--;
		if (end == a)
			break;
		start = paragraph(l, a, end);
		if (start > a && is_legal(f, l, start, end))
			found = start;
		else if (found < b || !has_contact(lines_at(l, end - 1)))
			break; /* an address may stand below the notice */
		end = start;
	}
	return found;
}

static bool
is_mobile(struct folding *f, struct bytes line)
{
	return line.n > 0 && line.n < 160 &&
	       phrase_mobile(phrase_fold(f, line));
}

/* A line that is a link, as text parts have them in brackets. */
static bool
is_link(struct bytes line)
{
	return line.n > 0 && !memchr(line.s, ' ', line.n) &&
	       (strchr("<[(", line.s[0]) || bytes_begin(line, "http"));
}

/*
 * "Sent from my phone" among the last lines: where it begins, and in *end
 * where it ends.  A link may stand right above or below it.
 */
static size_t
find_mobile(struct folding *f, const struct lines *l, size_t a, size_t b,
    size_t *end)
{
	size_t filled = 0;
	size_t found = b;

	*end = b;
	for (size_t i = b; i > a && filled < MOBILE_MOST; i--) {
		if (l->v[i - 1].kind == LINE_BLANK)
			continue;
		filled++;
		if (!is_mobile(f, lines_at(l, i - 1)))
			continue;
		found = i - 1;
		if (*end == b)
			*end = i;
	}
	while (*end < b && is_link(lines_at(l, *end)))
		*end += 1;
	while (found < b && found > a && is_link(lines_at(l, found - 1)))
		found--;
	return found;
}

/*
 * Fold what a program put under the mail.  Returns where it begins; b if
 * words come after it, which people write there as well, or if none is there.
 */
static size_t
fold_mobile(struct folding *f, const struct lines *l, size_t a, size_t b,
    struct folds *out)
{
	size_t end;
	size_t at = find_mobile(f, l, a, b, &end);

	if (at == b)
		return b;
	closing_add(out, l, at, end, FOLD_SIGNATURE);
	return lines_filled(l, end, b) > 0 ? b : at;
}

/* One more piece of the end; b if there is none. */
static size_t
closing_step(struct folding *f, const struct lines *l, size_t a, size_t b,
    struct folds *out)
{
	size_t at = find_legal(f, l, a, b);

	if (at < b) {
		closing_add(out, l, at, b, FOLD_DISCLAIMER);
		return at;
	}
	at = find_rule(l, a, find_mark(l, a, b));
	if (at == b) {
		at = fold_mobile(f, l, a, b, out);
		if (at < b)
			return at;
		at = find_name(l, a, b);
		if (lines_filled(l, at, b) == 0)
			at = b;
	}
	if (at < b)
		closing_add(out, l, at, b, FOLD_SIGNATURE);
	return at;
}

size_t
closing_find(struct folding *f, const struct lines *l, size_t a, size_t b,
    struct folds *out)
{
	size_t end = b;

	for (int i = 0; i < PIECES; i++) {
		size_t at = closing_step(f, l, a, end, out);

		if (at == end)
			break;
		end = at;
	}
	return end;
}
