/*
 * rethread -- the rules of threads, asked again.
 */
#include "base/text.h"
#include "mail/message/read.h"
#include "store/edit.h"
#include "ui/cmd/resolve.h"
#include "ui/cmd/rows.h"

static void
tell(void *arg, const struct rethread_move *m)
{
	struct ctx *c = arg;

	if (c->out == NULL)
		return;
	if (c->out->format == OUT_JSON) {
		struct json *o = json_object_new();

		json_put_int(o, "message", m->message);
		json_put_int(o, "from", m->from);
		if (m->to != 0)
			json_put_int(o, "to", m->to);
		else
			json_put_null(o, "to");
		json_put_str(o, "subject", m->subject);
		out_json(c->out, o);
		return;
	}
	out_text(c->out, "message %lld: thread %lld -> %s  %s\n",
	    (long long)m->message, (long long)m->from,
	    m->to != 0 ? arena_fmt(c->arena, "%lld", (long long)m->to)
		       : "a new one",
	    text_cleaned(c->arena, m->subject, TEXT_LINE));
}

/* What mails say that were stored before it was kept. */
static int
read_old(struct ctx *c, struct err *e)
{
	struct arena a = { 0 };
	struct buf raw = { 0 };
	int64_t id = 0;
	int rc;

	while ((rc = store_unread_kin(c->store, id, &id, e)) > 0) {
		struct mail *m;

		buf_clear(&raw);
		if (store_raw(c->store, id, &raw, e) < 0)
			break;
		m = mail_read(&a, raw.data, raw.len, &read_limits_default);
		if (store_kin_read(c->store, &c->act, id, m, e) < 0)
			break;
		arena_reset(&a);
	}
	buf_free(&raw);
	arena_free(&a);
	return rc != 0 ? -1 : 0;
}

static int
rethread_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct list_ask ask;
	struct thread *v = NULL;
	struct seen *seen = NULL;
	struct rethread_sum sum;
	char threads[TEXT_COUNT], moved[TEXT_COUNT];
	size_t n = 0;

	if (arg[0].given) {
		if (resolve_query(c, arg[0].str, &ask, e) < 0 ||
		    store_list(c->store, &ask, c->arena, &v, &n, e) < 0)
			return -1;
		seen = arena_array(c->arena, n + 1, sizeof(*seen));
		for (size_t i = 0; i < n; i++)
			seen[i].thread = v[i].id;
	}
	if (read_old(c, e) < 0 ||
	    store_rethread(c->store, &c->act, seen, n,
		c->yes ? RETHREAD_DO : RETHREAD_LOOK, tell, c, &sum, e) < 0)
		return -1;
	if (c->out != NULL && c->out->format == OUT_JSON)
		return 0;
	text_count(sum.threads, "thread", threads);
	text_count(sum.moved, "message", moved);
	if (sum.moved == 0)
		ctx_say(c, "%s looked at: all is as the rules say", threads);
	else if (c->yes)
		ctx_say(c, "%s looked at, %s moved", threads, moved);
	else
		ctx_say(c, "%s looked at, %s would move: add --yes to go on",
		    threads, moved);
	return 0;
}

const struct cmd cmd_rethread = {
	.name = "rethread",
	.args = "[<query>]",
	.options = "[--yes]",
	.brief = "Group messages into threads again",
	.man = "Asks the rules again about every thread, or those that match"
	       "\n.Ar query\n"
	       "and whatever is tied to them, and prints which messages belong"
	       " elsewhere.\n"
	       "With\n.Fl \\-yes\nthey are put there, a line in the history of"
	       " each thread.\n"
	       "What was merged, split or moved by hand stays as it is, and two"
	       " threads that both have an assignee are never made one.\n",
	.flags = CMD_WRITE | CMD_FINAL | CMD_PRINT,
	.run = rethread_run,
};
