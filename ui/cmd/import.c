/*
 * import -- mail out of files into the store.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "mail/past.h"
#include "ui/cmd/cmd.h"

static void
tell(void *arg, const char *line)
{
	struct buf b = { 0 };

	text_clean(&b, line, strlen(line), TEXT_LINE);
	fprintf(stderr, "\r\033[K%s", buf_text(&b));
	fflush(stderr);
	buf_free(&b);
}

static int
import_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	bool progress = isatty(STDERR_FILENO) && !c->quiet;
	struct past_count n;
	int rc;

	rc = past_import(c->shop, arg[0].str, progress ? tell : NULL, NULL, &n,
	    e);
	if (progress)
		fprintf(stderr, "\r\033[K");
	if (rc < 0)
		return -1;
	ctx_say(c, "%lld mails read, %lld new, %lld new threads%s",
	    (long long)n.read, (long long)n.fetched, (long long)n.threads,
	    n.unreadable > 0 ? ", some unreadable and kept as they are" : "");
	return 0;
}

const struct cmd cmd_import = {
	.name = "import",
	.args = "<file>",
	.brief = "Take mail from files into the store",
	.man = "From an mbox, a Maildir, a mail in a\n.Pa .eml\nfile, or a"
	       " folder of these; makes a missing store.\n"
	       "Mail from one of our own addresses counts as sent by us.\n"
	       "What is known already changes nothing, so an import that was"
	       " cut short is simply run again.\n"
	       "It cannot send and touches no server.\n",
	.flags = CMD_LINE | CMD_NO_STORE,
	.run = import_run,
};
