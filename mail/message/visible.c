/*
 * visible.c -- the new words of a mail.
 */
#include "mail/message/read.h"

#include <string.h>

#include "base/text.h"
#include "mail/message/bytes.h"

char *
mail_visible(struct arena *a, const char *text, const struct fold *fold,
    size_t folds)
{
	struct buf out = { 0 };
	struct bytes all = bytes_of(text);
	size_t at = 0;
	struct bytes left;
	char *s;

	for (size_t i = 0; i < folds; i++) {
		struct bytes kept = bytes_cut(all, at, fold[i].from);

		buf_add(&out, kept.s, kept.n);
		at = fold[i].until;
	}
	left = bytes_cut(all, at, all.n);
	buf_add(&out, left.s, left.n);
	left = bytes_trim((struct bytes){ buf_text(&out), out.len });
	s = arena_strn(a, left.s, left.n);
	buf_free(&out);
	return s;
}
