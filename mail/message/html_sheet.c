/*
 * html_sheet.c -- style elements: rules for a tag, a class or an id.
 */
#include "mail/message/html_css.h"

#include <string.h>

#define SHEET_MOST 200 /* rules kept */

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

static bool
is_name(struct bytes s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_alnum(s.s[i]) && s.s[i] != '-' && s.s[i] != '_')
			return false;
	return s.n > 0;
}

/* Does it say anything that we would miss? */
static bool
matters(const struct style *s)
{
	return s->hides || s->size != SIZE_UNSAID ||
	       s->color.kind != COLOR_UNSAID ||
	       s->ground.kind != COLOR_UNSAID || s->picture || s->struck;
}

/*
 * One selector: "p", ".class", "#id", and "p.class" for the class alone.
 * Any other is passed over.
 */
static void
add_selector(struct arena *a, struct bytes s, const struct style *says,
    struct sheet *out)
{
	struct sheet_rule *r;
	size_t at = 0;

	s = bytes_trim(s);
	while (at < s.n && is_alnum(s.s[at]))
		at++;
	if (at < s.n)
		s = bytes_cut(s, at, s.n);
	else
		at = 0;
	if (s.n > 0 && (s.s[0] == '.' || s.s[0] == '#'))
		at = 1;
	if (!is_name(bytes_cut(s, at, s.n)) || (at == 0 && says->hides) ||
	    out->n >= SHEET_MOST) {
		out->vague = out->vague || says->ground.kind != COLOR_UNSAID;
		return;
	}
	out->v = arena_grow(a, out->v, out->n, sizeof *out->v);
	r = &out->v[out->n++];
	r->kind = at ? s.s[0] : 't';
	r->name = bytes_cut(s, at, s.n);
	r->hash = css_hash(r->name);
	r->says = *says;
}

void
sheet_read(struct arena *a, struct bytes css, struct sheet *out)
{
	size_t i = 0;

	out->read = true;
	while ((i = skip_css_blank(css, i)) < css.n) {
		const char *open = memchr(css.s + i, '{', css.n - i);
		struct style says = { .hides = false };
		struct bytes selectors;
		size_t end;

		if (!open)
			return;
		selectors = bytes_cut(css, i, (size_t)(open - css.s));
		end = skip_block(css, (size_t)(open - css.s));
		i = end;
		if (selectors.n > 0 && selectors.s[0] == '@')
			continue;
		css_read(bytes_cut(css, (size_t)(open - css.s) + 1, end - 1),
		    &says);
		if (!matters(&says))
			continue;
		while (selectors.n > 0) {
			const char *comma =
			    memchr(selectors.s, ',', selectors.n);
			size_t n =
			    comma ? (size_t)(comma - selectors.s) : selectors.n;

			add_selector(a, bytes_cut(selectors, 0, n), &says, out);
			selectors = bytes_cut(selectors, n + 1, selectors.n);
		}
	}
}
