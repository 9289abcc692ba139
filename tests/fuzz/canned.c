/*
 * canned.c -- any file as a canned reply: no brace reaches a customer.
 */
#include "fuzz.h"

#include <string.h>

#include "desk/canned.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct canned c = { 0 };
	struct values v = { 0 };
	struct buf out = { 0 };

	values_text(&a, &v, "customer.first_name", "Ida");
	values_text(&a, &v, "order.number", "");
	values_text(&a, &v, "agent.name", "Ana Ruiz");
	if (canned_parse(&a, "f", (const char *)bytes, n, &c, &e) == 0) {
		buf_str(&out, "kept");
		if (canned_fill(&out, "f", c.body_line, c.body, &v, &e) < 0)
			MUST(strcmp(out.data, "kept") == 0);
		else
			MUST(strpbrk(out.data, "{}") == NULL);
		canned_check("f", c.body_line, c.body, &v, &e);
	}
	buf_free(&out);
	arena_free(&a);
	return 0;
}
