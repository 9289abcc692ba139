/*
 * compose_text.c -- format=flowed and the types of attachments.
 */
#include "mail/message/compose_text.h"

#include <string.h>

#include "base/text.h"
#include "mail/message/bytes.h"
#include "mail/message/bytes_type.h"

#define FLOW_WIDTH 72
#define NARROWEST  30  /* left to the words of a quote however deep */
#define LINE_MOST  998 /* RFC 5322 2.1.1 */

/* RFC 3676 4.4: what a reader would take for stuffing, quote or From. */
static bool
needs_stuffing(struct bytes line)
{
	return line.n > 0 && (line.s[0] == ' ' || bytes_begin(line, "from "));
}

static bool
is_signature_mark(struct bytes line)
{
	return line.n == 3 && memcmp(line.s, "-- ", 3) == 0;
}

/*
 * How much of a paragraph goes on one line: up to a blank, which makes the
 * soft break and stays; all of it if there is none.  A line that would be
 * taken for the dashes of a signature goes on.
 */
static size_t
flow_break(struct bytes line, int width)
{
	size_t at = 0;

	while (at < line.n) {
		size_t next = 0;

		text_wrap(line.s + at, line.n - at, at == 0 ? width : 1, &next);
		at += next > 0 ? next : line.n - at;
		if (at < line.n && line.s[at - 1] == ' ' &&
		    !is_signature_mark(bytes_cut(line, 0, at)))
			return at;
	}
	return line.n;
}

/* Take the marks off a quoted line, "> > " as ">>": how many they are. */
static size_t
quote_depth(struct bytes *line)
{
	size_t depth = 0, i = 0;

	while (i < line->n && line->s[i] == '>') {
		depth++;
		i++;
		if (i + 1 < line->n && line->s[i] == ' ' &&
		    line->s[i + 1] == '>')
			i++;
	}
	if (depth > 0 && i < line->n && line->s[i] == ' ')
		i++;
	*line = bytes_cut(*line, i, line->n);
	return depth;
}

/* Marks stand together, and a blank behind them (RFC 3676 4.5). */
static void
put_marks(struct buf *out, size_t depth, bool words)
{
	for (size_t i = 0; i < depth; i++)
		buf_chr(out, '>');
	if (depth > 0 && words)
		buf_chr(out, ' ');
}

static void
flow_line(struct buf *out, struct bytes line)
{
	size_t depth = quote_depth(&line);
	int width = depth + 1 < FLOW_WIDTH - NARROWEST
			? FLOW_WIDTH - (int)depth - (depth > 0)
			: NARROWEST;

	if (line.n == 0)
		put_marks(out, depth, false);
	while (line.n > 0) {
		size_t n = flow_break(line, width);

		put_marks(out, depth, true);
		/* What follows a soft break may only look like a quote. */
		if (depth == 0 && (needs_stuffing(line) || line.s[0] == '>'))
			buf_chr(out, ' ');
		buf_add(out, line.s, n);
		if (n < line.n)
			buf_chr(out, '\n');
		line = bytes_cut(line, n, line.n);
	}
	buf_chr(out, '\n');
}

void
compose_plain(struct buf *out, const char *text)
{
	for (const char *s = text; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '\r' && s[1] != '\n')
			buf_chr(out, '\n');
		else if ((c >= ' ' && c != 0x7f) || c == '\n' || c == '\t')
			buf_chr(out, *s);
	}
}

bool
compose_flow(struct buf *out, const char *text)
{
	struct buf clean = { 0 };
	struct bytes rest, line;
	size_t from = out->len;
	size_t start;

	compose_plain(&clean, text);
	rest = (struct bytes){ buf_text(&clean), clean.len };
	while (bytes_line(&rest, &line)) {
		if (is_signature_mark(line)) {
			buf_str(out, "-- \n");
			continue;
		}
		while (line.n > 0 && is_blank(line.s[line.n - 1]))
			line.n--;
		flow_line(out, line);
	}
	buf_free(&clean);
	start = from;
	for (size_t i = from; i < out->len; i++) {
		unsigned char c = (unsigned char)out->data[i];

		if (c >= 0x80 || (c < ' ' && c != '\n' && c != '\t'))
			return false;
		if (c == '\n')
			start = i + 1;
		else if (i - start >= LINE_MOST)
			return false;
	}
	return true;
}

/* Types that content alone does not tell apart (they are all zip or text). */
static const struct {
	const char *end;
	const char *type;
} by_name[] = {
	{ ".docx", "application/vnd.openxmlformats-officedocument."
		   "wordprocessingml.document" },
	{ ".xlsx", "application/vnd.openxmlformats-officedocument."
		   "spreadsheetml.sheet" },
	{ ".pptx", "application/vnd.openxmlformats-officedocument."
		   "presentationml.presentation" },
	{ ".odt", "application/vnd.oasis.opendocument.text" },
	{ ".ods", "application/vnd.oasis.opendocument.spreadsheet" },
	{ ".csv", "text/csv" },
	{ ".ics", "text/calendar" },
	{ ".vcf", "text/vcard" },
	{ ".svg", "image/svg+xml" },
	{ ".eml", "application/octet-stream" },
};

static const char *
named_type(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof by_name / sizeof *by_name; i++) {
		size_t len = strlen(by_name[i].end);

		if (n > len && strcasecmp(name + n - len, by_name[i].end) == 0)
			return by_name[i].type;
	}
	return NULL;
}

const char *
compose_type(const char *name, const void *bytes, size_t n)
{
	const char *type = named_type(name);

	if (!type)
		type = bytes_type(bytes, n);
	/* An attached mail would have to be canonical inside, too. */
	if (*type == '\0' || strncmp(type, "message/", 8) == 0 ||
	    strncmp(type, "multipart/", 10) == 0 ||
	    strncmp(type, "inode/", 6) == 0)
		return "application/octet-stream";
	return type;
}
