/*
 * compose.c -- writing: fields, text, review.
 */
#include "ui/compose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "desk/people.h"
#include "mail/message/look.h"
#include "mail/message/read.h"
#include "ui/attached.h"
#include "ui/term.h"

/* ---- the draft and the fields ---- */

static struct addresses
addresses_copy(struct arena *a, const struct addresses *from)
{
	struct addresses to = { arena_array(a, from->n, sizeof(*to.v)),
		from->n };

	for (size_t i = 0; i < from->n; i++) {
		to.v[i].name = arena_str(a, from->v[i].name);
		to.v[i].addr = arena_str(a, from->v[i].addr);
	}
	return to;
}

void
compose_own(struct compose *c, const struct draft *d)
{
	struct arena old = c->arena;
	struct arena *a = &c->arena;
	struct draft n = *d;

	/* d may live in the old one. */
	memset(a, 0, sizeof(*a));
	n.account = arena_str(a, d->account);
	n.from.name = arena_str(a, d->from.name);
	n.from.addr = arena_str(a, d->from.addr);
	n.to = addresses_copy(a, &d->to);
	n.cc = addresses_copy(a, &d->cc);
	n.bcc = addresses_copy(a, &d->bcc);
	n.subject = arena_str(a, d->subject);
	n.text = arena_str(a, d->text);
	n.canned = arena_str(a, d->canned);
	n.agent = arena_str(a, d->agent);
	n.attachments.v = arena_array(a, d->attachments.n, sizeof(char *));
	for (size_t i = 0; i < d->attachments.n; i++)
		n.attachments.v[i] = arena_str(a, d->attachments.v[i]);
	c->draft = n;
	arena_free(&old);
}

void
compose_spread(struct compose *c)
{
	struct arena scratch = { 0 };
	const struct draft *d = &c->draft;

	editor_set(&c->field[FIELD_TO], people_format_all(&scratch, &d->to),
	    (size_t)-1);
	editor_set(&c->field[FIELD_CC], people_format_all(&scratch, &d->cc),
	    (size_t)-1);
	editor_set(&c->field[FIELD_BCC], people_format_all(&scratch, &d->bcc),
	    (size_t)-1);
	editor_set(&c->field[FIELD_SUBJECT], d->subject, (size_t)-1);
	editor_set(&c->field[FIELD_TEXT], d->text, 0);
	arena_free(&scratch);
}

static int
gather_one(struct compose *c, enum compose_field f, const char *name,
    struct addresses *out, struct err *e)
{
	if (people_parse(&c->arena, buf_text(&c->field[f].text), out, e) == 0)
		return 0;
	c->focus = (int)f;
	return err_in(e, "%s", name);
}

int
compose_gather(struct compose *c, struct err *e)
{
	struct draft *d = &c->draft;

	if (gather_one(c, FIELD_TO, "To", &d->to, e) < 0 ||
	    gather_one(c, FIELD_CC, "Cc", &d->cc, e) < 0 ||
	    gather_one(c, FIELD_BCC, "Bcc", &d->bcc, e) < 0)
		return -1;
	d->subject =
	    arena_str(&c->arena, buf_text(&c->field[FIELD_SUBJECT].text));
	d->text = arena_str(&c->arena, buf_text(&c->field[FIELD_TEXT].text));
	return 0;
}

/* Text that is no address yet is kept in the name of one. */
static void
gather_loose(struct compose *c, enum compose_field f, struct addresses *out)
{
	struct err e = { 0 };
	const char *s = buf_text(&c->field[f].text);

	if (people_parse(&c->arena, s, out, &e) == 0)
		return;
	out->v = arena_array(&c->arena, 1, sizeof(*out->v));
	out->v[0].name = arena_str(&c->arena, s);
	out->v[0].addr = "";
	out->n = 1;
}

void
compose_gather_loose(struct compose *c)
{
	struct draft *d = &c->draft;

	gather_loose(c, FIELD_TO, &d->to);
	gather_loose(c, FIELD_CC, &d->cc);
	gather_loose(c, FIELD_BCC, &d->bcc);
	d->subject =
	    arena_str(&c->arena, buf_text(&c->field[FIELD_SUBJECT].text));
	d->text = arena_str(&c->arena, buf_text(&c->field[FIELD_TEXT].text));
	/* Gathering every second must not grow for ever. */
	compose_own(c, d);
}

/* ---- loading: whether the thread moved; the rest is the fields ---- */

static int
compose_load(struct view *v, struct err *e)
{
	(void)v, (void)e;
	return 0;
}

static void
compose_point(const struct view *v, struct ctx *c)
{
	const struct compose *s = v->state;

	if (s->draft.thread == 0)
		return;
	c->thread = arena_array(c->arena, 1, sizeof(*c->thread));
	c->thread[0].thread = s->draft.thread;
	c->threads = 1;
}

static void
compose_done(struct view *v)
{
	struct compose *c = v->state;

	for (int i = 0; i < FIELD_COUNT; i++)
		editor_free(&c->field[i]);
	arena_free(&c->arena);
	arena_free(&c->warn_arena);
	preview_free(&c->beside);
}

/* The conversation beside what is written. */
static bool
compose_idle(struct view *v)
{
	struct compose *c = v->state;

	if (v->cols < COMPOSE_BESIDE_FROM || c->draft.thread == 0)
		return false;
	return preview_load(v->app, &c->beside, c->draft.thread, 0,
	    v->cols - COMPOSE_COLS - 3);
}

/* ---- keys as text ---- */

static void
focus_by(struct compose *c, int by)
{
	if (c->note)
		return;
	c->focus = (c->focus + by + FIELD_COUNT) % FIELD_COUNT;
}

static void
changed(struct compose *c)
{
	struct editor *ed = &c->field[c->focus];

	if (ed->changed) {
		ed->changed = false;
		c->dirty = true;
		c->touched = true;
	}
}

static void
review(struct view *v)
{
	struct compose *c = v->state;

	c->mode = MODE_REVIEW;
	c->top = 0;
	compose_warn(v);
}

/* In a header field, up and down go from field to field. */
static bool
key_between(struct compose *c, ui_key k)
{
	if (k == UK_TAB || k == UK_BACK_TAB) {
		focus_by(c, k == UK_TAB ? 1 : -1);
		return true;
	}
	if (c->focus != FIELD_TEXT && (k == UK_ENTER || k == UK_DOWN)) {
		focus_by(c, 1);
		return true;
	}
	if (c->focus != FIELD_TEXT && c->focus > 0 && k == UK_UP) {
		focus_by(c, -1);
		return true;
	}
	return false;
}

static bool
compose_key(struct view *v, ui_key k)
{
	struct compose *c = v->state;
	struct editor *ed = &c->field[c->focus];

	if (c->mode == MODE_REVIEW)
		return false;
	if (k == UK_ESC || k == UK_CTRL('x') || k == UK_CTRL('g')) {
		review(v);
		return true;
	}
	if (k == UK_CTRL('z') || k == UK_CTRL('l'))
		return false;
	if (k == UK_CTRL('t')) {
		canned_show(v->app, 0);
		return true;
	}
	if (k == UK_PASTE) {
		const struct buf *b = term_paste();

		editor_insert(ed, buf_text(b), b->len);
	} else if (!key_between(c, k) && !editor_key(ed, k)) {
		return (k & UK_ALT) == 0;
	}
	changed(c);
	return true;
}

static void
compose_click(struct view *v, int row, int col, int what)
{
	struct compose *c = v->state;
	int head = compose_head_rows(c);

	if (what == MOUSE_UP || what == MOUSE_DOWN) {
		if (c->mode == MODE_EDIT) {
			for (int i = 0; i < 3; i++)
				editor_key(&c->field[FIELD_TEXT],
				    what == MOUSE_UP ? UK_UP : UK_DOWN);
		} else if (what == MOUSE_UP) {
			c->top = c->top > 3 ? c->top - 3 : 0;
		} else {
			c->top += 3;
		}
		return;
	}
	if (c->mode != MODE_EDIT || row < head)
		return;
	c->focus = FIELD_TEXT;
	editor_click(&c->field[FIELD_TEXT], row - head, col - 1);
}

/* ---- verbs of review ---- */

static void
scroll(struct view *v, long by)
{
	struct compose *c = v->state;
	long to = (long)c->top + by;
	long most = c->review_lines - (v->rows - compose_head_rows(c));

	if (to > most)
		to = most;
	c->top = to > 0 ? (size_t)to : 0;
}

/* The mail as its reader gets it: fields, text, HTML, attachments, size. */
static void
preview_lay_out(struct ctx *x, const struct draft *d, const struct buf *raw,
    int cols, struct buf *out)
{
	const char *end = strstr(buf_text(raw), "\r\n\r\n");
	struct mail *m =
	    mail_read(x->arena, raw->data, raw->len, &read_limits_default);
	struct err e = { 0 };
	const char *html;

	if (end != NULL)
		buf_add(out, raw->data, (size_t)(end - raw->data));
	buf_fmt(out, "\n\n%s", m->text);
	/* The first two parts are the text and the same as HTML. */
	if (d->markdown && mail_part_text(x->arena, raw->data, raw->len, 2,
			       cols < 78 ? cols : 78, 1 << 20, &html, &e) == 0)
		buf_fmt(out, "\n── as HTML ──\n\n%s", html);
	buf_str(out, "\n");
	for (size_t i = 0; i < m->parts; i++)
		buf_fmt(out, "(%d) %s  %s  %s\n", m->part[i].number,
		    m->part[i].name, m->part[i].type,
		    attached_size(x->arena, m->part[i].size));
	buf_fmt(out, "── %s in all ──\n",
	    attached_size(x->arena, (int64_t)raw->len));
}

static int
preview(struct view *v, struct err *e)
{
	struct compose *c = v->state;
	struct ctx *x = app_ctx(v->app);
	struct buf raw = { 0 }, b = { 0 };
	int rc = compose_gather(c, e);

	if (rc == 0)
		rc = answer_preview(x, &c->draft, &raw, e);
	if (rc == 0) {
		preview_lay_out(x, &c->draft, &raw, v->cols - 2, &b);
		text_show(v->app, "as it goes out", &b);
	}
	buf_free(&raw);
	buf_free(&b);
	app_ctx_free(x);
	return rc;
}

static int
compose_verb(struct view *v, enum verb verb, struct err *e)
{
	struct compose *c = v->state;

	switch (verb) {
	case VERB_SEND:
		return compose_send(v, e);
	case VERB_EDIT:
		return compose_external(v, e);
	case VERB_EDIT_HERE:
	case VERB_OPEN:
		c->mode = MODE_EDIT;
		return VERB_DONE;
	case VERB_PREVIEW:
		if (c->note)
			return VERB_NOT_MINE;
		return preview(v, e);
	case VERB_TAKE:
		if (c->note || c->claim != CLAIM_LOST)
			return VERB_NOT_MINE;
		return compose_take(v, e);
	case VERB_KEEP:
		compose_leave(v, false);
		return VERB_DONE;
	case VERB_DISCARD:
		compose_leave(v, true);
		return VERB_DONE;
	case VERB_DOWN:
		scroll(v, 1);
		return VERB_DONE;
	case VERB_UP:
		scroll(v, -1);
		return VERB_DONE;
	case VERB_PAGE_DOWN:
	case VERB_HALF_DOWN:
		scroll(v, v->rows / 2);
		return VERB_DONE;
	case VERB_PAGE_UP:
	case VERB_HALF_UP:
		scroll(v, -v->rows / 2);
		return VERB_DONE;
	default:
		return VERB_NOT_MINE;
	}
}

static bool
compose_leave_asked(struct view *v)
{
	compose_leave(v, false);
	return false; /* it has gone already */
}

static void
compose_title(const struct view *v, struct buf *out)
{
	const struct compose *c = v->state;

	if (c->note)
		buf_fmt(out, "Note on #%lld", (long long)c->draft.thread);
	else if (c->draft.thread == 0)
		buf_str(out, "New message");
	else
		buf_fmt(out, "Answer to #%lld", (long long)c->draft.thread);
	buf_str(out, c->mode == MODE_EDIT ? " · writing" : " · review");
}

static const char *
compose_hints(const struct view *v)
{
	const struct compose *c = v->state;

	if (c->mode == MODE_EDIT)
		return "!Esc=review, send|!Tab=field|!C-t=canned|!C-_=undo|"
		       "!C-k=cut|!C-y=put back";
	if (c->note)
		return "send=keep note|edit-here=edit|edit=$EDITOR|"
		       "discard|help";
	return "send|edit-here=edit|edit=$EDITOR|canned pick=canned|attach|"
	       "preview|keep|discard";
}

const struct view_ops compose_ops = {
	.name = "compose",
	.state_size = sizeof(struct compose),
	.load = compose_load,
	.draw = compose_draw,
	.point = compose_point,
	.done = compose_done,
	.verb = compose_verb,
	.key = compose_key,
	.click = compose_click,
	.title = compose_title,
	.hints = compose_hints,
	.idle = compose_idle,
	.tick = compose_save,
	.presence = compose_presence,
	.save = compose_save,
	.leave = compose_leave_asked,
};
