/*
 * audit -- does the store hold what the server holds?
 */
#include "mail/run.h"
#include "ui/cmd/cmd.h"

static void
tell(void *arg, const char *line)
{
	struct ctx *c = arg;

	if (c->out->format == OUT_TEXT)
		out_text(c->out, "%s\n", line);
}

static void
say(struct ctx *c, const struct audit_report *r)
{
	struct json *o;

	if (c->out->format == OUT_JSON) {
		o = json_object_new();
		json_put_int(o, "there", r->there);
		json_put_int(o, "here", r->here);
		json_put_int(o, "missing", r->missing);
		json_put_int(o, "extra", r->extra);
		json_put_int(o, "mended", r->mended);
		out_json(c->out, o);
		return;
	}
	if (!c->quiet)
		out_text(c->out,
		    "%lld mails there, %lld of them here, "
		    "%lld missing, %lld not there any more, %lld mended\n",
		    (long long)r->there, (long long)r->here,
		    (long long)r->missing, (long long)r->extra,
		    (long long)r->mended);
}

static int
audit_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct audit_report r = { 0 };
	struct sync_ask ask = {
		.account = ctx_option(c, "account"),
		.accept_removal = ctx_has(c, "accept-removal"),
		.tell = tell,
		.arg = c,
	};

	if (mail_audit(c->shop, &ask, ctx_has(c, "repair"), &r, e) < 0)
		return -1;
	say(c, &r);
	return r.missing + r.extra > r.mended ? 1 : 0;
}

const struct cmd cmd_audit = {
	.name = "audit",
	.options = "[--repair] [--account <account>] [--accept-removal]",
	.brief = "Compare the server with the store",
	.man = "Compares every UID of the servers with the store, prints what"
	       " differs, and exits with 1 if anything does.\n"
	       "With\n.Fl \\-repair\nwhat is missing is fetched and what is"
	       " gone there is marked.\n",
	.flags = CMD_LINE | CMD_NO_STORE | CMD_PRINT,
	.run = audit_run,
};
