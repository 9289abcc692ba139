/*
 * show -- a conversation.
 */
#include <string.h>

#include "base/text.h"
#include "base/when.h"
#include "store/query.h"
#include "ui/cmd/circle.h"
#include "ui/cmd/inner.h"
#include "ui/cmd/resolve.h"
#include "ui/cmd/rows.h"
#include "desk/people.h"
#include "desk/returned.h"

/* The message that one answers in its thread: its number, or null. */
static void
put_parent(struct json *o, int64_t message, const struct parent *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (v[i].message != message || v[i].parent == 0)
			continue;
		json_put_int(o, "parent", v[i].parent);
		return;
	}
	json_put_null(o, "parent");
}

static int
show_json(struct ctx *c, const struct thread *t, const struct message *m,
    size_t n, struct err *e)
{
	struct json *o, *array, *related;
	struct parent *parent;
	int64_t *other;
	size_t parents, others;

	if (store_parents(c->store, t->id, c->arena, &parent, &parents, e) <
		0 ||
	    store_related(c->store, t->id, c->arena, &other, &others, e) < 0)
		return -1;
	o = rows_thread_json(t);
	array = json_array_new();
	related = json_array_new();
	for (size_t i = 0; i < n; i++) {
		struct json *one = rows_message_json(c, &m[i]);

		put_parent(one, m[i].id, parent, parents);
		json_push(array, one);
	}
	/* In a list messages is a count; here the same key holds them. */
	json_put(o, "messages", array);
	for (size_t i = 0; i < others; i++)
		json_push_int(related, other[i]);
	json_put(o, "related", related);
	out_json(c->out, o);
	return 0;
}

static int
show_related(struct ctx *c, int64_t thread, struct err *e)
{
	struct thread t;
	int64_t *v;
	size_t n;

	if (store_related(c->store, thread, c->arena, &v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (store_thread(c->store, v[i], c->arena, &t, e) < 0)
			return -1;
		out_text(c->out, "related: thread %lld, %s, assigned to %s\n",
		    (long long)t.id,
		    text_cleaned(c->arena, t.subject, TEXT_LINE),
		    t.assignee_login);
	}
	return 0;
}

static void
rule(struct out *o)
{
	for (int i = 0; i < o->cols && i < 100; i++)
		buf_str(&o->text, "─");
	buf_chr(&o->text, '\n');
}

static void
wrapped(struct ctx *c, const char *s, size_t n, const char *indent)
{
	struct buf clean = { 0 };
	int cols = c->out->cols - (int)strlen(indent);

	if (cols > 92)
		cols = 92;
	if (cols < 30)
		cols = 30;
	text_clean(&clean, s, n, TEXT_BLOCK);
	for (size_t at = 0; at < clean.len;) {
		size_t next = 0, len;

		len = text_wrap(clean.data + at, clean.len - at, cols, &next);
		if (len > 0)
			buf_str(&c->out->text, indent);
		buf_add(&c->out->text, clean.data + at, len);
		buf_chr(&c->out->text, '\n');
		at += next > 0 ? next : 1;
	}
	buf_free(&clean);
}

static int
lines_in(const char *s, size_t n)
{
	int lines = 0;

	for (size_t i = 0; i < n; i++)
		lines += s[i] == '\n';
	return lines + (n > 0 && s[n - 1] != '\n');
}

static const char *
fold_name(enum fold_kind k)
{
	if (k == FOLD_QUOTE)
		return "quoted";
	if (k == FOLD_LINKS)
		return "of links";
	return k == FOLD_SIGNATURE ? "of signature" : "of small print";
}

/* The text with its folds shut, or open with --full. */
static void
show_body(struct ctx *c, const struct message *m, bool full)
{
	const char *indent = m->kind == MESSAGE_NOTE ? "  ¦ " : "  ";
	size_t at = 0, end = strlen(m->text);
	char count[TEXT_COUNT];

	for (size_t i = 0; !full && i < m->folds; i++) {
		const struct fold *f = &m->fold[i];

		if (f->from > at)
			wrapped(c, m->text + at, f->from - at, indent);
		out_text(c->out, "  [%s %s]\n",
		    text_count(lines_in(m->text + f->from, f->until - f->from),
			"line", count),
		    fold_name(f->kind));
		at = f->until;
	}
	if (at < end)
		wrapped(c, m->text + at, end - at, indent);
}

static const char *
writer(struct ctx *c, const struct message *m)
{
	if (m->kind == MESSAGE_NOTE || (m->agent != 0 && *m->from.name == '\0'))
		return resolve_agent_name(c, m->agent);
	return people_format(c->arena, &m->from);
}

static void
show_marks(struct ctx *c, const struct message *m)
{
	if (m->automatic)
		out_text(c->out, "  (automatic: %s)\n", m->automatic_why);
	if (m->bounce != NULL)
		out_text(c->out, "  (%s)\n",
		    text_cleaned(c->arena,
			returned_sentence(c->arena, m->bounce), TEXT_LINE));
	if (m->bounce != NULL && *m->bounce->reason != '\0')
		out_text(c->out, "  (the server said: %s)\n",
		    text_cleaned(c->arena, m->bounce->reason, TEXT_LINE));
	if (m->doubts & DOUBT_NAME_IS_ADDRESS)
		out_text(c->out, "  (take care: the name is an address)\n");
	if (m->doubts & DOUBT_MANY_FROM)
		out_text(c->out, "  (take care: several senders: %s)\n",
		    text_cleaned(c->arena,
			people_format_all(c->arena, &m->writers), TEXT_LINE));
	if ((m->doubts & DOUBT_MANY_FROM) && m->sender.n > 0)
		out_text(c->out, "  (sent for them by %s)\n",
		    text_cleaned(c->arena,
			people_format_all(c->arena, &m->sender), TEXT_LINE));
	if (m->doubts & DOUBT_ENCODED_AT)
		out_text(c->out,
		    "  (take care: an address or a control character hidden in"
		    " a name)\n");
	if (m->doubts & DOUBT_OUR_NAME)
		out_text(c->out,
		    "  (take care: a name of ours, the address is not)\n");
	if (m->doubts & DOUBT_STRANGER)
		out_text(c->out, "  (new in this thread: nobody here has "
				 "written to them)\n");
	if (m->doubts & DOUBT_LOOKALIKE)
		out_text(c->out,
		    "  (take care: the address only looks like one we know)\n");
	if (m->elsewhere.n > 0)
		out_text(c->out, "  (answers go to %s)\n",
		    text_cleaned(c->arena,
			people_format_all(c->arena, &m->elsewhere), TEXT_LINE));
	if (m->doubts & DOUBT_HIDDEN)
		out_text(c->out,
		    "  (words of this mail are hidden from its readers)\n");
	if (m->gone)
		out_text(c->out, "  (deleted on the server)\n");
	if (m->rest > 0)
		out_text(c->out, "  (%s: fetch %lld)\n",
		    message_rest(c->arena, m), (long long)m->id);
	if (*m->unreadable != '\0')
		out_text(c->out, "  (could not be read: %s)\n", m->unreadable);
}

static void
show_message(struct ctx *c, const struct message *m, bool full)
{
	char at[WHEN_SIZE];

	when_long(c->shop->zone, m->received_at, at);
	rule(c->out);
	out_text(c->out, "%s %s  %s  [%lld]\n",
	    m->kind == MESSAGE_NOTE         ? "note"
	    : m->kind == MESSAGE_CALL       ? "call"
	    : m->direction == DIRECTION_OUT ? "  →"
					    : "←",
	    text_cleaned(c->arena, writer(c, m), TEXT_LINE), at,
	    (long long)m->id);
	if (m->kind == MESSAGE_MAIL && m->to.n > 0)
		out_text(c->out, "  to %s%s%s\n",
		    text_cleaned(c->arena, people_format_all(c->arena, &m->to),
			TEXT_LINE),
		    m->cc.n > 0 ? ", cc " : "",
		    m->cc.n > 0
			? text_cleaned(c->arena,
			      people_format_all(c->arena, &m->cc), TEXT_LINE)
			: "");
	show_marks(c, m);
	out_text(c->out, "\n");
	show_body(c, m, full);
	for (size_t i = 0; i < m->parts; i++) {
		const struct part *p = &m->part[i];

		out_text(c->out, "  (%d) %s  %s, %s\n", p->number,
		    text_cleaned(c->arena,
			*p->name != '\0' ? p->name : "(no name)", TEXT_LINE),
		    p->type, rows_size(c->arena, p->size));
	}
}

static void
show_head(struct ctx *c, const struct thread *t)
{
	struct arena *a = c->arena;
	struct address who = { t->customer.name, t->customer.address };
	const char *wait = rows_wait(a, t, c->act.now);

	out_text(c->out, "#%lld  %s\n", (long long)t->id,
	    text_cleaned(a, t->subject, TEXT_LINE));
	out_text(c->out, "%s%s  %s%s%s  %s%s", t->customer.vip ? "★ " : "",
	    text_cleaned(a, people_format(a, &who), TEXT_LINE),
	    rows_state(t, c->act.now), *wait != '\0' ? ", waits " : "", wait,
	    *t->assignee_login != '\0' ? "assigned to " : "unassigned",
	    t->assignee_login);
	for (size_t i = 0; i < t->tags.n; i++)
		out_text(c->out, "%s%s", i == 0 ? "  tags: " : ", ",
		    text_cleaned(a, t->tags.v[i], TEXT_LINE));
	out_text(c->out, "\n");
}

static int
show_events(struct ctx *c, int64_t thread, struct err *e)
{
	struct event *v = NULL;
	size_t n = 0;
	char at[WHEN_SIZE];

	if (store_events(c->store, thread, c->arena, &v, &n, e) < 0)
		return -1;
	rule(c->out);
	for (size_t i = 0; i < n; i++) {
		when_long(c->shop->zone, v[i].at, at);
		out_text(c->out, "  %s  %s: %s\n", at,
		    text_cleaned(c->arena, v[i].who, TEXT_LINE),
		    text_cleaned(c->arena, v[i].text, TEXT_LINE));
	}
	return 0;
}

/* Whom an agent's forward speaks of, where nothing proves it. */
static int
show_inner(struct ctx *c, const struct thread *t, const struct message *m,
    size_t n, struct err *e)
{
	struct address who;
	int rc = inner_of_thread(c->store, c->shop, t, m, n, c->arena, &who, e);

	if (rc > 0)
		out_text(c->out,
		    "forwarded: the mail inside is from %s; \"shopbell "
		    "customer "
		    "is %lld\" takes that for the customer\n",
		    text_cleaned(c->arena, people_format(c->arena, &who),
			TEXT_LINE),
		    (long long)t->id);
	return rc < 0 ? -1 : 0;
}

static int
show_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct message *m = NULL;
	struct thread t;
	size_t n = 0;

	if (store_thread(c->store, c->thread[0].thread, c->arena, &t, e) < 0 ||
	    store_messages(c->store, t.id, c->arena, &m, &n, e) < 0)
		return -1;
	circle_mark(c->arena, c->shop, &t, m, n);
	if (c->out->format == OUT_JSON)
		return show_json(c, &t, m, n, e);
	show_head(c, &t);
	if (show_related(c, t.id, e) < 0)
		return -1;
	if (show_inner(c, &t, m, n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		show_message(c, &m[i], ctx_has(c, "full"));
	if (ctx_has(c, "events"))
		return show_events(c, t.id, e);
	return 0;
}

const struct cmd cmd_show = {
	.name = "show",
	.args = "<thread>",
	.options = "[--full] [--events]",
	.brief = "Show a conversation",
	.man = "Quotes, signatures and small print are folded;\n"
	       ".Fl \\-full\nunfolds them.\n"
	       ".Fl \\-events\nadds what was done to the thread, and by whom.\n"
	       "The number in brackets after a message is the one that\n"
	       ".Cm save\ntakes.\n",
	.flags = CMD_PRINT,
	.run = show_run,
};
