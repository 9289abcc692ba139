/*
 * html_build.c -- tags to boxes.
 *
 * There is no tree of elements: a stack of at most 200 open ones, each with
 * the box it opened, if any.  Deeper elements are read for their text alone.
 */
#include "mail/message/html_build.h"

#include <stdlib.h>
#include <string.h>

#include "mail/message/html_link.h"

static const struct tag {
	const char *name;
	int traits;
} tags[] = {
	{ "a", 0 },
	{ "address", T_BLOCK },
	{ "area", T_VOID },
	{ "article", T_BLOCK },
	{ "aside", T_BLOCK },
	{ "audio", T_SKIP },
	{ "base", T_VOID },
	{ "blockquote", T_BLOCK | T_MARGIN | T_QUOTE },
	{ "body", T_BLOCK },
	{ "br", T_VOID },
	{ "caption", T_BLOCK },
	{ "center", T_BLOCK },
	{ "col", T_VOID },
	{ "dd", T_BLOCK },
	{ "details", T_BLOCK },
	{ "dir", T_BLOCK | T_MARGIN | T_LIST },
	{ "div", T_BLOCK },
	{ "dl", T_BLOCK | T_MARGIN },
	{ "dt", T_BLOCK },
	{ "fieldset", T_BLOCK },
	{ "figure", T_BLOCK | T_MARGIN },
	{ "footer", T_BLOCK },
	{ "form", T_BLOCK },
	{ "h1", T_BLOCK | T_MARGIN },
	{ "h2", T_BLOCK | T_MARGIN },
	{ "h3", T_BLOCK | T_MARGIN },
	{ "h4", T_BLOCK | T_MARGIN },
	{ "h5", T_BLOCK | T_MARGIN },
	{ "h6", T_BLOCK | T_MARGIN },
	{ "head", T_SKIP },
	{ "header", T_BLOCK },
	{ "hr", T_VOID },
	{ "html", T_BLOCK },
	{ "iframe", T_SKIP },
	{ "img", T_VOID },
	{ "input", T_VOID },
	{ "legend", T_BLOCK },
	{ "li", T_BLOCK | T_ITEM },
	{ "link", T_VOID },
	{ "listing", T_BLOCK | T_MARGIN | T_PRE },
	{ "main", T_BLOCK },
	{ "menu", T_BLOCK | T_MARGIN | T_LIST },
	{ "meta", T_VOID },
	{ "nav", T_BLOCK },
	{ "noembed", T_SKIP },
	{ "noframes", T_SKIP },
	{ "object", T_SKIP },
	{ "ol", T_BLOCK | T_MARGIN | T_LIST },
	{ "option", T_BLOCK },
	{ "p", T_BLOCK | T_MARGIN | T_PARA },
	{ "param", T_VOID },
	{ "plaintext", T_BLOCK | T_PRE },
	{ "pre", T_BLOCK | T_MARGIN | T_PRE },
	{ "section", T_BLOCK },
	{ "source", T_VOID },
	{ "summary", T_BLOCK },
	{ "svg", T_SKIP },
	{ "table", T_BLOCK | T_TABLE },
	{ "tbody", 0 },
	{ "td", T_BLOCK | T_CELL },
	{ "template", T_SKIP },
	{ "tfoot", 0 },
	{ "th", T_BLOCK | T_CELL },
	{ "thead", 0 },
	{ "tr", T_BLOCK | T_ROW },
	{ "track", T_VOID },
	{ "ul", T_BLOCK | T_MARGIN | T_LIST },
	{ "video", T_SKIP },
	{ "wbr", T_VOID },
	{ "xml", T_SKIP },
	{ "xmp", T_BLOCK | T_MARGIN | T_PRE },
};

static int
compare_name(const void *key, const void *entry)
{
	return strcmp(key, ((const struct tag *)entry)->name);
}

static int
traits_of(const char *name)
{
	const struct tag *e = bsearch(name, tags, sizeof tags / sizeof *tags,
	    sizeof *tags, compare_name);

	return e ? e->traits : 0;
}

static struct open *
innermost(struct builder *b, int traits)
{
	for (int i = b->depth - 1; i >= 0; i--) {
		if (b->stack[i].traits & traits)
			return &b->stack[i];
		if (b->stack[i].traits & (T_TABLE | T_CELL) &&
		    !(traits & (T_TABLE | T_ROW | T_CELL)))
			return NULL;
	}
	return NULL;
}

/* The number of an item as its list counts: "3. ", "c. ", "iii. ". */
static const char *
item_number(struct arena *a, int n, char style)
{
	static const struct {
		int value;
		const char *upper, *lower;
	} roman[] = { { 10, "X", "x" }, { 9, "IX", "ix" }, { 5, "V", "v" },
		{ 4, "IV", "iv" }, { 1, "I", "i" } };
	char text[16] = "";
	size_t at = 0;

	if ((style == 'a' || style == 'A') && n <= 26)
		return arena_fmt(a, "%c. ", style + n - 1);
	if ((style != 'i' && style != 'I') || n > 30)
		return arena_fmt(a, "%d. ", n);
	for (size_t i = 0; i < sizeof roman / sizeof *roman; i++)
		for (; n >= roman[i].value; n -= roman[i].value) {
			const char *s =
			    style == 'i' ? roman[i].lower : roman[i].upper;

			memcpy(text + at, s, strlen(s));
			at += strlen(s);
		}
	return arena_fmt(a, "%s. ", text);
}

/* "• " or "3. ", and blanks as wide for the other lines. */
static void
mark_item(struct builder *b, struct box *box, const struct token *t)
{
	struct open *list = innermost(b, T_LIST);
	struct bytes value = token_attr(t, "value");
	int n = 0;

	if (list && strcmp(list->name, "ol") == 0) {
		if (value.s && value.n > 0 && is_digit(value.s[0]))
			list->item =
			    atoi(arena_strn(b->a, value.s, value.n)) - 1;
		n = ++list->item;
	}
	box->first =
	    n > 0 ? item_number(b->a, n, list->style) : "\xe2\x80\xa2 ";
	box->prefix = bytes_cut(bytes_of("          "),
	    10 - (n > 0 ? strlen(box->first) : 2), 10)
			  .s;
}

/* The classes by which clients mark quotes and signatures. */
static const struct {
	const char *name;
	enum box_mark mark;
} classes[] = {
	{ "gmail_quote", MARK_QUOTE },
	{ "yahoo_quoted", MARK_QUOTE },
	{ "protonmail_quote", MARK_QUOTE },
	{ "tutanota_quote", MARK_QUOTE },
	{ "zmail_extra", MARK_QUOTE },
	{ "ms-outlook-mobile-reference-message", MARK_QUOTE },
	{ "front-blockquote", MARK_QUOTE },
	{ "hs_reply", MARK_QUOTE },
	{ "moz-cite-prefix", MARK_HEAD },
	{ "OutlookMessageHeader", MARK_HEAD },
	{ "gmail_signature", MARK_SIGNATURE },
	{ "moz-signature", MARK_SIGNATURE },
	{ "protonmail_signature_block", MARK_SIGNATURE },
	{ "zmail_signature", MARK_SIGNATURE },
	{ "front-signature", MARK_SIGNATURE },
};

/* Other attributes, and their values in small letters. */
static const struct {
	const char *attr;
	const char *value;
	enum box_mark mark;
} attrs[] = {
	{ "id", "olk_src_body_section", MARK_QUOTE },
	{ "id", "mail-editor-reference-message-container", MARK_QUOTE },
	{ "id", "divrplyfwdmsg", MARK_HEAD },
	{ "id", "x_divrplyfwdmsg", MARK_HEAD },
	{ "id", "reply-intro", MARK_HEAD },
	{ "id", "signature", MARK_SIGNATURE },
	{ "id", "ms-outlook-mobile-signature", MARK_SIGNATURE },
	{ "type", "cite", MARK_QUOTE },
};

/* "x_" and "ydp1a2b": what mail sites put before classes that came to them. */
static bool
is_site_prefix(struct bytes b)
{
	return b.n == 0 || bytes_begin(b, "x_") || bytes_begin(b, "ydp") ||
	       bytes_begin(b, "yiv");
}

/* Take the next class off a list of them. */
static struct bytes
next_class(struct bytes *list)
{
	size_t from = 0, end;
	struct bytes word;

	while (from < list->n && is_blank(list->s[from]))
		from++;
	for (end = from; end < list->n && !is_blank(list->s[end]);)
		end++;
	word = bytes_cut(*list, from, end);
	*list = bytes_cut(*list, end, list->n);
	return word;
}

static enum box_mark
class_mark(struct bytes word)
{
	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
		size_t n = strlen(classes[i].name);

		if (word.n >= n &&
		    memcmp(word.s + word.n - n, classes[i].name, n) == 0 &&
		    is_site_prefix(bytes_cut(word, 0, word.n - n)))
			return classes[i].mark;
	}
	return MARK_NONE;
}

static enum box_mark
mark_of(const struct token *t)
{
	enum box_mark mark;
	struct bytes class;

	if (t->attrs == 0)
		return MARK_NONE;
	class = token_attr(t, "class");
	while (class.s && class.n > 0)
		if ((mark = class_mark(next_class(&class))) != MARK_NONE)
			return mark;
	for (size_t i = 0; i < sizeof attrs / sizeof *attrs; i++)
		if (bytes_same(token_attr(t, attrs[i].attr), attrs[i].value))
			return attrs[i].mark;
	/* What GMX writes; a field of a form may have that name. */
	if (strcmp(t->name, "div") == 0 &&
	    bytes_same(token_attr(t, "name"), "quote"))
		return MARK_QUOTE;
	return MARK_NONE;
}

/*
 * The button "indent more" of Gmail and Apple makes a blockquote too, but
 * without a line at its side: those words are the writer's own.
 */
static bool
is_indent(const struct token *t)
{
	struct bytes style = token_attr(t, "style");

	if (!style.s || mark_of(t) != MARK_NONE)
		return false;
	return bytes_find(style, "40px") != (size_t)-1 &&
	       (bytes_find(style, "border:none") != (size_t)-1 ||
		   bytes_find(style, "border: none") != (size_t)-1 ||
		   bytes_find(style, "border-width: 0") != (size_t)-1 ||
		   bytes_find(style, "border: 0") != (size_t)-1);
}

static enum box_kind
kind_of(const struct builder *b, int traits)
{
	if (traits & T_TABLE)
		return BOX_TABLE;
	if (traits & T_ROW && b->at->kind == BOX_TABLE)
		return BOX_ROW;
	if (traits & T_CELL && b->at->kind == BOX_ROW)
		return BOX_CELL;
	return BOX_BLOCK;
}

static int
span_of(struct arena *a, const struct token *t, const char *name, int most)
{
	struct bytes v = token_attr(t, name);
	int span = v.s && v.n < 4 ? atoi(arena_strn(a, v.s, v.n)) : 1;

	return span < 1 ? 1 : span > most ? most : span;
}

static void close_from(struct builder *b, int level);

/* A row needs a table and a cell a row: make what is missing. */
static void
open_missing(struct builder *b, int traits)
{
	if (traits & T_CELL && b->at->kind == BOX_TABLE) {
		struct token row = { .kind = TOKEN_OPEN, .name = "tr" };
		struct open *o = &b->stack[b->depth];

		if (b->depth >= DEPTH_MOST)
			return;
		memset(o, 0, sizeof *o);
		memcpy(o->name, row.name, TAG_SIZE);
		o->traits = T_BLOCK | T_ROW;
		o->box = box_add(b, BOX_ROW);
		b->at = o->box;
		b->depth++;
	}
}

static void
open_box(struct builder *b, const struct token *t, const struct style *says,
    struct open *o)
{
	struct box *box;

	words_flush(b);
	box = box_add(b, kind_of(b, o->traits));
	o->box = box;
	box->margin = (o->traits & T_MARGIN && !says->tight) || says->ruled;
	box->mark = mark_of(t);
	if (o->traits & T_QUOTE && is_indent(t)) {
		box->first = box->prefix = "    ";
	} else if (o->traits & T_QUOTE) {
		box->first = box->prefix = "> ";
	} else if (o->traits & T_ITEM) {
		mark_item(b, box, t);
	} else if (strcmp(o->name, "dd") == 0) {
		box->first = box->prefix = "    ";
	} else if (o->traits & T_LIST) {
		struct bytes start = token_attr(t, "start");
		struct bytes style = token_attr(t, "type");

		if (style.s && style.n == 1)
			o->style = style.s[0];
		/* A list inside a list does not stand apart. */
		box->margin = innermost(b, T_LIST) == NULL;
		if (start.s && start.n < 6)
			o->item = atoi(arena_strn(b->a, start.s, start.n)) - 1;
	}
	if (box->kind == BOX_CELL) {
		box->span = span_of(b->a, t, "colspan", 24);
		box->rows = span_of(b->a, t, "rowspan", 999);
		b->right = box->right = says->right;
	}
	b->at = box;
}

/* What the opening of an element closes because HTML lets it be left out. */
static void
close_implied(struct builder *b, int traits, const char *name)
{
	for (int i = b->depth - 1; i >= 0; i--) {
		int open = b->stack[i].traits;

		if (open & T_TABLE)
			return;
		if ((traits & T_ITEM && open & T_LIST) ||
		    (open & T_CELL && !(traits & (T_CELL | T_ROW))))
			return;
		if ((traits & T_BLOCK && open & T_PARA) ||
		    (traits & T_ITEM && open & T_ITEM) ||
		    (traits & T_CELL && open & T_CELL) ||
		    (traits & T_ROW && open & T_ROW) ||
		    ((strcmp(name, "dt") == 0 || strcmp(name, "dd") == 0) &&
			(strcmp(b->stack[i].name, "dt") == 0 ||
			    strcmp(b->stack[i].name, "dd") == 0))) {
			close_from(b, i);
			if (!(traits & (T_ROW | T_CELL)))
				return;
		}
	}
}

/*
 * The colours of an element: its own, else those around it.  The page is
 * white and its text black, but where a style sheet has grounds that we
 * cannot place, an element with a class may have any.
 */
static void
inherit_colors(const struct builder *b, const struct token *t,
    const struct style *style, struct open *o)
{
	const struct open *up = b->depth > 0 ? &b->stack[b->depth - 1] : NULL;

	o->color = up ? up->color : b->color;
	o->ground = up ? up->ground : b->ground;
	if (!b->colors)
		return;
	if (o->traits & T_TABLE && b->old_tables)
		o->color = b->color;
	if (strcmp(o->name, "a") == 0 || strcmp(o->name, "button") == 0)
		o->color.kind = COLOR_UNKNOWN;
	if (style->color.kind != COLOR_UNSAID)
		o->color = style->color;
	if (style->ground.kind != COLOR_UNSAID)
		o->ground = style->ground;
	else if (b->sheet.vague &&
		 (token_attr(t, "class").s || token_attr(t, "id").s))
		o->ground.kind = COLOR_UNKNOWN;
	o->faint =
	    o->color.kind == COLOR_NONE || color_same(&o->color, &o->ground);
}

/* Words that no longer hold: an old price. */
static bool
is_struck(const char *name)
{
	return strcmp(name, "s") == 0 || strcmp(name, "del") == 0 ||
	       strcmp(name, "strike") == 0;
}

static void
open_element(struct builder *b, const struct token *t)
{
	int traits = traits_of(t->name);
	struct style style;
	struct open *o;

	if (traits & T_BLOCK)
		close_implied(b, traits, t->name);
	if (b->depth >= DEPTH_MOST)
		return;
	if (b->hidden == 0)
		open_missing(b, traits);
	if (b->depth >= DEPTH_MOST)
		return;
	o = &b->stack[b->depth];
	memset(o, 0, sizeof *o);
	memcpy(o->name, t->name, TAG_SIZE);
	o->traits = traits;
	style_read(t, &b->sheet, build_top(b), &style);
	o->element = (struct element){ o->name, token_attr(t, "class"),
		token_attr(t, "id"), build_top(b) };
	o->named = o->element.class.s || o->element.id.s;
	o->hidden = traits & T_SKIP || style.hides;
	o->size = style.size;
	inherit_colors(b, t, &style, o);
	if (traits & T_BLOCK && b->hidden == 0 && !o->hidden)
		open_box(b, t, &style, o);
	o->pre = traits & T_PRE || (traits & T_BLOCK && style.pre);
	b->depth++;
	b->hidden += o->hidden;
	b->skipped += (traits & T_SKIP) != 0;
	b->pre += o->pre;
	o->text_at = b->text.len;
	o->flushes = b->flushes;
	o->struck = b->hidden == 0 && (style.struck || is_struck(t->name));
	if (o->struck)
		words_strike(b);
	if (strcmp(t->name, "q") == 0 && b->hidden == 0) {
		words_add(b, bytes_of("\xe2\x80\x9c"));
		b->blank = false;
	}
	if (strcmp(t->name, "a") == 0)
		anchor_open(b, t, o);
}

static void
end_table(struct box *table)
{
	bool row;

	table->aligned = table_is_aligned(table);
	if (!table->aligned && !table->has_aligned)
		return;
	row = table->aligned && !table->has_row && table_rows(table) == 1;
	for (struct box *up = table->parent; up; up = up->parent) {
		if (row ? up->has_row : up->has_aligned)
			break;
		up->has_row = up->has_row || row;
		up->has_aligned = up->has_aligned || !row;
	}
}

/* Close the elements from this level of the stack upwards. */
static void
close_from(struct builder *b, int level)
{
	while (b->depth > level) {
		struct open *o = &b->stack[--b->depth];

		if (strcmp(o->name, "q") == 0 && b->hidden == 0)
			buf_str(&b->text, "\xe2\x80\x9d");
		else if (strcmp(o->name, "sup") == 0)
			words_raise(b, o);
		else if (strcmp(o->name, "sub") == 0)
			words_lower(b, o);
		if (o->struck)
			words_unstrike(b);
		if (o->url)
			anchor_close(b, o);
		if (o->box) {
			words_flush(b);
			b->at = o->box->parent;
			if (o->box->kind == BOX_TABLE)
				end_table(o->box);
			if (o->box->kind == BOX_CELL)
				b->right = false;
		}
		b->hidden -= o->hidden;
		b->skipped -= (o->traits & T_SKIP) != 0;
		b->pre -= o->pre;
	}
}

static void
close_element(struct builder *b, const char *name)
{
	int traits = traits_of(name);

	if (strcmp(name, "p") == 0 && !innermost(b, T_PARA))
		words_flush(b);
	for (int i = b->depth - 1; i >= 0; i--) {
		if (strcmp(b->stack[i].name, name) == 0) {
			close_from(b, i);
			return;
		}
		/* A stray end tag does not reach out of its cell. */
		if (b->stack[i].traits & (T_CELL | T_TABLE) &&
		    !(traits & (T_CELL | T_ROW | T_TABLE)) &&
		    strcmp(name, "body") != 0 && strcmp(name, "html") != 0)
			return;
		if (b->stack[i].traits & T_TABLE && !(traits & T_TABLE))
			return;
	}
}

/* The body has no box of its own; its colours are those of the page. */
static void
color_page(struct builder *b, const struct token *t)
{
	struct open page = { .named = token_attr(t, "class").s != NULL };
	struct style style;

	style_read(t, &b->sheet, build_top(b), &style);
	inherit_colors(b, t, &style, &page);
	b->color = page.color;
	b->ground = page.ground;
	for (int i = 0; i < b->depth; i++) {
		b->stack[i].color = page.color;
		b->stack[i].ground = page.ground;
	}
}

static void
take_open(struct builder *b, const struct token *t)
{
	int traits = traits_of(t->name);

	if (strcmp(t->name, "br") == 0) {
		words_break(b);
	} else if (strcmp(t->name, "img") == 0) {
		anchor_image(b, t);
	} else if (strcmp(t->name, "hr") == 0) {
		if (b->hidden > 0)
			return;
		words_flush(b);
		box_add(b, BOX_RULE);
	} else if (strcmp(t->name, "base") == 0 && !b->base) {
		b->base = link_url(b->a, token_attr(t, "href"), NULL);
	} else if (strcmp(t->name, "body") == 0) {
		/* A second body, or one inside a forgotten head, goes on. */
		close_element(b, "head");
		color_page(b, t);
	} else if (!(traits & T_VOID)) {
		open_element(b, t);
		if (t->empty && traits == 0 && b->depth > 0 &&
		    strcmp(b->stack[b->depth - 1].name, t->name) == 0 &&
		    t->name[0] != 'a')
			close_from(b, b->depth - 1);
	}
}

static bool
has_doctype(struct bytes html)
{
	return bytes_find(bytes_cut(html, 0, 1024), "<!doctype") != (size_t)-1;
}

static void
take_all(struct builder *b, struct bytes html)
{
	struct tokenizer tokens = { .all = html };
	struct token t;

	while (token_next(&tokens, &t)) {
		switch (t.kind) {
		case TOKEN_TEXT:
			words_token(b, t.text);
			break;
		case TOKEN_OPEN:
			take_open(b, &t);
			break;
		case TOKEN_CLOSE:
			if (strcmp(t.name, "br") == 0)
				words_break(b);
			else
				close_element(b, t.name);
			break;
		case TOKEN_STYLE:
			sheet_read(b->a, t.text, &b->sheet);
			break;
		}
	}
	close_from(b, 0);
	words_flush(b);
}

struct box *
box_build(struct arena *a, struct bytes html, const struct insets *inset,
    struct strings *link, bool *hidden)
{
	struct builder *b = arena_alloc(a, sizeof *b);
	bool blank;

	for (b->colors = true;; b->colors = false) {
		b->a = a;
		b->at = b->root = arena_alloc(a, sizeof *b->root);
		b->link = link;
		b->inset = inset;
		b->color = (struct color){ COLOR_KNOWN, 0, 0, 0 };
		b->ground = (struct color){ COLOR_KNOWN, 255, 255, 255 };
		b->old_tables = !has_doctype(html);
		take_all(b, html);
		*hidden = b->concealed;
		buf_free(&b->text);
		/* Nobody sends a blank page: we misjudged what is behind. */
		blank = b->colors && b->any_faint && !b->root->filled;
		if (!blank)
			return b->root;
		memset(b, 0, sizeof *b);
		link->n = 0;
	}
}
