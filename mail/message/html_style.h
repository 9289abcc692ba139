/*
 * html_style.h -- the little of CSS that decides what a reader sees.
 */
#ifndef MAIL_MESSAGE_HTML_STYLE_H
#define MAIL_MESSAGE_HTML_STYLE_H

#include "base/arena.h"
#include "mail/message/html_color.h"
#include "mail/message/html_token.h"

/* What is said of the size of letters. */
enum style_size {
	SIZE_UNSAID,
	SIZE_NONE, /* nothing that could be read */
	SIZE_SOME,
};

/* What is said of an element itself; nothing is inherited here. */
struct style {
	bool hides; /* no reader sees it or what is in it */
	bool none;  /* "display: none" */
	bool shows; /* "display" is said, and not none */
	enum style_size size;
	struct color color;
	struct color ground;
	bool picture; /* on its ground, or what could be any colour */
	bool struck;  /* a line goes through its words */
	bool right;   /* set to the right */
	bool pre;     /* keeps blanks and line breaks */
	bool ruled;   /* a line above it sets it apart */
	bool tight;   /* no outer space above and below */
};

/* Rules of style elements for one tag, class or id, outside of @media. */
struct sheet {
	struct sheet_rule *v;
	size_t n;
	bool read;  /* there is a style element */
	bool vague; /* with grounds that we cannot place */
};

void sheet_read(struct arena *a, struct bytes css, struct sheet *out);

/* What selectors ask of an element; the bytes are those of the mail. */
struct element {
	const char *name;
	struct bytes class, id;
	const struct element *up; /* that it stands in; NULL for none */
};

/*
 * Read what an element's attributes and the sheet say about it; up is what it
 * stands in, or NULL.
 */
void style_read(const struct token *t, const struct sheet *sheet,
    const struct element *up, struct style *out);

/* Is one of n classes among those of the element? */
bool style_has_class(const struct token *t, const char *const *names, size_t n);

/* A picture that is only there to be fetched, or to hold space. */
bool style_is_pixel(const struct token *t);

#endif
