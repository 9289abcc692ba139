/*
 * reflow.h -- text in lines of a width, as a person would break it.
 *
 * Paragraphs that a sender's program filled to its own width are filled
 * anew where they do not fit; lists, tables, code, addresses and signatures
 * keep their lines.  What a line too long goes on in stands behind the same
 * quote marks, or below the words of its list item.
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
