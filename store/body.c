/*
 * body.c -- what is kept of a mail beside its row: text, folds, the people
 * it names and, as JSON, the rest of its head.
 *
 * A fold is 9 bytes: from and until (bytes of the text, little-endian) and
 * its kind.
 */
#include "store/own.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "store/ingest.h"

#define FOLD_SIZE     9
#define WORDS_MOST    ((size_t)1 << 20)
#define SNIPPET_BYTES 160
#define PACK_FROM     800

/* ---- JSON, by hand: it is written for every mail ---- */

void
json_quote(struct buf *out, const char *s)
{
	buf_chr(out, '"');
	for (const char *from = s; *s != '\0'; from = s) {
		while ((unsigned char)*s >= 0x20 && *s != '"' && *s != '\\')
			s++;
		buf_add(out, from, (size_t)(s - from));
		if (*s == '\0')
			break;
		if (*s == '"' || *s == '\\')
			buf_chr(out, '\\');
		if ((unsigned char)*s < 0x20)
			buf_fmt(out, "\\u%04x", (unsigned char)*s);
		else
			buf_chr(out, *s);
		s++;
	}
	buf_chr(out, '"');
}

static void
key(struct buf *out, const char *name)
{
	if (out->data[out->len - 1] != '{')
		buf_chr(out, ',');
	buf_fmt(out, "\"%s\":", name);
}

static void
put_text(struct buf *out, const char *name, const char *s)
{
	if (s == NULL || *s == '\0')
		return;
	key(out, name);
	json_quote(out, s);
}

static void
put_int(struct buf *out, const char *name, int64_t v)
{
	if (v == 0)
		return;
	key(out, name);
	buf_fmt(out, "%lld", (long long)v);
}

void
addresses_dump(struct buf *out, const struct addresses *v)
{
	buf_chr(out, '[');
	for (size_t i = 0; i < v->n; i++) {
		if (i > 0)
			buf_chr(out, ',');
		buf_chr(out, '[');
		json_quote(out, v->v[i].name);
		buf_chr(out, ',');
		json_quote(out, v->v[i].addr);
		buf_chr(out, ']');
	}
	buf_chr(out, ']');
}

struct addresses
addresses_load(struct arena *a, const struct json *v)
{
	struct addresses out = { 0 };

	out.n = json_count(v);
	out.v = arena_array(a, out.n, sizeof(*out.v));
	for (size_t i = 0; i < out.n; i++) {
		const struct json *pair = json_item(v, i);

		out.v[i].name = arena_str(a, json_text(json_item(pair, 0)));
		out.v[i].addr = arena_str(a, json_text(json_item(pair, 1)));
	}
	return out;
}

struct strings
strings_load(struct arena *a, const struct json *v)
{
	struct strings out = { 0 };

	out.n = json_count(v);
	out.v = arena_array(a, out.n, sizeof(*out.v));
	for (size_t i = 0; i < out.n; i++)
		out.v[i] = arena_str(a, json_text(json_item(v, i)));
	return out;
}

static void
put_people(struct buf *out, const char *name, const struct addresses *v)
{
	if (v->n == 0)
		return;
	key(out, name);
	addresses_dump(out, v);
}

static void
put_parts(struct buf *out, const struct mail *m)
{
	char hex[2 * HASH_SIZE + 1];

	if (m->parts == 0)
		return;
	key(out, "parts");
	buf_chr(out, '[');
	for (size_t i = 0; i < m->parts; i++) {
		const struct part *p = &m->part[i];

		if (i > 0)
			buf_chr(out, ',');
		buf_chr(out, '{');
		put_int(out, "number", p->number);
		put_text(out, "name", p->name);
		put_text(out, "type", p->type);
		put_text(out, "cid", p->cid);
		put_int(out, "embedded", p->embedded);
		put_int(out, "size", p->size);
		hash_hex(p->sha256, HASH_SIZE, hex);
		put_text(out, "sha256", hex);
		buf_chr(out, '}');
	}
	buf_chr(out, ']');
}

static void
put_bounce(struct buf *out, const struct bounce *b)
{
	if (b == NULL)
		return;
	key(out, "bounce");
	buf_chr(out, '{');
	put_text(out, "recipient", b->recipient);
	put_text(out, "status", b->status);
	put_text(out, "action", b->action);
	put_text(out, "reason", b->reason);
	put_text(out, "about", b->about);
	put_int(out, "permanent", b->permanent);
	if (b->also != NULL && *b->also != '\0')
		put_text(out, "also", b->also);
	buf_chr(out, '}');
}

void
body_head(struct buf *out, const struct mail *m)
{
	buf_chr(out, '{');
	put_people(out, "to", &m->to);
	put_people(out, "cc", &m->cc);
	put_people(out, "reply_to", &m->reply_to);
	if (m->from.n > 1)
		put_people(out, "writers", &m->from);
	if (m->sender.n > 0)
		put_people(out, "sender", &m->sender);
	if (m->list && m->original_sender.n > 0)
		put_people(out, "origin", &m->original_sender);
	put_parts(out, m);
	put_bounce(out, m->bounce);
	put_text(out, "why", m->automatic_why);
	put_text(out, "unreadable", m->unreadable);
	put_int(out, "html", m->html);
	put_int(out, "doubts", m->doubts);
	put_int(out, "zone", m->date_zone);
	buf_chr(out, '}');
}

/* ---- folds ---- */

static void
put_32(struct buf *out, size_t v)
{
	for (int i = 0; i < 4; i++)
		buf_chr(out, (char)(v >> (8 * i) & 0xff));
}

static size_t
get_32(const unsigned char *p)
{
	return (size_t)p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 |
	       (size_t)p[3] << 24;
}

void
body_folds(struct buf *out, const struct mail *m)
{
	for (size_t i = 0; i < m->folds; i++) {
		put_32(out, m->fold[i].from);
		put_32(out, m->fold[i].until);
		buf_chr(out, (char)m->fold[i].kind);
	}
}

struct fold *
body_unfold(struct arena *a, const void *folds, size_t n, size_t *count)
{
	struct fold *v = arena_array(a, n / FOLD_SIZE, sizeof(*v));
	const unsigned char *p = folds;

	*count = n / FOLD_SIZE;
	for (size_t i = 0; i < *count; i++, p += FOLD_SIZE) {
		v[i].from = get_32(p);
		v[i].until = get_32(p + 4);
		v[i].kind = (enum fold_kind)p[8];
	}
	return v;
}

/* ---- the text, packed where that pays ---- */

void
body_pack(struct buf *out, const char *text)
{
	size_t n = strlen(text);

	if (n < PACK_FROM)
		return;
	ingest_pack(text, n, out);
	if (out->len + 32 > n)
		buf_free(out);
}

int
text_unpack(struct rows *r, int col, struct arena *a, const char **text,
    struct err *e)
{
	struct buf b = { 0 };
	const void *p;
	size_t n;
	int rc;

	if (!db_is_blob(r, col)) {
		*text = db_str(r, col, a);
		return 0;
	}
	p = db_blob(r, col, &n);
	rc = pack_open(p, n, &b, e);
	*text = arena_strn(a, buf_text(&b), b.len);
	buf_free(&b);
	return rc;
}

/* ---- words ---- */

static void
words(struct buf *out, const char *text, size_t n, const void *folds,
    size_t folds_n, bool signature, size_t most)
{
	const unsigned char *p = folds;
	size_t at = 0;

	for (size_t i = 0; i + FOLD_SIZE <= folds_n; i += FOLD_SIZE) {
		size_t from = get_32(p + i);
		size_t until = get_32(p + i + 4);

		if (signature && p[i + 8] == FOLD_SIGNATURE)
			continue;
		if (from > n || until > n || from < at || until < from)
			break;
		if (out->len + (from - at) >= most)
			break;
		buf_add(out, text + at, from - at);
		at = until;
	}
	if (out->len < most)
		buf_add(out, text + at,
		    n - at < most - out->len ? n - at : most - out->len);
}

void
body_visible(struct buf *out, const char *text, size_t n, const void *folds,
    size_t folds_n)
{
	words(out, text, n, folds, folds_n, true, WORDS_MOST);
}

/* "[12]" and its blank, the number of a link: its bytes, else 0. */
static size_t
link_mark(const char *s, size_t n)
{
	size_t i = 1;

	if (n < 3 || s[0] != '[')
		return 0;
	while (i < n && s[i] >= '0' && s[i] <= '9')
		i++;
	return i > 1 && i < n && s[i] == ']' ? i + 1 : 0;
}

char *
body_snippet(struct arena *a, const char *text, size_t n, const void *folds,
    size_t folds_n)
{
	struct buf b = { 0 };
	char *out = arena_alloc(a, SNIPPET_BYTES + 8);
	size_t len = 0;
	size_t step;

	words(&b, text, n, folds, folds_n, false, SNIPPET_BYTES * 4);
	for (size_t i = 0; i < b.len && len < SNIPPET_BYTES; i += step) {
		bool blank = (unsigned char)b.data[i] <= ' ';

		step = link_mark(b.data + i, b.len - i);
		if (step > 0)
			continue;
		step = 1;
		if (!blank)
			text_next(b.data + i, b.len - i, &step);
		if (blank && len > 0 && out[len - 1] != ' ')
			out[len++] = ' ';
		if (!blank && i + step <= b.len) {
			memcpy(out + len, b.data + i, step);
			len += step;
		}
	}
	while (len > 0 && out[len - 1] == ' ')
		len--;
	out[len] = '\0';
	buf_free(&b);
	return out;
}

/* ---- names, for the search ---- */

static void
add_people(struct buf *out, const struct addresses *v)
{
	for (size_t i = 0; i < v->n && i < 40; i++) {
		if (out->len > 0)
			buf_chr(out, '\n');
		buf_str(out, v->v[i].name);
		buf_chr(out, ' ');
		buf_str(out, v->v[i].addr);
	}
}

void
body_sender(struct buf *out, const struct mail *m)
{
	add_people(out, &m->from);
	add_people(out, &m->reply_to);
}

void
body_people(struct buf *out, const struct mail *m)
{
	add_people(out, &m->to);
	add_people(out, &m->cc);
}

void
body_files(struct buf *out, const struct mail *m)
{
	for (size_t i = 0; i < m->parts && i < 40; i++) {
		buf_str(out, m->part[i].name);
		buf_chr(out, '\n');
	}
}
