/*
 * look.h -- what the parts of a mail are by their bytes, and their text.
 *
 * A sender can call anything anything; what a person sees before she opens a
 * part is what its bytes say.
 */
#ifndef MAIL_MESSAGE_LOOK_H
#define MAIL_MESSAGE_LOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "desk/mail.h"

struct look {
	const char *type; /* by the bytes; as declared where they say less */
	bool other;       /* it was declared as something of another kind */
	int width;        /* pixels of a picture; 0 if unknown */
	int height;
	bool text;    /* mail_part_text has something to show */
	bool program; /* opening it could run something */
};

/*
 * One look for each part, in order.  Of each part only the beginning is
 * decoded, so that a large mail costs no more than finding its parts.
 */
void mail_look(struct arena *a, const void *raw, size_t n,
    const struct part *part, size_t parts, struct look *out);

/*
 * A part as text for a screen of width columns, not yet cleaned: plain text
 * and what is like it, HTML laid out, a calendar's summary, an attached mail
 * under its headers.  At most limit bytes of it.  ERR_MISSING: no such part.
 */
int mail_part_text(struct arena *a, const void *raw, size_t n, int number,
    int width, size_t limit, const char **out, struct err *e);

#endif
