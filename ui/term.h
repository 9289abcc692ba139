/*
 * term.h -- the terminal: cells out, keys in.
 *
 * The only file that knows curses.  One terminal a process.  Signals are not
 * handled here: the loop says when to stop, to go on and to measure again.
 */
#ifndef UI_TERM_H
#define UI_TERM_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "ui/grid.h"
#include "ui/key.h"

/*
 * Take over the terminal.  theme is a name of ui/theme.h; NO_COLOR in the
 * environment overrides it.  ERR_USAGE if there is no terminal.
 */
int term_open(const char *theme, struct err *e);

/* Give it back as it was.  May be called at any time, and twice. */
void term_close(void);

/*
 * The same when the line may be dead: as far as it can be done at once.
 * Nothing is to be painted afterwards.
 */
void term_abandon(void);

/* Like close and open, for Ctrl-Z and $EDITOR; nothing is forgotten. */
void term_leave(void);
void term_enter(void);

/* Change the theme now; false if there is none of that name. */
bool term_theme(const char *theme);

void term_size(int *rows, int *cols); /* as it is now */

/* Show the grid: only cells that differ from what is shown are sent. */
void term_paint(const struct grid *g);

/* Forget what is shown; the next paint sends everything. */
void term_redraw(void);

/*
 * The next key, or UK_NONE at once if there is none.  UK_GONE if the
 * terminal has gone away.
 */
ui_key term_key(void);

/* What was pasted, after UK_PASTE; valid until the next one. */
const struct buf *term_paste(void);

enum mouse_what {
	MOUSE_CLICK,
	MOUSE_DOUBLE,
	MOUSE_UP, /* the wheel */
	MOUSE_DOWN,
	MOUSE_OTHER,
};

/* After UK_MOUSE: where and what. */
enum mouse_what term_mouse(int *row, int *col);

void term_bell(void);
/* A desktop notice by OSC 777, text cleaned and without ";". */
void term_notice(const char *title, const char *text);
/* Put text on the clipboard by OSC 52. */
void term_copy(const char *text, size_t n);

#endif
