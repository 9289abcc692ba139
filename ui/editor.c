/*
 * editor.c -- inserting, cutting, moving, undoing.
 */
#include "ui/editor.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/text.h"

enum { STEPS_MAX = 400 };

struct editor_step {
	char *text;
	size_t at;
};

static void
steps_cut(struct editor *ed, size_t n)
{
	while (ed->steps > n)
		free(ed->step[--ed->steps].text);
}

void
editor_free(struct editor *ed)
{
	steps_cut(ed, 0);
	free(ed->step);
	buf_free(&ed->text);
	buf_free(&ed->killed);
	memset(ed, 0, sizeof(*ed));
}

/* ---- undo: whole texts; a letter is short ---- */

static void
step_push(struct editor *ed)
{
	struct editor_step *s;

	steps_cut(ed, ed->step_at);
	if (ed->steps == STEPS_MAX) {
		free(ed->step[0].text);
		memmove(ed->step, ed->step + 1,
		    (STEPS_MAX - 1) * sizeof(*ed->step));
		ed->steps--;
	}
	if (ed->step == NULL)
		ed->step = calloc(STEPS_MAX, sizeof(*ed->step));
	if (ed->step == NULL)
		exit(EX_OSERR);
	s = &ed->step[ed->steps];
	s->text = strdup(buf_text(&ed->text));
	if (s->text == NULL)
		exit(EX_OSERR);
	s->at = ed->at;
	ed->step_at = ++ed->steps;
}

/* Remember how it was, unless the same kind of work goes on. */
static void
step(struct editor *ed, enum editor_did did)
{
	if (did != ed->did || did == EDIT_OTHER || ed->step_at != ed->steps)
		step_push(ed);
	ed->did = did;
	ed->changed = true;
	ed->goal = -1;
}

static void
step_show(struct editor *ed, size_t i)
{
	buf_clear(&ed->text);
	buf_str(&ed->text, ed->step[i].text);
	ed->at = ed->step[i].at;
	ed->did = EDIT_MOVED;
	ed->changed = true;
	ed->goal = -1;
}

bool
editor_undo(struct editor *ed)
{
	size_t at = ed->step_at;

	if (at == 0)
		return false;
	if (at == ed->steps) {
		/* The newest text is no step yet; keep it for redo. */
		step_push(ed);
		at = ed->steps - 1;
	}
	ed->step_at = at - 1;
	step_show(ed, ed->step_at);
	return true;
}

bool
editor_redo(struct editor *ed)
{
	if (ed->steps == 0 || ed->step_at + 1 >= ed->steps)
		return false;
	step_show(ed, ++ed->step_at);
	return true;
}

/* ---- changing ---- */

void
editor_set(struct editor *ed, const char *text, size_t at)
{
	steps_cut(ed, 0);
	ed->step_at = 0;
	buf_clear(&ed->text);
	text_clean(&ed->text, text, strlen(text),
	    ed->single ? TEXT_LINE : TEXT_BLOCK);
	ed->at = at < ed->text.len ? at : ed->text.len;
	ed->did = EDIT_MOVED;
	ed->goal = -1;
	ed->top = 0;
	ed->changed = false;
}

void
editor_replace(struct editor *ed, const char *text, size_t at)
{
	step(ed, EDIT_OTHER);
	buf_clear(&ed->text);
	text_clean(&ed->text, text, strlen(text),
	    ed->single ? TEXT_LINE : TEXT_BLOCK);
	ed->at = at < ed->text.len ? at : ed->text.len;
}

static void
splice(struct editor *ed, const char *s, size_t n)
{
	size_t tail = ed->text.len - ed->at;

	buf_room(&ed->text, n + 1);
	memmove(ed->text.data + ed->at + n, ed->text.data + ed->at, tail);
	memcpy(ed->text.data + ed->at, s, n);
	ed->text.len += n;
	ed->text.data[ed->text.len] = '\0';
	ed->at += n;
}

static void
put(struct editor *ed, const char *text, size_t n, enum editor_did did)
{
	struct buf b = { 0 };

	text_clean(&b, text, n, ed->single ? TEXT_LINE : TEXT_BLOCK);
	if (b.len > 0) {
		step(ed, did);
		splice(ed, b.data, b.len);
	}
	buf_free(&b);
}

void
editor_insert(struct editor *ed, const char *text, size_t n)
{
	put(ed, text, n, EDIT_OTHER);
}

static void
cut(struct editor *ed, size_t from, size_t until, enum editor_did did)
{
	if (from >= until)
		return;
	step(ed, did);
	if (did == EDIT_OTHER) {
		buf_clear(&ed->killed);
		buf_add(&ed->killed, ed->text.data + from, until - from);
	}
	memmove(ed->text.data + from, ed->text.data + until,
	    ed->text.len - until);
	buf_cut(&ed->text, ed->text.len - (until - from));
	ed->at = from;
}

/* ---- places ---- */

static size_t
next_of(const struct editor *ed, size_t at)
{
	size_t len;

	if (at >= ed->text.len)
		return ed->text.len;
	if (ed->text.data[at] == '\n')
		return at + 1;
	text_cluster(ed->text.data + at, ed->text.len - at, &len);
	return at + len;
}

static size_t
line_start(const struct editor *ed, size_t at)
{
	while (at > 0 && ed->text.data[at - 1] != '\n')
		at--;
	return at;
}

static size_t
line_end(const struct editor *ed, size_t at)
{
	while (at < ed->text.len && ed->text.data[at] != '\n')
		at++;
	return at;
}

/* Clusters are found from the left; begin at the start of the line. */
static size_t
prev_of(const struct editor *ed, size_t at)
{
	size_t p, q;

	if (at == 0)
		return 0;
	if (ed->text.data[at - 1] == '\n')
		return at - 1;
	p = line_start(ed, at);
	while ((q = next_of(ed, p)) < at)
		p = q;
	return p;
}

static bool
wordly(const struct editor *ed, size_t at)
{
	unsigned char c = (unsigned char)ed->text.data[at];

	return c >= 0x80 || (c >= '0' && c <= '9') ||
	       ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static size_t
word_back(const struct editor *ed)
{
	size_t at = ed->at;

	while (at > 0 && !wordly(ed, at - 1))
		at--;
	while (at > 0 && wordly(ed, at - 1))
		at--;
	return at;
}

static size_t
word_on(const struct editor *ed)
{
	size_t at = ed->at;

	while (at < ed->text.len && !wordly(ed, at))
		at++;
	while (at < ed->text.len && wordly(ed, at))
		at++;
	return at;
}

/* ---- wrapped lines ---- */

struct wrapped {
	size_t from; /* bytes shown */
	size_t until;
	size_t next; /* where the next line starts */
	bool hard;   /* ends with a newline or the text */
};

/*
 * The wrapped line that starts at from.  The blanks a break swallows belong
 * to the line before, so that the cursor can stand on them.
 */
static struct wrapped
wrap_at(const struct editor *ed, size_t from, int cols)
{
	size_t end = line_end(ed, from);
	struct wrapped w = { from, end, end + 1, true };
	size_t next = 0;

	if (ed->single || end == from)
		return w;
	text_wrap(ed->text.data + from, end - from, cols > 1 ? cols - 1 : 1,
	    &next);
	if (next > 0 && from + next < end) {
		w.until = w.next = from + next;
		w.hard = false;
	}
	return w;
}

static bool
wrap_next(const struct editor *ed, struct wrapped *w, int cols)
{
	if (w->next > ed->text.len)
		return false;
	*w = wrap_at(ed, w->next, cols);
	return true;
}

static bool
wrap_holds(const struct wrapped *w, size_t at)
{
	return at >= w->from && (w->hard ? at <= w->until : at < w->until);
}

/* The wrapped line with the cursor; its number in *row. */
static struct wrapped
wrap_cursor(const struct editor *ed, int cols, int *row)
{
	struct wrapped w = wrap_at(ed, 0, cols);

	*row = 0;
	while (!wrap_holds(&w, ed->at) && wrap_next(ed, &w, cols))
		(*row)++;
	return w;
}

int
editor_height(const struct editor *ed, int cols)
{
	struct wrapped w = wrap_at(ed, 0, cols);
	int n = 1;

	while (wrap_next(ed, &w, cols))
		n++;
	return n;
}

static int
column_of(const struct editor *ed, const struct wrapped *w, size_t at)
{
	return text_width(buf_text(&ed->text) + w->from, at - w->from);
}

/* Go to line row (of wrapped ones), as near to column col as it gets. */
static void
go_to(struct editor *ed, int row, int col)
{
	struct wrapped w = wrap_at(ed, 0, ed->cols);
	size_t at, n;
	int used;

	while (row > 0 && wrap_next(ed, &w, ed->cols))
		row--;
	n = text_fit(buf_text(&ed->text) + w.from, w.until - w.from, col,
	    &used);
	at = w.from + n;
	if (!w.hard && at >= w.until)
		at = prev_of(ed, w.until);
	ed->at = at;
}

static void
go_rows(struct editor *ed, int by)
{
	int row;
	struct wrapped w = wrap_cursor(ed, ed->cols, &row);

	if (ed->goal < 0)
		ed->goal = column_of(ed, &w, ed->at);
	if (row + by < 0)
		ed->at = 0;
	else
		go_to(ed, row + by, ed->goal);
	ed->did = EDIT_MOVED;
}

void
editor_place(struct editor *ed, int rows, int cols)
{
	int row;

	ed->cols = cols;
	ed->rows = rows;
	wrap_cursor(ed, cols, &row);
	if (ed->top > row)
		ed->top = row;
	if (ed->top < row - rows + 1)
		ed->top = row - rows + 1;
	if (ed->top < 0)
		ed->top = 0;
}

void
editor_click(struct editor *ed, int row, int col)
{
	go_to(ed, ed->top + row, col);
	ed->goal = -1;
	ed->did = EDIT_MOVED;
}

/* ---- keys ---- */

static void
move_to(struct editor *ed, size_t at)
{
	ed->at = at;
	ed->goal = -1;
	ed->did = EDIT_MOVED;
}

static bool
key_move(struct editor *ed, ui_key k)
{
	int row;
	struct wrapped w;

	switch (k) {
	case UK_LEFT:
	case UK_CTRL('b'):
		move_to(ed, prev_of(ed, ed->at));
		return true;
	case UK_RIGHT:
	case UK_CTRL('f'):
		move_to(ed, next_of(ed, ed->at));
		return true;
	case UK_LEFT | UK_ALT:
	case 'b' | UK_ALT:
		move_to(ed, word_back(ed));
		return true;
	case UK_RIGHT | UK_ALT:
	case 'f' | UK_ALT:
		move_to(ed, word_on(ed));
		return true;
	case UK_HOME:
	case UK_CTRL('a'):
		w = wrap_cursor(ed, ed->cols, &row);
		move_to(ed, w.from);
		return true;
	case UK_END:
	case UK_CTRL('e'):
		w = wrap_cursor(ed, ed->cols, &row);
		move_to(ed, w.hard ? w.until : prev_of(ed, w.until));
		return true;
	case UK_HOME | UK_ALT:
	case '<' | UK_ALT:
		move_to(ed, 0);
		return true;
	case UK_END | UK_ALT:
	case '>' | UK_ALT:
		move_to(ed, ed->text.len);
		return true;
	default:
		return false;
	}
}

static bool
key_rows(struct editor *ed, ui_key k)
{
	int page = ed->rows > 2 ? ed->rows - 1 : 1;

	if (ed->single)
		return false;
	switch (k) {
	case UK_UP:
	case UK_CTRL('p'):
		go_rows(ed, -1);
		return true;
	case UK_DOWN:
	case UK_CTRL('n'):
		go_rows(ed, 1);
		return true;
	case UK_PAGE_UP:
	case 'v' | UK_ALT:
		go_rows(ed, -page);
		return true;
	case UK_PAGE_DOWN:
	case UK_CTRL('v'):
		go_rows(ed, page);
		return true;
	default:
		return false;
	}
}

static bool
key_cut(struct editor *ed, ui_key k)
{
	size_t end;

	switch (k) {
	case UK_BACKSPACE:
		cut(ed, prev_of(ed, ed->at), ed->at, EDIT_CUT);
		return true;
	case UK_DELETE:
	case UK_CTRL('d'):
		cut(ed, ed->at, next_of(ed, ed->at), EDIT_CUT);
		return true;
	case UK_CTRL('w'):
	case UK_BACKSPACE | UK_ALT:
		cut(ed, word_back(ed), ed->at, EDIT_OTHER);
		return true;
	case 'd' | UK_ALT:
		cut(ed, ed->at, word_on(ed), EDIT_OTHER);
		return true;
	case UK_CTRL('k'):
		end = line_end(ed, ed->at);
		if (end == ed->at && end < ed->text.len)
			end++;
		cut(ed, ed->at, end, EDIT_OTHER);
		return true;
	case UK_CTRL('u'):
		cut(ed, line_start(ed, ed->at), ed->at, EDIT_OTHER);
		return true;
	default:
		return false;
	}
}

static bool
key_undo(struct editor *ed, ui_key k)
{
	switch (k) {
	case UK_CTRL('_'):
	case 'u' | UK_ALT:
		editor_undo(ed);
		return true;
	case UK_CTRL('r'):
	case 'e' | UK_ALT:
		editor_redo(ed);
		return true;
	case UK_CTRL('y'):
		editor_insert(ed, buf_text(&ed->killed), ed->killed.len);
		return true;
	default:
		return false;
	}
}

static void
key_typed(struct editor *ed, ui_key k)
{
	struct buf b = { 0 };
	struct keys one = { { k }, 1 };

	/* A step a word, so that undo takes back what a person meant. */
	if (k == ' ') {
		put(ed, " ", 1, EDIT_TYPED);
		ed->did = EDIT_MOVED;
		return;
	}
	keys_name(&one, &b);
	put(ed, b.data, b.len, EDIT_TYPED);
	buf_free(&b);
}

bool
editor_key(struct editor *ed, ui_key k)
{
	if (key_move(ed, k) || key_rows(ed, k) || key_cut(ed, k) ||
	    key_undo(ed, k))
		return true;
	if (k == UK_ENTER && !ed->single) {
		put(ed, "\n", 1, EDIT_OTHER);
		return true;
	}
	if (k < UK_SPACE || k == UK_BACKSPACE || k >= 0x110000)
		return false;
	key_typed(ed, k);
	return true;
}

/* ---- drawing ---- */

static bool
is_quote(const struct editor *ed, const struct wrapped *w)
{
	size_t s = line_start(ed, w->from);

	return s < ed->text.len && ed->text.data[s] == '>';
}

static void
draw_single(const struct editor *ed, const struct pane *p, enum role look,
    bool focus)
{
	const char *s = buf_text(&ed->text);
	size_t from = 0;

	/* Keep the cursor in sight in a long line. */
	while (text_width(s + from, ed->at - from) >= p->cols && p->cols > 1)
		from = next_of(ed, from);
	pane_putn(p, 0, 0, p->cols, look, s + from, ed->text.len - from);
	if (focus)
		pane_cursor(p, 0, text_width(s + from, ed->at - from));
}

void
editor_draw(const struct editor *ed, const struct pane *p, enum role look,
    bool focus)
{
	struct wrapped w = wrap_at(ed, 0, p->cols);
	int row = 0;

	if (ed->single) {
		draw_single(ed, p, look, focus);
		return;
	}
	do {
		int at = row - ed->top;

		if (at >= p->rows)
			break;
		if (at >= 0) {
			pane_putn(p, at, 0, p->cols,
			    is_quote(ed, &w) ? LOOK_QUOTE : look,
			    buf_text(&ed->text) + w.from, w.until - w.from);
			if (focus && wrap_holds(&w, ed->at))
				pane_cursor(p, at, column_of(ed, &w, ed->at));
		}
		row++;
	} while (wrap_next(ed, &w, p->cols));
}
