/*
 * lines.h -- a conversation laid out in lines of a width.
 *
 * Messages in order of time, quotes and signatures folded to one line,
 * notes in place, what happened as thin lines between.
 */
#ifndef UI_LINES_H
#define UI_LINES_H

#include "base/arena.h"
#include "desk/model.h"
#include "ui/attached.h"
#include "ui/grid.h"

/* How a person wants one message. */
enum fold_show {
	SHOW_HEAD, /* one line */
	SHOW_NEW,  /* what is new; quotes folded */
	SHOW_ALL,
};

struct line {
	const char *text; /* cleaned */
	size_t len;
	const char *right; /* at the right edge; NULL if nothing */
	enum role look;
	enum role bar; /* of the stroke at the left; LOOK_TEXT: none */
	int message;   /* index, -1: an event */
	bool head;
};

struct conversation {
	const struct message *message;
	size_t messages;
	const struct event *event; /* may be NULL */
	size_t events;
	const enum fold_show *show; /* one a message */
	const char *const *mark;    /* beside the date, or NULL; may be NULL */
	/* Of each message, in the order of its parts, or NULL; may be NULL. */
	const struct attached *const *attached;
	/* Of each message, who wrote the mail inside it, if nobody vouches for
	 * that; addr "" if nobody did; may be NULL. */
	const struct address *inner;
	bool robot;   /* a person may say that it was none */
	bool headers; /* all addresses, ids */
	const char *zone;
	int64_t now;
	/* Who is agent N; may be NULL. */
	const char *(*login)(const void *arg, int64_t agent);
	const void *arg;
};

struct lines {
	struct line *v;
	size_t n;
	size_t *head; /* line of each message's head */
};

/* Columns that a text has in lines of so many. */
int lines_width(int cols);

void lines_make(struct arena *a, const struct conversation *c, int cols,
    struct lines *out);

/* Draw from line top on; the message "at" is marked. */
void lines_draw(const struct lines *l, const struct pane *p, size_t top,
    int at);

#endif
