#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

int
err_set(struct err *e, enum err_kind kind, int code, const char *fmt, ...)
{
	va_list ap;

	e->kind = kind;
	e->code = code;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return -1;
}

int
err_in(struct err *e, const char *fmt, ...)
{
	char was[sizeof(e->text)];
	va_list ap;
	size_t len;

	memcpy(was, e->text, sizeof(was));
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	len = strlen(e->text);
	snprintf(e->text + len, sizeof(e->text) - len, ": %s", was);
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
