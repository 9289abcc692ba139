/*
 * compose_text.c -- format=flowed and the types of attachments.
 */
#include "mail/message/compose_text.h"

#include <magic.h>
#include <string.h>

#include "base/text.h"
#include "mail/message/bytes.h"

#define FLOW_WIDTH 72
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

/* Lines of a quote are not ours to break. */
static void
flow_line(struct buf *out, struct bytes line)
{
	while (line.n > 0) {
		size_t next = line.n;
		size_t n = line.n;

		if (line.s[0] != '>')
			n = text_wrap(line.s, line.n, FLOW_WIDTH, &next);
		if (needs_stuffing(line))
			buf_chr(out, ' ');
		/* Only break where a blank stands: it is the soft break. */
		while (next < line.n && next == n) {
			size_t more;

			n += text_wrap(line.s + next, line.n - next, FLOW_WIDTH,
			    &more);
			next += more;
		}
		buf_add(out, line.s, n);
		if (next < line.n)
			buf_str(out, " \n");
		line = bytes_cut(line, next, line.n);
	}
	buf_chr(out, '\n');
}

bool
compose_flow(struct buf *out, const char *text)
{
	struct bytes rest = bytes_of(text);
	struct bytes line;
	size_t from = out->len;
	size_t start = 0;

	while (bytes_line(&rest, &line)) {
		if (is_signature_mark(line)) {
			buf_str(out, "-- \n");
			continue;
		}
		while (line.n > 0 && is_blank(line.s[line.n - 1]))
			line.n--;
		flow_line(out, line);
	}
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

void
compose_type(GMimeObject *part, const char *name, const void *bytes, size_t n)
{
	const char *type = named_type(name);
	magic_t magic = NULL;
	GMimeContentType *ct;

	if (!type) {
		magic = magic_open(MAGIC_MIME_TYPE);
		if (magic && magic_load(magic, NULL) == 0)
			type = magic_buffer(magic, bytes, n);
	}
	if (!type || !strchr(type, '/') || strncmp(type, "message/", 8) == 0 ||
	    strncmp(type, "multipart/", 10) == 0)
		type = "application/octet-stream";
	ct = g_mime_content_type_parse(NULL, type);
	g_mime_object_set_content_type(part, ct);
	g_object_unref(ct);
	if (magic)
		magic_close(magic);
}
