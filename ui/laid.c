/*
 * laid.c -- from the raw mail to lines of a width.
 */
#include "ui/laid.h"

#include "mail/message/read.h"

#define LAYOUT_MOST 40 /* mails of one conversation */

void
laid_html(struct store *s, struct arena *a, struct message *v, size_t n,
    const enum fold_show *show, int cols)
{
	int width = lines_width(cols);
	struct buf raw = { 0 };
	int done = 0;

	for (size_t i = n; i-- > 0 && done < LAYOUT_MOST;) {
		struct message *m = &v[i];
		struct err e = { 0 };

		if (!m->html || show[i] == SHOW_HEAD || *m->unreadable != '\0')
			continue;
		buf_clear(&raw);
		if (store_raw(s, m->id, &raw, &e) < 0)
			continue;
		m->text = mail_layout(a, raw.data, raw.len, width, &m->fold,
		    &m->folds);
		done++;
	}
	buf_free(&raw);
}
