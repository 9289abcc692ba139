/*
 * param.c -- parameters, whole or in numbered pieces, however encoded.
 */
#include "mail/message/param.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "mail/message/words.h"

/* One parameter as it stands, before its pieces are put together. */
struct piece {
	const char *name; /* lower case, without the stars */
	int index;        /* of a continuation; -1 if it is whole */
	bool extended;    /* percent-encoded */
	struct bytes value;
};

struct pieces {
	struct piece *v;
	size_t n;
};

/* Skip blanks and comments. */
static size_t
skip_blank(struct bytes b, size_t i)
{
	size_t depth = 0;

	for (; i < b.n; i++) {
		if (b.s[i] == '(')
			depth++;
		else if (b.s[i] == ')' && depth > 0)
			depth--;
		else if (depth == 0 && !is_blank(b.s[i]))
			break;
	}
	return i;
}

/* The quoted string at i, unescaped; *end is past it. */
static struct bytes
quoted(struct arena *a, struct bytes b, size_t i, size_t *end)
{
	char *s = arena_alloc(a, b.n - i + 1);
	size_t n = 0;

	for (i++; i < b.n && b.s[i] != '"'; i++) {
		/* Windows paths: a backslash only hides quote and itself. */
		if (b.s[i] == '\\' && i + 1 < b.n &&
		    (b.s[i + 1] == '"' || b.s[i + 1] == '\\'))
			i++;
		s[n++] = b.s[i];
	}
	*end = i < b.n ? i + 1 : b.n;
	return (struct bytes){ s, n };
}

/* An unquoted value runs to the semicolon; blanks in it are let pass. */
static struct bytes
token(struct bytes b, size_t i, size_t *end)
{
	size_t from = i;

	while (i < b.n && b.s[i] != ';' && b.s[i] != '"')
		i++;
	*end = i;
	return bytes_trim(bytes_cut(b, from, i));
}

/* A comment after an unquoted value goes, "name (1).pdf" stays. */
static struct bytes
without_comment(struct bytes v)
{
	size_t open;

	if (v.n == 0 || v.s[v.n - 1] != ')')
		return v;
	open = bytes_find_exact(v, " (");
	return open == (size_t)-1 ? v : bytes_trim(bytes_cut(v, 0, open));
}

/* "name*2*" taken apart. */
static void
read_name(struct arena *a, struct bytes b, struct piece *p)
{
	char *s = arena_strn(a, b.s, b.n);
	char *star;

	for (size_t i = 0; i < b.n; i++)
		s[i] = to_lower(s[i]);
	p->name = s;
	p->index = -1;
	p->extended = false;
	star = strchr(s, '*');
	if (!star)
		return;
	*star++ = '\0';
	if (is_digit(*star)) {
		p->index = atoi(star) & 0xffff;
		star += strspn(star, "0123456789");
		p->extended = *star == '*';
	} else {
		p->extended = true;
	}
}

static void
read_pieces(struct arena *a, struct bytes b, size_t i, struct pieces *out)
{
	while (i < b.n) {
		size_t from = i = skip_blank(b, i);
		struct piece p;

		while (i < b.n && b.s[i] != '=' && b.s[i] != ';')
			i++;
		if (i >= b.n || b.s[i] == ';') {
			i++;
			continue;
		}
		read_name(a, bytes_trim(bytes_cut(b, from, i)), &p);
		i = skip_blank(b, i + 1);
		if (i < b.n && b.s[i] == '"') {
			p.value = quoted(a, b, i, &i);
		} else {
			p.value = without_comment(token(b, i, &i));
		}
		while (i < b.n && b.s[i] != ';' && !is_letter(b.s[i]))
			i++;
		if (i < b.n && b.s[i] == ';')
			i++;
		if (out->n >= 200)
			return;
		out->v = arena_grow(a, out->v, out->n, sizeof *out->v);
		out->v[out->n++] = p;
	}
}

static void
percent_decode(struct buf *out, struct bytes b)
{
	for (size_t i = 0; i < b.n; i++) {
		int high = i + 2 < b.n ? hex_value(b.s[i + 1]) : -1;
		int low = i + 2 < b.n ? hex_value(b.s[i + 2]) : -1;

		if (b.s[i] == '%' && high >= 0 && low >= 0) {
			buf_chr(out, (char)(high << 4 | low));
			i += 2;
		} else {
			buf_chr(out, b.s[i]);
		}
	}
}

/* Take "charset'language'" off the first extended piece. */
static struct bytes
take_charset(struct arena *a, struct bytes v, const char **charset)
{
	const char *one = memchr(v.s, '\'', v.n);
	const char *two =
	    one ? memchr(one + 1, '\'', v.n - (size_t)(one + 1 - v.s)) : NULL;

	if (!two)
		return v;
	*charset = arena_strn(a, v.s, (size_t)(one - v.s));
	return bytes_cut(v, (size_t)(two + 1 - v.s), v.n);
}

/* The pieces named like p, in order of their numbers. */
static const struct piece *
next_piece(const struct pieces *all, const char *name, int index)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].index == index &&
		    strcmp(all->v[i].name, name) == 0)
			return &all->v[i];
	return NULL;
}

static char *
join(struct arena *a, const struct pieces *all, const struct piece *first,
    const char *hint)
{
	struct buf raw = { 0 };
	struct buf out = { 0 };
	const char *charset = NULL;
	bool extended = false;
	char *s;

	for (const struct piece *p = first; p;
	     p = p->index < 0 ? NULL : next_piece(all, p->name, p->index + 1)) {
		struct bytes v = p->value;

		if (p->extended && p == first)
			v = take_charset(a, v, &charset);
		extended = extended || p->extended;
		if (p->extended)
			percent_decode(&raw, v);
		else
			buf_add(&raw, v.s, v.n);
	}
	if (extended &&
	    bytes_find_exact((struct bytes){ buf_text(&raw), raw.len }, "=?") ==
		(size_t)-1)
		words_plain(&out, (struct bytes){ buf_text(&raw), raw.len },
		    charset && charset[0] ? charset : hint);
	else
		words_decode(&out, (struct bytes){ buf_text(&raw), raw.len },
		    hint);
	s = arena_strn(a, buf_text(&out), out.len);
	buf_free(&raw);
	buf_free(&out);
	return s;
}

/* First in order: extended, then in pieces, then plain (RFC 6266 4.3). */
static const struct piece *
best_piece(const struct pieces *all, const char *name)
{
	const struct piece *best = NULL;

	for (size_t i = 0; i < all->n; i++) {
		const struct piece *p = &all->v[i];

		if (strcmp(p->name, name) != 0 || p->index > 1)
			continue;
		if (p->index == 1 && next_piece(all, name, 0))
			continue;
		if (!best || (p->extended && !best->extended) ||
		    (p->index >= 0 && best->index < 0 && !best->extended))
			best = p;
	}
	return best;
}

/* Does "name=" stand at i, behind blanks and commas? */
static bool
names_one(struct bytes b, size_t i)
{
	size_t from;

	while (i < b.n && (is_blank(b.s[i]) || b.s[i] == ','))
		i++;
	for (from = i; i < b.n && (is_alnum(b.s[i]) || b.s[i] == '-' ||
				      b.s[i] == '_' || b.s[i] == '*');
	     i++)
		;
	return i > from && i < b.n && b.s[i] == '=';
}

/* The end of the value: its semicolon, or where a forgotten one should be. */
static size_t
value_end(struct bytes b)
{
	size_t i = 0;

	if (names_one(b, 0))
		return 0;
	while (i < b.n && b.s[i] != ';' && b.s[i] != '(') {
		if ((is_blank(b.s[i]) || b.s[i] == ',') && names_one(b, i))
			break;
		i++;
	}
	return i;
}

void
param_read(struct arena *a, struct bytes header, const char *hint,
    struct typed *out)
{
	struct pieces all = { NULL, 0 };
	size_t end = value_end(header);
	char *s;
	size_t n = 0;

	memset(out, 0, sizeof *out);
	s = arena_alloc(a, end + 1);
	/* Of a token only ASCII can be meant (RFC 2045 5.1). */
	for (size_t i = 0; i < end; i++)
		if (header.s[i] > ' ' && header.s[i] < 0x7f &&
		    header.s[i] != '"')
			s[n++] = to_lower(header.s[i]);
	out->value = s;
	end = skip_blank(header, end);
	while (end < header.n && (header.s[end] == ';' || header.s[end] == ','))
		end++;
	read_pieces(a, header, end, &all);
	for (size_t i = 0; i < all.n; i++) {
		const struct piece *p = best_piece(&all, all.v[i].name);

		if (!p || p != &all.v[i] || param_get(out, p->name)[0])
			continue;
		out->v = arena_grow(a, out->v, out->n, sizeof *out->v);
		out->v[out->n].name = p->name;
		out->v[out->n++].value = join(a, &all, p, hint);
	}
}

const char *
param_get(const struct typed *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->v[i].name, name) == 0)
			return t->v[i].value;
	return "";
}
