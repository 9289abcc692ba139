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

/* Where a file may begin at the start of a line, t.n if nowhere. */
static size_t
find_begin(struct bytes t, size_t from)
{
	static const char *const marks[] = { "begin ", "=ybegin " };
	size_t best = t.n;

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		for (size_t at = from; at < best;) {
			const char *p = memmem(t.s + at, best - at, marks[i],
			    strlen(marks[i]));

			if (!p)
				break;
			at = (size_t)(p - t.s);
			if (at == 0 || t.s[at - 1] == '\n')
				best = at;
			else
				at++;
		}
	return best;
}

/* The file at b, however it is encoded; the bytes it takes, 0 if none. */
static size_t
decode_file(struct buf *out, struct bytes b, struct bytes *name)
{
	return b.s[0] == '=' ? transfer_ydecode(out, b, name)
			     : transfer_uudecode(out, b, name);
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
		size_t took = decode_file(&data, bytes_cut(t, at, t.n), &name);

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

bool
extra_without_files(struct buf *out, struct bytes t)
{
	size_t from = 0;
	bool found = false;
	int files = 0;

	for (size_t at = find_begin(t, 0); at < t.n && files < UU_MOST;
	     files++) {
		struct buf data = { 0 };
		struct bytes name;
		size_t took = decode_file(&data, bytes_cut(t, at, t.n), &name);

		if (took > 0) {
			buf_add(out, t.s + from, at - from);
			from = at + took;
			found = true;
		}
		at = find_begin(t, at + (took > 0 ? took : 6));
		buf_free(&data);
	}
	if (found)
		buf_add(out, t.s + from, t.n - from);
	return found;
}
