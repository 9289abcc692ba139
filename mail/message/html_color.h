/*
 * html_color.h -- colours of CSS and HTML, as far as they hide text.
 */
#ifndef MAIL_MESSAGE_HTML_COLOR_H
#define MAIL_MESSAGE_HTML_COLOR_H

#include "mail/message/bytes.h"

enum color_kind {
	COLOR_UNSAID,  /* nothing was said: that of the element around */
	COLOR_UNKNOWN, /* something was, that could be any colour */
	COLOR_KNOWN,
	COLOR_NONE, /* nothing of it is seen */
};

struct color {
	enum color_kind kind;
	unsigned char r, g, b;
};

/* The value of "color", or of the attribute of that name. */
struct color color_read(struct bytes value);

/*
 * The colour in a value of "background" or "background-color"; unknown if
 * there is a picture or a gradient.
 */
struct color color_ground(struct bytes value);

/* Text that cannot be told from what is behind it; both are known. */
bool color_same(const struct color *text, const struct color *ground);

#endif
