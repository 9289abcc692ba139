/*
 * html_box.h -- HTML as a tree of boxes, and the boxes as lines.
 */
#ifndef MAIL_MESSAGE_HTML_BOX_H
#define MAIL_MESSAGE_HTML_BOX_H

#include "base/arena.h"
#include "base/buf.h"
#include "desk/mail.h"
#include "mail/message/bytes.h"

struct insets;

enum box_kind {
	BOX_BLOCK, /* holds others */
	BOX_TEXT,  /* a paragraph; "\n" in it is a <br> */
	BOX_PRE,   /* lines as they stand */
	BOX_RULE,
	BOX_TABLE,
	BOX_ROW,
	BOX_CELL,
};

/* What the HTML itself says about a stretch. */
enum box_mark {
	MARK_NONE,
	MARK_QUOTE,
	MARK_HEAD, /* what stands above a quote; the quote follows */
	MARK_SIGNATURE,
};

struct box {
	enum box_kind kind;
	enum box_mark mark;
	struct box *parent;
	struct box *child; /* the first; the others follow by next */
	struct box *last;
	struct box *next;
	const char *first;  /* prefix of the first line, NULL for none */
	const char *prefix; /* of the other lines */
	struct bytes text;  /* BOX_TEXT and BOX_PRE */
	int span;           /* BOX_CELL: columns it takes */
	int rows;           /* and rows */
	bool margin;        /* an empty line before and after */
	bool right;         /* set to the right */
	bool filled;        /* there is text somewhere in it */
	bool aligned;       /* BOX_TABLE: in columns; else as blocks */
	bool has_aligned;   /* an aligned table is somewhere in it */
	bool has_row; /* one is, but of a single row: a picture and words */
};

/*
 * Read HTML into boxes.  Links are added to link; inset, if not NULL, are the
 * pictures it may show.  *hidden: it has words that no reader would see.
 */
struct box *box_build(struct arena *a, struct bytes html,
    const struct insets *inset, struct strings *link, bool *hidden);

/* Where lines go, and what is known about them. */
struct page {
	struct arena *a;
	struct buf out;
	struct buf prefix; /* of every line */
	const char *mark;  /* in place of the prefix's end, once; or NULL */
	size_t mark_at;    /* bytes of the prefix that stay before the mark */
	int width;         /* 0: paragraphs stay in one line */
	bool started;      /* something stands on the page already */
	bool gap;          /* an empty line is due before the next */
	struct fold *fold;
	size_t folds;
};

void box_print(struct page *p, const struct box *b);

/* One line with the page's prefix in front; b has no line break in it. */
void page_line(struct page *p, struct bytes b);

/* A table whose rows are lines of aligned columns; false if it does not fit. */
bool table_print(struct page *p, const struct box *table);

/* Should this table be tried in columns?  Its boxes are complete. */
bool table_is_aligned(const struct box *table);

/* Its rows with something in two cells or more. */
int table_rows(const struct box *table);

#endif
