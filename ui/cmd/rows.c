#include "ui/cmd/rows.h"

#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "base/when.h"
#include "mail/message/read.h"
#include "store/query.h"

static struct json *
rows_address_json(const struct address *v)
{
	struct json *o = json_object_new();

	json_put_str(o, "name", v->name);
	json_put_str(o, "address", v->addr);
	return o;
}

struct json *
rows_addresses_json(const struct addresses *v)
{
	struct json *array = json_array_new();

	for (size_t i = 0; i < v->n; i++)
		json_push(array, rows_address_json(&v->v[i]));
	return array;
}

static const char *
or_null(const char *s)
{
	return s != NULL && *s != '\0' ? s : NULL;
}

struct json *
rows_thread_json(const struct thread *t)
{
	struct json *o = json_object_new(), *customer = json_object_new();
	struct json *tags = json_array_new();

	json_put_str(customer, "name", t->customer.name);
	json_put_str(customer, "address", t->customer.address);
	for (size_t i = 0; i < t->tags.n; i++)
		json_push_str(tags, t->tags.v[i]);
	json_put_int(o, "id", t->id);
	json_put_int(o, "revision", t->revision);
	json_put_str(o, "subject", t->subject);
	json_put_str(o, "state", thread_state_name(t->state));
	json_put_str(o, "assignee", or_null(t->assignee_login));
	json_put(o, "customer", customer);
	json_put(o, "tags", tags);
	json_put_int(o, "messages", t->messages);
	json_put_int(o, "unread", t->unread);
	json_put_time(o, "waiting_since", t->waiting_since);
	json_put_time(o, "due_at", t->due_at);
	json_put_str(o, "target", or_null(t->target));
	json_put_time(o, "last_at", t->last_at);
	json_put_time(o, "snoozed_until", t->snoozed_until);
	return o;
}

static struct json *
attachments_json(const struct message *m)
{
	struct json *array = json_array_new();
	char hex[2 * HASH_SIZE + 1];

	for (size_t i = 0; i < m->parts; i++) {
		struct json *o = json_object_new();

		hash_hex(m->part[i].sha256, HASH_SIZE, hex);
		json_put_str(o, "name", m->part[i].name);
		json_put_str(o, "type", m->part[i].type);
		json_put_int(o, "size", m->part[i].size);
		json_put_str(o, "sha256", hex);
		json_push(array, o);
	}
	return array;
}

/* A note is from the agent who wrote it; a mail from whom it says. */
static struct address
writer_of(struct ctx *c, const struct message *m)
{
	struct err ignored = { 0 };
	struct address out = m->from;
	struct agent *v = NULL;
	size_t n = 0;

	if (m->kind == MESSAGE_MAIL || m->agent == 0 ||
	    store_agents(c->store, c->arena, &v, &n, &ignored) < 0)
		return out;
	for (size_t i = 0; i < n; i++) {
		if (v[i].id == m->agent)
			out = (struct address){ v[i].name, v[i].email };
	}
	return out;
}

/* Why not to believe who wrote: names of enum mail_doubt. */
static struct json *
rows_doubts_json(unsigned doubts)
{
	static const struct {
		unsigned bit;
		const char *name;
	} v[] = {
		{ DOUBT_NAME_IS_ADDRESS, "name-is-address" },
		{ DOUBT_MANY_FROM, "several-senders" },
		{ DOUBT_ENCODED_AT, "hidden-in-name" },
		{ DOUBT_REPLY_TO, "answers-elsewhere" },
		{ DOUBT_LOOKALIKE, "look-alike" },
		{ DOUBT_HIDDEN, "hidden-words" },
		{ DOUBT_OUR_NAME, "our-name" },
		{ DOUBT_STRANGER, "new-in-thread" },
	};
	struct json *array = json_array_new();

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		if (doubts & v[i].bit)
			json_push_str(array, v[i].name);
	}
	return array;
}

struct json *
rows_message_json(struct ctx *c, const struct message *m)
{
	struct json *o = json_object_new();
	struct address from = writer_of(c, m);

	json_put_int(o, "id", m->id);
	json_put_str(o, "message_id", or_null(m->message_id));
	json_put_str(o, "kind", message_kind_name(m->kind));
	json_put_str(o, "direction", direction_name(m->direction));
	json_put(o, "from", rows_address_json(&from));
	json_put(o, "to", rows_addresses_json(&m->to));
	json_put(o, "cc", rows_addresses_json(&m->cc));
	json_put_str(o, "subject", m->subject);
	json_put_time(o, "date", m->date);
	json_put_time(o, "received_at", m->received_at);
	json_put_str(o, "text", m->text);
	json_put_str(o, "visible",
	    mail_visible(c->arena, m->text, m->fold, m->folds));
	json_put_bool(o, "automatic", m->automatic);
	json_put_int(o, "not_fetched", m->rest);
	json_put(o, "attachments", attachments_json(m));
	json_put(o, "reply_to", rows_addresses_json(&m->reply_to));
	json_put(o, "writers", rows_addresses_json(&m->writers));
	json_put(o, "doubts", rows_doubts_json(m->doubts));
	return o;
}

void
rows_cell(struct arena *a, struct buf *b, const char *s, int cols)
{
	const char *clean = text_cleaned(a, s, TEXT_LINE);
	size_t n = strlen(clean), fit;
	int w = 0;

	fit = text_fit(clean, n, cols, &w);
	if (fit < n && cols > 1) {
		fit = text_fit(clean, n, cols - 1, &w);
		buf_add(b, clean, fit);
		buf_str(b, "…");
		w++;
	} else {
		buf_add(b, clean, fit);
	}
	for (; w < cols; w++)
		buf_chr(b, ' ');
}

const char *
rows_state(const struct thread *t, int64_t now)
{
	if (t->snoozed_until > now &&
	    (t->state == THREAD_OPEN || t->state == THREAD_PENDING))
		return "snoozed";
	return thread_state_name(t->state);
}

const char *
rows_wait(struct arena *a, const struct thread *t, int64_t now)
{
	char span[WHEN_SIZE];
	const char *mark = "";

	if (t->waiting_since == 0)
		return "";
	if (thread_target_state(t, now) == TARGET_LATE)
		mark = "!";
	else if (thread_target_state(t, now) == TARGET_WARNING)
		mark = "~";
	when_span(now - t->waiting_since, span);
	return arena_fmt(a, "%s%s", span, mark);
}

const char *
rows_size(struct arena *a, int64_t bytes)
{
	char size[TEXT_COUNT];

	return arena_str(a, text_size(bytes, size));
}

static const char *
tags_of(struct arena *a, const struct thread *t)
{
	struct buf b = { 0 };
	const char *out;

	for (size_t i = 0; i < t->tags.n; i++)
		buf_fmt(&b, "%s%s", i > 0 ? "," : "", t->tags.v[i]);
	out = arena_str(a, buf_text(&b));
	buf_free(&b);
	return out;
}

static const char *
flags_of(const struct thread *t)
{
	if (t->failed)
		return "x";
	if (t->undelivered)
		return "?";
	if (t->automatic)
		return "A";
	if (t->starred)
		return "*";
	return t->unread > 0 ? "." : " ";
}

static const char *
customer_of(const struct thread *t)
{
	return *t->customer.name != '\0' ? t->customer.name
					 : t->customer.address;
}

/* The subject, and the tags in what room it leaves. */
static const char *
subject_and_tags(struct arena *a, const struct thread *t)
{
	const char *subject = t->subject;

	if (*subject == '\0')
		subject = "(no subject)";
	if (t->tags.n == 0)
		return subject;
	return arena_fmt(a, "%s  [%s]", subject, tags_of(a, t));
}

/*
 * Number, state, wait, customer, subject and tags, assignee.  What is wider
 * than 80 columns goes to the subject.
 */
void
rows_thread_text(struct ctx *c, const struct thread *t)
{
	struct arena *a = c->arena;
	struct buf b = { 0 };
	int cols = c->out->cols < 60 ? 60 : c->out->cols;
	int customer = cols >= 100 ? 24 : 17;
	int subject = cols - 8 - 8 - 5 - customer - 1 - 1 - 6;

	buf_fmt(&b, "%5lld %s ", (long long)t->id, flags_of(t));
	rows_cell(a, &b, rows_state(t, c->act.now), 7);
	buf_chr(&b, ' ');
	rows_cell(a, &b, rows_wait(a, t, c->act.now), 4);
	buf_chr(&b, ' ');
	rows_cell(a, &b,
	    t->customer.vip ? arena_fmt(a, "★ %s", customer_of(t))
			    : customer_of(t),
	    customer);
	buf_chr(&b, ' ');
	rows_cell(a, &b, subject_and_tags(a, t), subject);
	buf_chr(&b, ' ');
	rows_cell(a, &b, t->assignee_login, 6);
	rows_line(c, &b);
	buf_free(&b);
}

void
rows_csv_heading(struct out *o)
{
	static const char *const names[] = { "id", "revision", "subject",
		"state", "assignee", "customer", "address", "tags", "messages",
		"unread", "waiting_since", "due_at", "target", "last_at",
		"snoozed_until" };

	out_csv(o, names, sizeof(names) / sizeof(names[0]));
}

void
rows_print(struct ctx *c, const struct row_form *f, const void *v, size_t n,
    size_t size)
{
	const char *row = v;
	size_t names = 0;

	while (f->heading[names] != NULL)
		names++;
	if (c->out->format == OUT_CSV)
		out_csv(c->out, f->heading, names);
	if (c->limit > 0 && n > (size_t)c->limit)
		n = (size_t)c->limit;
	for (size_t i = 0; i < n; i++, row += size) {
		if (c->out->format == OUT_JSON)
			f->json(c, row);
		else if (c->out->format == OUT_CSV)
			f->csv(c, row);
		else
			f->text(c, row);
	}
}

void
rows_line(struct ctx *c, struct buf *b)
{
	while (b->len > 0 && b->data[b->len - 1] == ' ')
		buf_cut(b, b->len - 1);
	out_text(c->out, "%s\n", buf_text(b));
	buf_clear(b);
}

const char *
rows_number(struct arena *a, int64_t n)
{
	return arena_fmt(a, "%lld", (long long)n);
}

const char *
rows_instant(struct arena *a, int64_t t)
{
	char text[WHEN_SIZE];

	return t > 0 ? arena_str(a, when_rfc3339(t, text)) : "";
}

void
rows_thread_csv(struct ctx *c, const struct thread *t)
{
	struct arena *a = c->arena;
	const char *v[] = { rows_number(a, t->id), rows_number(a, t->revision),
		t->subject, thread_state_name(t->state), t->assignee_login,
		t->customer.name, t->customer.address, tags_of(a, t),
		rows_number(a, t->messages), rows_number(a, t->unread),
		rows_instant(a, t->waiting_since), rows_instant(a, t->due_at),
		t->target, rows_instant(a, t->last_at),
		rows_instant(a, t->snoozed_until) };
	size_t n = sizeof(v) / sizeof(v[0]);

	for (size_t i = 0; i < n; i++) {
		if (v[i] == NULL)
			v[i] = "";
	}
	out_csv(c->out, v, n);
}
