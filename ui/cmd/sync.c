/*
 * sync -- mail in and out.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "mail/run.h"
#include "ui/cmd/cmd.h"

/* Progress goes to standard error, so that nothing is ever mixed with it. */
static void
tell(void *arg, const char *line)
{
	struct buf b = { 0 };
	const bool *terminal = arg;

	text_clean(&b, line, strlen(line), TEXT_LINE);
	if (*terminal)
		fprintf(stderr, "\r\033[K%s", buf_text(&b));
	else
		fprintf(stderr, "%s\n", buf_text(&b));
	fflush(stderr);
	buf_free(&b);
}

/* What happened that nobody here did. */
static void
say(void *arg, const char *line)
{
	const bool *terminal = arg;
	struct buf b = { 0 };

	text_clean(&b, line, strlen(line), TEXT_LINE);
	fprintf(stderr, "%s%s\n", *terminal ? "\r\033[K" : "", buf_text(&b));
	fflush(stderr);
	buf_free(&b);
}

static void
count(struct buf *b, int n, const char *what)
{
	if (n > 0)
		buf_fmt(b, "%s%d %s", b->len > 0 ? ", " : "", n, what);
}

static void
count_nouns(struct buf *b, int n, const char *noun, const char *done)
{
	char words[TEXT_COUNT];

	if (n > 0)
		buf_fmt(b, "%s%s%s", b->len > 0 ? ", " : "",
		    text_count(n, noun, words), done);
}

static void
say_report(struct ctx *c, const struct sync_report *r)
{
	struct buf b = { 0 };

	count_nouns(&b, r->fetched, "new mail", "");
	count_nouns(&b, r->threads, "new thread", "");
	count_nouns(&b, r->flags, "flag", " taken");
	count_nouns(&b, r->pushed, "change", " given");
	count(&b, r->gone, "deleted there");
	count(&b, r->sent, "sent");
	count(&b, r->failed, "refused");
	count(&b, r->doubt, "in doubt");
	count(&b, r->quarantined, "unreadable");
	count_nouns(&b, r->completed, "large mail", " completed");
	if (b.len > 0)
		ctx_say(c, "%s", buf_text(&b));
	buf_free(&b);
}

static void
report_json_line(struct ctx *c, const struct sync_report *r)
{
	struct json *o = json_object_new();

	json_put_int(o, "fetched", r->fetched);
	json_put_int(o, "threads", r->threads);
	json_put_int(o, "flags", r->flags);
	json_put_int(o, "pushed", r->pushed);
	json_put_int(o, "gone", r->gone);
	json_put_int(o, "sent", r->sent);
	json_put_int(o, "filed", r->filed);
	json_put_int(o, "failed", r->failed);
	json_put_int(o, "doubt", r->doubt);
	json_put_int(o, "quarantined", r->quarantined);
	json_put_int(o, "completed", r->completed);
	out_json(c->out, o);
}

static int
sync_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	bool terminal = isatty(STDERR_FILENO);
	struct sync_report r = { 0 };
	struct sync_ask ask = { .account = ctx_option(c, "account"),
		.now = ctx_has(c, "now"),
		.accept_removal = ctx_has(c, "accept-removal"),
		.progress = terminal && !c->quiet,
		.arg = &terminal };
	int rc;

	if (c->shop->accounts == 0)
		return err_set(e, ERR_CONFIG, 0,
		    "no account is configured: run \"shopbell setup\"");
	if (ask.account != NULL && shop_account(c->shop, ask.account) == NULL)
		return err_set(e, ERR_USAGE, 0, "sync: no account \"%.60s\"",
		    ask.account);
	if (ask.progress)
		ask.tell = tell;
	if (!c->quiet)
		ask.say = say;
	if (ctx_has(c, "watch"))
		return mail_watch(c->shop, &ask, e);
	rc = mail_sync(c->shop, &ask, &r, e);
	if (ask.progress)
		fprintf(stderr, "\r\033[K");
	if (c->out->format == OUT_JSON)
		report_json_line(c, &r);
	else
		say_report(c, &r);
	if (c->quiet && r.well_again)
		log_line(LOG_ERROR, "sync: well again");
	/* Cron hears of a failure once, not every minute. */
	if (c->quiet && r.known)
		e->text[0] = '\0';
	return rc;
}

const struct cmd cmd_sync = {
	.name = "sync",
	.options = "[--watch] [--now] [--account <account>] [--accept-removal]",
	.brief = "Send and fetch mail",
	.man = "Sends what is due, gives our changes to the servers and takes"
	       " theirs; makes a missing store.\n"
	       "A run with nothing to do says nothing.\n"
	       "With\n.Fl \\-watch\nit stays and takes new mail within a"
	       " second.\n"
	       ".Fl \\-now\nignores a pause after failures;\n"
	       ".Fl \\-accept\\-removal\nbelieves a server that has lost most"
	       " of a mailbox, or a whole one.\n"
	       ".Pp\n"
	       "What is done here is given first, one change at a time: read"
	       " and unread, answered, stars, tags, spam and trash,"
	       " and with the setting\n.Ic archive\nclosed threads.\n"
	       "What others did there is taken: a mail moved to the junk or"
	       " archive mailbox takes its thread along once no"
	       " mail of its customer is left behind.\n"
	       "So does one moved to the trash where that is read: at Gmail,"
	       " or named by\n.Ic mailbox .\n"
	       "Elsewhere it counts as deleted there: it is kept here, and"
	       " its thread stays as it is.\n"
	       "A tag is a keyword on the server: put on the newest mail of"
	       " the customer, taken off every mail of the thread; a thread"
	       " has a tag while one of its mails has it.\n"
	       "A tag that is no plain word is written in modified UTF-7;"
	       " keywords that programs use among themselves, such as\n"
	       ".Li $Forwarded\nor\n.Li NonJunk ,\nare no tags.\n"
	       "Where a server keeps no keywords, tags live in the store"
	       " alone.\n"
	       ".Pp\n"
	       "From cron:\n.Ql * * * * * shopbell sync \\-q .\n",
	.flags = CMD_LINE | CMD_NO_STORE | CMD_PRINT,
	.run = sync_run,
};
