/*
 * parse -- how one raw message is read.
 */
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "base/when.h"
#include "desk/people.h"
#include "desk/returned.h"
#include "mail/message/read.h"
#include "ui/cmd/rows.h"

#define PARSE_MOST (256u << 20)

static void
line(struct ctx *c, const char *name, const char *value)
{
	if (value != NULL && *value != '\0')
		out_text(c->out, "%-12s %s\n", name,
		    text_cleaned(c->arena, value, TEXT_LINE));
}

static void
people(struct ctx *c, const char *name, const struct addresses *v)
{
	if (v->n > 0)
		line(c, name, people_format_all(c->arena, v));
}

static void
print_verdicts(struct ctx *c, const struct mail *m)
{
	if (m->automatic)
		line(c, "automatic:", m->automatic_why);
	if (m->doubts & DOUBT_HIDDEN)
		line(c, "hidden:", "words of it are hidden from its readers");
	if (m->bounce != NULL)
		line(c, "bounce:", returned_sentence(c->arena, m->bounce));
	if (m->forwarded != NULL)
		people(c, "forwarded:", &m->forwarded->from);
	if (*m->unreadable != '\0')
		line(c, "unreadable:", m->unreadable);
}

static const char *
fold_label(enum fold_kind k)
{
	switch (k) {
	case FOLD_QUOTE:
		return "quoted";
	case FOLD_SIGNATURE:
		return "of signature";
	default:
		return "of small print";
	}
}

/* The text as a screen of this width has it: folds shut, links below. */
static void
print_body(struct ctx *c, const struct buf *raw)
{
	int cols = c->out->cols < 100 ? c->out->cols : 100;
	struct fold *fold;
	size_t folds, at = 0;
	const char *text = mail_layout(c->arena, raw->data, raw->len,
	    cols < 30 ? 30 : cols, &fold, &folds);

	for (size_t i = 0; i < folds; i++) {
		char count[TEXT_COUNT];
		int64_t lines = 0;

		text_clean(&c->out->text, text + at, fold[i].from - at,
		    TEXT_BLOCK);
		at = fold[i].kind == FOLD_LINKS ? fold[i].from : fold[i].until;
		for (size_t k = fold[i].from; k < fold[i].until; k++)
			lines += text[k] == '\n';
		if (fold[i].kind != FOLD_LINKS)
			out_text(c->out, "[%s %s]\n",
			    text_count(lines, "line", count),
			    fold_label(fold[i].kind));
	}
	text_clean(&c->out->text, text + at, strlen(text + at), TEXT_BLOCK);
}

static void
print_text(struct ctx *c, const struct mail *m, const struct buf *raw)
{
	char date[WHEN_SIZE];

	people(c, "from:", &m->from);
	people(c, "reply-to:", &m->reply_to);
	people(c, "to:", &m->to);
	people(c, "cc:", &m->cc);
	line(c, "subject:", m->subject);
	if (m->date > 0)
		line(c, "date:", when_rfc3339(m->date, date));
	line(c, "message-id:", m->message_id);
	print_verdicts(c, m);
	for (size_t i = 0; i < m->parts; i++)
		line(c, "attachment:",
		    arena_fmt(c->arena, "(%d) %s (%s, %s)", m->part[i].number,
			m->part[i].name, m->part[i].type,
			rows_size(c->arena, m->part[i].size)));
	buf_chr(&c->out->text, '\n');
	if (*m->unreadable == '\0')
		print_body(c, raw);
}

static int
parse_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct buf raw = { 0 };
	struct mail *m;

	if (file_read(&raw, arg[0].str, PARSE_MOST, e) < 0) {
		buf_free(&raw);
		return -1;
	}
	m = mail_read(c->arena, buf_text(&raw), raw.len, &read_limits_default);
	if (c->out->format == OUT_JSON)
		out_json(c->out, mail_json(c->arena, m));
	else
		print_text(c, m, &raw);
	buf_free(&raw);
	return 0;
}

const struct cmd cmd_parse = {
	.name = "parse",
	.args = "<file>",
	.brief = "Show how one raw message is read",
	.man = "Reads a mail from a\n.Ar file\nor, with\n.Ql \\- ,\nfrom"
	       " standard input.\nNeeds no store and no configuration.\n",
	.flags = CMD_NO_STORE | CMD_NO_CONFIG | CMD_PRINT,
	.run = parse_run,
};
