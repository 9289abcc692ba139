/*
 * html_style.c -- what style attributes, old attributes and rules say.
 */
#include "mail/message/html_css.h"

#include <stdlib.h>
#include <string.h>

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

/* A length at the start of v; *unit is what follows it.  False if none. */
static bool
read_length(struct bytes v, double *n, struct bytes *unit)
{
	char text[32] = "";
	char *end;

	memcpy(text, v.s, v.n < sizeof text ? v.n : sizeof text - 1);
	if (!is_digit(text[0]) && text[0] != '-' && text[0] != '.')
		return false;
	*n = strtod(text, &end);
	if (end == text)
		return false;
	*unit = bytes_cut(v, (size_t)(end - text), v.n);
	return true;
}

static bool
is_zero(struct bytes v)
{
	struct bytes unit;
	double n;

	return read_length(v, &n, &unit) && n == 0;
}

/* "1px", "0.5pt" and less: what spammers and preheaders use. */
static bool
is_tiny(struct bytes v)
{
	struct bytes unit;
	double n;

	if (!read_length(v, &n, &unit))
		return false;
	return n <= 0 ||
	       (n <= 1 && (bytes_begin(unit, "px") || bytes_begin(unit, "pt")));
}

/* So far to the left or above that no window shows it. */
static bool
is_far(struct bytes v)
{
	struct bytes unit;
	double n;

	if (!read_length(v, &n, &unit))
		return false;
	return n <= -400 || (n <= -40 && bytes_begin(unit, "em")) ||
	       (n <= -100 && bytes_begin(unit, "%"));
}

/* Properties that hide an element only together. */
struct hiding {
	bool clipped; /* no room for its content */
	bool cut;     /* which does not run over */
	bool placed;  /* out of the flow */
	bool far;     /* at a place outside of the window */
	int zeros;    /* outer space above, below */
};

/* By length first: there are many names and few that fit. */
static bool
is_word(struct bytes property, const char *name, size_t n)
{
	return property.n == n && bytes_begin(property, name);
}
#define is(property, name) is_word((property), (name), sizeof(name) - 1)

/* Where an element is, and how much of it is there. */
static void
read_place(struct hiding *h, struct bytes p, struct bytes v, struct style *out)
{
	if (is(p, "overflow"))
		h->cut = bytes_begin(v, "hidden");
	else if (is(p, "position"))
		h->placed =
		    bytes_begin(v, "absolute") || bytes_begin(v, "fixed");
	else if (is(p, "left") || is(p, "top"))
		h->far = h->far || is_far(v);
	else if (is(p, "text-indent") && is_far(v))
		out->hides = true;
	else if (is(p, "clip") && bytes_find(v, "rect(0") != (size_t)-1)
		h->far = true;
	else if (is(p, "max-height") || is(p, "height") || is(p, "max-width") ||
		 is(p, "width"))
		h->clipped = h->clipped || is_tiny(v);
}

static void
read_space(struct hiding *h, struct bytes p, struct bytes v, struct style *out)
{
	if (is(p, "margin"))
		out->tight =
		    out->tight || (is_zero(v) && !memchr(v.s, ' ', v.n));
	else if (is(p, "margin-top") || is(p, "margin-bottom"))
		h->zeros += is_zero(v);
	else if (is(p, "margin-left"))
		out->hides = out->hides || is_far(v);
}

static void
read_sight(struct bytes p, struct bytes v, struct style *out)
{
	struct bytes unit;
	double n;

	if (is(p, "display")) {
		out->none = bytes_begin(v, "none");
		out->shows = !out->none;
	} else if (is(p, "visibility")) {
		out->hides = out->hides || bytes_begin(v, "hidden");
	} else if (is(p, "mso-hide")) {
		out->hides = out->hides || bytes_begin(v, "all");
	} else if (is(p, "opacity")) {
		out->hides =
		    out->hides || (read_length(v, &n, &unit) && n < 0.05);
	}
}

static void
read_ground(struct bytes v, struct style *out)
{
	out->ground = color_ground(v);
	out->picture = out->picture || out->ground.kind == COLOR_UNKNOWN;
}

static void
read_letters(struct bytes p, struct bytes v, struct style *out)
{
	if (is(p, "font-size"))
		out->size = is_tiny(v) ? SIZE_NONE : SIZE_SOME;
	else if (is(p, "transform"))
		out->hides = out->hides || bytes_begin(v, "scale(0)") ||
			     bytes_begin(v, "scale(0,");
	else if (is(p, "text-align"))
		out->right = bytes_begin(v, "right");
	else if (is(p, "text-decoration") || is(p, "text-decoration-line"))
		out->struck = bytes_find(v, "line-through") != (size_t)-1;
	else if (is(p, "white-space"))
		out->pre = bytes_begin(v, "pre");
	else if (is(p, "border-top"))
		out->ruled = !bytes_begin(v, "none") && !is_zero(v);
	else if (is(p, "color"))
		out->color = color_read(v);
	else if (is(p, "background-image"))
		out->picture = !bytes_begin(v, "none");
	else if (is(p, "background") || is(p, "background-color"))
		read_ground(v, out);
}

void
css_read(struct bytes css, struct style *out)
{
	struct hiding h = { .zeros = 0 };
	struct bytes p;
	struct bytes v;

	while (next_rule(&css, &p, &v)) {
		if (p.n == 0)
			continue;
		switch (to_lower(p.s[0])) {
		case 'd':
		case 'v':
		case 'o':
			read_sight(p, v, out);
			read_place(&h, p, v, out);
			break;
		case 'm':
			read_sight(p, v, out);
			read_space(&h, p, v, out);
			read_place(&h, p, v, out);
			break;
		case 'p':
		case 'l':
		case 'h':
			read_place(&h, p, v, out);
			break;
		default:
			read_letters(p, v, out);
			read_place(&h, p, v, out);
		}
	}
	out->hides = out->hides || (h.clipped && h.cut) || (h.placed && h.far);
	out->tight = out->tight || h.zeros == 2;
}

uint32_t
css_hash(struct bytes name)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)to_lower(name.s[i])) * 16777619u;
	return h;
}

/* The next of the words of a list. */
static bool
next_word(struct bytes *list, struct bytes *word)
{
	size_t i = 0;
	size_t from;

	while (i < list->n && is_blank(list->s[i]))
		i++;
	from = i;
	while (i < list->n && !is_blank(list->s[i]))
		i++;
	*word = bytes_cut(*list, from, i);
	*list = bytes_cut(*list, i, list->n);
	return word->n > 0;
}

bool
style_has_class(const struct token *t, const char *const *names, size_t n)
{
	struct bytes list = token_attr(t, "class");
	struct bytes word;

	while (list.s && next_word(&list, &word))
		for (size_t i = 0; i < n; i++)
			if (word.s[0] == names[i][0] &&
			    word.n == strlen(names[i]) &&
			    memcmp(word.s, names[i], word.n) == 0)
				return true;
	return false;
}

/* Put a rule over what was said before. */
static void
put_over(struct style *out, const struct style *rule)
{
	if (rule->shows || rule->none)
		out->none = rule->none;
	out->hides = out->hides || rule->hides;
	if (rule->size != SIZE_UNSAID)
		out->size = rule->size;
	if (rule->color.kind != COLOR_UNSAID)
		out->color = rule->color;
	if (rule->ground.kind != COLOR_UNSAID)
		out->ground = rule->ground;
	out->picture = out->picture || rule->picture;
	out->struck = out->struck || rule->struck;
}

/* Do the elements around it fit what the rule says of them? */
static bool
stands_so(const struct sheet_rule *r, const struct element *e)
{
	for (int i = 1; i < r->simples; i++) {
		bool child = r->child[i - 1];

		e = e->up;
		while (e && !child && !simple_fits(r->simple[i], e))
			e = e->up;
		if (!e || !simple_fits(r->simple[i], e))
			return false;
	}
	return true;
}

static void
apply(const struct sheet *sheet, char kind, struct bytes name,
    const struct element *e, struct style *out)
{
	uint32_t hash = css_hash(name);

	for (size_t i = 0; i < sheet->n; i++) {
		const struct sheet_rule *r = &sheet->v[i];

		if (r->hash == hash && r->kind == kind &&
		    simple_fits(r->simple[0], e) && stands_so(r, e))
			put_over(out, &r->says);
	}
}

static void
read_sheet(const struct sheet *sheet, const struct element *e,
    struct style *out)
{
	struct bytes class = e->class;
	struct bytes word;

	apply(sheet, 't', bytes_of(e->name), e, out);
	while (class.s && next_word(&class, &word))
		apply(sheet, '.', word, e, out);
	if (e->id.s && e->id.n > 0)
		apply(sheet, '#', e->id, e, out);
}

/* Attributes of old HTML. */
static void
read_attrs(const struct token *t, struct style *out)
{
	struct bytes v;

	for (size_t i = 0; i < t->attrs; i++) {
		struct bytes name = t->attr[i].name;

		v = t->attr[i].value;
		if (is(name, "hidden"))
			out->hides = true;
		else if (is(name, "align"))
			out->right = bytes_same(v, "right");
		else if (is(name, "bgcolor"))
			out->ground = color_ground(v);
		else if (is(name, "background") && v.n > 0)
			out->picture = true;
		else if (is(name, "color") && strcmp(t->name, "font") == 0)
			out->color = color_read(v);
		else if (is(name, "text") && strcmp(t->name, "body") == 0)
			out->color = color_read(v);
	}
}

/* Paragraphs of Outlook, which have no space between them. */
static bool
is_outlook(const struct token *t)
{
	static const char *const classes[] = { "MsoNormal", "MsoPlainText",
		"MsoNoSpacing", "MsoListParagraph", "MsoListParagraphCxSpFirst",
		"MsoListParagraphCxSpMiddle", "MsoListParagraphCxSpLast" };

	return style_has_class(t, classes, sizeof classes / sizeof *classes);
}

void
style_read(const struct token *t, const struct sheet *sheet,
    const struct element *up, struct style *out)
{
	const struct element e = { t->name, token_attr(t, "class"),
		token_attr(t, "id"), up };
	struct bytes css;

	memset(out, 0, sizeof *out);
	if (sheet->n > 0)
		read_sheet(sheet, &e, out);
	if (t->attrs > 0)
		read_attrs(t, out);
	css = token_attr(t, "style");
	if (css.s)
		css_read(css, out);
	out->hides = out->hides || out->none;
	out->tight = out->tight || is_outlook(t);
	out->ruled = out->ruled && strcmp(t->name, "div") == 0;
	if (out->picture)
		out->ground.kind = COLOR_UNKNOWN;
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
