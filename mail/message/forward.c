/*
 * forward.c -- who wrote the mail that somebody sent on.
 *
 * A forward is known by a rule that says so ("Forwarded message"), or by a
 * subject that says so together with a letterhead or an attribution below.
 */
#include "mail/message/forward.h"

#include <string.h>

#include "mail/message/address.h"
#include "mail/message/attribution.h"
#include "mail/message/body.h"
#include "mail/message/date.h"
#include "mail/message/letterhead.h"
#include "mail/message/lines.h"
#include "mail/message/subject.h"
#include "mail/message/words.h"

#define ADDRESSES_MOST 200

struct finder {
	struct arena *a;
	struct folding f;
	struct lines l;
	bool by_subject;   /* the subject says that it is a forward */
	struct bytes rest; /* the subject without prefixes */
};

/* "<mailto:a@b>" behind an address says it again; "[mailto:a@b]" is it. */
static struct bytes
plain_addresses(struct arena *a, struct bytes v)
{
	struct buf out = { 0 };
	char *s;

	while (v.n > 0) {
		struct bytes angle = bytes_cut(v, 1, v.n);
		bool again = v.s[0] == '<' && bytes_begin(angle, "mailto:");
		bool bracket = v.s[0] == '[' && bytes_begin(angle, "mailto:");
		const char *end = memchr(v.s, bracket ? ']' : '>', v.n);

		if ((again || bracket) && end) {
			struct bytes in = bytes_cut(v, 8, (size_t)(end - v.s));
			bool known =
			    memchr(buf_text(&out), '@', out.len) ||
			    memchr(end, '@', (size_t)(v.s + v.n - end));

			if (bracket || !known)
				buf_fmt(&out, "<%.*s>", (int)in.n, in.s);
			v = bytes_cut(v, (size_t)(end + 1 - v.s), v.n);
			continue;
		}
		buf_chr(&out, v.s[0]);
		v = bytes_cut(v, 1, v.n);
	}
	s = arena_strn(a, buf_text(&out), out.len);
	v = (struct bytes){ s, out.len };
	buf_free(&out);
	return v;
}

/* A value and the lines it goes on in, without quote marks. */
static struct bytes
whole_value(struct arena *a, const struct letterhead *h, enum label label)
{
	struct buf out = { 0 };
	struct bytes rest = h->folds[label];
	struct bytes line;
	char *s;

	buf_add(&out, h->value[label].s ? h->value[label].s : "",
	    h->value[label].n);
	while (bytes_line(&rest, &line)) {
		line = bytes_trim(letterhead_unquote(line));
		buf_chr(&out, ' ');
		buf_add(&out, line.s, line.n);
	}
	s = arena_strn(a, buf_text(&out), out.len);
	line = bytes_trim((struct bytes){ s, out.len });
	buf_free(&out);
	return line;
}

static void
read_addresses(struct arena *a, const struct letterhead *h, enum label label,
    struct addresses *out)
{
	struct bytes v = plain_addresses(a, whole_value(a, h, label));

	address_list(a, v, "utf-8", ADDRESSES_MOST, out);
	for (size_t i = 0; i < out->n; i++) {
		struct address *w = &out->v[i];

		/* "a@b <a@b>" has no name. */
		if (strcasecmp(w->name, w->addr) == 0)
			w->name = "";
	}
}

/* How many blanks every line that is not empty begins with. */
static size_t
indent_of(const struct lines *l, size_t i)
{
	size_t least = 80;

	for (; i < l->n; i++) {
		struct bytes b =
		    bytes_cut(l->text, l->v[i].from, l->v[i].until);
		size_t n = 0;

		if (l->v[i].kind == LINE_BLANK)
			continue;
		while (n < b.n && b.s[n] == ' ')
			n++;
		if (n < least)
			least = n;
	}
	return least == 80 ? 0 : least;
}

static bool
begins_quoted(const struct lines *l, size_t i)
{
	while (i < l->n && l->v[i].kind == LINE_BLANK)
		i++;
	return i < l->n && l->v[i].kind == LINE_QUOTED;
}

/* The lines from i on without one level of marks or indentation. */
static const char *
inner_text(struct finder *x, size_t i, bool quoted)
{
	struct buf out = { 0 };
	size_t indent = indent_of(&x->l, i);
	struct bytes b;
	char *s;

	quoted = quoted || begins_quoted(&x->l, i);
	for (; i < x->l.n; i++) {
		b = bytes_cut(x->l.text, x->l.v[i].from, x->l.v[i].until);
		if (x->l.v[i].kind != LINE_BLANK)
			b = bytes_cut(b, indent, b.n);
		if (quoted && b.n > 0 && b.s[0] == '>')
			b = bytes_cut(b, 1 + (b.n > 1 && b.s[1] == ' '), b.n);
		buf_add(&out, b.s, b.n);
	}
	b = bytes_trim((struct bytes){ buf_text(&out), out.len });
	s = arena_strn(x->a, b.s, b.n);
	buf_free(&out);
	return s;
}

static size_t
line_of(const struct lines *l, size_t i, size_t at)
{
	while (i < l->n && l->v[i].from < at)
		i++;
	return i;
}

static struct forwarded *
from_letterhead(struct finder *x, const struct letterhead *h, size_t first,
    size_t body)
{
	struct forwarded *m = arena_alloc(x->a, sizeof *m);
	struct bytes subject = whole_value(x->a, h, LABEL_SUBJECT);

	read_addresses(x->a, h, LABEL_FROM, &m->from);
	read_addresses(x->a, h, LABEL_TO, &m->to);
	read_addresses(x->a, h, LABEL_CC, &m->cc);
	if (subject.n == 0)
		subject = x->rest;
	m->subject = arena_strn(x->a, subject.s ? subject.s : "", subject.n);
	if (date_read_local(whole_value(x->a, h, LABEL_DATE), &m->date) < 0)
		m->date = 0;
	m->text = inner_text(x, body, x->l.v[first].kind == LINE_QUOTED);
	return m;
}

/* The letterhead at or soon after line i. */
static bool
near_letterhead(struct finder *x, size_t i, struct letterhead *h)
{
	for (size_t k = i; k < x->l.n && k < i + 8; k++)
		if (x->l.v[k].kind != LINE_BLANK &&
		    letterhead_read(&x->f, x->l.text, x->l.v[k].from, h))
			return true;
	return false;
}

/* A label glued to what stands before it: "...comSubject:". */
static enum label
glued_label(struct finder *x, struct bytes line, size_t colon, size_t *from)
{
	enum label found = LABEL_NONE;
	size_t least = colon > 40 ? colon - 40 : 0;

	for (size_t i = least; i < colon; i++) {
		struct bytes word = bytes_cut(line, i, colon);
		enum label label;

		if (((unsigned char)line.s[i] & 0xc0) == 0x80 ||
		    is_blank(line.s[i]) ||
		    (line.s[i] >= 'a' && line.s[i] <= 'z') ||
		    is_digit(line.s[i]))
			continue;
		label = phrase_label(phrase_fold(&x->f, word));
		if (label != LABEL_NONE) {
			*from = i;
			found = label;
			break;
		}
	}
	return found;
}

/* Yahoo's run-on form: all labels in one line, blanks lost. */
static bool
run_on_letterhead(struct finder *x, size_t i, struct letterhead *h)
{
	struct bytes line = lines_at(&x->l, i);
	enum label last = LABEL_NONE;
	size_t start = 0;

	memset(h, 0, sizeof *h);
	if (line.n > 8000)
		return false;
	for (size_t k = 0; k <= line.n; k++) {
		size_t from = k;
		enum label label = LABEL_NONE;

		if (k < line.n && line.s[k] != ':')
			continue;
		if (k < line.n)
			label = glued_label(x, line, k, &from);
		if (k < line.n && label == LABEL_NONE)
			continue;
		if (last != LABEL_NONE && h->value[last].n == 0) {
			h->value[last] =
			    bytes_trim(bytes_cut(line, start, from));
			h->kinds++;
		}
		last = label;
		start = k + 1;
	}
	h->until = x->l.v[i].until;
	return h->kinds >= 3 && h->value[LABEL_FROM].n > 0;
}

/* A rule or heading that says "forwarded". */
static bool
says_forwarded(struct finder *x, size_t i)
{
	struct bytes line = letterhead_unquote(lines_at(&x->l, i));
	struct bytes end = bytes_trim(line);
	bool marked;

	if (line.n < 6 || line.n > 2000)
		return false;
	while (end.n > 0 && end.s[end.n - 1] == '*')
		end.n--;
	marked =
	    line.s[0] == '-' || line.s[0] == '_' || line.s[0] == '=' ||
	    line.s[0] == '*' || (end.n > 0 && end.s[end.n - 1] == ':') ||
	    (end.n > 3 && memcmp(end.s + end.n - 3, "\xef\xbc\x9a", 3) == 0);
	return marked &&
	       phrase_forwarded(phrase_fold(&x->f, bytes_cut(line, 0, 120)));
}

static bool
says_original(struct finder *x, size_t i)
{
	struct bytes line = letterhead_unquote(lines_at(&x->l, i));

	return line.n > 8 && line.n < 200 && line.s[0] == '-' &&
	       phrase_original(phrase_fold(&x->f, line));
}

/* Quotation marks of other languages as the one that headers know. */
static struct bytes
plain_quotes(struct arena *a, struct bytes b)
{
	static const char *const marks[] = { "\xe2\x80\x9e", "\xe2\x80\x9c",
		"\xe2\x80\x9d", "\xc2\xab", "\xc2\xbb" };
	char *s = arena_alloc(a, b.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < b.n;) {
		size_t took = 0;

		for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
			if (bytes_begin(bytes_cut(b, i, b.n), marks[k]))
				took = strlen(marks[k]);
		s[n++] = took > 0 ? '"' : b.s[i];
		i += took > 0 ? took : 1;
	}
	return (struct bytes){ s, n };
}

/* Without "user", "schrieb" and other words in small letters before it. */
static struct bytes
name_alone(struct bytes b)
{
	for (;;) {
		const char *space;

		b = bytes_trim(b);
		space = b.n > 0 ? memchr(b.s, ' ', b.n) : NULL;
		if (!space || !((b.s[0] >= 'a' && b.s[0] <= 'z') ||
				  bytes_begin(b, "пользователь") ||
				  bytes_begin(b, "користувач")))
			return b;
		b = bytes_cut(b, (size_t)(space - b.s), b.n);
	}
}

/* Name and address of an attribution: what stands before and in "<>". */
static void
attributed_to(struct finder *x, struct bytes line, struct addresses *out)
{
	struct address *w;
	const char *at;
	size_t from;
	size_t end;
	struct bytes name;

	line = plain_quotes(x->a, line);
	at = memchr(line.s, '@', line.n);
	if (!at)
		return;
	from = end = (size_t)(at - line.s);
	while (from > 0 && !is_blank(line.s[from - 1]) &&
	       !strchr("<(", line.s[from - 1]))
		from--;
	while (end < line.n && !is_blank(line.s[end]) &&
	       !strchr(">)", line.s[end]))
		end++;
	out->v = arena_grow(x->a, out->v, out->n, sizeof *out->v);
	w = &out->v[out->n++];
	w->addr = arena_strn(x->a, line.s + from, end - from);
	while (from > 0 && strchr("<( ", line.s[from - 1]))
		from--;
	end = from;
	if (from > 0 && line.s[from - 1] == '"') {
		for (end = --from; from > 0 && line.s[from - 1] != '"';)
			from--;
		name = bytes_cut(line, from, end);
	} else {
		while (from > 0 && line.s[from - 1] != ',' &&
		       !is_digit(line.s[from - 1]))
			from--;
		name = name_alone(bytes_cut(line, from, end));
	}
	w->name = arena_strn(x->a, name.s, name.n);
}

static struct forwarded *
from_attribution(struct finder *x, size_t i, size_t until)
{
	struct forwarded *m = arena_alloc(x->a, sizeof *m);
	size_t body = line_of(&x->l, i, until);

	attributed_to(x, bytes_cut(x->l.text, x->l.v[i].from, until), &m->from);
	if (m->from.n == 0 || m->from.v[0].addr[0] == '\0')
		return NULL;
	m->subject = arena_strn(x->a, x->rest.s, x->rest.n);
	m->text = inner_text(x, body, false);
	return m;
}

/* Yandex has the line of an answer below its rule. */
static struct forwarded *
below_rule(struct finder *x, size_t i)
{
	size_t until;

	while (i < x->l.n && x->l.v[i].kind == LINE_BLANK)
		i++;
	if (i == x->l.n ||
	    !attribution_read(&x->f, x->l.text, x->l.v[i].from, &until))
		return NULL;
	return from_attribution(x, i, until);
}

/* The forward that begins with line i, NULL if none does. */
static struct forwarded *
forward_at(struct finder *x, size_t i)
{
	struct letterhead h;
	size_t until;

	if (says_forwarded(x, i) || (x->by_subject && says_original(x, i))) {
		if (run_on_letterhead(x, i, &h) ||
		    near_letterhead(x, i + 1, &h))
			return from_letterhead(x, &h, i,
			    line_of(&x->l, i, h.until));
		return below_rule(x, i + 1);
	}
	if (!x->by_subject)
		return NULL;
	if (letterhead_read(&x->f, x->l.text, x->l.v[i].from, &h) &&
	    h.value[LABEL_FROM].n > 0)
		return from_letterhead(x, &h, i, line_of(&x->l, i, h.until));
	if (attribution_read(&x->f, x->l.text, x->l.v[i].from, &until))
		return from_attribution(x, i, until);
	return NULL;
}

struct forwarded *
forward_find(struct arena *a, struct bytes subject, struct bytes text,
    size_t *at)
{
	struct arena scratch = { 0 };
	struct finder x = { .a = a };
	struct forwarded *m = NULL;

	x.by_subject = subject_is_forward(subject, &x.rest);
	/* "VS:" is a forward in Danish and a reply in Finnish. */
	if (bytes_begin(subject, "vs:") &&
	    bytes_find_exact(text, "\nLähettäjä") != (size_t)-1)
		x.by_subject = false;
	lines_read(&scratch, text, &x.l);
	for (size_t i = 0; i < x.l.n && !m; i++) {
		if (x.l.v[i].kind == LINE_BLANK)
			continue;
		m = forward_at(&x, i);
		*at = x.l.v[i].from;
	}
	phrase_done(&x.f);
	arena_free(&scratch);
	return m;
}

struct forwarded *
forward_attached(struct arena *a, const struct node *leaf,
    const struct read_limits *limits)
{
	struct forwarded *m = arena_alloc(a, sizeof *m);
	size_t most = (size_t)limits->addresses;
	struct node *root;
	struct body body;
	int zone;

	root = tree_read(a, body_source(a, leaf), limits);
	address_list(a, head_value(&root->head, "from"), NULL, most, &m->from);
	address_list(a, head_value(&root->head, "to"), NULL, most, &m->to);
	address_list(a, head_value(&root->head, "cc"), NULL, most, &m->cc);
	m->subject = words_text(a, head_value(&root->head, "subject"), NULL);
	if (date_read(head_value(&root->head, "date"), &m->date, &zone) < 0)
		m->date = 0;
	body_text(a, root, 0, limits, &body);
	m->text = arena_strn(a, buf_text(&body.text), body.text.len);
	buf_free(&body.text);
	return m->from.n > 0 ? m : NULL;
}
