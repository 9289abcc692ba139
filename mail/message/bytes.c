/*
 * bytes.c -- looking into bytes without trusting them.
 */
#include "mail/message/bytes.h"

#include <string.h>

struct bytes
bytes_of(const char *s)
{
	return (struct bytes){ s, strlen(s) };
}

struct bytes
bytes_trim(struct bytes b)
{
	while (b.n > 0 && is_blank(b.s[0])) {
		b.s++;
		b.n--;
	}
	while (b.n > 0 && is_blank(b.s[b.n - 1]))
		b.n--;
	return b;
}

size_t
bytes_unseen(struct bytes b)
{
	const unsigned char *c = (const unsigned char *)b.s;

	if (b.n == 0)
		return 0;
	if (c[0] < 0x80)
		return is_blank(b.s[0]) ? 1 : 0;
	/* No-break blank, soft hyphen; the Arabic letter mark. */
	if (b.n >= 2 && ((c[0] == 0xc2 && (c[1] == 0xa0 || c[1] == 0xad)) ||
			    (c[0] == 0xd8 && c[1] == 0x9c)))
		return 2;
	if (b.n < 3)
		return 0;
	/* U+2000 to 200F, 2028 to 202F, 205F to 206F; U+3000; U+FEFF. */
	if ((c[0] == 0xe2 && c[1] == 0x80 &&
		((c[2] >= 0x80 && c[2] <= 0x8f) ||
		    (c[2] >= 0xa8 && c[2] <= 0xaf))) ||
	    (c[0] == 0xe2 && c[1] == 0x81 && c[2] >= 0x9f && c[2] <= 0xaf) ||
	    (c[0] == 0xe3 && c[1] == 0x80 && c[2] == 0x80) ||
	    (c[0] == 0xef && c[1] == 0xbb && c[2] == 0xbf))
		return 3;
	return 0;
}

struct bytes
bytes_bare(struct bytes b)
{
	size_t took;

	while ((took = bytes_unseen(b)) > 0)
		b = bytes_cut(b, took, b.n);
	for (size_t back = 1; back <= 3 && back <= b.n;) {
		unsigned char last = (unsigned char)b.s[b.n - 1];
		struct bytes end = bytes_cut(b, b.n - back, b.n);

		if (last < 0x80 && !is_blank((char)last))
			break;
		if (bytes_unseen(end) == back) {
			b.n -= back;
			back = 1;
		} else {
			back++;
		}
	}
	return b;
}

int
bytes_digit(struct bytes b, size_t *took)
{
	static const struct {
		char lead[3];
		unsigned char zero; /* the last byte of its nought */
	} scripts[] = {
		{ "\xd9", 0xa0 },     /* Arabic */
		{ "\xdb", 0xb0 },     /* Persian */
		{ "\xe0\xa5", 0xa6 }, /* Devanagari */
		{ "\xe0\xa7", 0xa6 }, /* Bengali */
		{ "\xe0\xb9", 0x90 }, /* Thai */
		{ "\xef\xbc", 0x90 }, /* full width */
	};

	if (b.n > 0 && is_digit(b.s[0])) {
		*took = 1;
		return b.s[0] - '0';
	}
	if (b.n == 0 || (unsigned char)b.s[0] < 0x80)
		return -1;
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
		size_t n = strlen(scripts[i].lead);
		int v;

		if (b.n <= n || memcmp(b.s, scripts[i].lead, n) != 0)
			continue;
		v = (unsigned char)b.s[n] - scripts[i].zero;
		if (v >= 0 && v <= 9) {
			*took = n + 1;
			return v;
		}
	}
	return -1;
}

bool
bytes_begin(struct bytes b, const char *word)
{
	size_t n = strlen(word);

	if (b.n < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (to_lower(b.s[i]) != to_lower(word[i]))
			return false;
	return true;
}

bool
bytes_same(struct bytes b, const char *word)
{
	return b.n == strlen(word) && bytes_begin(b, word);
}

/* The next place of a letter from at on, or the end. */
static size_t
next_letter(struct bytes b, size_t at, char c)
{
	const char *p = at < b.n ? memchr(b.s + at, c, b.n - at) : NULL;

	return p ? (size_t)(p - b.s) : b.n;
}

size_t
bytes_find(struct bytes b, const char *word)
{
	size_t n = strlen(word), small, large, i;
	char capital = word[0];

	if (n == 0)
		return 0;
	if (capital >= 'a' && capital <= 'z')
		capital = (char)(capital - 'a' + 'A');
	small = next_letter(b, 0, word[0]);
	large = capital == word[0] ? b.n : next_letter(b, 0, capital);
	while ((i = small < large ? small : large) + n <= b.n) {
		if (bytes_begin(bytes_cut(b, i, b.n), word))
			return i;
		if (i == small)
			small = next_letter(b, i + 1, word[0]);
		else
			large = next_letter(b, i + 1, capital);
	}
	return (size_t)-1;
}

size_t
bytes_find_exact(struct bytes b, const char *word)
{
	const char *p = b.n ? memmem(b.s, b.n, word, strlen(word)) : NULL;

	return p ? (size_t)(p - b.s) : (size_t)-1;
}

bool
bytes_line(struct bytes *rest, struct bytes *line)
{
	const char *end;

	if (rest->n == 0)
		return false;
	end = memchr(rest->s, '\n', rest->n);
	line->s = rest->s;
	line->n = end ? (size_t)(end - rest->s) : rest->n;
	*rest = bytes_cut(*rest, line->n + (end != NULL), rest->n);
	if (line->n > 0 && line->s[line->n - 1] == '\r')
		line->n--;
	return true;
}

int
hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	c = to_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
