/*
 * html.c -- HTML to text.
 */
#include "mail/message/html.h"

#include <string.h>

#include "mail/message/entity.h"

void
html_layout(struct arena *a, const char *html, size_t n, int width,
    struct html_text *out)
{
	struct bytes b = { html, n };
	bool tag = false;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < b.n; i++) {
		if (b.s[i] == '<')
			tag = true;
		if (!tag)
			buf_chr(&out->text, b.s[i]);
		if (b.s[i] == '>')
			tag = false;
	}
}
