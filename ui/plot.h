/*
 * plot.h -- numbers as block characters.
 */
#ifndef UI_PLOT_H
#define UI_PLOT_H

#include <stddef.h>

#include "ui/grid.h"

/* Upright bars, one number in step columns, over rows lines of p. */
void plot_bars(const struct pane *p, int row, int col, int rows, int step,
    enum role look, const size_t *v, size_t n);

#endif
