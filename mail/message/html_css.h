/*
 * html_css.h -- declarations of CSS, for html_style.c and html_sheet.c.
 */
#ifndef MAIL_MESSAGE_HTML_CSS_H
#define MAIL_MESSAGE_HTML_CSS_H

#include <stdint.h>

#include "mail/message/html_style.h"

#define SIMPLE_MOST 4 /* elements that one selector speaks of */

/*
 * What one selector of a style element says: "#a .b > p.c" speaks of an
 * element, "p.c", and of those around it.
 */
struct sheet_rule {
	char kind;     /* '.', '#', or 't' for a tag, of the element */
	uint32_t hash; /* of that name */
	struct bytes name;
	struct bytes simple[SIMPLE_MOST]; /* from the element outwards */
	bool child[SIMPLE_MOST];          /* it stands right inside the next */
	int simples;
	struct style says;
};

/* Does "p.a.b", "#c" or "*" fit an element? */
bool simple_fits(struct bytes simple, const struct element *e);

/* Put what a list of declarations says over what was said before. */
void css_read(struct bytes css, struct style *out);

/* The hash of a name by which rules are found. */
uint32_t css_hash(struct bytes name);

#endif
