/*
 * watch.c -- what changes by itself: the store, the clock, the sync.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/text.h"
#include "base/wake.h"
#include "base/when.h"
#include "ui/app.h"
#include "ui/cmd/hold.h"
#include "ui/term.h"
#include "ui/views.h"

enum {
	TOUCHED_MAX = 64,
	LOOK_EVERY = 10, /* seconds; presence lasts 30 */
	SYNC_EVERY = 60, /* without a resident sync */
};

/* ---- presence ---- */

void
app_look(struct app *a, int64_t thread)
{
	int64_t now = app_now(a);
	struct ctx *c;
	struct err e = { 0 };

	if (thread == a->looked && now - a->looked_at < LOOK_EVERY)
		return;
	if (thread == 0 && a->looked == 0)
		return;
	c = app_ctx(a);
	/* A colleague not told in time is told at the next tick. */
	if (hold_look(c, thread, &e) == 0) {
		a->looked = thread;
		a->looked_at = now;
	}
	app_ctx_free(c);
}

static void
presence_load(struct app *a)
{
	struct err e = { 0 };

	arena_reset(&a->presence_arena);
	a->presences = 0;
	a->presence = NULL;
	if (store_presence(a->store, app_now(a), &a->presence_arena,
		&a->presence, &a->presences, &e) < 0)
		a->presences = 0;
}

static void
status_load(struct app *a)
{
	struct err e = { 0 };

	arena_reset(&a->status_arena);
	a->statuses = 0;
	if (store_sync_status(a->store, &a->status_arena, &a->status,
		&a->statuses, &e) < 0)
		a->statuses = 0;
}

/* ---- news ---- */

static void
notify(struct app *a, const struct thread *t)
{
	char text[200];
	const char *how = a->shop->notify;

	snprintf(text, sizeof(text), "%.60s: %.100s",
	    customer_label(&t->customer), t->subject);
	app_say(a, "● %s", text);
	if (a->headless)
		return;
	if (strcmp(how, "osc") == 0)
		term_notice("shopbell", text);
	if (strcmp(how, "none") != 0)
		term_bell();
	if (*a->shop->notify_command != '\0') {
		char *clean = text_cleaned(&a->presence_arena, text, TEXT_LINE);
		const char *argv[] = { "/bin/sh", "-c",
			arena_fmt(&a->presence_arena, "%s \"$1\"",
			    a->shop->notify_command),
			"sh", clean, NULL };
		struct err e = { 0 };

		child_detach(argv, &e);
	}
}

/* Of the threads touched, is there one where a customer has just written? */
static void
news_look(struct app *a, const int64_t *id, size_t n)
{
	struct arena scratch = { 0 };
	struct thread best = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct thread t;
		struct err e = { 0 };

		if (store_thread(a->store, id[i], &scratch, &t, &e) < 0)
			continue;
		if (t.last_at > a->newest && t.waiting_since != 0 &&
		    t.unread > 0 && t.state == THREAD_OPEN)
			best = t;
	}
	if (best.id != 0) {
		notify(a, &best);
		a->newest = best.last_at;
	}
	arena_free(&scratch);
}

static void
newest_load(struct app *a)
{
	struct arena scratch = { 0 };
	struct list_ask ask = { .order = ORDER_NEWEST, .limit = 1 };
	struct thread *t;
	size_t n;
	struct err e = { 0 };

	ask.now = app_now(a);
	if (store_list(a->store, &ask, &scratch, &t, &n, &e) == 0 && n > 0)
		a->newest = t[0].last_at;
	if (a->newest == 0)
		a->newest = 1;
	arena_free(&scratch);
}

static void
views_touch(struct app *a, const int64_t *id, size_t n)
{
	for (struct view *v = a->top; v != NULL; v = v->below) {
		if (v->ops->touched == NULL || v->ops->touched(v, id, n))
			v->stale = true;
	}
	a->dirty = true;
}

void
app_touch(struct app *a)
{
	struct err e = { 0 };
	struct arena scratch = { 0 };
	int64_t *id;
	size_t n;

	/* Our own events are no news; only pass them by. */
	store_touched(a->store, &a->seq, TOUCHED_MAX, &scratch, &id, &n, &e);
	arena_free(&scratch);
	views_touch(a, NULL, 0);
	places_stale(a);
}

static void
moved(struct app *a)
{
	struct arena scratch = { 0 };
	int64_t *id = NULL;
	size_t n = 0;
	struct err e = { 0 };

	presence_load(a);
	for (struct view *v = a->top; v != NULL; v = v->below) {
		if (v->ops->presence != NULL)
			v->ops->presence(v);
	}
	status_load(a);
	a->dirty = true;
	if (store_touched(a->store, &a->seq, TOUCHED_MAX, &scratch, &id, &n,
		&e) == 0 &&
	    n > 0) {
		if (n > TOUCHED_MAX) {
			views_touch(a, NULL, 0);
			news_look(a, id, TOUCHED_MAX);
		} else {
			views_touch(a, id, n);
			news_look(a, id, n);
		}
		places_stale(a);
	}
	arena_free(&scratch);
}

/* ---- the sync ---- */

static void
sync_close(struct app *a)
{
	struct child_sync *s = &a->sync;

	if (s->out >= 0)
		close(s->out);
	if (s->err >= 0)
		close(s->err);
	s->out = s->err = -1;
	s->pid = 0;
	buf_clear(&s->line);
}

static void
sync_start(struct app *a)
{
	struct child_sync *s = &a->sync;
	const char *argv[10];
	struct err e = { 0 };
	size_t n = 0;

	argv[n++] = child_self();
	argv[n++] = "sync";
	if (!s->asked)
		argv[n++] = "-q";
	else
		argv[n++] = "--now";
	if (a->base->config != NULL) {
		argv[n++] = "--config";
		argv[n++] = a->base->config;
	}
	argv[n++] = "--store";
	argv[n++] = a->shop->store;
	argv[n] = NULL;
	s->last[0] = '\0';
	if (child_start(argv, &s->pid, &s->out, &s->err, &e) < 0) {
		s->pid = 0;
		app_fail(a, &e);
	}
	a->checked = app_now(a);
	a->dirty = true;
}

void
app_sync(struct app *a, bool asked)
{
	if (wake_ring(a->shop->store) == 0) {
		if (asked)
			app_say(a, "asked the resident sync for a round");
		return;
	}
	if (!shop_syncs(a->shop))
		return;
	if (!a->shop->sync_from_screen) {
		if (asked)
			app_say(a, "this desk may not sync: the service does");
		return;
	}
	a->sync.asked = a->sync.asked || asked;
	if (a->sync.pid > 0) {
		a->sync.again = true;
		return;
	}
	sync_start(a);
	if (asked)
		app_say(a, "asking the server");
}

/* On the screen it need not say who speaks. */
static const char *
without_name(const char *line)
{
	return strncmp(line, "shopbell: ", 10) == 0 ? line + 10 : line;
}

/* Keep the last whole line. */
static void
line_take(struct child_sync *s, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] != '\n' && bytes[i] != '\r') {
			if (s->line.len < sizeof(s->last) - 1)
				buf_chr(&s->line, bytes[i]);
			continue;
		}
		if (s->line.len > 0)
			snprintf(s->last, sizeof(s->last), "%s",
			    without_name(buf_text(&s->line)));
		buf_clear(&s->line);
	}
}

static void
fd_drain(struct child_sync *s, int *fd)
{
	char bytes[4096];
	ssize_t n;

	while (*fd >= 0 && (n = read(*fd, bytes, sizeof(bytes))) != 0) {
		if (n < 0) {
			if (errno == EAGAIN || errno == EINTR)
				return;
			break;
		}
		line_take(s, bytes, (size_t)n);
	}
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
sync_ended(struct app *a, int status)
{
	struct child_sync *s = &a->sync;
	bool again = s->again, asked = s->asked;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		if (asked)
			app_say(a, "%s",
			    s->last[0] != '\0' ? s->last : "in step");
	} else if (s->last[0] != '\0' &&
		   (asked || strcmp(s->last, s->told) != 0)) {
		struct err e = { 0 };

		/* Once; the first line goes on saying so. */
		snprintf(s->told, sizeof(s->told), "%s", s->last);
		err_set(&e, ERR_RETRY, 0, "%s", s->last);
		app_fail(a, &e);
	}
	sync_close(a);
	s->again = s->asked = false;
	a->dirty = true;
	if (again)
		app_sync(a, false);
}

void
app_sync_read(struct app *a)
{
	struct child_sync *s = &a->sync;
	int status;

	fd_drain(s, &s->out);
	fd_drain(s, &s->err);
	if (s->asked && s->last[0] != '\0')
		app_say(a, "%s", s->last);
	if (s->pid > 0 && waitpid(s->pid, &status, WNOHANG) == s->pid)
		sync_ended(a, status);
}

/* Without a resident sync and without cron, the screen sees to it. */
static void
sync_think(struct app *a)
{
	int64_t now = app_now(a), tried = 0;

	if (a->sync.pid > 0 || now - a->checked < SYNC_EVERY)
		return;
	a->checked = now;
	for (size_t i = 0; i < a->statuses; i++) {
		if (a->status[i].last_tried > tried)
			tried = a->status[i].last_tried;
		if (a->status[i].retry_at > now)
			return;
	}
	if (now - tried >= SYNC_EVERY)
		app_sync(a, false);
}

/* ---- the tick ---- */

static void
sending_look(struct app *a)
{
	if (a->sending.outbox == 0)
		return;
	a->dirty = true;
	if (app_now(a) > a->sending.until)
		a->sending.outbox = 0;
}

void
app_tick(struct app *a)
{
	static int64_t second; /* the tick comes four times in each */
	/* By the clock that never stops. */
	int64_t now = when_ms() / 1000;
	struct err e = { 0 };

	if (a->newest == 0) {
		struct arena scratch = { 0 };
		int64_t *id;
		size_t n;

		newest_load(a);
		store_touched(a->store, &a->seq, 0, &scratch, &id, &n, &e);
		arena_free(&scratch);
		store_moved(a->store, &e);
		presence_load(a);
		status_load(a);
		a->dirty = true;
	}
	if (store_moved(a->store, &e) == 1)
		moved(a);
	if (a->sync.pid > 0)
		app_sync_read(a);
	if (now == second)
		return;
	second = now;
	sending_look(a);
	if (a->top != NULL && a->top->ops->tick != NULL)
		a->top->ops->tick(a->top);
	else
		app_look(a, 0);
	if (!a->headless)
		sync_think(a);
	if (now % 5 == 0)
		a->dirty = true; /* clocks, and presence that expires */
	if (now % 15 == 0)
		presence_load(a);
	if (now % 30 == 0)
		places_stale(a); /* what was on time is late by now */
}
