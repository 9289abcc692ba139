/*
 * html_token.h -- HTML cut into tags and text.
 *
 * Follows the tokenizer of WHATWG HTML 13.2.5 where mail needs it, in linear
 * time for any input: what is never closed does not swallow the rest.
 */
#ifndef MAIL_MESSAGE_HTML_TOKEN_H
#define MAIL_MESSAGE_HTML_TOKEN_H

#include "mail/message/bytes.h"

enum token_kind {
	TOKEN_TEXT,
	TOKEN_OPEN,  /* <name ...> */
	TOKEN_CLOSE, /* </name> */
	TOKEN_STYLE, /* the content of a style element */
};

#define TAG_SIZE  16 /* longer names are cut; none of ours is */
#define ATTR_MOST 24

struct attr {
	struct bytes name;
	struct bytes value; /* references not decoded */
};

struct token {
	enum token_kind kind;
	char name[TAG_SIZE]; /* lower case */
	bool empty;          /* "/>" */
	struct attr attr[ATTR_MOST];
	size_t attrs;
	struct bytes text; /* references not decoded */
};

struct tokenizer {
	struct bytes all;
	size_t at;
	/* Nothing of this kind is left to be found: a search saved. */
	bool no_comment_end;
	bool no_quote, no_apostrophe;
};

/* The next token; false at the end. */
bool token_next(struct tokenizer *t, struct token *out);

/* The value of an attribute, s NULL if it is absent. */
struct bytes token_attr(const struct token *t, const char *name);

#endif
