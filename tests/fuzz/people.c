/*
 * people.c -- any line as a subject, as recipients and as an address.
 */
#include "fuzz.h"

#include <string.h>

#include "base/text.h"
#include "desk/form.h"
#include "desk/group.h"
#include "desk/people.h"
#include "desk/trust.h"

static void
subject(struct arena *a, const char *s)
{
	struct base_subject one;
	struct base_subject two;

	group_base_subject(a, s, &one);
	group_base_subject(a, one.text, &two);
	MUST(strcmp(one.text, two.text) == 0);
	MUST(strlen(group_plain_subject(a, s)) <= strlen(s));
	group_subject_number(s);
}

/* What was understood is written so that it reads as the same. */
static void
recipients(struct arena *a, const char *s)
{
	struct addresses v;
	struct addresses back;
	struct err e = { 0 };
	char *text;

	if (people_parse(a, s, &v, &e) < 0) {
		MUST(e.kind == ERR_USAGE);
		return;
	}
	text = people_format_all(a, &v);
	MUST(people_parse(a, text, &back, &e) == 0);
	MUST(back.n == v.n);
	for (size_t i = 0; i < v.n; i++) {
		MUST(people_address_ok(v.v[i].addr));
		MUST(strcmp(back.v[i].addr, v.v[i].addr) == 0);
		MUST(strcmp(back.v[i].name, v.v[i].name) == 0);
		people_first_name(a, v.v[i].name);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const uint8_t key[32];
	struct arena a = { 0 };
	struct buf text = { 0 };
	struct address who;
	uint8_t uid[16];
	const char *s;

	/* As from a mail: valid UTF-8 without NUL. */
	text_repair(&text, (const char *)bytes, n);
	s = arena_str(&a, buf_text(&text));
	subject(&a, s);
	recipients(&a, s);
	people_key(&a, s);
	trust_skeleton(&a, s);
	MUST(!trust_alike(s, s));
	if (form_sender(&a, s, &who))
		MUST(people_address_ok(who.addr));
	group_check_id(key, s, uid);
	buf_free(&text);
	arena_free(&a);
	return 0;
}
