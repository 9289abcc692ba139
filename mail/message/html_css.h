/*
 * html_css.h -- declarations of CSS, for html_style.c and html_sheet.c.
 */
#ifndef MAIL_MESSAGE_HTML_CSS_H
#define MAIL_MESSAGE_HTML_CSS_H

#include <stdint.h>

#include "mail/message/html_style.h"

/* What one selector of a style element says. */
struct sheet_rule {
	char kind;         /* '.', '#', or 't' for a tag */
	uint32_t hash;     /* of the name */
	struct bytes name; /* in the mail */
	struct style says;
};

/* Put what a list of declarations says over what was said before. */
void css_read(struct bytes css, struct style *out);

/* The hash of a name by which rules are found. */
uint32_t css_hash(struct bytes name);

#endif
