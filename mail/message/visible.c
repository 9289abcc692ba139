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

/* Marks of lists and pictures say nothing in a snippet. */
static bool
is_rule(struct bytes line)
{
	for (size_t i = 0; i < line.n; i++)
		if (!strchr("-_=*~#. \t", line.s[i]))
			return false;
	return true;
}

char *
mail_snippet(struct arena *a, const struct mail *m, size_t bytes)
{
	struct arena scratch = { 0 };
	char *visible = mail_visible(&scratch, m->text, m->fold, m->folds);
	struct bytes rest = bytes_of(visible);
	struct bytes line;
	struct buf out = { 0 };
	char *s;
	size_t n;

	while (out.len < bytes && bytes_line(&rest, &line)) {
		line = bytes_trim(line);
		if (is_rule(line))
			continue;
		if (out.len > 0)
			buf_chr(&out, ' ');
		line = bytes_cut(line, 0, bytes + 4);
		for (size_t i = 0; i < line.n; i++)
			if (!is_blank(line.s[i]) || !is_blank(line.s[i + 1]))
				buf_chr(&out,
				    is_blank(line.s[i]) ? ' ' : line.s[i]);
	}
	n = out.len < bytes ? out.len : bytes;
	while (n > 0 && n < out.len && (out.data[n] & 0xc0) == 0x80)
		n--;
	s = arena_strn(a, buf_text(&out), n);
	buf_free(&out);
	arena_free(&scratch);
	return s;
}
