/*
 * read.c -- one raw mail to a struct mail.
 */
#include "mail/message/read.h"

#include <string.h>

#include "base/charset.h"
#include "base/hash.h"
#include "base/text.h"
#include "mail/message/address.h"
#include "mail/message/body.h"
#include "mail/message/bounce.h"
#include "mail/message/date.h"
#include "mail/message/extra.h"
#include "mail/message/forward.h"
#include "mail/message/head.h"
#include "mail/message/quote.h"
#include "mail/message/robot.h"
#include "mail/message/source.h"
#include "mail/message/subject.h"
#include "mail/message/tree.h"
#include "mail/message/words.h"

const struct read_limits read_limits_default = {
	.depth = 50,
	.parts = 5000,
	.header = 1 << 20,
	.addresses = 1000,
	.text = 2 << 20,
};

void
read_start(void)
{
}

/* A mail with every string set. */
static struct mail *
blank_mail(struct arena *a)
{
	struct mail *m = arena_alloc(a, sizeof *m);

	m->message_id = m->original_id = m->auth_results = "";
	m->subject = m->text = m->automatic_why = m->unreadable = "";
	return m;
}

static void
push(struct arena *a, struct strings *s, const char *v)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i], v) == 0)
			return;
	s->v = arena_grow(a, s->v, s->n, sizeof *s->v);
	s->v[s->n++] = v;
}

static const char *
id_text(struct arena *a, struct bytes b)
{
	struct buf out = { 0 };
	char *s = arena_alloc(a, b.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < b.n; i++)
		if ((unsigned char)b.s[i] > ' ' && b.s[i] != 0x7f)
			s[n++] = b.s[i];
	words_plain(&out, (struct bytes){ s, n }, NULL);
	s = arena_strn(a, buf_text(&out), out.len);
	buf_free(&out);
	return s;
}

/*
 * The ids in a header: what stands in <>, and if nothing does, words with an
 * @ in them.  At most 2,000.
 */
static void
read_ids(struct arena *a, struct bytes v, struct strings *out)
{
	size_t from = 0;

	for (size_t i = 0; i < v.n && out->n < 2000; i++) {
		if (v.s[i] == '<')
			from = i + 1;
		else if (v.s[i] == '>' && from > 0 && i > from) {
			push(a, out, id_text(a, bytes_cut(v, from, i)));
			from = 0;
		}
	}
	if (out->n > 0)
		return;
	for (size_t i = 0; i < v.n && out->n < 2000; i++) {
		while (i < v.n && is_blank(v.s[i]))
			i++;
		from = i;
		while (i < v.n && !is_blank(v.s[i]))
			i++;
		if (memchr(v.s + from, '@', i - from))
			push(a, out, id_text(a, bytes_cut(v, from, i)));
	}
}

/* Message-ID: the first in <>, else the whole value. */
static const char *
read_id(struct arena *a, struct bytes v)
{
	const char *open = memchr(v.s, '<', v.n);

	if (open) {
		size_t from = (size_t)(open + 1 - v.s);
		const char *close = memchr(v.s + from, '>', v.n - from);

		v = bytes_cut(v, from, close ? (size_t)(close - v.s) : v.n);
	}
	return id_text(a, v);
}

struct reader {
	struct arena *a;
	const struct read_limits *limits;
	const struct head *head;
	struct mail *m;
	const char *hint; /* charset of raw bytes in headers */
};

/* Where a header comes twice, what is no address says nothing. */
static void
drop_broken(struct addresses *v)
{
	size_t good = 0;

	for (size_t i = 0; i < v->n; i++)
		if (strchr(v->v[i].addr, '@'))
			v->v[good++] = v->v[i];
	if (good > 0)
		v->n = good;
}

static void
addresses(struct reader *r, const char *name, struct addresses *out)
{
	size_t limit = (size_t)r->limits->addresses;
	int times = 0;

	for (size_t i = 0; i < r->head->n; i++) {
		const struct field *f = &r->head->v[i];

		if (strcmp(f->name, name) != 0)
			continue;
		times++;
		address_list(r->a, f->value, r->hint, limit, out);
	}
	if (times > 1)
		drop_broken(out);
}

static void
read_addresses(struct reader *r)
{
	struct mail *m = r->m;

	addresses(r, "from", &m->from);
	addresses(r, "sender", &m->sender);
	addresses(r, "reply-to", &m->reply_to);
	addresses(r, "to", &m->to);
	addresses(r, "cc", &m->cc);
	addresses(r, "bcc", &m->bcc);
	addresses(r, "delivered-to", &m->delivered_to);
	addresses(r, "x-original-to", &m->delivered_to);
	addresses(r, "envelope-to", &m->delivered_to);
	addresses(r, "x-envelope-to", &m->delivered_to);
	addresses(r, "x-original-sender", &m->original_sender);
	addresses(r, "x-original-from", &m->original_sender);
}

static void
read_references(struct reader *r)
{
	struct mail *m = r->m;
	struct bytes id = head_value(r->head, "message-id");
	char hex[65];

	if (id.n == 0)
		id = head_value(r->head, "message-id:");
	m->message_id = read_id(r->a, id);
	m->has_message_id = m->message_id[0] != '\0';
	if (!m->has_message_id) {
		hash_hex(m->hash, 20, hex);
		m->message_id = arena_fmt(r->a, "%s@hash.invalid", hex);
	}
	read_ids(r->a, head_value(r->head, "in-reply-to"), &m->in_reply_to);
	read_ids(r->a, head_value(r->head, "references"), &m->references);
	m->original_id = read_id(r->a,
	    head_value(r->head, "x-microsoft-original-message-id"));
}

static bool
same_domain(const char *a, const char *b)
{
	const char *x = strrchr(a, '@');
	const char *y = strrchr(b, '@');

	return x && y && strcasecmp(x, y) == 0;
}

static void
read_doubts(struct reader *r)
{
	struct mail *m = r->m;
	const struct bytes *from = head_first(r->head, "from");

	if (from && (address_hides(*from) || words_control(*from)))
		m->doubts |= DOUBT_ENCODED_AT;
	if (m->from.n > 1)
		m->doubts |= DOUBT_MANY_FROM;
	for (size_t i = 0; i < m->from.n; i++) {
		const struct address *f = &m->from.v[i];
		const char *at = strchr(f->name, '@');

		if (at && at[1] != '\0' && at != f->name &&
		    strcasecmp(f->name, f->addr) != 0 &&
		    !strstr(f->name, f->addr))
			m->doubts |= DOUBT_NAME_IS_ADDRESS;
	}
	for (size_t i = 0; i < m->reply_to.n && m->from.n > 0; i++)
		if (!same_domain(m->reply_to.v[i].addr, m->from.v[0].addr))
			m->doubts |= DOUBT_REPLY_TO;
}

/*
 * What people wrote in headers in bytes that are neither ASCII nor UTF-8, one
 * below the other; that with accents alone if there is nothing else.
 */
static void
gather_raw(const struct head *h, bool accents, struct buf *out)
{
	static const char *const names[] = { "from", "to", "cc", "reply-to",
		"sender", "subject" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct bytes v = head_value(h, names[i]);

		if (text_valid(v.s, v.n) ||
		    charset_is_accents(v.s, v.n) != accents)
			continue;
		buf_add(out, v.s, v.n);
		buf_chr(out, '\n');
	}
}

/* The charset that the first text with one declares, NULL if none does. */
static const char *
first_charset(const struct node *n)
{
	const char *found = NULL;

	if (n->number > 0 && node_is(n, "text/") && n->charset[0] != '\0')
		return n->charset;
	for (size_t i = 0; i < n->children && !found; i++)
		found = first_charset(n->child[i]);
	return found;
}

/* Four letters with accents in a row are of no language written in Latin. */
static bool
looks_foreign(struct bytes b)
{
	int run = 0;

	for (size_t i = 0; i < b.n; i++) {
		run = (unsigned char)b.s[i] >= 0x80 ? run + 1 : 0;
		if (run >= 4)
			return true;
	}
	return false;
}

/* UTF-16 and its like cannot be what a header is written in. */
static bool
keeps_ascii(const char *charset)
{
	static const char plain[] = "From: <ab@example.com>";
	struct buf out = { 0 };
	bool same;

	charset_decode(&out, charset, plain, sizeof plain - 1);
	same = strcmp(buf_text(&out), plain) == 0;
	buf_free(&out);
	return same;
}

/* Does the charset of the text explain the raw bytes of the headers? */
static bool
explains(const char *said, const struct buf *raw)
{
	struct buf out = { 0 };
	bool fits;

	if (!said || words_is_utf8(said))
		return false;
	fits = charset_exact(&out, said, raw->data, raw->len) == 0;
	if (fits &&
	    strcmp(charset_decode(&out, said, "\xe9", 1), "windows-1252") == 0)
		fits = !looks_foreign((struct bytes){ raw->data, raw->len });
	buf_free(&out);
	return fits;
}

/*
 * The charset of raw bytes in headers: that of the text where they fit it,
 * else what all of them together look like.
 */
static const char *
guess_charset(struct reader *r, const struct node *root)
{
	const char *said = root ? first_charset(root) : NULL;
	struct buf raw = { 0 };
	struct buf out = { 0 };

	if (said && !keeps_ascii(said))
		said = NULL;
	gather_raw(r->head, false, &raw);
	if (raw.len == 0)
		gather_raw(r->head, true, &raw);
	if (raw.len > 0 && !explains(said, &raw))
		said = charset_decode(&out, NULL, raw.data, raw.len);
	buf_free(&raw);
	buf_free(&out);
	return said;
}

static const char *
subject_of(struct reader *r)
{
	struct bytes s =
	    bytes_of(words_text(r->a, head_value(r->head, "subject"), r->hint));

	s = bytes_trim(s);
	return arena_strn(r->a, s.s, s.n);
}

static void
read_head(struct reader *r, const struct node *root)
{
	struct mail *m = r->m;

	r->hint = guess_charset(r, root);
	read_addresses(r);
	read_references(r);
	read_doubts(r);
	m->subject = subject_of(r);
	m->auth_results = words_text(r->a,
	    head_value(r->head, "authentication-results"), NULL);
	if (date_read(head_value(r->head, "date"), &m->date, &m->date_zone) < 0)
		m->date = m->date_zone = 0;
	robot_judge(r->a, r->head, m);
}

/* What was sent on is not old: it is what the mail is about. */
static size_t
unfold_from(struct fold *fold, size_t folds, size_t at)
{
	size_t n = 0;

	for (size_t i = 0; i < folds; i++)
		if (fold[i].until <= at)
			fold[n++] = fold[i];
	return n;
}

/*
 * Does the byte at which a forward begins stand inside a quote, below other
 * lines of it?  Then somebody sent that on long ago.
 */
static bool
is_quoted_forward(const struct fold *fold, size_t folds, size_t at,
    struct bytes text)
{
	for (size_t i = 0; i < folds; i++)
		if (fold[i].kind == FOLD_QUOTE && fold[i].from < at &&
		    fold[i].until > at)
			return quote_has_words(
			    bytes_cut(text, fold[i].from, at));
	return false;
}

static void
add_fold(struct arena *a, struct mail *m, size_t from, size_t until,
    enum fold_kind kind)
{
	m->fold = arena_grow(a, m->fold, m->folds, sizeof *m->fold);
	m->fold[m->folds++] = (struct fold){ from, until, kind };
}

/*
 * A delivery report answers nobody, and its sentences may look like the line
 * above a quote; only the mail that it brings back is not new.
 */
static void
fold_report(struct arena *a, struct mail *m, struct bytes words)
{
	size_t at = bounce_returned(words);

	if (at < words.n && bytes_trim(bytes_cut(words, 0, at)).n > 0)
		add_fold(a, m, at, words.n, FOLD_QUOTE);
}

/*
 * The folds of a body: what is not new, then the list of links.  What the
 * mail sends on goes into m.
 */
static void
find_folds(struct arena *a, struct mail *m, const struct body *body)
{
	struct bytes words = { m->text, body->links_at };
	struct bytes rest;
	size_t at = 0;

	if (m->bounce)
		fold_report(a, m, words);
	else
		quote_find(a, words, body->fold, body->folds, &m->fold,
		    &m->folds);
	m->forwarded = forward_find(a, bytes_of(m->subject), words, &at);
	if (m->forwarded && !subject_is_forward(bytes_of(m->subject), &rest) &&
	    is_quoted_forward(m->fold, m->folds, at, words))
		m->forwarded = NULL;
	if (m->forwarded)
		m->folds = unfold_from(m->fold, m->folds, at);
	if (body->links_at < body->text.len)
		add_fold(a, m, body->links_at, body->text.len, FOLD_LINKS);
}

static void
read_body(struct reader *r, struct node *root)
{
	struct mail *m = r->m;
	struct body body;

	body_read(r->a, root, 0, r->limits, &body);
	m->text = arena_strn(r->a, buf_text(&body.text), body.text.len);
	m->html = body.html;
	m->text_from_html = body.from_html;
	if (body.hidden)
		m->doubts |= DOUBT_HIDDEN;
	m->part = body.part;
	m->parts = body.parts;
	m->bounce = bounce_find(r->a, root, m);
	if (m->bounce && !m->automatic) {
		m->automatic = true;
		m->automatic_why = "a delivery report";
	}
	find_folds(r->a, m, &body);
	if (!m->forwarded && body.message && !m->bounce)
		m->forwarded = forward_attached(r->a, body.message, r->limits);
	buf_free(&body.text);
}

struct mail *
mail_read(struct arena *a, const void *raw, size_t n,
    const struct read_limits *limits)
{
	struct mail *m = blank_mail(a);
	struct bytes source = source_prepare(a, raw, n);
	struct reader r = { .a = a, .limits = limits, .m = m };
	struct head head;
	struct node *root = NULL;

	hash_sha256(raw, n, m->hash);
	m->size = (int64_t)n;
	head_read(a, source, &head);
	r.head = &head;
	if (head.size > limits->header)
		m->unreadable = "more headers than can be read";
	else
		root = tree_read(a, source, limits);
	read_head(&r, root);
	if (root)
		read_body(&r, root);
	return m;
}

const char *
mail_layout(struct arena *a, const void *raw, size_t n, int width,
    struct fold **fold, size_t *folds)
{
	struct bytes source = source_prepare(a, raw, n);
	struct mail *m = blank_mail(a);
	struct reader r = { .a = a, .limits = &read_limits_default, .m = m };
	struct body body;
	struct node *root;

	root = tree_read(a, source, r.limits);
	r.head = &root->head;
	read_head(&r, root);
	body_text(a, root, width, r.limits, &body);
	m->text = arena_strn(a, buf_text(&body.text), body.text.len);
	m->bounce = bounce_find(a, root, m);
	find_folds(a, m, &body);
	buf_free(&body.text);
	*fold = m->fold;
	*folds = m->folds;
	return m->text;
}

/* The one that is wanted of the files packed inside leaves. */
struct wanted {
	int number;
	struct buf *out;
	bool found;
};

static void
take_extra(void *arg, const struct extra *x)
{
	struct wanted *w = arg;

	if (x->number != w->number || w->found)
		return;
	buf_add(w->out, x->data.s, x->data.n);
	w->found = true;
}

int
mail_part(const void *raw, size_t n, int number, struct buf *out, struct err *e)
{
	struct arena a = { 0 };
	struct bytes source = source_prepare(&a, raw, n);
	struct node *root = tree_read(&a, source, &read_limits_default);
	const struct node *leaf = tree_leaf(root, number);
	struct wanted w = { number, out, false };
	int rc = 0;

	if (leaf && number > 0)
		body_decode(out, leaf, (size_t)-1);
	else
		extra_each(&a, root, take_extra, &w);
	if ((!leaf || number <= 0) && !w.found)
		rc = err_set(e, ERR_MISSING, 0, "the mail has no part %d",
		    number);
	arena_free(&a);
	return rc;
}
