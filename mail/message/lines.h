/*
 * lines.h -- a text as numbered lines.
 */
#ifndef MAIL_MESSAGE_LINES_H
#define MAIL_MESSAGE_LINES_H

#include <stdint.h>

#include "base/arena.h"
#include "mail/message/bytes.h"

enum line_kind {
	LINE_TEXT,
	LINE_BLANK,
	LINE_QUOTED, /* begins with ">" */
};

struct line {
	uint32_t from;  /* bytes of the text */
	uint32_t until; /* past its line end */
	uint8_t kind;
};

struct lines {
	struct bytes text;
	struct line *v;
	size_t n;
};

/* Divide text into lines; only the first 4 GB count. */
void lines_read(struct arena *a, struct bytes text, struct lines *out);

/* The words of a line, without what cannot be seen at its ends. */
struct bytes lines_at(const struct lines *l, size_t i);

/* Not blank lines from line a up to b. */
size_t lines_filled(const struct lines *l, size_t a, size_t b);

#endif
