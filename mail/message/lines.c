/*
 * lines.c -- dividing a text.
 */
#include "mail/message/lines.h"

#include <string.h>

static enum line_kind
kind_of(struct bytes line)
{
	line = bytes_bare(line);
	if (line.n == 0)
		return LINE_BLANK;
	return line.s[0] == '>' ? LINE_QUOTED : LINE_TEXT;
}

static size_t
count_lines(struct bytes text)
{
	size_t n = 1;

	for (const char *p = text.s, *end = text.s + text.n;
	     (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		n++;
	return n;
}

void
lines_read(struct arena *a, struct bytes text, struct lines *out)
{
	struct bytes rest;
	struct bytes line;

	text = bytes_cut(text, 0, UINT32_MAX);
	rest = text;
	out->text = text;
	out->n = 0;
	out->v = arena_array(a, text.n ? count_lines(text) : 0, sizeof *out->v);
	while (bytes_line(&rest, &line)) {
		struct line *l = &out->v[out->n++];

		l->from = (uint32_t)(line.s - text.s);
		l->until = (uint32_t)(text.n - rest.n);
		l->kind = (uint8_t)kind_of(line);
	}
}

struct bytes
lines_at(const struct lines *l, size_t i)
{
	return bytes_bare(bytes_cut(l->text, l->v[i].from, l->v[i].until));
}

size_t
lines_filled(const struct lines *l, size_t a, size_t b)
{
	size_t n = 0;

	for (size_t i = a; i < b; i++)
		n += l->v[i].kind != LINE_BLANK;
	return n;
}
