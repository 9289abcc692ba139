/*
 * flat.c -- a mail as one stretch of bytes and back.
 *
 * Numbers are little-endian and of fixed width; a string is its length and
 * its bytes; a list is its count and its members.  The worker that wrote it
 * has read hostile bytes and is not believed: every length is checked, and
 * every string must be UTF-8 without NUL.
 */
#include "mail/message/read.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define FLAT_MAGIC 0x31626873u /* "shb1" */
#define FLAT_MOST  1000000u    /* members of any list */

static void
put_int(struct buf *out, int64_t v)
{
	uint64_t u = (uint64_t)v;
	char bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (char)(u >> (8 * i));
	buf_add(out, bytes, sizeof bytes);
}

static void
put_str(struct buf *out, const char *s)
{
	size_t n = strlen(s);

	put_int(out, (int64_t)n);
	buf_add(out, s, n);
}

static void
put_strings(struct buf *out, const struct strings *v)
{
	put_int(out, (int64_t)v->n);
	for (size_t i = 0; i < v->n; i++)
		put_str(out, v->v[i]);
}

static void
put_addresses(struct buf *out, const struct addresses *v)
{
	put_int(out, (int64_t)v->n);
	for (size_t i = 0; i < v->n; i++) {
		put_str(out, v->v[i].name);
		put_str(out, v->v[i].addr);
	}
}

static void
put_folds(struct buf *out, const struct mail *m)
{
	put_int(out, (int64_t)m->folds);
	for (size_t i = 0; i < m->folds; i++) {
		put_int(out, (int64_t)m->fold[i].from);
		put_int(out, (int64_t)m->fold[i].until);
		put_int(out, m->fold[i].kind);
	}
}

static void
put_parts(struct buf *out, const struct mail *m)
{
	put_int(out, (int64_t)m->parts);
	for (size_t i = 0; i < m->parts; i++) {
		const struct part *p = &m->part[i];

		put_int(out, p->number);
		put_str(out, p->name);
		put_str(out, p->type);
		put_str(out, p->cid);
		put_int(out, p->embedded);
		put_int(out, p->size);
		buf_add(out, p->sha256, sizeof p->sha256);
	}
}

static void
put_bounce(struct buf *out, const struct bounce *b)
{
	put_int(out, b != NULL);
	if (!b)
		return;
	put_str(out, b->recipient);
	put_str(out, b->status);
	put_str(out, b->action);
	put_str(out, b->reason);
	put_str(out, b->about);
	put_int(out, b->permanent);
	put_str(out, b->also);
}

static void
put_forwarded(struct buf *out, const struct forwarded *f)
{
	put_int(out, f != NULL);
	if (!f)
		return;
	put_addresses(out, &f->from);
	put_addresses(out, &f->to);
	put_addresses(out, &f->cc);
	put_str(out, f->subject);
	put_int(out, f->date);
	put_str(out, f->text);
}

static void
put_head(struct buf *out, const struct mail *m)
{
	buf_add(out, m->hash, sizeof m->hash);
	put_int(out, m->size);
	put_str(out, m->message_id);
	put_int(out, m->has_message_id);
	put_strings(out, &m->in_reply_to);
	put_strings(out, &m->references);
	put_str(out, m->original_id);
	put_addresses(out, &m->from);
	put_addresses(out, &m->sender);
	put_addresses(out, &m->reply_to);
	put_addresses(out, &m->to);
	put_addresses(out, &m->cc);
	put_addresses(out, &m->bcc);
	put_addresses(out, &m->delivered_to);
	put_addresses(out, &m->original_sender);
	put_str(out, m->auth_results);
	put_int(out, m->doubts);
	put_str(out, m->subject);
	put_int(out, m->date);
	put_int(out, m->date_zone);
}

void
mail_encode(struct buf *out, const struct mail *m)
{
	put_int(out, FLAT_MAGIC);
	put_head(out, m);
	put_str(out, m->text);
	put_int(out, m->html);
	put_int(out, m->text_from_html);
	put_folds(out, m);
	put_parts(out, m);
	put_int(out, m->automatic);
	put_str(out, m->automatic_why);
	put_int(out, m->list);
	put_bounce(out, m->bounce);
	put_forwarded(out, m->forwarded);
	put_str(out, m->unreadable);
}

/* What is left to read; bad once anything was not as it must be. */
struct input {
	struct arena *a;
	const char *s;
	size_t n;
	bool bad;
};

static void
take(struct input *in, void *out, size_t n)
{
	if (in->bad || in->n < n) {
		in->bad = true;
		memset(out, 0, n);
		return;
	}
	memcpy(out, in->s, n);
	in->s += n;
	in->n -= n;
}

static int64_t
take_int(struct input *in)
{
	unsigned char bytes[8];
	uint64_t u = 0;

	take(in, bytes, sizeof bytes);
	for (int i = 7; i >= 0; i--)
		u = u << 8 | bytes[i];
	return (int64_t)u;
}

static bool
take_bool(struct input *in)
{
	int64_t v = take_int(in);

	if (v != 0 && v != 1)
		in->bad = true;
	return v == 1;
}

/* A count of members, each of which takes at least size bytes. */
static size_t
take_count(struct input *in, size_t size)
{
	int64_t v = take_int(in);

	if (in->bad || v < 0 || v > FLAT_MOST || (uint64_t)v > in->n / size) {
		in->bad = true;
		return 0;
	}
	return (size_t)v;
}

static const char *
take_str(struct input *in)
{
	int64_t n = take_int(in);
	const char *s = in->s;

	if (in->bad || n < 0 || (uint64_t)n > in->n ||
	    !text_valid(s, (size_t)n)) {
		in->bad = true;
		return "";
	}
	in->s += n;
	in->n -= (size_t)n;
	return arena_strn(in->a, s, (size_t)n);
}

static void
take_strings(struct input *in, struct strings *out)
{
	out->n = take_count(in, 8);
	out->v = arena_array(in->a, out->n, sizeof *out->v);
	for (size_t i = 0; i < out->n; i++)
		out->v[i] = take_str(in);
}

static void
take_addresses(struct input *in, struct addresses *out)
{
	out->n = take_count(in, 16);
	out->v = arena_array(in->a, out->n, sizeof *out->v);
	for (size_t i = 0; i < out->n; i++) {
		out->v[i].name = take_str(in);
		out->v[i].addr = take_str(in);
	}
}

static void
take_folds(struct input *in, struct mail *m)
{
	size_t last = 0;
	size_t size = strlen(m->text);

	m->folds = take_count(in, 24);
	m->fold = arena_array(in->a, m->folds, sizeof *m->fold);
	for (size_t i = 0; i < m->folds; i++) {
		struct fold *f = &m->fold[i];
		int64_t kind;

		f->from = (size_t)take_int(in);
		f->until = (size_t)take_int(in);
		kind = take_int(in);
		if (f->from < last || f->until <= f->from || f->until > size ||
		    kind < FOLD_QUOTE || kind > FOLD_LINKS)
			in->bad = true;
		f->kind = (enum fold_kind)kind;
		last = f->until;
	}
}

static void
take_parts(struct input *in, struct mail *m)
{
	m->parts = take_count(in, 72);
	m->part = arena_array(in->a, m->parts, sizeof *m->part);
	for (size_t i = 0; i < m->parts; i++) {
		struct part *p = &m->part[i];

		p->number = (int)take_int(in);
		p->name = take_str(in);
		p->type = take_str(in);
		p->cid = take_str(in);
		p->embedded = take_bool(in);
		p->size = take_int(in);
		take(in, p->sha256, sizeof p->sha256);
		if (p->number < 1 || p->size < 0)
			in->bad = true;
	}
}

static struct bounce *
take_bounce(struct input *in)
{
	struct bounce *b;

	if (!take_bool(in))
		return NULL;
	b = arena_alloc(in->a, sizeof *b);
	b->recipient = take_str(in);
	b->status = take_str(in);
	b->action = take_str(in);
	b->reason = take_str(in);
	b->about = take_str(in);
	b->permanent = take_bool(in);
	b->also = take_str(in);
	return b;
}

static struct forwarded *
take_forwarded(struct input *in)
{
	struct forwarded *f;

	if (!take_bool(in))
		return NULL;
	f = arena_alloc(in->a, sizeof *f);
	take_addresses(in, &f->from);
	take_addresses(in, &f->to);
	take_addresses(in, &f->cc);
	f->subject = take_str(in);
	f->date = take_int(in);
	f->text = take_str(in);
	return f;
}

static void
take_head(struct input *in, struct mail *m)
{
	take(in, m->hash, sizeof m->hash);
	m->size = take_int(in);
	m->message_id = take_str(in);
	m->has_message_id = take_bool(in);
	take_strings(in, &m->in_reply_to);
	take_strings(in, &m->references);
	m->original_id = take_str(in);
	take_addresses(in, &m->from);
	take_addresses(in, &m->sender);
	take_addresses(in, &m->reply_to);
	take_addresses(in, &m->to);
	take_addresses(in, &m->cc);
	take_addresses(in, &m->bcc);
	take_addresses(in, &m->delivered_to);
	take_addresses(in, &m->original_sender);
	m->auth_results = take_str(in);
	m->doubts = (unsigned)take_int(in);
	m->subject = take_str(in);
	m->date = take_int(in);
	m->date_zone = (int)take_int(in);
}

struct mail *
mail_decode(struct arena *a, const void *bytes, size_t n, struct err *e)
{
	struct input in = { .a = a, .s = bytes, .n = n };
	struct mail *m = arena_alloc(a, sizeof *m);

	if (take_int(&in) != FLAT_MAGIC)
		in.bad = true;
	take_head(&in, m);
	m->text = take_str(&in);
	m->html = take_bool(&in);
	m->text_from_html = take_bool(&in);
	take_folds(&in, m);
	take_parts(&in, m);
	m->automatic = take_bool(&in);
	m->automatic_why = take_str(&in);
	m->list = take_bool(&in);
	m->bounce = take_bounce(&in);
	m->forwarded = take_forwarded(&in);
	m->unreadable = take_str(&in);
	if (in.bad || in.n > 0) {
		err_set(e, ERR_DATA, 0, "the decoded mail is not whole");
		return NULL;
	}
	return m;
}
