/*
 * help.c -- every key and command, live from the tables.
 */
#include <string.h>

#include "base/text.h"
#include "ui/ui.h"
#include "ui/views.h"

struct help_row {
	const char *keys;
	const char *name;
	const char *brief;
	bool title;
};

struct help {
	const char *view; /* whose keys come first */
	struct rows rows;
	struct help_row *row;
};

/*
 * What an agent needs most comes first; commands that are not named here
 * follow in the order of the tables.
 */
static const char *const often[] = { "open", "write reply", "suggest 1", "send",
	"edit-here", "edit", "canned pick", "attach", "detach", "preview",
	"keep", "discard", "take-over", "write note", "assign", "done",
	"pending", "snooze", "tag", "take-back", "next-waiting", "write all",
	"write forward", "write new", "select", "select-range", "fold",
	"unfold", "card", "open-link", "save-part", "show-part", "star-switch",
	"unread-switch", "robot-switch", "spam", "trash", "together",
	"customer is", "narrow", "sort", "history", "headers", "raw",
	"write card", "down", "up", "back", "page-down", "page-up", "find",
	"command", "help", "next-message", "prev-message", "next-thread",
	"prev-thread", "next-hit", "prev-hit", "sync-now", "repeat", "top",
	"bottom", "half-down", "half-up", "status" };

static size_t
place_of(const char *line)
{
	size_t n = sizeof(often) / sizeof(often[0]), i = 0;

	while (i < n && strcmp(often[i], line) != 0)
		i++;
	return i;
}

/* The name of the view that a line goes to, or NULL. */
static const char *
view_of(const char *line)
{
	return strncmp(line, "go ", 3) == 0 ? line + 3 : NULL;
}

static const char *
brief_of(const char *line)
{
	size_t best = 0;
	const char *brief = "";
	const struct cmd *const *tables[] = { cmd_table, ui_screen_cmds };

	for (size_t t = 0; t < 2; t++) {
		for (size_t i = 0; tables[t][i] != NULL; i++) {
			const struct cmd *c = tables[t][i];
			size_t n = strlen(c->name);

			if (n > best && strncmp(line, c->name, n) == 0 &&
			    (line[n] == '\0' || line[n] == ' ')) {
				best = n;
				brief = c->brief;
			}
		}
	}
	return brief;
}

static void
push(struct view *v, const char *keys, const char *name, const char *brief,
    bool title)
{
	struct help *h = v->state;

	h->row = arena_grow(&v->arena, h->row, h->rows.n, sizeof(*h->row));
	h->row[h->rows.n++] = (struct help_row){ keys, name, brief, title };
}

/* All keys of a line in a view, "j Down". */
static const char *
keys_of(struct view *v, const char *view, const char *line)
{
	const struct keymap *m = &v->app->keymap;
	struct buf b = { 0 };
	char *s;

	for (size_t i = 0; i < m->n; i++) {
		const char *found = NULL;

		if (strcmp(m->v[i].line, line) != 0 ||
		    strcmp(m->v[i].view, view) != 0 ||
		    keymap_find(m, view, &m->v[i].keys, &found) !=
			KEYMAP_LINE ||
		    strcmp(found, line) != 0)
			continue;
		if (b.len > 0)
			buf_str(&b, ", ");
		keys_name(&m->v[i].keys, &b);
	}
	s = arena_str(&v->arena, buf_text(&b));
	buf_free(&b);
	return s;
}

static bool
listed(const struct help *h, size_t from, const char *name)
{
	for (size_t i = from; i < h->rows.n; i++) {
		if (strcmp(h->row[i].name, name) == 0)
			return true;
	}
	return false;
}

/* The digits are one line of help; views have a section of their own. */
static bool
is_elsewhere(const char *line)
{
	return *line == '\0' || view_of(line) != NULL ||
	       (strncmp(line, "suggest ", 8) == 0 &&
		   strcmp(line + 8, "1") != 0);
}

/* The binding of the view that is needed most of those not done yet. */
static const struct binding *
next_binding(const struct keymap *m, const char *view, const bool *done)
{
	const struct binding *best = NULL;

	for (size_t i = 0; i < m->n; i++) {
		const struct binding *b = &m->v[i];

		if (done[i] || strcmp(b->view, view) != 0 ||
		    is_elsewhere(b->line))
			continue;
		if (best == NULL || place_of(b->line) < place_of(best->line))
			best = b;
	}
	return best;
}

static void
keys_section(struct view *v, const char *view, const char *title)
{
	const struct keymap *m = &v->app->keymap;
	bool *done = arena_array(&v->arena, m->n + 1, sizeof(*done));
	const struct binding *b;

	push(v, "", title, "", true);
	while ((b = next_binding(m, view, done)) != NULL) {
		const char *keys = keys_of(v, view, b->line);

		for (size_t i = 0; i < m->n; i++)
			done[i] |= strcmp(m->v[i].line, b->line) == 0;
		if (*keys == '\0') /* all were given to other lines */
			continue;
		if (strcmp(b->line, "suggest 1") == 0)
			keys = "1 - 9";
		push(v, keys, b->line, brief_of(b->line), false);
	}
	push(v, "", "", "", false);
}

static void
views_section(struct view *v)
{
	const struct keymap *m = &v->app->keymap;
	size_t from = ((struct help *)v->state)->rows.n;

	push(v, "", "Views", "", true);
	for (size_t i = 0; i < m->n; i++) {
		const char *line = m->v[i].line;
		const char *keys;

		if (view_of(line) == NULL || listed(v->state, from, line))
			continue;
		keys = keys_of(v, m->v[i].view, line);
		if (*keys != '\0')
			push(v, keys, line, view_of(line), false);
	}
	push(v, "", "", "", false);
}

static void
commands_section(struct view *v)
{
	const struct cmd *const *tables[] = { cmd_table, ui_screen_cmds };

	push(v, "", "Commands, after :", "", true);
	for (size_t t = 0; t < 2; t++) {
		for (size_t i = 0; tables[t][i] != NULL; i++) {
			const struct cmd *c = tables[t][i];

			if (c->flags & (CMD_LINE | CMD_HIDDEN))
				continue;
			push(v, "",
			    arena_fmt(&v->arena, "%s %s", c->name,
				c->args != NULL ? c->args : ""),
			    c->brief, false);
		}
	}
}

static void
signs_section(struct view *v)
{
	static const char *const sign[][2] = {
		{ "● ○", "open: not read yet, read" },
		{ "·  ✓", "pending: the customer's turn; closed" },
		{ "z  a", "snoozed; begun by a robot" },
		{ "↩  ×", "our answer bounced; it did not leave" },
		{ "!  ~", "late; most of the time is gone" },
		{ "★  *", "a good customer; a starred thread" },
		{ "✎  ◦", "a colleague writes here; looks at it" },
	};

	push(v, "", "Signs", "", true);
	for (size_t i = 0; i < sizeof(sign) / sizeof(sign[0]); i++)
		push(v, sign[i][0], "", sign[i][1], false);
	push(v, "", "", "", false);
}

static int
help_load(struct view *v, struct err *e)
{
	struct help *h = v->state;

	(void)e;
	h->row = NULL;
	h->rows.n = 0;
	keys_section(v, h->view, arena_fmt(&v->arena, "Here (%s)", h->view));
	keys_section(v, "*", "Everywhere");
	views_section(v);
	signs_section(v);
	commands_section(v);
	return 0;
}

static void
help_draw(const struct view *v, const struct pane *p)
{
	const struct help *h = v->state;
	int keys = p->cols >= 76 ? 22 : 14;
	int name = p->cols >= 100 ? 34 : 24;

	for (int r = 0; r < p->rows; r++) {
		size_t at = h->rows.top + (size_t)r;
		const struct help_row *row;

		if (at >= h->rows.n)
			break;
		row = &h->row[at];
		if (row->title) {
			pane_put(p, r, 1, LOOK_TITLE, row->name);
			continue;
		}
		pane_putn(p, r, 1, keys - 2, LOOK_BOLD, row->keys,
		    strlen(row->keys));
		if (*row->keys == '\0') {
			pane_putn(p, r, 1, keys + name - 4, LOOK_BOLD,
			    row->name, strlen(row->name));
			pane_put(p, r, keys + name - 2, LOOK_TEXT, row->brief);
		} else {
			int w = pane_put(p, r, keys, LOOK_TEXT, row->brief);

			if (w == 0)
				pane_put(p, r, keys, LOOK_TEXT, row->name);
			else if (keys + w + 3 < p->cols && p->cols >= 100)
				pane_put(p, r, keys + 46, LOOK_DIM, row->name);
		}
	}
	scroll_draw(p, h->rows.top, (size_t)p->rows, h->rows.n);
}

static int
help_verb(struct view *v, enum verb verb, struct err *e)
{
	struct help *h = v->state;
	size_t most =
	    h->rows.n > (size_t)v->rows ? h->rows.n - (size_t)v->rows : 0;
	struct rows whole = { most + 1, h->rows.top, 0 };

	(void)e;
	if (!rows_verb(&whole, verb, v->rows))
		return VERB_NOT_MINE;
	h->rows.top = whole.at;
	return VERB_DONE;
}

static void
help_title(const struct view *v, struct buf *out)
{
	(void)v;
	buf_str(out, "Help");
}

static void
help_point(const struct view *v, struct ctx *c)
{
	(void)v, (void)c;
}

static const char *
help_hints(const struct view *v)
{
	(void)v;
	return "page-down=page|back|command";
}

const struct view_ops help_ops = {
	.name = "help",
	.state_size = sizeof(struct help),
	.load = help_load,
	.draw = help_draw,
	.point = help_point,
	.verb = help_verb,
	.title = help_title,
	.hints = help_hints,
};

void
help_show(struct app *a)
{
	const char *view = a->top->ops->name;
	struct view *v;
	struct help *h;
	struct err e = { 0 };

	if (a->top->ops == &help_ops)
		return;
	v = app_push(a, &help_ops);
	h = v->state;
	h->view = view;
	app_loaded(a, v, &e);
}
