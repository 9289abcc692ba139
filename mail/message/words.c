/*
 * words.c -- decoding of header text.
 */
#include "mail/message/words.h"

#include <string.h>

#include "base/charset.h"
#include "base/text.h"
#include "mail/message/transfer.h"

#define CHARSET_SIZE 64

/* An encoded word: =?charset*language?encoding?text?= */
struct word {
	char charset[CHARSET_SIZE];
	char encoding; /* 'b' or 'q' */
	struct bytes text;
	size_t length; /* bytes it takes */
};

static bool
is_multibyte(const char *charset)
{
	static const char *const names[] = { "gb", "big5", "euc", "shift",
		"sjis", "x-sjis", "ks_c", "cp9", "ms9", "windows-31j",
		"iso-2022", "hz" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (bytes_begin(bytes_of(charset), names[i]))
			return true;
	return false;
}

/* Valid UTF-8 in which every character takes at most two bytes. */
static bool
only_pairs(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		if ((unsigned char)b.s[i] >= 0xe0)
			return false;
	return true;
}

bool
words_is_utf8(const char *charset)
{
	return text_same(charset, "utf-8") || text_same(charset, "utf8");
}

const char *
words_charset(struct buf *out, const char *declared, struct bytes b)
{
	/*
	 * A few double-byte characters are valid UTF-8 by accident; longer
	 * text is not, and a wrong label on real UTF-8 shows as triples.
	 */
	if (declared && b.n > 0 && is_multibyte(declared) && only_pairs(b) &&
	    charset_exact(out, declared, b.s, b.n) == 0)
		return declared;
	if (declared && words_is_utf8(declared) && !text_valid(b.s, b.n)) {
		charset_mixed(out, NULL, b.s, b.n);
		return "utf-8";
	}
	return charset_decode(out, declared, b.s, b.n);
}

/* Where the text of a word that begins at s ends: at "?=". */
static bool
find_end(struct bytes b, size_t from, size_t *end, size_t *after)
{
	for (size_t i = from; i + 1 < b.n; i++) {
		if (b.s[i] != '?' || b.s[i + 1] != '=')
			continue;
		/* "?=3D" can be inside a Q text that left "?" as it is. */
		if (i == from && i + 2 < b.n && hex_value(b.s[i + 2]) >= 0 &&
		    bytes_find_exact(bytes_cut(b, i + 2, b.n), "?=") !=
			(size_t)-1)
			continue;
		*end = i;
		*after = i + 2;
		return true;
	}
	/* Cut off: take the rest, if it is one unbroken run. */
	if (from >= b.n || memchr(b.s + from, ' ', b.n - from))
		return false;
	*end = b.n;
	if (b.s[*end - 1] == '?')
		*end -= 1;
	*after = b.n;
	return true;
}

static bool
read_word(struct bytes b, struct word *w)
{
	size_t i = 2;
	size_t n = 0;
	size_t end;

	if (b.n < 6 || b.s[0] != '=' || b.s[1] != '?')
		return false;
	while (i < b.n && b.s[i] != '?' && !is_blank(b.s[i]) &&
	       n + 1 < CHARSET_SIZE)
		w->charset[n++] = b.s[i++];
	w->charset[n] = '\0';
	if (n == 0 || i + 2 >= b.n || b.s[i] != '?' || b.s[i + 2] != '?')
		return false;
	w->charset[strcspn(w->charset, "*")] = '\0';
	if (w->charset[0] == '\0')
		return false;
	w->encoding = to_lower(b.s[i + 1]);
	if (w->encoding != 'b' && w->encoding != 'q')
		return false;
	if (!find_end(b, i + 3, &end, &w->length))
		return false;
	w->text = bytes_cut(b, i + 3, end);
	return true;
}

/* One line: a run of control characters and blanks after it is a blank. */
static void
flatten(struct buf *out, size_t from)
{
	size_t to = from;
	bool control = false;

	for (size_t i = from; i < out->len; i++) {
		bool is = (unsigned char)out->data[i] < ' ';

		if (control && (is || out->data[i] == ' '))
			continue;
		out->data[to++] = is ? ' ' : out->data[i];
		control = is;
	}
	if (out->len > to)
		buf_cut(out, to);
}

/* Decode what words of one charset have gathered. */
static void
flush(struct buf *out, struct buf *bytes, const char *charset)
{
	struct bytes b = { buf_text(bytes), bytes->len };

	if (b.n > 0)
		words_charset(out, charset, b);
	buf_clear(bytes);
}

/* Has the charset letters with accents where Latin-1 has them? */
static bool
is_european(const char *charset)
{
	struct buf out = { 0 };
	size_t len;
	bool is = charset_exact(&out, charset, "\xe9", 1) == 0 &&
		  text_next(buf_text(&out), out.len, &len) < 0x250;

	buf_free(&out);
	return is;
}

void
words_plain(struct buf *out, struct bytes value, const char *hint)
{
	size_t from = out->len;

	if (value.n == 0)
		return;
	/* Headers may come from programs of different countries. */
	if (hint && charset_is_accents(value.s, value.n) && !is_european(hint))
		hint = NULL;
	words_charset(out, hint, value);
	flatten(out, from);
}

/* Blanks alone between two encoded words do not count (RFC 2047 6.2). */
static bool
blank_gap(struct bytes b, size_t *gap)
{
	size_t i = 0;

	while (i < b.n && is_blank(b.s[i]))
		i++;
	*gap = i;
	return i + 1 < b.n && b.s[i] == '=' && b.s[i + 1] == '?';
}

/* The run of words at the start of b; returns the bytes it takes. */
static size_t
decode_run(struct buf *out, struct bytes b)
{
	struct buf bytes = { 0 };
	struct word w = { .charset = "" };
	char last[CHARSET_SIZE] = "";
	size_t at = 0;

	for (;;) {
		struct bytes rest = bytes_cut(b, at, b.n);
		size_t gap = 0;

		if (at > 0 && !blank_gap(rest, &gap))
			break;
		rest = bytes_cut(rest, gap, rest.n);
		if (!read_word(rest, &w))
			break;
		if (strcasecmp(w.charset, last) != 0)
			flush(out, &bytes, last);
		memcpy(last, w.charset, sizeof last);
		if (w.encoding == 'b')
			transfer_base64(&bytes, w.text);
		else
			transfer_q(&bytes, w.text);
		at += gap + w.length;
	}
	flush(out, &bytes, last);
	buf_free(&bytes);
	return at;
}

void
words_decode(struct buf *out, struct bytes value, const char *hint)
{
	size_t start = out->len;
	size_t from = 0;
	size_t i = 0;

	while (i + 1 < value.n) {
		struct bytes rest = bytes_cut(value, i, value.n);
		struct word w;

		if (rest.s[0] != '=' || rest.s[1] != '?' ||
		    !read_word(rest, &w)) {
			i++;
			continue;
		}
		words_plain(out, bytes_cut(value, from, i), hint);
		i += decode_run(out, rest);
		from = i;
	}
	words_plain(out, bytes_cut(value, from, value.n), hint);
	flatten(out, start);
}

/* Bytes of these are no characters by themselves. */
static bool
is_plain_charset(const char *charset)
{
	return strncasecmp(charset, "iso-2022", 8) != 0 &&
	       strncasecmp(charset, "utf-16", 6) != 0 &&
	       strncasecmp(charset, "utf-32", 6) != 0 &&
	       strncasecmp(charset, "hz-gb", 5) != 0;
}

bool
words_control(struct bytes value)
{
	for (size_t i = 0; i + 1 < value.n; i++) {
		struct bytes rest = bytes_cut(value, i, value.n);
		struct buf bytes = { 0 };
		bool found = false;
		struct word w;

		if (rest.s[0] != '=' || rest.s[1] != '?' ||
		    !read_word(rest, &w) || !is_plain_charset(w.charset))
			continue;
		if (w.encoding == 'b')
			transfer_base64(&bytes, w.text);
		else
			transfer_q(&bytes, w.text);
		for (size_t j = 0; j < bytes.len; j++) {
			unsigned char c = (unsigned char)bytes.data[j];

			found = found || (c < ' ' && c != '\t') || c == 0x7f;
		}
		buf_free(&bytes);
		if (found)
			return true;
		i += w.length - 1;
	}
	return false;
}

char *
words_text(struct arena *a, struct bytes value, const char *hint)
{
	struct buf out = { 0 };
	char *s;

	words_decode(&out, value, hint);
	s = arena_strn(a, buf_text(&out), out.len);
	buf_free(&out);
	return s;
}
