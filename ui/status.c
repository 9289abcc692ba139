/*
 * status.c -- how the sync stands, account by account.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/when.h"
#include "ui/views.h"

struct status {
	struct sync_status *row;
	size_t n;
};

static int
status_load(struct view *v, struct err *e)
{
	struct status *s = v->state;

	s->n = 0;
	return store_sync_status(v->app->store, &v->arena, &s->row, &s->n, e);
}

static int
fact(const struct pane *p, int row, const char *name, enum role look,
    const char *text)
{
	pane_right(p, row, 16, LOOK_DIM, name);
	pane_put(p, row, 18, look, text);
	return row + 1;
}

/* A fault may end with the command that cures it: never cut. */
static int
trouble(const struct pane *p, int row, const char *text)
{
	size_t n = strlen(text), next;
	int cols = p->cols - 19 > 10 ? p->cols - 19 : 10;

	pane_right(p, row, 16, LOOK_DIM, "trouble");
	do {
		size_t len = text_wrap(text, n, cols, &next);

		pane_putn(p, row++, 18, cols, LOOK_ERROR, text, len);
		text += next;
		n -= next;
	} while (n > 0);
	return row;
}

static int
instant(const struct view *v, const struct pane *p, int row, const char *name,
    int64_t at)
{
	char when[WHEN_SIZE], span[WHEN_SIZE], text[80];
	int64_t now = app_now(v->app);

	if (at == 0)
		return fact(p, row, name, LOOK_WARN, "never");
	when_long(v->app->shop->zone, at, when);
	if (at <= now)
		snprintf(text, sizeof(text), "%s (%s ago)", when,
		    when_span(now - at, span));
	else
		snprintf(text, sizeof(text), "%s (in %s)", when,
		    when_span(at - now, span));
	return fact(p, row, name, LOOK_TEXT, text);
}

/* Mail that was imported belongs to no account and is never in step. */
static int
files_draw(const struct sync_status *s, const struct pane *p, int row)
{
	char count[TEXT_COUNT];

	pane_put(p, row, 2, LOOK_DIM, "·");
	pane_put(p, row++, 4, LOOK_BOLD, s->account);
	return fact(p, row, "imported", LOOK_TEXT,
		   text_count(s->messages, "mail", count)) +
	       1;
}

static int
account_draw(const struct view *v, const struct sync_status *s,
    const struct pane *p, int row)
{
	char text[80], count[TEXT_COUNT];
	bool good = *s->error == '\0' && s->last_good > 0;

	pane_put(p, row, 2, good ? LOOK_OK : LOOK_LATE, good ? "✓" : "!");
	pane_put(p, row++, 4, LOOK_BOLD, s->account);
	row = instant(v, p, row, "in step", s->last_good);
	row = instant(v, p, row, "last tried", s->last_tried);
	if (s->retry_at > app_now(v->app))
		row = instant(v, p, row, "tries again", s->retry_at);
	if (*s->error != '\0')
		row = trouble(p, row, s->error);
	snprintf(text, sizeof(text), "%s known",
	    text_count(s->messages, "mail", count));
	return fact(p, row, "server", LOOK_TEXT, text) + 1;
}

static void
status_draw(const struct view *v, const struct pane *p)
{
	const struct status *s = v->state;
	const struct app *a = v->app;
	int row = 1;

	for (size_t i = 0; i < s->n; i++) {
		bool synced = shop_account(a->shop, s->row[i].account) != NULL;

		row = synced ? account_draw(v, &s->row[i], p, row)
			     : files_draw(&s->row[i], p, row);
	}
	if (s->n == 0) {
		pane_put(p, row++, 4, LOOK_BOLD, "No account was synced yet.");
		pane_put(p, row++, 4, LOOK_DIM, "$ asks the server now.");
	}
	if (a->sync.pid > 0)
		fact(p, row, "running", LOOK_OK,
		    a->sync.last[0] != '\0' ? a->sync.last : "a sync");
	else if (a->sync.last[0] != '\0')
		fact(p, row, "last words", LOOK_TEXT, a->sync.last);
}

static void
status_title(const struct view *v, struct buf *out)
{
	(void)v;
	buf_str(out, "Sync");
}

static void
status_tick(struct view *v)
{
	v->stale = true;
	v->app->dirty = true;
}

static const char *
status_hints(const struct view *v)
{
	(void)v;
	return "sync-now=sync now|back|help";
}

const struct view_ops status_ops = {
	.name = "status",
	.state_size = sizeof(struct status),
	.load = status_load,
	.draw = status_draw,
	.title = status_title,
	.hints = status_hints,
	.tick = status_tick,
};

void
status_show(struct app *a)
{
	struct err e = { 0 };

	if (app_loaded(a, app_push(a, &status_ops), &e) < 0)
		app_fail(a, &e);
}
