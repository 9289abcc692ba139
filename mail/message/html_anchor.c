/*
 * html_anchor.c -- links and pictures in HTML.
 */
#include "mail/message/html_build.h"

#include <string.h>

#include "mail/message/entity.h"
#include "mail/message/html_link.h"
#include "mail/message/inset.h"

#define LINKS_MOST 2000

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

void
anchor_open(struct builder *b, const struct token *t, struct open *o)
{
	const char *url = b->hidden > 0
			      ? NULL
			      : link_url(b->a, token_attr(t, "href"), b->base);

	if (!url)
		return;
	o->url = url;
	o->link_at = b->total;
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

void
anchor_close(struct builder *b, const struct open *o)
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

/* What its author says of a picture, or what the mail has there. */
static struct bytes
words_for(struct builder *b, const struct token *t)
{
	struct bytes alt = bytes_trim(token_attr(t, "alt"));
	const char *label;

	if ((alt.s && alt.n > 0) || !b->inset)
		return alt;
	label = inset_label(b->inset, token_attr(t, "src"));
	return label ? bytes_of(label) : (struct bytes){ NULL, 0 };
}

void
anchor_image(struct builder *b, const struct token *t)
{
	struct bytes alt = words_for(b, t);
	struct buf out = { 0 };
	struct style style;

	if (b->hidden > 0 || !alt.s || alt.n == 0 || alt.n > 1000 ||
	    style_is_pixel(t))
		return;
	style_read(t, &b->sheet, build_top(b), &style);
	if (style.hides)
		return;
	entity_text(&out, alt);
	alt = bytes_trim((struct bytes){ buf_text(&out), out.len });
	/* "[3]" would be a link. */
	if (alt.n > 0 && !is_number(alt)) {
		words_add(b, bytes_of("["));
		words_add(b, alt);
		b->blank = false;
		words_add(b, bytes_of("]"));
	} else if (alt.n > 0) {
		words_add(b, alt);
	}
	buf_free(&out);
}
