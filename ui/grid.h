/*
 * grid.h -- a rectangle of cells, drawn into before a terminal is known.
 *
 * Views draw into a grid; ui/term.c paints the cells that changed.  A test
 * draws any view at any size and compares the text.  Text given here is
 * cleaned and clipped: nothing can write outside the rectangle or send a
 * control byte.
 */
#ifndef UI_GRID_H
#define UI_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

/* What a cell means; the theme says how that looks. */
enum role {
	LOOK_TEXT,
	LOOK_DIM,
	LOOK_BOLD,
	LOOK_TITLE,
	LOOK_BAR,    /* status and key lines */
	LOOK_KEY,    /* a key in the key line */
	LOOK_CURSOR, /* the selected row */
	LOOK_MARK,   /* ticked rows */
	LOOK_OK,     /* waiting, within target */
	LOOK_WARN,
	LOOK_LATE,
	LOOK_TAG,
	LOOK_CUSTOMER,
	LOOK_AGENT,
	LOOK_QUOTE,
	LOOK_NOTE,
	LOOK_HIT,
	LOOK_ERROR,
	LOOK_RULE, /* thin lines between things */
	LOOK_LINK,
	LOOK_FIELD, /* where a person types */
	LOOK_STAR,  /* a good customer, a starred thread */
	LOOK_COUNT
};

struct cell {
	char text[28]; /* one cluster, NUL-ended; "" right of a wide one */
	uint8_t look;
	uint8_t width; /* 1, 2, or 0 for the right half */
	bool reverse;
};

struct grid {
	int rows;
	int cols;
	struct cell *cell; /* rows * cols, owned */
	int cursor_row;    /* -1: hidden */
	int cursor_col;
	struct buf scratch; /* text being cleaned */
};

void grid_size(struct grid *g, int rows, int cols); /* also clears */
void grid_free(struct grid *g);

/* A window on part of a grid; drawing is clipped to it. */
struct pane {
	struct grid *grid;
	int row, col, rows, cols;
};
struct pane grid_whole(struct grid *g);
struct pane pane_part(const struct pane *p, int row, int col, int rows,
    int cols);

/* Put text at a place, clipped with an ellipsis; columns used. */
int pane_put(const struct pane *p, int row, int col, enum role look,
    const char *s);
int pane_putn(const struct pane *p, int row, int col, int cols, enum role look,
    const char *s, size_t n);
void pane_fill(const struct pane *p, int row, int col, int cols,
    enum role look); /* blanks */
void pane_look(const struct pane *p, int row, int col, int cols,
    enum role look); /* change the look of what is there */
void pane_reverse(const struct pane *p, int row);

/* The same, right-aligned to end before column end; columns used. */
int pane_right(const struct pane *p, int row, int end, enum role look,
    const char *s);
/* One character repeated: rules and bars. */
void pane_line(const struct pane *p, int row, int col, int cols, enum role look,
    const char *glyph);
/* Show the terminal's cursor here. */
void pane_cursor(const struct pane *p, int row, int col);

/* The grid as text, a line a row, trailing blanks cut: for tests. */
void grid_text(const struct grid *g, struct buf *out);

#endif
