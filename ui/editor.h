/*
 * editor.h -- text under a person's hands: one line or many.
 *
 * The text is cleaned on its way in, so that what is drawn is what is
 * there.  Lines wrap on the screen only; a paragraph is one line.
 */
#ifndef UI_EDITOR_H
#define UI_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "ui/grid.h"
#include "ui/key.h"

struct editor_step; /* of undo */

enum editor_did { EDIT_MOVED, EDIT_TYPED, EDIT_CUT, EDIT_OTHER };

struct editor {
	struct buf text;
	size_t at;    /* the cursor: a byte on a cluster's edge */
	bool single;  /* one line: no newline gets in */
	bool changed; /* since the owner last cleared it */

	int cols; /* width it was last drawn or moved at */
	int rows;
	int top;  /* first wrapped line shown */
	int goal; /* column that up and down keep to; -1: the cursor's */

	struct editor_step *step; /* oldest first */
	size_t steps;
	size_t step_at; /* steps above are undone */
	enum editor_did did;
	struct buf killed; /* for yank */
};

void editor_free(struct editor *ed);

/* Replace the text, forgetting the undo steps; the cursor goes to at. */
void editor_set(struct editor *ed, const char *text, size_t at);

/* Put text in at the cursor, as one step. */
void editor_insert(struct editor *ed, const char *text, size_t n);

/* Replace the text as one step that can be undone. */
void editor_replace(struct editor *ed, const char *text, size_t at);

/* Handle a key; false if it means nothing here. */
bool editor_key(struct editor *ed, ui_key k);

bool editor_undo(struct editor *ed);
bool editor_redo(struct editor *ed);

/* How many lines it takes at a width. */
int editor_height(const struct editor *ed, int cols);

/* Put the cursor where a click was, in the pane it was drawn in. */
void editor_click(struct editor *ed, int row, int col);

/* Scroll so that the cursor is within rows lines of cols columns. */
void editor_place(struct editor *ed, int rows, int cols);

/* Draw; with focus the terminal's cursor is shown. */
void editor_draw(const struct editor *ed, const struct pane *p, enum role look,
    bool focus);

#endif
