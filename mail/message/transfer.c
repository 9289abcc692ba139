/*
 * transfer.c -- base64, quoted-printable and uuencode as found in the wild.
 */
#include "mail/message/transfer.h"

#include <stdint.h>
#include <string.h>

enum transfer
transfer_named(struct bytes value)
{
	value = bytes_trim(value);
	if (value.n > 0 && value.s[0] == '"')
		value = bytes_cut(value, 1, value.n);
	if (bytes_begin(value, "base64") || bytes_begin(value, "base-64"))
		return TRANSFER_BASE64;
	if (bytes_begin(value, "quoted"))
		return TRANSFER_QUOTED;
	if (bytes_begin(value, "x-uue") || bytes_begin(value, "uue") ||
	    bytes_begin(value, "x-uue"))
		return TRANSFER_UUENCODE;
	return TRANSFER_NONE;
}

/* The value of a digit, or -1; "-" and "_" are digits of RFC 4648 5. */
/* clang-format off */
static const signed char base64_values[256] = {
#define X16 -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1
	X16, X16,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 62, -1, 62, -1, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -1, -1, -1,
	-1,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, -1, -1, -1, -1, 63,
	-1, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, -1, -1, -1, -1, -1,
	X16, X16, X16, X16, X16, X16, X16, X16,
#undef X16
};
/* clang-format on */

static int
base64_value(char c)
{
	return base64_values[(unsigned char)c];
}

/* Four digits at a time; a rest of two or three gives one or two bytes. */
struct base64 {
	uint32_t bits;
	int digits;
};

static void
base64_flush(struct base64 *d, struct buf *out)
{
	if (d->digits >= 2)
		buf_chr(out, (char)(d->bits >> (d->digits * 6 - 8)));
	if (d->digits == 3)
		buf_chr(out, (char)(d->bits >> 2));
	d->digits = 0;
	d->bits = 0;
}

static void
base64_digit(struct base64 *d, struct buf *out, int value)
{
	d->bits = d->bits << 6 | (uint32_t)value;
	if (++d->digits == 4) {
		char three[3] = { (char)(d->bits >> 16), (char)(d->bits >> 8),
			(char)d->bits };

		buf_add(out, three, 3);
		d->digits = 0;
		d->bits = 0;
	}
}

void
transfer_base64(struct buf *out, struct bytes b)
{
	struct base64 d = { 0, 0 };

	for (size_t i = 0; i < b.n; i++) {
		int value = base64_value(b.s[i]);

		if (value >= 0)
			base64_digit(&d, out, value);
		else if (b.s[i] == '=')
			base64_flush(&d, out);
	}
	base64_flush(&d, out);
}

/* As many whole groups of four digits as stand at the start of b. */
static size_t
base64_groups(struct buf *out, struct bytes b)
{
	char *to = buf_room(out, b.n / 4 * 3);
	char *from = to;
	size_t i = 0;

	for (; i + 4 <= b.n; i += 4) {
		int v0 = base64_value(b.s[i]);
		int v1 = base64_value(b.s[i + 1]);
		int v2 = base64_value(b.s[i + 2]);
		int v3 = base64_value(b.s[i + 3]);

		if ((v0 | v1 | v2 | v3) < 0)
			break;
		*to++ = (char)(v0 << 2 | v1 >> 4);
		*to++ = (char)(v1 << 4 | v2 >> 2);
		*to++ = (char)(v2 << 6 | v3);
	}
	out->len += (size_t)(to - from);
	buf_add(out, "", 0);
	return i;
}

/* "_____": letters of base64 that no file has in a row. */
static bool
is_rule(struct bytes line)
{
	for (size_t i = 1; i < line.n; i++)
		if (line.s[i] != line.s[0])
			return false;
	return line.n >= 5 && strchr("_-=*", line.s[0]) != NULL;
}

/* "-- ": what stands above a signature; a list's footer often is one. */
static bool
is_dashes(struct bytes line)
{
	return line.n == 2 && memcmp(line.s, "--", 2) == 0;
}

/*
 * A line of words after the padding or an empty line is a footer that a list
 * or a scanner added; where neither is, a rule above it shows that.
 */
static bool
is_footer(struct bytes line)
{
	for (size_t i = 0; i < line.n; i++)
		if (base64_value(line.s[i]) < 0 && line.s[i] != '=' &&
		    !is_blank(line.s[i]))
			return true;
	return memchr(line.s, ' ', line.n) != NULL;
}

/* A long word of capitals, small letters and digits, and nothing else. */
static bool
is_surely_base64(struct bytes line)
{
	bool capital = false, small = false, other = false;

	for (size_t i = 0; i < line.n; i++) {
		if (base64_value(line.s[i]) < 0 && line.s[i] != '=')
			return false;
		capital = capital || (line.s[i] >= 'A' && line.s[i] <= 'Z');
		small = small || (line.s[i] >= 'a' && line.s[i] <= 'z');
		other = other || !is_letter(line.s[i]);
	}
	return line.n >= 16 && capital && small && other;
}

/* Words under a wrong label: too much of their start is no base64. */
static bool
is_no_base64(struct bytes b)
{
	struct bytes rest = b, line = { b.s, 0 };
	size_t bad = 0;
	size_t words = 0;

	while (bytes_line(&rest, &line) && bytes_trim(line).n == 0)
		;
	if (is_surely_base64(bytes_trim(line)))
		return false;
	b = bytes_trim(bytes_cut(b, 0, 1000));
	for (size_t i = 0; i < b.n; i++) {
		bad += base64_value(b.s[i]) < 0 && b.s[i] != '=' &&
		       b.s[i] != '\r' && b.s[i] != '\n';
		words += b.s[i] == ' ' || (unsigned char)b.s[i] >= 0x80;
	}
	return words > 0 && bad * 12 > b.n;
}

static void
decode_base64(struct buf *out, struct bytes b, size_t limit)
{
	struct base64 d = { 0, 0 };
	struct bytes line;
	bool padded = false, gap = false;
	size_t start = out->len;

	if (is_no_base64(b)) {
		buf_add(out, b.s, b.n < limit ? b.n : limit);
		return;
	}
	while (bytes_line(&b, &line) && out->len - start < limit) {
		line = bytes_trim(line);
		if (((padded || gap) && line.n > 0 && is_footer(line)) ||
		    ((padded || gap || d.digits == 0) && is_dashes(line)) ||
		    (d.digits == 0 && is_rule(line))) {
			base64_flush(&d, out);
			buf_chr(out, '\n');
			buf_add(out, line.s, line.n);
			buf_chr(out, '\n');
			buf_add(out, b.s, b.n);
			break;
		}
		gap = line.n == 0 && out->len > start;
		if (d.digits == 0) {
			size_t whole = base64_groups(out, line);

			padded = padded && whole == 0;
			line = bytes_cut(line, whole, line.n);
		}
		for (size_t i = 0; i < line.n; i++) {
			int value = base64_value(line.s[i]);

			if (value >= 0) {
				base64_digit(&d, out, value);
				padded = false;
			} else if (line.s[i] == '=') {
				base64_flush(&d, out);
				padded = true;
			}
		}
	}
	base64_flush(&d, out);
}

/* One "=XX" at b; returns how many bytes it took, 0 if it is none. */
static size_t
quoted_pair(struct buf *out, struct bytes b)
{
	int high;
	int low;

	if (b.n < 3)
		return 0;
	high = hex_value(b.s[1]);
	low = hex_value(b.s[2]);
	if (high < 0 || low < 0)
		return 0;
	buf_chr(out, (char)(high << 4 | low));
	return 3;
}

/* One line; false if it ends in a soft break. */
static bool
quoted_line(struct buf *out, struct bytes line)
{
	size_t from = 0;
	size_t i = 0;

	while (line.n > 0 && is_blank(line.s[line.n - 1]))
		line.n--;
	while (i < line.n) {
		size_t took;

		if (line.s[i] != '=') {
			i++;
			continue;
		}
		buf_add(out, line.s + from, i - from);
		if (i + 1 == line.n)
			return false;
		took = quoted_pair(out, bytes_cut(line, i, line.n));
		if (took == 0) { /* a loose "=" stays */
			buf_chr(out, '=');
			took = 1;
		}
		i += took;
		from = i;
	}
	buf_add(out, line.s + from, line.n - from);
	return true;
}

static void
decode_quoted(struct buf *out, struct bytes b, size_t limit)
{
	struct bytes line;
	size_t start = out->len;

	while (b.n > 0 && out->len - start < limit) {
		bool crlf;
		bool ended;
		struct bytes whole = b;

		bytes_line(&b, &line);
		ended = whole.s[whole.n - b.n - 1] == '\n';
		crlf = ended && whole.s + line.n < b.s - 1;
		if (!quoted_line(out, line) || !ended)
			continue;
		buf_str(out, crlf ? "\r\n" : "\n");
	}
}

void
transfer_q(struct buf *out, struct bytes b)
{
	size_t i = 0;

	while (i < b.n) {
		size_t took = 0;

		if (b.s[i] == '=')
			took = quoted_pair(out, bytes_cut(b, i, b.n));
		if (took == 0) {
			buf_chr(out, b.s[i] == '_' ? ' ' : b.s[i]);
			took = 1;
		}
		i += took;
	}
}

static int
uu_value(char c)
{
	return (c - ' ') & 0x3f;
}

/* One line of a uuencoded file; false if it cannot be one. */
static bool
uu_line(struct buf *out, struct bytes line)
{
	int left;

	if (line.n == 0 || line.s[0] < ' ' || line.s[0] > '`')
		return false;
	left = uu_value(line.s[0]);
	if (left > 45 || line.n < 1 + (size_t)left)
		return false;
	for (size_t i = 1; left > 0; i += 4, left -= 3) {
		int v[4] = { 0, 0, 0, 0 };

		for (size_t k = 0; k < 4 && i + k < line.n; k++)
			v[k] = uu_value(line.s[i + k]);
		buf_chr(out, (char)(v[0] << 2 | v[1] >> 4));
		if (left > 1)
			buf_chr(out, (char)(v[1] << 4 | v[2] >> 2));
		if (left > 2)
			buf_chr(out, (char)(v[2] << 6 | v[3]));
	}
	return true;
}

static bool
uu_begin(struct bytes line, struct bytes *name)
{
	size_t i = 6;

	if (line.n < 10 || memcmp(line.s, "begin ", 6) != 0)
		return false;
	while (i < line.n && line.s[i] >= '0' && line.s[i] <= '7')
		i++;
	if (i < 9 || i > 10 || i >= line.n || line.s[i] != ' ')
		return false;
	*name = bytes_trim(bytes_cut(line, i, line.n));
	return name->n > 0;
}

size_t
transfer_uudecode(struct buf *out, struct bytes b, struct bytes *name)
{
	struct bytes rest = b;
	struct bytes line;
	size_t start = out->len;

	if (!bytes_line(&rest, &line) || !uu_begin(line, name))
		return 0;
	while (bytes_line(&rest, &line)) {
		if (bytes_same(bytes_trim(line), "end"))
			return b.n - rest.n;
		if (!uu_line(out, line) && bytes_trim(line).n > 0)
			break;
	}
	buf_cut(out, start);
	return 0;
}

size_t
transfer_ydecode(struct buf *out, struct bytes b, struct bytes *name)
{
	struct bytes rest = b;
	struct bytes line;
	size_t start = out->len;
	size_t at;

	if (!bytes_line(&rest, &line) || !bytes_begin(line, "=ybegin ") ||
	    (at = bytes_find_exact(line, " name=")) == (size_t)-1)
		return 0;
	*name = bytes_trim(bytes_cut(line, at + 6, line.n));
	while (bytes_line(&rest, &line)) {
		if (bytes_begin(line, "=yend"))
			return b.n - rest.n;
		if (bytes_begin(line, "=ypart "))
			continue;
		for (size_t i = 0; i < line.n; i++) {
			bool escaped = line.s[i] == '=' && i + 1 < line.n;

			i += escaped;
			buf_chr(out, (char)(line.s[i] - 42 - 64 * escaped));
		}
	}
	buf_cut(out, start);
	return 0;
}

void
transfer_decode(struct buf *out, enum transfer how, struct bytes b,
    size_t limit)
{
	struct bytes name;
	size_t at;

	switch (how) {
	case TRANSFER_BASE64:
		decode_base64(out, b, limit);
		return;
	case TRANSFER_QUOTED:
		decode_quoted(out, b, limit);
		return;
	case TRANSFER_UUENCODE:
		at = bytes_find_exact(b, "begin ");
		if (at != (size_t)-1 &&
		    transfer_uudecode(out, bytes_cut(b, at, b.n), &name) > 0)
			return;
		break;
	case TRANSFER_NONE:
		break;
	}
	buf_add(out, b.s, b.n < limit ? b.n : limit);
}
