/*
 * body.h -- which parts of a mail are its text, and the text itself.
 */
#ifndef MAIL_MESSAGE_BODY_H
#define MAIL_MESSAGE_BODY_H

#include "base/arena.h"
#include "base/buf.h"
#include "desk/mail.h"
#include "mail/message/read.h"
#include "mail/message/tree.h"

struct body {
	struct buf text; /* UTF-8, \n line ends; the caller frees it */
	size_t links_at; /* where the list of links begins; text.len if none */
	struct fold *fold; /* quotes that the HTML itself names */
	size_t folds;
	bool html;      /* there is an HTML body */
	bool from_html; /* and the text was made of it */
	bool hidden;    /* and it has words that no reader would see */
	struct part *part;
	size_t parts;
	struct node *message; /* the first attached message, or NULL */
	const char *charset;  /* of the first text; "" if none */
};

/* Lay the text out at a width (0: paragraphs in one line) and list parts. */
void body_read(struct arena *a, struct node *root, int width,
    const struct read_limits *limits, struct body *out);

/* The same without the parts, which cost hashing. */
void body_text(struct arena *a, struct node *root, int width,
    const struct read_limits *limits, struct body *out);

/* One leaf as text, whatever its role: an attachment that is to be read. */
void body_leaf(struct arena *a, struct node *leaf, int width,
    const struct read_limits *limits, struct body *out);

/* The bytes of an attached message: where they stand, or decoded. */
struct bytes body_source(struct arena *a, const struct node *leaf);

/* Decode a leaf's bytes. */
void body_decode(struct buf *out, const struct node *leaf, size_t limit);

#endif
