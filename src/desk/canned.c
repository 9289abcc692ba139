#include "desk/canned.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* ---- the file ---- */

struct reader {
	struct arena *arena;
	const char *name;
	const char *at; /* the next line */
	int line;
	struct canned *out;
	unsigned seen; /* bits by row of headers[] */
	struct err *e;
};

static const char *const headers[] = { "title", "keys", "tags", "subject",
	"close", "attach", "markdown" };

enum { TITLE, KEYS, TAGS, SUBJECT, CLOSE, ATTACH, MARKDOWN, HEADERS };

PRINTF_LIKE(2, 3)
static int
wrong(struct reader *r, const char *fmt, ...)
{
	char what[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return err_set(r->e, ERR_USAGE, 0, "%s:%d: %s", r->name, r->line, what);
}

static const char *
trimmed(struct arena *a, const char *s, size_t n)
{
	while (n > 0 && isspace((unsigned char)*s)) {
		s++;
		n--;
	}
	while (n > 0 && isspace((unsigned char)s[n - 1]))
		n--;
	return arena_strn(a, s, n);
}

static void
add(struct arena *a, struct strings *v, const char *s)
{
	v->v = arena_grow(a, v->v, v->n, sizeof(*v->v));
	v->v[v->n++] = s;
}

static void
add_tags(struct reader *r, const char *s)
{
	while (*s != '\0') {
		size_t n = strcspn(s, ",");
		const char *tag = trimmed(r->arena, s, n);

		if (tag[0] != '\0')
			add(r->arena, &r->out->tags, tag);
		s += n + (s[n] == ',');
	}
}

static int
add_attachment(struct reader *r, const char *path)
{
	const char *s = path;

	if (path[0] == '\0')
		return wrong(r, "Attach: needs the name of a file");
	if (path[0] == '/' || path[0] == '~')
		return wrong(r,
		    "Attach: must be inside the canned folder, "
		    "not \"%.60s\"",
		    path);
	for (size_t n; *s != '\0'; s += n + (s[n] == '/')) {
		n = strcspn(s, "/");
		if (n == 2 && strncmp(s, "..", 2) == 0)
			return wrong(r, "Attach: must not lead out of the "
					"canned folder with \"..\"");
	}
	add(r->arena, &r->out->attach, path);
	return 0;
}

static int
set_switch(struct reader *r, const char *name, const char *value, bool *out)
{
	if (!text_same(value, "yes") && !text_same(value, "no"))
		return wrong(r, "%s: is yes or no, not \"%.40s\"", name, value);
	*out = text_same(value, "yes");
	return 0;
}

static int
set_header(struct reader *r, int header, const char *value)
{
	if (r->seen >> header & 1 && header != ATTACH && header != TAGS)
		return wrong(r, "%s: was given already", headers[header]);
	r->seen |= 1U << header;
	switch (header) {
	case TITLE:
		r->out->title = value;
		return 0;
	case KEYS:
		r->out->keys = value;
		return 0;
	case TAGS:
		add_tags(r, value);
		return 0;
	case SUBJECT:
		r->out->subject = value;
		r->out->subject_line = r->line;
		return 0;
	case CLOSE:
		return set_switch(r, "Close", value, &r->out->close);
	case MARKDOWN:
		return set_switch(r, "Markdown", value, &r->out->markdown);
	default:
		return add_attachment(r, value);
	}
}

static int
unknown_header(struct reader *r, const char *name)
{
	const char *near = text_nearest(name, headers, HEADERS);

	if (near != NULL)
		return wrong(r,
		    "there is no header \"%.40s:\" (did "
		    "you mean \"%c%s:\"?)",
		    name, toupper((unsigned char)near[0]), near + 1);
	return wrong(r,
	    "there is no header \"%.40s:\": a blank line must "
	    "stand before the text",
	    name);
}

static int
read_header(struct reader *r, const char *line, size_t n)
{
	const char *colon = memchr(line, ':', n);
	const char *name;

	if (colon == NULL)
		return wrong(r, "this is no header like \"Title: ...\": a "
				"blank line must stand before the text");
	name = trimmed(r->arena, line, (size_t)(colon - line));
	for (int i = 0; i < HEADERS; i++) {
		if (text_same(name, headers[i]))
			return set_header(r, i,
			    trimmed(r->arena, colon + 1,
				n - (size_t)(colon + 1 - line)));
	}
	return unknown_header(r, name);
}

/* CR LF as LF, no mark at the start, no blanks at the end. */
static char *
plain_lines(struct arena *a, const char *bytes, size_t n)
{
	struct buf out = { 0 };
	char *s;

	if (n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		bytes += 3;
		n -= 3;
	}
	while (n > 0 && isspace((unsigned char)bytes[n - 1]))
		n--;
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] != '\r' || i + 1 == n || bytes[i + 1] != '\n')
			buf_chr(&out, bytes[i]);
	}
	buf_chr(&out, '\n');
	s = arena_str(a, buf_text(&out));
	buf_free(&out);
	return s;
}

static bool
is_blank_line(const char *s, size_t n)
{
	return strspn(s, " \t") >= n;
}

int
canned_parse(struct arena *a, const char *name, const char *bytes, size_t n,
    struct canned *out, struct err *e)
{
	struct reader r = { .arena = a,
		.name = name,
		.line = 1,
		.out = out,
		.e = e };

	*out = (struct canned){ .name = arena_str(a, name),
		.keys = "",
		.subject = "",
		.subject_line = 1 };
	out->title = out->name;
	if (!text_valid(bytes, n))
		return wrong(&r, "the file is not UTF-8 text");
	r.at = plain_lines(a, bytes, n);
	while (*r.at != '\0') {
		size_t len = strcspn(r.at, "\n");
		bool blank = is_blank_line(r.at, len);

		if (!blank && read_header(&r, r.at, len) < 0)
			return -1;
		r.at += len + 1;
		r.line++;
		if (blank)
			break;
	}
	out->body = r.at;
	out->body_line = r.line;
	if (out->title[0] == '\0')
		out->title = out->name;
	if (is_blank_line(r.at, strlen(r.at)))
		return wrong(&r, "there is no text after the headers");
	return 0;
}

/* ---- values ---- */

static struct value *
new_value(struct arena *a, struct values *v, const char *name)
{
	v->name = arena_grow(a, v->name, v->n, sizeof(*v->name));
	v->v = arena_grow(a, v->v, v->n, sizeof(*v->v));
	v->name[v->n] = arena_str(a, name);
	v->v[v->n] = (struct value){ .kind = VALUE_NONE };
	return &v->v[v->n++];
}

void
values_text(struct arena *a, struct values *v, const char *name,
    const char *text)
{
	struct value *x = new_value(a, v, name);

	if (text == NULL || text[0] == '\0')
		return;
	x->kind = VALUE_TEXT;
	x->text = arena_str(a, text);
}

void
values_list(struct arena *a, struct values *v, const char *name,
    const struct values *item, size_t n)
{
	struct value *x = new_value(a, v, name);

	x->kind = VALUE_LIST;
	x->item = item;
	x->items = n;
}

/* ---- which to offer ---- */

struct rank {
	size_t index;
	int digit; /* 1 to 9 if Keys: has one, else 10 */
	int score;
	int uses;
};

/* Folded, one blank around each word, so that words can be looked for. */
static void
fold_words(struct buf *out, const char *s)
{
	struct buf folded = { 0 };

	text_fold(&folded, s, strlen(s));
	buf_chr(out, ' ');
	for (size_t i = 0; i < folded.len; i++) {
		unsigned char c = (unsigned char)folded.data[i];
		bool letter = c >= 0x80 || isalnum(c);

		if (letter)
			buf_chr(out, (char)c);
		else if (out->data[out->len - 1] != ' ')
			buf_chr(out, ' ');
	}
	buf_chr(out, ' ');
	buf_free(&folded);
}

/* How many words of s, of at least min bytes, stand in the folded text. */
static int
count_words(const struct buf *text, const char *s, size_t min)
{
	struct buf words = { 0 };
	int n = 0;
	size_t i = 0;

	fold_words(&words, s);
	while (i < words.len) {
		size_t len = strcspn(words.data + i + 1, " ");
		char end = words.data[i + 1 + len];

		words.data[i + 1 + len] = '\0';
		if (len >= min) {
			struct buf needle = { 0 };

			buf_fmt(&needle, " %s ", words.data + i + 1);
			n += strstr(buf_text(text), buf_text(&needle)) != NULL;
			buf_free(&needle);
		}
		words.data[i + 1 + len] = end;
		i += len + 1;
	}
	buf_free(&words);
	return n;
}

static int
common_tags(const struct strings *a, const struct strings *b)
{
	int n = 0;

	for (size_t i = 0; i < a->n; i++) {
		for (size_t j = 0; j < b->n; j++)
			n += text_same(a->v[i], b->v[j]);
	}
	return n;
}

static int
digit_of(const char *keys)
{
	for (const char *s = keys; *s != '\0'; s++) {
		bool alone = (s == keys || isspace((unsigned char)s[-1]) ||
				 s[-1] == ',') &&
			     (s[1] == '\0' || s[1] == ',' ||
				 isspace((unsigned char)s[1]));

		if (alone && *s >= '1' && *s <= '9')
			return *s - '0';
	}
	return 10;
}

/* A digit is a promise; then what fits; then what is used most. */
static int
by_rank(const void *a, const void *b)
{
	const struct rank *x = a;
	const struct rank *y = b;

	if (x->digit != y->digit)
		return x->digit - y->digit;
	if (x->score != y->score)
		return y->score - x->score;
	if (x->uses != y->uses)
		return y->uses - x->uses;
	return (x->index > y->index) - (x->index < y->index);
}

size_t
canned_suggest(const struct canned *v, const int *uses, size_t n,
    const struct strings *tags, const char *subject, const char *text,
    size_t *out, size_t max)
{
	struct arena a = { 0 };
	struct rank *rank = arena_array(&a, n, sizeof(*rank));
	struct buf words = { 0 };

	fold_words(&words, subject);
	fold_words(&words, text);
	for (size_t i = 0; i < n; i++) {
		rank[i] = (struct rank){
			.index = i,
			.digit = digit_of(v[i].keys),
			.score = 100 * common_tags(&v[i].tags, tags) +
				 20 * count_words(&words, v[i].keys, 2) +
				 5 * count_words(&words, v[i].title, 4),
			.uses = uses != NULL ? uses[i] : 0,
		};
	}
	qsort(rank, n, sizeof(*rank), by_rank);
	if (n > max)
		n = max;
	for (size_t i = 0; i < n; i++)
		out[i] = rank[i].index;
	buf_free(&words);
	arena_free(&a);
	return n;
}
