/*
 * attachment.c -- the attachments of a message: read in place, saved, opened by
 * another program, piped.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"
#include "mail/message/read.h"
#include "ui/attached.h"
#include "ui/cmd/grammar.h"
#include "ui/screen/screen.h"
#include "ui/term.h"
#include "ui/views.h"

#define PIPE_MOST (4 << 20)
#define PIPE_MS   10000

static const struct message *
message_here(const struct ctx *c, struct err *e)
{
	const struct app *a = c->screen;
	const struct message *m = thread_message(a->top);

	if (m == NULL)
		err_set(e, ERR_USAGE, 0, "open a thread first");
	else if (m->parts == 0)
		err_set(e, ERR_USAGE, 0, "nothing is attached to it");
	else
		return m;
	return NULL;
}

/* "3 2 photo.jpg" as picked: message and part. */
struct chosen {
	int64_t message;
	int number;
};

static bool
chosen_read(const char *text, struct chosen *out)
{
	long long message;

	if (text == NULL ||
	    sscanf(text, "%lld %d", &message, &out->number) != 2)
		return false;
	out->message = message;
	return true;
}

static const char *
name_of(const struct part *p)
{
	return *p->name != '\0' ? p->name : "(no name)";
}

/* A row for each part; only texts if that is what is wanted. */
static void
offer(struct picker *p, struct app *a, const struct message *m, bool texts)
{
	const struct attached *v = thread_attached(a->top);

	for (size_t i = 0; i < m->parts; i++) {
		const struct part *t = &m->part[i];
		const char *brief = t->type;

		if (texts && (v == NULL || !v[i].look.text))
			continue;
		if (v != NULL)
			brief = attached_words(&p->arena, t, &v[i].look);
		picker_add(p,
		    arena_fmt(&p->arena, "%lld %d", (long long)m->id,
			t->number),
		    name_of(t),
		    arena_fmt(&p->arena, "%s  %s", brief,
			attached_size(&p->arena, t->size)),
		    false);
	}
}

/* ---- in place ---- */

static void
show_done(struct app *a, void *arg, const char *text)
{
	struct chosen c;
	struct err e = { 0 };

	(void)arg;
	if (chosen_read(text, &c) && thread_show_part(a->top, c.number, &e) < 0)
		app_fail(a, &e);
}

static int
show_part_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct app *a = c->screen;
	const struct message *m = message_here(c, e);
	struct picker *p;

	if (m == NULL)
		return -1;
	if (arg[0].given)
		return thread_show_part(a->top, (int)arg[0].id, e);
	p = picker_open(a, " Read in its place ", show_done, NULL);
	offer(p, a, m, true);
	if (picker_offer(a, "no text is attached: o opens it, s saves it", e) <
	    0)
		return -1;
	if (p->items == 1) {
		char *only = arena_str(c->arena, p->item[0].text);

		picker_close(a);
		show_done(a, NULL, only);
	}
	return 0;
}

const struct cmd screen_show_part = {
	.name = "show-part",
	.args = "[<number>]",
	.keys = "thread:p",
	.brief = "Read an attached text in its place",
	.man =
	    "Show the text of an attachment in the conversation, or hide it\n"
	    "again: plain text, HTML, an invitation, an attached mail.",
	.flags = CMD_SCREEN,
	.run = show_part_run,
};

/* ---- saving ---- */

static void
save_done(struct app *a, void *arg, const char *text)
{
	char line[80];

	(void)arg;
	if (text == NULL)
		return;
	snprintf(line, sizeof(line), "save %.60s", text);
	app_run(a, line);
}

static int
save_part_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct app *a = c->screen;
	const struct message *m = message_here(c, e);
	struct picker *p;

	(void)arg;
	if (m == NULL)
		return -1;
	p = picker_open(a, " Save into this folder ", save_done, NULL);
	if (m->parts > 1)
		picker_add(p, arena_fmt(&p->arena, "%lld", (long long)m->id),
		    "all", "every attachment", false);
	offer(p, a, m, false);
	picker_find(p);
	return 0;
}

const struct cmd screen_save_part = {
	.name = "save-part",
	.args = "",
	.keys = "thread:s",
	.brief = "Save an attachment",
	.man = "Choose an attachment of the message and save it.",
	.flags = CMD_SCREEN,
	.run = save_part_run,
};

/* ---- opening ---- */

/* Files laid out for other programs; they go when we do. */
static struct laid {
	struct laid *next;
	char *path, *folder;
} * laid;

static void
take_away(void)
{
	for (struct laid *l = laid; l != NULL; l = l->next) {
		unlink(l->path);
		rmdir(l->folder);
	}
}

static int
lay_out(struct arena *a, const char *name, const struct buf *bytes,
    const char **path, struct err *e)
{
	const char *base = getenv("XDG_RUNTIME_DIR");
	struct laid *l = calloc(1, sizeof(*l));
	char *folder;

	if (base == NULL || *base != '/')
		base = getenv("TMPDIR");
	folder = arena_fmt(a, "%s/shopbell-XXXXXX",
	    base != NULL && *base == '/' ? base : "/tmp");
	if (l == NULL || mkdtemp(folder) == NULL) {
		free(l);
		return err_set(e, ERR_SYSTEM, errno, "%s: %s", folder,
		    strerror(errno));
	}
	if (file_save_new(folder, name, buf_text(bytes), bytes->len, a, path,
		e) < 0) {
		rmdir(folder);
		free(l);
		return -1;
	}
	if (laid == NULL)
		atexit(take_away);
	*l = (struct laid){ laid, strdup(*path), strdup(folder) };
	laid = l;
	return 0;
}

static bool
on_desktop(void)
{
	return getenv("DISPLAY") != NULL || getenv("WAYLAND_DISPLAY") != NULL;
}

/* The program and its words, the path behind them; never by a shell. */
static int
start(struct app *a, struct arena *arena, const char *path, struct err *e)
{
	const char *command = a->shop->open_command;
	struct strings words = { 0 };
	const char **argv;
	int status = 0, rc;

	if (*command == '\0')
		command = "xdg-open";
	if (grammar_split(arena, command, &words, NULL, e) < 0)
		return -1;
	argv = arena_array(arena, words.n + 2, sizeof(*argv));
	for (size_t i = 0; i < words.n; i++)
		argv[i] = words.v[i];
	argv[words.n] = path;
	if (on_desktop())
		return child_detach(argv, e);
	/* Without a desktop it is a program for this terminal. */
	term_leave();
	rc = child_foreground(argv, &status, e);
	term_enter();
	a->dirty = true;
	if (rc == 0 && status != 0)
		rc = err_set(e, ERR_USAGE, status, "%s ended with status %d",
		    argv[0], status);
	return rc;
}

static int
part_bytes(struct app *a, const struct chosen *c, struct buf *out,
    struct err *e)
{
	struct buf raw = { 0 };
	int rc = store_raw(a->store, c->message, &raw, e);

	if (rc == 0)
		rc = mail_part(raw.data, raw.len, c->number, out, e);
	buf_free(&raw);
	return rc;
}

static void
open_done(struct app *a, void *arg, const char *text)
{
	struct chosen *c = arg;
	const struct message *m = thread_message(a->top);
	struct arena scratch = { 0 };
	struct buf bytes = { 0 };
	struct err e = { 0 };
	const char *name = "attachment", *path = "";

	if (text == NULL || *text != 'y' || m == NULL || m->id != c->message)
		goto out;
	for (size_t i = 0; i < m->parts; i++)
		if (m->part[i].number == c->number)
			name = m->part[i].name;
	if (part_bytes(a, c, &bytes, &e) < 0 ||
	    lay_out(&scratch, name, &bytes, &path, &e) < 0 ||
	    start(a, &scratch, path, &e) < 0)
		app_fail(a, &e);
	else
		app_say(a, "opened: %s", name);
out:
	buf_free(&bytes);
	arena_free(&scratch);
	free(c);
}

int
attachment_open(struct app *a, const char *picked, struct err *e)
{
	const struct message *m = thread_message(a->top);
	const struct attached *v = thread_attached(a->top);
	struct chosen c, *copy;
	char label[160];
	size_t i = 0;

	if (m == NULL || !chosen_read(picked, &c))
		return err_set(e, ERR_USAGE, 0, "no attachment was chosen");
	while (i < m->parts && m->part[i].number != c.number)
		i++;
	if (i == m->parts || v == NULL)
		return err_set(e, ERR_MISSING, 0, "no attachment %d", c.number);
	if (v[i].look.program)
		return err_set(e, ERR_USAGE, 0,
		    "%.60s is a program (%.60s): it is not opened; s saves it",
		    name_of(&m->part[i]), v[i].look.type);
	if (*a->shop->open_command == '\0' && !on_desktop())
		return err_set(e, ERR_USAGE, 0,
		    "no desktop here: s saves it, or set open-command");
	copy = malloc(sizeof(*copy));
	if (copy == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "out of memory");
	*copy = c;
	snprintf(label, sizeof(label), "Open %.40s (%.40s)?",
	    name_of(&m->part[i]), v[i].look.type);
	prompt_ask(a, label, "yn", open_done, copy);
	return 0;
}

void
attachment_offer(struct picker *p, struct app *a)
{
	const struct message *m = thread_message(a->top);

	if (m != NULL)
		offer(p, a, m, false);
}

/* ---- piping ---- */

static void
pipe_typed(struct app *a, void *arg, const char *text)
{
	struct chosen *c = arg;
	struct buf in = { 0 }, out = { 0 };
	struct err e = { 0 };

	if (text != NULL && *text != '\0') {
		if (part_bytes(a, c, &in, &e) < 0 ||
		    child_shell(text, &in, &out, PIPE_MOST, PIPE_MS, &e) < 0)
			app_fail(a, &e);
		else
			text_show(a, text, &out);
	}
	buf_free(&in);
	buf_free(&out);
	free(c);
}

static void
pipe_done(struct app *a, void *arg, const char *text)
{
	struct chosen c, *copy;

	(void)arg;
	if (!chosen_read(text, &c) || (copy = malloc(sizeof(*copy))) == NULL)
		return;
	*copy = c;
	prompt_open(a, PROMPT_TEXT, "Pipe it to: ", "", pipe_typed, copy);
}

static int
pipe_part_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct app *a = c->screen;
	const struct message *m = message_here(c, e);
	struct picker *p;

	(void)arg;
	if (m == NULL)
		return -1;
	p = picker_open(a, " Pipe which to a command ", pipe_done, NULL);
	offer(p, a, m, false);
	picker_find(p);
	return 0;
}

const struct cmd screen_pipe_part = {
	.name = "pipe-part",
	.args = "",
	.keys = "thread:P",
	.brief = "Pipe an attachment to a command",
	.man =
	    "Run a command with the bytes of an attachment as its input and\n"
	    "show what it prints.",
	.flags = CMD_SCREEN,
	.run = pipe_part_run,
};
