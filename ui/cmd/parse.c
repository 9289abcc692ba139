/*
 * parse -- how one raw message is read.
 */
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "base/when.h"
#include "desk/people.h"
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
	if (m->bounce != NULL)
		line(c, "bounce:",
		    arena_fmt(c->arena, "%s %s %s", m->bounce->recipient,
			m->bounce->status, m->bounce->reason));
	if (m->forwarded != NULL)
		people(c, "forwarded:", &m->forwarded->from);
	if (*m->unreadable != '\0')
		line(c, "unreadable:", m->unreadable);
}

static void
print_text(struct ctx *c, const struct mail *m)
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
		    arena_fmt(c->arena, "[%d] %s (%s, %s)", m->part[i].number,
			m->part[i].name, m->part[i].type,
			rows_size(c->arena, m->part[i].size)));
	out_text(c->out, "\n%s\n",
	    mail_visible(c->arena, m->text, m->fold, m->folds));
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
		print_text(c, m);
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
