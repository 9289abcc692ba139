/*
 * canned.c -- pick a canned reply: type to find, see it filled in.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/text.h"
#include "ui/cmd/answer.h"
#include "ui/compose.h"
#include "ui/term.h"
#include "ui/views.h"

enum { BESIDE_FROM = 90 };

struct canned_view {
	int64_t thread; /* 0: into the composer below */
	struct editor line;
	struct ctx *ctx; /* owns the replies */
	struct canned *canned;
	int *uses;
	size_t n;
	size_t *found; /* indexes, best first; in the view's arena */
	struct rows rows;

	struct ctx *preview_ctx;
	const char *preview; /* text, or what is wrong */
	bool preview_bad;
	const struct canned *previewed;
	int *fit; /* how well each suits the thread: 9 best, 0 not */
};

static void
uses_load(struct view *v)
{
	struct canned_view *s = v->state;

	s->uses = arena_array(s->ctx->arena, s->n + 1, sizeof(int));
	for (size_t i = 0; i < s->n; i++) {
		struct err e = { 0 };

		store_canned_uses(v->app->store, s->canned[i].name, &s->uses[i],
		    &e);
	}
}

/* Title, name with folder, and keys all count. */
static int
score(const struct canned *c, const char *typed)
{
	int best = text_fuzzy(typed, c->title);
	int name = text_fuzzy(typed, c->name);
	int keys = *c->keys != '\0' ? text_fuzzy(typed, c->keys) : 0;

	best = name > best ? name : best;
	return keys > best ? keys : best;
}

/* What the digits would offer comes first. */
static void
fits_load(struct view *v)
{
	struct canned_view *s = v->state;
	struct ctx *c = app_ctx(v->app);
	const struct canned *best[9];
	size_t n = 0;
	struct err e = { 0 };

	s->fit = arena_array(s->ctx->arena, s->n + 1, sizeof(int));
	if (s->thread != 0 &&
	    answer_suggest(c, s->thread, best, 9, &n, &e) == 0) {
		for (size_t i = 0; i < n; i++) {
			for (size_t j = 0; j < s->n; j++) {
				if (strcmp(best[i]->name, s->canned[j].name) ==
				    0)
					s->fit[j] = 9 - (int)i;
			}
		}
	}
	app_ctx_free(c);
}

struct ranked {
	size_t i;
	int score;
	int fit;
	int uses;
};

static int
by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (x->fit != y->fit)
		return x->fit > y->fit ? -1 : 1;
	if (x->uses != y->uses)
		return x->uses > y->uses ? -1 : 1;
	return x->i < y->i ? -1 : 1;
}

static void
find(struct view *v)
{
	struct canned_view *s = v->state;
	const char *typed = buf_text(&s->line.text);
	struct ranked *r = calloc(s->n + 1, sizeof(*r));
	size_t n = 0;

	if (r == NULL)
		exit(EX_OSERR);
	arena_reset(&v->arena);
	s->found = arena_array(&v->arena, s->n + 1, sizeof(*s->found));
	for (size_t i = 0; i < s->n; i++) {
		int f = *typed != '\0' ? score(&s->canned[i], typed) : 1;

		if (f > 0)
			r[n++] = (struct ranked){ i, f, s->fit[i], s->uses[i] };
	}
	qsort(r, n, sizeof(*r), by_rank);
	for (size_t i = 0; i < n; i++)
		s->found[i] = r[i].i;
	s->rows = (struct rows){ .n = n };
	free(r);
}

static const struct canned *
here(const struct canned_view *s)
{
	return s->rows.n > 0 ? &s->canned[s->found[s->rows.at]] : NULL;
}

/* Fill it in for the customer, as it would be sent. */
static bool
canned_idle(struct view *v)
{
	struct canned_view *s = v->state;
	const struct canned *c = here(s);
	struct draft d = { 0 };
	struct err e = { 0 };
	int rc = 0;

	if (c == s->previewed)
		return false;
	s->previewed = c;
	s->preview = "";
	if (s->preview_ctx != NULL)
		app_ctx_free(s->preview_ctx);
	s->preview_ctx = app_ctx(v->app);
	if (c == NULL)
		return true;
	if (s->thread != 0) {
		rc =
		    answer_begin(s->preview_ctx, s->thread, ANSWER_ONE, &d, &e);
	} else {
		const struct compose *below = v->below->state;

		d = below->draft;
	}
	d.text = "";
	if (rc == 0)
		rc = answer_fill(s->preview_ctx, &d, c, &e);
	s->preview_bad = rc < 0;
	s->preview = rc < 0 ? arena_str(s->preview_ctx->arena, e.text) : d.text;
	return true;
}

static int
canned_load(struct view *v, struct err *e)
{
	struct canned_view *s = v->state;

	s->line.single = true;
	if (s->ctx == NULL) {
		s->ctx = app_ctx(v->app);
		if (answer_canned(s->ctx, &s->canned, &s->n, e) < 0)
			return -1;
		uses_load(v);
		fits_load(v);
	}
	find(v);
	return 0;
}

static void
take(struct view *v)
{
	struct app *a = v->app;
	struct canned_view *s = v->state;
	const struct canned *c = here(s);
	int64_t thread = s->thread;
	struct ctx *ctx = s->ctx;
	struct err e = { 0 };

	if (c == NULL)
		return;
	s->ctx = NULL; /* c lives in it and must outlive the view */
	app_pop(a);
	if (thread != 0)
		compose_canned(a, thread, c);
	else if (!compose_insert(a->top, c, &e))
		app_fail(a, &e);
	app_ctx_free(ctx);
}

static bool
canned_key(struct view *v, ui_key k)
{
	struct canned_view *s = v->state;
	int seen = v->rows - 2;

	if (k == UK_ESC || k == UK_CTRL('g') || k == UK_CTRL('c')) {
		app_pop(v->app);
	} else if (k == UK_ENTER) {
		take(v);
	} else if (k == UK_UP || k == UK_CTRL('p')) {
		rows_verb(&s->rows, VERB_UP, seen);
	} else if (k == UK_DOWN || k == UK_CTRL('n') || k == UK_TAB) {
		rows_verb(&s->rows, VERB_DOWN, seen);
	} else if (k == UK_PAGE_DOWN) {
		rows_verb(&s->rows, VERB_PAGE_DOWN, seen);
	} else if (k == UK_PAGE_UP) {
		rows_verb(&s->rows, VERB_PAGE_UP, seen);
	} else if (k == UK_PASTE) {
		editor_insert(&s->line, buf_text(term_paste()),
		    term_paste()->len);
		find(v);
	} else if (editor_key(&s->line, k)) {
		if (s->line.changed) {
			s->line.changed = false;
			find(v);
		}
	} else {
		return false;
	}
	return true;
}

static void
canned_click(struct view *v, int row, int col, int what)
{
	struct canned_view *s = v->state;
	size_t was = s->rows.at;

	(void)col;
	if (rows_click(&s->rows, row - 2, what, v->rows - 2) &&
	    s->rows.at == was)
		take(v);
}

/* "returns/label" -> "returns" dim, the title plain, uses at the right. */
static void
row_draw(const struct canned_view *s, size_t i, const struct pane *p, int row,
    bool at)
{
	const struct canned *c = &s->canned[s->found[i]];
	const char *slash = strrchr(c->name, '/');
	const char *title = *c->title != '\0' ? c->title : c->name;
	char uses[16];
	int w, end = p->cols;

	pane_put(p, row, 0, LOOK_MARK, at ? "▸" : " ");
	if (s->uses[s->found[i]] > 0) {
		snprintf(uses, sizeof(uses), "%d×", s->uses[s->found[i]]);
		end -= pane_right(p, row, end, LOOK_DIM, uses) + 1;
	}
	if (*c->keys != '\0')
		end -= pane_right(p, row, end, LOOK_KEY, c->keys) + 1;
	w = pane_putn(p, row, 2, end - 2, LOOK_TEXT, title, strlen(title));
	if (slash != NULL)
		pane_putn(p, row, 4 + w, end - 4 - w, LOOK_DIM, c->name,
		    (size_t)(slash - c->name));
	if (at)
		pane_reverse(p, row);
}

static void
filled_draw(const struct canned_view *s, const struct pane *p)
{
	const char *t = s->preview != NULL ? s->preview : "";
	size_t n = strlen(t), next;
	const struct canned *c = here(s);
	int row = 0;

	if (c == NULL)
		return;
	pane_put(p, row, 0, LOOK_TITLE, *c->title ? c->title : c->name);
	if (c->close)
		pane_right(p, row, p->cols, LOOK_DIM, "closes the thread");
	row += 2;
	for (size_t i = 0; i < c->attach.n && row < p->rows; i++)
		pane_put(p, row++, 0, LOOK_LINK, c->attach.v[i]);
	while (n > 0 && row < p->rows) {
		size_t used = text_wrap(t, n, p->cols, &next);

		pane_putn(p, row++, 0, p->cols,
		    s->preview_bad ? LOOK_ERROR : LOOK_TEXT, t, used);
		if (next == 0)
			break;
		t += next;
		n -= next;
	}
}

static void
canned_draw(const struct view *v, const struct pane *p)
{
	const struct canned_view *s = v->state;
	bool wide = p->cols >= BESIDE_FROM;
	int cols = wide ? p->cols * 2 / 5 : p->cols;
	int rows = wide ? p->rows - 2 : (p->rows - 2) / 2;
	struct pane list = pane_part(p, 2, 1, rows, cols - 2);
	struct pane pre =
	    wide ? pane_part(p, 0, cols + 2, p->rows, p->cols - cols - 3)
		 : pane_part(p, rows + 3, 1, p->rows - rows - 3, p->cols - 2);
	struct pane line = pane_part(p, 0, 3, 1, cols - 4);

	pane_put(p, 0, 1, LOOK_MARK, ">");
	editor_draw(&s->line, &line, LOOK_FIELD, true);
	for (int r = 0; r < list.rows; r++) {
		size_t at = s->rows.top + (size_t)r;

		if (at < s->rows.n)
			row_draw(s, at, &list, r, at == s->rows.at);
	}
	if (s->rows.n == 0)
		pane_put(&list, 0, 1, LOOK_DIM,
		    s->n == 0 ? "there are no canned replies yet"
			      : "no canned reply by that name");
	for (int r = 0; wide && r < p->rows; r++)
		pane_put(p, r, cols, LOOK_RULE, "│");
	if (!wide)
		pane_line(p, rows + 2, 0, p->cols, LOOK_RULE, "─");
	filled_draw(s, &pre);
}

static void
canned_title(const struct view *v, struct buf *out)
{
	const struct canned_view *s = v->state;

	buf_fmt(out, "Canned replies %zu/%zu", s->rows.n, s->n);
}

static const char *
canned_hints(const struct view *v)
{
	(void)v;
	return "!Enter=take|!Up=|!Down=choose|!Esc=back";
}

static void
canned_done(struct view *v)
{
	struct canned_view *s = v->state;

	editor_free(&s->line);
	if (s->ctx != NULL)
		app_ctx_free(s->ctx);
	if (s->preview_ctx != NULL)
		app_ctx_free(s->preview_ctx);
}

static bool
canned_touched(const struct view *v, const int64_t *thread, size_t n)
{
	(void)v, (void)thread, (void)n;
	return false;
}

const struct view_ops canned_ops = {
	.name = "canned",
	.state_size = sizeof(struct canned_view),
	.load = canned_load,
	.draw = canned_draw,
	.done = canned_done,
	.key = canned_key,
	.click = canned_click,
	.title = canned_title,
	.hints = canned_hints,
	.touched = canned_touched,
	.idle = canned_idle,
};

void
canned_show(struct app *a, int64_t thread)
{
	struct view *v = app_push(a, &canned_ops);
	struct canned_view *s = v->state;
	struct err e = { 0 };

	s->thread = thread;
	if (app_loaded(a, v, &e) < 0) {
		app_pop(a);
		app_fail(a, &e);
	}
}
