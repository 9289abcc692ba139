/*
 * letterhead.h -- the headers that clients write above what they quote or
 * forward: "From: ... Sent: ... To: ... Subject: ...".
 */
#ifndef MAIL_MESSAGE_LETTERHEAD_H
#define MAIL_MESSAGE_LETTERHEAD_H

#include "mail/message/phrase.h"

struct letterhead {
	struct bytes value[LABELS]; /* "" where there is none */
	struct bytes folds[LABELS]; /* the lines a value goes on in, or "" */
	int kinds;                  /* how many of from, to, subject, date */
	size_t from;                /* bytes of the text it takes */
	size_t until;
};

/*
 * Read a letterhead whose first line begins at byte at of text.  Quote marks
 * and bold marks around the labels do not count.  False if there is none:
 * two different labels at least, one of them From or, in a forward of
 * Thunderbird, Subject.
 */
bool letterhead_read(struct folding *f, struct bytes text, size_t at,
    struct letterhead *out);

/* The label a line begins with, its value after the colon in *value. */
enum label letterhead_line(struct folding *f, struct bytes line,
    struct bytes *value);

/* A line without the quote marks in front of it. */
struct bytes letterhead_unquote(struct bytes line);

#endif
