/*
 * audit -- does the store hold what the server holds?
 */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "mail/run.h"
#include "ui/cmd/cmd.h"

#define WIDE 66 /* of a line of UIDs */

struct audit_out {
	struct ctx *c;
	struct json *boxes;
	bool repair;
};

/* What a repair has to say on its way. */
static void
tell(void *arg, const char *line)
{
	struct audit_out *o = arg;

	if (o->c->out->format == OUT_TEXT && !o->c->quiet)
		out_text(o->c->out, "%s\n", line);
}

/* A set as "4:5,9": behind what stands there, or on lines of its own. */
static void
say_set(struct ctx *c, const char *set)
{
	if (strlen(set) <= WIDE / 2) {
		out_text(c->out, " %s\n", set);
		return;
	}
	while (*set != '\0') {
		size_t n = strlen(set);

		while (n > WIDE || (set[n] != '\0' && set[n - 1] != ','))
			n--;
		out_text(c->out, "\n    %.*s", (int)n, set);
		set += n;
	}
	out_text(c->out, "\n");
}

static void
say_missing(struct ctx *c, const struct audit_box *b)
{
	if (b->missings == 0)
		return;
	out_text(c->out, "%s: %s: not here: %" PRId64, b->account, b->mailbox,
	    b->missings);
	if (b->later == b->missings)
		out_text(c->out, " not fetched yet");
	else if (b->later > 0)
		out_text(c->out, " (%" PRId64 " not fetched yet)", b->later);
	out_text(c->out, ", UID");
	say_set(c, b->missing);
}

static int64_t
differences(const struct audit_box *b)
{
	return b->missings + b->extras + b->others;
}

static void
say_box(struct ctx *c, const struct audit_box *b, bool repair)
{
	int64_t mended = differences(b) - b->left;

	if (b->renumbered)
		out_text(c->out,
		    "%s: %s: the server has numbered its mails anew%s\n",
		    b->account, b->mailbox,
		    repair ? "" : ": run shopbell sync");
	say_missing(c, b);
	if (b->vanished)
		out_text(c->out, "%s: %s: the mailbox is not there any more\n",
		    b->account, b->mailbox);
	if (b->extras > 0) {
		out_text(c->out, "%s: %s: not there any more: %" PRId64 ", UID",
		    b->account, b->mailbox, b->extras);
		say_set(c, b->extra);
	}
	if (b->others > 0) {
		out_text(c->out,
		    "%s: %s: other mails there than here: %" PRId64 ", UID",
		    b->account, b->mailbox, b->others);
		say_set(c, b->other);
	}
	if (repair && differences(b) > 0)
		out_text(c->out,
		    "%s: %s: %" PRId64 " mended, %" PRId64 " left\n",
		    b->account, b->mailbox, mended, b->left);
}

static void
put_box(struct json *boxes, const struct audit_box *b)
{
	struct json *o = json_object_new();

	json_put_str(o, "account", b->account);
	json_put_str(o, "mailbox", b->mailbox);
	json_put_int(o, "there", b->there);
	json_put_int(o, "here", b->here);
	json_put_int(o, "missing", b->missings);
	json_put_str(o, "missing_uids", b->missing);
	json_put_int(o, "not_fetched_yet", b->later);
	json_put_int(o, "extra", b->extras);
	json_put_str(o, "extra_uids", b->extra);
	json_put_int(o, "other", b->others);
	json_put_str(o, "other_uids", b->other);
	json_put_bool(o, "renumbered", b->renumbered);
	json_put_bool(o, "vanished", b->vanished);
	json_put_int(o, "left", b->left);
	json_push(boxes, o);
}

static void
on_box(void *arg, const struct audit_box *b)
{
	struct audit_out *o = arg;

	if (o->boxes != NULL)
		put_box(o->boxes, b);
	else
		say_box(o->c, b, o->repair);
}

static void
say_sum(struct audit_out *o, const struct audit_report *r, int64_t mended)
{
	struct ctx *c = o->c;
	char count[TEXT_COUNT];

	out_text(c->out,
	    "%s there, %" PRId64 " of them here, %" PRId64 " missing, %" PRId64
	    " not there any more",
	    text_count(r->there, "mail", count), r->here, r->missing, r->extra);
	if (r->other > 0)
		out_text(c->out, ", %" PRId64 " other there", r->other);
	if (o->repair)
		out_text(c->out, ", %" PRId64 " mended", mended);
	else if (r->missing + r->extra + r->other > 0)
		out_text(c->out, ": shopbell audit --repair mends that");
	if (!o->repair && r->extra + r->other > 0)
		out_text(c->out, ", with --accept-removal where many are gone");
	out_text(c->out, "\n");
}

static void
sum(struct audit_out *o, const struct audit_report *r)
{
	int64_t mended = r->missing + r->extra + r->other - r->left;
	struct ctx *c = o->c;
	char count[TEXT_COUNT];
	struct json *all;

	if (o->boxes != NULL) {
		all = json_object_new();
		json_put_int(all, "there", r->there);
		json_put_int(all, "here", r->here);
		json_put_int(all, "missing", r->missing);
		json_put_int(all, "extra", r->extra);
		json_put_int(all, "other", r->other);
		json_put_int(all, "mended", mended);
		json_put_int(all, "left", r->left);
		if (o->repair) {
			json_put_int(all, "damaged", r->damaged);
			json_put_int(all, "fetched_again", r->mended);
		}
		json_put(all, "mailboxes", o->boxes);
		out_json(c->out, all);
		return;
	}
	if (r->damaged > 0)
		out_text(c->out, "%s damaged here, %" PRId64 " fetched again\n",
		    text_count(r->damaged, "mail", count), r->mended);
	if (!c->quiet)
		say_sum(o, r, mended);
}

static int
audit_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct audit_report r = { 0 };
	struct audit_out o = { .c = c, .repair = ctx_has(c, "repair") };
	struct sync_ask how = {
		.account = ctx_option(c, "account"),
		.accept_removal = ctx_has(c, "accept-removal"),
		.now = true,
		.tell = tell,
		.arg = &o,
	};
	struct audit_ask ask = { .repair = o.repair, .box = on_box, .arg = &o };
	int rc;

	(void)arg;
	if (c->out->format == OUT_JSON)
		o.boxes = json_array_new();
	rc = mail_audit(c->shop, &how, &ask, &r, e);
	/* Also what was found before something failed. */
	if (rc == 0 || r.there + r.missing + r.extra + r.other > 0)
		sum(&o, &r);
	else
		json_free(o.boxes);
	if (rc < 0)
		return -1;
	return r.left > 0 || r.damaged > r.mended ? 1 : 0;
}

const struct cmd cmd_audit = {
	.name = "audit",
	.options = "[--repair] [--account <account>] [--accept-removal]",
	.brief = "Compare the server with the store",
	.man = "Compares every UID of the mailboxes that are read, and the"
	       " size and date of what lies there, on the"
	       " servers and in the store, prints what differs, by mailbox and"
	       " UID, and exits with 1 if anything does.\n"
	       "Nothing is changed, and a\n.Ic sync\nmay run beside it.\n"
	       "With\n.Fl \\-repair\nwhat is missing is fetched and what is"
	       " gone there is marked, after a round of\n.Ic sync ,\nand the"
	       " bytes of every mail here are read, and those that are damaged"
	       " fetched again;\nthen it"
	       " exits with 1 only if something is left.\n"
	       "Marking many mails at once needs\n.Fl \\-accept-removal .\n",
	.flags = CMD_LINE | CMD_NO_STORE | CMD_PRINT,
	.run = audit_run,
};
