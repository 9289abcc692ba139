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
is_name_char(char c)
{
	return is_alnum(c) || c == '-' || c == '_';
}

/* Does it say anything that we would miss? */
static bool
matters(const struct style *s)
{
	return s->hides || s->none || s->size != SIZE_UNSAID ||
	       s->color.kind != COLOR_UNSAID ||
	       s->ground.kind != COLOR_UNSAID || s->picture || s->struck;
}

/* The next of the names of a simple selector: "p", ".a" or "#b". */
static struct bytes
next_name(struct bytes *simple)
{
	size_t n =
	    simple->n > 0 &&
	    (simple->s[0] == '.' || simple->s[0] == '#' || simple->s[0] == '*');
	struct bytes name;

	while (n < simple->n && is_name_char(simple->s[n]))
		n++;
	name = bytes_cut(*simple, 0, n);
	*simple = bytes_cut(*simple, n, simple->n);
	return name;
}

static bool
has_class(struct bytes list, struct bytes name)
{
	for (size_t i = 0; list.s && i < list.n; i++) {
		size_t from = i;

		while (i < list.n && !is_blank(list.s[i]))
			i++;
		if (i - from == name.n &&
		    memcmp(list.s + from, name.s, name.n) == 0)
			return true;
	}
	return false;
}

bool
simple_fits(struct bytes simple, const struct element *e)
{
	while (simple.n > 0) {
		struct bytes name = next_name(&simple);
		struct bytes word = bytes_cut(name, 1, name.n);
		bool fits = true;

		if (name.n == 0)
			return false;
		if (name.s[0] == '.')
			fits = has_class(e->class, word);
		else if (name.s[0] == '#')
			fits = e->id.s && e->id.n == word.n &&
			       memcmp(e->id.s, word.s, word.n) == 0;
		else if (name.s[0] != '*')
			fits = strlen(e->name) == name.n &&
			       strncasecmp(e->name, name.s, name.n) == 0;
		if (!fits)
			return false;
	}
	return true;
}

/*
 * Cut a selector into its simple ones, the last first.  False for those that
 * ask for more than names and what stands around.
 */
static bool
cut_selector(struct bytes s, struct sheet_rule *r)
{
	size_t end = s.n;

	while (end > 0) {
		size_t from;

		while (end > 0 &&
		       (is_blank(s.s[end - 1]) || s.s[end - 1] == '>')) {
			if (s.s[end - 1] == '>' && r->simples > 0)
				r->child[r->simples - 1] = true;
			end--;
		}
		for (from = end; from > 0 && !is_blank(s.s[from - 1]) &&
				 s.s[from - 1] != '>';
		     from--)
			if (!is_name_char(s.s[from - 1]) &&
			    !strchr(".#*", s.s[from - 1]))
				return false;
		if (from == end)
			break;
		if (r->simples == SIMPLE_MOST)
			return false;
		r->simple[r->simples++] = bytes_cut(s, from, end);
		end = from;
	}
	return r->simples > 0;
}

/* By which of its names the element is found: the rarest. */
static bool
set_key(struct sheet_rule *r)
{
	static const char rank[] = "t.#";
	struct bytes rest = r->simple[0];
	struct bytes name;

	r->kind = '\0';
	while ((name = next_name(&rest)).n > 0) {
		char kind = strchr(".#", name.s[0]) ? name.s[0] : 't';

		if (name.s[0] == '*' ||
		    (r->kind && strchr(rank, kind) < strchr(rank, r->kind)))
			continue;
		r->kind = kind;
		r->name = bytes_cut(name, kind != 't', name.n);
	}
	r->hash = css_hash(r->name);
	return rest.n == 0 && r->kind && r->name.n > 0;
}

static void
add_selector(struct arena *a, struct bytes s, const struct style *says,
    struct sheet *out)
{
	struct sheet_rule r = { .simples = 0 };

	/* A tag by itself hides nothing: it is there for some program. */
	if (!cut_selector(s, &r) || !set_key(&r) || out->n >= SHEET_MOST ||
	    (r.simples == 1 && r.kind == 't' && (says->hides || says->none))) {
		out->vague = out->vague || says->ground.kind != COLOR_UNSAID;
		return;
	}
	r.says = *says;
	out->v = arena_grow(a, out->v, out->n, sizeof *out->v);
	out->v[out->n++] = r;
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
