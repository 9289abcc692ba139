/*
 * compose_draw.c -- the composer on the screen.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "desk/people.h"
#include "ui/compose.h"

enum { LABEL_COLS = 10, WRITE_COLS = 82 };

static const char *const labels[] = { "To", "Cc", "Bcc", "Subject" };

static bool
field_seen(const struct compose *c, int f, bool edit)
{
	if (c->note)
		return false;
	if (f == FIELD_BCC || f == FIELD_CC)
		return c->field[f].text.len > 0 || (edit && c->focus == f) ||
		       (edit && f == FIELD_CC);
	return true;
}

int
compose_head_rows(const struct compose *c)
{
	return c->head_rows;
}

static void
label(const struct pane *p, int row, const char *s)
{
	pane_right(p, row, LABEL_COLS - 2, LOOK_DIM, s);
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* "part:MESSAGE:NUMBER:NAME", of a mail that is passed on. */
static const char *
part_name(const char *s)
{
	for (int i = 0; i < 3 && strchr(s, ':') != NULL; i++)
		s = strchr(s, ':') + 1;
	return *s != '\0' ? s : "(no name)";
}

static int
attachments_draw(const struct compose *c, const struct pane *p, int row)
{
	for (size_t i = 0; i < c->draft.attachments.n; i++) {
		const char *path = c->draft.attachments.v[i];
		struct stat st;
		char text[300], size[TEXT_COUNT];

		if (strncmp(path, "part:", 5) == 0)
			snprintf(text, sizeof(text), "%s · as it came",
			    part_name(path));
		else if (stat(path, &st) == 0)
			snprintf(text, sizeof(text), "%s · %s", base_name(path),
			    text_size(st.st_size, size));
		else
			snprintf(text, sizeof(text), "%s · not there",
			    base_name(path));
		label(p, row, i == 0 ? "Attached" : "");
		pane_put(p, row++, LABEL_COLS, LOOK_LINK, text);
	}
	return row;
}

static int
warnings_draw(const struct compose *c, const struct pane *p, int row)
{
	char text[120];

	if (c->claim == CLAIM_LOST) {
		pane_put(p, row, LABEL_COLS - 2, LOOK_LATE, "!");
		snprintf(text, sizeof(text),
		    "%s has taken this thread over: T takes it back",
		    c->taker[0] != '\0' ? c->taker : "a colleague");
		pane_put(p, row++, LABEL_COLS, LOOK_LATE, text);
	}
	for (size_t i = 0; i < c->warnings.n; i++) {
		pane_put(p, row, LABEL_COLS - 2, LOOK_WARN, "!");
		pane_put(p, row++, LABEL_COLS, LOOK_WARN, c->warnings.v[i]);
	}
	return row;
}

/* Recipients in full, over as many lines as they take; rows used. */
static int
people_draw(const struct editor *ed, const struct pane *in, enum role look)
{
	enum { MOST = 8 };
	const char *s = buf_text(&ed->text);
	size_t n = ed->text.len, next;
	int row = 0;

	while (n > 0 && row < MOST) {
		size_t used = text_wrap(s, n, in->cols, &next);

		pane_putn(in, row++, 0, in->cols, look, s, used);
		if (next == 0 || next > n)
			break;
		s += next;
		n -= next;
	}
	return row > 0 ? row : 1;
}

static int
field_draw(const struct compose *c, const struct pane *p, int row, int f,
    bool edit)
{
	bool here = edit && c->focus == f;
	enum role look = f == FIELD_SUBJECT ? LOOK_BOLD : LOOK_CUSTOMER;
	struct pane in = pane_part(p, row, LABEL_COLS, p->rows - row,
	    p->cols - LABEL_COLS - 1);

	label(p, row, labels[f]);
	if (!edit)
		return people_draw(&c->field[f], &in, look);
	in.rows = in.rows > 0 ? 1 : 0;
	if (here) {
		pane_fill(&in, 0, 0, in.cols, LOOK_FIELD);
		editor_draw(&c->field[f], &in, LOOK_FIELD, true);
	} else {
		/* From its beginning, wherever its cursor was left. */
		pane_put(&in, 0, 0, look, buf_text(&c->field[f].text));
	}
	return 1;
}

static int
head_draw(struct compose *c, const struct pane *p, bool edit)
{
	struct arena scratch = { 0 };
	int row = 0;

	label(p, row, c->note ? "Note on" : "From");
	if (c->note)
		pane_put(p, row++, LABEL_COLS, LOOK_TEXT, c->subject);
	else
		pane_put(p, row++, LABEL_COLS, LOOK_AGENT,
		    people_format(&scratch, &c->draft.from));
	for (int f = FIELD_TO; f < FIELD_TEXT; f++) {
		if (field_seen(c, f, edit))
			row += field_draw(c, p, row, f, edit);
	}
	row = attachments_draw(c, p, row);
	if (c->draft.markdown && !c->note) {
		label(p, row, "As");
		pane_put(p, row++, LABEL_COLS, LOOK_DIM,
		    "Markdown: plain text, and HTML beside it");
	}
	if (!edit)
		row = warnings_draw(c, p, row);
	pane_line(p, row, 0, p->cols, LOOK_RULE, "─");
	arena_free(&scratch);
	c->head_rows = row + 1;
	return row + 1;
}

/* Only what is drawn is wrapped; how far it goes is kept for scrolling. */
static void
text_draw(struct compose *c, const struct pane *p)
{
	struct editor *ed = &c->field[FIELD_TEXT];
	int cols = p->cols - 2 < WRITE_COLS ? p->cols - 2 : WRITE_COLS;
	struct pane in = pane_part(p, 0, 1, p->rows, cols);

	if (c->mode == MODE_EDIT) {
		editor_place(ed, in.rows, in.cols);
		editor_draw(ed, &in, LOOK_TEXT, c->focus == FIELD_TEXT);
		return;
	}
	c->review_lines = editor_height(ed, in.cols);
	ed->top = (int)c->top;
	editor_draw(ed, &in, LOOK_TEXT, false);
	scroll_draw(p, c->top, (size_t)p->rows, (size_t)c->review_lines);
}

void
compose_draw(const struct view *v, const struct pane *p)
{
	struct compose *c = v->state;
	bool edit = c->mode == MODE_EDIT;
	bool beside = p->cols >= COMPOSE_BESIDE_FROM && c->draft.thread != 0;
	struct pane left =
	    pane_part(p, 0, 0, p->rows, beside ? COMPOSE_COLS : p->cols);
	int row = head_draw(c, &left, edit);
	struct pane text = pane_part(&left, row, 0, p->rows - row, left.cols);

	text_draw(c, &text);
	if (c->field[FIELD_TEXT].text.len == 0 && !edit)
		pane_put(&text, 0, 1, LOOK_DIM, "(nothing written yet)");
	if (beside) {
		struct pane right = pane_part(p, 0, COMPOSE_COLS, p->rows,
		    p->cols - COMPOSE_COLS);

		preview_draw(&c->beside, &right);
	}
}
