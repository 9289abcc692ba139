/*
 * reflow.h -- text in lines of a width, as a person would break it.
 *
 * A line end stays one: nobody can tell a list, a log or an address from a
 * paragraph that was filled elsewhere, and format=flowed (RFC 3676) is undone
 * when a mail is read.  What a line too long goes on in stands behind the
 * same quote marks, or below the words of its list item.
 */
#ifndef UI_REFLOW_H
#define UI_REFLOW_H

#include <stddef.h>

#include "base/arena.h"

struct piece {
	const char *text;
	size_t len; /* bytes */
};

struct pieces {
	struct piece *v;
	size_t n;
};

/* Add the lines of a cleaned text, none wider than cols (at least 10). */
void reflow(struct arena *a, const char *text, size_t n, int cols,
    struct pieces *out);

#endif
