/*
 * note -- a word among colleagues.
 */
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "ui/cmd/triage.h"

#define NOTE_MOST (1 << 20)

static int
note_text(struct ctx *c, const struct arg *words, const char **out,
    struct err *e)
{
	const char *file = ctx_option(c, "text");
	struct buf b = { 0 }, clean = { 0 };
	int rc = 0;

	if (file != NULL)
		rc = file_read(&b, file, NOTE_MOST, e);
	else
		buf_str(&b, words->str);
	text_repair(&clean, buf_text(&b), b.len);
	while (clean.len > 0 && strchr(" \n\t", clean.data[clean.len - 1]))
		buf_cut(&clean, clean.len - 1);
	*out = arena_str(c->arena, buf_text(&clean));
	buf_free(&b);
	buf_free(&clean);
	if (rc == 0 && **out == '\0')
		return err_set(e, ERR_USAGE, 0,
		    "note: nothing to note: give --text FILE, or words");
	return rc;
}

static int
note_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const char *text;
	int64_t id;

	if (note_text(c, &arg[1], &text, e) < 0)
		return -1;
	if (store_note(c->store, &c->act, c->thread[0].thread, text, &id, e) <
	    0)
		return -1;
	ctx_say(c, "note added to thread %lld", (long long)c->thread[0].thread);
	return 0;
}

const struct cmd cmd_note = {
	.name = "note",
	.args = "<thread> [<text>...]",
	.options = "[--text <file>]",
	.brief = "Leave a note for colleagues in a thread",
	.man = "The note is internal and never leaves the store.\n"
	       "It comes from the\n.Ar file ,\nor from standard input if that"
	       " is\n.Ql \\- ,\nor is the\n.Ar text .\n",
	.flags = CMD_WRITE,
	.run = note_run,
};
