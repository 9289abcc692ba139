/*
 * check -- does the log of events lead to the store as it is, and is
 * every mail what came?
 */
#include "base/text.h"
#include "store/query.h"
#include "ui/cmd/cmd.h"

static void
tell(void *arg, const char *line)
{
	struct ctx *c = arg;

	out_text(c->out, "%s\n", line);
}

static int
check_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct check_report r = { 0 };

	if (store_check(c->store, tell, c, &r, e) < 0)
		return -1;
	if (c->out->format == OUT_JSON) {
		struct json *o = json_object_new();

		buf_clear(&c->out->text);
		json_put_int(o, "events", r.events);
		json_put_int(o, "threads", r.threads);
		json_put_int(o, "messages", r.messages);
		json_put_int(o, "mails", r.mails);
		json_put_int(o, "bytes", r.bytes);
		json_put_int(o, "damaged", r.damaged);
		json_put_int(o, "differences", r.differences);
		out_json(c->out, o);
	} else {
		char v[5][TEXT_COUNT];

		ctx_say(c, "%s, %s, %s, every byte of %s (%.1f MB): %s",
		    text_count(r.events, "event", v[0]),
		    text_count(r.threads, "thread", v[1]),
		    text_count(r.messages, "message", v[2]),
		    text_count(r.mails, "mail", v[3]), (double)r.bytes / 1e6,
		    text_count(r.differences, "difference", v[4]));
		if (!c->quiet)
			out_text(c->out, "%s\n", c->said);
		c->said[0] = '\0';
	}
	return r.differences > 0 ? 1 : 0;
}

const struct cmd cmd_check = {
	.name = "check",
	.brief = "Replay the events and compare",
	.man = "Replays the log of events over the mail, compares with every"
	       " row, tests the invariants, compares the bytes of every mail"
	       " with their hash, and exits with 1 if anything differs.\n"
	       "A mail whose bytes are damaged is named;\n"
	       ".Ic audit Fl \\-repair\nfetches it again where a server still"
	       " has it.\n",
	.flags = CMD_PRINT,
	.run = check_run,
};
