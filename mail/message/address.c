/*
 * address.c -- reading address lists.
 *
 * A list is first cut at its commas, minding quotes, comments and angles;
 * each piece is then read for itself, so that a broken one spoils no other.
 */
#include "mail/message/address.h"

#include <string.h>

#include "base/buf.h"
#include "mail/message/transfer.h"
#include "mail/message/words.h"

#define COMMENT_MOST 2000 /* bytes; an open one costs no more */
#define COMMENT_DEEP 20   /* comments in comments */
#define QUOTED_MOST  2000

/* One piece of a list, taken apart. */
struct piece {
	struct bytes phrase; /* before the angle, or all of it */
	struct bytes angle;  /* inside <>; s is NULL if there is none */
	struct bytes after;  /* behind the angle */
};

/* Past the quoted string that opens at i; 0 if it is never closed. */
static size_t
quoted_end(struct bytes b, size_t i)
{
	size_t most = i + QUOTED_MOST;

	for (i++; i < b.n && i < most; i++) {
		if (b.s[i] == '\\')
			i++;
		else if (b.s[i] == '"')
			return i + 1;
	}
	return 0;
}

/* The same of a comment and an angle, which end at b.n if not before. */
static size_t
skip_comment(struct bytes b, size_t i)
{
	size_t depth = 0;
	size_t most = i + COMMENT_MOST;

	for (; i < b.n && i < most && depth <= COMMENT_DEEP; i++) {
		if (b.s[i] == '\\') {
			i++;
		} else if (b.s[i] == '(') {
			depth++;
		} else if (b.s[i] == ')' && --depth == 0) {
			return i + 1;
		}
	}
	return b.n;
}

/* One that is never closed ends at the comma of its list. */
static size_t
skip_angle(struct bytes b, size_t i)
{
	size_t comma = 0;
	size_t k;

	for (k = i + 1; k < b.n && b.s[k] != '<'; k++) {
		if (b.s[k] == '>')
			return k + 1;
		if (b.s[k] == ',' && comma == 0)
			comma = k;
		if (b.s[k] == '"' && quoted_end(b, k) > 0)
			k = quoted_end(b, k) - 1;
	}
	return comma > 0 ? comma : k;
}

/* Past the token at i, whatever it is. */
static size_t
skip_token(struct bytes b, size_t i)
{
	/* A quote that is never closed is a character like any other. */
	if (b.s[i] == '"' && quoted_end(b, i) > 0)
		return quoted_end(b, i);
	if (b.s[i] == '(') {
		size_t end = skip_comment(b, i);

		return end > i && b.s[end - 1] == ')' ? end : i + 1;
	}
	if (b.s[i] == '<')
		return skip_angle(b, i);
	if (b.s[i] == '\\')
		return i + 2 < b.n ? i + 2 : b.n;
	return i + 1;
}

static struct piece
take_apart(struct bytes b)
{
	struct piece p = { .phrase = b };

	for (size_t i = 0; i < b.n;) {
		size_t end = skip_token(b, i);

		if (b.s[i] == '<' && end > i + 1) {
			struct bytes in = bytes_cut(b, i + 1,
			    b.s[end - 1] == '>' ? end - 1 : end);

			/* The last angle with an @ is the address. */
			if (!p.angle.s || memchr(in.s, '@', in.n)) {
				p.angle = in;
				p.phrase = bytes_cut(b, 0, i);
				p.after = bytes_cut(b, end, b.n);
			}
		}
		i = end;
	}
	return p;
}

/* Append a quoted string's content or a comment's, without backslashes. */
static void
unescape(struct buf *out, struct bytes b)
{
	for (size_t i = 0; i < b.n; i++) {
		if (b.s[i] == '\\' && i + 1 < b.n)
			i++;
		buf_chr(out, b.s[i]);
	}
}

/*
 * The words of a display name.  Encoded words inside a quoted string are
 * against RFC 2047 5, but mailers send them and people read names.
 */
static char *
phrase_text(struct arena *a, struct bytes b, const char *hint)
{
	struct buf flat = { 0 };
	char *s;

	for (size_t i = 0; i < b.n;) {
		size_t end = skip_token(b, i);

		if (b.s[i] == '"' && end > i + 1)
			unescape(&flat, bytes_cut(b, i + 1, end - 1));
		else if (b.s[i] != '(' || end == i + 1)
			unescape(&flat, bytes_cut(b, i, end));
		i = end;
	}
	s = words_text(a,
	    bytes_trim((struct bytes){ buf_text(&flat), flat.len }), hint);
	buf_free(&flat);
	return s;
}

/* What stands in comments, wherever they are, with blanks between them. */
static char *
comment_text(struct arena *a, struct bytes b, const char *hint)
{
	struct buf flat = { 0 };
	char *s;

	for (size_t i = 0; i < b.n;) {
		size_t end = skip_token(b, i);

		if (b.s[i] == '<' && end > i + 1) {
			i++; /* comments inside it count too */
			continue;
		}
		if (b.s[i] == '(' && end > i + 1) {
			if (flat.len > 0)
				buf_chr(&flat, ' ');
			unescape(&flat, bytes_cut(b, i + 1, end - 1));
		}
		i = end;
	}
	s = words_text(a,
	    bytes_trim((struct bytes){ buf_text(&flat), flat.len }), hint);
	buf_free(&flat);
	return s;
}

/* A name without needless quotes and with single blanks. */
static const char *
tidy_name(struct arena *a, char *name)
{
	struct bytes b = bytes_trim(bytes_of(name));
	size_t n = 0;
	char *s;

	if (b.n >= 2 && b.s[0] == b.s[b.n - 1] &&
	    (b.s[0] == '\'' || b.s[0] == '"'))
		b = bytes_trim(bytes_cut(b, 1, b.n - 1));
	s = arena_strn(a, b.s, b.n);
	for (size_t i = 0; i < b.n; i++)
		if (!is_blank(s[i]) || (n > 0 && s[n - 1] != ' '))
			s[n++] = is_blank(s[i]) ? ' ' : s[i];
	s[n] = '\0';
	return s;
}

/* Without comments, blanks and a source route (RFC 5322 4.4). */
static struct bytes
bare(struct arena *a, struct bytes b)
{
	char *s = arena_alloc(a, b.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < b.n;) {
		size_t end = skip_token(b, i);

		if (b.s[i] == '"' && end > i + 1) {
			memcpy(s + n, b.s + i, end - i);
			n += end - i;
		} else if (b.s[i] == '(' && end > i + 1) {
			;
		} else {
			for (; i < end; i++)
				if (!is_blank(b.s[i]) && b.s[i] != '<')
					s[n++] = b.s[i];
		}
		i = end;
	}
	b = (struct bytes){ s, n };
	if (n > 0 && s[0] == '@') {
		const char *colon = memchr(s, ':', n);

		if (colon)
			b = bytes_cut(b, (size_t)(colon + 1 - s), n);
	}
	return b;
}

/* The @ that divides local part and domain: the last outside quotes. */
static size_t
find_at(struct bytes b)
{
	size_t at = (size_t)-1;

	for (size_t i = 0; i < b.n; i = skip_token(b, i))
		if (b.s[i] == '@')
			at = i;
	return at;
}

static const char *
address_text(struct arena *a, struct bytes b, const char *hint)
{
	struct buf out = { 0 };
	size_t at = find_at(b);
	char *s;

	if (bytes_begin(b, "mailto:")) {
		b = bytes_cut(b, 7, b.n);
		at = find_at(b);
	}
	if (at == (size_t)-1 || at == 0 || at + 1 >= b.n)
		return "";
	words_plain(&out, bytes_cut(b, 0, at + 1), hint);
	at = out.len;
	words_plain(&out, bytes_cut(b, find_at(b) + 1, b.n), hint);
	s = arena_strn(a, buf_text(&out), out.len);
	for (size_t i = at; s[i] != '\0'; i++)
		s[i] = to_lower(s[i]);
	buf_free(&out);
	return s;
}

/* The next run without blanks, a quoted string being one character. */
static struct bytes
next_run(struct bytes b, size_t *i)
{
	size_t from;

	while (*i < b.n && is_blank(b.s[*i]))
		*i += 1;
	from = *i;
	while (*i < b.n && !is_blank(b.s[*i]))
		*i = skip_token(b, *i);
	return bytes_cut(b, from, *i);
}

/* A run that is an address by itself: it needs neither neighbour. */
static bool
stands_alone(struct bytes run)
{
	size_t at = find_at(run);

	return at != (size_t)-1 && at > 0 && at + 1 < run.n;
}

/* "Joe Doe joe@example.com": what stands around the address is a name. */
static void
split_loose(struct arena *a, struct bytes b, struct bytes *name,
    struct bytes *addr)
{
	struct bytes found = { NULL, 0 };
	struct bytes run;
	struct bytes after;
	size_t i = 0;
	char *s;

	b = bytes_trim(b);
	*name = (struct bytes){ b.s, 0 };
	*addr = b;
	while ((run = next_run(b, &i)).n > 0)
		if (stands_alone(run))
			found = run;
	if (!found.s || found.n == b.n)
		return;
	i = (size_t)(found.s - b.s);
	after = bytes_trim(bytes_cut(b, i + found.n, b.n));
	if (after.n > 0 && (after.s[0] == '.' || after.s[0] == '@'))
		return; /* "a@b .com": blanks inside it (RFC 5322 4.4) */
	s = arena_alloc(a, b.n + 1);
	memcpy(s, b.s, i);
	memcpy(s + i, after.s, after.n);
	*name = (struct bytes){ s, i + after.n };
	*addr = found;
}

static void
add(struct arena *a, struct addresses *out, const char *name, const char *addr)
{
	out->v = arena_grow(a, out->v, out->n, sizeof *out->v);
	out->v[out->n].name = name;
	out->v[out->n].addr = addr;
	out->n++;
}

/* A piece with no angle: an address, a name and an address, or neither. */
static void
read_loose(struct arena *a, const struct piece *p, const char *hint,
    const char **name, const char **addr)
{
	struct buf flat = { 0 };
	struct bytes words;
	struct bytes rest;
	struct bytes b = p->phrase;
	char *copy;

	/* Comments out first: they can stand inside the address. */
	for (size_t i = 0; i < b.n;) {
		size_t end = skip_token(b, i);

		if (b.s[i] != '(' || end == i + 1)
			buf_add(&flat, b.s + i, end - i);
		i = end;
	}
	copy = arena_strn(a, buf_text(&flat), flat.len);
	split_loose(a, (struct bytes){ copy, flat.len }, &words, &rest);
	while (rest.n > 1 && rest.s[rest.n - 1] == '>')
		rest.n--;
	buf_free(&flat);
	*addr = address_text(a, bare(a, rest), hint);
	*name =
	    tidy_name(a, phrase_text(a, (*addr)[0] ? words : p->phrase, hint));
}

/* A local name alone: "MAILER-DAEMON", "<root>". */
static const char *
local_alone(struct arena *a, struct bytes b, const char *hint)
{
	b = bytes_trim(b);
	for (size_t i = 0; i < b.n; i++)
		if (is_blank(b.s[i]) || strchr("<>()[],;\"", b.s[i]))
			return "";
	return b.n == 0 ? "" : words_text(a, b, hint);
}

/* "name (comment)", or the comment alone if there is no name. */
static const char *
with_comment(struct arena *a, const char *name, const char *comment)
{
	if (comment[0] == '\0')
		return name;
	return name[0] ? arena_fmt(a, "%s (%s)", name, comment) : comment;
}

/* Where a comment opens that is never closed, b.n if none does. */
static size_t
open_comment(struct bytes b)
{
	size_t i = 0;

	while (i < b.n) {
		size_t end = skip_token(b, i);

		if (b.s[i] == '(' && end == i + 1)
			break;
		i = end;
	}
	return i;
}

/* "ann@example.org (Ann Lee": closed where it has to be. */
static struct bytes
with_comment_closed(struct arena *a, struct bytes b)
{
	size_t open = open_comment(b);
	const char *s;

	if (open >= b.n || !memchr(b.s, '@', open))
		return b;
	s = arena_fmt(a, "%.*s)", (int)b.n, b.s);
	return bytes_of(s);
}

/* "<a@example.org> <b@example.org>": two of them, the comma forgotten. */
static bool
is_another(struct bytes phrase)
{
	return phrase.n > 0 && phrase.s[phrase.n - 1] == '>' &&
	       memchr(phrase.s, '<', phrase.n) &&
	       memchr(phrase.s, '@', phrase.n) && take_apart(phrase).angle.s;
}

/* Is s an address and nothing else: local@domain? */
static bool
is_address(struct bytes s)
{
	size_t at = (size_t)-1;

	for (size_t i = 0; i < s.n; i++) {
		if (s.s[i] == '@' && at != (size_t)-1)
			return false;
		if (s.s[i] == '@')
			at = i;
		else if (is_blank(s.s[i]) || strchr("<>()[],;:\"", s.s[i]))
			return false;
	}
	return at != (size_t)-1 && at > 0 && at + 3 <= s.n &&
	       memchr(s.s + at, '.', s.n - at) != NULL;
}

static void
read_piece(struct arena *a, struct bytes b, const char *hint, size_t limit,
    struct addresses *out)
{
	struct piece p;
	const char *name;
	const char *addr;
	const char *comment;

	b = with_comment_closed(a, bytes_trim(b));
	if (b.n == 0 || out->n >= limit)
		return;
	p = take_apart(b);
	if (p.angle.s && is_another(bytes_trim(p.phrase))) {
		read_piece(a, p.phrase, hint, limit, out);
		read_piece(a, bytes_cut(b, p.phrase.n, b.n), hint, limit, out);
		return;
	}
	comment = tidy_name(a, comment_text(a, b, hint));
	if (p.angle.s) {
		/* "Ann <<ann@example.org>>" */
		while (
		    p.phrase.n > 0 && (p.phrase.s[p.phrase.n - 1] == '<' ||
					  is_blank(p.phrase.s[p.phrase.n - 1])))
			p.phrase.n--;
		addr = address_text(a, bare(a, p.angle), hint);
		name = tidy_name(a, phrase_text(a, p.phrase, hint));
		if (name[0] == '\0')
			name = tidy_name(a, phrase_text(a, p.after, hint));
		if (addr[0] == '\0')
			addr = local_alone(a, bare(a, p.angle), hint);
		if (addr[0] == '\0' && name[0] == '\0')
			name = tidy_name(a, phrase_text(a, p.angle, hint));
	} else {
		read_loose(a, &p, hint, &name, &addr);
		if (addr[0] == '\0' && is_address(bytes_of(comment))) {
			addr = comment;
			comment = "";
		} else if (addr[0] == '\0' && comment[0] != '\0' &&
			   bytes_find_exact(p.phrase, "=?") == (size_t)-1) {
			addr = local_alone(a, bytes_of(name), NULL);
			name = addr[0] ? "" : name;
		}
	}
	name = with_comment(a, name, comment);
	if (name[0] != '\0' || addr[0] != '\0')
		add(a, out, name, addr);
}

/* "group: a, b;" -- is the colon at i the end of a group's name? */
static bool
opens_group(struct bytes piece, struct bytes after)
{
	if (memchr(piece.s, '@', piece.n) || memchr(piece.s, '<', piece.n))
		return false;
	if (bytes_trim(after).n == 0)
		return true;
	return memchr(after.s, ';', after.n) != NULL ||
	       !memchr(after.s, '<', after.n);
}

size_t
address_list(struct arena *a, struct bytes value, const char *hint,
    size_t limit, struct addresses *out)
{
	size_t count = out->n;
	size_t from = 0;
	bool group = false;
	bool after = false; /* nothing but a group's end stands before */

	for (size_t i = 0; i < value.n;) {
		char c = value.s[i];
		size_t end = skip_token(value, i);
		struct bytes piece = bytes_trim(bytes_cut(value, from, i));

		if (c == ':' &&
		    opens_group(piece, bytes_cut(value, end, value.n))) {
			group = true;
			from = end;
		} else if (c == ',' || c == ';') {
			/* A server appends its name: "nobody:;@host". */
			if (after && piece.n > 0 && piece.s[0] == '@')
				piece.n = 0;
			count += piece.n > 0;
			read_piece(a, piece, hint, limit, out);
			after = group && c == ';';
			group = group && c == ',';
			from = end;
		}
		i = end;
	}
	count += bytes_trim(bytes_cut(value, from, value.n)).n > 0;
	read_piece(a, bytes_cut(value, from, value.n), hint, limit, out);
	return count;
}

bool
address_hides(struct bytes value)
{
	size_t i = 0;

	for (;;) {
		struct bytes rest = bytes_cut(value, i, value.n);
		size_t at = bytes_find_exact(rest, "=?");
		size_t end;
		struct buf out = { 0 };
		bool bad = false;

		if (at == (size_t)-1)
			return false;
		rest = bytes_cut(rest, at, rest.n);
		end = bytes_find_exact(rest, "?=");
		end = end == (size_t)-1 ? rest.n : end + 2;
		words_decode(&out, bytes_cut(rest, 0, end), NULL);
		if (out.len > 0 && out.data[0] != '=')
			bad = memchr(out.data, '@', out.len) != NULL;
		buf_free(&out);
		if (bad)
			return true;
		i += at + end;
	}
}
