/*
 * message.c -- looking closer at one message: headers, raw, parts, links.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/text.h"
#include "base/when.h"
#include "mail/message/read.h"
#include "ui/cmd/rows.h"
#include "ui/screen/screen.h"
#include "ui/term.h"
#include "ui/views.h"

static const struct message *
message_here(const struct ctx *c, struct err *e)
{
	const struct app *a = c->screen;
	const struct message *m = thread_message(a->top);

	if (m == NULL)
		err_set(e, ERR_USAGE, 0, "open a thread first");
	return m;
}

static int
raw_read(const struct ctx *c, struct buf *out, struct err *e)
{
	const struct message *m = message_here(c, e);

	return m != NULL ? store_raw(c->store, m->id, out, e) : -1;
}

static int
raw_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct buf b = { 0 };

	(void)arg;
	if (raw_read(c, &b, e) < 0)
		return -1;
	text_show(c->screen, "raw", &b);
	buf_free(&b);
	return 0;
}

const struct cmd screen_raw = {
	.name = "raw",
	.args = "",
	.keys = "thread:V",
	.brief = "Show the message as it came",
	.man = "Show the message byte for byte, made safe for the terminal.",
	.flags = CMD_SCREEN,
	.run = raw_run,
};

static int
headers_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct buf b = { 0 };
	size_t end = 0;

	(void)arg;
	if (raw_read(c, &b, e) < 0)
		return -1;
	while (end + 1 < b.len &&
	       !(b.data[end] == '\n' &&
		   (b.data[end + 1] == '\n' || b.data[end + 1] == '\r')))
		end++;
	buf_cut(&b, end + 1 < b.len ? end + 1 : b.len);
	text_show(c->screen, "headers", &b);
	buf_free(&b);
	return 0;
}

const struct cmd screen_headers = {
	.name = "headers",
	.args = "",
	.keys = "thread:h",
	.brief = "Show all headers",
	.man = "Show all headers of the message.",
	.flags = CMD_SCREEN,
	.run = headers_run,
};

static int
history_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct app *a = c->screen;
	struct event *v;
	struct buf b = { 0 };
	int who = a->cols >= 100 ? 24 : a->cols >= 70 ? 16 : 10;
	size_t n;

	(void)arg;
	if (c->threads == 0)
		return err_set(e, ERR_USAGE, 0, "no thread here");
	if (store_events(c->store, c->thread[0].thread, c->arena, &v, &n, e) <
	    0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		char when[WHEN_SIZE];

		buf_fmt(&b, "%s  ", when_long(a->shop->zone, v[i].at, when));
		rows_cell(c->arena, &b, v[i].who, who);
		buf_fmt(&b, "  %s\n", v[i].text);
	}
	text_show(a, "history", &b);
	buf_free(&b);
	return 0;
}

const struct cmd screen_history = {
	.name = "history",
	.args = "",
	.keys = "list:H thread:H",
	.brief = "Show what happened to the thread",
	.man = "Show every event of the thread: who did what, and when.",
	.flags = CMD_SCREEN,
	.run = history_run,
};

/* ---- the rest ---- */

static int
fetch_rest_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const struct message *m = message_here(c, e);
	char line[40];

	(void)arg;
	if (m == NULL)
		return -1;
	if (m->rest <= 0)
		return err_set(e, ERR_USAGE, 0, "this mail is here whole");
	if (m->rest_state[0] != '-') {
		snprintf(line, sizeof(line), "fetch %lld", (long long)m->id);
		if (!app_run(c->screen, line))
			return 0;
	}
	app_say(c->screen, "asked for: the rest comes with the next sync");
	app_sync(c->screen, false);
	return 0;
}

const struct cmd screen_fetch_rest = {
	.name = "fetch-rest",
	.args = "",
	.keys = "thread:F",
	.brief = "Fetch the rest of a large mail",
	.man = "Ask for what is still on the server of the message.",
	.flags = CMD_SCREEN,
	.run = fetch_rest_run,
};

/* ---- links ---- */

static bool
link_char(char ch)
{
	return (unsigned char)ch > 0x20 && (unsigned char)ch < 0x7f &&
	       strchr("<>\"`{}|\\^", ch) == NULL;
}

/* "[3]" in front of a link of the list below a text, "" elsewhere. */
static const char *
link_mark(struct arena *a, const char *text, const char *s)
{
	const char *from = s;

	while (from > text && from[-1] != '\n')
		from--;
	if (from[0] != '[' || s - from > 8 || s[-1] != ' ' || s[-2] != ']')
		return "";
	return arena_strn(a, from, (size_t)(s - from) - 1);
}

/* Web addresses in a text, each once. */
static void
links_find(struct picker *p, const char *s)
{
	const char *text = s;

	while ((s = strstr(s, "http")) != NULL) {
		size_t n = 0;
		char *url;
		bool known = false;

		if (strncmp(s, "http://", 7) != 0 &&
		    strncmp(s, "https://", 8) != 0) {
			s += 4;
			continue;
		}
		while (link_char(s[n]))
			n++;
		while (n > 0 && strchr(".,;:!?)]'", s[n - 1]) != NULL)
			n--;
		url = arena_strn(&p->arena, s, n);
		for (size_t i = 0; i < p->items; i++)
			known = known || strcmp(p->item[i].text, url) == 0;
		if (!known)
			picker_add(p, url, NULL, link_mark(&p->arena, text, s),
			    false);
		s += n > 0 ? n : 4;
	}
}

/* The address goes to the clipboard and the opener, never to a shell. */
static void
link_done(struct app *a, void *arg, const char *text)
{
	const char *argv[] = { "xdg-open", text, NULL };
	struct err e = { 0 };

	(void)arg;
	if (text == NULL)
		return;
	if (strncmp(text, "http", 4) != 0) {
		if (attachment_open(a, text, &e) < 0)
			app_fail(a, &e);
		return;
	}
	term_copy(text, strlen(text));
	if (getenv("DISPLAY") != NULL || getenv("WAYLAND_DISPLAY") != NULL) {
		if (child_detach(argv, &e) == 0) {
			app_say(a, "opening %s", text);
			return;
		}
	}
	app_say(a, "copied: %s", text);
}

/* The text with its links whole; on the screen they are cut to a line. */
static const char *
whole_text(struct ctx *c, struct arena *a, const struct message *m)
{
	struct err none = { 0 };
	struct buf raw = { 0 };
	struct fold *fold;
	size_t folds;
	const char *text = m->text;

	if (m->html && store_raw(c->store, m->id, &raw, &none) == 0)
		text = mail_layout(a, raw.data, raw.len, 0, &fold, &folds);
	buf_free(&raw);
	return text;
}

static int
open_link_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct app *a = c->screen;
	const struct message *m = message_here(c, e);
	struct picker *p;

	(void)arg;
	if (m == NULL)
		return -1;
	p = picker_open(a, " Open a link or an attachment ", link_done, NULL);
	links_find(p, whole_text(c, &p->arena, m));
	attachment_offer(p, a);
	return picker_offer(a, "no link or attachment in this message", e);
}

const struct cmd screen_open_link = {
	.name = "open-link",
	.args = "",
	.keys = "thread:o",
	.brief = "Open a link or an attachment",
	.man = "Choose a link or an attachment of the message.\n"
	       "A link is copied to the clipboard, and opened where there is\n"
	       "a desktop; before an attachment is given to another program\n"
	       "you are asked.",
	.flags = CMD_SCREEN,
	.run = open_link_run,
};

static int
copy_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct app *a = c->screen;
	struct thread t;

	(void)arg;
	if (c->threads == 0)
		return err_set(e, ERR_USAGE, 0, "no thread here");
	if (store_thread(c->store, c->thread[0].thread, c->arena, &t, e) < 0)
		return -1;
	term_copy(t.customer.address, strlen(t.customer.address));
	app_say(a, "copied: %s", t.customer.address);
	return 0;
}

const struct cmd screen_copy = {
	.name = "copy",
	.args = "",
	.keys = "list:Y thread:Y",
	.brief = "Copy the customer's address",
	.man = "Copy the customer's address to the clipboard.",
	.flags = CMD_SCREEN,
	.run = copy_run,
};

/* The message's text through a command; what it prints is shown. */
static int
pipe_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	const struct message *m = message_here(c, e);
	struct buf in = { 0 }, out = { 0 };
	int rc;

	if (m == NULL)
		return -1;
	buf_str(&in, m->text);
	rc = child_shell(arg[0].str, &in, &out, 4 << 20, 10000, e);
	if (rc == 0)
		text_show(c->screen, arg[0].str, &out);
	buf_free(&in);
	buf_free(&out);
	return rc;
}

const struct cmd screen_pipe = {
	.name = "pipe",
	.args = "<text>...",
	.keys = "thread:|",
	.brief = "Pipe the text to a command",
	.man = "Run a command with the message's text as its input and show\n"
	       "what it prints.",
	.flags = CMD_SCREEN,
	.run = pipe_run,
};
