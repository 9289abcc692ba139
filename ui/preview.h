/*
 * preview.h -- the end of a conversation beside something else.
 */
#ifndef UI_PREVIEW_H
#define UI_PREVIEW_H

#include "ui/app.h"
#include "ui/lines.h"

struct preview {
	struct arena arena;
	int64_t thread;
	int64_t revision;
	int cols;
	struct thread row;
	struct lines lines;
	size_t last; /* line where the newest message begins */
};

/* Read it if it is another thread, width or revision; true if it was. */
bool preview_load(struct app *a, struct preview *p, int64_t thread,
    int64_t revision, int cols);

/* Draw it under its subject, the newest message in sight. */
void preview_draw(const struct preview *p, const struct pane *to);

void preview_free(struct preview *p);

#endif
