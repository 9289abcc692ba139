#include "mail/message/markdown.h"

#include <md4c.h>
#include <stdbool.h>
#include <string.h>

#include "mail/message/bytes.h"

struct writer {
	struct buf *out;
	int dead; /* links open that lead nowhere a reader should go */
};

static void
put_escaped(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '<')
			buf_str(out, "&lt;");
		else if (s[i] == '>')
			buf_str(out, "&gt;");
		else if (s[i] == '&')
			buf_str(out, "&amp;");
		else if (s[i] == '"')
			buf_str(out, "&quot;");
		else
			buf_chr(out, s[i]);
	}
}

/* ---- what md4c tells ---- */

static const char *
block_tag(MD_BLOCKTYPE type)
{
	switch (type) {
	case MD_BLOCK_QUOTE:
		return "blockquote";
	case MD_BLOCK_UL:
		return "ul";
	case MD_BLOCK_OL:
		return "ol";
	case MD_BLOCK_LI:
		return "li";
	case MD_BLOCK_P:
		return "p";
	case MD_BLOCK_CODE:
		return "pre";
	case MD_BLOCK_TABLE:
		return "table";
	case MD_BLOCK_THEAD:
		return "thead";
	case MD_BLOCK_TBODY:
		return "tbody";
	case MD_BLOCK_TR:
		return "tr";
	case MD_BLOCK_TH:
		return "th";
	case MD_BLOCK_TD:
		return "td";
	default:
		return NULL;
	}
}

static int
enter_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct writer *w = arg;
	const char *tag = block_tag(type);

	if (type == MD_BLOCK_H)
		buf_fmt(w->out, "<h%u>", ((MD_BLOCK_H_DETAIL *)detail)->level);
	else if (type == MD_BLOCK_HR)
		buf_str(w->out, "<hr>\n");
	else if (type == MD_BLOCK_OL)
		buf_fmt(w->out, "<ol start=\"%u\">\n",
		    ((MD_BLOCK_OL_DETAIL *)detail)->start);
	else if (tag)
		buf_fmt(w->out, "<%s>", tag);
	return 0;
}

static int
leave_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct writer *w = arg;
	const char *tag = block_tag(type);

	if (type == MD_BLOCK_H)
		buf_fmt(w->out, "</h%u>\n",
		    ((MD_BLOCK_H_DETAIL *)detail)->level);
	else if (tag)
		buf_fmt(w->out, "</%s>\n", tag);
	return 0;
}

/* By its first letters, before anything in it is undone. */
static bool
leads_well(struct bytes url)
{
	return bytes_begin(url, "https://") || bytes_begin(url, "http://") ||
	       bytes_begin(url, "mailto:");
}

static void
open_link(struct writer *w, const MD_SPAN_A_DETAIL *a)
{
	struct bytes url = { a->href.text, a->href.size };

	if (w->dead > 0 || !leads_well(url)) {
		w->dead++;
		return;
	}
	buf_str(w->out, "<a href=\"");
	put_escaped(w->out, url.s, url.n);
	buf_str(w->out, "\">");
}

static const char *
span_tag(MD_SPANTYPE type)
{
	switch (type) {
	case MD_SPAN_EM:
		return "em";
	case MD_SPAN_STRONG:
		return "strong";
	case MD_SPAN_CODE:
		return "code";
	case MD_SPAN_DEL:
		return "del";
	default:
		return NULL; /* of a picture, its words alone */
	}
}

static int
enter_span(MD_SPANTYPE type, void *detail, void *arg)
{
	struct writer *w = arg;
	const char *tag = span_tag(type);

	if (type == MD_SPAN_A)
		open_link(w, detail);
	else if (tag)
		buf_fmt(w->out, "<%s>", tag);
	return 0;
}

static int
leave_span(MD_SPANTYPE type, void *detail, void *arg)
{
	struct writer *w = arg;
	const char *tag = span_tag(type);

	(void)detail;
	if (type == MD_SPAN_A && w->dead > 0)
		w->dead--;
	else if (type == MD_SPAN_A)
		buf_str(w->out, "</a>");
	else if (tag)
		buf_fmt(w->out, "</%s>", tag);
	return 0;
}

/* "&auml;" as md4c has found it, and nothing else that begins so. */
static bool
is_entity(struct bytes b)
{
	if (b.n < 3 || b.s[0] != '&' || b.s[b.n - 1] != ';')
		return false;
	for (size_t i = 1; i + 1 < b.n; i++)
		if (!is_alnum(b.s[i]) && b.s[i] != '#')
			return false;
	return true;
}

static int
put_text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE n, void *arg)
{
	struct writer *w = arg;

	switch (type) {
	case MD_TEXT_NULLCHAR:
		buf_str(w->out, "\xef\xbf\xbd");
		break;
	case MD_TEXT_BR:
	case MD_TEXT_SOFTBR: /* a line end was meant as one */
		buf_str(w->out, "<br>\n");
		break;
	case MD_TEXT_ENTITY:
		if (is_entity((struct bytes){ s, n }))
			buf_add(w->out, s, n);
		else
			put_escaped(w->out, s, n);
		break;
	default:
		put_escaped(w->out, s, n);
		break;
	}
	return 0;
}

static void
put_markdown(struct buf *out, struct bytes text)
{
	static const MD_PARSER parser = {
		.flags = MD_FLAG_NOHTML | MD_FLAG_TABLES |
			 MD_FLAG_STRIKETHROUGH | MD_FLAG_PERMISSIVEURLAUTOLINKS,
		.enter_block = enter_block,
		.leave_block = leave_block,
		.enter_span = enter_span,
		.leave_span = leave_span,
		.text = put_text,
	};
	struct writer w = { out, 0 };
	size_t from = out->len;

	if (text.n > 0 && md_parse(text.s, (MD_SIZE)text.n, &parser, &w) != 0) {
		buf_cut(out, from);
		buf_str(out, "<pre>");
		put_escaped(out, text.s, text.n);
		buf_str(out, "</pre>\n");
	}
}

/* ---- whose words are whose ---- */

enum voice {
	VOICE_OWN,
	VOICE_PLAIN, /* signature, who wrote what is quoted, what is sent on */
	VOICE_QUOTE,
};

static void
put_lines(struct buf *out, struct bytes text, bool quote)
{
	struct bytes line;
	bool first = true;

	buf_str(out, quote ? "<blockquote>" : "<p>");
	while (bytes_line(&text, &line)) {
		if (quote)
			line = bytes_cut(line, 1, line.n);
		if (quote && line.n > 0 && line.s[0] == ' ')
			line = bytes_cut(line, 1, line.n);
		if (!first)
			buf_str(out, "<br>\n");
		first = false;
		put_escaped(out, line.s, line.n);
	}
	buf_str(out, quote ? "</blockquote>\n" : "</p>\n");
}

static void
put_section(struct buf *out, enum voice voice, struct bytes text)
{
	struct bytes bare = bytes_trim(text);

	if (bare.n == 0)
		return;
	if (voice == VOICE_OWN)
		put_markdown(out, text);
	else
		put_lines(out, voice == VOICE_PLAIN ? bare : text,
		    voice == VOICE_QUOTE);
}

static bool
is_quote(struct bytes line)
{
	return line.n > 0 && line.s[0] == '>';
}

/* From its dashes, or the head of a forward, to the end: not to be read. */
static bool
ends_own(struct bytes line)
{
	return (line.n == 3 && memcmp(line.s, "-- ", 3) == 0) ||
	       bytes_begin(line, "---------- forwarded message");
}

static bool
is_fence(struct bytes line)
{
	return bytes_begin(line, "```") || bytes_begin(line, "~~~");
}

static void
put_body(struct buf *out, struct bytes rest)
{
	const char *from = rest.s;
	enum voice now = VOICE_OWN;
	bool own = true, fence = false;
	struct bytes line, next = rest;

	while (bytes_line(&next, &line)) {
		struct bytes after = next, peek = { "", 0 };
		enum voice voice = own ? VOICE_OWN : VOICE_PLAIN;

		bytes_line(&after, &peek);
		fence = fence != (own && is_fence(line));
		if (own && !fence && ends_own(line)) {
			own = false;
			voice = VOICE_PLAIN;
		}
		if (!fence && is_quote(line))
			voice = VOICE_QUOTE;
		else if (!fence && is_quote(peek) && line.n > 0 &&
			 line.s[line.n - 1] == ':')
			voice = VOICE_PLAIN; /* "... wrote:" */
		if (voice != now) {
			put_section(out, now,
			    (struct bytes){ from, (size_t)(line.s - from) });
			from = line.s;
			now = voice;
		}
	}
	put_section(out, now,
	    (struct bytes){ from, (size_t)(rest.s + rest.n - from) });
}

void
markdown_html(struct buf *out, const char *text)
{
	buf_str(out, "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\">"
		     "</head>\n<body>\n");
	put_body(out, bytes_of(text));
	buf_str(out, "</body></html>\n");
}
