/*
 * html.c -- HTML to text.
 */
#include "mail/message/html.h"

#include <string.h>

#include "mail/message/html_box.h"

#define HTML_MOST (2u << 20)

void
html_layout(struct arena *a, const char *html, size_t n, int width,
    struct html_text *out)
{
	struct arena boxes = { 0 };
	struct page p = { .a = a, .width = width };
	struct strings links = { NULL, 0 };
	const struct box *root;

	root = box_build(&boxes,
	    (struct bytes){ html, n < HTML_MOST ? n : HTML_MOST }, out->inset,
	    &links, &out->hidden);
	box_print(&p, root);
	out->text = p.out;
	out->fold = p.fold;
	out->folds = p.folds;
	out->link.n = links.n;
	out->link.v = arena_array(a, links.n, sizeof *links.v);
	for (size_t i = 0; i < links.n; i++)
		out->link.v[i] = arena_str(a, links.v[i]);
	buf_free(&p.prefix);
	arena_free(&boxes);
}
