/*
 * theme.h -- how each role of ui/grid.h looks.
 *
 * Colours are terminal palette numbers, -1 for the terminal's own.  Nothing
 * is said by colour alone, so the theme "none" loses no meaning.
 */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>

#include "ui/grid.h"

enum tint_attr {
	TINT_BOLD = 1 << 0,
	TINT_DIM = 1 << 1,
	TINT_UNDERLINE = 1 << 2,
	TINT_REVERSE = 1 << 3,
	TINT_ITALIC = 1 << 4,
};

struct tint {
	short fg;
	short bg;
	unsigned attr;
};

struct theme {
	const char *name;
	int colors;   /* how many the terminal must have */
	short row_bg; /* behind the selected row; -1: reversed */
	struct tint tint[LOOK_COUNT];
};

/*
 * The theme of this name, or the nearest a terminal of so many colours can
 * show: "sixteen" below 256, "none" below 8.
 */
const struct theme *theme_named(const char *name, int colors);

/* The names, for completion and help; ends with NULL. */
extern const char *const theme_names[];

#endif
