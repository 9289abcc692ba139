#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/buf.h"
#include "base/text.h"

#define LINE_LONGEST 2048
#define ELLIPSIS     "\xe2\x80\xa6"

/*
 * Put a line into e, made safe: parts of it come from servers and files.
 * What does not fit is cut at a character and ends in an ellipsis.
 */
static void
set_text(struct err *e, const char *line)
{
	struct buf clean = { 0 };
	size_t at = 0, len;

	text_clean(&clean, line, strlen(line), TEXT_LINE);
	if (clean.len < sizeof(e->text)) {
		memcpy(e->text, buf_text(&clean), clean.len + 1);
	} else {
		for (;;) {
			text_next(clean.data + at, clean.len - at, &len);
			if (at + len + sizeof(ELLIPSIS) > sizeof(e->text))
				break;
			at += len;
		}
		memcpy(e->text, clean.data, at);
		memcpy(e->text + at, ELLIPSIS, sizeof(ELLIPSIS));
	}
	buf_free(&clean);
}

int
err_set(struct err *e, enum err_kind kind, int code, const char *fmt, ...)
{
	char line[LINE_LONGEST];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	e->kind = kind;
	e->code = code;
	set_text(e, line);
	return -1;
}

int
err_in(struct err *e, const char *fmt, ...)
{
	char line[LINE_LONGEST];
	va_list ap;
	size_t len;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line) - sizeof(e->text) - 2, fmt, ap);
	va_end(ap);
	len = strlen(line);
	snprintf(line + len, sizeof(line) - len, ": %s", e->text);
	set_text(e, line);
	return -1;
}

int
err_status(const struct err *e)
{
	static const int status[] = {
		[ERR_NONE] = EX_OK,
		[ERR_USAGE] = EX_USAGE,
		[ERR_CONFIG] = EX_CONFIG,
		[ERR_MISSING] = EX_NOINPUT,
		[ERR_CONFLICT] = EX_TEMPFAIL,
		[ERR_BUSY] = EX_TEMPFAIL,
		[ERR_RETRY] = EX_TEMPFAIL,
		[ERR_DENIED] = EX_NOPERM,
		[ERR_REFUSED] = EX_UNAVAILABLE,
		[ERR_PEER] = EX_PROTOCOL,
		[ERR_DATA] = EX_DATAERR,
		[ERR_SYSTEM] = EX_IOERR,
		[ERR_BUG] = EX_SOFTWARE,
	};

	return status[e->kind];
}
