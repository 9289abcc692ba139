/*
 * answer.c -- begin an answer, and send it.
 */
#include "ui/cmd/answer.h"

#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "base/when.h"
#include "desk/group.h"
#include "desk/people.h"
#include "mail/message/compose.h"
#include "mail/message/read.h"
#include "store/edit.h"
#include "store/query.h"
#include "ui/cmd/circle.h"
#include "ui/cmd/inner.h"
#include "ui/cmd/parts.h"

/* ---- beginning ---- */

/* The messages of a thread that matter to an answer. */
struct ground {
	struct thread thread;
	struct message *v;
	size_t n;
	const struct message *base;   /* the last public one */
	const struct message *parent; /* the one that is answered */
	const struct message *quoted; /* the same, or what it passes on */
	struct message inner;
};

/*
 * The last mail of who belongs to the thread is answered, not that of a
 * stranger who knows its ids; a robot's only where nobody else wrote, our
 * own only to write once more.
 */
static void
find_parent(struct arena *a, struct ground *g)
{
	struct strings circle = circle_of(a, &g->thread, g->v, g->n);
	const struct message *known = NULL, *person = NULL, *any = NULL;

	for (size_t i = 0; i < g->n; i++) {
		const struct message *m = &g->v[i];

		if (m->kind != MESSAGE_MAIL)
			continue;
		g->base = m;
		if (m->direction == DIRECTION_IN && !m->automatic)
			person = m;
		if (person == m && circle_wrote(a, &circle, m))
			known = m;
		if (m->bounce == NULL)
			any = m;
	}
	if (known != NULL)
		person = known;
	g->parent = person != NULL ? person : any != NULL ? any : g->base;
}

static int
survey(struct ctx *c, int64_t thread, struct ground *g, struct err *e)
{
	*g = (struct ground){ 0 };
	if (store_thread(c->store, thread, c->arena, &g->thread, e) < 0 ||
	    store_messages(c->store, g->thread.id, c->arena, &g->v, &g->n, e) <
		0)
		return -1;
	find_parent(c->arena, g);
	g->quoted = g->parent;
	return 0;
}

/*
 * What a colleague wrote above a mail that she passed on is ours: a customer
 * is answered to her own words alone.
 */
static int
find_quoted(struct ctx *c, struct ground *g, struct err *e)
{
	const char *customer = people_key(c->arena, g->thread.customer.address);
	int rc =
	    inner_read(c->store, c->shop, g->parent, c->arena, &g->inner, e);

	if (rc > 0 &&
	    strcmp(people_key(c->arena, g->inner.from.addr), customer) == 0)
		g->quoted = &g->inner;
	return rc < 0 ? -1 : 0;
}

int
answer_last_word(struct ctx *c, int64_t thread, struct last_word *out,
    struct err *e)
{
	struct ground g;
	struct outbox row;

	*out = (struct last_word){ .who = "" };
	if (survey(c, thread, &g, e) < 0)
		return -1;
	if (g.base == NULL)
		return 0;
	out->message = g.base->id;
	out->at = g.base->received_at;
	out->ours = g.base->direction == DIRECTION_OUT;
	out->who =
	    *g.base->from.name != '\0' ? g.base->from.name : g.base->from.addr;
	if (!out->ours || g.base->outbox == 0)
		return 0;
	if (store_outbox_row(c->store, g.base->outbox, c->arena, &row, e) < 0)
		return -1;
	out->ours = row.state != OUTBOX_FAILED;
	if (*row.agent != '\0')
		out->who = row.agent;
	return 0;
}

static const struct account *
default_account(const struct ctx *c, struct err *e)
{
	if (c->shop->accounts == 0) {
		err_set(e, ERR_CONFIG, 0,
		    "no account to send from: run \"shopbell setup\"");
		return NULL;
	}
	return &c->shop->account[0];
}

/* The account and name for an address we write from. */
static int
set_sender(struct ctx *c, struct draft *d, struct err *e)
{
	const struct account *a = NULL;

	if (d->from.addr != NULL && *d->from.addr != '\0')
		a = shop_account_of(c->shop, d->from.addr);
	if (a == NULL) {
		a = default_account(c, e);
		if (a == NULL)
			return -1;
		d->from.addr = a->address;
		d->from.name = "";
	}
	if (!shop_can_send(a))
		return err_set(e, ERR_CONFIG, 0,
		    "[account \"%.60s\"] has no \"smtp\": nothing can be sent"
		    " from it",
		    a->title);
	d->account = a->title;
	if (d->from.name == NULL || *d->from.name == '\0')
		d->from.name = a->name;
	return 0;
}

/* The signature of who asks, under its dashes (RFC 3676 4.3). */
static void
add_signature(struct ctx *c, struct buf *b)
{
	const struct agent_setting *s = shop_agent(c->shop, c->act.login);

	if (s != NULL && *s->signature != '\0')
		buf_fmt(b, "\n-- \n%s\n", s->signature);
}

static void
forward_heading(struct ctx *c, struct buf *b, const struct message *m)
{
	char at[WHEN_SIZE];

	buf_str(b, "\n---------- Forwarded message ----------\n");
	buf_fmt(b, "From: %s\n", people_format(c->arena, &m->from));
	buf_fmt(b, "Date: %s\n",
	    when_long(c->shop->zone, m->date > 0 ? m->date : m->received_at,
		at));
	buf_fmt(b, "Subject: %s\n", m->subject);
	buf_fmt(b, "To: %s\n", people_format_all(c->arena, &m->to));
	if (m->cc.n > 0)
		buf_fmt(b, "Cc: %s\n", people_format_all(c->arena, &m->cc));
	buf_fmt(b, "\n%s", mail_forward(c->arena, m));
}

/* What stands below the place where the agent writes. */
static const char *
tail_of(struct ctx *c, const struct message *parent, enum answer_how how)
{
	struct buf b = { 0 };
	const char *out;

	add_signature(c, &b);
	if (parent != NULL && how == ANSWER_FORWARD)
		forward_heading(c, &b, parent);
	else if (parent != NULL)
		buf_fmt(&b, "\n%s",
		    mail_quote(c->arena, parent, c->shop->zone));
	out = arena_str(c->arena, buf_text(&b));
	buf_free(&b);
	return out;
}

static const char *
forward_subject(struct arena *a, const char *subject)
{
	return arena_fmt(a, "Fwd: %s", group_plain_subject(a, subject));
}

/* The mail does not say whom to answer: a form, or what we passed on. */
static void
to_customer(struct ctx *c, const struct thread *t, struct draft *out)
{
	const struct customer *who = &t->customer;

	if (!people_address_ok(who->address) ||
	    shop_owns(c->shop, who->address))
		return;
	out->to.v = arena_alloc(c->arena, sizeof(*out->to.v));
	out->to.v[0] = (struct address){ who->name, who->address };
	out->to.n = 1;
}

/* Nobody is to be answered: there may be one to be taken for the customer. */
static int
inner_asked(struct ctx *c, const struct ground *g, struct err *e)
{
	struct address who;
	const char *text;
	int rc = inner_of_thread(c->store, c->shop, &g->thread, g->v, g->n,
	    c->arena, &who, e);

	if (rc <= 0)
		return rc;
	text = text_cleaned(c->arena, people_format(c->arena, &who), TEXT_LINE);
	if (c->screen != NULL)
		return err_set(e, ERR_USAGE, 0,
		    "forwarded by one of us: W takes %.120s for the customer",
		    text);
	return err_set(e, ERR_USAGE, 0,
	    "forwarded by one of us: \"shopbell customer is %lld\" takes %.120s"
	    " for the customer",
	    (long long)g->thread.id, text);
}

int
answer_begin(struct ctx *c, int64_t thread, enum answer_how how,
    struct draft *out, struct err *e)
{
	struct ground g = { 0 };

	*out = (struct draft){ .thread = how == ANSWER_NEW ? 0 : thread,
		.markdown = c->shop->markdown,
		.subject = "",
		.canned = "",
		.agent = c->act.login };
	if (how == ANSWER_NEW) {
		if (set_sender(c, out, e) < 0)
			return -1;
		out->text = arena_fmt(c->arena, "\n%s", tail_of(c, NULL, how));
		return 0;
	}
	if (survey(c, thread, &g, e) < 0)
		return -1;
	if (g.parent == NULL)
		return err_set(e, ERR_MISSING, 0,
		    "thread %lld holds no mail to answer", (long long)thread);
	out->thread = g.thread.id;
	out->base = g.base->id;
	out->parent = g.parent->id;
	people_answer(c->arena, c->shop, g.parent, how == ANSWER_ALL,
	    &out->from, &out->to, &out->cc);
	if (out->to.n == 0)
		to_customer(c, &g.thread, out);
	if (out->to.n == 0 && how != ANSWER_FORWARD &&
	    inner_asked(c, &g, e) < 0)
		return -1;
	if (how == ANSWER_FORWARD) {
		/*
		 * A thread of its own: passing a mail on is no answer to the
		 * customer, and what comes back is not hers to read.
		 */
		out->thread = out->base = out->parent = 0;
		out->to = out->cc = (struct addresses){ 0 };
		out->subject = forward_subject(c->arena, g.parent->subject);
		out->attachments = parts_of(c->arena, g.parent);
	} else {
		if (find_quoted(c, &g, e) < 0)
			return -1;
		out->subject = mail_reply_subject(c->arena,
		    *g.quoted->subject != '\0' ? g.quoted->subject
					       : g.parent->subject);
	}
	out->text = arena_fmt(c->arena, "\n%s", tail_of(c, g.quoted, how));
	return set_sender(c, out, e);
}

const char *
answer_below(const char *text)
{
	return *text == '\n' ? text + 1 : text;
}

/* ---- sending ---- */

/* What goes into the headers that tie an answer to its thread. */
struct ties {
	const char *message_id;
	const char *in_reply_to;
	struct strings references;
};

#define REFERENCES_KEPT 20

/*
 * The parent's own References, or its In-Reply-To for want of them: the
 * first, the last ones, the parent.
 */
static int
references_of(struct ctx *c, const struct message *parent, struct strings *out,
    struct err *e)
{
	struct err lost = { 0 };
	struct buf raw = { 0 };
	struct strings old = { 0 };
	const struct mail *m;

	if (store_raw(c->store, parent->id, &raw, &lost) == 0) {
		m = mail_read(c->arena, raw.data, raw.len,
		    &read_limits_default);
		/* RFC 5322, 3.6.4: the one it answers, where it says more. */
		old = m->references.n == 0 && m->in_reply_to.n == 1
			  ? m->in_reply_to
			  : m->references;
	} else if (lost.kind != ERR_MISSING && lost.kind != ERR_DATA) {
		*e = lost;
	}
	buf_free(&raw);
	if (e->kind != ERR_NONE)
		return -1;
	out->v = arena_array(c->arena, old.n + 1, sizeof(*out->v));
	for (size_t i = 0; i < old.n; i++) {
		bool keep = i == 0 || i + REFERENCES_KEPT >= old.n;

		if (keep && strcmp(old.v[i], parent->message_id) != 0)
			out->v[out->n++] = old.v[i];
	}
	out->v[out->n++] = parent->message_id;
	return 0;
}

/*
 * A thread is named by the hash of its first message.  One that begins with
 * this very mail has none yet; its answers find it by the known id.
 */
static int
signed_id(struct ctx *c, const struct draft *d, const char **out, struct err *e)
{
	uint8_t uid[16], nonce[8];
	const char *at = strrchr(d->from.addr, '@');

	hash_random(uid, sizeof(uid));
	hash_random(nonce, sizeof(nonce));
	if (d->thread != 0 && store_thread_uid(c->store, d->thread, uid, e) < 0)
		return -1;
	*out = group_signed_id(c->arena, store_key(c->store), uid, nonce,
	    at != NULL ? at + 1 : "localhost");
	return 0;
}

static int
tie(struct ctx *c, const struct draft *d, struct ties *out, struct err *e)
{
	struct message parent;

	*out = (struct ties){ .in_reply_to = "" };
	if (signed_id(c, d, &out->message_id, e) < 0)
		return -1;
	if (d->parent == 0)
		return 0;
	if (store_message(c->store, d->parent, c->arena, &parent, e) < 0)
		return -1;
	out->in_reply_to = parent.message_id;
	return references_of(c, &parent, &out->references, e);
}

static int
compose(struct ctx *c, const struct draft *d, const struct ties *t,
    struct buf *out, struct err *e)
{
	struct composition m = { .message_id = t->message_id,
		.in_reply_to = t->in_reply_to,
		.references = t->references,
		.date = c->act.now };
	const struct account *account = shop_account(c->shop, d->account);
	struct draft ready = *d;
	struct parts_folder folder;
	struct civil civil;
	int rc;

	if (account != NULL)
		m.most = account->send_limit;
	when_civil(c->shop->zone, c->act.now, &civil);
	m.zone_minutes = civil.offset / 60;
	if (parts_lay_out(c, &d->attachments, &folder, &ready.attachments, e) <
	    0)
		return -1;
	m.draft = &ready;
	rc = mail_compose(out, &m, e);
	parts_clear(&folder);
	return rc;
}

int
answer_preview(struct ctx *c, const struct draft *d, struct buf *out,
    struct err *e)
{
	struct ties t;

	if (tie(c, d, &t, e) < 0)
		return -1;
	return compose(c, d, &t, out, e);
}

static void
add_recipients(struct arena *a, struct strings *v, const struct addresses *w)
{
	for (size_t i = 0; i < w->n; i++) {
		size_t k = 0;

		while (k < v->n && !text_same(v->v[k], w->v[i].addr))
			k++;
		if (k < v->n)
			continue;
		v->v = arena_grow(a, v->v, v->n, sizeof(*v->v));
		v->v[v->n++] = w->v[i].addr;
	}
}

static int
envelope(struct ctx *c, const struct draft *d, struct strings *out,
    struct err *e)
{
	*out = (struct strings){ 0 };
	add_recipients(c->arena, out, &d->to);
	add_recipients(c->arena, out, &d->cc);
	add_recipients(c->arena, out, &d->bcc);
	if (out->n == 0)
		return err_set(e, ERR_USAGE, 0,
		    "nobody to send to: add a recipient");
	for (size_t i = 0; i < out->n; i++) {
		if (!people_address_ok(out->v[i]))
			return err_set(e, ERR_USAGE, 0,
			    "\"%.80s\" is no address to send to", out->v[i]);
		if (people_wire(c->arena, out->v[i], &out->v[i], e) < 0)
			return -1;
	}
	return 0;
}

int
answer_send(struct ctx *c, struct draft *d, int64_t *outbox, struct err *e)
{
	/* The caller's outlives this command, and what it allocates. */
	struct draft wire = *d;
	struct submission m = { .draft = &wire, .account = d->account };
	struct strings to;
	struct buf raw = { 0 };
	struct ties t;
	int rc = -1;

	if (envelope(c, &wire, &to, e) < 0 ||
	    people_wire(c->arena, d->from.addr, &wire.from.addr, e) < 0 ||
	    answer_unfilled(d, e) < 0 || tie(c, &wire, &t, e) < 0)
		return -1;
	if (compose(c, &wire, &t, &raw, e) < 0)
		goto out;
	m.message_id = t.message_id;
	m.recipients = &to;
	m.bytes = raw.data;
	m.size = raw.len;
	m.mail = mail_read(c->arena, raw.data, raw.len, &read_limits_default);
	m.undo_delay = c->shop->undo_delay;
	rc = store_send(c->store, &c->act, &m, outbox, &wire.thread, e);
	d->thread = wire.thread;
out:
	buf_free(&raw);
	return rc;
}
