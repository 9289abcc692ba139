/*
 * save -- attachments of a message to a folder.
 */
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "mail/message/read.h"
#include "store/query.h"
#include "ui/cmd/resolve.h"

/* One part under a safe name; number 0 is the whole mail. */
static int
save_part(struct ctx *c, const struct message *m, const struct buf *raw,
    int number, const char *folder, struct err *e)
{
	const char *name =
	    arena_fmt(c->arena, "message-%lld.eml", (long long)m->id);
	const char *path;
	struct buf bytes = { 0 };
	int rc;

	for (size_t i = 0; i < m->parts; i++) {
		if (m->part[i].number == number)
			name = m->part[i].name;
	}
	if (number == 0)
		rc = file_save_new(folder, name, raw->data, raw->len, c->arena,
		    &path, e);
	else if ((rc = mail_part(raw->data, raw->len, number, &bytes, e)) == 0)
		rc = file_save_new(folder, name, buf_text(&bytes), bytes.len,
		    c->arena, &path, e);
	buf_free(&bytes);
	if (rc == 0) {
		out_text(c->out, "%s\n",
		    text_cleaned(c->arena, path, TEXT_LINE));
		ctx_say(c, "saved as %.180s", path);
	}
	return rc;
}

/* The bytes of one part, for a pipe; a terminal would obey them. */
static int
print_part(struct ctx *c, const struct message *m, const struct buf *raw,
    int number, struct err *e)
{
	struct buf bytes = { 0 };
	int rc = 0;

	if (c->screen != NULL || isatty(STDOUT_FILENO))
		return err_set(e, ERR_USAGE, 0,
		    "save: --to - is for a pipe or a file");
	if (number != 0)
		rc = mail_part(raw->data, raw->len, number, &bytes, e);
	else
		buf_add(&bytes, raw->data, raw->len);
	if (rc == 0)
		rc = file_write_all(STDOUT_FILENO, buf_text(&bytes), bytes.len,
		    e);
	buf_free(&bytes);
	return rc;
}

static int
save_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const char *folder = ctx_option(c, "to");
	struct message m;
	struct buf raw = { 0 };
	int rc;

	if (folder == NULL)
		folder = ".";
	if (store_message(c->store, arg[0].id, c->arena, &m, e) < 0 ||
	    store_raw(c->store, m.id, &raw, e) < 0)
		return -1;
	rc = 0;
	if (!arg[1].given && m.parts == 0)
		rc = err_set(e, ERR_MISSING, 0,
		    "message %lld has no attachments", (long long)m.id);
	if (rc == 0 && strcmp(folder, "-") == 0) {
		int number = arg[1].given ? (int)resolve_number(arg[1].all.v[0])
			     : m.parts == 1 ? m.part[0].number
					    : -1;

		if (number < 0 || arg[1].all.n > 1)
			rc = err_set(e, ERR_USAGE, 0,
			    "save: name one part to print");
		else
			rc = print_part(c, &m, &raw, number, e);
		buf_free(&raw);
		return rc;
	}
	for (size_t i = 0; rc == 0 && !arg[1].given && i < m.parts; i++)
		rc = save_part(c, &m, &raw, m.part[i].number, folder, e);
	for (size_t i = 0; rc == 0 && i < arg[1].all.n; i++)
		rc = save_part(c, &m, &raw,
		    (int)resolve_number(arg[1].all.v[i]), folder, e);
	buf_free(&raw);
	if (c->screen == NULL)
		c->said[0] = '\0';
	return rc;
}

const struct cmd cmd_save = {
	.name = "save",
	.args = "<message> [<number>...]",
	.options = "[--to <file>]",
	.brief = "Save attachments to a folder",
	.man = "All of them, or the parts named by\n.Ar number ,\n0 being the"
	       " whole mail, into the folder given with\n.Fl \\-to\n"
	       "or this one;\n.Ql \\-\nprints the bytes of one.\n"
	       "Names are made safe and nothing is overwritten; the paths are"
	       " printed.\n",
	.flags = 0,
	.run = save_run,
};
