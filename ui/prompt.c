/*
 * prompt.c -- typing at the bottom.
 */
#include "ui/prompt.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "base/file.h"
#include "base/text.h"
#include "desk/query.h"
#include "ui/app.h"
#include "ui/ui.h"

enum { HISTORY_MAX = 50, SHOWN_MAX = 10, FILES_MAX = 200 };

/* Lines typed before, newest last; of this screen only. */
static struct {
	char *line[HISTORY_MAX];
	size_t n;
} history;

static void
history_add(const char *s)
{
	if (*s == '\0' ||
	    (history.n > 0 && strcmp(history.line[history.n - 1], s) == 0))
		return;
	if (history.n == HISTORY_MAX) {
		free(history.line[0]);
		memmove(history.line, history.line + 1,
		    (HISTORY_MAX - 1) * sizeof(char *));
		history.n--;
	}
	history.line[history.n] = strdup(s);
	if (history.line[history.n] != NULL)
		history.n++;
}

struct prompt *
prompt_open(struct app *a, enum prompt_kind kind, const char *label,
    const char *text, prompt_done done, void *arg)
{
	struct prompt *p;

	prompt_close(a);
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		exit(EX_OSERR);
	p->kind = kind;
	strncpy(p->label, label, sizeof(p->label) - 1);
	p->line.single = true;
	editor_set(&p->line, text, strlen(text));
	p->done = done;
	p->arg = arg;
	a->prompt = p;
	a->dirty = true;
	return p;
}

void
prompt_ask(struct app *a, const char *label, const char *choices,
    prompt_done done, void *arg)
{
	struct prompt *p = prompt_open(a, PROMPT_CHOICE, label, "", done, arg);

	p->choices = choices;
}

void
prompt_close(struct app *a)
{
	struct prompt *p = a->prompt;

	if (p == NULL)
		return;
	a->prompt = NULL;
	editor_free(&p->line);
	arena_free(&p->arena);
	free(p->stem);
	free(p);
	a->dirty = true;
}

/* Close, then tell: what is told may open another. */
static void
finish(struct app *a, const char *text)
{
	struct prompt *p = a->prompt;
	prompt_done done = p->done;
	void *arg = p->arg;
	char *copy = text != NULL ? strdup(text) : NULL;

	prompt_close(a);
	done(a, arg, copy);
	free(copy);
}

/* ---- candidates ---- */

static void
cand_add(struct prompt *p, const char *text, const char *brief)
{
	p->cand = arena_grow(&p->arena, p->cand, p->cands, sizeof(*p->cand));
	p->cand[p->cands++] = (struct candidate){ text, brief };
}

static int
cand_by_text(const void *a, const void *b)
{
	return strcmp(((const struct candidate *)a)->text,
	    ((const struct candidate *)b)->text);
}

/* Files below what is typed; folders end with a slash. */
static void
files_find(struct prompt *p)
{
	const char *typed = buf_text(&p->line.text);
	char *path = file_expand(&p->arena, typed);
	char *slash = strrchr(path, '/');
	const char *stem = slash != NULL ? slash + 1 : path;
	char *folder = slash == NULL ? arena_str(&p->arena, ".")
				     : arena_strn(&p->arena, path,
					   (size_t)(slash - path) + 1);
	DIR *d = opendir(folder);
	struct dirent *de;

	while (d != NULL && p->cands < FILES_MAX && (de = readdir(d))) {
		struct stat st;
		char *full;

		if (strncmp(de->d_name, stem, strlen(stem)) != 0 ||
		    (de->d_name[0] == '.' && *stem != '.') ||
		    strcmp(de->d_name, ".") == 0 ||
		    strcmp(de->d_name, "..") == 0)
			continue;
		full = arena_fmt(&p->arena, "%s%s", slash ? folder : "",
		    de->d_name);
		if (stat(full, &st) == 0 && S_ISDIR(st.st_mode))
			full = arena_fmt(&p->arena, "%s/", full);
		cand_add(p, full, "");
	}
	if (d != NULL)
		closedir(d);
	if (p->cands > 1)
		qsort(p->cand, p->cands, sizeof(*p->cand), cand_by_text);
}

/* The last word of a query: fields, is: names, tags. */
static void
query_find(struct app *a, struct prompt *p)
{
	const char *s = buf_text(&p->line.text);
	const char *word = strrchr(s, ' ') != NULL ? strrchr(s, ' ') + 1 : s;
	char *head = arena_strn(&p->arena, s, (size_t)(word - s));
	struct tag_count *tag;
	size_t tags;
	struct err e = { 0 };

	if (*word == '-')
		head = arena_fmt(&p->arena, "%s-", head), word++;
	if (*word == '\0')
		return;
	for (size_t i = 0; query_is_names[i] != NULL; i++) {
		char *t = arena_fmt(&p->arena, "is:%s", query_is_names[i]);

		if (strncmp(t, word, strlen(word)) == 0)
			cand_add(p, arena_fmt(&p->arena, "%s%s", head, t), "");
	}
	for (size_t i = 0; query_field_names[i] != NULL; i++) {
		char *t = arena_fmt(&p->arena, "%s:", query_field_names[i]);

		if (strncmp(t, word, strlen(word)) == 0 &&
		    strcmp(t, "is:") != 0 && strcmp(t, word) != 0)
			cand_add(p, arena_fmt(&p->arena, "%s%s", head, t), "");
	}
	if (strncmp(word, "tag:", 4) != 0 ||
	    store_tags(a->store, &p->arena, &tag, &tags, &e) < 0)
		return;
	for (size_t i = 0; i < tags; i++) {
		char count[TEXT_COUNT];

		if (strncmp(tag[i].name, word + 4, strlen(word + 4)) == 0)
			cand_add(p,
			    arena_fmt(&p->arena, "%stag:%s", head, tag[i].name),
			    arena_str(&p->arena,
				text_count(tag[i].threads, "thread", count)));
	}
}

static void
command_find(struct app *a, struct prompt *p)
{
	struct ctx *c = app_ctx(a);
	struct candidate *v = NULL;
	size_t n = 0;
	struct err e = { 0 };

	if (cmd_complete(c, ui_screen_cmds, buf_text(&p->line.text), &v, &n,
		&e) == 0) {
		for (size_t i = 0; i < n; i++)
			cand_add(p, arena_str(&p->arena, v[i].text),
			    arena_str(&p->arena, v[i].brief));
	}
	app_ctx_free(c);
}

static void
candidates_find(struct app *a, struct prompt *p)
{
	arena_reset(&p->arena);
	p->cand = NULL;
	p->cands = 0;
	switch (p->kind) {
	case PROMPT_COMMAND:
		command_find(a, p);
		break;
	case PROMPT_QUERY:
		query_find(a, p);
		break;
	case PROMPT_FILE:
		files_find(p);
		break;
	case PROMPT_TEXT:
	case PROMPT_CHOICE:
		break;
	}
	p->at = p->cands;
	free(p->stem);
	p->stem = NULL;
}

/* ---- keys ---- */

/* Candidates may be the whole line, or the last word of it. */
static void
cand_show(struct prompt *p)
{
	const char *stem = p->stem;
	const char *text = p->at < p->cands ? p->cand[p->at].text : NULL;
	const char *word = strrchr(stem, ' ');
	struct buf b = { 0 };

	if (text == NULL)
		buf_str(&b, stem);
	else if (p->kind == PROMPT_COMMAND && word != NULL &&
		 strncmp(text, stem, (size_t)(word - stem)) != 0)
		buf_fmt(&b, "%.*s%s", (int)(word - stem + 1), stem, text);
	else
		buf_str(&b, text);
	editor_set(&p->line, buf_text(&b), b.len);
	buf_free(&b);
}

static void
complete(struct app *a, bool back)
{
	struct prompt *p = a->prompt;

	if (p->stem == NULL) {
		candidates_find(a, p);
		p->stem = strdup(buf_text(&p->line.text));
		if (p->stem == NULL || p->cands == 0)
			return;
		p->at = p->cands;
	}
	p->at = (p->at + (back ? p->cands : 1)) % (p->cands + 1);
	cand_show(p);
	/* The only one: go on to what follows it. */
	if (p->cands == 1 && p->at == 0)
		candidates_find(a, p);
}

static void
recall(struct prompt *p, int by)
{
	if (by > 0 && p->past < history.n)
		p->past++;
	else if (by < 0 && p->past > 0)
		p->past--;
	else
		return;
	if (p->past == 0)
		editor_set(&p->line, "", 0);
	else
		editor_set(&p->line, history.line[history.n - p->past],
		    strlen(history.line[history.n - p->past]));
}

static void
changed(struct app *a)
{
	struct prompt *p = a->prompt;

	candidates_find(a, p);
	if (p->typed != NULL)
		p->typed(a, p->arg, buf_text(&p->line.text));
}

static void
choice_key(struct app *a, ui_key k)
{
	struct prompt *p = a->prompt;
	char one[2] = { 0 };

	if (k == UK_ESC || k == UK_CTRL('c') || k == UK_CTRL('g')) {
		finish(a, NULL);
	} else if (k < 0x7f && strchr(p->choices, (int)k) != NULL && k != 0) {
		one[0] = (char)k;
		finish(a, one);
	}
}

void
prompt_key(struct app *a, ui_key k)
{
	struct prompt *p = a->prompt;

	a->dirty = true;
	if (p->kind == PROMPT_CHOICE) {
		choice_key(a, k);
	} else if (k == UK_ESC || k == UK_CTRL('c') || k == UK_CTRL('g')) {
		finish(a, NULL);
	} else if (k == UK_ENTER) {
		history_add(buf_text(&p->line.text));
		finish(a, buf_text(&p->line.text));
	} else if (k == UK_TAB || k == UK_BACK_TAB) {
		complete(a, k == UK_BACK_TAB);
	} else if (k == UK_UP || k == UK_CTRL('p')) {
		recall(p, 1);
	} else if (k == UK_DOWN || k == UK_CTRL('n')) {
		recall(p, -1);
	} else if (k == UK_BACKSPACE && p->line.text.len == 0) {
		finish(a, NULL);
	} else if (editor_key(&p->line, k)) {
		if (p->line.changed) {
			p->line.changed = false;
			changed(a);
		}
	}
}

void
prompt_paste(struct app *a, const struct buf *text)
{
	struct prompt *p = a->prompt;

	if (p->kind == PROMPT_CHOICE)
		return;
	editor_insert(&p->line, buf_text(text), text->len);
	p->line.changed = false;
	changed(a);
}

/* ---- drawing ---- */

static void
candidates_draw(const struct prompt *p, const struct pane *whole)
{
	size_t n = p->cands < SHOWN_MAX ? p->cands : SHOWN_MAX;
	size_t top = p->at < p->cands && p->at >= n ? p->at - n + 1 : 0;
	int rows = (int)n < whole->rows - 2 ? (int)n : whole->rows - 2;
	int wide = 12;

	for (size_t i = top; i < top + n; i++) {
		int w = text_width(p->cand[i].text, strlen(p->cand[i].text));

		wide = w > wide ? w : wide;
	}
	if (wide > whole->cols / 2)
		wide = whole->cols / 2;
	for (int i = 0; i < rows; i++) {
		const struct candidate *c = &p->cand[top + (size_t)i];
		int row = whole->rows - 1 - rows + i;

		pane_fill(whole, row, 0, whole->cols, LOOK_BAR);
		pane_putn(whole, row, 1, wide, LOOK_KEY, c->text,
		    strlen(c->text));
		pane_put(whole, row, wide + 3, LOOK_BAR, c->brief);
		if (top + (size_t)i == p->at)
			pane_look(whole, row, 0, whole->cols, LOOK_CURSOR);
	}
}

void
prompt_draw(const struct app *a, const struct pane *whole)
{
	const struct prompt *p = a->prompt;
	int row = whole->rows - 1;
	struct pane field;
	int w;

	candidates_draw(p, whole);
	pane_fill(whole, row, 0, whole->cols, LOOK_FIELD);
	w = pane_put(whole, row, 0, LOOK_BOLD, p->label);
	if (p->kind == PROMPT_CHOICE) {
		struct buf b = { 0 };

		for (const char *s = p->choices; *s != '\0'; s++)
			buf_fmt(&b, "%s%c", s > p->choices ? "/" : " [", *s);
		buf_chr(&b, ']');
		w += pane_put(whole, row, w, LOOK_DIM, buf_text(&b));
		buf_free(&b);
		pane_cursor(whole, row, w + 1);
		return;
	}
	field = pane_part(whole, row, w, 1, whole->cols - w);
	editor_draw(&p->line, &field, LOOK_FIELD, true);
}
