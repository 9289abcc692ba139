/*
 * html.c -- any bytes as HTML: text of lines that are not too wide.
 */
#include "fuzz.h"

#include <string.h>

#include "base/text.h"
#include "mail/message/html.h"

static void
lay_out(const char *html, size_t n, int width)
{
	struct html_text out = { 0 };
	struct arena a = { 0 };

	html_layout(&a, html, n, width, &out);
	MUST(text_valid(buf_text(&out.text), out.text.len));
	buf_free(&out.text);
	arena_free(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct buf utf8 = { 0 };

	text_repair(&utf8, (const char *)bytes, n);
	lay_out(buf_text(&utf8), utf8.len, 80);
	lay_out(buf_text(&utf8), utf8.len, 20);
	lay_out(buf_text(&utf8), utf8.len, 0);
	buf_free(&utf8);
	return 0;
}
