/*
 * extra.c -- walking the tree for what is packed inside its leaves.
 */
#include "mail/message/extra.h"

#include <string.h>

#include "mail/message/body.h"
#include "mail/message/tnef.h"
#include "mail/message/words.h"

#define UU_MOST 100 /* files in one text */

struct walk {
	struct arena *a;
	void (*visit)(void *arg, const struct extra *x);
	void *arg;
	int number; /* the last one given */
};

bool
extra_is_tnef(const struct node *n)
{
	return node_is(n, "application/ms-tnef") ||
	       node_is(n, "application/vnd.ms-tnef") ||
	       strcasecmp(n->name, "winmail.dat") == 0;
}

static void
visit_one(struct walk *w, const char *name, const char *type, struct bytes data)
{
	struct extra x = { ++w->number, name, type, data };

	if (type[0] == '\0')
		x.type = "application/octet-stream";
	w->visit(w->arg, &x);
}

static void
walk_tnef(struct walk *w, const struct node *n)
{
	struct buf raw = { 0 };
	struct tnef t;

	body_decode(&raw, n, (size_t)-1);
	if (tnef_read(w->a, (struct bytes){ buf_text(&raw), raw.len }, &t))
		for (size_t i = 0; i < t.n; i++)
			visit_one(w,
			    t.file[i].name[0] ? t.file[i].name
					      : "Untitled Attachment",
			    t.file[i].type, t.file[i].data);
	buf_free(&raw);
}

/* The next "begin " at the start of a line, t.n if there is none. */
static size_t
find_begin(struct bytes t, size_t from)
{
	while (from < t.n) {
		const char *p = memmem(t.s + from, t.n - from, "begin ", 6);
		size_t at;

		if (!p)
			break;
		at = (size_t)(p - t.s);
		if (at == 0 || t.s[at - 1] == '\n')
			return at;
		from = at + 1;
	}
	return t.n;
}

static void
walk_text(struct walk *w, const struct node *n)
{
	struct buf raw = { 0 };
	struct bytes t;
	struct bytes name;
	int files = 0;

	body_decode(&raw, n, (size_t)-1);
	t = (struct bytes){ buf_text(&raw), raw.len };
	for (size_t at = find_begin(t, 0); at < t.n && files < UU_MOST;
	     files++) {
		struct buf data = { 0 };
		size_t took =
		    transfer_uudecode(&data, bytes_cut(t, at, t.n), &name);

		if (took > 0)
			visit_one(w, words_text(w->a, name, NULL), "",
			    (struct bytes){ buf_text(&data), data.len });
		at = find_begin(t, at + (took > 0 ? took : 6));
		buf_free(&data);
	}
	buf_free(&raw);
}

static void
walk(struct walk *w, struct node *n)
{
	if (n->number > 0 && extra_is_tnef(n))
		walk_tnef(w, n);
	else if (n->number > 0 && node_is(n, "text/plain"))
		walk_text(w, n);
	for (size_t i = 0; i < n->children; i++)
		walk(w, n->child[i]);
}

static int
count_leaves(const struct node *n)
{
	int count = n->number > 0;

	for (size_t i = 0; i < n->children; i++)
		count += count_leaves(n->child[i]);
	return count;
}

void
extra_each(struct arena *a, struct node *root,
    void (*visit)(void *arg, const struct extra *x), void *arg)
{
	struct walk w = { a, visit, arg, count_leaves(root) };

	walk(&w, root);
}

void
extra_without_files(struct buf *out, struct bytes t)
{
	size_t from = 0;
	int files = 0;

	for (size_t at = find_begin(t, 0); at < t.n && files < UU_MOST;
	     files++) {
		struct buf data = { 0 };
		struct bytes name;
		size_t took =
		    transfer_uudecode(&data, bytes_cut(t, at, t.n), &name);

		if (took > 0) {
			buf_add(out, t.s + from, at - from);
			from = at + took;
		}
		at = find_begin(t, at + (took > 0 ? took : 6));
		buf_free(&data);
	}
	buf_add(out, t.s + from, t.n - from);
}
