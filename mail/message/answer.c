/*
 * answer.c -- what an answer takes from the mail it answers.
 */
#include "mail/message/compose.h"

#include <string.h>

#include "base/when.h"
#include "desk/people.h"
#include "mail/message/bytes.h"
#include "mail/message/read.h"
#include "mail/message/subject.h"

/* The links that stand below the text, each a line "[n] URL"; NULL if none. */
static const struct fold *
links_fold(const struct message *m)
{
	for (size_t i = 0; i < m->folds; i++)
		if (m->fold[i].kind == FOLD_LINKS)
			return &m->fold[i];
	return NULL;
}

/* The URLs of those links, by their numbers from 1. */
static struct strings
links_of(struct arena *a, const struct message *m)
{
	const struct fold *f = links_fold(m);
	struct strings out = { NULL, 0 };
	struct bytes rest, line;

	if (!f)
		return out;
	rest = bytes_cut(bytes_of(m->text), f->from, f->until);
	while (bytes_line(&rest, &line)) {
		const char *end =
		    line.n > 0 ? memchr(line.s, ']', line.n) : NULL;

		if (!end || line.s[0] != '[')
			continue;
		line = bytes_trim(
		    bytes_cut(line, (size_t)(end + 1 - line.s), line.n));
		out.v = arena_grow(a, out.v, out.n, sizeof *out.v);
		out.v[out.n++] = arena_strn(a, line.s, line.n);
	}
	return out;
}

/*
 * The length of " [3]" or " [3 leads to example.org!]" at the start: our own
 * marks, which are no words of the sender's.  *link is its number.
 */
static size_t
mark_length(struct bytes s, size_t links, size_t *link)
{
	size_t i = s.n > 0 && s.s[0] == ' ';
	size_t number = 0;

	if (i >= s.n || s.s[i++] != '[')
		return 0;
	for (; i < s.n && is_digit(s.s[i]) && number <= links; i++)
		number = number * 10 + (size_t)(s.s[i] - '0');
	if (number < 1 || number > links || i >= s.n)
		return 0;
	*link = number;
	if (bytes_begin(bytes_cut(s, i, s.n), " leads to "))
		while (i < s.n && s.s[i] != ']')
			i++;
	return i < s.n && s.s[i] == ']' ? i + 1 : 0;
}

static void
quote_line(struct buf *out, struct bytes line, size_t links)
{
	size_t link;

	buf_str(out, line.n > 0 && line.s[0] == '>' ? ">" : "> ");
	for (size_t i = 0; i < line.n;) {
		size_t mark =
		    mark_length(bytes_cut(line, i, line.n), links, &link);

		if (mark > 0)
			i += mark;
		else
			buf_chr(out, line.s[i++]);
	}
	if (line.n == 0)
		buf_cut(out, out->len - 1);
	buf_chr(out, '\n');
}

char *
mail_quote(struct arena *a, const struct message *m, const char *zone)
{
	const char *name = people_name(m->from.name);
	const char *who = name[0] ? name : m->from.addr;
	struct buf out = { 0 };
	struct bytes rest =
	    bytes_of(mail_visible(a, m->text, m->fold, m->folds));
	size_t links = links_of(a, m).n;
	struct bytes line;
	char when[WHEN_SIZE];
	char *s;

	when_long(zone, m->date ? m->date : m->received_at, when);
	buf_fmt(&out, "On %s, %s wrote:\n", when, who);
	while (bytes_line(&rest, &line))
		quote_line(&out, line, links);
	s = arena_strn(a, buf_text(&out), out.len);
	buf_free(&out);
	return s;
}

char *
mail_forward(struct arena *a, const struct message *m)
{
	const struct fold *f = links_fold(m);
	struct strings links = links_of(a, m);
	struct bytes text = bytes_of(m->text);
	struct buf out = { 0 };
	char *s;

	if (f)
		text = bytes_cut(text, 0, f->from);
	for (size_t i = 0; i < text.n;) {
		size_t link;
		size_t mark =
		    mark_length(bytes_cut(text, i, text.n), links.n, &link);

		if (mark > 0)
			buf_fmt(&out, " <%s>", links.v[link - 1]);
		else
			buf_chr(&out, text.s[i]);
		i += mark > 0 ? mark : 1;
	}
	s = arena_strn(a, buf_text(&out), out.len);
	buf_free(&out);
	return s;
}

char *
mail_reply_subject(struct arena *a, const char *subject)
{
	struct bytes rest = subject_without_replies(bytes_of(subject));

	return arena_fmt(a, "Re: %.*s", (int)rest.n, rest.s);
}
