#include "base/conf.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

#define FILE_MAX  ((size_t)1 << 20)
#define DEPTH_MAX 10

/* A file being read. */
struct reader {
	struct arena *a;
	struct conf *c;
	const char *file;
	const char *s, *end;
	const char *line_start;
	int line;
	int system;
	int depth; /* of includes; -1 from memory, where none is followed */
	int block;
	struct conf_item now; /* the section we are in */
};

static int
column_of(const struct reader *r, const char *at)
{
	int column = 1;

	for (const char *s = r->line_start; s < at; s++)
		column += ((unsigned char)*s & 0xc0) != 0x80;
	return column;
}

static int PRINTF_LIKE(4, 5) wrong(const struct reader *r, const char *at,
    struct err *e, const char *fmt, ...)
{
	struct buf what = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&what, fmt, ap);
	va_end(ap);
	err_set(e, ERR_CONFIG, 0, "%s:%d:%d: %s", r->file, r->line,
	    column_of(r, at), buf_text(&what));
	buf_free(&what);
	return -1;
}

int
conf_wrong(const struct conf_item *item, struct err *e, const char *fmt, ...)
{
	struct buf what = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&what, fmt, ap);
	va_end(ap);
	err_set(e, ERR_CONFIG, 0, "%s:%d:%d: %s", item->file, item->line,
	    item->column, buf_text(&what));
	buf_free(&what);
	return -1;
}

static bool
at_blank(const struct reader *r)
{
	return r->s < r->end && (*r->s == ' ' || *r->s == '\t');
}

/* At the end of a line (LF or CR LF) or of the file. */
static bool
at_end(const struct reader *r)
{
	return r->s == r->end || *r->s == '\n' ||
	       (*r->s == '\r' && r->s + 1 < r->end && r->s[1] == '\n') ||
	       (*r->s == '\r' && r->s + 1 == r->end);
}

static void
next_line(struct reader *r)
{
	const char *newline = memchr(r->s, '\n', (size_t)(r->end - r->s));

	r->s = newline == NULL ? r->end : newline + 1;
	r->line_start = r->s;
	r->line++;
}

static void
skip_blanks(struct reader *r)
{
	while (at_blank(r))
		r->s++;
}

static bool
name_char(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

/* A name of letters, digits and hyphens, in lower case; "" if none. */
static const char *
read_name(struct reader *r)
{
	const char *from = r->s;
	char *name;

	while (r->s < r->end && name_char(*r->s))
		r->s++;
	name = arena_strn(r->a, from, (size_t)(r->s - from));
	for (char *c = name; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return name;
}

static int
read_title(struct reader *r, const char **title, struct err *e)
{
	const char *open = r->s++;
	struct buf b = { 0 };

	while (!at_end(r) && *r->s != '"') {
		if (*r->s == '\\' && r->s + 1 < r->end && r->s[1] != '\n')
			r->s++;
		buf_chr(&b, *r->s++);
	}
	if (at_end(r)) {
		buf_free(&b);
		return wrong(r, open, e, "the quote is not closed");
	}
	r->s++;
	*title = arena_strn(r->a, buf_text(&b), b.len);
	buf_free(&b);
	return 0;
}

/* [section "title"] */
static int
read_section(struct reader *r, struct err *e)
{
	const char *open = r->s++;

	r->now = (struct conf_item){ .title = "",
		.file = r->file,
		.system = r->system,
		.block = ++r->block,
		.section_line = r->line };
	skip_blanks(r);
	r->now.section_column = column_of(r, r->s);
	r->now.section = read_name(r);
	if (r->now.section[0] == '\0')
		return wrong(r, r->s, e, "a section needs a name: [name]");
	skip_blanks(r);
	if (r->s < r->end && *r->s == '"') {
		r->now.title_column = column_of(r, r->s);
		if (read_title(r, &r->now.title, e) < 0)
			return -1;
		skip_blanks(r);
	}
	if (r->s == r->end || *r->s != ']')
		return wrong(r, at_end(r) ? open : r->s, e,
		    "a section is written [name] or [name \"title\"]");
	r->s++;
	return 0;
}

/* The character after a backslash. */
static int
read_escape(struct reader *r, struct buf *b, struct err *e)
{
	static const char from[] = "ntb\"\\", to[] = "\n\t\b\"\\";
	const char *at = r->s++, *which;

	if (at_end(r)) {
		if (r->s == r->end)
			return wrong(r, at, e,
			    "\\ at the end of the file continues nothing");
		next_line(r);
		return 0;
	}
	which = strchr(from, *r->s);
	if (which == NULL)
		return wrong(r, at, e,
		    "unknown escape: write \\\\ for a backslash");
	buf_chr(b, to[which - from]);
	r->s++;
	return 0;
}

/*
 * The rest of a line: quotes taken off, blanks at the end and comments left
 * out, \ at the end continued.
 */
static int
read_value(struct reader *r, struct buf *b, struct err *e)
{
	const char *quote = NULL;
	size_t keep = 0;   /* blanks after here are at the end */
	bool blank = true; /* before a comment */

	while (!at_end(r)) {
		char c = *r->s;

		if (quote == NULL && blank && (c == '#' || c == ';'))
			break;
		blank = quote == NULL && (c == ' ' || c == '\t');
		if (c == '\\') {
			if (read_escape(r, b, e) < 0)
				return -1;
			/* The line goes on; so may the blanks. */
			if (r->s == r->line_start) {
				quote = quote == NULL ? NULL : r->s;
				blank = true;
				continue;
			}
		} else if (c == '"') {
			quote = quote == NULL ? r->s : NULL;
			r->s++;
		} else {
			buf_chr(b, c);
			r->s++;
		}
		if (!blank)
			keep = b->len;
	}
	if (quote != NULL)
		return wrong(r, quote, e, "the quote is not closed");
	buf_cut(b, keep);
	return 0;
}

static int read_file(struct arena *a, struct conf *c, const char *path,
    int system, int depth, int block, struct err *e);

/* The path of an include, relative to the file it stands in. */
static const char *
include_path(struct reader *r, const char *value)
{
	const char *slash = strrchr(r->file, '/');
	char *path = file_expand(r->a, value);

	if (path[0] == '/' || slash == NULL)
		return path;
	return arena_fmt(r->a, "%.*s/%s", (int)(slash - r->file), r->file,
	    path);
}

static int
include(struct reader *r, const struct conf_item *item, struct err *e)
{
	const char *path = include_path(r, item->value);

	if (r->depth < 0)
		return conf_wrong(item, e, "an include needs a file");
	if (r->depth + 1 >= DEPTH_MAX)
		return conf_wrong(item, e,
		    "includes go deeper than %d files: does one include "
		    "itself?",
		    DEPTH_MAX);
	if (item->value[0] == '\0')
		return conf_wrong(item, e,
		    "include needs a file: include = FILE");
	if (read_file(r->a, r->c, path, r->system, r->depth + 1, r->block, e) <
	    0) {
		if (e->kind != ERR_CONFIG)
			return conf_wrong(item, e, "%s", e->text);
		return -1;
	}
	if (r->c->n > 0 && r->c->item[r->c->n - 1].block > r->block)
		r->block = r->c->item[r->c->n - 1].block;
	return 0;
}

static int
keep_item(struct reader *r, const struct conf_item *item)
{
	r->c->item = arena_grow(r->a, r->c->item, r->c->n, sizeof(*r->c->item));
	r->c->item[r->c->n++] = *item;
	return 0;
}

/* key = value */
static int
read_item(struct reader *r, struct err *e)
{
	struct conf_item item = r->now;
	struct buf value = { 0 };
	const char *at = r->s;
	int rc;

	item.line = r->line;
	item.column = column_of(r, r->s);
	item.key = read_name(r);
	if (item.key[0] == '\0')
		return wrong(r, at, e,
		    "expected [section], key = value or a comment");
	skip_blanks(r);
	if (r->s == r->end || *r->s != '=')
		return wrong(r, at, e, "\"%s\" has no value: write %s = value",
		    item.key, item.key);
	r->s++;
	skip_blanks(r);
	item.value_column = column_of(r, r->s);
	rc = read_value(r, &value, e);
	item.value = arena_strn(r->a, buf_text(&value), value.len);
	buf_free(&value);
	if (rc < 0)
		return -1;
	if (strcmp(item.key, "include") == 0)
		return include(r, &item, e);
	if (item.section[0] == '\0')
		return wrong(r, at, e,
		    "\"%s\" stands before the first [section]", item.key);
	return keep_item(r, &item);
}

static int
read_line(struct reader *r, struct err *e)
{
	skip_blanks(r);
	while (r->s < r->end && *r->s == '[') {
		if (read_section(r, e) < 0)
			return -1;
		skip_blanks(r);
	}
	if (at_end(r) || *r->s == '#' || *r->s == ';')
		return 0;
	return read_item(r, e);
}

/* A text that a person can have written: UTF-8 without NUL. */
static int
check_bytes(struct reader *r, struct err *e)
{
	size_t len;

	if (text_valid(r->s, (size_t)(r->end - r->s)))
		return 0;
	for (const char *s = r->s; s < r->end; s += len) {
		uint32_t c = text_next(s, (size_t)(r->end - s), &len);

		if (c == '\n') {
			r->line++;
			r->line_start = s + 1;
		}
		if (c == '\0' || !text_valid(s, len))
			return wrong(r, s, e, "not UTF-8 text");
	}
	return 0;
}

static int
read_bytes(struct reader *r, const char *bytes, size_t n, struct err *e)
{
	if (n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		bytes += 3;
		n -= 3;
	}
	r->s = bytes;
	r->end = bytes + n;
	r->line_start = r->s;
	r->line = 1;
	r->now = (struct conf_item){ .section = "",
		.title = "",
		.file = r->file,
		.system = r->system };
	if (check_bytes(r, e) < 0)
		return -1;
	while (r->s < r->end) {
		if (read_line(r, e) < 0)
			return -1;
		next_line(r);
	}
	return 0;
}

static int
read_file(struct arena *a, struct conf *c, const char *path, int system,
    int depth, int block, struct err *e)
{
	struct reader r = { .a = a,
		.c = c,
		.system = system,
		.depth = depth,
		.block = block };
	struct buf b = { 0 };
	int rc;

	r.file = arena_str(a, path);
	rc = file_read(&b, path, FILE_MAX, e);
	if (rc == 0)
		rc = read_bytes(&r, buf_text(&b), b.len, e);
	buf_free(&b);
	return rc;
}

static int
last_block(const struct conf *c)
{
	return c->n > 0 ? c->item[c->n - 1].block : 0;
}

int
conf_read(struct arena *a, struct conf *c, const char *path, int system,
    struct err *e)
{
	if (read_file(a, c, path, system, 0, last_block(c), e) == 0)
		return 0;
	/* A folder, or not ours to read: nothing to go on with either way. */
	if (e->kind != ERR_MISSING)
		e->kind = ERR_CONFIG;
	return -1;
}

int
conf_parse(struct arena *a, struct conf *c, const char *name, const char *bytes,
    size_t n, int system, struct err *e)
{
	struct reader r = { .a = a,
		.c = c,
		.system = system,
		.depth = -1,
		.block = last_block(c) };

	r.file = arena_str(a, name);
	return read_bytes(&r, bytes, n, e);
}

void
conf_quote(struct buf *out, const char *value)
{
	size_t n = strlen(value);

	if (n > 0 && strpbrk(value, " \t#;\"\\\n\b\r") == NULL) {
		buf_str(out, value);
		return;
	}
	buf_chr(out, '"');
	for (const char *s = value; *s != '\0'; s++) {
		if (*s == '\n') {
			buf_str(out, "\\n");
		} else if (*s == '\t') {
			buf_str(out, "\\t");
		} else {
			if (*s == '"' || *s == '\\')
				buf_chr(out, '\\');
			buf_chr(out, *s);
		}
	}
	buf_chr(out, '"');
}
