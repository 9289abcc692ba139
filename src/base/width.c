/*
 * width.c -- columns, cutting and wrapping; a part of text.h.
 */
#include "base/width.h"

#include <string.h>

#include <utf8proc.h>

#include "base/text.h"

int
width_of(uint32_t c)
{
	utf8proc_category_t cat;

	if (c < 0x300)
		return c == 0xad ? 0 : 1;
	if ((c >= 0x4e00 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3))
		return 2;
	/* Vowels and finals of Hangul stand in the cell of the first. */
	if ((c >= 0x1160 && c <= 0x11ff) || (c >= 0xd7b0 && c <= 0xd7ff))
		return 0;
	/* Wide in East Asia by glibc, though not by the property. */
	if ((c >= 0x3248 && c <= 0x324f) || (c >= 0x4dc0 && c <= 0x4dff))
		return 2;
	cat = utf8proc_category((utf8proc_int32_t)c);
	if (cat == UTF8PROC_CATEGORY_MC)
		return c == 0x302e || c == 0x302f || c == 0x16ff0 ||
			       c == 0x16ff1
			   ? 2
			   : 1;
	/* Signs that go before a number: U+0600 and so on. */
	if (cat == UTF8PROC_CATEGORY_CF &&
	    ((c >= 0x600 && c <= 0x605) || c == 0x6dd || c == 0x70f ||
		c == 0x890 || c == 0x891 || c == 0x8e2 || c == 0x110bd ||
		c == 0x110cd))
		return 1;
	return utf8proc_charwidth((utf8proc_int32_t)c);
}

/* Does c belong to the cell of the character before it? */
static bool
clings(uint32_t c)
{
	return c >= 0xad && width_of(c) == 0 && c != 0x2028 && c != 0x2029;
}

int
text_cluster(const char *s, size_t n, size_t *len)
{
	uint32_t c = text_next(s, n, len);
	int width = width_of(c);

	while (*len < n && (s[*len] & 0x80) != 0) {
		size_t more;

		c = text_next(s + *len, n - *len, &more);
		if (!clings(c) || *len + more > TEXT_CLUSTER_MAX)
			break;
		*len += more;
	}
	return width;
}

/* ASCII bytes at s that no mark combines with. */
static size_t
simple_run(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && (s[i] & 0x80) == 0)
		i++;
	return i < n && i > 0 ? i - 1 : i;
}

int
text_width(const char *s, size_t n)
{
	int width = 0;
	size_t len;

	for (size_t i = 0; i < n; i += len) {
		len = simple_run(s + i, n - i);
		if (len > 0)
			width += (int)len;
		else
			width += text_cluster(s + i, n - i, &len);
	}
	return width;
}

size_t
text_fit(const char *s, size_t n, int cols, int *w)
{
	size_t at = 0, len;

	*w = 0;
	while (at < n) {
		int one = text_cluster(s + at, n - at, &len);

		if (*w + one > cols)
			break;
		*w += one;
		at += len;
	}
	return at;
}

/* ---- wrapping ---- */

static bool
is_blank(uint32_t c)
{
	return c == ' ' || c == '\t' || c == 0x3000 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a && c != 0x2007) || c == 0x205f;
}

/* A character of scripts that are written without blanks. */
static bool
is_ideograph(uint32_t c)
{
	return width_of(c) == 2 && (c < 0xac00 || c > 0xd7a3) && c < 0x1f000;
}

static bool
any_of(uint32_t c, const uint32_t *set)
{
	while (*set != 0 && *set != c)
		set++;
	return *set != 0;
}

/* What may not begin a line, and what may not end one (JIS X 4051). */
static bool
no_start(uint32_t c)
{
	static const uint32_t set[] = { 0x3001, 0x3002, 0xff0c, 0xff0e, 0x300d,
		0x300f, 0x3011, 0x3015, 0xff09, 0xff3d, 0xff5d, 0x3009, 0x300b,
		0xff01, 0xff1f, 0xff1a, 0xff1b, 0x30fb, 0x30fc, 0x3005, 0x3041,
		0x3043, 0x3045, 0x3047, 0x3049, 0x3063, 0x3083, 0x3085, 0x3087,
		0x30a1, 0x30a3, 0x30a5, 0x30a7, 0x30a9, 0x30c3, 0x30e3, 0x30e5,
		0x30e7, ',', '.', ')', ']', '}', '!', '?', ':', ';', '%', '"',
		'\'', 0x2019, 0x201d, 0x2026, 0 };

	return any_of(c, set);
}

static bool
no_end(uint32_t c)
{
	static const uint32_t set[] = { 0x300c, 0x300e, 0x3010, 0x3014, 0xff08,
		0xff3b, 0xff5b, 0x3008, 0x300a, '(', '[', '{', 0x2018, 0x201c,
		0 };

	return any_of(c, set);
}

static bool
is_wordy(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || c >= 0xc0;
}

/* May a line end between these two, the first of which is not blank? */
static bool
may_break(uint32_t before, uint32_t last, uint32_t next)
{
	if (is_ideograph(last) || is_ideograph(next))
		return !no_end(last) && !no_start(next);
	/* After the hyphen of a word, not before an option's or a number's. */
	if (last == '-' || last == 0x2010)
		return is_wordy(before) && is_wordy(next);
	return false;
}

/* A line as it is being measured. */
struct line {
	size_t end;   /* where its words end so far */
	size_t brk;   /* where it could end; 0: nowhere */
	size_t after; /* and where the next line would then begin */
	int width;
	uint32_t before, last;
	bool word; /* something but blanks was seen */
	bool gap;  /* blanks were seen after a word */
};

static void
take(struct line *l, size_t at, size_t len, uint32_t c, int width)
{
	l->width += width;
	if (is_blank(c)) {
		l->gap = l->word;
	} else {
		l->end = at + len;
		l->word = true;
		l->gap = false;
	}
	l->before = l->last;
	l->last = c;
}

size_t
text_wrap(const char *s, size_t n, int cols, size_t *next)
{
	struct line l = { 0 };
	size_t at = 0, len, clen;

	while (at < n && s[at] != '\n') {
		uint32_t c = text_next(s + at, n - at, &clen);
		int width = text_cluster(s + at, n - at, &len);
		bool blank = is_blank(c);

		if (!blank && l.word &&
		    (l.gap || may_break(l.before, l.last, c))) {
			l.brk = l.end;
			l.after = at;
		}
		/* Blanks may hang over the edge: they are not painted. */
		if (!blank && l.width + width > cols && at > 0) {
			if (l.brk == 0) {
				l.brk = l.end; /* 0 if all was blank */
				l.after = at;
			}
			*next = l.after;
			return l.brk;
		}
		take(&l, at, len, c, width);
		at += len;
	}
	*next = at < n ? at + 1 : at;
	return l.end;
}
