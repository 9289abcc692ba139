/*
 * places.c -- the views of the shop with their counts: sidebar and strip.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/app.h"
#include "ui/views.h"

static const struct place_view builtin[] = {
	{ "Open", "is:open -is:snoozed -is:automatic", "g i", -1, false },
	{ "Late", "is:late -is:snoozed", "g l", -1, false },
	{ "Mine", "is:open assignee:me -is:snoozed", "g m", -1, false },
	{ "Unassigned", "is:open assignee:none -is:snoozed -is:automatic",
	    "g u", -1, false },
	{ "Pending", "is:pending -is:snoozed", "g w", -1, false },
	{ "Snoozed", "is:snoozed", "g z", -1, false },
	{ "Automatic", "is:open is:automatic", "g A", -1, false },
	{ "All", "", "g a", -2, false },
};

static const struct place_view screens[] = {
	{ "Drafts", NULL, "g d", -2, false },
	{ "Outbox", NULL, "g o", -2, false },
	{ "Sent", NULL, "g s", -2, false },
	{ "Report", NULL, "g r", -2, false },
	{ "Sync", NULL, "g y", -2, false },
};

static void
add(struct app *a, const struct place_view *p)
{
	if (a->places < PLACES_MAX)
		a->place[a->places++] = *p;
}

void
places_make(struct app *a)
{
	for (size_t i = 0; i < sizeof(builtin) / sizeof(builtin[0]); i++)
		add(a, &builtin[i]);
	for (size_t i = 0; i < a->shop->views; i++) {
		struct place_view p = { a->shop->view[i].name,
			a->shop->view[i].query, a->shop->view[i].key, -1,
			false };

		add(a, &p);
	}
	for (size_t i = 0; i < sizeof(screens) / sizeof(screens[0]); i++)
		add(a, &screens[i]);
}

void
places_stale(struct app *a)
{
	for (size_t i = 0; i < a->places; i++)
		a->place[i].counted = false;
}

static int64_t
count_drafts(struct app *a)
{
	struct arena scratch = { 0 };
	struct draft *v;
	size_t n = 0;
	struct err e = { 0 };

	if (store_drafts(a->store, 0, &scratch, &v, &n, &e) < 0)
		n = 0;
	arena_free(&scratch);
	return (int64_t)n;
}

static int64_t
count_outbox(struct app *a)
{
	struct arena scratch = { 0 };
	struct outbox *v;
	size_t n = 0;
	struct err e = { 0 };

	if (store_outbox(a->store, false, &scratch, &v, &n, &e) < 0)
		n = 0;
	arena_free(&scratch);
	return (int64_t)n;
}

static int64_t
count_query(struct app *a, const char *words)
{
	struct arena scratch = { 0 };
	struct list_ask ask = { .me = a->base->act.agent, .now = app_now(a) };
	struct err e = { 0 };
	size_t where;
	int64_t n = -2;

	ask.query =
	    query_parse(&scratch, words, a->shop->zone, ask.now, &where, &e);
	if (ask.query == NULL ||
	    store_count(a->store, &ask, COUNT_MAX, &n, &e) < 0)
		n = -2;
	arena_free(&scratch);
	return n;
}

bool
places_count(struct app *a)
{
	for (size_t i = 0; i < a->places; i++) {
		struct place_view *p = &a->place[i];
		int64_t was = p->count;

		if (p->counted)
			continue;
		p->counted = true;
		if (p->query != NULL && *p->query != '\0')
			p->count = count_query(a, p->query);
		else if (strcmp(p->name, "Drafts") == 0)
			p->count = count_drafts(a);
		else if (strcmp(p->name, "Outbox") == 0)
			p->count = count_outbox(a);
		if (p->count != was)
			a->dirty = true;
		return true;
	}
	return false;
}

static struct place_view *
named(struct app *a, const char *name)
{
	for (size_t i = 0; i < a->places; i++) {
		if (text_same(a->place[i].name, name))
			return &a->place[i];
	}
	return NULL;
}

static void
go_customer(struct app *a)
{
	struct ctx *c = app_ctx(a);
	struct thread t;
	struct err e = { 0 };

	if (a->top->ops->point != NULL)
		a->top->ops->point(a->top, c);
	if (c->threads == 0)
		app_say(a, "no thread here to take the customer from");
	else if (store_thread(a->store, c->thread[0].thread, c->arena, &t, &e) <
		 0)
		app_fail(a, &e);
	else
		customer_show(a, t.customer.id);
	app_ctx_free(c);
}

int
places_go(struct app *a, const char *name, struct err *e)
{
	const struct place_view *p = named(a, name);

	if (p == NULL && text_same(name, "Customer")) {
		go_customer(a);
		return 0;
	}
	if (p == NULL)
		return err_set(e, ERR_USAGE, 0, "%s: no such view", name);
	if (p->query != NULL) {
		a->place_at = (size_t)(p - a->place);
		return list_show(a, p->name, p->query, e);
	}
	if (strcmp(p->name, "Drafts") == 0)
		drafts_show(a);
	else if (strcmp(p->name, "Outbox") == 0)
		outbox_show(a, false);
	else if (strcmp(p->name, "Sent") == 0)
		outbox_show(a, true);
	else if (strcmp(p->name, "Report") == 0)
		report_show(a);
	else
		status_show(a);
	return 0;
}

/* ---- drawing ---- */

static void
count_text(const struct place_view *p, char out[16])
{
	if (p->count < 0)
		out[0] = '\0';
	else if (p->count >= COUNT_MAX)
		snprintf(out, 16, "9999+");
	else
		snprintf(out, 16, "%lld", (long long)p->count);
}

/* Where each stands: a row of the sidebar, or columns of the strip. */
struct spot {
	size_t i;
	int row; /* of the sidebar */
	int col; /* of the strip */
	int cols;
};

/* Somebody waits for longer than we promised. */
static bool
is_late(const struct place_view *p)
{
	return p->count > 0 && strcmp(p->name, "Late") == 0;
}

static size_t
sidebar_spots(const struct app *a, struct spot v[PLACES_MAX])
{
	const size_t own = sizeof(builtin) / sizeof(builtin[0]);
	int row = 0;

	for (size_t i = 0; i < a->places; i++) {
		/* A gap before the shop's own views, and before the screens. */
		if (i > 0 && (i == own || (a->place[i].query == NULL &&
					      a->place[i - 1].query != NULL &&
					      i != own)))
			row++;
		v[i] = (struct spot){ i, row++, 0, 0 };
	}
	return a->places;
}

static void
strip_text(const struct app *a, size_t i, char out[80])
{
	const struct place_view *v = &a->place[i];
	char n[16];

	count_text(v, n);
	snprintf(out, 80, "%s%.40s%s%s", i == a->place_at ? "▸" : "", v->name,
	    n[0] != '\0' ? " " : "", n);
}

static size_t
strip_spots(const struct app *a, int cols, struct spot v[PLACES_MAX])
{
	int col = 1;
	size_t n = 0;

	for (size_t i = 0; i < a->places; i++) {
		char text[80];
		int w;

		if (a->place[i].query == NULL ||
		    (i != a->place_at && a->place[i].count == 0))
			continue;
		strip_text(a, i, text);
		w = text_width(text, strlen(text));
		if (col + w > cols - 1)
			break;
		v[n++] = (struct spot){ i, 0, col, w };
		col += w + 2;
	}
	return n;
}

void
places_draw(const struct app *a, const struct pane *p)
{
	struct spot spot[PLACES_MAX];
	size_t n = sidebar_spots(a, spot);

	for (size_t i = 0; i < n; i++) {
		const struct place_view *v = &a->place[i];
		bool here = i == a->place_at && v->query != NULL;
		int row = spot[i].row, w;
		char count[16];

		count_text(v, count);
		pane_put(p, row, 0, LOOK_MARK, here ? "▸" : " ");
		w = pane_right(p, row, p->cols - 1,
		    is_late(v)         ? LOOK_LATE
		        : v->count > 0 ? LOOK_TEXT
		                       : LOOK_DIM,
		    count);
		pane_putn(p, row, 1, p->cols - w - 3,
		    here ? LOOK_BOLD : LOOK_TEXT, v->name, strlen(v->name));
	}
}

void
places_strip(const struct app *a, const struct pane *p, int row)
{
	struct spot spot[PLACES_MAX];
	size_t n = strip_spots(a, p->cols, spot);

	for (size_t i = 0; i < n; i++) {
		char text[80];

		strip_text(a, spot[i].i, text);
		pane_put(p, row, spot[i].col,
		    is_late(&a->place[spot[i].i])  ? LOOK_LATE
		        : spot[i].i == a->place_at ? LOOK_BOLD
		                                   : LOOK_DIM,
		    text);
	}
}

void
places_click(struct app *a, int row, int col)
{
	struct spot spot[PLACES_MAX];
	size_t n =
	    col < 0 ? sidebar_spots(a, spot) : strip_spots(a, a->cols, spot);
	struct err e = { 0 };

	for (size_t i = 0; i < n; i++) {
		bool hit = col < 0 ? spot[i].row == row
				   : col >= spot[i].col &&
					 col < spot[i].col + spot[i].cols;

		if (hit && places_go(a, a->place[spot[i].i].name, &e) < 0)
			app_fail(a, &e);
		if (hit)
			return;
	}
}
