/*
 * go.c -- between views; the program itself.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/loop.h"
#include "ui/screen/screen.h"
#include "ui/term.h"
#include "ui/theme.h"
#include "ui/views.h"

static int
go_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	return places_go(c->screen, arg[0].str, e);
}

const struct cmd screen_go = {
	.name = "go",
	.args = "<text>...",
	.keys = "",
	.brief = "Go to a view by its name",
	.man = "Go to a view: Open, Late, Mine, Unassigned, Pending,\n"
	       "Snoozed, Automatic, All, Drafts, Outbox, Sent, Report,\n"
	       "Customer, Sync,\nor one of the configuration.",
	.flags = CMD_SCREEN,
	.run = go_run,
};

static int
back_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct app *a = c->screen;
	struct view *v = a->top;

	(void)arg, (void)e;
	if (v->ops->leave != NULL && !v->ops->leave(v))
		return 0;
	if (v->below == NULL)
		app_say(a, "this is the desk: Q leaves it");
	else
		app_pop(a);
	return 0;
}

const struct cmd screen_back = {
	.name = "back",
	.args = "",
	.keys = "*:q *:Esc",
	.brief = "Go back",
	.man = "Go back to where you came from.",
	.flags = CMD_SCREEN,
	.run = back_run,
};

static int
quit_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct app *a = c->screen;

	(void)arg, (void)e;
	a->quit = true; /* drafts are kept on the way out */
	return 0;
}

const struct cmd screen_quit = {
	.name = "quit",
	.args = "",
	.keys = "*:Q",
	.brief = "Leave; drafts are kept",
	.man =
	    "Leave the program.  An answer in the making is kept as a draft.",
	.flags = CMD_SCREEN,
	.run = quit_run,
};

static int
help_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	(void)arg, (void)e;
	help_show(c->screen);
	return 0;
}

const struct cmd screen_help = {
	.name = "help",
	.args = "",
	.keys = "*:? *:F1",
	.brief = "Show every key and command",
	.man = "Show the keys of this view and every command.",
	.flags = CMD_SCREEN,
	.run = help_run,
};

static void
command_done(struct app *a, void *arg, const char *text)
{
	(void)arg;
	if (text == NULL || *text == '\0')
		return;
	strncpy(a->last_line, text, sizeof(a->last_line) - 1);
	app_run(a, text);
}

static int
command_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	(void)arg, (void)e;
	prompt_open(c->screen, PROMPT_COMMAND, ":", "", command_done, NULL);
	return 0;
}

const struct cmd screen_command = {
	.name = "command",
	.args = "",
	.keys = "*::",
	.brief = "Type a command; Tab completes",
	.man = "Type any command with its arguments; Tab completes both.",
	.flags = CMD_SCREEN,
	.run = command_run,
};

static int
redraw_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct app *a = c->screen;

	(void)arg, (void)e;
	term_redraw();
	for (struct view *v = a->top; v != NULL; v = v->below)
		v->stale = true;
	return 0;
}

const struct cmd screen_redraw = {
	.name = "redraw",
	.args = "",
	.keys = "*:C-l",
	.brief = "Paint everything again",
	.man = "Paint everything again.",
	.flags = CMD_SCREEN,
	.run = redraw_run,
};

static int
suspend_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	(void)arg, (void)e;
	loop_suspend(c->screen);
	return 0;
}

const struct cmd screen_suspend = {
	.name = "suspend",
	.args = "",
	.keys = "*:C-z",
	.brief = "Stop; fg goes on",
	.man = "Stop the program; the shell's\n.Ic fg\ngoes on.",
	.flags = CMD_SCREEN,
	.run = suspend_run,
};

static int
repeat_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct app *a = c->screen;
	char line[sizeof(a->last_line)];

	(void)arg;
	if (a->last_line[0] == '\0')
		return err_set(e, ERR_USAGE, 0, "nothing to repeat yet");
	memcpy(line, a->last_line, sizeof(line));
	app_run(a, line);
	return 0;
}

const struct cmd screen_repeat = {
	.name = "repeat",
	.args = "",
	.keys = "*:.",
	.brief = "Do the last thing again, here",
	.man = "Run the last command again, on what is under the cursor now.",
	.flags = CMD_SCREEN,
	.run = repeat_run,
};

static int
theme_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	(void)c;
	if (!term_theme(arg[0].str))
		return err_set(e, ERR_USAGE, 0, "%s: no such theme",
		    arg[0].str);
	return 0;
}

const struct cmd screen_theme = {
	.name = "theme",
	.args = "dark|light|contrast|sixteen|none",
	.keys = "",
	.brief = "Change the colours for now",
	.man = "Change the colours until you leave.",
	.flags = CMD_SCREEN,
	.run = theme_run,
};

static int
status_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	(void)arg, (void)e;
	status_show(c->screen);
	return 0;
}

const struct cmd screen_status = {
	.name = "status",
	.args = "",
	.keys = "*:gy",
	.brief = "Show how the sync stands",
	.man = "Show when each account was last in step, and what is wrong.",
	.flags = CMD_SCREEN,
	.run = status_run,
};

static int
sync_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	(void)arg, (void)e;
	app_sync(c->screen, true);
	return 0;
}

const struct cmd screen_sync = {
	.name = "sync-now",
	.args = "",
	.keys = "*:$",
	.brief = "Ask the server now",
	.man = "Wake the resident sync, or start one.",
	.flags = CMD_SCREEN,
	.run = sync_run,
};

/* ---- finding ---- */

static int
find_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	(void)e;
	search_show(c->screen, arg[0].str);
	return 0;
}

const struct cmd screen_find = {
	.name = "find",
	.args = "<query>...",
	.keys = "*:/",
	.brief = "Search all mail",
	.man = "Search words and phrases in all mail; the search language is\n"
	       "that of\n.Ic search .",
	.flags = CMD_SCREEN,
	.run = find_run,
};

static int
narrow_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	return list_narrow(c->screen, arg[0].str, e);
}

const struct cmd screen_narrow = {
	.name = "narrow",
	.args = "<query>...",
	.keys = "list:\\",
	.brief = "Narrow the list by more words",
	.man = "Show only those threads of the list that match too.",
	.flags = CMD_SCREEN,
	.run = narrow_run,
};

static int
sort_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	return list_sort(c->screen, arg[0].str, e);
}

const struct cmd screen_sort = {
	.name = "sort",
	.args = "[waiting|newest|oldest]",
	.keys = "list:O",
	.brief = "Change the order of the list",
	.man = "Longest wait first, newest first, or oldest first.",
	.flags = CMD_SCREEN,
	.run = sort_run,
};

static int
next_waiting_run(struct ctx *c, const struct arg *arg, struct err *e)
{
	struct app *a = c->screen;
	const struct thread *t = thread_of(a->top);
	int64_t id = list_waiting(a, t != NULL ? t->id : 0);

	(void)arg, (void)e;
	if (id == 0)
		app_say(a, "nobody else is waiting");
	else
		thread_show(a, id);
	return 0;
}

const struct cmd screen_next_waiting = {
	.name = "next-waiting",
	.args = "",
	.keys = "list:Tab thread:Tab",
	.brief = "Open the next thread that needs us",
	.man = "Open the thread whose customer has waited longest.",
	.flags = CMD_SCREEN,
	.run = next_waiting_run,
};
