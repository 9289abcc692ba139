/*
 * html_print.c -- boxes to lines.
 */
#include "mail/message/html_box.h"

#include <string.h>

#include "base/text.h"
#include "mail/message/html.h"

#define RULE_WIDTH 40
#define DEEPEST    48 /* bytes of prefix */
#define PAGE_MOST  (4u << 20)
#define NARROWEST  20 /* columns left to text however deep it is indented */

/* The empty line that is due, with quote marks if it is in a quote. */
static void
fill_gap(struct page *p)
{
	size_t n = p->prefix.len;

	if (p->gap && p->started) {
		while (n > 0 && p->prefix.data[n - 1] == ' ')
			n--;
		buf_add(&p->out, buf_text(&p->prefix), n);
		buf_chr(&p->out, '\n');
	}
	p->gap = false;
	p->started = true;
}

void
page_line(struct page *p, struct bytes b)
{
	if (b.n == 0) {
		p->gap = p->started;
		return;
	}
	if (p->out.len > PAGE_MOST)
		return;
	fill_gap(p);
	if (p->mark) {
		buf_add(&p->out, buf_text(&p->prefix), p->mark_at);
		buf_str(&p->out, p->mark);
		p->mark = NULL;
	} else {
		buf_add(&p->out, buf_text(&p->prefix), p->prefix.len);
	}
	buf_add(&p->out, b.s, b.n);
	buf_chr(&p->out, '\n');
}

static int
room(const struct page *p)
{
	int left = p->width - text_width(buf_text(&p->prefix), p->prefix.len);

	return left < NARROWEST ? NARROWEST : left;
}

static void
print_wrapped(struct page *p, struct bytes line)
{
	int cols = p->width > 0 ? room(p) : 0;

	if (cols == 0 || line.n <= (size_t)cols) {
		page_line(p, line);
		return;
	}
	while (line.n > 0) {
		size_t next;
		size_t n = text_wrap(line.s, line.n, cols, &next);

		page_line(p, bytes_cut(line, 0, n));
		line = bytes_cut(line, next, line.n);
	}
}

static void
print_text(struct page *p, const struct box *b)
{
	struct bytes rest = b->text;

	/* One break at the end of a paragraph ends it and nothing more. */
	while (rest.n > 0) {
		const char *end = memchr(rest.s, '\n', rest.n);
		size_t n = end ? (size_t)(end - rest.s) : rest.n;

		print_wrapped(p, bytes_trim(bytes_cut(rest, 0, n)));
		rest = bytes_cut(rest, n + 1, rest.n);
	}
}

/* Lines as they stand; too long ones are broken hard. */
static void
print_pre(struct page *p, const struct box *b)
{
	struct bytes rest = b->text;
	struct bytes line;
	bool first = true;

	while (bytes_line(&rest, &line)) {
		int cols = p->width > 0 ? room(p) : 0;

		while (line.n > 0 && is_blank(line.s[line.n - 1]))
			line.n--;
		if (line.n == 0 && first)
			continue;
		first = false;
		while (cols > 0 && line.n > (size_t)cols) {
			int w;
			size_t n = text_fit(line.s, line.n, cols, &w);

			if (n == 0 || n == line.n)
				break;
			page_line(p, bytes_cut(line, 0, n));
			line = bytes_cut(line, n, line.n);
		}
		page_line(p, line);
	}
}

static void
print_rule(struct page *p)
{
	static const char dashes[] = "----------------------------------------";
	int n = p->width > 0 && room(p) < RULE_WIDTH ? room(p) : RULE_WIDTH;

	page_line(p, (struct bytes){ dashes, (size_t)n });
}

static void
add_fold(struct page *p, size_t from, enum box_mark mark)
{
	struct fold *f;

	if (p->out.len <= from)
		return;
	p->fold = arena_grow(p->a, p->fold, p->folds, sizeof *p->fold);
	f = &p->fold[p->folds++];
	f->from = from;
	f->until = mark == MARK_HEAD ? HTML_TO_END : p->out.len;
	f->kind = mark == MARK_SIGNATURE ? FOLD_SIGNATURE : FOLD_QUOTE;
}

static void
print_children(struct page *p, const struct box *b)
{
	for (const struct box *c = b->child; c; c = c->next)
		box_print(p, c);
}

/* Paragraphs in a box, but not more than most of them are counted. */
static int
count_texts(const struct box *b, int most)
{
	int n = (b->kind == BOX_TEXT || b->kind == BOX_PRE) && b->filled;

	for (const struct box *c = b->child; c && n < most; c = c->next)
		if (c->filled)
			n += count_texts(c, most - n);
	return n;
}

/* More than one line of words: an address, a heading and what is under it. */
static bool
is_tall(const struct box *b)
{
	if (b->kind == BOX_TEXT && b->filled) {
		struct bytes t = bytes_trim(b->text);

		return memchr(t.s, '\n', t.n) != NULL;
	}
	if (count_texts(b, 2) == 2)
		return true;
	for (const struct box *c = b->child; c; c = c->next)
		if (c->filled && is_tall(c))
			return true;
	return false;
}

/* The cells of a row one below the other, tall ones apart. */
static void
print_cells(struct page *p, const struct box *row)
{
	bool after = false; /* something tall stands above */
	bool any = false;

	for (const struct box *c = row->child; c; c = c->next) {
		bool tall = c->filled && is_tall(c);

		if (c->filled && any && (tall || after))
			p->gap = p->started;
		box_print(p, c);
		any = any || c->filled;
		after = c->filled ? tall : after;
	}
}

/* A table as blocks: rows one below the other, cells too. */
static void
print_stacked(struct page *p, const struct box *table)
{
	bool after = false; /* a tall row stands above */

	for (const struct box *row = table->child; row; row = row->next) {
		bool tall = row->filled && is_tall(row);

		if (tall && after)
			p->gap = p->started;
		if (row->kind == BOX_ROW)
			print_cells(p, row);
		else
			box_print(p, row);
		if (table->aligned && row->filled)
			p->gap = p->started;
		after = row->filled ? tall : after;
	}
}

/* Children behind a prefix; the first line may have a mark in its place. */
static void
print_prefixed(struct page *p, const struct box *b)
{
	size_t before = p->prefix.len;
	bool apart = p->started;

	if (!b->filled)
		return;
	if (before > DEEPEST) { /* deeper is not shown deeper */
		print_children(p, b);
		return;
	}
	if (p->gap)
		fill_gap(p);
	p->started = false;
	if (b->first != b->prefix) {
		p->mark = b->first;
		p->mark_at = before;
	}
	buf_str(&p->prefix, b->prefix);
	print_children(p, b);
	buf_cut(&p->prefix, before);
	p->mark = NULL;
	p->started = p->started || apart;
}

void
box_print(struct page *p, const struct box *b)
{
	size_t from = p->out.len;
	bool apart;

	if (b->margin && b->filled)
		p->gap = p->started;
	switch (b->kind) {
	case BOX_TEXT:
		print_text(p, b);
		break;
	case BOX_PRE:
		print_pre(p, b);
		break;
	case BOX_RULE:
		print_rule(p);
		break;
	case BOX_TABLE:
		if (b->aligned && table_print(p, b))
			break;
		apart = count_texts(b, 2) == 2;
		p->gap = p->gap || (apart && p->started);
		print_stacked(p, b);
		p->gap = p->gap || apart;
		break;
	case BOX_BLOCK:
	case BOX_ROW:
	case BOX_CELL:
		if (b->prefix)
			print_prefixed(p, b);
		else
			print_children(p, b);
		break;
	}
	if (b->mark != MARK_NONE)
		add_fold(p, from, b->mark);
	if (b->margin && b->filled)
		p->gap = p->started;
}
