/*
 * inset.h -- pictures that stand inside a text, and what is shown for them.
 */
#ifndef MAIL_MESSAGE_INSET_H
#define MAIL_MESSAGE_INSET_H

#include "base/arena.h"
#include "mail/message/tree.h"

struct inset {
	const char *cid;   /* the part that HTML points at */
	const char *label; /* "picture 2: crack.jpg" */
};

struct insets {
	struct inset *v;
	size_t n;
};

/* The pictures of a mail that HTML may point at (RFC 2392). */
void inset_list(struct arena *a, const struct node *root, struct insets *out);

/* Of the part that "cid:..." points at; NULL for ornaments and all else. */
const char *inset_label(const struct insets *v, struct bytes url);

/*
 * A leaf of multipart/mixed that is a picture to be seen where it stands:
 * what is shown for it; NULL if it is none.
 */
const char *inset_between(struct arena *a, const struct node *n);

#endif
