/*
 * canned show -- one canned reply, as written or filled in for a thread.
 */
#include <string.h>

#include "ui/cmd/answer.h"
#include "ui/cmd/resolve.h"

static void
show_raw(struct ctx *c, const struct canned *r)
{
	out_text(c->out, "Title: %s\n", r->title);
	if (*r->keys != '\0')
		out_text(c->out, "Keys: %s\n", r->keys);
	for (size_t i = 0; i < r->tags.n; i++)
		out_text(c->out, "%s%s%s", i == 0 ? "Tags: " : " ",
		    r->tags.v[i], i + 1 == r->tags.n ? "\n" : "");
	if (*r->subject != '\0')
		out_text(c->out, "Subject: %s\n", r->subject);
	if (r->close)
		out_text(c->out, "Close: yes\n");
	if (r->markdown)
		out_text(c->out, "Markdown: yes\n");
	for (size_t i = 0; i < r->attach.n; i++)
		out_text(c->out, "Attach: %s\n", r->attach.v[i]);
	out_text(c->out, "\n%s", r->body);
}

static int
show_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const char *thread = ctx_option(c, "thread");
	struct draft d;
	struct canned r;

	if (answer_canned_named(c, arg[0].str, &r, e) < 0)
		return -1;
	if (thread == NULL) {
		show_raw(c, &r);
		return 0;
	}
	if (answer_begin(c, resolve_number(thread), ANSWER_ONE, &d, e) < 0 ||
	    answer_fill(c, &d, &r, e) < 0)
		return -1;
	out_text(c->out, "Subject: %s\n\n%s", d.subject, d.text);
	return 0;
}

const struct cmd cmd_canned_show = {
	.name = "canned show",
	.args = "<canned>",
	.options = "[--thread <thread>]",
	.brief = "Show a canned reply",
	.man = "As it is written, or filled in for a\n.Ar thread .\n",
	.flags = 0,
	.run = show_run,
};
