/*
 * rtf.c -- unpacking RTF and reading its words.
 *
 * Only what carries words is looked at; every group is a level of a stack,
 * every control word is read once.
 */
#include "mail/message/rtf.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/charset.h"
#include "base/text.h"

#define RING      4096
#define RAW_MOST  (16u << 20)
#define LEVELS    100
#define WORD_SIZE 24 /* longer control words are none of ours */

/* ---- compression ---- */

/* What the ring holds before anything was written ([MS-OXRTFCP] 2.1.2.1). */
static const char prefill[] =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}"
    "{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    "MS Sans SerifSymbolArialTimes New RomanCourier"
    "{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

static uint32_t
number(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;

	return (uint32_t)u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 |
	       (uint32_t)u[3] << 24;
}

struct ring {
	char v[RING];
	unsigned at;
};

static void
put(struct ring *r, struct buf *out, char c)
{
	buf_chr(out, c);
	r->v[r->at] = c;
	r->at = (r->at + 1) % RING;
}

static void
expand(struct buf *out, struct bytes b, size_t most)
{
	struct ring r = { .at = sizeof prefill - 1 };
	size_t i = 0;

	memcpy(r.v, prefill, sizeof prefill - 1);
	while (i < b.n && out->len < most) {
		unsigned control = (unsigned char)b.s[i++];

		for (int bit = 0; bit < 8 && i < b.n; bit++) {
			unsigned word, from;

			if (!(control >> bit & 1)) {
				put(&r, out, b.s[i++]);
				continue;
			}
			if (i + 1 >= b.n)
				return;
			word = (unsigned)(unsigned char)b.s[i] << 8 |
			       (unsigned char)b.s[i + 1];
			i += 2;
			from = word >> 4;
			if (from == r.at)
				return;
			for (unsigned k = 0; k < (word & 15) + 2; k++)
				put(&r, out, r.v[(from + k) % RING]);
		}
	}
}

bool
rtf_unpack(struct buf *out, struct bytes packed)
{
	uint32_t raw;

	if (packed.n < 16)
		return false;
	raw = number(packed.s + 4);
	if (raw > RAW_MOST)
		raw = RAW_MOST;
	switch (number(packed.s + 8)) {
	case 0x414c454d: /* "MELA": as it is */
		packed = bytes_cut(packed, 16, packed.n);
		buf_add(out, packed.s, raw < packed.n ? raw : packed.n);
		return true;
	case 0x75465a4c: /* "LZFu" */
		expand(out, bytes_cut(packed, 16, packed.n), raw);
		buf_cut(out, raw);
		return true;
	default:
		return false;
	}
}

/* ---- words ---- */

struct level {
	bool silent; /* nothing in the group is for readers */
	bool tag;    /* what is in it is HTML itself */
	bool dull;   /* \htmlrtf: words that stand in the HTML too */
	int skip;    /* characters that stand for a \u (\ucN) */
};

struct reading {
	struct buf *out;
	struct buf bytes; /* of the code page, not decoded yet */
	char charset[16];
	bool html;
	struct level level[LEVELS];
	int depth;
	int deeper;     /* groups beyond the last level */
	int skip;       /* characters still to be passed over */
	uint32_t first; /* half of a pair (UTF-16) */
};

static struct level *
level_of(struct reading *r)
{
	return &r->level[r->depth];
}

static bool
is_heard(struct reading *r)
{
	struct level *l = level_of(r);

	if (l->silent || r->deeper > 0)
		return false;
	return l->tag || !(r->html && l->dull);
}

static void
flush(struct reading *r)
{
	if (r->bytes.len > 0)
		charset_decode(r->out, r->charset, r->bytes.data, r->bytes.len);
	buf_clear(&r->bytes);
}

static void
add_char(struct reading *r, uint32_t c)
{
	if (r->skip > 0) {
		r->skip--;
		return;
	}
	if (!is_heard(r))
		return;
	flush(r);
	text_put_to(r->out, c);
}

static void
add_byte(struct reading *r, char c)
{
	if (r->skip > 0)
		r->skip--;
	else if (is_heard(r))
		buf_chr(&r->bytes, c);
}

/* \uN, a unit of UTF-16; negative above 32767. */
static void
add_unit(struct reading *r, long n)
{
	uint32_t c = (uint32_t)(n < 0 ? n + 65536 : n) & 0xffff;

	r->skip = 0;
	if (c >= 0xd800 && c < 0xdc00) {
		r->first = c;
	} else if (c >= 0xdc00 && c < 0xe000 && r->first != 0) {
		add_char(r,
		    0x10000 + ((r->first - 0xd800) << 10) + (c - 0xdc00));
		r->first = 0;
	} else {
		add_char(r, c);
	}
	r->skip = level_of(r)->skip;
}

/* Groups whose words are no part of the text. */
static const char *const silent[] = { "fonttbl", "colortbl", "stylesheet",
	"info", "pict", "object", "header", "footer", "headerl", "headerr",
	"footerl", "footerr", "listtable", "listoverridetable", "generator",
	"xmlnstbl", "themedata", "datafield", "fldinst", "filetbl", "revtbl",
	"rsidtbl" };

static const struct {
	const char *word;
	uint32_t c;
} letters[] = {
	{ "par", '\n' },
	{ "line", '\n' },
	{ "sect", '\n' },
	{ "page", '\n' },
	{ "row", '\n' },
	{ "tab", '\t' },
	{ "cell", '\t' },
	{ "emdash", 0x2014 },
	{ "endash", 0x2013 },
	{ "bullet", 0x2022 },
	{ "lquote", 0x2018 },
	{ "rquote", 0x2019 },
	{ "ldblquote", 0x201c },
	{ "rdblquote", 0x201d },
};

static void
use_word(struct reading *r, const char *word, bool has, long n)
{
	struct level *l = level_of(r);

	if (strcmp(word, "u") == 0 && has) {
		add_unit(r, n);
	} else if (strcmp(word, "uc") == 0) {
		l->skip = n >= 0 && n < 10 ? (int)n : 1;
	} else if (strcmp(word, "ansicpg") == 0 && n > 0 && n < 100000) {
		snprintf(r->charset, sizeof r->charset, "cp%ld", n);
	} else if (strcmp(word, "fromhtml") == 0) {
		r->html = true;
	} else if (strcmp(word, "htmlrtf") == 0) {
		l->dull = !has || n != 0;
	} else if (strcmp(word, "htmltag") == 0 && r->deeper == 0) {
		l->tag = true;
		l->silent = false;
	} else {
		for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
			if (strcmp(word, letters[i].word) == 0)
				add_char(r, letters[i].c);
		for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
			if (strcmp(word, silent[i]) == 0)
				l->silent = true;
	}
}

/* A control word at i, which is past the backslash; returns its end. */
static size_t
control_word(struct reading *r, struct bytes b, size_t i)
{
	char word[WORD_SIZE] = "";
	size_t len = 0;
	long n = 0;
	bool minus = false;
	bool has = false;

	for (; i < b.n && is_letter(b.s[i]); i++)
		if (len + 1 < sizeof word)
			word[len++] = b.s[i];
	if (i + 1 < b.n && b.s[i] == '-' && is_digit(b.s[i + 1])) {
		minus = true;
		i++;
	}
	for (; i < b.n && is_digit(b.s[i]); i++) {
		has = true;
		n = n < 10000000 ? n * 10 + (b.s[i] - '0') : n;
	}
	if (i < b.n && b.s[i] == ' ')
		i++;
	use_word(r, word, has, minus ? -n : n);
	return i;
}

/* What follows a backslash at i; returns its end. */
static size_t
control(struct reading *r, struct bytes b, size_t i)
{
	char c = i < b.n ? b.s[i] : ' ';

	if (is_letter(c))
		return control_word(r, b, i);
	switch (c) {
	case '\'':
		if (i + 2 < b.n && hex_value(b.s[i + 1]) >= 0 &&
		    hex_value(b.s[i + 2]) >= 0)
			add_byte(r, (char)(hex_value(b.s[i + 1]) << 4 |
					   hex_value(b.s[i + 2])));
		return i + 3 < b.n ? i + 3 : b.n;
	case '*':
		level_of(r)->silent = true;
		break;
	case '~':
		add_char(r, 0xa0);
		break;
	case '_':
		add_char(r, '-');
		break;
	case '\\':
	case '{':
	case '}':
		add_byte(r, c);
		break;
	case '\r':
	case '\n':
		add_char(r, '\n');
		break;
	}
	return i < b.n ? i + 1 : b.n;
}

static void
open_group(struct reading *r)
{
	flush(r);
	r->skip = 0;
	if (r->depth + 1 == LEVELS || r->deeper > 0) {
		r->deeper++;
		return;
	}
	r->level[r->depth + 1] = r->level[r->depth];
	r->depth++;
}

static void
close_group(struct reading *r)
{
	flush(r);
	r->skip = 0;
	if (r->deeper > 0)
		r->deeper--;
	else if (r->depth > 0)
		r->depth--;
}

enum rtf_kind
rtf_read(struct buf *out, struct bytes rtf)
{
	struct reading r = { .out = out,
		.charset = "cp1252",
		.level = { { .skip = 1 } } };

	if (!bytes_begin(rtf, "{\\rtf"))
		return RTF_NONE;
	for (size_t i = 0; i < rtf.n && rtf.s[i] != '\0';) {
		switch (rtf.s[i]) {
		case '{':
			open_group(&r);
			i++;
			break;
		case '}':
			close_group(&r);
			i++;
			break;
		case '\\':
			i = control(&r, rtf, i + 1);
			break;
		case '\r':
		case '\n':
			i++;
			break;
		default:
			add_byte(&r, rtf.s[i++]);
		}
	}
	flush(&r);
	buf_free(&r.bytes);
	return r.html ? RTF_HTML : RTF_TEXT;
}
