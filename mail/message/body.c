/*
 * body.c -- choosing and decoding the text of a mail.
 *
 * First every leaf is given a role, then those that are text are laid out in
 * order and the others are listed.
 */
#include "mail/message/body.h"

#include <stdio.h>
#include <string.h>

#include "base/charset.h"
#include "base/hash.h"
#include "base/text.h"
#include "mail/message/calendar.h"
#include "mail/message/enriched.h"
#include "mail/message/extra.h"
#include "mail/message/flow.h"
#include "mail/message/html.h"
#include "mail/message/inset.h"
#include "mail/message/notice.h"
#include "mail/message/rtf.h"
#include "mail/message/tnef.h"
#include "mail/message/words.h"

/* MIME levels that a mail in a mail counts for: three deep, no more. */
#define INNER_COSTS 16
#define INNER_MOST  (16u << 20) /* bytes of one, decoded */

struct reading {
	struct arena *a;
	const struct read_limits *limits;
	int width;
	struct body *out;
	struct buf html; /* all HTML, shown or not, to find what it embeds */
	struct strings link;
	struct insets inset;
	struct buf between; /* pictures met since the last text */
};

void
body_decode(struct buf *out, const struct node *leaf, size_t limit)
{
	transfer_decode(out, leaf->transfer, leaf->body, limit);
}

struct bytes
body_source(struct arena *a, const struct node *leaf)
{
	struct buf raw = { 0 };
	struct bytes source;

	if (leaf->transfer == TRANSFER_NONE)
		return leaf->body;
	body_decode(&raw, leaf, INNER_MOST);
	source =
	    (struct bytes){ arena_strn(a, buf_text(&raw), raw.len), raw.len };
	buf_free(&raw);
	return source;
}

static bool
is_text(const struct node *n)
{
	return node_is(n, "text/plain") || node_is(n, "text/html") ||
	       node_is(n, "text/enriched") || node_is(n, "text/richtext") ||
	       node_is(n, "text/markdown") || node_is(n, "text/x-markdown");
}

static bool
is_attached(const struct node *n)
{
	return strcmp(n->disposition.value, "attachment") == 0;
}

/* Text that nobody sent as a file. */
static bool
is_shown(const struct node *n)
{
	return is_text(n) && !is_attached(n) &&
	       (n->name[0] == '\0' || n->number == 1);
}

/* "charset=" in the first bytes of an HTML text, "" if there is none. */
static const char *
meta_charset(struct arena *a, struct bytes html)
{
	struct bytes start = bytes_cut(html, 0, 2048);
	size_t at = bytes_find(start, "charset=");
	size_t end;

	if (at == (size_t)-1)
		return "";
	at += 8;
	while (at < start.n && (start.s[at] == '"' || start.s[at] == '\'' ||
				   start.s[at] == ' '))
		at++;
	for (end = at; end < start.n &&
		       (is_alnum(start.s[end]) || strchr("-_.:", start.s[end]));
	     end++)
		;
	return arena_strn(a, start.s + at, end - at);
}

/*
 * The charset of a leaf: the declared one, unless that is not known or is
 * UTF-8 and wrong and the HTML itself knows better.
 */
static const char *
charset_of(struct reading *r, const struct node *n, struct bytes b)
{
	const char *meta;

	if (!node_is(n, "text/html"))
		return n->charset;
	if (n->charset[0] == '\0' || !charset_known(n->charset))
		return meta_charset(r->a, b);
	if (!words_is_utf8(n->charset) || text_valid(b.s, b.n))
		return n->charset;
	meta = meta_charset(r->a, b);
	return charset_known(meta) && !words_is_utf8(meta) ? meta : n->charset;
}

/* The leaf's text as UTF-8, whatever line ends it has. */
static void
decode_text(struct reading *r, const struct node *n, struct buf *out)
{
	struct buf raw = { 0 };
	const char *charset;
	struct bytes b;

	body_decode(&raw, n, r->limits->text);
	b = (struct bytes){ buf_text(&raw), raw.len };
	charset = charset_of(r, n, b);
	words_charset(out, charset[0] ? charset : NULL, b);
	buf_free(&raw);
}

/* Text parts that follow one another are kept apart by an empty line. */
static void
begin_text(struct buf *text)
{
	if (text->len == 0)
		return;
	if (text->data[text->len - 1] != '\n')
		buf_chr(text, '\n');
	buf_chr(text, '\n');
}

static void
end_text(struct buf *text, size_t from)
{
	while (text->len > from && (text->data[text->len - 1] == '\n' ||
				       text->data[text->len - 1] == ' '))
		buf_cut(text, text->len - 1);
	if (text->len > from)
		buf_chr(text, '\n');
}

static void
add_folds(struct reading *r, const struct fold *fold, size_t n, size_t shift)
{
	struct body *o = r->out;

	for (size_t i = 0; i < n; i++) {
		o->fold = arena_grow(r->a, o->fold, o->folds, sizeof *o->fold);
		o->fold[o->folds] = fold[i];
		o->fold[o->folds].from += shift;
		o->fold[o->folds++].until += shift;
	}
}

static void
show_html(struct reading *r, struct bytes html)
{
	struct html_text laid = { .inset = &r->inset };
	size_t from;

	html_layout(r->a, html.s, html.n, r->width, &laid);
	r->link = laid.link;
	r->out->hidden = r->out->hidden || laid.hidden;
	if (laid.text.len > 0) {
		begin_text(&r->out->text);
		from = r->out->text.len;
		buf_add(&r->out->text, laid.text.data, laid.text.len);
		add_folds(r, laid.fold, laid.folds, from);
		end_text(&r->out->text, from);
		r->out->from_html = true;
	}
	buf_free(&laid.text);
}

static bool
is_flowed(const struct node *n)
{
	return bytes_same(bytes_of(param_get(&n->type, "format")), "flowed");
}

static void
show_plain(struct reading *r, const struct node *n, struct bytes text)
{
	struct buf *out = &r->out->text;
	struct buf signed_text = { 0 };
	struct buf bare = { 0 };
	size_t from;

	if (notice_unarmour(&signed_text, text))
		text =
		    (struct bytes){ buf_text(&signed_text), signed_text.len };
	if (extra_without_files(&bare, text))
		text = (struct bytes){ buf_text(&bare), bare.len };
	begin_text(out);
	from = out->len;
	if (is_flowed(n))
		flow_join(out, text,
		    bytes_same(bytes_of(param_get(&n->type, "delsp")), "yes"));
	else
		flow_fixed(out, text);
	end_text(out, from);
	buf_free(&signed_text);
	buf_free(&bare);
}

/* An invitation in a few lines; the file stays listed. */
static void
show_calendar(struct reading *r, const struct node *n)
{
	struct buf text = { 0 };
	struct buf summary = { 0 };

	decode_text(r, n, &text);
	calendar_summary(&summary, (struct bytes){ buf_text(&text), text.len },
	    r->out->text.len > 0 ? CALENDAR_FACTS : CALENDAR_ALL);
	if (summary.len > 0) {
		begin_text(&r->out->text);
		flow_fixed(&r->out->text,
		    (struct bytes){ summary.data, summary.len });
	}
	buf_free(&summary);
	buf_free(&text);
}

/* Text in a code page of Windows, without the NULs that end it. */
static struct bytes
tnef_text(struct reading *r, const struct tnef *t, struct bytes b,
    struct buf *out)
{
	b = bytes_cut(b, 0, r->limits->text);
	while (b.n > 0 && b.s[b.n - 1] == '\0')
		b.n--;
	if (b.n > 0)
		words_charset(out, t->charset[0] != '\0' ? t->charset : NULL,
		    b);
	return (struct bytes){ buf_text(out), out->len };
}

static void
show_rtf(struct reading *r, const struct node *n, struct bytes packed)
{
	struct buf rtf = { 0 };
	struct buf text = { 0 };
	struct bytes b;

	if (rtf_unpack(&rtf, packed)) {
		enum rtf_kind kind =
		    rtf_read(&text, (struct bytes){ buf_text(&rtf), rtf.len });

		b = (struct bytes){ buf_text(&text), text.len };
		if (kind == RTF_HTML)
			show_html(r, b);
		else if (kind == RTF_TEXT)
			show_plain(r, n, b);
	}
	buf_free(&rtf);
	buf_free(&text);
}

/* The text of a winmail.dat, where the mail has no other. */
static void
show_tnef(struct reading *r, const struct node *n)
{
	struct buf raw = { 0 };
	struct buf text = { 0 };
	struct tnef t;

	body_decode(&raw, n, (size_t)-1);
	if (tnef_read(r->a, (struct bytes){ buf_text(&raw), raw.len }, &t)) {
		if (t.text.n > 0)
			show_plain(r, n, tnef_text(r, &t, t.text, &text));
		else if (t.html.n > 0)
			show_html(r, tnef_text(r, &t, t.html, &text));
		else if (t.rtf.n > 0)
			show_rtf(r, n, t.rtf);
	}
	buf_free(&raw);
	buf_free(&text);
}

static void
show_enriched(struct reading *r, const struct node *n, struct bytes text)
{
	struct buf html = { 0 };

	if (node_is(n, "text/enriched"))
		enriched_html(&html, text);
	else
		richtext_html(&html, text);
	show_html(r, (struct bytes){ buf_text(&html), html.len });
	buf_free(&html);
}

/* Is the last line of the text a quoted one? */
static bool
ends_quoted(struct bytes text)
{
	while (text.n > 0 && text.s[text.n - 1] == '\n')
		text.n--;
	for (size_t i = text.n; i > 0; i--)
		if (text.s[i - 1] == '\n')
			return text.s[i] == '>';
	return text.n > 0 && text.s[0] == '>';
}

/* Pictures that stand between two texts are named at their place. */
static void
show_between(struct reading *r)
{
	struct buf *out = &r->out->text;
	struct bytes rest = { buf_text(&r->between), r->between.len }, line;
	bool quoted = ends_quoted((struct bytes){ buf_text(out), out->len });

	if (out->len > 0 && rest.n > 0)
		begin_text(out);
	while (out->len > 0 && bytes_line(&rest, &line))
		buf_fmt(out, "%s[%.*s]\n", quoted ? "> " : "", (int)line.n,
		    line.s);
	buf_clear(&r->between);
}

static void
show(struct reading *r, const struct node *n)
{
	struct buf text = { 0 };
	struct bytes b;

	if (r->out->text.len >= r->limits->text)
		return;
	decode_text(r, n, &text);
	b = (struct bytes){ buf_text(&text), text.len };
	if (r->out->charset[0] == '\0')
		r->out->charset = n->charset;
	if (bytes_trim(b).n > 0)
		show_between(r);
	if (node_is(n, "text/html"))
		show_html(r, b);
	else if (node_is(n, "text/enriched") || node_is(n, "text/richtext"))
		show_enriched(r, n, b);
	else
		show_plain(r, n, b);
	buf_free(&text);
}

/* Is there a word in it at all? */
static bool
is_empty(struct reading *r, const struct node *n)
{
	struct buf text = { 0 };
	bool empty;

	decode_text(r, n, &text);
	empty = bytes_trim((struct bytes){ buf_text(&text), text.len }).n == 0;
	buf_free(&text);
	return empty;
}

/* The first leaf of a type in a subtree that could be shown. */
static struct node *
find_text(struct node *n, const char *type)
{
	if (n->number > 0)
		return node_is(n, type) && !is_attached(n) ? n : NULL;
	for (size_t i = 0; i < n->children; i++) {
		struct node *found = find_text(n->child[i], type);

		if (found)
			return found;
	}
	return NULL;
}

/* All text below is another form of what is shown. */
static void
silence(struct node *n)
{
	if (n->number > 0 && is_text(n) && !is_attached(n))
		n->role = ROLE_SILENT;
	for (size_t i = 0; i < n->children; i++)
		silence(n->child[i]);
}

static void give_roles(struct reading *r, struct node *n);

#define WORDS_MOST 65536 /* bytes of HTML in which words are looked for */

/* HTML without its tags, as it stands otherwise. */
static void
without_tags(struct buf *out, struct bytes html)
{
	bool tag = false;

	for (size_t i = 0; i < html.n && out->len < WORDS_MOST; i++) {
		if (html.s[i] == '<')
			tag = true;
		if (!tag)
			buf_chr(out, html.s[i]);
		if (html.s[i] == '>')
			tag = false;
	}
}

static bool
is_in_word(char c)
{
	return is_letter(c) || (unsigned char)c >= 0x80;
}

/* How many words of some length there are, and how many of them in `in`. */
static size_t
count_words(struct bytes b, struct bytes in, size_t *found)
{
	char word[32];
	size_t n = 0;

	*found = 0;
	for (size_t i = 0, end; i < b.n; i = end + 1) {
		for (end = i; end < b.n && is_in_word(b.s[end]);)
			end++;
		if (end - i < 4)
			continue;
		n++;
		snprintf(word, sizeof word, "%.*s", (int)(end - i), b.s + i);
		for (char *c = word; *c != '\0'; c++)
			*c = to_lower(*c);
		*found += bytes_find(in, word) != (size_t)-1;
	}
	return n;
}

/*
 * "Your program cannot show HTML": a plain text that is none.  It speaks of
 * that and is far shorter, or next to none of its words are in the HTML, which
 * has no fewer by half.
 */
static bool
only_points(struct reading *r, struct node *all, const struct node *plain)
{
	const struct node *html = find_text(all, "text/html");
	struct buf text = { 0 }, rich = { 0 }, flat = { 0 };
	struct bytes said, shown;
	size_t words, found;
	bool points;

	if (!html || plain->body.n > 1200)
		return false;
	decode_text(r, plain, &text);
	said = (struct bytes){ buf_text(&text), text.len };
	points = html->body.n >= 6 * plain->body.n + 600 &&
		 bytes_find(said, "html") != (size_t)-1;
	if (!points) {
		decode_text(r, html, &rich);
		without_tags(&flat,
		    (struct bytes){ buf_text(&rich), rich.len });
		shown = (struct bytes){ buf_text(&flat), flat.len };
		words = count_words(said, shown, &found);
		points = words >= 3 && found * 3 < words &&
			 2 * count_words(shown, said, &found) > words;
	}
	buf_free(&text);
	buf_free(&rich);
	buf_free(&flat);
	return points;
}

/* Question marks outside of tags, and whether anything is not ASCII. */
static size_t
count_asked(struct bytes b, bool html, bool *foreign)
{
	bool tag = false;
	size_t n = 0;

	for (size_t i = 0; i < b.n; i++) {
		if (html && b.s[i] == '<')
			tag = true;
		else if (html && b.s[i] == '>')
			tag = false;
		else if (!tag && b.s[i] == '?')
			n++;
		if (!tag &&
		    ((unsigned char)b.s[i] >= 0x80 ||
			(b.s[i] == '&' && i + 1 < b.n && b.s[i + 1] == '#')))
			*foreign = true;
	}
	return n;
}

/* "????": a plain text whose letters its sender could not write. */
static bool
lost_letters(struct reading *r, struct node *all, const struct node *plain)
{
	const struct node *rich = find_text(all, "text/html");
	struct buf text = { 0 };
	struct buf html = { 0 };
	bool foreign = false;
	size_t lost;
	bool yes = false;

	if (!rich)
		return false;
	decode_text(r, plain, &text);
	lost = count_asked((struct bytes){ buf_text(&text), text.len }, false,
	    &foreign);
	if (!foreign && lost >= 2 && memmem(text.data, text.len, "??", 2)) {
		decode_text(r, rich, &html);
		yes = lost > 2 * count_asked((struct bytes){ buf_text(&html),
						 html.len },
				     true, &foreign) &&
		      foreign;
	}
	buf_free(&text);
	buf_free(&html);
	return yes;
}

/*
 * Which form to show: plain text, unless there is nothing in it.
 */
static size_t
choose(struct reading *r, struct node *n)
{
	size_t rich = n->children;

	for (size_t i = 0; i < n->children; i++) {
		struct node *plain = find_text(n->child[i], "text/plain");

		if (plain && !is_empty(r, plain) && !only_points(r, n, plain) &&
		    !lost_letters(r, n, plain))
			return i;
	}
	for (size_t i = 0; i < n->children; i++)
		if (find_text(n->child[i], "text/html"))
			rich = i;
	if (rich < n->children)
		return rich;
	return n->children - 1;
}

/*
 * Text of the chosen kind that says something else is no other form of it:
 * a footer that a list put there, or a mail whose sender meant mixed.
 */
static bool
is_another(const struct node *chosen, const struct node *n)
{
	return chosen->number > 0 && n->number > chosen->number && is_text(n) &&
	       !is_attached(n) && n->name[0] == '\0' &&
	       strcmp(n->type.value, chosen->type.value) == 0 &&
	       (n->body.n != chosen->body.n ||
		   memcmp(n->body.s, chosen->body.s, n->body.n) != 0);
}

static void
roles_alternative(struct reading *r, struct node *n)
{
	size_t chosen = choose(r, n);

	for (size_t i = 0; i < n->children; i++) {
		struct node *child = n->child[i];

		if (is_another(n->child[chosen], child))
			child->role = ROLE_SHOWN;
		else if (i != chosen)
			silence(child);
		else if (child->number > 0 && is_text(child) &&
			 !is_attached(child))
			child->role = ROLE_SHOWN;
		else
			give_roles(r, child);
	}
}

/* The root of multipart/related (RFC 2387), or what text there is. */
static void
roles_related(struct reading *r, struct node *n)
{
	struct node *root = n->child[0];

	if (!find_text(root, "text/html") && !find_text(root, "text/plain"))
		for (size_t i = 1; i < n->children; i++)
			if (find_text(n->child[i], "text/html"))
				root = n->child[i];
	give_roles(r, root);
}

static void
give_roles(struct reading *r, struct node *n)
{
	if (n->number > 0) {
		n->role = is_shown(n) ? ROLE_SHOWN : ROLE_LISTED;
		return;
	}
	if (node_is(n, "multipart/alternative")) {
		roles_alternative(r, n);
		return;
	}
	if (node_is(n, "multipart/related")) {
		roles_related(r, n);
		return;
	}
	for (size_t i = 0; i < n->children; i++)
		give_roles(r, n->child[i]);
	if (node_is(n, "multipart/signed") && n->children == 2 &&
	    n->child[1]->name[0] == '\0' &&
	    strstr(n->child[1]->type.value, "signature"))
		n->child[1]->role = ROLE_SILENT;
}

static void
show_all(struct reading *r, const struct node *n)
{
	const char *label;

	if (n->number > 0 && node_is(n, "text/html") && n->role != ROLE_LISTED)
		r->out->html = true;
	if (n->role == ROLE_SHOWN)
		show(r, n);
	else if (n->number > 0 && node_is(n, "text/calendar"))
		show_calendar(r, n);
	else if (n->number > 0 && r->out->text.len > 0 &&
		 (label = inset_between(r->a, n)) != NULL)
		buf_fmt(&r->between, "%s\n", label);
	for (size_t i = 0; i < n->children; i++)
		show_all(r, n->child[i]);
}

/* Gather the HTML that may point at parts by their Content-ID. */
static void
gather_html(struct reading *r, const struct node *n)
{
	if (n->number > 0 && node_is(n, "text/html") && n->role != ROLE_LISTED)
		decode_text(r, n, &r->html);
	for (size_t i = 0; i < n->children; i++)
		gather_html(r, n->child[i]);
}

static bool
is_embedded(const struct reading *r, const struct node *n)
{
	struct buf mark = { 0 };
	struct bytes html = { buf_text(&r->html), r->html.len };
	bool found;

	if (n->cid[0] == '\0' || html.n == 0)
		return false;
	buf_fmt(&mark, "cid:%s", n->cid);
	found = bytes_find_exact(html, buf_text(&mark)) != (size_t)-1;
	buf_free(&mark);
	return found;
}

static bool
any_cid(const struct node *n)
{
	if (n->cid[0] != '\0')
		return true;
	for (size_t i = 0; i < n->children; i++)
		if (any_cid(n->child[i]))
			return true;
	return false;
}

static struct part *
add_part(struct reading *r, int number)
{
	struct body *o = r->out;
	struct part *p;

	o->part = arena_grow(r->a, o->part, o->parts, sizeof *o->part);
	p = &o->part[o->parts++];
	memset(p, 0, sizeof *p);
	p->number = number;
	p->name = p->type = p->cid = "";
	return p;
}

static void
list_extra(void *arg, const struct extra *x)
{
	struct part *p = add_part(arg, x->number);

	p->name = x->name;
	p->type = x->type;
	p->size = (int64_t)x->data.n;
	hash_sha256(x->data.s, x->data.n, p->sha256);
}

static void
list_part(struct reading *r, struct node *n)
{
	struct buf bytes = { 0 };
	struct part *p = add_part(r, n->number);
	p->name = n->name;
	p->type = n->type.value;
	p->cid = n->cid;
	p->embedded = is_embedded(r, n);
	body_decode(&bytes, n, (size_t)-1);
	p->size = (int64_t)bytes.len;
	hash_sha256(buf_text(&bytes), bytes.len, p->sha256);
	buf_free(&bytes);
}

static void
list_parts(struct reading *r, struct node *n)
{
	/* What is not made for reading can be saved as it came, too. */
	if (n->number > 0 && (n->role == ROLE_LISTED ||
				 (n->role == ROLE_SHOWN && n->number > 1 &&
				     (node_is(n, "text/enriched") ||
					 node_is(n, "text/richtext")))))
		list_part(r, n);
	if (n->number > 0 && !r->out->message && n->role == ROLE_LISTED &&
	    (node_is(n, "message/rfc822") || node_is(n, "message/global")))
		r->out->message = n;
	for (size_t i = 0; i < n->children; i++)
		list_parts(r, n->child[i]);
}

/* A mail whose text is in winmail.dat alone. */
static void
show_packed(struct reading *r, struct node *n)
{
	if (n->number > 0 && extra_is_tnef(n))
		show_tnef(r, n);
	for (size_t i = 0; i < n->children && r->out->text.len == 0; i++)
		show_packed(r, n->child[i]);
}

/* A report that has nothing for people: what it says to machines. */
static void
show_report(struct reading *r, struct node *n)
{
	if (node_is(n, "message/delivery-status") ||
	    node_is(n, "message/disposition-notification"))
		show(r, n);
	for (size_t i = 0; i < n->children; i++)
		show_report(r, n->child[i]);
}

/* A mail that is nothing but another one: that one, under its headers. */
static void
show_inner(struct reading *r, const struct node *n)
{
	static const char *const names[] = { "From", "Date", "To", "Subject" };
	struct read_limits less = *r->limits;
	struct body inner;
	struct node *root;

	less.depth -= INNER_COSTS;
	if (less.depth < 1)
		return;
	root = tree_read(r->a, body_source(r->a, n), &less);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char lower[8] = "";
		struct bytes v;

		for (size_t k = 0; names[i][k] != '\0'; k++)
			lower[k] = to_lower(names[i][k]);
		v = head_value(&root->head, lower);
		if (v.n > 0)
			buf_fmt(&r->out->text, "%s: %s\n", names[i],
			    words_text(r->a, v, NULL));
	}
	body_text(r->a, root, r->width, &less, &inner);
	begin_text(&r->out->text);
	buf_add(&r->out->text, buf_text(&inner.text), inner.text.len);
	r->out->html = r->out->html || inner.html;
	buf_free(&inner.text);
}

static bool
is_first_piece(const struct node *n)
{
	return node_is(n, "message/partial") &&
	       strcmp(param_get(&n->type, "number"), "1") == 0;
}

static void
show_attached(struct reading *r, struct node *n)
{
	if (n->number > 0 && r->limits->depth > 1 &&
	    (node_is(n, "message/rfc822") || node_is(n, "message/global") ||
		is_first_piece(n)))
		show_inner(r, n);
	for (size_t i = 0; i < n->children && r->out->text.len == 0; i++)
		show_attached(r, n->child[i]);
}

/* What else there is to say, below the text. */
static void
show_notices(struct reading *r, const struct node *n)
{
	struct buf line = { 0 };

	notice_add(&line, n);
	if (line.len > 0) {
		begin_text(&r->out->text);
		buf_add(&r->out->text, line.data, line.len);
	}
	buf_free(&line);
	for (size_t i = 0; i < n->children; i++)
		show_notices(r, n->child[i]);
}

/* "[1] https://..." for each link; on a screen cut to one line. */
static void
list_links(struct reading *r)
{
	struct buf *out = &r->out->text;

	r->out->links_at = out->len;
	if (r->link.n == 0)
		return;
	begin_text(out);
	for (size_t i = 0; i < r->link.n; i++) {
		const char *url = r->link.v[i];
		size_t n = strlen(url);
		int cols = r->width - 8;
		int w;

		if (r->width > 0 && n > (size_t)cols)
			n = text_fit(url, n, cols, &w);
		buf_fmt(out, "[%zu] %.*s%s\n", i + 1, (int)n, url,
		    url[n] != '\0' ? "\xe2\x80\xa6" : "");
	}
}

/* The texts of a mail, and what there is to say about it. */
static void
lay_text(struct reading *r, struct node *root)
{
	struct buf *text = &r->out->text;

	give_roles(r, root);
	inset_list(r->a, root, &r->inset);
	show_all(r, root);
	buf_free(&r->between);
	if (text->len == 0)
		show_packed(r, root);
	if (text->len == 0)
		show_report(r, root);
	if (text->len == 0)
		show_attached(r, root);
	show_notices(r, root);
	list_links(r);
}

/* One leaf, whatever its role. */
static void
lay_leaf(struct reading *r, struct node *leaf)
{
	if (node_is(leaf, "text/calendar"))
		show_calendar(r, leaf);
	else if (node_is(leaf, "message/rfc822") ||
		 node_is(leaf, "message/global"))
		show_inner(r, leaf);
	if (r->out->text.len == 0)
		show(r, leaf);
	list_links(r);
}

static struct reading
reading_of(struct arena *a, int width, const struct read_limits *limits,
    struct body *out)
{
	memset(out, 0, sizeof *out);
	out->charset = "";
	return (struct reading){ .a = a,
		.limits = limits,
		.width = width,
		.out = out };
}

void
body_text(struct arena *a, struct node *root, int width,
    const struct read_limits *limits, struct body *out)
{
	struct reading r = reading_of(a, width, limits, out);

	lay_text(&r, root);
}

void
body_leaf(struct arena *a, struct node *leaf, int width,
    const struct read_limits *limits, struct body *out)
{
	struct reading r = reading_of(a, width, limits, out);

	lay_leaf(&r, leaf);
}

void
body_read(struct arena *a, struct node *root, int width,
    const struct read_limits *limits, struct body *out)
{
	struct reading r = reading_of(a, width, limits, out);

	lay_text(&r, root);
	if (any_cid(root))
		gather_html(&r, root);
	list_parts(&r, root);
	extra_each(a, root, list_extra, &r);
	buf_free(&r.html);
}
