/*
 * conf.c -- any file as a configuration: split into items that can be
 * written again, and understood as a shop with all that the program leans
 * on; or one error with a place.
 */
#include "fuzz.h"

#include <string.h>

#include "base/conf.h"
#include "base/text.h"
#include "desk/people.h"
#include "desk/shop.h"
#include "desk/target.h"

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

static void
check_hours(struct arena *a, const struct shop *s)
{
	for (size_t i = 0; i < s->hours_n && i < 4; i++) {
		size_t n;
		struct span *v = hours_spans(a, s->hours, s->hours_n,
		    s->hours[i].name, 1790000000, 1790000000 + 864000, &n);

		for (size_t j = 0; j < n; j++)
			MUST(v[j].from < v[j].until &&
			     (j == 0 || v[j - 1].until < v[j].from));
	}
}

static void
check(struct arena *a, const struct shop *s)
{
	struct err e = { 0 };
	char digest[65];

	shop_clock_digest(s, digest);
	MUST(strlen(digest) == 64);
	MUST(target_rules_make(a, s, 0, &e) != NULL);
	for (size_t i = 0; i < s->accounts; i++) {
		const struct account *x = &s->account[i];

		MUST(people_address_ok(x->address));
		MUST(shop_account_of(s, x->address) == x);
		MUST(!x->tls_none || x->imap.host[0] == '\0' ||
		     strncmp(x->imap.host, "127.", 4) == 0 ||
		     text_same(x->imap.host, "localhost") ||
		     strcmp(x->imap.host, "::1") == 0);
	}
	for (size_t i = 0; i + 1 < s->targets; i++)
		MUST(strcmp(s->target[i].name, "default") != 0);
	check_hours(a, s);
}

static void
wrong(const struct err *e)
{
	MUST(e->kind == ERR_CONFIG);
	MUST(strncmp(e->text, "f:", 2) == 0);
	MUST(text_valid(e->text, strlen(e->text)));
}

static void
understand(struct arena *a, const struct conf *c)
{
	struct err e = { 0 };
	struct shop *s;

	for (size_t i = 0; i < c->n; i++)
		MUST(c->item[i].section[0] && c->item[i].key[0] &&
		     c->item[i].line > 0 && c->item[i].column > 0);
	again(c);
	s = shop_make(a, c, &e);
	if (s != NULL)
		check(a, s);
	else
		wrong(&e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena a = { 0 };
	struct conf c = { 0 };
	struct err e = { 0 };

	if (conf_parse(&a, &c, "f", (const char *)bytes, n, 0, &e) == 0)
		understand(&a, &c);
	else
		wrong(&e);
	arena_free(&a);
	return 0;
}
