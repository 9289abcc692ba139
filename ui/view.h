/*
 * view.h -- one screenful of something.
 *
 * A view asks the store for the rows that fit, and later draws them into a
 * grid of cells.  It never touches curses, so a test can draw any view at
 * any size and compare the text.
 */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include <stddef.h>

#include "base/err.h"
#include "ui/cmd/cmd.h"

struct grid;
struct view;

struct view_ops {
	const char *name;  /* "list"; also the keymap's name */
	size_t state_size; /* private state, zeroed before open */

	/* Query the store; called on opening and when the store changed. */
	int (*load)(struct view *v, struct err *e);

	/* Paint what load found.  Must not query, allocate or fail. */
	void (*draw)(const struct view *v, struct grid *g);

	/* Tell commands what is under the cursor. */
	void (*point)(const struct view *v, struct ctx *c);

	/* Free what load made.  The view itself belongs to the app. */
	void (*done)(struct view *v);
};

#endif
