/*
 * template.h -- the language of canned replies as a tree; for template.c
 * (which reads it) and fill.c (which fills it in).  See canned.h.
 */
#ifndef DESK_TEMPLATE_H
#define DESK_TEMPLATE_H

#include "base/arena.h"
#include "base/err.h"
#include "desk/canned.h"

enum expr_kind {
	EXPR_NAME,   /* a.b */
	EXPR_TEXT,   /* "x" or 12 */
	EXPR_AND,
	EXPR_OR,
	EXPR_NOT,    /* left only */
	EXPR_EQUAL,
	EXPR_UNEQUAL,
	EXPR_LESS,
	EXPR_LESS_EQUAL,
	EXPR_MORE,
	EXPR_MORE_EQUAL,
	EXPR_CONTAINS,
};

struct expr {
	enum expr_kind kind;
	const char *text; /* name or literal */
	size_t at;        /* byte of the template, for messages */
	struct expr *left;
	struct expr *right;
	bool has_default; /* of a name that is printed */
	const char *fallback;
};

enum node_kind { NODE_TEXT, NODE_PRINT, NODE_IF, NODE_FOR };

struct node {
	enum node_kind kind;
	struct node *next;  /* what follows at the same depth */
	const char *text;   /* NODE_TEXT; NODE_FOR: name of the item */
	size_t n;           /* bytes of NODE_TEXT */
	struct expr *expr;  /* printed, condition, or the list */
	struct node *inner; /* of the if or for */
	struct node *other; /* of the else */
};

/* A template and where it stands. */
struct template {
	const char *name;
	int line;
	const char *text;
	struct node *top;
};

/* ERR_USAGE with "name:line:column: ..." at byte at. Returns -1. */
int template_wrong(const struct template *t, size_t at, struct err *e,
    const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Fill in top. */
int template_parse(struct arena *a, struct template *t, struct err *e);

#endif
