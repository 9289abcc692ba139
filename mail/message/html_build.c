/*
 * html_build.c -- tags to boxes.
 *
 * There is no tree of elements: a stack of at most 200 open ones, each with
 * the box it opened, if any.  Deeper elements are read for their text alone.
 */
#include "mail/message/html_box.h"

#include <stdlib.h>
#include <string.h>

#include "mail/message/entity.h"
#include "mail/message/html_link.h"
#include "mail/message/html_style.h"
#include "mail/message/html_token.h"

#define DEPTH_MOST 200
#define LINKS_MOST 2000
#define LINK_SLOTS 4096

/* How an element behaves. */
enum trait {
	T_BLOCK = 1 << 0,  /* begins and ends a line */
	T_MARGIN = 1 << 1, /* and stands apart */
	T_SKIP = 1 << 2,   /* its content is not shown */
	T_VOID = 1 << 3,   /* it has no content */
	T_CELL = 1 << 4,
	T_ROW = 1 << 5,
	T_TABLE = 1 << 6,
	T_PRE = 1 << 7,
	T_QUOTE = 1 << 8,
	T_LIST = 1 << 9,
	T_ITEM = 1 << 10,
	T_PARA = 1 << 11, /* closed by the next block */
};

static const struct element {
	const char *name;
	int traits;
} elements[] = {
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

/* An element that is open. */
struct open {
	char name[TAG_SIZE];
	int traits;
	struct box *box; /* it opened, NULL if none */
	int item;        /* number of the last item, of a numbered list */
	const char *url; /* where the link leads, NULL if it is none */
	size_t link_at;  /* total text before the link */
	size_t text_at;  /* bytes of the paragraph before the link */
	size_t flushes;  /* paragraphs before that */
	bool hidden;
	bool pre;
	bool named; /* it has a class or an id */
	enum style_size size;
	struct color color;  /* of the text in it */
	struct color ground; /* behind that */
	bool faint;          /* one cannot be told from the other */
};

struct builder {
	struct arena *a;
	struct box *root;
	struct box *at; /* where boxes are added */
	struct open stack[DEPTH_MOST];
	int depth;
	int hidden;     /* open elements whose content is not shown */
	int skipped;    /* of these, such as have no text for readers */
	bool concealed; /* words were hidden that a reader could expect */
	int pre;
	struct buf text; /* the paragraph being gathered */
	bool nbsp;       /* a blank that does not break was met since */
	bool blank;      /* a blank is due before the next word */
	size_t total;    /* bytes of text so far */
	size_t flushes;  /* paragraphs so far */
	bool right;
	struct color color;  /* of the page's text */
	struct color ground; /* and of what is behind it */
	bool colors;         /* text is hidden by its colour, too */
	bool old_tables;     /* colours do not go into tables (quirks mode) */
	bool any_faint;      /* there was such text */
	struct sheet sheet;
	struct strings *link;
	int slot[LINK_SLOTS]; /* link number by hash of its URL, or 0 */
};

static int
compare_name(const void *key, const void *entry)
{
	return strcmp(key, ((const struct element *)entry)->name);
}

static int
traits_of(const char *name)
{
	const struct element *e = bsearch(name, elements,
	    sizeof elements / sizeof *elements, sizeof *elements, compare_name);

	return e ? e->traits : 0;
}

static struct box *
add_box(struct builder *b, enum box_kind kind)
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
	box = add_box(b, BOX_TEXT);
	box->text = (struct bytes){ "\n", 1 };
}

/* Put the gathered paragraph into a box of its own. */
static void
flush(struct builder *b)
{
	struct bytes t = { buf_text(&b->text), b->text.len };
	bool pre = b->pre > 0;
	struct box *row = NULL;
	struct box *box;

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
		b->at = add_box(b, BOX_CELL);
	}
	box = add_box(b, pre ? BOX_PRE : BOX_TEXT);
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
static void
add_words(struct builder *b, struct bytes t)
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

static void
add_text(struct builder *b, struct bytes raw)
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
		add_words(b, raw);
		return;
	}
	entity_text(&t, raw);
	if (b->pre > 0) {
		for (size_t i = 0; i < t.len; i++)
			if (t.data[i] != '\r')
				buf_chr(&b->text, t.data[i]);
		b->total += t.len;
	} else {
		add_words(b, (struct bytes){ buf_text(&t), t.len });
	}
	buf_free(&t);
}

static void
add_break(struct builder *b)
{
	if (b->hidden > 0)
		return;
	while (b->pre == 0 && b->text.len > 0 &&
	       b->text.data[b->text.len - 1] == ' ')
		buf_cut(&b->text, b->text.len - 1);
	buf_chr(&b->text, '\n');
	b->blank = false;
}

static unsigned
hash_bytes(struct bytes b)
{
	unsigned h = 2166136261u;

	for (size_t i = 0; i < b.n; i++)
		h = (h ^ (unsigned char)b.s[i]) * 16777619u;
	return h;
}

/*
 * The number of a URL, the same for the same URL; 0 if there are too many.
 * *known: it was met before.
 */
static int
link_number(struct builder *b, const char *url, bool *known)
{
	unsigned at = hash_bytes(bytes_of(url)) % LINK_SLOTS;

	*known = true;
	while (b->slot[at] > 0) {
		if (strcmp(b->link->v[b->slot[at] - 1], url) == 0)
			return b->slot[at];
		at = (at + 1) % LINK_SLOTS;
	}
	*known = false;
	if (b->link->n >= LINKS_MOST)
		return 0;
	b->link->v =
	    arena_grow(b->a, b->link->v, b->link->n, sizeof *b->link->v);
	b->link->v[b->link->n++] = url;
	b->slot[at] = (int)b->link->n;
	return b->slot[at];
}

static void
open_link(struct builder *b, const struct token *t, struct open *o)
{
	const char *url =
	    b->hidden > 0 ? NULL : link_url(b->a, token_attr(t, "href"));

	if (!url)
		return;
	o->url = url;
	o->link_at = b->total;
	o->text_at = b->text.len;
	o->flushes = b->flushes;
}

/* What stands between the opening of a link and its end. */
static struct bytes
link_shown(struct builder *b, const struct open *o)
{
	struct bytes all = { buf_text(&b->text), b->text.len };

	/* A block inside put the beginning away. */
	return bytes_trim(
	    bytes_cut(all, o->flushes == b->flushes ? o->text_at : 0, all.n));
}

static void
close_link(struct builder *b, const struct open *o)
{
	struct bytes shown = link_shown(b, o);
	const char *host;
	bool known;
	int number;

	if (!o->url || b->hidden > 0 || link_says(o->url, shown))
		return;
	number = link_number(b, o->url, &known);
	/* A picture that leads where words lead, too, has nothing to add. */
	if (number == 0 || (b->total == o->link_at && (known || o->faint)))
		return;
	host = link_betrays(b->a, o->url, shown);
	if (b->text.len > 0 && b->text.data[b->text.len - 1] != '\n' &&
	    b->total > o->link_at)
		buf_chr(&b->text, ' ');
	if (host)
		buf_fmt(&b->text, "[%d leads to %s!]", number, host);
	else
		buf_fmt(&b->text, "[%d]", number);
}

static bool
is_number(struct bytes v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!is_digit(v.s[i]))
			return false;
	return v.n > 0;
}

static void
open_image(struct builder *b, const struct token *t)
{
	struct bytes alt = bytes_trim(token_attr(t, "alt"));
	struct buf out = { 0 };
	struct style style;

	if (b->hidden > 0 || !alt.s || alt.n == 0 || alt.n > 1000 ||
	    style_is_pixel(t))
		return;
	style_read(t, &b->sheet, &style);
	if (style.hides)
		return;
	entity_text(&out, alt);
	alt = bytes_trim((struct bytes){ buf_text(&out), out.len });
	/* "[3]" would be a link. */
	if (alt.n > 0 && !is_number(alt)) {
		add_words(b, bytes_of("["));
		add_words(b, alt);
		b->blank = false;
		add_words(b, bytes_of("]"));
	} else if (alt.n > 0) {
		add_words(b, alt);
	}
	buf_free(&out);
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
	box->first = n > 0 ? arena_fmt(b->a, "%d. ", n) : "\xe2\x80\xa2 ";
	box->prefix = n > 999  ? "      "
		      : n > 99 ? "     "
		      : n > 9  ? "    "
		      : n > 0  ? "   "
			       : "  ";
}

static bool
begins_with_class(const struct token *t, const char *part)
{
	struct bytes class = token_attr(t, "class");

	return class.s && bytes_find(class, part) != (size_t)-1;
}

/* The containers by which clients mark quotes and signatures. */
static enum box_mark
mark_of(const struct token *t)
{
	static const char *const quotes[] = { "gmail_quote", "yahoo_quoted",
		"protonmail_quote", "tutanota_quote", "zmail_extra",
		"ms-outlook-mobile-reference-message", "front-blockquote",
		"hs_reply" };
	static const char *const heads[] = { "moz-cite-prefix",
		"OutlookMessageHeader" };
	static const char *const signatures[] = { "gmail_signature",
		"moz-signature", "protonmail_signature_block",
		"zmail_signature" };
	static const char *const ids[] = { "olk_src_body_section",
		"mail-editor-reference-message-container" };
	struct bytes id;

	if (t->attrs == 0)
		return MARK_NONE;
	for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++)
		if (style_has_class(t, quotes[i]))
			return MARK_QUOTE;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		if (style_has_class(t, heads[i]))
			return MARK_HEAD;
	for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
		if (style_has_class(t, signatures[i]))
			return MARK_SIGNATURE;
	id = token_attr(t, "id");
	for (size_t i = 0; id.s && i < sizeof ids / sizeof *ids; i++)
		if (bytes_same(id, ids[i]))
			return MARK_QUOTE;
	if (id.s && (bytes_same(id, "divrplyfwdmsg") ||
			bytes_same(id, "x_divrplyfwdmsg")))
		return MARK_HEAD;
	if (id.s && (bytes_same(id, "signature") ||
			bytes_same(id, "ms-outlook-mobile-signature")))
		return MARK_SIGNATURE;
	if (bytes_same(token_attr(t, "type"), "cite") ||
	    begins_with_class(t, "x_gmail_quote"))
		return MARK_QUOTE;
	return MARK_NONE;
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
span_of(struct arena *a, const struct token *t)
{
	struct bytes v = token_attr(t, "colspan");
	int span = v.s && v.n < 4 ? atoi(arena_strn(a, v.s, v.n)) : 1;

	return span < 1 ? 1 : span > 24 ? 24 : span;
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
		o->box = add_box(b, BOX_ROW);
		b->at = o->box;
		b->depth++;
	}
}

static void
open_box(struct builder *b, const struct token *t, const struct style *style,
    struct open *o)
{
	struct box *box;

	flush(b);
	box = add_box(b, kind_of(b, o->traits));
	o->box = box;
	box->margin = (o->traits & T_MARGIN && !style->tight) || style->ruled;
	box->mark = mark_of(t);
	if (o->traits & T_QUOTE) {
		box->first = box->prefix = "> ";
	} else if (o->traits & T_ITEM) {
		mark_item(b, box, t);
	} else if (strcmp(o->name, "dd") == 0) {
		box->first = box->prefix = "    ";
	} else if (o->traits & T_LIST) {
		struct bytes start = token_attr(t, "start");

		/* A list inside a list does not stand apart. */
		box->margin = innermost(b, T_LIST) == NULL;
		if (start.s && start.n < 6)
			o->item = atoi(arena_strn(b->a, start.s, start.n)) - 1;
	}
	if (box->kind == BOX_CELL) {
		box->span = span_of(b->a, t);
		b->right = box->right = style->right;
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
	style_read(t, &b->sheet, &style);
	o->named = token_attr(t, "class").s || token_attr(t, "id").s;
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
	if (strcmp(t->name, "a") == 0)
		open_link(b, t, o);
}

static void
end_table(struct box *table)
{
	table->aligned = table_is_aligned(table);
	if (!table->aligned && !table->has_aligned)
		return;
	for (struct box *up = table->parent; up && !up->has_aligned;
	     up = up->parent)
		up->has_aligned = true;
}

/* Close the elements from this level of the stack upwards. */
static void
close_from(struct builder *b, int level)
{
	while (b->depth > level) {
		struct open *o = &b->stack[--b->depth];

		if (o->url)
			close_link(b, o);
		if (o->box) {
			flush(b);
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
		flush(b);
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

	style_read(t, &b->sheet, &style);
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
		add_break(b);
	} else if (strcmp(t->name, "img") == 0) {
		open_image(b, t);
	} else if (strcmp(t->name, "hr") == 0) {
		if (b->hidden > 0)
			return;
		flush(b);
		add_box(b, BOX_RULE);
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
			add_text(b, t.text);
			break;
		case TOKEN_OPEN:
			take_open(b, &t);
			break;
		case TOKEN_CLOSE:
			if (strcmp(t.name, "br") == 0)
				add_break(b);
			else
				close_element(b, t.name);
			break;
		case TOKEN_STYLE:
			sheet_read(b->a, t.text, &b->sheet);
			break;
		}
	}
	close_from(b, 0);
	flush(b);
}

struct box *
box_build(struct arena *a, struct bytes html, struct strings *link,
    bool *hidden)
{
	struct builder *b = arena_alloc(a, sizeof *b);
	bool blank;

	for (b->colors = true;; b->colors = false) {
		b->a = a;
		b->at = b->root = arena_alloc(a, sizeof *b->root);
		b->link = link;
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
