/*
 * quote.c -- folding what is not new.
 */
#include "mail/message/quote.h"

void
quote_find(struct arena *a, struct bytes text, const struct fold *known,
    size_t n, struct fold **fold, size_t *folds)
{
	size_t end = text.n;
	size_t from = text.n;
	struct bytes rest = text;
	struct bytes line;

	*fold = NULL;
	*folds = 0;
	while (bytes_line(&rest, &line)) {
		if (line.n > 0 && line.s[0] == '>') {
			if (from == end)
				from = (size_t)(line.s - text.s);
		} else if (bytes_trim(line).n > 0) {
			from = end;
		}
	}
	if (from < end) {
		*fold = arena_alloc(a, sizeof **fold);
		(*fold)->from = from;
		(*fold)->until = end;
		(*fold)->kind = FOLD_QUOTE;
		*folds = 1;
	}
}
