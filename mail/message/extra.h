/*
 * extra.h -- files that are not MIME parts: inside winmail.dat, uuencoded or
 * yEncoded in a text.
 *
 * They are numbered after all leaves, in order of appearance.
 */
#ifndef MAIL_MESSAGE_EXTRA_H
#define MAIL_MESSAGE_EXTRA_H

#include "base/arena.h"
#include "base/buf.h"
#include "mail/message/tree.h"

struct extra {
	int number;
	const char *name;
	const char *type;
	struct bytes data;
};

/* Call visit for each; the data lives until it returns. */
void extra_each(struct arena *a, struct node *root,
    void (*visit)(void *arg, const struct extra *x), void *arg);

/* Is it Outlook's winmail.dat? */
bool extra_is_tnef(const struct node *n);

/* Append text without the files in it.  False, adding nothing, if none is. */
bool extra_without_files(struct buf *out, struct bytes text);

#endif
