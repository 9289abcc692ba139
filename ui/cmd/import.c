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

static void
say(struct ctx *c, const struct past_count *n)
{
	char left[80] = "", other[100] = "", v[4][TEXT_COUNT];

	if (n->left > 0)
		snprintf(left, sizeof(left), ", %s left out",
		    text_count(n->left, "draft or trashed mail", v[0]));
	if (n->other > 0)
		snprintf(other, sizeof(other), ", %s without mail",
		    text_count(n->other, "file", v[1]));
	ctx_say(c, "%s read, %lld new, %s%s%s%s",
	    text_count(n->read, "mail", v[2]), (long long)n->fetched,
	    text_count(n->threads, "new thread", v[3]), left, other,
	    n->unreadable > 0 ? ", some unreadable and kept as they are" : "");
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
	say(c, &n);
	/* What could be read was taken; the error tells of the rest. */
	if (rc < 0 && n.refused > 0 && n.read > 0 && !c->quiet)
		out_text(c->out, "%s\n", c->said);
	return rc;
}

const struct cmd cmd_import = {
	.name = "import",
	.args = "<file>",
	.brief = "Take mail from files into the store",
	.man = "From an mbox, a Maildir, a mail in a\n.Pa .eml\nfile, or a"
	       " folder of these, or\n.Li \\- ,\nstandard input;"
	       " makes a missing store, and needs no account.\n"
	       "Mail from one of our own addresses, or in a folder for sent"
	       " mail, counts as sent by us; what lies in a folder for junk is"
	       " spam.\n"
	       "Drafts and trash are left out, unless their folder itself is"
	       " named.\n"
	       "What is known already changes nothing and is passed over fast,"
	       " so an import that was cut short is simply run again.\n"
	       "A file that cannot be read is told of at the end and makes the"
	       " exit status 74; the rest is taken.\n"
	       "It cannot send and touches no server.\n",
	.flags = CMD_LINE | CMD_NO_STORE,
	.run = import_run,
};
