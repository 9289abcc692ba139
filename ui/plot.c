/*
 * plot.c -- eighths of a cell.
 */
#include "ui/plot.h"

static const char *const up[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
static const char *const right[] = { " ", "▏", "▎", "▍", "▌", "▋", "▊", "▉",
	"█" };

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

void
plot_lying(const struct pane *p, int row, int col, int cols, enum role look,
    size_t part, size_t whole)
{
	size_t eighths = whole > 0 ? part * (size_t)cols * 8 / whole : 0;

	for (int i = 0; i < cols; i++) {
		size_t here =
		    eighths > (size_t)i * 8 ? eighths - (size_t)i * 8 : 0;

		if (here == 0)
			break;
		pane_put(p, row, col + i, look, right[here > 8 ? 8 : here]);
	}
}
