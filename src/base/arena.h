/*
 * arena.h -- memory that is freed all at once.
 *
 * Whoever asks for a result owns the arena it is put in; every pointer of
 * the result lives as long as the arena.  A zeroed struct arena is ready.
 * Running out of memory ends the program, as in buf.h.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/attr.h"

struct arena_block;

struct arena {
	struct arena_block *blocks;
};

/* Zeroed, aligned for any type.  n may be 0. */
void *arena_alloc(struct arena *a, size_t n);

/* Zeroed room for n things of the given size; the product cannot overflow. */
void *arena_array(struct arena *a, size_t n, size_t size);

/*
 * Room for one more element at the end of an array of n elements that was
 * grown here one by one from NULL: the capacity is n rounded up to a power
 * of two.  Returns the array, moved if need be; the new room is zeroed only
 * when the array is moved.
 */
void *arena_grow(struct arena *a, void *array, size_t n, size_t size);

/* Copies, ended by a NUL.  arena_str(a, NULL) is "". */
char *arena_str(struct arena *a, const char *s);
char *arena_strn(struct arena *a, const char *s, size_t n);
char *arena_fmt(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Forget everything, keeping one block for reuse. */
void arena_reset(struct arena *a);

void arena_free(struct arena *a);

#endif
