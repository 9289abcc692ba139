/*
 * plot.c -- eighths of a cell.
 */
#include "ui/plot.h"

static const char *const up[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };

void
plot_bars(const struct pane *p, int row, int col, int rows, int step,
    enum role look, const size_t *v, size_t n)
{
	size_t most = 1;

	for (size_t i = 0; i < n; i++)
		most = v[i] > most ? v[i] : most;
	for (size_t i = 0; i < n; i++) {
		size_t eighths = (v[i] * (size_t)rows * 8 + most - 1) / most;

		for (int r = 0; r < rows; r++) {
			size_t below = (size_t)(rows - 1 - r) * 8;
			size_t here = eighths > below ? eighths - below : 0;

			if (here > 8)
				here = 8;
			pane_line(p, row + r, col + (int)i * step,
			    step > 1 ? step - 1 : 1, look, up[here]);
		}
	}
}
