/*
 * laid.h -- HTML mails laid out for the width they are shown in.
 */
#ifndef UI_LAID_H
#define UI_LAID_H

#include "store/query.h"
#include "ui/lines.h"

/*
 * Give each open HTML message, the newest first, the text of a layout for
 * lines_make at cols columns.  One that cannot be read anew keeps its text.
 */
void laid_html(struct store *s, struct arena *a, struct message *v, size_t n,
    const enum fold_show *show, int cols);

#endif
