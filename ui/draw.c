/*
 * draw.c -- pieces that several views show.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/when.h"
#include "ui/term.h"
#include "ui/views.h"

enum role
look_of_wait(const struct thread *t, int64_t now)
{
	switch (thread_target_state(t, now)) {
	case TARGET_LATE:
	case TARGET_MET_LATE:
		return LOOK_LATE;
	case TARGET_WARNING:
		return LOOK_WARN;
	case TARGET_RUNNING:
	case TARGET_MET:
		return LOOK_OK;
	default:
		return LOOK_TEXT;
	}
}

void
wait_text(const struct thread *t, int64_t now, char out[16])
{
	char span[WHEN_SIZE];
	const char *mark = " ";

	out[0] = '\0';
	if (t->waiting_since == 0)
		return;
	if (thread_target_state(t, now) == TARGET_LATE)
		mark = "!";
	else if (thread_target_state(t, now) == TARGET_WARNING)
		mark = "~";
	snprintf(out, 16, "%.10s%s", when_span(now - t->waiting_since, span),
	    mark);
}

static bool
snoozed(const struct thread *t, int64_t now)
{
	return t->snoozed_until > now;
}

const char *
state_glyph(const struct thread *t, int64_t now)
{
	if (t->failed)
		return "×";
	if (t->undelivered)
		return "↩";
	if (snoozed(t, now))
		return "z";
	switch (t->state) {
	case THREAD_OPEN:
		return t->automatic ? "a" : t->unread > 0 ? "●" : "○";
	case THREAD_PENDING:
		return "·";
	case THREAD_CLOSED:
		return "✓";
	case THREAD_SPAM:
		return "s";
	case THREAD_TRASH:
		return "#";
	}
	return " ";
}

const char *
state_word(const struct thread *t, int64_t now)
{
	if (snoozed(t, now))
		return "snoozed";
	return thread_state_name(t->state);
}

const char *
customer_label(const struct customer *c)
{
	return *c->name != '\0'      ? c->name
	       : *c->address != '\0' ? c->address
				     : "(nobody)";
}

/* ---- the card ---- */

/* Wrapped text; rows used. */
static int
paragraph(const struct pane *p, int row, enum role look, const char *s)
{
	struct buf b = { 0 };
	const char *t;
	size_t n, next;
	int used = 0;

	text_clean(&b, s, strlen(s), TEXT_BLOCK);
	t = buf_text(&b);
	n = b.len;
	while (n > 0 && row + used < p->rows) {
		size_t len = text_wrap(t, n, p->cols, &next);

		pane_putn(p, row + used++, 0, p->cols, look, t, len);
		if (next == 0)
			break;
		t += next;
		n -= next;
	}
	buf_free(&b);
	return used;
}

static int
card_facts(const struct app *a, const struct card *c, const struct pane *p,
    int row)
{
	char when[WHEN_SIZE], line[160], count[TEXT_COUNT];

	if (c->first_contact > 0) {
		snprintf(line, sizeof(line), "customer since %s",
		    when_short(a->shop->zone, app_now(a), c->first_contact,
			when));
		pane_put(p, row++, 0, LOOK_DIM, line);
	}
	snprintf(line, sizeof(line), "%s, %d open",
	    text_count(c->threads, "thread", count), c->open_threads);
	pane_put(p, row++, 0, LOOK_DIM, line);
	return row;
}

static int
card_earlier(const struct app *a, const struct card *c, const struct pane *p,
    int row)
{
	int64_t now = app_now(a);

	if (c->earlier_n == 0 || row + 2 >= p->rows)
		return row;
	pane_put(p, row++, 0, LOOK_TITLE, "Earlier");
	for (size_t i = 0; i < c->earlier_n && row < p->rows; i++) {
		const struct thread *t = &c->earlier[i];
		char when[WHEN_SIZE];
		int w;

		pane_put(p, row, 0, LOOK_DIM, state_glyph(t, now));
		w = pane_right(p, row, p->cols, LOOK_DIM,
		    when_short(a->shop->zone, now, t->last_at, when));
		pane_putn(p, row, 2, p->cols - w - 3, LOOK_TEXT, t->subject,
		    strlen(t->subject));
		row++;
	}
	return row;
}

void
card_draw(const struct app *a, const struct card *c, const struct thread *t,
    const struct pane *p)
{
	int row = 0, col = 0;

	if (c->customer.vip)
		col = pane_put(p, row, 0, LOOK_STAR, "★ ");
	pane_put(p, row++, col, LOOK_CUSTOMER, customer_label(&c->customer));
	for (size_t i = 0; i < c->addresses.n && i < 4 && row < p->rows; i++)
		pane_put(p, row++, 0, LOOK_TEXT, c->addresses.v[i].addr);
	row = card_facts(a, c, p, row + 1) + 1;
	if (*c->note != '\0') {
		pane_put(p, row++, 0, LOOK_TITLE, "Note");
		row += paragraph(p, row, LOOK_NOTE, c->note) + 1;
	}
	if (t != NULL && t->tags.n > 0) {
		col = 0;
		pane_put(p, row++, 0, LOOK_TITLE, "Tags");
		for (size_t i = 0; i < t->tags.n && col < p->cols; i++)
			col +=
			    pane_put(p, row, col, LOOK_TAG, t->tags.v[i]) + 1;
		row += 2;
	}
	card_earlier(a, c, p, row);
}

void
scroll_draw(const struct pane *p, size_t top, size_t seen, size_t all)
{
	size_t rows = (size_t)p->rows;
	size_t from, len;

	if (all <= seen || rows == 0)
		return;
	len = rows * seen / all;
	if (len == 0)
		len = 1;
	from = (rows - len) * top / (all - seen);
	if (from + len > rows)
		from = rows - len;
	for (size_t i = 0; i < len; i++)
		pane_put(p, (int)(from + i), p->cols - 1, LOOK_RULE, "┃");
}

/* ---- rows ---- */

void
rows_keep(struct rows *r, int seen)
{
	size_t s = seen > 0 ? (size_t)seen : 1;

	if (r->n == 0) {
		r->at = r->top = 0;
		return;
	}
	if (r->at >= r->n)
		r->at = r->n - 1;
	if (r->at < r->top)
		r->top = r->at;
	if (r->at >= r->top + s)
		r->top = r->at - s + 1;
	if (r->top + s > r->n)
		r->top = r->n > s ? r->n - s : 0;
}

static void
rows_by(struct rows *r, long by)
{
	if (by < 0 && (size_t)-by > r->at)
		r->at = 0;
	else
		r->at += (size_t)by;
	if (r->n > 0 && r->at >= r->n)
		r->at = r->n - 1;
}

bool
rows_verb(struct rows *r, enum verb verb, int seen)
{
	switch (verb) {
	case VERB_DOWN:
		rows_by(r, 1);
		break;
	case VERB_UP:
		rows_by(r, -1);
		break;
	case VERB_TOP:
		r->at = 0;
		break;
	case VERB_BOTTOM:
		r->at = r->n > 0 ? r->n - 1 : 0;
		break;
	case VERB_HALF_DOWN:
		rows_by(r, seen / 2);
		break;
	case VERB_HALF_UP:
		rows_by(r, -(seen / 2));
		break;
	case VERB_PAGE_DOWN:
		rows_by(r, seen - 1);
		break;
	case VERB_PAGE_UP:
		rows_by(r, -(seen - 1));
		break;
	default:
		return false;
	}
	rows_keep(r, seen);
	return true;
}

bool
rows_click(struct rows *r, int row, int what, int seen)
{
	if (what == MOUSE_UP || what == MOUSE_DOWN) {
		rows_by(r, what == MOUSE_UP ? -3 : 3);
		rows_keep(r, seen);
		return false;
	}
	if (row < 0 || r->top + (size_t)row >= r->n)
		return false;
	r->at = r->top + (size_t)row;
	return true;
}
