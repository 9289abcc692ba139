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

/* The number of links that stand below the text, each a line "[n] URL". */
static long
links_of(const struct message *m)
{
	for (size_t i = 0; i < m->folds; i++) {
		struct bytes rest = bytes_cut(bytes_of(m->text),
		    m->fold[i].from, m->fold[i].until);
		struct bytes line;
		long n = 0;

		if (m->fold[i].kind != FOLD_LINKS)
			continue;
		while (bytes_line(&rest, &line))
			n += line.n > 0 && line.s[0] == '[';
		return n;
	}
	return 0;
}

/*
 * The length of " [3]" or " [3 leads to example.org!]" at the start: our own
 * marks, which are no words of the sender's.
 */
static size_t
mark_length(struct bytes s, long links)
{
	size_t i = s.n > 0 && s.s[0] == ' ';
	long number = 0;

	if (i >= s.n || s.s[i++] != '[')
		return 0;
	for (; i < s.n && is_digit(s.s[i]) && number <= links; i++)
		number = number * 10 + (s.s[i] - '0');
	if (number < 1 || number > links || i >= s.n)
		return 0;
	if (bytes_begin(bytes_cut(s, i, s.n), " leads to "))
		while (i < s.n && s.s[i] != ']')
			i++;
	return i < s.n && s.s[i] == ']' ? i + 1 : 0;
}

static void
quote_line(struct buf *out, struct bytes line, long links)
{
	buf_str(out, line.n > 0 && line.s[0] == '>' ? ">" : "> ");
	for (size_t i = 0; i < line.n;) {
		size_t mark = mark_length(bytes_cut(line, i, line.n), links);

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
	long links = links_of(m);
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
mail_reply_subject(struct arena *a, const char *subject)
{
	struct bytes rest = subject_without_replies(bytes_of(subject));

	return arena_fmt(a, "Re: %.*s", (int)rest.n, rest.s);
}
