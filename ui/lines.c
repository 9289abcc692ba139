/*
 * lines.c -- messages, notes and events to lines.
 */
#include "ui/lines.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/when.h"
#include "desk/people.h"
#include "desk/returned.h"
#include "mail/message/read.h"
#include "ui/reflow.h"

enum { INDENT = 2, READABLE = 100, LEAST = 10 }; /* columns */
enum { PEOPLE_LINES = 3, REASON_LINES = 2 };

struct maker {
	struct arena *a;
	const struct conversation *c;
	struct lines *out;
	int cols; /* of text */
	int room; /* of a head, its time included */
	int message;
	enum role bar;
};

static struct line *
push(struct maker *m, enum role look, const char *text, size_t len)
{
	struct lines *o = m->out;

	o->v = arena_grow(m->a, o->v, o->n, sizeof(*o->v));
	o->v[o->n] = (struct line){
		.text = text,
		.len = len,
		.look = look,
		.bar = m->bar,
		.message = m->message,
	};
	return &o->v[o->n++];
}

static struct line *
push_str(struct maker *m, enum role look, const char *text)
{
	char *s = text_cleaned(m->a, text, TEXT_LINE);

	return push(m, look, s, strlen(s));
}

/* On as many lines as it takes, or the most there may be and an ellipsis. */
static void
push_lines(struct maker *m, enum role look, const char *text, size_t most)
{
	const char *s = text_cleaned(m->a, text, TEXT_LINE);
	size_t len = strlen(s), next, lines = 0;

	while (len > 0) {
		size_t used = text_wrap(s, len, m->cols, &next);

		if (++lines == most && next > 0 && next < len) {
			push(m, look, s, len); /* cut where it is drawn */
			break;
		}

		push(m, look, s, used);
		if (next == 0 || next > len)
			break;
		s += next;
		len -= next;
	}
}

static void
push_wrapped(struct maker *m, enum role look, const char *text)
{
	push_lines(m, look, text, SIZE_MAX);
}

static void
blank(struct maker *m)
{
	enum role bar = m->bar;

	m->bar = LOOK_TEXT;
	push(m, LOOK_TEXT, "", 0);
	m->bar = bar;
}

/* ---- text ---- */

/* Lines that begin with ">" are quotes even where nobody folded them. */
static enum role
text_look(enum role look, const char *s, size_t n)
{
	if (look == LOOK_TEXT && n > 0 && s[0] == '>')
		return LOOK_QUOTE;
	return look;
}

static void
wrap_text(struct maker *m, enum role look, const char *raw, size_t n)
{
	char *s = text_cleaned(m->a, arena_strn(m->a, raw, n), TEXT_BLOCK);
	size_t len = strlen(s);
	struct pieces pieces = { NULL, 0 };

	while (len > 0 && s[len - 1] == '\n')
		len--;
	reflow(m->a, s, len, m->cols, &pieces);
	for (size_t i = 0; i < pieces.n; i++) {
		const struct piece *p = &pieces.v[i];

		push(m, text_look(look, p->text, p->len), p->text, p->len);
	}
}

static size_t
count_lines(const char *s, size_t n)
{
	size_t lines = n > 0 && s[n - 1] != '\n';

	for (size_t i = 0; i < n; i++)
		lines += s[i] == '\n';
	return lines;
}

static const char *
fold_name(enum fold_kind k)
{
	switch (k) {
	case FOLD_QUOTE:
		return "";
	case FOLD_SIGNATURE:
		return " of signature";
	case FOLD_DISCLAIMER:
		return " of small print";
	default:
		return " folded";
	}
}

static void
folded(struct maker *m, const struct fold *f, const char *s)
{
	size_t n = count_lines(s + f->from, f->until - f->from);
	char count[TEXT_COUNT];

	text_count((int64_t)n, f->kind == FOLD_QUOTE ? "quoted line" : "line",
	    count);
	push_str(m, LOOK_QUOTE,
	    arena_fmt(m->a, "▸ %s%s", count, fold_name(f->kind)));
}

static bool
only_blanks(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] != ' ' && s[i] != '\n' && s[i] != '\t')
			return false;
	}
	return true;
}

static void
stretch(struct maker *m, const char *s, size_t from, size_t until)
{
	if (!only_blanks(s + from, until - from))
		wrap_text(m, LOOK_TEXT, s + from, until - from);
}

static void
body(struct maker *m, const struct message *msg, enum fold_show show)
{
	const char *s = msg->text;
	size_t n = strlen(s), at = 0;

	for (size_t i = 0; i < msg->folds; i++) {
		const struct fold *f = &msg->fold[i];

		if (f->until > n || f->from < at)
			break;
		stretch(m, s, at, f->from);
		if (only_blanks(s + f->from, f->until - f->from))
			;
		else if (f->kind == FOLD_LINKS)
			wrap_text(m, LOOK_DIM, s + f->from, f->until - f->from);
		else if (show == SHOW_ALL)
			wrap_text(m, LOOK_QUOTE, s + f->from,
			    f->until - f->from);
		else
			folded(m, f, s);
		at = f->until;
	}
	stretch(m, s, at, n);
}

/* ---- around the text ---- */

/* "(2) photo.jpg", a square before what is a picture. */
static const char *
part_name(struct maker *m, const struct part *p, const struct attached *x)
{
	bool picture = x != NULL && strncmp(x->look.type, "image/", 6) == 0;

	return arena_fmt(m->a, "(%d) %s%s", p->number, picture ? "▦ " : "",
	    *p->name != '\0' ? p->name : "(no name)");
}

static void
part(struct maker *m, const struct part *p, const struct attached *x)
{
	const char *what =
	    x != NULL ? attached_words(m->a, p, &x->look) : p->type;
	struct line *l = push_str(m, LOOK_LINK, part_name(m, p, x));

	l->right = text_cleaned(m->a,
	    arena_fmt(m->a, "%s  %s", what, attached_size(m->a, p->size)),
	    TEXT_LINE);
	if (x == NULL || !x->open || x->text == NULL)
		return;
	wrap_text(m, LOOK_QUOTE, x->text, strlen(x->text));
	push(m, LOOK_TEXT, "", 0);
}

static void
parts(struct maker *m, const struct message *msg)
{
	const struct attached *v =
	    m->c->attached != NULL ? m->c->attached[m->message] : NULL;

	for (size_t i = 0; i < msg->parts; i++) {
		const struct attached *x = v != NULL ? &v[i] : NULL;

		if (m->c->headers ||
		    attached_worth(&msg->part[i], x != NULL ? &x->look : NULL))
			part(m, &msg->part[i], x);
	}
}

/* Whoever the mail names beside the one in its first line, in full. */
static void
other_writers(struct maker *m, const struct message *msg)
{
	if (msg->doubts & DOUBT_MANY_FROM)
		push_wrapped(m, LOOK_WARN,
		    arena_fmt(m->a, "! this mail names several senders: %s",
			people_format_all(m->a, &msg->writers)));
	if ((msg->doubts & DOUBT_MANY_FROM) && msg->sender.n > 0)
		push_wrapped(m, LOOK_WARN,
		    arena_fmt(m->a, "! sent for them by %s",
			people_format_all(m->a, &msg->sender)));
	if (msg->doubts & DOUBT_REPLY_TO)
		push_wrapped(m, LOOK_WARN,
		    arena_fmt(m->a, "! answers go to another domain: %s",
			people_format_all(m->a, &msg->elsewhere)));
}

/* What a bounce says, and in the server's own words. */
static void
returned(struct maker *m, const struct bounce *b)
{
	push_wrapped(m, LOOK_LATE,
	    arena_fmt(m->a, "↩ %s", returned_sentence(m->a, b)));
	if (*b->reason != '\0')
		push_lines(m, LOOK_DIM,
		    arena_fmt(m->a, "the server said: %s", b->reason),
		    REASON_LINES);
}

/* Said by one of us, proven by nobody: it is offered, not believed. */
static void
inner(struct maker *m)
{
	const struct address *who =
	    m->c->inner != NULL ? &m->c->inner[m->message] : NULL;

	if (who == NULL || who->addr == NULL || *who->addr == '\0')
		return;
	push_wrapped(m, LOOK_WARN,
	    arena_fmt(m->a,
		"! forwarded: the mail inside is from %s; W takes that for the "
		"customer",
		people_format(m->a, who)));
}

static void
doubts(struct maker *m, const struct message *msg)
{
	static const struct {
		unsigned bit;
		const char *text;
	} v[] = {
		{ DOUBT_NAME_IS_ADDRESS,
		    "! the name shown is an address of somebody else" },
		{ DOUBT_ENCODED_AT,
		    "! the sender's name hides an address or a control "
		    "character" },
		{ DOUBT_LOOKALIKE,
		    "! the sender's address only looks like one that we know" },
		{ DOUBT_OUR_NAME,
		    "! the sender bears a name of ours, the address is not" },
		{ DOUBT_STRANGER,
		    "! new in this thread: nobody here has written to them" },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		if (msg->doubts & v[i].bit)
			push_wrapped(m, LOOK_WARN, v[i].text);
	}
	other_writers(m, msg);
	inner(m);
	if (msg->doubts & DOUBT_HIDDEN)
		push_str(m, LOOK_DIM,
		    "· words of this mail are hidden from its readers");
	if (msg->bounce != NULL)
		returned(m, msg->bounce);
	if (msg->automatic && msg->bounce == NULL &&
	    *msg->automatic_why != '\0')
		push_wrapped(m, LOOK_DIM,
		    arena_fmt(m->a, "automatic: %s%s", msg->automatic_why,
			m->c->robot ? " (A: a person wrote it)" : ""));
	if (*msg->unreadable != '\0')
		push_wrapped(m, LOOK_WARN,
		    arena_fmt(m->a, "! not shown whole: %s", msg->unreadable));
	if (msg->rest > 0)
		push_wrapped(m, LOOK_WARN,
		    arena_fmt(m->a, "! %s%s", message_rest(m->a, msg),
			msg->rest_state[0] != '-' ? " (F fetches it)" : ""));
	if (msg->gone)
		push_str(m, LOOK_DIM, "deleted on the server, kept here");
}

/* "to ...": in full with the headers, else on a few lines. */
static void
people_line(struct maker *m, const char *what, const struct addresses *v)
{
	push_lines(m, LOOK_DIM,
	    arena_fmt(m->a, "%s %s", what, people_format_all(m->a, v)),
	    m->c->headers ? 200 : PEOPLE_LINES);
}

static void
people(struct maker *m, const struct message *msg)
{
	const struct conversation *c = m->c;

	if (msg->kind != MESSAGE_MAIL)
		return;
	/* Another domain was named above. */
	if (msg->elsewhere.n > 0 && !(msg->doubts & DOUBT_REPLY_TO))
		people_line(m, "answers to", &msg->elsewhere);
	if (msg->direction == DIRECTION_OUT || msg->to.n > 1 || c->headers)
		people_line(m, "to", &msg->to);
	if (msg->cc.n > 0)
		people_line(m, "cc", &msg->cc);
	if (!c->headers)
		return;
	push_str(m, LOOK_DIM, arena_fmt(m->a, "subject %s", msg->subject));
	push_str(m, LOOK_DIM,
	    arena_fmt(m->a, "message-id <%s>", msg->message_id));
	if (msg->date > 0) {
		char when[WHEN_SIZE];

		push_str(m, LOOK_DIM,
		    arena_fmt(m->a, "dated %s",
			when_long(c->zone, msg->date, when)));
	}
}

static enum role
bar_of(const struct message *msg)
{
	if (msg->kind != MESSAGE_MAIL)
		return LOOK_NOTE;
	return msg->direction == DIRECTION_IN ? LOOK_CUSTOMER : LOOK_AGENT;
}

static const char *
head_text(struct maker *m, const struct message *msg)
{
	const struct conversation *c = m->c;
	const char *who = c->login != NULL ? c->login(c->arg, msg->agent) : "";

	switch (msg->kind) {
	case MESSAGE_NOTE:
		return arena_fmt(m->a, "✎ Note by %s",
		    *who != '\0' ? who : msg->from.name);
	case MESSAGE_CALL:
		return arena_fmt(m->a, "☎ Call, %s", who);
	case MESSAGE_MAIL:
		break;
	}
	if (*who != '\0')
		return arena_fmt(m->a, "%s (%s)",
		    people_format(m->a, &msg->from), who);
	return people_format(m->a, &msg->from);
}

static const struct line *
head(struct maker *m, const struct message *msg, bool alone)
{
	char when[WHEN_SIZE];
	struct line *l;
	const char *s = head_text(m, msg);

	if (alone) {
		char *words =
		    mail_visible(m->a, msg->text, msg->fold, msg->folds);

		s = arena_fmt(m->a, "%s  %.300s",
		    msg->kind == MESSAGE_MAIL && *msg->from.name != '\0'
			? msg->from.name
			: s,
		    words);
	}
	l = push_str(m, alone ? LOOK_DIM : m->bar, s);
	l->head = true;
	when_short(m->c->zone, m->c->now, msg->received_at, when);
	if (m->c->mark != NULL && m->c->mark[m->message] != NULL)
		l->right =
		    arena_fmt(m->a, "%s · %s", m->c->mark[m->message], when);
	else
		l->right = arena_str(m->a, when);
	return l;
}

/* No name is so long that the address behind it is not seen. */
static void
address_in_full(struct maker *m, const struct message *msg,
    const struct line *l)
{
	struct address bare = { "", msg->from.addr };
	int room = m->room - text_width(l->right, strlen(l->right)) - 1;

	if (msg->kind == MESSAGE_MAIL && text_width(l->text, l->len) > room)
		push_wrapped(m, m->bar, people_format(m->a, &bare));
}

static void
message(struct maker *m, size_t i)
{
	const struct message *msg = &m->c->message[i];
	enum fold_show show = m->c->show[i];
	const struct line *first;

	m->message = (int)i;
	m->bar = bar_of(msg);
	m->out->head[i] = m->out->n;
	first = head(m, msg, show == SHOW_HEAD);
	if (show == SHOW_HEAD)
		return;
	address_in_full(m, msg, first);
	people(m, msg);
	doubts(m, msg);
	push(m, LOOK_TEXT, "", 0);
	body(m, msg, show);
	if (msg->parts > 0) {
		size_t was;

		push(m, LOOK_TEXT, "", 0);
		was = m->out->n;
		parts(m, msg);
		if (m->out->n == was)
			m->out->n--;
	}
	blank(m);
}

/* What arrives is seen by itself; what nobody did is no news. */
static bool
worth_showing(const struct event *e)
{
	static const char *const not [] = { "mail", "message", "arrive", "note",
		"call", "read", "unread", "draft", "queue", "send", "claim",
		"undo", "redo", "accepted", "filed", NULL };

	for (size_t i = 0; not [i] != NULL; i++) {
		if (strcmp(e->kind, not [i]) == 0)
			return false;
	}
	return *e->text != '\0';
}

static void
event(struct maker *m, const struct event *e)
{
	char when[WHEN_SIZE];
	struct line *l;

	m->message = -1;
	m->bar = LOOK_TEXT;
	l = push_str(m, LOOK_DIM,
	    *e->actor != '\0' ? arena_fmt(m->a, "· %s %s", e->actor, e->text)
			      : arena_fmt(m->a, "· %s", e->text));
	l->right =
	    arena_str(m->a, when_short(m->c->zone, m->c->now, e->at, when));
}

int
lines_width(int cols)
{
	int w = cols - INDENT > READABLE ? READABLE : cols - INDENT;

	return w < LEAST ? LEAST : w;
}

void
lines_make(struct arena *a, const struct conversation *c, int cols,
    struct lines *out)
{
	struct maker m = { .a = a, .c = c, .out = out };
	size_t e = 0;

	memset(out, 0, sizeof(*out));
	m.cols = lines_width(cols);
	m.room = cols - INDENT;
	out->head = arena_array(a, c->messages + 1, sizeof(*out->head));
	for (size_t i = 0; i < c->messages; i++) {
		for (; e < c->events &&
		       c->event[e].at < c->message[i].received_at;
		     e++) {
			if (worth_showing(&c->event[e]))
				event(&m, &c->event[e]);
		}
		message(&m, i);
	}
	for (; e < c->events; e++) {
		if (worth_showing(&c->event[e]))
			event(&m, &c->event[e]);
	}
}

void
lines_draw(const struct lines *l, const struct pane *p, size_t top, int at)
{
	for (int r = 0; r < p->rows && top + (size_t)r < l->n; r++) {
		const struct line *s = &l->v[top + (size_t)r];
		bool here = s->message == at && s->message >= 0;
		int w = 0;

		if (s->bar != LOOK_TEXT)
			pane_put(p, r, 0, s->bar, here ? "▌" : "│");
		if (s->right != NULL)
			w = pane_right(p, r, p->cols, LOOK_DIM, s->right) + 1;
		pane_putn(p, r, INDENT, p->cols - INDENT - w, s->look, s->text,
		    s->len);
	}
}
