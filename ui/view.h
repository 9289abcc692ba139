/*
 * view.h -- one screenful of something.
 *
 * A view asks the store for the rows that fit, and later draws them into a
 * pane of cells.  It never touches curses, so a test can draw any view at
 * any size and compare the text.
 */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "ui/cmd/cmd.h"
#include "ui/grid.h"
#include "ui/key.h"

struct app;
struct view;

/* What a person can ask of a view; each view answers those it knows. */
enum verb {
	VERB_DOWN,
	VERB_UP,
	VERB_TOP,
	VERB_BOTTOM,
	VERB_HALF_DOWN,
	VERB_HALF_UP,
	VERB_PAGE_DOWN,
	VERB_PAGE_UP,
	VERB_LEFT,
	VERB_RIGHT,
	VERB_OPEN,
	VERB_NEXT_MESSAGE,
	VERB_PREV_MESSAGE,
	VERB_NEXT_THREAD,
	VERB_PREV_THREAD,
	VERB_FOLD,
	VERB_UNFOLD_ALL,
	VERB_CARD,
	VERB_SELECT,
	VERB_SELECT_RANGE,
	VERB_NEXT_HIT,
	VERB_PREV_HIT,
	VERB_SEND,
	VERB_EDIT,
	VERB_EDIT_HERE,
	VERB_PREVIEW,
	VERB_KEEP,
	VERB_DISCARD,
	VERB_TAKE,
	VERB_CANCEL,
	VERB_RETRY,
	VERB_MARK_SENT,
	VERB_SEND_AGAIN,
	VERB_EXPLAIN,
};

enum verb_answer { VERB_DONE = 0, VERB_NOT_MINE = 1 }; /* or -1 */

struct view_ops {
	const char *name;  /* "list"; also the keymap's name */
	size_t state_size; /* private state, zeroed before open */

	/* Query the store; called on opening, when the store changed and when
	 * the size did.  What it finds lives in v->arena, emptied before. */
	int (*load)(struct view *v, struct err *e);

	/* Paint what load found.  Must not query, allocate or fail. */
	void (*draw)(const struct view *v, const struct pane *p);

	/* Tell commands what is under the cursor; c->thread in c->arena. */
	void (*point)(const struct view *v, struct ctx *c);

	/* Free what load made outside the arena.  The rest is the app's. */
	void (*done)(struct view *v);

	/* ---- all below may be NULL ---- */

	/* VERB_DONE, VERB_NOT_MINE, or -1 with the reason. */
	int (*verb)(struct view *v, enum verb verb, struct err *e);

	/* A key before the keymap sees it: true if it was taken as text. */
	bool (*key)(struct view *v, ui_key k);

	/* Does a mouse click mean something here?  Rows count in the pane. */
	void (*click)(struct view *v, int row, int col, int what);

	/* What stands at the left of the first line. */
	void (*title)(const struct view *v, struct buf *out);

	/* The command lines whose keys the bottom line shows, with what to
	 * call them: "done|write reply=reply"; "!Tab=field" is a key alone. */
	const char *(*hints)(const struct view *v);

	/* Has a change of these threads anything to do with it?  n 0: ask
	 * again anyway. */
	bool (*touched)(const struct view *v, const int64_t *thread, size_t n);

	/* Nobody presses keys: do what can wait.  True if it shows. */
	bool (*idle)(struct view *v);

	/* Once a second. */
	void (*tick)(struct view *v);

	/* Somebody came, went or began to write: app->presence is new. */
	void (*presence)(struct view *v);

	/* Keep what the person has under her hands: she may be gone. */
	void (*save)(struct view *v);

	/* The person asks to leave: false if it must be asked first. */
	bool (*leave)(struct view *v);
};

struct view {
	const struct view_ops *ops;
	struct app *app;
	void *state;
	struct arena arena;
	int rows; /* of its pane, known before load */
	int cols;
	bool stale;         /* load again before drawing */
	struct view *below; /* what "back" goes to */
};

#endif
