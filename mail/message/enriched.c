/*
 * enriched.c -- commands of enriched text to tags.
 *
 * Most of their names are nothing to HTML, and there they are passed over.
 */
#include "mail/message/enriched.h"

#include <string.h>

static const struct {
	const char *command;
	const char *tag;
} commands[] = {
	{ "bold", "b" },
	{ "italic", "i" },
	{ "underline", "u" },
	{ "fixed", "tt" },
	{ "excerpt", "blockquote" },
	{ "verbatim", "pre" },
	{ "paragraph", "p" },
	{ "nl", "br" },
	{ "np", "hr" },
};

/* The command at the start of b without its brackets; n 0 if it is none. */
static struct bytes
command_at(struct bytes b)
{
	const char *end = memchr(b.s, '>', b.n < 62 ? b.n : 62);
	struct bytes name;

	if (!end)
		return (struct bytes){ "", 0 };
	name = bytes_cut(b, 1, (size_t)(end - b.s));
	for (size_t i = 0; i < name.n; i++)
		if (!is_alnum(name.s[i]) && name.s[i] != '-' &&
		    !(i == 0 && name.s[i] == '/'))
			return (struct bytes){ "", 0 };
	return name;
}

static void
put_command(struct buf *out, struct bytes name)
{
	bool closes = name.s[0] == '/';
	struct bytes word = bytes_cut(name, closes, name.n);

	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (bytes_same(word, commands[i].command))
			buf_fmt(out, "<%s%s>", closes ? "/" : "",
			    commands[i].tag);
}

static void
put_plain(struct buf *out, char c)
{
	if (c == '<')
		buf_str(out, "&lt;");
	else if (c == '&')
		buf_str(out, "&amp;");
	else
		buf_chr(out, c);
}

/* Past the end of a command whose content is for machines. */
static size_t
skip_to(struct bytes b, const char *end)
{
	size_t at = bytes_find(b, end);

	return at == (size_t)-1 ? b.n : at + strlen(end);
}

/* One command at the start of b; the bytes it takes. */
static size_t
take_command(struct buf *out, struct bytes b)
{
	struct bytes name = command_at(b);

	if (name.n == 0) {
		put_plain(out, '<');
		return 1;
	}
	if (bytes_same(name, "param"))
		return skip_to(b, "</param>");
	if (bytes_same(name, "comment"))
		return skip_to(b, "</comment>");
	put_command(out, name);
	return name.n + 2;
}

/* Line breaks at the start of b, of either kind; their bytes in *took. */
static size_t
count_breaks(struct bytes b, size_t *took)
{
	size_t n = 0;

	for (*took = 0; *took < b.n; *took += 1) {
		if (b.s[*took] == '\n')
			n++;
		else if (b.s[*took] != '\r')
			break;
	}
	return n;
}

/* As they stand up to "</nofill>"; returns where that is. */
static size_t
take_unfilled(struct buf *out, struct bytes b)
{
	size_t end = bytes_find(b, "</nofill>");

	b = bytes_cut(b, 8, end);
	buf_str(out, "<pre>");
	for (size_t i = 0; i < b.n; i++) {
		put_plain(out, b.s[i]);
		i += b.s[i] == '<' && i + 1 < b.n && b.s[i + 1] == '<';
	}
	buf_str(out, "</pre>");
	return b.n + 8;
}

void
enriched_html(struct buf *out, struct bytes text)
{
	size_t i = 0;

	while (i < text.n) {
		struct bytes rest = bytes_cut(text, i, text.n);
		size_t took;
		size_t n;

		if (rest.s[0] == '\n' || rest.s[0] == '\r') {
			n = count_breaks(rest, &took);
			buf_str(out, n == 1 ? " " : "");
			while (n-- > 1)
				buf_str(out, "<br>");
			i += took;
		} else if (rest.n > 1 && memcmp(rest.s, "<<", 2) == 0) {
			put_plain(out, '<');
			i += 2;
		} else if (bytes_begin(rest, "<nofill>")) {
			i += take_unfilled(out, rest);
		} else if (rest.s[0] == '<') {
			i += take_command(out, rest);
		} else {
			put_plain(out, rest.s[0]);
			i++;
		}
	}
}

void
richtext_html(struct buf *out, struct bytes text)
{
	size_t i = 0;

	while (i < text.n) {
		struct bytes rest = bytes_cut(text, i, text.n);

		if (bytes_begin(rest, "<lt>")) {
			put_plain(out, '<');
			i += 4;
		} else if (rest.s[0] == '<') {
			i += take_command(out, rest);
		} else {
			put_plain(out, rest.s[0]);
			i++;
		}
	}
}
