/*
 * some.h -- made-up input for properties, the same in every run.
 */
#ifndef TESTS_SOME_H
#define TESTS_SOME_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

static uint32_t some_state = 2463534242u;

/* A number below n (Marsaglia's xorshift). */
static inline uint32_t
some(uint32_t n)
{
	some_state ^= some_state << 13;
	some_state ^= some_state >> 17;
	some_state ^= some_state << 5;
	return some_state % n;
}

/* A code point of the kinds that make trouble. */
static inline uint32_t
some_point(void)
{
	static const uint32_t from[] = { 0x20, 0x20, 0x20, 0x0, 0x7f, 0xa0,
		0x300, 0x590, 0x600, 0x900, 0x1100, 0x1160, 0x1780, 0x200b,
		0x2028, 0x2060, 0x2190, 0x3000, 0x4e00, 0xac00, 0xd7b0, 0xe000,
		0xfe00, 0xfdd0, 0xff00, 0x1f1e6, 0x1f300, 0x1f3f0, 0x1f400,
		0xe0000, 0xe0100, 0x10fff0 };
	static const uint32_t size[] = { 0x5f, 0x5f, 0x5f, 0x20, 0x21, 0x160,
		0x70, 0x60, 0x100, 0x80, 0x60, 0xa0, 0x60, 0x8, 0x8, 0x10, 0x60,
		0x100, 0x100, 0x100, 0x50, 0x10, 0x10, 0x30, 0xf0, 0x1a, 0x40,
		0x10, 0x80, 0x80, 0xf0, 0x10 };
	uint32_t i = some(sizeof(from) / sizeof(from[0]));

	return from[i] + some(size[i]);
}

/* Text of up to n pieces; broken now and then if wild. */
static inline void
some_text(struct buf *out, uint32_t n, int wild)
{
	char bytes[4];

	buf_clear(out);
	for (uint32_t left = some(n); left > 0; left--) {
		if (wild && some(16) == 0)
			buf_chr(out, (char)some(256));
		else if (wild && some(16) == 0)
			buf_cut(out, out->len > 0 ? out->len - 1 : 0);
		else
			buf_add(out, bytes, text_put(bytes, some_point()));
	}
	buf_add(out, "", 0);
}

/* A file of the mail collections, or NULL where they are absent. */
static inline char *
some_data(struct arena *a, const char *name)
{
	const char *folder = getenv("SHOPBELL_DATA");
	const char *top = getenv("srcdir");
	FILE *f;
	char *path;

	if (folder != NULL && folder[0] != '\0')
		path = arena_fmt(a, "%s/%s", folder, name);
	else
		path =
		    arena_fmt(a, "%s/../shared/data/%s", top ? top : ".", name);
	f = fopen(path, "r");
	if (f == NULL)
		return NULL;
	fclose(f);
	return path;
}

#endif
