/*
 * app.c -- the stack of views, the frame around them, keys to commands.
 */
#include "ui/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/text.h"
#include "base/when.h"
#include "ui/term.h"
#include "ui/views.h"

int64_t
app_now(const struct app *a)
{
	(void)a;
	return when_now();
}

/* ---- talking ---- */

static void PRINTF_LIKE(3, 0)
    say(struct app *a, enum role look, const char *fmt, va_list ap)
{
	vsnprintf(a->message, sizeof(a->message), fmt, ap);
	a->message_look = look;
	a->dirty = true;
}

void
app_say(struct app *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(a, LOOK_TEXT, fmt, ap);
	va_end(ap);
}

static void PRINTF_LIKE(2, 3) complain(struct app *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(a, LOOK_ERROR, fmt, ap);
	va_end(ap);
}

void
app_fail(struct app *a, const struct err *e)
{
	complain(a, "%s", e->text);
}

/* ---- views ---- */

static void
frame_rows(const struct app *a, struct view *v)
{
	v->rows = a->rows > 3 ? a->rows - 3 : 0;
	v->cols = a->cols;
}

int
app_loaded(struct app *a, struct view *v, struct err *e)
{
	int rc;

	v->stale = false;
	frame_rows(a, v);
	arena_reset(&v->arena);
	rc = v->ops->load(v, e);
	a->dirty = true;
	return rc;
}

struct view *
app_push(struct app *a, const struct view_ops *ops)
{
	struct view *v = calloc(1, sizeof(*v));

	if (v == NULL || (v->state = calloc(1, ops->state_size + 1)) == NULL)
		exit(EX_OSERR);
	v->ops = ops;
	v->app = a;
	v->below = a->top;
	v->stale = true;
	a->top = v;
	a->typed.n = 0;
	a->dirty = true;
	frame_rows(a, v);
	return v;
}

static void
view_free(struct view *v)
{
	if (v->ops->done != NULL)
		v->ops->done(v);
	arena_free(&v->arena);
	free(v->state);
	free(v);
}

void
app_pop(struct app *a)
{
	struct view *v = a->top;

	a->top = v->below;
	view_free(v);
	a->typed.n = 0;
	a->dirty = true;
	if (a->top == NULL)
		a->quit = true;
	else
		a->top->stale = true;
}

void
app_home(struct app *a)
{
	while (a->top != NULL && a->top->below != NULL)
		app_pop(a);
}

struct view *
app_find(struct app *a, const struct view_ops *ops)
{
	struct view *v = a->top;

	while (v != NULL && v->ops != ops)
		v = v->below;
	return v;
}

void
app_size(struct app *a, int rows, int cols)
{
	if (rows == a->rows && cols == a->cols)
		return;
	a->rows = rows;
	a->cols = cols;
	for (struct view *v = a->top; v != NULL; v = v->below) {
		frame_rows(a, v);
		v->stale = true;
	}
	a->dirty = true;
}

/* ---- drawing the frame ---- */

static void
title_status(const struct app *a, struct buf *b)
{
	char t[WHEN_SIZE];
	int64_t now = app_now(a), good = 0;

	for (size_t i = 0; i < a->statuses; i++) {
		if (*a->status[i].error != '\0') {
			buf_fmt(b, "! %s not in step  ", a->status[i].account);
			break;
		}
		/* What was imported belongs to no account. */
		if (shop_account(a->shop, a->status[i].account) == NULL)
			continue;
		if (good == 0 || a->status[i].last_good < good)
			good = a->status[i].last_good;
	}
	if (a->sync.pid > 0)
		buf_str(b, "syncing  ");
	else if (good > 0 && now - good >= 120)
		buf_fmt(b, "synced %s ago  ", when_span(now - good, t));
	buf_fmt(b, "%s  ", a->base->act.login);
	buf_str(b, when_short(a->shop->zone, now, now, t));
}

static void
title_draw(const struct app *a, const struct pane *p)
{
	struct buf left = { 0 }, right = { 0 };
	int w;

	pane_fill(p, 0, 0, p->cols, LOOK_BAR);
	title_status(a, &right);
	w = pane_right(p, 0, p->cols - 1, LOOK_BAR, buf_text(&right));
	if (a->top->ops->title != NULL)
		a->top->ops->title(a->top, &left);
	pane_putn(p, 0, 1, p->cols - w - 4, LOOK_KEY, buf_text(&left),
	    left.len);
	buf_free(&left);
	buf_free(&right);
}

/* "j down|r reply": the key first, then the last word of the command. */
static int
hint_draw(const struct app *a, const struct pane *p, int row, int col,
    const char *s, size_t n)
{
	struct buf line = { 0 }, key = { 0 };
	const char *eq = memchr(s, '=', n);
	size_t len = eq != NULL ? (size_t)(eq - s) : n;
	const struct keys *k = NULL;
	int w = 0;

	buf_add(&line, s, len);
	if (*s == '!') /* a key of a field, which no command has */
		buf_add(&key, s + 1, len - 1);
	else
		k = keymap_keys(&a->keymap, a->top->ops->name, buf_text(&line));
	if (k != NULL)
		keys_name(k, &key);
	if (key.len > 0) {
		const char *label = eq != NULL ? eq + 1 : s;
		size_t ln = eq != NULL ? n - len - 1 : n;

		if (col + (int)key.len + (int)ln + 2 <= p->cols) {
			w = pane_put(p, row, col, LOOK_KEY, buf_text(&key));
			w += pane_putn(p, row, col + w + 1, (int)ln, LOOK_BAR,
			    label, ln);
			w += 3;
		}
	}
	buf_free(&line);
	buf_free(&key);
	return w;
}

static void
hints_draw(const struct app *a, const struct pane *p, int row)
{
	const char *s = a->top->ops->hints != NULL ? a->top->ops->hints(a->top)
						   : "back|help";
	int col = 1;

	pane_fill(p, row, 0, p->cols, LOOK_BAR);
	while (*s != '\0') {
		size_t n = strcspn(s, "|");

		col += hint_draw(a, p, row, col, s, n);
		s += n + (s[n] == '|');
	}
}

/* Columns used at the right. */
static int
sending_draw(const struct app *a, const struct pane *p, int row)
{
	char text[160];
	int64_t left = a->sending.until - app_now(a);

	if (left < 0)
		left = 0;
	snprintf(text, sizeof(text), "Sending to %s in %llds · u takes it back",
	    a->sending.name, (long long)left);
	return pane_right(p, row, p->cols - 1, LOOK_WARN, text);
}

/* What stops an account until a person does something; "" if nothing does. */
static const char *
stopped(const struct app *a)
{
	for (size_t i = 0; i < a->statuses; i++) {
		/* What is tried again by itself needs nobody. */
		if (*a->status[i].error != '\0' && a->status[i].retry_at == 0)
			return a->status[i].error;
	}
	return "";
}

/* What is too long for its line takes the one above, too. */
static void
text_draw(const struct pane *p, int row, int cols, enum role look,
    const char *text)
{
	struct arena scratch = { 0 };
	const char *s = text_cleaned(&scratch, text, TEXT_LINE);
	size_t n = strlen(s), next = 0, first;
	int w;

	first = text_wrap(s, n, cols, &next);
	if (first < n && text_width(s, first) < cols / 2)
		first = next = text_fit(s, n, cols, &w); /* a long link */
	if (first < n && next > 0 && next < n) {
		pane_fill(p, row - 1, 0, p->cols, LOOK_TEXT);
		pane_putn(p, row - 1, 1, cols, look, s, first);
		s += next;
	}
	pane_putn(p, row, 1, cols, look, s, strlen(s));
	arena_free(&scratch);
}

static void
message_draw(const struct app *a, const struct pane *p, int row)
{
	int w = a->sending.outbox != 0 ? sending_draw(a, p, row) + 2 : 0;
	bool said = a->message[0] != '\0';
	const char *text = said ? a->message : stopped(a);

	if (said)
		text_draw(p, row, p->cols - 2 - w, a->message_look, text);
	else if (*text != '\0') /* it stays: the keys are not hidden by it */
		pane_putn(p, row, 1, p->cols - 2 - w, LOOK_ERROR, text,
		    strlen(text));
}

/* What may follow a started sequence. */
static void
next_draw(const struct app *a, const struct pane *p)
{
	const struct binding *b;
	int per = p->cols / 26 > 0 ? p->cols / 26 : 1;
	int n = 0, rows, i = 0;

	while (keymap_next(&a->keymap, a->top->ops->name, &a->typed,
		   (size_t)n) != NULL)
		n++;
	rows = (n + per - 1) / per;
	for (int r = 0; r < rows; r++)
		pane_fill(p, p->rows - 2 - rows + r, 0, p->cols, LOOK_FIELD);
	while ((b = keymap_next(&a->keymap, a->top->ops->name, &a->typed,
		    (size_t)i)) != NULL) {
		struct buf k = { 0 };
		int row = p->rows - 2 - rows + i / per;
		int col = 1 + i % per * 26;

		keys_name(&b->keys, &k);
		pane_put(p, row, col, LOOK_KEY, buf_text(&k));
		pane_putn(p, row, col + 5, 19, LOOK_FIELD,
		    strncmp(b->line, "go ", 3) == 0 ? b->line + 3 : b->line,
		    strlen(b->line) -
			(strncmp(b->line, "go ", 3) == 0 ? 3 : 0));
		buf_free(&k);
		i++;
	}
}

static void
views_load(struct app *a)
{
	struct err e = { 0 };

	if (a->top->stale && app_loaded(a, a->top, &e) < 0)
		app_fail(a, &e);
}

void
app_draw(struct app *a)
{
	struct pane whole, body;

	if (a->top == NULL)
		return;
	views_load(a);
	if (a->top == NULL)
		return;
	grid_size(&a->grid, a->rows, a->cols);
	whole = grid_whole(&a->grid);
	if (a->rows < 4 || a->cols < 20) {
		pane_put(&whole, 0, 0, LOOK_ERROR, "too small");
		return;
	}
	title_draw(a, &whole);
	body = pane_part(&whole, 1, 0, a->top->rows, a->cols);
	a->top->ops->draw(a->top, &body);
	hints_draw(a, &whole, a->rows - 2);
	message_draw(a, &whole, a->rows - 1);
	if (a->typed.n > 0)
		next_draw(a, &whole);
	if (a->picker != NULL)
		picker_draw(a, &whole);
	if (a->prompt != NULL)
		prompt_draw(a, &whole);
}

/* ---- keys ---- */

static void
key_command(struct app *a, ui_key k)
{
	const char *line = NULL;
	const char *name = a->top->ops->name;

	a->dirty = true;
	if (a->typed.n > 0 &&
	    (k == UK_ESC || k == UK_CTRL('g') || k == UK_CTRL('c'))) {
		a->typed.n = 0;
		return;
	}
	a->typed.v[a->typed.n++] = k;
	switch (keymap_find(&a->keymap, name, &a->typed, &line)) {
	case KEYMAP_LINE:
		a->typed.n = 0;
		if (strcmp(line, "repeat") != 0)
			snprintf(a->last_line, sizeof(a->last_line), "%s",
			    line);
		app_run(a, line);
		break;
	case KEYMAP_PREFIX:
		if (a->typed.n < KEYS_MAX)
			break;
		/* fallthrough */
	case KEYMAP_NONE:
		if (k & UK_ALT) {
			/* Esc and a key, typed faster than can be told apart.
			 */
			a->typed.n = 0;
			app_key(a, UK_ESC);
			app_key(a, k & ~(ui_key)UK_ALT);
			break;
		}
		if (a->typed.n == 1 && k != UK_ESC && k != UK_CTRL('c')) {
			struct buf b = { 0 };

			keys_name(&a->typed, &b);
			complain(a, "%s means nothing here: ? shows the keys",
			    buf_text(&b));
			buf_free(&b);
		}
		a->typed.n = 0;
		break;
	}
}

void
app_key(struct app *a, ui_key k)
{
	if (a->top == NULL || k == UK_NONE)
		return;
	a->dirty = true;
	a->message[0] = '\0'; /* it has been read */
	if (a->prompt != NULL)
		prompt_key(a, k);
	else if (a->picker != NULL)
		picker_key(a, k);
	else if (a->typed.n == 0 && a->top->ops->key != NULL &&
		 a->top->ops->key(a->top, k))
		return;
	else
		key_command(a, k);
}

/* A paste is text where one types, and nothing anywhere else. */
void
app_paste(struct app *a, const struct buf *text)
{
	a->dirty = true;
	if (a->prompt != NULL)
		prompt_paste(a, text);
	else if (a->picker != NULL)
		picker_paste(a, text);
	else if (a->top->ops->key == NULL ||
		 !a->top->ops->key(a->top, UK_PASTE))
		complain(a, "pasted text was ignored: r begins an answer");
}

void
app_click(struct app *a, int row, int col, int what)
{
	a->dirty = true;
	if (a->picker != NULL) {
		picker_click(a, row, col, what);
		return;
	}
	if (a->prompt != NULL || a->top == NULL)
		return;
	if (row >= 1 && row <= a->top->rows && a->top->ops->click != NULL)
		a->top->ops->click(a->top, row - 1, col, what);
}

/* ---- life ---- */

static int
agents_load(struct app *a, struct err *e)
{
	arena_reset(&a->agents_arena);
	a->agents = 0;
	return store_agents(a->store, &a->agents_arena, &a->agent, &a->agents,
	    e);
}

int
app_open(struct app *a, struct ctx *c, struct err *e)
{
	const char *bad = NULL;

	memset(a, 0, sizeof(*a));
	a->base = c;
	a->store = c->store;
	a->shop = c->shop;
	a->sync.out = -1;
	a->sync.err = -1;
	a->rows = 24;
	a->cols = 80;
	keymap_make(&a->arena, &a->keymap, a->shop, &bad);
	if (bad != NULL)
		complain(a, "%s", bad);
	if (agents_load(a, e) < 0)
		return -1;
	places_make(a);
	return places_go(a, "Open", e);
}

void
app_close(struct app *a)
{
	prompt_close(a);
	picker_close(a);
	while (a->top != NULL)
		app_pop(a);
	grid_free(&a->grid);
	buf_free(&a->sync.line);
	arena_free(&a->agents_arena);
	arena_free(&a->presence_arena);
	arena_free(&a->status_arena);
	arena_free(&a->arena);
}

const char *
app_login(const struct app *a, int64_t agent)
{
	for (size_t i = 0; i < a->agents; i++) {
		if (a->agent[i].id == agent)
			return a->agent[i].login;
	}
	return "";
}

void
app_who(const struct app *a, int64_t thread, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < a->presences; i++) {
		const struct presence *p = &a->presence[i];

		if (p->thread != thread || p->agent == a->base->act.agent ||
		    used + 8 >= size)
			continue;
		used += (size_t)snprintf(out + used, size - used, "%s%s%.20s",
		    used > 0 ? " " : "", p->typing ? "✎" : "◦", p->login);
		if (used >= size)
			used = size - 1;
	}
}
