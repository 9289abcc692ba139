#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/oom.h"

void
oom_die(void)
{
	fputs("shopbell: out of memory: close something and try again\n",
	    stderr);
	_exit(EX_OSERR);
}

void *
oom_check(void *memory)
{
	if (memory == NULL)
		oom_die();
	return memory;
}

char *
buf_room(struct buf *b, size_t n)
{
	size_t want, cap;

	if (n >= SIZE_MAX / 2 - b->len)
		oom_die();
	want = b->len + n + 1;
	if (want > b->cap) {
		cap = b->cap ? b->cap + b->cap / 2 : 64;
		if (cap < want)
			cap = want;
		b->data = oom_check(realloc(b->data, cap));
		b->cap = cap;
	}
	return b->data + b->len;
}

void
buf_add(struct buf *b, const void *bytes, size_t n)
{
	char *to = buf_room(b, n);

	if (n > 0)
		memcpy(to, bytes, n);
	to[n] = '\0';
	b->len += n;
}

void
buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_chr(struct buf *b, char c)
{
	char *to = buf_room(b, 1);

	to[0] = c;
	to[1] = '\0';
	b->len++;
}

void
buf_vfmt(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	char none;
	int n;

	va_copy(again, ap);
	n = vsnprintf(&none, 0, fmt, ap);
	if (n > 0) {
		vsnprintf(buf_room(b, (size_t)n), (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void
buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(b, fmt, ap);
	va_end(ap);
}

void
buf_cut(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

void
buf_clear(struct buf *b)
{
	buf_cut(b, 0);
}

const char *
buf_text(const struct buf *b)
{
	return b->data ? b->data : "";
}

void
buf_wipe(struct buf *b)
{
	if (b->data != NULL)
		explicit_bzero(b->data, b->cap);
	buf_free(b);
}

void
buf_free(struct buf *b)
{
	free(b->data);
	b->data = NULL;
	b->len = 0;
	b->cap = 0;
}
