#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/oom.h"

#define BLOCK_FIRST ((size_t)4096)
#define BLOCK_LAST  ((size_t)256 * 1024)

/* Under a sanitizer every piece is a block, so that overruns are seen. */
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_PIECES 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_PIECES 1
#endif
#endif
#ifndef ARENA_PIECES
#define ARENA_PIECES 0
#endif

struct arena_block {
	struct arena_block *next;
	size_t size;
	size_t used;
	_Alignas(max_align_t) unsigned char bytes[];
};

static size_t
round_up(size_t n)
{
	size_t to = _Alignof(max_align_t);

	if (n > SIZE_MAX / 2)
		oom_die();
	return n == 0 ? to : (n + to - 1) / to * to;
}

static struct arena_block *
block_new(size_t size)
{
	struct arena_block *b = oom_check(malloc(sizeof(*b) + size));

	b->next = NULL;
	b->size = size;
	b->used = 0;
	return b;
}

/*
 * A block with room for n bytes.  A piece too big for the usual block gets
 * one of its own behind the head, so that what is left of the head is used.
 */
static struct arena_block *
block_for(struct arena *a, size_t n)
{
	struct arena_block *head = a->blocks, *b;
	size_t size = BLOCK_FIRST;

	if (head != NULL && head->size - head->used >= n)
		return head;
	if (head != NULL && head->size < BLOCK_LAST)
		size = head->size < BLOCK_FIRST ? BLOCK_FIRST : head->size * 2;
	else if (head != NULL)
		size = BLOCK_LAST;
	if (head != NULL && n > size / 4) {
		b = block_new(n);
		b->next = head->next;
		head->next = b;
		return b;
	}
	b = block_new(n > size ? n : size);
	b->next = head;
	a->blocks = b;
	return b;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	struct arena_block *b;
	void *p;

	if (ARENA_PIECES) {
		b = block_new(n);
		b->next = a->blocks;
		a->blocks = b;
	} else {
		n = round_up(n);
		b = block_for(a, n);
	}
	p = b->bytes + b->used;
	b->used += n;
	return memset(p, 0, n);
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / 2 / size)
		oom_die();
	return arena_alloc(a, n * size);
}

void *
arena_grow(struct arena *a, void *array, size_t n, size_t size)
{
	void *more;

	if (n != 0 && (n & (n - 1)) != 0)
		return array;
	if (n > SIZE_MAX / 4)
		oom_die();
	more = arena_array(a, n == 0 ? 1 : n * 2, size);
	if (n > 0)
		memcpy(more, array, n * size);
	return more;
}

char *
arena_strn(struct arena *a, const char *s, size_t n)
{
	char *copy;

	if (n > SIZE_MAX / 2)
		oom_die();
	copy = arena_alloc(a, n + 1);
	if (n > 0)
		memcpy(copy, s, n);
	return copy;
}

char *
arena_str(struct arena *a, const char *s)
{
	return s == NULL ? arena_strn(a, "", 0) : arena_strn(a, s, strlen(s));
}

char *
arena_fmt(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s, none;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(&none, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return arena_strn(a, "", 0);
	s = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return s;
}

void
arena_reset(struct arena *a)
{
	struct arena_block *b, *next;

	if (a->blocks == NULL)
		return;
	for (b = a->blocks->next; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	a->blocks->next = NULL;
	a->blocks->used = 0;
	if (ARENA_PIECES || a->blocks->size > BLOCK_LAST)
		arena_free(a);
}

void
arena_free(struct arena *a)
{
	struct arena_block *b, *next;

	for (b = a->blocks; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	a->blocks = NULL;
}
