#include "base/jis.h"

#include <stdbool.h>
#include <string.h>

#define ESC       0x1b
#define SHIFT_OUT 0x0e
#define SHIFT_IN  0x0f
#define SINGLE_2  0x8e /* EUC: a half-width kana follows */
#define SINGLE_3  0x8f /* EUC: a character of JIS X 0212 follows */

enum set {
	SET_ASCII,
	SET_KANA,  /* JIS X 0201, half width */
	SET_KANJI, /* JIS X 0208 */
	SET_MORE,  /* JIS X 0212 */
};

/* The set an escape sequence chooses; its length, or 0 if it is none. */
static size_t
escape(const char *s, size_t n, enum set *set)
{
	static const struct {
		const char *text;
		enum set set;
	} known[] = {
		{ "\033$(D", SET_MORE },
		{ "\033$(B", SET_KANJI },
		{ "\033$(@", SET_KANJI },
		{ "\033$B", SET_KANJI },
		{ "\033$@", SET_KANJI },
		{ "\033(B", SET_ASCII },
		{ "\033(J", SET_ASCII },
		{ "\033(H", SET_ASCII },
		{ "\033(I", SET_KANA },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t len = strlen(known[i].text);

		if (len <= n && memcmp(s, known[i].text, len) == 0) {
			*set = known[i].set;
			return len;
		}
	}
	return 0;
}

static bool
graphic(char c)
{
	return c > 0x20 && c < 0x7f;
}

/* One character of a set, eight-bit; how many bytes of s it took. */
static size_t
put(struct buf *out, const char *s, size_t n, enum set *set)
{
	if ((unsigned char)*s >= 0xa1 && (unsigned char)*s <= 0xdf) {
		/* Kana sent as eight bits, against all rules. */
		buf_chr(out, (char)SINGLE_2);
		buf_chr(out, *s);
		return 1;
	}
	/* A line begins in ASCII (RFC 1468). */
	if (*s == '\n' || *s == '\r')
		*set = SET_ASCII;
	if (*set == SET_ASCII || !graphic(*s)) {
		buf_chr(out, *s);
		return 1;
	}
	if (*set == SET_KANA) {
		buf_chr(out, (char)SINGLE_2);
		buf_chr(out, (char)(*s | 0x80));
		return 1;
	}
	if (n < 2 || !graphic(s[1])) {
		buf_chr(out, (char)0xff); /* half a character: refused later */
		return 1;
	}
	if (*set == SET_MORE)
		buf_chr(out, (char)SINGLE_3);
	buf_chr(out, (char)(s[0] | 0x80));
	buf_chr(out, (char)(s[1] | 0x80));
	return 2;
}

void
jis_to_euc(struct buf *out, const char *bytes, size_t n)
{
	enum set set = SET_ASCII;

	for (size_t i = 0; i < n;) {
		size_t len =
		    bytes[i] == ESC ? escape(bytes + i, n - i, &set) : 0;

		i += len > 0 ? len : put(out, bytes + i, n - i, &set);
	}
}

void
hz_to_gb(struct buf *out, const char *bytes, size_t n)
{
	bool chinese = false;

	for (size_t i = 0; i < n; i++) {
		char c = bytes[i], next = i + 1 < n ? bytes[i + 1] : '\0';

		if (c == '~' && (next == '{' || next == '}')) {
			chinese = next == '{';
			i++;
		} else if (c == '~' && next == '~' && !chinese) {
			buf_chr(out, '~');
			i++;
		} else if (c == '~' && next == '\n' && !chinese) {
			i++;
		} else if (chinese && graphic(c) && graphic(next)) {
			buf_chr(out, (char)(c | 0x80));
			buf_chr(out, (char)(next | 0x80));
			i++;
		} else {
			/* Forgotten "~}" ends with the line. */
			chinese = chinese && c != '\n';
			buf_chr(out, c);
		}
	}
}

void
shift_to_euc(struct buf *out, const char *bytes, size_t n)
{
	bool shifted = false;

	for (size_t i = 0; i < n; i++) {
		char c = bytes[i];

		if (c == SHIFT_OUT || c == SHIFT_IN) {
			shifted = c == SHIFT_OUT;
		} else if (c == ESC && i + 3 < n && bytes[i + 1] == '$' &&
			   (bytes[i + 2] == ')' || bytes[i + 2] == '*')) {
			i += 3; /* names the set, of which we know one */
		} else {
			shifted = shifted && c != '\n';
			buf_chr(out,
			    shifted && graphic(c) ? (char)(c | 0x80) : c);
		}
	}
}
