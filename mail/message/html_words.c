/*
 * html_words.c -- the words of HTML gathered into paragraphs.
 */
#include "mail/message/html_build.h"

#include <string.h>

#include "mail/message/entity.h"

struct box *
box_add(struct builder *b, enum box_kind kind)
{
	struct box *box = arena_alloc(b->a, sizeof *box);

	box->kind = kind;
	box->span = 1;
	box->parent = b->at;
	if (b->at->last)
		b->at->last->next = box;
	else
		b->at->child = box;
	b->at->last = box;
	return box;
}

/* "<p>&nbsp;</p>" is how editors write an empty line. */
static void
keep_blank(struct builder *b)
{
	struct box *box;

	if (!b->nbsp)
		return;
	b->nbsp = false;
	if (b->at->kind != BOX_BLOCK || b->at->child || b->hidden > 0)
		return;
	box = box_add(b, BOX_TEXT);
	box->text = (struct bytes){ "\n", 1 };
}

static void
end_strike(struct builder *b)
{
	while (b->text.len > 0 && is_blank(b->text.data[b->text.len - 1]))
		buf_cut(&b->text, b->text.len - 1);
	buf_str(&b->text, "~~");
	b->strike_open = false;
}

/* Put the gathered paragraph into a box of its own. */
void
words_flush(struct builder *b)
{
	struct bytes t = { buf_text(&b->text), b->text.len };
	bool pre = b->pre > 0;
	bool strike = b->strike_open;
	struct box *row = NULL;
	struct box *box;

	if (strike) {
		end_strike(b);
		b->strike_due = true;
		t = (struct bytes){ buf_text(&b->text), b->text.len };
	}

	if (!pre)
		while (t.n > 0 && t.s[t.n - 1] == ' ')
			t.n--;
	b->blank = false;
	if (t.n == 0) {
		keep_blank(b);
		return;
	}
	b->nbsp = false;
	if (b->at->kind == BOX_ROW) { /* words beside the cells */
		row = b->at;
		b->at = box_add(b, BOX_CELL);
	}
	box = box_add(b, pre ? BOX_PRE : BOX_TEXT);
	box->text = (struct bytes){ arena_strn(b->a, t.s, t.n), t.n };
	box->filled = bytes_trim(t).n > 0;
	box->right = b->right;
	for (struct box *up = b->at; box->filled && up && !up->filled;
	     up = up->parent)
		up->filled = true;
	if (row)
		b->at = row;
	buf_clear(&b->text);
	b->flushes++;
}

/* A character that takes no room and joins nothing: skipped. */
static size_t
invisible(struct bytes t)
{
	unsigned char c = (unsigned char)t.s[0];

	if (c == 0xc2 && t.n > 1 && (unsigned char)t.s[1] == 0xad)
		return 2; /* soft hyphen */
	if (c == 0xcd && t.n > 1 && (unsigned char)t.s[1] == 0x8f)
		return 2; /* combining grapheme joiner */
	if (t.n < 3)
		return 0;
	if (memcmp(t.s, "\xe2\x80\x8b", 3) == 0 ||
	    memcmp(t.s, "\xef\xbb\xbf", 3) == 0 ||
	    memcmp(t.s, "\xe2\x81\xa0", 3) == 0)
		return 3;
	/* A joiner beside a blank joins nothing: filler of a preheader. */
	if (memcmp(t.s, "\xe2\x80\x8c", 3) == 0 &&
	    (t.n == 3 || is_blank(t.s[3]) || (unsigned char)t.s[3] == 0xc2 ||
		memcmp(t.s + 3, t.s, t.n < 6 ? t.n - 3 : 3) == 0))
		return 3;
	return 0;
}

/* Blank of any kind at the start of t: its length, 0 if none. */
static size_t
blank_length(struct bytes t)
{
	if (is_blank(t.s[0]))
		return 1;
	if (t.n > 1 && memcmp(t.s, "\xc2\xa0", 2) == 0)
		return 2;
	return 0;
}

/* Is the byte one that add_words has to look at more closely? */
static bool
is_special(char c)
{
	unsigned char u = (unsigned char)c;

	return u <= ' ' || u == 0xc2 || u == 0xcd || u == 0xe2 || u == 0xef;
}

/* Words with single blanks between them. */
void
words_add(struct builder *b, struct bytes t)
{
	size_t i = 0;

	while (i < t.n) {
		struct bytes rest = bytes_cut(t, i, t.n);
		size_t from = i;
		size_t n;

		if ((n = blank_length(rest)) > 0) {
			b->blank = true;
			b->nbsp = b->nbsp || n == 2;
			i += n;
			continue;
		}
		if ((n = invisible(rest)) > 0) {
			i += n;
			continue;
		}
		i++;
		while (i < t.n && !is_special(t.s[i]))
			i++;
		if (b->blank && b->text.len > 0 &&
		    b->text.data[b->text.len - 1] != '\n')
			buf_chr(&b->text, ' ');
		b->blank = false;
		if (b->strike_due)
			buf_str(&b->text, "~~");
		b->strike_open = b->strike_open || b->strike_due;
		b->strike_due = false;
		buf_add(&b->text, t.s + from, i - from);
		b->total += i - from;
	}
}

/* Text of no size; a block of some class may have one of its own. */
static bool
is_tiny(const struct builder *b)
{
	for (int i = b->depth - 1; i >= 0; i--) {
		const struct open *o = &b->stack[i];

		if (o->size != SIZE_UNSAID)
			return o->size == SIZE_NONE;
		if (o->traits & T_BLOCK && o->named && b->sheet.read)
			return false;
	}
	return false;
}

/* Three letters in a row, not those of a reference: filler has none. */
static bool
has_word(struct bytes raw)
{
	int run = 0;

	for (size_t i = 0; i < raw.n; i++) {
		if (raw.s[i] == '&')
			while (i + 1 < raw.n && raw.s[i] != ';' &&
			       !is_blank(raw.s[i]))
				i++;
		run = is_alnum(raw.s[i]) || (unsigned char)raw.s[i] >= 0xd0
			  ? run + 1
			  : 0;
		if (run >= 3)
			return true;
	}
	return false;
}

static bool
is_faint(struct builder *b)
{
	return b->depth > 0 && b->stack[b->depth - 1].faint;
}

void
words_token(struct builder *b, struct bytes raw)
{
	struct buf t = { 0 };
	bool faint = is_faint(b);

	b->any_faint = b->any_faint || (faint && has_word(raw));
	if (b->hidden > 0 || faint || is_tiny(b)) {
		b->concealed =
		    b->concealed || (b->skipped == 0 && has_word(raw));
		return;
	}
	if (!memchr(raw.s, '&', raw.n) && b->pre == 0) {
		words_add(b, raw);
		return;
	}
	entity_text(&t, raw);
	if (b->pre > 0) {
		for (size_t i = 0; i < t.len; i++)
			if (t.data[i] != '\r')
				buf_chr(&b->text, t.data[i]);
		b->total += t.len;
	} else {
		words_add(b, (struct bytes){ buf_text(&t), t.len });
	}
	buf_free(&t);
}

void
words_break(struct builder *b)
{
	if (b->hidden > 0)
		return;
	while (b->pre == 0 && b->text.len > 0 &&
	       b->text.data[b->text.len - 1] == ' ')
		buf_cut(&b->text, b->text.len - 1);
	buf_chr(&b->text, '\n');
	b->blank = false;
}

void
words_strike(struct builder *b)
{
	if (b->struck++ == 0)
		b->strike_due = true;
}

void
words_unstrike(struct builder *b)
{
	if (--b->struck > 0)
		return;
	if (b->strike_open)
		end_strike(b);
	b->strike_due = false;
}

/* The forms of one character above and below the line. */
static const struct figure {
	char plain;
	const char *high;
	const char *low;
} figures[] = {
	{ '0', "\xe2\x81\xb0", "\xe2\x82\x80" },
	{ '1', "\xc2\xb9", "\xe2\x82\x81" },
	{ '2', "\xc2\xb2", "\xe2\x82\x82" },
	{ '3', "\xc2\xb3", "\xe2\x82\x83" },
	{ '4', "\xe2\x81\xb4", "\xe2\x82\x84" },
	{ '5', "\xe2\x81\xb5", "\xe2\x82\x85" },
	{ '6', "\xe2\x81\xb6", "\xe2\x82\x86" },
	{ '7', "\xe2\x81\xb7", "\xe2\x82\x87" },
	{ '8', "\xe2\x81\xb8", "\xe2\x82\x88" },
	{ '9', "\xe2\x81\xb9", "\xe2\x82\x89" },
	{ '+', "\xe2\x81\xba", "\xe2\x82\x8a" },
	{ '-', "\xe2\x81\xbb", "\xe2\x82\x8b" },
	{ 'n', "\xe2\x81\xbf", "\xe2\x82\x99" },
};

static const struct figure *
figure_of(char c)
{
	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
		if (figures[i].plain == c)
			return &figures[i];
	return NULL;
}

/* Where the words of an element begin, and that they are a few figures. */
static bool
only_figures(const struct builder *b, const struct open *o, size_t *from)
{
	if (b->hidden > 0 || b->pre > 0 || o->flushes != b->flushes)
		return false;
	*from = o->text_at;
	while (*from < b->text.len && is_blank(b->text.data[*from]))
		*from += 1;
	if (*from == b->text.len || b->text.len - *from > 8)
		return false;
	for (size_t i = *from; i < b->text.len; i++)
		if (!figure_of(b->text.data[i]))
			return false;
	return true;
}

static void
set_figures(struct builder *b, const struct open *o, bool high)
{
	char plain[8];
	size_t from;
	size_t n;

	if (!only_figures(b, o, &from))
		return;
	n = b->text.len - from;
	memcpy(plain, b->text.data + from, n);
	buf_cut(&b->text, from);
	for (size_t i = 0; i < n; i++) {
		const struct figure *f = figure_of(plain[i]);

		buf_str(&b->text, high ? f->high : f->low);
	}
}

void
words_raise(struct builder *b, const struct open *o)
{
	set_figures(b, o, true);
}

void
words_lower(struct builder *b, const struct open *o)
{
	set_figures(b, o, false);
}
