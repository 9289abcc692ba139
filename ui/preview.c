/*
 * preview.c -- the last messages of a thread, to be read, not worked on.
 */
#include "ui/preview.h"

#include <string.h>

#include "ui/cmd/circle.h"
#include "ui/laid.h"

enum { MESSAGES = 4 };

static const char *
login_of(const void *arg, int64_t agent)
{
	return app_login(arg, agent);
}

static void
lay_out(struct app *a, struct preview *p, struct message *m, size_t n)
{
	struct conversation c = { 0 };
	enum fold_show show[MESSAGES];

	c.messages = n < MESSAGES ? n : MESSAGES;
	c.message = m + (n - c.messages);
	for (size_t i = 0; i < c.messages; i++)
		show[i] = SHOW_NEW;
	laid_html(a->store, &p->arena, m + (n - c.messages), c.messages, show,
	    p->cols);
	c.show = show;
	c.zone = a->shop->zone;
	c.now = app_now(a);
	c.login = login_of;
	c.arg = a;
	lines_make(&p->arena, &c, p->cols, &p->lines);
	p->last = c.messages > 0 ? p->lines.head[c.messages - 1] : 0;
}

bool
preview_load(struct app *a, struct preview *p, int64_t thread, int64_t revision,
    int cols)
{
	struct message *m;
	size_t n;
	struct err e = { 0 };

	if (p->thread == thread && p->revision == revision && p->cols == cols)
		return false;
	arena_reset(&p->arena);
	p->thread = thread;
	p->revision = revision;
	p->cols = cols;
	p->lines = (struct lines){ 0 };
	memset(&p->row, 0, sizeof(p->row));
	if (store_thread(a->store, thread, &p->arena, &p->row, &e) == 0 &&
	    store_messages(a->store, thread, &p->arena, &m, &n, &e) == 0) {
		circle_mark(&p->arena, a->shop, &p->row, m, n);
		lay_out(a, p, m, n);
	}
	return true;
}

void
preview_draw(const struct preview *p, const struct pane *to)
{
	struct pane in = pane_part(to, 2, 2, to->rows - 2, to->cols - 3);
	size_t rows = (size_t)in.rows;
	size_t top = 0;

	for (int r = 0; r < to->rows; r++)
		pane_put(to, r, 0, LOOK_RULE, "│");
	if (p->row.id == 0)
		return;
	pane_putn(to, 0, 2, to->cols - 3, LOOK_TITLE, p->row.subject,
	    strlen(p->row.subject));
	if (p->lines.n > rows)
		top = p->last < p->lines.n - rows ? p->last : p->lines.n - rows;
	lines_draw(&p->lines, &in, top, -1);
}

void
preview_free(struct preview *p)
{
	arena_free(&p->arena);
}
