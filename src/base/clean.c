/*
 * clean.c -- the one sanitiser: text_clean and text_json.
 */
#include "base/text.h"

#include <string.h>

#include <utf8proc.h>

#include "base/width.h"

#define ONES        ((uint64_t)0x0101010101010101)
#define HIGH        (ONES * 0x80)
#define MARKS_MAX   8
#define REPLACEMENT "\xef\xbf\xbd"

/* What kind of thing a code point is to a reader. */
enum sort {
	SORT_PLAIN,
	SORT_BREAK, /* ends a line */
	SORT_TAB,
	SORT_CONTROL,   /* moves cursors or turns text round; always shown */
	SORT_HIDDEN,    /* cannot be seen and has no business in a mail */
	SORT_JOINER,    /* ZWJ, ZWNJ: cannot be seen but may be needed */
	SORT_SELECTOR,  /* chooses a form of the character before it */
	SORT_SOFT,      /* a place where a word may be broken */
	SORT_DIRECTION, /* the harmless marks of mixed directions */
	SORT_TAG,       /* the letters of a flag, or smuggled text */
	SORT_TONE,      /* skin colour of the emoji before it */
	SORT_COMBINING, /* has no columns of its own */
	SORT_UNKNOWN,   /* not assigned */
};

static bool
within(uint32_t c, uint32_t from, uint32_t to)
{
	return c >= from && c <= to;
}

static bool
is_filler(uint32_t c)
{
	return c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 ||
	       c == 0x17b4 || c == 0x17b5 || c == 0x034f || c == 0x180e ||
	       within(c, 0x180b, 0x180f);
}

/* Format controls (Cf) and the like, by what they do. */
static enum sort
sort_format(uint32_t c)
{
	if (c == 0x200c || c == 0x200d)
		return SORT_JOINER;
	if (c == 0x200e || c == 0x200f || c == 0x061c)
		return SORT_DIRECTION;
	if (within(c, 0x202a, 0x202e) || within(c, 0x2066, 0x2069))
		return SORT_CONTROL;
	if (c == 0xad || c == 0x2060)
		return SORT_SOFT;
	if (within(c, 0xe0020, 0xe007f))
		return SORT_TAG;
	/* Signs that stand over a number are seen (Unicode 9.2). */
	if (width_of(c) > 0)
		return SORT_PLAIN;
	return SORT_HIDDEN;
}

static enum sort
sort_of(uint32_t c)
{
	if (c < 0xa0) {
		if (c == '\n' || c == '\r')
			return SORT_BREAK;
		if (c == '\t')
			return SORT_TAB;
		return c < 0x20 || c > 0x7e ? SORT_CONTROL : SORT_PLAIN;
	}
	if ((c < 0x300 && c != 0xad) || within(c, 0x3041, 0x3098) ||
	    within(c, 0x4e00, 0x9fff) || within(c, 0xac00, 0xd7a3))
		return SORT_PLAIN;
	if (is_filler(c))
		return SORT_HIDDEN;
	if (within(c, 0xfe00, 0xfe0f) || within(c, 0xe0100, 0xe01ef))
		return SORT_SELECTOR;
	if (within(c, 0x1f3fb, 0x1f3ff))
		return SORT_TONE;
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return SORT_BREAK;
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CS:
		return within(c, 0xe0000, 0xe0fff) ? SORT_HIDDEN : SORT_UNKNOWN;
	case UTF8PROC_CATEGORY_CF:
		return sort_format(c);
	default:
		return width_of(c) == 0 ? SORT_COMBINING : SORT_PLAIN;
	}
}

static bool
is_picture(uint32_t c)
{
	return within(c, 0x1f000, 0x1faff) || within(c, 0x2190, 0x2bff) ||
	       c == 0x3030 || c == 0x303d || c == 0xa9 || c == 0xae;
}

static bool
is_rtl(uint32_t c)
{
	return within(c, 0x0590, 0x08ff) || within(c, 0xfb1d, 0xfdff) ||
	       within(c, 0xfe70, 0xfefc) || within(c, 0x10800, 0x10fff) ||
	       within(c, 0x1e800, 0x1efff);
}

/* Does it hold a letter that is written right to left? */
static bool
has_rtl(const char *s, size_t n)
{
	size_t len;

	for (size_t i = 0; i < n; i += len) {
		uint32_t c = text_next(s + i, n - i, &len);

		if (c != 0x061c && is_rtl(c))
			return true;
	}
	return false;
}

/* Where we are in a text that is being cleaned. */
struct cleaner {
	struct buf *out;
	const char *s;
	size_t n;
	enum text_form form;
	uint32_t base;   /* the last spacing character; 0 at a line's start */
	int marks;       /* combining marks on it so far */
	bool selected;   /* it had its variation selector */
	bool tail;       /* it is a picture and a ZWJ follows */
	bool hiding;     /* in a run of hidden characters already shown */
	int rtl;         /* -1: not looked yet */
	size_t measured; /* columns of the line are known up to here in out */
	int col;
};

/* How many bytes at s are printable ASCII; eight at a time. */
static size_t
printable_run(const char *s, size_t n)
{
	size_t i = 0;
	uint64_t x;

	for (; i + 8 <= n; i += 8) {
		memcpy(&x, s + i, 8);
		if (((x | (x - ONES * 0x20) | (x + ONES)) & HIGH) != 0)
			break;
	}
	while (i < n && s[i] >= 0x20 && s[i] < 0x7f)
		i++;
	return i;
}

static void
put_base(struct cleaner *k, uint32_t c, const char *bytes, size_t len)
{
	buf_add(k->out, bytes, len);
	k->base = c;
	k->marks = 0;
	k->selected = false;
	k->tail = false;
	/* Blanks between hidden characters do not make a new run. */
	if (c != ' ' && c != 0xa0)
		k->hiding = false;
}

/* Printable ASCII. */
static void
put_run(struct cleaner *k, const char *s, size_t n)
{
	for (size_t i = 0; k->hiding && i < n; i++)
		if (s[i] != ' ')
			k->hiding = false;
	put_base(k, (unsigned char)s[n - 1], s, n);
}

static void
put_mark(struct cleaner *k, uint32_t c)
{
	buf_fmt(k->out, "<U+%04X>", (unsigned)c);
	put_base(k, '>', "", 0);
}

static void
put_hidden(struct cleaner *k, uint32_t c)
{
	if (!k->hiding)
		put_mark(k, c);
	k->hiding = true;
}

/* A line break, CR LF counted once; i is after its first byte. */
static size_t
put_break(struct cleaner *k, uint32_t c, size_t i)
{
	if (c == '\r' && i < k->n && k->s[i] == '\n')
		i++;
	if (k->form == TEXT_BLOCK) {
		buf_chr(k->out, '\n');
		k->base = 0;
		k->marks = 0;
		k->hiding = false;
		k->measured = k->out->len;
		k->col = 0;
		return i;
	}
	/* One blank for the break and all that is blank around it. */
	while (
	    i < k->n && strchr(" \t\r\n", k->s[i]) != NULL && k->s[i] != '\0')
		i++;
	if (k->base != ' ')
		put_base(k, ' ', " ", 1);
	return i;
}

static void
put_tab(struct cleaner *k)
{
	static const char blanks[] = "        ";

	if (k->form == TEXT_LINE) {
		if (k->base != ' ')
			put_base(k, ' ', " ", 1);
		return;
	}
	k->col +=
	    text_width(k->out->data + k->measured, k->out->len - k->measured);
	put_base(k, ' ', blanks, (size_t)(8 - k->col % 8));
	k->col = 0; /* a multiple of 8 is as good as none */
	k->measured = k->out->len;
}

static void
put_combining(struct cleaner *k, const char *bytes, size_t len)
{
	if (k->base == 0)
		put_base(k, 0x25cc, "\xe2\x97\x8c", 3);
	if (k->marks++ < MARKS_MAX)
		buf_add(k->out, bytes, len);
}

static bool
is_joined_letter(uint32_t c)
{
	return c > 0x2ff && c != 0x2007 && c != 0x3000 &&
	       utf8proc_category((utf8proc_int32_t)c) <= UTF8PROC_CATEGORY_ME;
}

/* The sorts that are dropped where they belong and shown elsewhere. */
static void
put_invisible(struct cleaner *k, uint32_t c, enum sort sort)
{
	bool picture = is_picture(k->base);

	switch (sort) {
	case SORT_JOINER:
		k->tail = picture && c == 0x200d;
		if (!k->tail && !is_joined_letter(k->base))
			put_hidden(k, c);
		break;
	case SORT_SELECTOR:
		if (k->base <= ' ' || k->selected)
			put_hidden(k, c);
		k->selected = true;
		break;
	case SORT_DIRECTION:
		if (k->rtl < 0)
			k->rtl = has_rtl(k->s, k->n);
		if (!k->rtl)
			put_hidden(k, c);
		break;
	case SORT_TAG:
		if (k->base != 0x1f3f4)
			put_hidden(k, c);
		break;
	case SORT_SOFT:
		break;
	default:
		put_hidden(k, c);
		break;
	}
}

/* One code point that is not plain ASCII; returns where to go on. */
static size_t
put_one(struct cleaner *k, size_t i)
{
	size_t len;
	uint32_t c = text_next(k->s + i, k->n - i, &len);
	enum sort sort = sort_of(c);

	/* text_next gives U+FFFD for what is broken, too. */
	if (c == 0xfffd || sort == SORT_UNKNOWN) {
		put_base(k, 0xfffd, REPLACEMENT, 3);
		return i + len;
	}
	switch (sort) {
	case SORT_BREAK:
		return put_break(k, c, i + len);
	case SORT_TAB:
		put_tab(k);
		break;
	case SORT_CONTROL:
		put_mark(k, c);
		break;
	case SORT_COMBINING:
		put_combining(k, k->s + i, len);
		break;
	case SORT_TONE:
		if (is_picture(k->base))
			break;
		/* fall through */
	case SORT_PLAIN:
		/* The rest of a family: the first of them stands for all. */
		if (k->tail && is_picture(c))
			k->tail = false;
		else
			put_base(k, c, k->s + i, len);
		break;
	default:
		if (c != 0xfeff || i > 0)
			put_invisible(k, c, sort);
		break;
	}
	return i + len;
}

void
text_clean(struct buf *out, const char *s, size_t n, enum text_form form)
{
	struct cleaner k = { .out = out, .s = s, .n = n, .form = form };
	size_t run;

	k.rtl = -1;
	buf_room(out, n);
	k.measured = out->len;
	for (size_t i = 0; i < n;) {
		run = printable_run(s + i, n - i);
		if (run > 0)
			put_run(&k, s + i, run);
		i += run;
		if (i < n)
			i = put_one(&k, i);
	}
	buf_add(out, "", 0);
}

char *
text_cleaned(struct arena *a, const char *s, enum text_form form)
{
	struct buf b = { 0 };
	char *copy;
	size_t n;

	if (s == NULL)
		return arena_str(a, "");
	n = strlen(s);
	if (printable_run(s, n) == n)
		return arena_strn(a, s, n);
	text_clean(&b, s, n, form);
	copy = arena_strn(a, buf_text(&b), b.len);
	buf_free(&b);
	return copy;
}

/* ---- the inside of a JSON string ---- */

static void
json_escape(struct buf *out, uint32_t c)
{
	if (c >= 0x10000) {
		c -= 0x10000;
		buf_fmt(out, "\\u%04x\\u%04x", (unsigned)(0xd800 + (c >> 10)),
		    (unsigned)(0xdc00 + (c & 0x3ff)));
	} else {
		buf_fmt(out, "\\u%04x", (unsigned)c);
	}
}

static size_t
json_one(struct cleaner *k, size_t i)
{
	size_t len;
	uint32_t c = text_next(k->s + i, k->n - i, &len);

	if (c == 0xfffd) {
		put_base(k, c, REPLACEMENT, 3);
		return i + len;
	}
	switch (sort_of(c)) {
	case SORT_BREAK:
		if (c == '\r' && i + 1 < k->n && k->s[i + 1] == '\n')
			len++;
		buf_str(k->out, "\\n");
		k->base = 0;
		break;
	case SORT_TAB:
		buf_str(k->out, "\\t");
		k->base = 0;
		break;
	case SORT_CONTROL:
		put_mark(k, c);
		break;
	case SORT_TONE:
	case SORT_PLAIN:
		if (c == '"' || c == '\\')
			buf_chr(k->out, '\\');
		put_base(k, c, k->s + i, len);
		break;
	case SORT_COMBINING:
		if (k->base != 0 && k->marks++ < MARKS_MAX)
			buf_add(k->out, k->s + i, len);
		else
			json_escape(k->out, c);
		break;
	case SORT_UNKNOWN:
		json_escape(k->out, c);
		k->base = c;
		break;
	default:
		json_escape(k->out, c);
		break;
	}
	return i + len;
}

static bool
json_plain(char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

void
text_json(struct buf *out, const char *s, size_t n)
{
	struct cleaner k = { .out = out, .s = s, .n = n };
	size_t run;

	buf_room(out, n);
	for (size_t i = 0; i < n;) {
		for (run = 0; i + run < n && json_plain(s[i + run]);)
			run++;
		if (run > 0)
			put_base(&k, (unsigned char)s[i + run - 1], s + i, run);
		i += run;
		if (i < n)
			i = json_one(&k, i);
	}
	buf_add(out, "", 0);
}
