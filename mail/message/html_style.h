/*
 * html_style.h -- the little of CSS that decides what a reader sees.
 */
#ifndef MAIL_MESSAGE_HTML_STYLE_H
#define MAIL_MESSAGE_HTML_STYLE_H

#include "base/arena.h"
#include "mail/message/html_token.h"

/* Classes and ids that a style element hides, outside of @media. */
struct sheet {
	struct bytes *name; /* ".class" or "#id" */
	size_t n;
};

void sheet_read(struct arena *a, struct bytes css, struct sheet *out);

/* Is the element one that no reader sees? */
bool style_hides(const struct token *t, const struct sheet *sheet);

/* What the element says about the size of its letters. */
enum style_size {
	SIZE_UNSAID,
	SIZE_NONE, /* nothing that could be read */
	SIZE_SOME,
};
enum style_size style_size(const struct token *t);

/* Does its style attribute give it no outer space above and below? */
bool style_no_margin(const struct token *t);

/* Does a line above it set it apart, as Outlook does with what it quotes? */
bool style_ruled(const struct token *t);

/* Is its content set to the right? */
bool style_right(const struct token *t);

/* Does it keep blanks and line breaks (white-space: pre...)? */
bool style_pre(const struct token *t);

/* Is this class (or this id) among those of the element? */
bool style_has_class(const struct token *t, const char *class);

/* A picture that is only there to be fetched, or to hold space. */
bool style_is_pixel(const struct token *t);

#endif
