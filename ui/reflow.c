/*
 * reflow.c -- breaking lines.
 */
#include "ui/reflow.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum {
	LEAST = 10,   /* columns left to words behind marks */
	MARK_MOST = 6 /* bytes of a list mark */
};

/* A line: quote marks, a list mark, words. */
struct shape {
	size_t quote; /* bytes, blanks included */
	size_t mark;
};

static size_t
quote_length(const char *s, size_t n)
{
	size_t i = 0, end = 0;

	while (i < n && (s[i] == '>' || s[i] == ' ')) {
		if (s[i] == '>')
			end = i + 1;
		else if (end == 0 || i > end)
			break;
		i++;
	}
	if (end > 0 && end < n && s[end] == ' ')
		end++;
	return end;
}

/* "- ", "* ", "• ", "3. ", "a) ": its bytes, 0 if there is none. */
static size_t
mark_length(const char *s, size_t n)
{
	static const char bullet[] = "\xe2\x80\xa2 ";
	size_t i = 0;

	if (n > sizeof bullet - 1 && memcmp(s, bullet, sizeof bullet - 1) == 0)
		return sizeof bullet - 1;
	if (n > 2 && strchr("-*+", s[0]) != NULL && s[1] == ' ')
		return 2;
	while (i < n && i < MARK_MOST - 2 && s[i] >= '0' && s[i] <= '9')
		i++;
	if (i == 0 && n > 0 && s[0] >= 'a' && s[0] <= 'z')
		i = 1;
	if (i > 0 && i + 2 < n && (s[i] == '.' || s[i] == ')') &&
	    s[i + 1] == ' ')
		return i + 2;
	return 0;
}

static struct shape
shape_of(const char *s, size_t n)
{
	struct shape v = { 0 };

	v.quote = quote_length(s, n);
	v.mark = mark_length(s + v.quote, n - v.quote);
	return v;
}

struct filling {
	struct arena *a;
	struct pieces *out;
	int cols;
};

static void
add_piece(struct filling *f, const char *s, size_t n)
{
	struct pieces *o = f->out;

	o->v = arena_grow(f->a, o->v, o->n, sizeof *o->v);
	o->v[o->n].text = arena_strn(f->a, s, n);
	o->v[o->n++].len = n;
}

/* What stands in front of the second line: quote marks, and room. */
static void
set_front(struct buf *front, const char *s, const struct shape *v)
{
	buf_add(front, s, v->quote);
	for (int w = text_width(s + v->quote, v->mark); w > 0; w--)
		buf_chr(front, ' ');
}

/* A line of the text, broken where it is too long. */
static void
take_line(struct filling *f, const char *s, size_t len)
{
	struct buf front = { 0 }, whole = { 0 };
	struct shape v = shape_of(s, len);
	size_t at = 0, next = 0;
	int room = f->cols;

	if (text_width(s, len) <= f->cols) {
		add_piece(f, s, len);
		return;
	}
	set_front(&front, s, &v);
	if (f->cols - text_width(buf_text(&front), front.len) < LEAST)
		buf_clear(&front);
	while (at < len) {
		size_t n = text_wrap(s + at, len - at, room, &next);

		buf_clear(&whole);
		if (at > 0)
			buf_add(&whole, buf_text(&front), front.len);
		buf_add(&whole, s + at, n);
		add_piece(f, buf_text(&whole), whole.len);
		if (next == 0)
			break;
		at += next;
		room = f->cols - text_width(buf_text(&front), front.len);
	}
	buf_free(&front);
	buf_free(&whole);
}

void
reflow(struct arena *a, const char *text, size_t n, int cols,
    struct pieces *out)
{
	struct filling f = { .a = a, .out = out, .cols = cols };

	while (n > 0) {
		const char *end = memchr(text, '\n', n);
		size_t len = end != NULL ? (size_t)(end - text) : n;

		take_line(&f, text, len);
		text += len + (end != NULL);
		n -= len + (end != NULL);
	}
}
