/*
 * out.c -- what a command prints, in the format asked for.
 */
#include "ui/cmd/cmd.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

void
out_text(struct out *o, const char *fmt, ...)
{
	char small[512];
	struct buf big = { 0 };
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n < sizeof(small)) {
		text_clean(&o->text, small, (size_t)n, TEXT_BLOCK);
		return;
	}
	va_start(ap, fmt);
	vsnprintf(buf_room(&big, (size_t)n + 1), (size_t)n + 1, fmt, ap);
	va_end(ap);
	text_clean(&o->text, big.data, (size_t)n, TEXT_BLOCK);
	buf_free(&big);
}

void
out_json(struct out *o, struct json *v)
{
	json_line(&o->text, v);
	json_free(v);
}

/*
 * A field that a spreadsheet would take for a formula gets an apostrophe:
 * subjects are written by strangers.
 */
static void
csv_field(struct buf *b, const char *s)
{
	struct buf line = { 0 };
	bool quote;

	if (*s != '\0' && strchr("=+-@", *s) != NULL)
		buf_chr(&line, '\'');
	text_clean(&line, s, strlen(s), TEXT_LINE);
	quote = strpbrk(buf_text(&line), ",\"\n") != NULL;
	if (quote)
		buf_chr(b, '"');
	for (const char *p = buf_text(&line); *p != '\0'; p++) {
		if (*p == '"')
			buf_chr(b, '"');
		buf_chr(b, *p);
	}
	if (quote)
		buf_chr(b, '"');
	buf_free(&line);
}

void
out_csv(struct out *o, const char *const *field, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_chr(&o->text, ',');
		csv_field(&o->text, field[i]);
	}
	buf_str(&o->text, "\r\n"); /* RFC 4180 */
}

int
out_flush(struct out *o, struct err *e)
{
	struct err was = { 0 };

	if (o->fd < 0 || o->broken || o->text.len == 0) {
		if (o->fd >= 0)
			buf_clear(&o->text);
		return 0;
	}
	if (file_write_all(o->fd, o->text.data, o->text.len, &was) < 0) {
		o->broken = true;
		buf_clear(&o->text);
		if (was.code == EPIPE)
			return 0; /* "| head" has seen enough */
		*e = was;
		return err_in(e, "standard output");
	}
	buf_clear(&o->text);
	return 0;
}
