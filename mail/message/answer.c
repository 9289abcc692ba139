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

static void
quote_line(struct buf *out, struct bytes line)
{
	buf_str(out, line.n > 0 && line.s[0] == '>' ? ">" : "> ");
	buf_add(out, line.s, line.n);
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
	struct bytes line;
	char when[WHEN_SIZE];
	char *s;

	when_long(zone, m->date ? m->date : m->received_at, when);
	buf_fmt(&out, "On %s, %s wrote:\n", when, who);
	while (bytes_line(&rest, &line))
		quote_line(&out, line);
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
