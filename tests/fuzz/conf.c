/*
 * conf.c -- any bytes as a configuration: items or one error with a place.
 */
#include "fuzz.h"

#include <string.h>

#include "base/conf.h"
#include "base/text.h"

/* What was read can be written, and is then read as the same. */
static void
again(const struct conf *c)
{
	struct buf text = { 0 };
	struct arena a = { 0 };
	struct conf back = { 0 };
	struct err e = { 0 };

	for (size_t i = 0; i < c->n; i++) {
		buf_str(&text, "[s]\nk = ");
		conf_quote(&text, c->item[i].value);
		buf_chr(&text, '\n');
	}
	MUST(conf_parse(&a, &back, "again", buf_text(&text), text.len, 0, &e) ==
	     0);
	MUST(back.n == c->n);
	for (size_t i = 0; i < c->n; i++)
		MUST(strcmp(back.item[i].value, c->item[i].value) == 0);
	arena_free(&a);
	buf_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena a = { 0 };
	struct conf c = { 0 };
	struct err e = { 0 };

	if (conf_parse(&a, &c, "f", (const char *)bytes, n, 0, &e) < 0) {
		MUST(e.kind == ERR_CONFIG);
		MUST(strncmp(e.text, "f:", 2) == 0);
		MUST(text_valid(e.text, strlen(e.text)));
	} else {
		for (size_t i = 0; i < c.n; i++)
			MUST(c.item[i].section[0] && c.item[i].key[0] &&
			     c.item[i].line > 0 && c.item[i].column > 0);
		again(&c);
	}
	arena_free(&a);
	return 0;
}
