/*
 * inset.c -- pictures that stand inside a text, and what is shown for them.
 *
 * A customer writes "this one:" and pastes a photo; without a word at its
 * place nobody knows which of the files below she means.  Logos, rules and
 * beacons say nothing and are left out: they are small.
 */
#include "mail/message/inset.h"

#include <string.h>

#include "base/text.h"
#include "mail/message/body.h"
#include "mail/message/entity.h"
#include "mail/message/picture.h"

#define BEGINNING ((size_t)256 << 10) /* holds the size of any picture */
#define SIDE_MOST 96 /* pixels; an ornament has no more on one side */
#define NAME_MOST 60 /* columns */

static const char *
label_of(struct arena *a, const struct node *n)
{
	const char *name = text_cleaned(a, n->name, TEXT_LINE);
	int width;
	size_t len = text_fit(name, strlen(name), NAME_MOST, &width);

	if (len == 0)
		return arena_fmt(a, "picture %d", n->number);
	return arena_fmt(a, "picture %d: %.*s", n->number, (int)len, name);
}

/* Large enough to show something; false where its size is not known. */
static bool
is_seen(const struct node *n)
{
	struct buf raw = { 0 };
	int width = 0, height = 0;
	bool known;

	body_decode(&raw, n, BEGINNING);
	known = picture_size(buf_text(&raw), raw.len, &width, &height);
	buf_free(&raw);
	return known && width > SIDE_MOST && height > SIDE_MOST;
}

void
inset_list(struct arena *a, const struct node *root, struct insets *out)
{
	for (size_t i = 0; i < root->children; i++)
		inset_list(a, root->child[i], out);
	if (root->number == 0 || root->cid[0] == '\0' ||
	    !node_is(root, "image/") || !is_seen(root))
		return;
	out->v = arena_grow(a, out->v, out->n, sizeof *out->v);
	out->v[out->n++] = (struct inset){ root->cid, label_of(a, root) };
}

const char *
inset_label(const struct insets *v, struct bytes url)
{
	struct buf cid = { 0 };
	const char *found = NULL;

	url = bytes_trim(url);
	if (v->n == 0 || !bytes_begin(url, "cid:"))
		return NULL;
	entity_text(&cid, bytes_cut(url, 4, url.n));
	for (size_t i = 0; i < v->n && !found; i++)
		if (strcmp(v->v[i].cid, buf_text(&cid)) == 0)
			found = v->v[i].label;
	buf_free(&cid);
	return found;
}

const char *
inset_between(struct arena *a, const struct node *n)
{
	if (!node_is(n, "image/") || n->cid[0] != '\0' ||
	    strcmp(n->disposition.value, "attachment") == 0 || !is_seen(n))
		return NULL;
	return label_of(a, n);
}
