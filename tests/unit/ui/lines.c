/*
 * lines.c -- a conversation fits its width, and folding loses nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "ui/lines.h"

static const char words[] =
    "Good morning,\n\nthe ring is too small, could you send me the next size "
    "up? I would need it before Saturday because it is a present.\n\n"
    "> Your order 4711 has left our shop today.\n> It should be with you "
    "soon.\n\nMany thanks\n-- \nJo Example\n+44 20 7946 0000\n";

static struct message
mail(int64_t id, int64_t at)
{
	struct message m = { .id = id,
		.received_at = at,
		.kind = MESSAGE_MAIL,
		.direction = DIRECTION_IN,
		.message_id = "",
		.subject = "Ring",
		.text = words,
		.automatic_why = "",
		.unreadable = "",
		.from = { "Jo Example", "jo@example.com" } };

	return m;
}

static void
add_folds(struct arena *a, struct message *m)
{
	const char *q = strstr(words, "> Your"), *e = strstr(words, "\n\nMany");
	const char *s = strstr(words, "-- \n");

	m->fold = arena_array(a, 2, sizeof(*m->fold));
	m->folds = 2;
	m->fold[0] = (struct fold){ (size_t)(q - words),
		(size_t)(e - words) + 1, FOLD_QUOTE };
	m->fold[1] =
	    (struct fold){ (size_t)(s - words), strlen(words), FOLD_SIGNATURE };
}

static bool
shown(const struct lines *l, const char *what)
{
	for (size_t i = 0; i < l->n; i++) {
		char *s = strndup(l->v[i].text, l->v[i].len);
		bool hit = strstr(s, what) != NULL;

		free(s);
		if (hit)
			return true;
	}
	return false;
}

static void
no_line_is_wider_than_asked(void **state)
{
	(void)state;
	for (int cols = 12; cols < 130; cols += 7) {
		struct arena a = { 0 };
		struct message m = mail(1, 1000);
		enum fold_show show = SHOW_ALL;
		struct conversation c = { .message = &m,
			.messages = 1,
			.show = &show,
			.zone = "UTC",
			.now = 2000 };
		struct lines l;

		add_folds(&a, &m);
		lines_make(&a, &c, cols, &l);
		for (size_t i = 0; i < l.n; i++) {
			if (!l.v[i].head)
				assert_true(text_width(l.v[i].text,
						l.v[i].len) <= cols);
		}
		arena_free(&a);
	}
}

static void
folding_hides_and_shows(void **state)
{
	struct arena a = { 0 };
	struct message m = mail(1, 1000);
	enum fold_show show = SHOW_NEW;
	struct conversation c = { .message = &m,
		.messages = 1,
		.show = &show,
		.zone = "UTC",
		.now = 2000 };
	struct lines l;

	(void)state;
	add_folds(&a, &m);
	lines_make(&a, &c, 80, &l);
	assert_true(shown(&l, "too small"));
	assert_true(shown(&l, "Many thanks"));
	assert_false(shown(&l, "order 4711"));
	assert_false(shown(&l, "7946"));
	assert_true(shown(&l, "2 quoted lines"));
	show = SHOW_ALL;
	lines_make(&a, &c, 80, &l);
	assert_true(shown(&l, "order 4711"));
	assert_true(shown(&l, "7946"));
	show = SHOW_HEAD;
	lines_make(&a, &c, 80, &l);
	assert_int_equal(l.n, 1);
	arena_free(&a);
}

static void
notes_and_events_stand_where_they_happened(void **state)
{
	struct arena a = { 0 };
	struct message m[3] = { mail(1, 1000), mail(2, 2000), mail(3, 3000) };
	enum fold_show show[3] = { SHOW_HEAD, SHOW_HEAD, SHOW_HEAD };
	struct event e = { .at = 1500,
		.actor = "ana",
		.kind = "assign",
		.text = "assigned it to ben",
		.uuid = "" };
	struct conversation c = { .message = m,
		.messages = 3,
		.show = show,
		.event = &e,
		.events = 1,
		.zone = "UTC",
		.now = 4000 };
	struct lines l;

	(void)state;
	m[1].kind = MESSAGE_NOTE;
	lines_make(&a, &c, 80, &l);
	assert_int_equal(l.n, 4);
	assert_int_equal(l.v[1].message, -1);
	assert_int_equal(l.v[2].message, 1);
	assert_int_equal(l.v[2].bar, LOOK_NOTE);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_line_is_wider_than_asked),
		cmocka_unit_test(folding_hides_and_shows),
		cmocka_unit_test(notes_and_events_stand_where_they_happened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
