/*
 * keymap.c -- keys to command lines.
 */
#include "ui/keymap.h"

#include <string.h>

#include "base/buf.h"
#include "ui/ui.h"

struct preset {
	const char *view;
	const char *keys;
	const char *line;
};

/* Keys that run a command with an argument; the others are declared with it. */
static const struct preset lines[] = {
	{ "*", "g i", "go Open" },
	{ "*", "g l", "go Late" },
	{ "*", "g m", "go Mine" },
	{ "*", "g u", "go Unassigned" },
	{ "*", "g w", "go Pending" },
	{ "*", "g A", "go Automatic" },
	{ "*", "g z", "go Snoozed" },
	{ "*", "g a", "go All" },
	{ "*", "g s", "go Sent" },
	{ "*", "g d", "go Drafts" },
	{ "*", "g o", "go Outbox" },
	{ "*", "g r", "go Report" },
	{ "*", "g c", "go Customer" },
	{ "list thread", "1", "suggest 1" },
	{ "list thread", "2", "suggest 2" },
	{ "list thread", "3", "suggest 3" },
	{ "list thread", "4", "suggest 4" },
	{ "list thread", "5", "suggest 5" },
	{ "list thread", "6", "suggest 6" },
	{ "list thread", "7", "suggest 7" },
	{ "list thread", "8", "suggest 8" },
	{ "list thread", "9", "suggest 9" },
};

static const struct preset emacs[] = {
	{ "*", "C-n", "down" },
	{ "*", "C-p", "up" },
	{ "*", "C-v", "page-down" },
	{ "*", "M-v", "page-up" },
	{ "*", "M-<", "top" },
	{ "*", "M->", "bottom" },
	{ "*", "C-s", "find" },
	{ "*", "M-x", "command" },
	{ "*", "C-x u", "undo" },
	{ "*", "C-_", "undo" },
	{ "*", "C-x k", "back" },
	{ "*", "C-x C-c", "quit" },
	{ "*", "C-h", "help" },
	{ "thread", "n", "next-message" },
	{ "thread", "p", "prev-message" },
	{ "list", "n", "down" },
	{ "list", "p", "up" },
	{ "compose", "C-c C-c", "send" },
	{ "compose", "C-c C-k", "discard" },
	{ "compose", "C-c C-a", "attach" },
};

static void
put_one(struct arena *a, struct keymap *m, const char *view, const char *keys,
    size_t n, const char *line, const char **bad)
{
	struct binding b = { view, { { 0 }, 0 }, line };

	if (keys_parse(keys, n, &b.keys) < 0) {
		*bad = arena_fmt(a, "%.*s: no such key for \"%s\"", (int)n,
		    keys, line);
		return;
	}
	m->v = arena_grow(a, m->v, m->n, sizeof(*m->v));
	m->v[m->n++] = b;
}

/* view may name several views: "list thread". */
static void
put(struct arena *a, struct keymap *m, const struct preset *p, const char **bad)
{
	const char *s = p->view;

	while (*s != '\0') {
		size_t n = strcspn(s, " ");

		put_one(a, m, arena_strn(a, s, n), p->keys, strlen(p->keys),
		    p->line, bad);
		s += n;
		s += strspn(s, " ");
	}
}

/* "list:a thread:a" of a declaration. */
static void
put_declared(struct arena *a, struct keymap *m, const struct cmd *c,
    const char **bad)
{
	const char *s = c->keys != NULL ? c->keys : "";

	while (*s != '\0') {
		size_t n = strcspn(s, " ");
		const char *colon = memchr(s, ':', n);

		if (colon != NULL && colon + 1 < s + n)
			put_one(a, m, arena_strn(a, s, (size_t)(colon - s)),
			    colon + 1, (size_t)(s + n - colon - 1), c->name,
			    bad);
		s += n;
		s += strspn(s, " ");
	}
}

static void
put_table(struct arena *a, struct keymap *m, const struct cmd *const *table,
    const char **bad)
{
	for (size_t i = 0; table[i] != NULL; i++)
		put_declared(a, m, table[i], bad);
}

static void
put_shop(struct arena *a, struct keymap *m, const struct shop *shop,
    const char **bad)
{
	for (size_t i = 0; i < shop->views; i++) {
		const struct view_setting *v = &shop->view[i];

		if (*v->key != '\0')
			put_one(a, m, "*", v->key, strlen(v->key),
			    arena_fmt(a, "go %s", v->name), bad);
	}
	for (size_t i = 0; i < shop->binds; i++) {
		const struct bind *b = &shop->bind[i];
		struct preset p = { b->view, b->key, b->command };

		put(a, m, &p, bad);
	}
}

void
keymap_make(struct arena *a, struct keymap *m, const struct shop *shop,
    const char **bad)
{
	m->v = NULL;
	m->n = 0;
	*bad = NULL;
	put_table(a, m, cmd_table, bad);
	put_table(a, m, ui_screen_cmds, bad);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		put(a, m, &lines[i], bad);
	if (strcmp(shop->keys, "emacs") == 0) {
		for (size_t i = 0; i < sizeof(emacs) / sizeof(emacs[0]); i++)
			put(a, m, &emacs[i], bad);
	}
	put_shop(a, m, shop, bad);
}

/* How a binding stands to a view: 2 its own, 1 of every view, 0 not. */
static int
rank(const struct binding *b, const char *view)
{
	if (strcmp(b->view, view) == 0)
		return 2;
	return strcmp(b->view, "*") == 0 ? 1 : 0;
}

static bool
starts(const struct keys *whole, const struct keys *start)
{
	return whole->n >= start->n &&
	       memcmp(whole->v, start->v, start->n * sizeof(ui_key)) == 0;
}

static bool
same(const struct keys *a, const struct keys *b)
{
	return a->n == b->n && starts(a, b);
}

/* The binding that these very keys have in a view; the last declared wins. */
static const struct binding *
exact(const struct keymap *m, const char *view, const struct keys *typed)
{
	const struct binding *best = NULL;
	int top = 0;

	for (size_t i = 0; i < m->n; i++) {
		int r = rank(&m->v[i], view);

		if (r > 0 && r >= top && same(&m->v[i].keys, typed)) {
			best = &m->v[i];
			top = r;
		}
	}
	return best;
}

enum keymap_found
keymap_find(const struct keymap *m, const char *view, const struct keys *typed,
    const char **line)
{
	const struct binding *b = exact(m, view, typed);

	if (b != NULL && *b->line != '\0') {
		*line = b->line;
		return KEYMAP_LINE;
	}
	return keymap_next(m, view, typed, 0) != NULL ? KEYMAP_PREFIX
						      : KEYMAP_NONE;
}

const struct keys *
keymap_keys(const struct keymap *m, const char *view, const char *line)
{
	const struct keys *best = NULL;

	for (size_t i = 0; i < m->n; i++) {
		const struct binding *b = &m->v[i];

		if (rank(b, view) == 0 || strcmp(b->line, line) != 0 ||
		    exact(m, view, &b->keys) != b)
			continue;
		if (best == NULL || b->keys.n < best->n)
			best = &b->keys;
	}
	return best;
}

const struct binding *
keymap_next(const struct keymap *m, const char *view, const struct keys *typed,
    size_t i)
{
	for (size_t j = 0; j < m->n; j++) {
		const struct binding *b = &m->v[j];

		if (rank(b, view) == 0 || *b->line == '\0' ||
		    b->keys.n <= typed->n || !starts(&b->keys, typed) ||
		    exact(m, view, &b->keys) != b)
			continue;
		if (i-- == 0)
			return b;
	}
	return NULL;
}
