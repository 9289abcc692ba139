/*
 * Families of mails that arrive in any order, in batches of any size: the
 * same threads every time, and the rules have nothing to change afterwards.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "desk/group.h"
#include "store/own.h"
#include "tests/unit/store/shelf.h"

#define SHOP  "hello@shop.example"
#define MAILS 40

/* A mail to come; what names other mails is filled in for each store. */
struct plan {
	struct letter letter;
	int signs;         /* refers to an unseen answer about this mail; -1 */
	const char *alias; /* X-Microsoft-Original-Message-ID */
	const char *about; /* a bounce of this */
};

struct world {
	struct arena a;
	uint32_t seed;
	struct plan plan[MAILS];
	int n;
};

/* What mail programs of 25 languages put before a subject. */
static const char *const prefixes[] = { "Re: ", "AW: ", "Antw: ", "SV: ",
	"VS: ", "Odp: ", "Odg: ", "Отв: ", "Відп: ", "RIF: ", "RES: ",
	"Réf. : ", "Ynt: ", "Vá: ", "Atb: ", "Ats: ", "ΑΠ: ", "השב: ", "رد: ",
	"پاسخ: ", "Balas: ", "Trả lời: ", "ตอบ: ", "回复：",
	"返信: ", "답장: " };

static const char *const subjects[] = { "Shoes", "Order 1042", "Größe?" };

static const char *const people[] = { "mia@example.com", "bob@example.com",
	"eve@example.net" };

static const char *
some(struct world *w, const char *const *v, size_t n)
{
	return v[dice(&w->seed, (uint32_t)n)];
}

#define SOME(w, v) some(w, v, sizeof(v) / sizeof(*(v)))

static const char *
subject_of(struct world *w, bool reply)
{
	const char *base = SOME(w, subjects);

	return reply ? arena_fmt(&w->a, "%s%s", SOME(w, prefixes), base) : base;
}

/* An id of a mail before it, or one that never comes. */
static const char *
some_id(struct world *w, int before)
{
	if (before == 0 || dice(&w->seed, 6) == 0)
		return arena_fmt(&w->a, "ghost%u@x", dice(&w->seed, 5));
	/* Most refer to what was near. */
	if (dice(&w->seed, 3) > 0 && before > 4)
		return w->plan[before - 1 - (int)dice(&w->seed, 4)].letter.id;
	return w->plan[dice(&w->seed, (uint32_t)before)].letter.id;
}

static const char *
some_refs(struct world *w, int before)
{
	const char *refs = "";

	for (uint32_t n = dice(&w->seed, 4); n > 0; n--)
		refs = arena_fmt(&w->a, "%s%s%s", refs, *refs ? " " : "",
		    some_id(w, before));
	return refs;
}

static void
make_plan(struct world *w, int i)
{
	struct plan *p = &w->plan[i];
	struct letter *l = &p->letter;
	bool ours = dice(&w->seed, 4) == 0;
	const char *who = SOME(w, people);

	*p = (struct plan){ .signs = -1 };
	l->id = arena_fmt(&w->a, "m%d@x", i);
	l->from = ours ? SHOP : who;
	l->to = ours ? who : SHOP;
	l->refs = some_refs(w, i);
	l->subject = subject_of(w, *l->refs != '\0' || dice(&w->seed, 3) > 0);
	l->text = arena_fmt(&w->a, "text %d", i);
	/* Some on the edge of 14 days, some at the same instant. */
	l->at = NOW - 60 * DAY + (int64_t)dice(&w->seed, 9) * 7 * DAY +
		dice(&w->seed, 3);
	l->automatic = dice(&w->seed, 8) == 0;
	switch (dice(&w->seed, 12)) {
	case 0: /* the same id, other bytes */
		if (i > 0)
			l->id = some_id(w, i);
		break;
	case 1: /* a loop: it refers to one that comes later */
		l->refs = arena_fmt(&w->a, "m%d@x", i + 1);
		break;
	case 2:
		p->alias = some_id(w, i);
		break;
	case 3:
		p->signs = (int)dice(&w->seed, (uint32_t)i + 1);
		break;
	case 4:
		p->about = some_id(w, i);
		l->automatic = true;
		break;
	case 5:
		l->subject = arena_fmt(&w->a, "%s [#1]", subject_of(w, false));
		l->refs = "";
		break;
	default:
		break;
	}
	if (p->signs == i)
		p->signs = -1;
}

static void
make_world(struct world *w, uint32_t seed)
{
	*w = (struct world){ .seed = seed };
	w->n = 8 + (int)dice(&w->seed, MAILS - 8);
	for (int i = 0; i < w->n; i++)
		make_plan(w, i);
	/* The thread whose number is known. */
	w->plan[0].signs = -1;
	w->plan[0].about = NULL;
}

static struct mail *
mail_of(struct shelf *s, const struct world *w, int i)
{
	const struct plan *p = &w->plan[i];
	struct mail *m = letter_mail(&s->arena, &p->letter);
	static const uint8_t nonce[8] = "12345678";

	if (p->alias != NULL)
		m->original_id = p->alias;
	if (p->signs >= 0) {
		struct mail *to =
		    letter_mail(&s->arena, &w->plan[p->signs].letter);

		m->references.v =
		    arena_grow(&s->arena, NULL, 0, sizeof(*m->references.v));
		m->references.v[0] = group_signed_id(&s->arena,
		    store_key(s->store), to->hash, nonce, "shop.example");
		m->references.n = 1;
		m->in_reply_to = (struct strings){ 0 };
	}
	if (p->about != NULL) {
		m->bounce = arena_alloc(&s->arena, sizeof(*m->bounce));
		*m->bounce = (struct bounce){ .recipient = people[0],
			.status = "5.1.1",
			.action = "failed",
			.reason = "no such user",
			.about = p->about,
			.permanent = true };
	}
	return m;
}

static void
batch(struct shelf *s, const struct world *w, const int *order, int n)
{
	struct arrival v[MAILS];
	struct err e;

	for (int i = 0; i < n;) {
		bool sent = *w->plan[order[i]].letter.from == 'h';
		size_t k = 0;

		/* One batch is of one mailbox. */
		while (
		    i < n && (*w->plan[order[i]].letter.from == 'h') == sent) {
			v[k++] = parcel(&s->arena, &w->plan[order[i]].letter,
			    mail_of(s, w, order[i]), ++s->uid);
			i++;
		}
		ok(ingest_batch(s->store, sent ? s->sent : s->inbox, v, k, NULL,
		       s->shop.history, NOW, NULL, &e),
		    &e);
	}
}

/* Which mails stand together: the least number of each mail's thread. */
static void
grouping(struct shelf *s, const struct world *w, char out[MAILS + 1])
{
	int64_t thread[MAILS];

	for (int i = 0; i < w->n; i++) {
		thread[i] = thread_of(s, &w->plan[i].letter);
		for (int k = 0; k <= i; k++) {
			if (thread[k] != thread[i])
				continue;
			out[i] = (char)('0' + k);
			break;
		}
	}
	out[w->n] = '\0';
}

/* The rules over all of it at once find nothing to change. */
static void
nothing_is_left(struct shelf *s)
{
	struct arena a = { 0 };
	struct shift *v;
	struct found all = { 0 };
	struct family f;
	struct err e;
	size_t n;

	for (int64_t t = 1; t <= MAILS + 2; t++)
		ok(found_add(s->store, &all, t, &e), &e);
	ok(family_gather(s->store, &a, all.v, all.n, FAMILY_STRICT, &f, &e),
	    &e);
	ok(family_shifts(&f, &v, &n, &e), &e);
	for (size_t i = 0; i < n; i++)
		printf("# message %lld would go from %lld to %lld\n",
		    (long long)v[i].message, (long long)v[i].from,
		    (long long)v[i].to);
	assert_int_equal(n, 0);
	arena_free(&a);
	arena_reset(&s->store->scratch);
}

static void
shuffle(uint32_t *seed, int *order, int n)
{
	for (int i = 0; i < n; i++)
		order[i] = i;
	/* The first stays: its thread is number 1. */
	for (int i = n - 1; i > 1; i--) {
		int k = 1 + (int)dice(seed, (uint32_t)i);
		int t = order[i];

		order[i] = order[k];
		order[k] = t;
	}
}

static void
arrive_in_order(struct world *w, const int *order, char got[MAILS + 1])
{
	struct shelf s;

	shelf_open(&s);
	for (int i = 0; i < w->n;) {
		int n = 1 + (int)dice(&w->seed, 3) * (int)dice(&w->seed, 8);

		if (i == 0)
			n = 1;
		if (n > w->n - i)
			n = w->n - i;
		batch(&s, w, order + i, n);
		i += n;
	}
	grouping(&s, w, got);
	nothing_is_left(&s);
	shelf_close(&s);
}

static void
any_order_gives_the_same_threads(void **state)
{
	int orders = getenv("SHOPBELL_SLOW") != NULL ? 1000 : 120;
	char got[MAILS + 1], want[MAILS + 1];
	int order[MAILS];
	struct world w;
	uint32_t seed = 1;

	(void)state;
	for (int run = 0; run < orders; run++) {
		/* Ten orders of each world. */
		if (run % 10 == 0)
			make_world(&w, (uint32_t)run + 1);
		shuffle(&seed, order, w.n);
		arrive_in_order(&w, order, got);
		if (run % 10 == 0)
			memcpy(want, got, sizeof(want));
		if (strcmp(got, want) != 0)
			printf("# world %d\n", run / 10);
		assert_string_equal(got, want);
		if (run % 10 == 9)
			arena_free(&w.a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_gives_the_same_threads),
	};

	return cmocka_run_group_tests_name("store/families", tests, NULL, NULL);
}
