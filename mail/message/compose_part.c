#include "mail/message/compose_part.h"

#include <string.h>

#include "base/hash.h"
#include "mail/message/bytes.h"

#define LINE      76 /* RFC 2045, 6.7 and 6.8 */
#define PARAM_ROW 60 /* letters of a parameter on one line */

/* ---- parameters ---- */

/* Short, and nothing that a reader could take for something else? */
static bool
is_simple(const char *value)
{
	if (strlen(value) > PARAM_ROW || strstr(value, "=?") ||
	    strchr(value, '%'))
		return false;
	for (const char *p = value; *p != '\0'; p++)
		if (*p < ' ' || *p > 0x7e || *p == '"' || *p == '\\')
			return false;
	return true;
}

/*
 * The next stretch of a value, escaped, that fits on a line; whole
 * characters, as some readers decode line by line (RFC 2231, 3 and 4).
 */
static size_t
escape(struct buf *out, const char *value, size_t most)
{
	size_t n = 0, kept = 0, from = out->len;

	while (value[n] != '\0') {
		size_t was = out->len;

		if (((unsigned char)value[n] & 0xc0) != 0x80)
			kept = n;
		if (is_alnum(value[n]) || strchr("-._", value[n]))
			buf_chr(out, value[n]);
		else
			buf_fmt(out, "%%%02X", (unsigned char)value[n]);
		if (out->len - from > most && kept > 0) {
			buf_cut(out, was);
			break;
		}
		n++;
	}
	if (value[n] == '\0')
		return n;
	/* Back to where the last character began. */
	for (size_t i = n; i > kept; i--)
		buf_cut(out, out->len - (is_alnum(value[i - 1]) ||
						    strchr("-._", value[i - 1])
						? 1
						: 3));
	return kept;
}

static void
put_param(struct buf *out, const char *name, const char *value)
{
	struct buf row = { 0 };
	size_t at;

	if (is_simple(value)) {
		buf_fmt(out, ";\r\n\t%s=\"%s\"", name, value);
		return;
	}
	at = escape(&row, value, PARAM_ROW);
	if (value[at] == '\0')
		buf_fmt(out, ";\r\n\t%s*=utf-8''%s", name, buf_text(&row));
	else
		buf_fmt(out, ";\r\n\t%s*0*=utf-8''%s", name, buf_text(&row));
	for (int i = 1; value[at] != '\0'; i++) {
		buf_clear(&row);
		at += escape(&row, value + at, PARAM_ROW);
		buf_fmt(out, ";\r\n\t%s*%d*=%s", name, i, buf_text(&row));
	}
	buf_free(&row);
}

/* ---- bodies ---- */

static void
put_line(struct buf *out, struct bytes line)
{
	buf_add(out, line.s, line.n);
	buf_str(out, "\r\n");
}

/* One line of quoted-printable (RFC 2045, 6.7). */
static void
put_quoted(struct buf *out, struct bytes line)
{
	size_t col = 0;

	for (size_t i = 0; i < line.n; i++) {
		unsigned char c = (unsigned char)line.s[i];
		bool last = i + 1 == line.n;
		bool plain = (c > ' ' && c < 0x7f && c != '=') ||
			     ((c == ' ' || c == '\t') && !last);
		size_t n = plain ? 1 : 3;

		if (col + n > LINE - (last ? 0 : 1)) {
			buf_str(out, "=\r\n");
			col = 0;
		}
		if (plain)
			buf_chr(out, line.s[i]);
		else
			buf_fmt(out, "=%02X", c);
		col += n;
	}
	buf_str(out, "\r\n");
}

void
part_put_text(struct buf *out, const char *type, const struct buf *text,
    bool seven)
{
	struct bytes rest = { buf_text(text), text->len }, line;

	buf_fmt(out,
	    "Content-Type: %s; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: %s\r\n\r\n",
	    type, seven ? "7bit" : "quoted-printable");
	while (bytes_line(&rest, &line)) {
		if (seven)
			put_line(out, line);
		else
			put_quoted(out, line);
	}
}

void
part_put_file(struct buf *out, const char *type, const char *name,
    const void *bytes, size_t n)
{
	const char *from = bytes;

	buf_fmt(out, "Content-Type: %s", type);
	put_param(out, "name", name);
	buf_str(out, "\r\nContent-Disposition: attachment");
	put_param(out, "filename", name);
	buf_str(out, "\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	buf_room(out, n / 57 * 78 + 100);
	while (n > 0) {
		size_t row = n < LINE / 4 * 3 ? n : LINE / 4 * 3;

		hash_base64(out, from, row);
		buf_str(out, "\r\n");
		from += row;
		n -= row;
	}
}

void
part_begin(struct buf *out, const char *subtype, const char *boundary)
{
	buf_fmt(out, "Content-Type: multipart/%s;\r\n\tboundary=\"%s\"\r\n",
	    subtype, boundary);
}

void
part_next(struct buf *out, const char *boundary)
{
	buf_fmt(out, "\r\n--%s\r\n", boundary);
}

void
part_end(struct buf *out, const char *boundary)
{
	buf_fmt(out, "\r\n--%s--\r\n", boundary);
}
