/*
 * form.h -- who filled in the contact form of a web site.
 *
 * Forms are mailed by the site, to the shop and often as the shop; who wrote
 * stands in lines of the text: "Email: maria@kunde.example", or the label on
 * a line of its own and the value below it.
 */
#ifndef DESK_FORM_H
#define DESK_FORM_H

#include <stdbool.h>

#include "base/arena.h"
#include "desk/mail.h"

/*
 * The name and address that the first lines of a text give.  false if there
 * is no line for an address with one that can be written to.
 */
bool form_sender(struct arena *a, const char *text, struct address *out);

#endif
