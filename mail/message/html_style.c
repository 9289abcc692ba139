/*
 * html_style.c -- reading style attributes and style elements.
 */
#include "mail/message/html_style.h"

#include <stdlib.h>
#include <string.h>

#define SHEET_MOST 200 /* rules kept */

/* The next "property: value" of a declaration list. */
static bool
next_rule(struct bytes *css, struct bytes *property, struct bytes *value)
{
	while (css->n > 0) {
		const char *end = memchr(css->s, ';', css->n);
		size_t n = end ? (size_t)(end - css->s) : css->n;
		struct bytes rule = bytes_cut(*css, 0, n);
		const char *colon = memchr(rule.s, ':', rule.n);

		*css = bytes_cut(*css, n + (end != NULL), css->n);
		if (!colon)
			continue;
		n = (size_t)(colon - rule.s);
		*property = bytes_trim(bytes_cut(rule, 0, n));
		*value = bytes_trim(bytes_cut(rule, n + 1, rule.n));
		return true;
	}
	return false;
}

/* "0", "0px", "0.0em": nothing. */
static bool
is_zero(struct bytes v)
{
	bool digit = false;

	for (size_t i = 0; i < v.n; i++) {
		if (v.s[i] == '0')
			digit = true;
		else if (v.s[i] != '.')
			return digit && !is_digit(v.s[i]);
	}
	return digit;
}

/* "1px" and less: what spammers and preheaders use. */
static bool
is_tiny(struct bytes v)
{
	return is_zero(v) || bytes_same(v, "1px") || bytes_same(v, "1pt") ||
	       bytes_begin(v, "1px ") || bytes_begin(v, "1px!");
}

/* Properties of one element that hide it together. */
struct hiding {
	bool clipped;
	bool hidden;
};

static void
judge_rule(struct hiding *h, struct bytes p, struct bytes v)
{
	if (bytes_same(p, "display") && bytes_begin(v, "none"))
		h->hidden = true;
	else if (bytes_same(p, "visibility") && bytes_begin(v, "hidden"))
		h->hidden = true;
	else if (bytes_same(p, "mso-hide") && bytes_begin(v, "all"))
		h->hidden = true;
	else if (bytes_same(p, "opacity") && is_zero(v))
		h->hidden = true;
	else if (bytes_same(p, "max-height") && is_zero(v))
		h->clipped = true;
	else if (bytes_same(p, "height") && is_zero(v))
		h->clipped = true;
}

static bool
declares_hidden(struct bytes css)
{
	struct hiding h = { false, false };
	struct bytes p;
	struct bytes v;
	struct bytes again = css;

	while (next_rule(&css, &p, &v))
		judge_rule(&h, p, v);
	if (h.clipped && !h.hidden) /* overflow may come first */
		while (next_rule(&again, &p, &v))
			if (bytes_same(p, "overflow") &&
			    bytes_begin(v, "hidden"))
				return true;
	return h.hidden;
}

enum style_size
style_size(const struct token *t)
{
	struct bytes css = token_attr(t, "style");
	struct bytes p;
	struct bytes v;

	while (css.s && next_rule(&css, &p, &v))
		if (bytes_same(p, "font-size"))
			return is_tiny(v) ? SIZE_NONE : SIZE_SOME;
	return SIZE_UNSAID;
}

static bool
class_matches(struct bytes list, struct bytes name)
{
	for (size_t i = 0; i < list.n;) {
		size_t from;

		while (i < list.n && is_blank(list.s[i]))
			i++;
		from = i;
		while (i < list.n && !is_blank(list.s[i]))
			i++;
		if (i - from == name.n &&
		    memcmp(list.s + from, name.s, name.n) == 0)
			return true;
	}
	return false;
}

bool
style_has_class(const struct token *t, const char *class)
{
	struct bytes list = token_attr(t, "class");

	return list.s && class_matches(list, bytes_of(class));
}

static bool
sheet_hides(const struct token *t, const struct sheet *sheet)
{
	struct bytes class = token_attr(t, "class");
	struct bytes id = token_attr(t, "id");

	if (!class.s && !id.s)
		return false;
	for (size_t i = 0; i < sheet->n; i++) {
		struct bytes name =
		    bytes_cut(sheet->name[i], 1, sheet->name[i].n);

		if (sheet->name[i].s[0] == '.' && class.s &&
		    class_matches(class, name))
			return true;
		if (sheet->name[i].s[0] == '#' && id.s && id.n == name.n &&
		    memcmp(id.s, name.s, name.n) == 0)
			return true;
	}
	return false;
}

bool
style_hides(const struct token *t, const struct sheet *sheet)
{
	struct bytes css;

	if (t->attrs == 0)
		return false;
	if (token_attr(t, "hidden").s)
		return true;
	css = token_attr(t, "style");
	if (css.s && declares_hidden(css))
		return true;
	if (!sheet_hides(t, sheet))
		return false;
	/* The element's own style is stronger than the sheet. */
	return !css.s || bytes_find(css, "display") == (size_t)-1;
}

bool
style_no_margin(const struct token *t)
{
	struct bytes css = token_attr(t, "style");
	struct bytes p;
	struct bytes v;
	int zeros = 0;

	if (style_has_class(t, "MsoNormal") ||
	    style_has_class(t, "MsoPlainText") ||
	    style_has_class(t, "MsoNoSpacing") ||
	    style_has_class(t, "MsoListParagraph") ||
	    style_has_class(t, "MsoListParagraphCxSpFirst") ||
	    style_has_class(t, "MsoListParagraphCxSpMiddle") ||
	    style_has_class(t, "MsoListParagraphCxSpLast"))
		return true;
	if (!css.s)
		return false;
	while (next_rule(&css, &p, &v)) {
		if (bytes_same(p, "margin") && is_zero(v) &&
		    !memchr(v.s, ' ', v.n))
			return true;
		if ((bytes_same(p, "margin-top") ||
			bytes_same(p, "margin-bottom")) &&
		    is_zero(v))
			zeros++;
	}
	return zeros == 2;
}

bool
style_ruled(const struct token *t)
{
	struct bytes css = token_attr(t, "style");
	struct bytes p;
	struct bytes v;

	if (strcmp(t->name, "div") != 0)
		return false;
	while (css.s && next_rule(&css, &p, &v))
		if (bytes_same(p, "border-top") && !bytes_begin(v, "none") &&
		    !is_zero(v))
			return true;
	return false;
}

bool
style_right(const struct token *t)
{
	struct bytes css = token_attr(t, "style");
	struct bytes p;
	struct bytes v;

	if (bytes_same(token_attr(t, "align"), "right"))
		return true;
	while (css.s && next_rule(&css, &p, &v))
		if (bytes_same(p, "text-align") && bytes_begin(v, "right"))
			return true;
	return false;
}

bool
style_pre(const struct token *t)
{
	struct bytes css = token_attr(t, "style");
	struct bytes p;
	struct bytes v;

	while (css.s && next_rule(&css, &p, &v))
		if (bytes_same(p, "white-space"))
			return bytes_begin(v, "pre");
	return false;
}

static bool
is_pixels(struct bytes v)
{
	return v.s && v.n > 0 && v.n <= 3 && (v.s[0] == '1' || v.s[0] == '0') &&
	       (v.n == 1 || !is_digit(v.s[1]));
}

bool
style_is_pixel(const struct token *t)
{
	return is_pixels(token_attr(t, "width")) ||
	       is_pixels(token_attr(t, "height"));
}

/* One selector that names a class or an id and nothing more. */
static void
add_selector(struct arena *a, struct bytes s, struct sheet *out)
{
	size_t at = 0;

	s = bytes_trim(s);
	while (at < s.n && is_alnum(s.s[at]))
		at++;
	s = bytes_cut(s, at, s.n);
	if (s.n < 2 || (s.s[0] != '.' && s.s[0] != '#') || out->n >= SHEET_MOST)
		return;
	for (size_t i = 1; i < s.n; i++)
		if (!is_alnum(s.s[i]) && s.s[i] != '-' && s.s[i] != '_')
			return;
	out->name = arena_grow(a, out->name, out->n, sizeof *out->name);
	out->name[out->n++] = s;
}

/* Past the block that opens at i, blocks inside it included. */
static size_t
skip_block(struct bytes css, size_t i)
{
	size_t depth = 0;

	for (; i < css.n; i++) {
		if (css.s[i] == '{')
			depth++;
		else if (css.s[i] == '}' && --depth == 0)
			return i + 1;
	}
	return css.n;
}

static size_t
skip_css_blank(struct bytes css, size_t i)
{
	for (;;) {
		while (i < css.n && is_blank(css.s[i]))
			i++;
		if (i + 1 < css.n && css.s[i] == '/' && css.s[i + 1] == '*') {
			const char *p =
			    memmem(css.s + i + 2, css.n - i - 2, "*/", 2);

			i = p ? (size_t)(p - css.s) + 2 : css.n;
		} else if (css.n - i >= 4 &&
			   memcmp(css.s + i, "<!--", 4) == 0) {
			i += 4;
		} else {
			return i;
		}
	}
}

void
sheet_read(struct arena *a, struct bytes css, struct sheet *out)
{
	size_t i = 0;

	while ((i = skip_css_blank(css, i)) < css.n) {
		const char *open = memchr(css.s + i, '{', css.n - i);
		struct bytes selectors;
		struct bytes block;
		size_t end;

		if (!open)
			return;
		selectors = bytes_cut(css, i, (size_t)(open - css.s));
		end = skip_block(css, (size_t)(open - css.s));
		block = bytes_cut(css, (size_t)(open - css.s) + 1, end - 1);
		i = end;
		if (selectors.n > 0 && selectors.s[0] == '@')
			continue;
		if (!declares_hidden(block))
			continue;
		while (selectors.n > 0) {
			const char *comma =
			    memchr(selectors.s, ',', selectors.n);
			size_t n =
			    comma ? (size_t)(comma - selectors.s) : selectors.n;

			add_selector(a, bytes_cut(selectors, 0, n), out);
			selectors = bytes_cut(selectors, n + 1, selectors.n);
		}
	}
}
