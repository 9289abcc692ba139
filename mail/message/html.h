/*
 * html.h -- HTML to text by our own layout.
 *
 * No network, no script, no colour: words, lists, tables, quotes and
 * numbered links with the real host.
 */
#ifndef MAIL_MESSAGE_HTML_H
#define MAIL_MESSAGE_HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "desk/mail.h"

/* Where a quote ends of which only what stands above it has a container. */
#define HTML_TO_END (SIZE_MAX / 2)

struct insets;

struct html_text {
	struct buf text;     /* the caller frees it */
	struct strings link; /* link[0] is [1]; in: those numbered before */
	struct fold *fold;   /* known containers of quotes and signatures */
	size_t folds;
	const struct insets *inset; /* in: pictures it may show; or NULL */
	bool hidden;                /* it has words that no reader would see */
};

/*
 * Lay out n bytes of UTF-8 HTML in width columns; width 0 leaves paragraphs
 * in one line each.  Limits: 2 MB, 200 levels, 24 cells a row.
 * The text has "[1]" behind a link; where it leads is for the caller to say.
 */
void html_layout(struct arena *a, const char *html, size_t n, int width,
    struct html_text *out);

#endif
