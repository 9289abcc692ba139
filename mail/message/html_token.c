/*
 * html_token.c -- a forgiving, linear HTML tokenizer.
 */
#include "mail/message/html_token.h"

#include <string.h>

static struct bytes
rest_of(const struct tokenizer *t)
{
	return bytes_cut(t->all, t->at, t->all.n);
}

struct bytes
token_attr(const struct token *t, const char *name)
{
	for (size_t i = 0; i < t->attrs; i++)
		if (to_lower(t->attr[i].name.s[0]) == name[0] &&
		    bytes_same(t->attr[i].name, name))
			return t->attr[i].value;
	return (struct bytes){ NULL, 0 };
}

static void
copy_name(char out[TAG_SIZE], struct bytes name)
{
	size_t n = 0;

	for (; n < name.n && n + 1 < TAG_SIZE; n++)
		out[n] = to_lower(name.s[n]);
	out[n] = '\0';
}

/* The end of a quoted value that begins at i; b.n if it has none. */
static size_t
quoted_end(struct tokenizer *t, size_t i, char quote)
{
	bool *none = quote == '"' ? &t->no_quote : &t->no_apostrophe;
	const char *p;

	if (*none)
		return t->all.n;
	p = memchr(t->all.s + i, quote, t->all.n - i);
	if (!p) {
		*none = true;
		return t->all.n;
	}
	return (size_t)(p - t->all.s);
}

static size_t
skip_blanks(struct bytes b, size_t i)
{
	while (i < b.n && is_blank(b.s[i]))
		i++;
	return i;
}

/* The value after "=" at i; returns where it ends. */
static size_t
read_value(struct tokenizer *t, size_t i, struct bytes *value)
{
	struct bytes b = t->all;
	size_t end;

	i = skip_blanks(b, i);
	if (i < b.n && (b.s[i] == '"' || b.s[i] == '\'')) {
		end = quoted_end(t, i + 1, b.s[i]);
		if (end < b.n) {
			*value = bytes_cut(b, i + 1, end);
			return end + 1;
		}
	}
	end = i;
	while (end < b.n && !is_blank(b.s[end]) && b.s[end] != '>')
		end++;
	*value = bytes_cut(b, i, end);
	return end;
}

/* Attributes up to the ">"; returns the place after it. */
static size_t
read_attrs(struct tokenizer *t, size_t i, struct token *out)
{
	struct bytes b = t->all;

	out->attrs = 0;
	out->empty = false;
	while (i < b.n && b.s[i] != '>') {
		struct attr a = { { NULL, 0 }, { "", 0 } };
		size_t from;

		if (is_blank(b.s[i]) || b.s[i] == '/' || b.s[i] == '"' ||
		    b.s[i] == '\'' || b.s[i] == '=') {
			out->empty = b.s[i] == '/';
			i++;
			continue;
		}
		from = i;
		while (i < b.n && !is_blank(b.s[i]) && b.s[i] != '=' &&
		       b.s[i] != '>' && b.s[i] != '/')
			i++;
		a.name = bytes_cut(b, from, i);
		from = skip_blanks(b, i);
		if (from < b.n && b.s[from] == '=')
			i = read_value(t, from + 1, &a.value);
		out->empty = false;
		if (out->attrs < ATTR_MOST)
			out->attr[out->attrs++] = a;
	}
	return i < b.n ? i + 1 : i;
}

/* "<!-- -->", "<!...>", "<?...>": returns the place after it. */
static size_t
skip_declaration(struct tokenizer *t)
{
	struct bytes b = t->all;
	const char *p = NULL;
	size_t i = t->at + 2;

	if (i + 1 < b.n && b.s[i] == '-' && b.s[i + 1] == '-' &&
	    !t->no_comment_end) {
		if (i + 2 < b.n && b.s[i + 2] == '>')
			return i + 3;
		p = memmem(b.s + i, b.n - i, "-->", 3);
		if (p)
			return (size_t)(p - b.s) + 3;
		t->no_comment_end = true;
	}
	p = i < b.n ? memchr(b.s + i, '>', b.n - i) : NULL;
	return p ? (size_t)(p - b.s) + 1 : b.n;
}

/* Where "</name" stands at or after i, b.n if nowhere. */
static size_t
find_close(struct bytes b, size_t i, const char *name)
{
	size_t n = strlen(name);

	while (i + 2 + n <= b.n) {
		const char *p = memchr(b.s + i, '<', b.n - i);

		if (!p)
			break;
		i = (size_t)(p - b.s);
		if (i + 2 + n <= b.n && b.s[i + 1] == '/' &&
		    bytes_begin(bytes_cut(b, i + 2, b.n), name))
			return i;
		i++;
	}
	return b.n;
}

/* Elements whose content is not HTML and not to be read. */
static bool
is_raw(const char *name)
{
	return strcmp(name, "script") == 0 || strcmp(name, "style") == 0 ||
	       strcmp(name, "title") == 0;
}

/* Is there a tag, declaration or end tag at the "<" at i? */
static bool
is_markup(struct bytes b, size_t i)
{
	if (i + 1 >= b.n)
		return false;
	if (b.s[i + 1] == '!' || b.s[i + 1] == '?')
		return true;
	if (b.s[i + 1] == '/')
		return i + 2 < b.n && is_letter(b.s[i + 2]);
	return is_letter(b.s[i + 1]);
}

static bool
take_text(struct tokenizer *t, struct token *out)
{
	struct bytes b = rest_of(t);
	size_t n = 0;

	while (n < b.n) {
		const char *p = memchr(b.s + n, '<', b.n - n);

		n = p ? (size_t)(p - b.s) : b.n;
		if (n < b.n && is_markup(b, n))
			break;
		n += n < b.n;
	}
	out->kind = TOKEN_TEXT;
	out->text = bytes_cut(b, 0, n);
	t->at += n;
	return n > 0;
}

/* The tag at t->at.  False if it was raw text and gives no token. */
static bool
take_tag(struct tokenizer *t, struct token *out)
{
	struct bytes b = t->all;
	size_t i = t->at + 1;
	size_t from;

	out->kind = b.s[i] == '/' ? TOKEN_CLOSE : TOKEN_OPEN;
	i += out->kind == TOKEN_CLOSE;
	from = i;
	while (i < b.n && !is_blank(b.s[i]) && b.s[i] != '>' && b.s[i] != '/')
		i++;
	copy_name(out->name, bytes_cut(b, from, i));
	t->at = read_attrs(t, i, out);
	if (out->kind != TOKEN_OPEN || !is_raw(out->name))
		return true;
	from = t->at;
	t->at = find_close(b, from, out->name);
	out->text = bytes_cut(b, from, t->at);
	out->kind = TOKEN_STYLE;
	return strcmp(out->name, "style") == 0;
}

bool
token_next(struct tokenizer *t, struct token *out)
{
	while (t->at < t->all.n) {
		char next;

		if (t->all.s[t->at] != '<' || !is_markup(t->all, t->at)) {
			if (take_text(t, out))
				return true;
			continue;
		}
		next = t->all.s[t->at + 1];
		if (next == '!' || next == '?')
			t->at = skip_declaration(t);
		else if (take_tag(t, out))
			return true;
	}
	return false;
}
