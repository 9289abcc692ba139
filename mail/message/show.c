/*
 * show.c -- a mail as the JSON object of "shopbell parse".
 */
#include "mail/message/read.h"

#include "base/hash.h"
#include "base/json.h"

static struct json *
address_json(const struct address *v)
{
	struct json *o = json_object_new();

	json_put_str(o, "name", v->name);
	json_put_str(o, "address", v->addr);
	return o;
}

static void
put_addresses(struct json *o, const char *key, const struct addresses *v)
{
	struct json *list = json_array_new();

	for (size_t i = 0; i < v->n; i++)
		json_push(list, address_json(&v->v[i]));
	json_put(o, key, list);
}

static void
put_strings(struct json *o, const char *key, const struct strings *v)
{
	struct json *list = json_array_new();

	for (size_t i = 0; i < v->n; i++)
		json_push_str(list, v->v[i]);
	json_put(o, key, list);
}

static void
put_attachments(struct json *o, const struct mail *m)
{
	struct json *list = json_array_new();

	for (size_t i = 0; i < m->parts; i++) {
		const struct part *p = &m->part[i];
		struct json *part = json_object_new();
		char hex[65];

		hash_hex(p->sha256, sizeof p->sha256, hex);
		json_put_str(part, "name", p->name);
		json_put_str(part, "type", p->type);
		json_put_int(part, "size", p->size);
		json_put_str(part, "sha256", hex);
		json_put_bool(part, "embedded", p->embedded);
		json_put_int(part, "part", p->number);
		json_push(list, part);
	}
	json_put(o, "attachments", list);
}

static void
put_bounce(struct json *o, const struct bounce *b)
{
	struct json *v;

	if (!b) {
		json_put_null(o, "bounce");
		return;
	}
	v = json_object_new();
	json_put_str(v, "recipient", b->recipient);
	json_put_str(v, "status", b->status);
	json_put_str(v, "action", b->action);
	json_put_bool(v, "permanent", b->permanent);
	json_put_str(v, "reason", b->reason);
	json_put_str(v, "about", b->about);
	json_put(o, "bounce", v);
}

static void
put_forwarded(struct json *o, const struct forwarded *f)
{
	struct json *v;

	if (!f) {
		json_put_null(o, "forwarded");
		return;
	}
	v = json_object_new();
	put_addresses(v, "from", &f->from);
	put_addresses(v, "to", &f->to);
	put_addresses(v, "cc", &f->cc);
	json_put_str(v, "subject", f->subject);
	json_put_time(v, "date", f->date);
	json_put_str(v, "text", f->text);
	json_put(o, "forwarded", v);
}

static void
put_text(struct json *o, const struct mail *m)
{
	struct arena a = { 0 };

	json_put_str(o, "text", m->text);
	json_put_str(o, "visible",
	    mail_visible(&a, m->text, m->fold, m->folds));
	json_put_bool(o, "html", m->html);
	json_put_bool(o, "hidden", m->doubts & DOUBT_HIDDEN);
	arena_free(&a);
}

struct json *
mail_json(struct arena *a, const struct mail *m)
{
	struct json *o = json_object_new();

	json_put_str(o, "message_id", m->has_message_id ? m->message_id : NULL);
	if (m->in_reply_to.n > 0)
		json_put_str(o, "in_reply_to", m->in_reply_to.v[0]);
	else
		json_put_null(o, "in_reply_to");
	put_strings(o, "references", &m->references);
	json_put_str(o, "subject", m->subject);
	put_addresses(o, "from", &m->from);
	put_addresses(o, "to", &m->to);
	put_addresses(o, "cc", &m->cc);
	put_addresses(o, "bcc", &m->bcc);
	put_addresses(o, "reply_to", &m->reply_to);
	json_put_time(o, "date", m->date);
	put_text(o, m);
	put_attachments(o, m);
	json_put_bool(o, "automatic", m->automatic);
	json_put_str(o, "automatic_why", m->automatic_why);
	json_put_bool(o, "list", m->list);
	put_bounce(o, m->bounce);
	put_forwarded(o, m->forwarded);
	if (m->unreadable[0] != '\0')
		json_put_str(o, "unreadable", m->unreadable);
	return o;
}
