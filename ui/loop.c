/*
 * loop.c -- one loop: keys, the store, the sync, the clock, signals.
 *
 * Signals are blocked except inside ppoll, so that whatever they ask for is
 * done here, between two whole steps.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "ui/app.h"
#include "ui/cmd/hold.h"
#include "ui/loop.h"
#include "ui/term.h"
#include "ui/ui.h"
#include "ui/views.h"

enum { TICK_MS = 250 };

static volatile sig_atomic_t caught[NSIG];

static void
on_signal(int sig)
{
	caught[sig] = 1;
}

static const int watched[] = { SIGWINCH, SIGHUP, SIGTERM, SIGINT, SIGQUIT,
	SIGTSTP, SIGCONT, SIGCHLD };

enum { WATCHED = sizeof(watched) / sizeof(watched[0]) };

struct signals {
	sigset_t outside; /* the mask while waiting */
	sigset_t before;
	struct sigaction was[WATCHED];
	struct sigaction pipe;
};

static void
signals_take(struct signals *s)
{
	struct sigaction sa = { .sa_handler = on_signal };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t block;

	sigemptyset(&sa.sa_mask);
	sigemptyset(&block);
	for (int i = 0; i < WATCHED; i++) {
		caught[watched[i]] = 0;
		sigaction(watched[i], &sa, &s->was[i]);
		sigaddset(&block, watched[i]);
	}
	sigaction(SIGPIPE, &ignore, &s->pipe);
	sigprocmask(SIG_BLOCK, &block, &s->before);
	s->outside = s->before;
	for (int i = 0; i < WATCHED; i++)
		sigdelset(&s->outside, watched[i]);
}

static void
signals_give(const struct signals *s)
{
	for (int i = 0; i < WATCHED; i++)
		sigaction(watched[i], &s->was[i], NULL);
	sigaction(SIGPIPE, &s->pipe, NULL);
	sigprocmask(SIG_SETMASK, &s->before, NULL);
}

static bool
took(int sig)
{
	if (!caught[sig])
		return false;
	caught[sig] = 0;
	return true;
}

/* ---- the marker that tests wait for, never for time ---- */

static void
mark_painted(void)
{
	static long painted;
	static const char *path;
	static bool asked;
	struct err e = { 0 };
	struct buf b = { 0 };

	if (!asked) {
		path = getenv("SHOPBELL_TEST_MARK");
		asked = true;
	}
	if (path == NULL || *path == '\0')
		return;
	buf_fmt(&b, "%ld\n", ++painted);
	file_replace(path, b.data, b.len, 0600, &e);
	buf_free(&b);
}

static void
paint(struct app *a)
{
	a->dirty = false;
	app_draw(a);
	term_paint(&a->grid);
	mark_painted();
}

/* ---- stopping and going on ---- */

/* Let every view keep what it holds; the person may be gone. */
static void
drafts_keep(struct app *a)
{
	for (struct view *v = a->top; v != NULL; v = v->below) {
		if (v->ops->save != NULL)
			v->ops->save(v);
	}
}

static void
suspend(struct app *a)
{
	sigset_t tstp, was;
	struct sigaction dfl = { .sa_handler = SIG_DFL }, old;

	drafts_keep(a);
	term_leave();
	sigemptyset(&tstp);
	sigaddset(&tstp, SIGTSTP);
	sigaction(SIGTSTP, &dfl, &old);
	kill(0, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &tstp, &was); /* stops here */
	sigprocmask(SIG_SETMASK, &was, NULL);
	sigaction(SIGTSTP, &old, NULL);
	caught[SIGTSTP] = 0;
	term_enter();
	a->dirty = true;
}

void
loop_suspend(struct app *a)
{
	(void)a;
	caught[SIGTSTP] = 1;
}

static void
resize(struct app *a)
{
	int rows, cols;

	term_size(&rows, &cols);
	app_size(a, rows, cols);
	a->dirty = true;
}

static void
signals_look(struct app *a)
{
	if (took(SIGHUP)) {
		a->hangup = true;
		a->quit = true;
	}
	if (took(SIGTERM) || took(SIGQUIT)) {
		a->exit_signal = SIGTERM;
		a->quit = true;
	}
	if (took(SIGINT))
		app_key(a, UK_CTRL('c'));
	if (took(SIGTSTP))
		suspend(a);
	if (took(SIGCONT) || took(SIGWINCH))
		resize(a);
	if (took(SIGCHLD))
		app_sync_read(a);
}

/* ---- keys ---- */

static void
keys_read(struct app *a)
{
	ui_key k;
	int row, col;

	while (!a->quit && (k = term_key()) != UK_NONE) {
		if (k == UK_GONE) {
			a->hangup = a->quit = true;
		} else if (k == UK_RESIZE) {
			resize(a);
		} else if (k == UK_MOUSE) {
			int what = (int)term_mouse(&row, &col);

			if (what != MOUSE_OTHER)
				app_click(a, row, col, what);
		} else if (k == UK_PASTE) {
			app_paste(a, term_paste());
		} else {
			app_key(a, k);
		}
	}
}

/* Work that can wait until nobody presses keys; true if more is left. */
static bool
idle(struct app *a)
{
	if (a->top != NULL && a->top->ops->idle != NULL &&
	    a->top->ops->idle(a->top)) {
		a->dirty = true;
		return true;
	}
	return places_count(a);
}

static int
wait_for(struct app *a, const struct signals *s, int ms)
{
	struct pollfd p[3] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = a->sync.out, .events = POLLIN },
		{ .fd = a->sync.err, .events = POLLIN },
	};
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };
	int n = ppoll(p, 3, &t, &s->outside);

	if (n > 0 && (p[1].revents || p[2].revents))
		app_sync_read(a);
	if (n > 0 && p[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		a->hangup = a->quit = true;
	return n > 0 && p[0].revents;
}

static void
loop(struct app *a, const struct signals *s)
{
	bool more = true;

	while (!a->quit) {
		if (a->dirty)
			paint(a);
		if (wait_for(a, s, more ? 0 : TICK_MS))
			keys_read(a);
		else if (more)
			more = idle(a);
		signals_look(a);
		if (a->quit)
			break;
		app_tick(a);
		more = more || a->dirty;
	}
}

/* ---- start and end ---- */

static void
log_line_to(void *arg, enum log_level level, const char *line)
{
	if (level != LOG_DEBUG)
		app_say(arg, "%s", line);
}

static void
leave(struct app *a)
{
	struct ctx *c;
	struct err e = { 0 };

	drafts_keep(a);
	/* A dropped line leaves the claim to expire; a colleague may wait. */
	if (!a->hangup) {
		c = app_ctx(a);
		hold_look(c, 0, &e);
		app_ctx_free(c);
	}
	log_to(NULL, NULL);
	if (a->hangup)
		term_abandon();
	else
		term_close();
}

int
ui_main(struct ctx *c, struct err *e)
{
	struct app a;
	struct signals s;
	int rc = 0, rows, cols;

	if (app_open(&a, c, e) < 0) {
		app_close(&a);
		return -1;
	}
	/* Before curses, which takes only what nobody else wants. */
	signals_take(&s);
	if (term_open(a.shop->theme, e) < 0) {
		signals_give(&s);
		app_close(&a);
		return -1;
	}
	log_to(log_line_to, &a);
	term_size(&rows, &cols);
	app_size(&a, rows, cols);
	loop(&a, &s);
	leave(&a);
	if (a.hangup)
		rc = err_set(e, ERR_SYSTEM, 0, "the terminal went away");
	app_close(&a);
	signals_give(&s);
	if (a.exit_signal != 0)
		raise(a.exit_signal);
	return rc;
}
