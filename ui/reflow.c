/*
 * reflow.c -- joining and breaking lines.
 */
#include "ui/reflow.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum {
	FULL = 55,  /* columns of a line that was broken because it was full */
	LEAST = 10, /* columns left to words behind marks */
	MARK_MOST = 6 /* bytes of a list mark */
};

/* A line: quote marks, a list mark, words. */
struct shape {
	size_t quote; /* bytes, blanks included */
	size_t mark;
	size_t len; /* of the whole line */
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
	struct shape v = { .len = n };

	v.quote = quote_length(s, n);
	v.mark = mark_length(s + v.quote, n - v.quote);
	return v;
}

/* Blanks that line something up, or a line set in: not prose. */
static bool
is_set(const char *s, size_t n)
{
	if (n > 0 && (s[0] == ' ' || s[0] == '\t'))
		return true;
	for (size_t i = 1; i + 2 < n; i++) {
		if (s[i] == '\t')
			return true;
		/* Two blanks after a full stop are a habit of typists. */
		if (s[i] == ' ' && s[i + 1] == ' ' &&
		    (s[i + 2] == ' ' || strchr(".!?:", s[i - 1]) == NULL))
			return true;
	}
	return false;
}

static bool
begins_words(const char *s, size_t n)
{
	const unsigned char c = n > 0 ? (unsigned char)s[0] : 0;

	return c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '(' || c == '"';
}

struct filling {
	struct arena *a;
	struct pieces *out;
	struct buf line; /* gathered so far */
	struct shape shape;
	int last; /* columns of the line that was added last */
	int cols;
	bool open;
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
set_front(struct buf *front, const struct filling *f)
{
	const char *s = f->line.data;

	buf_clear(front);
	buf_add(front, s, f->shape.quote);
	for (int w = text_width(s + f->shape.quote, f->shape.mark); w > 0; w--)
		buf_chr(front, ' ');
}

/* Break the gathered line and put it out. */
static void
put_out(struct filling *f)
{
	struct buf front = { 0 }, whole = { 0 };
	size_t at = 0, next = 0;
	int room = f->cols;

	if (!f->open)
		return;
	f->open = false;
	if (text_width(buf_text(&f->line), f->line.len) <= f->cols) {
		add_piece(f, buf_text(&f->line), f->line.len);
		return;
	}
	set_front(&front, f);
	if (f->cols - text_width(buf_text(&front), front.len) < LEAST)
		buf_clear(&front);
	while (at < f->line.len) {
		size_t n =
		    text_wrap(f->line.data + at, f->line.len - at, room, &next);

		buf_clear(&whole);
		if (at > 0)
			buf_add(&whole, buf_text(&front), front.len);
		buf_add(&whole, f->line.data + at, n);
		add_piece(f, buf_text(&whole), whole.len);
		if (next == 0)
			break;
		at += next;
		room = f->cols - text_width(buf_text(&front), front.len);
	}
	buf_free(&front);
	buf_free(&whole);
}

/* Does the line go on with a paragraph that does not fit as it is? */
static bool
goes_on(const struct filling *f, const char *s, const struct shape *v)
{
	const char *words = f->line.data + f->shape.quote;

	if (!f->open || f->last < FULL || v->mark > 0 ||
	    v->quote != f->shape.quote ||
	    memcmp(s, f->line.data, v->quote) != 0)
		return false;
	if (text_width(f->line.data, f->line.len) <= f->cols)
		return false;
	return begins_words(s + v->quote, v->len - v->quote) &&
	       !is_set(words, f->line.len - f->shape.quote) &&
	       !is_set(s + v->quote, v->len - v->quote);
}

static void
take_line(struct filling *f, const char *s, size_t n)
{
	struct shape v = shape_of(s, n);

	if (goes_on(f, s, &v)) {
		buf_chr(&f->line, ' ');
		buf_add(&f->line, s + v.quote, n - v.quote);
	} else {
		put_out(f);
		buf_clear(&f->line);
		buf_add(&f->line, s, n);
		f->shape = v;
		f->open = true;
	}
	f->last = text_width(s, n);
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
	put_out(&f);
	buf_free(&f.line);
}
