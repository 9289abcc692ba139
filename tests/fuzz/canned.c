/*
 * canned.c -- any file as a canned reply: no brace reaches a customer.
 */
#include "fuzz.h"

#include <string.h>

#include "desk/canned.h"

/* Texts, one without value, one with a brace, a list of sets and of words. */
static void
fill_values(struct arena *a, struct values *v, struct values item[3],
    struct values word[2])
{
	values_text(a, &item[0], "name", "Scarf");
	values_text(a, &item[0], "quantity", "2");
	values_text(a, &item[1], "name", "Hat");
	values_text(a, &item[1], "quantity", "");
	values_text(a, &item[2], "name", "Glove");
	values_text(a, &item[2], "quantity", "10.5");
	values_text(a, &word[0], "", "returns");
	values_text(a, &word[1], "", "late");
	values_text(a, v, "customer.first_name", "Ida");
	values_text(a, v, "order.number", "");
	values_text(a, v, "order.total", "29.90");
	values_text(a, v, "order.note", "a {b}");
	values_list(a, v, "order.items", item, 3);
	values_list(a, v, "order.gifts", NULL, 0);
	values_list(a, v, "thread.tags", word, 2);
	values_text(a, v, "agent.name", "Ana Ruiz");
}

/* What can be filled is right for the check, and carries no brace. */
static void
fill(const char *text, int line, const struct values *v)
{
	struct buf out = { 0 };
	struct err e = { 0 };

	buf_str(&out, "kept");
	if (canned_fill(&out, "f", line, text, v, &e) < 0) {
		MUST(strcmp(out.data, "kept") == 0);
		MUST(e.kind == ERR_USAGE && strncmp(e.text, "f:", 2) == 0);
		canned_check("f", line, text, v, &e);
	} else {
		MUST(strpbrk(out.data, "{}") == NULL);
		MUST(canned_check("f", line, text, v, &e) == 0);
	}
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct canned c = { 0 };
	struct values v = { 0 }, item[3] = { 0 }, word[2] = { 0 };
	size_t best[1];
	int uses = 3;

	if (canned_parse(&a, "f", (const char *)bytes, n, &c, &e) == 0) {
		fill_values(&a, &v, item, word);
		fill(c.subject, c.subject_line, &v);
		fill(c.body, c.body_line, &v);
		MUST(canned_suggest(&c, &uses, 1, &c.tags, c.title, c.body,
			 best, 1) <= 1);
	} else {
		MUST(e.kind == ERR_USAGE && strncmp(e.text, "f:", 2) == 0);
	}
	arena_free(&a);
	return 0;
}
