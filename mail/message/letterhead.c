/*
 * letterhead.c -- finding repeated headers in a text.
 */
#include "mail/message/letterhead.h"

#include <string.h>

#define LINES_MOST 40 /* of a letterhead, folds included */
#define FOLDS_MOST 12 /* of one value */
#define LABEL_MOST 60 /* bytes before the colon */

struct bytes
letterhead_unquote(struct bytes line)
{
	for (;;) {
		size_t took =
		    line.n > 0 && line.s[0] == '>' ? 1 : bytes_unseen(line);

		if (took == 0)
			return line;
		line = bytes_cut(line, took, line.n);
	}
}

/* Stars and underscores that stand for bold. */
static struct bytes
without_marks(struct bytes s)
{
	s = bytes_bare(s);
	while (s.n > 0 && strchr("*_|", s.s[0]))
		s = bytes_bare(bytes_cut(s, 1, s.n));
	while (s.n > 0 && strchr("*_|", s.s[s.n - 1]))
		s = bytes_bare(bytes_cut(s, 0, s.n - 1));
	return s;
}

/* The colon, ASCII or full width; *after is behind it. */
static bool
find_colon(struct bytes line, size_t *at, size_t *after)
{
	size_t n = line.n < LABEL_MOST ? line.n : LABEL_MOST;
	bool table = n > 0 && line.s[0] == '|'; /* "| From | Ann |" */

	for (size_t i = table; i < n; i++) {
		if (line.s[i] == (table ? '|' : ':')) {
			*at = i;
			*after = i + 1;
			return true;
		}
		if (i + 2 < n && memcmp(line.s + i, "\xef\xbc\x9a", 3) == 0) {
			*at = i;
			*after = i + 3;
			return true;
		}
	}
	return false;
}

enum label
letterhead_line(struct folding *f, struct bytes line, struct bytes *value)
{
	size_t colon;
	size_t after;
	struct bytes name;
	const char *paren;

	line = letterhead_unquote(line);
	if (!find_colon(line, &colon, &after))
		return LABEL_NONE;
	name = without_marks(bytes_cut(line, 0, colon));
	*value = without_marks(bytes_cut(line, after, line.n));
	/* "Kopie (CC):" */
	paren = name.n > 0 ? memchr(name.s, '(', name.n) : NULL;
	if (paren && paren > name.s)
		name = bytes_trim(bytes_cut(name, 0, (size_t)(paren - name.s)));
	if (name.n == 0 || name.n > 40)
		return LABEL_NONE;
	return phrase_label(phrase_fold(f, name));
}

/*
 * Outlook's "Name<mailto:a@b>" and long lists go on in the next line.  It
 * belongs to the value if a label comes after it.
 */
static bool
is_continued(struct folding *f, struct bytes rest, enum label last)
{
	struct bytes line;
	struct bytes value;
	int left = FOLDS_MOST;

	if (last == LABEL_NONE)
		return false;
	while (left-- > 0 && bytes_line(&rest, &line)) {
		if (letterhead_unquote(line).n == 0)
			return false;
		if (letterhead_line(f, line, &value) != LABEL_NONE)
			return true;
	}
	return false;
}

/* Below an empty line, or two before a header that is still missing. */
static bool
next_is_label(struct folding *f, const struct letterhead *h, struct bytes rest)
{
	struct bytes line;
	struct bytes value;
	enum label label;

	if (!bytes_line(&rest, &line))
		return false;
	if (letterhead_unquote(line).n > 0)
		return letterhead_line(f, line, &value) != LABEL_NONE;
	if (!bytes_line(&rest, &line))
		return false;
	label = letterhead_line(f, line, &value);
	return label != LABEL_NONE && label != LABEL_OTHER &&
	       h->value[label].n == 0;
}

static void
add_kind(struct letterhead *h, enum label label, struct bytes value)
{
	if (h->value[label].n > 0)
		return;
	h->value[label] = value;
	h->kinds += label == LABEL_FROM || label == LABEL_TO ||
		    label == LABEL_SUBJECT || label == LABEL_DATE;
}

/* A subject or an address list is an indented or a bracketed rest. */
static void
extend_value(struct letterhead *h, enum label label, struct bytes line)
{
	const char *start = h->value[label].s;

	if (!start || h->value[label].n == 0)
		return;
	if (h->folds[label].n == 0)
		h->folds[label].s = line.s;
	h->folds[label].n = (size_t)(line.s + line.n - h->folds[label].s);
}

bool
letterhead_read(struct folding *f, struct bytes text, size_t at,
    struct letterhead *out)
{
	struct bytes rest = bytes_cut(text, at, text.n);
	struct bytes line;
	struct bytes value;
	enum label last = LABEL_NONE;
	enum label first = LABEL_NONE;

	memset(out, 0, sizeof *out);
	out->from = out->until = at;
	for (int i = 0; i < LINES_MOST && bytes_line(&rest, &line); i++) {
		enum label label = letterhead_line(f, line, &value);
		bool empty = letterhead_unquote(line).n == 0;

		if (label != LABEL_NONE) {
			if (first == LABEL_NONE)
				first = label;
			/* The same header again: another letterhead. */
			if (label == LABEL_FROM && out->value[label].n > 0)
				break;
			add_kind(out, label, value);
			last = label;
		} else if (first == LABEL_NONE) {
			return false;
		} else if (empty) {
			if (!next_is_label(f, out, rest))
				break;
		} else if (is_continued(f, rest, last)) {
			extend_value(out, last, line);
		} else {
			break;
		}
		out->until = text.n - rest.n;
	}
	return out->kinds >= 2 &&
	       (out->value[LABEL_FROM].n > 0 || first == LABEL_SUBJECT);
}
