/*
 * tree.c -- cutting a mail at its boundaries.
 */
#include "mail/message/tree.h"

#include <string.h>

#include "mail/message/cms.h"
#include "mail/message/words.h"

#define SIGNED_MOST (32u << 20) /* bytes of an opaque signature */
#define INNER_HEAD  1000 /* bytes in which a part declares its boundary */

struct cutting {
	struct arena *a;
	const struct read_limits *limits;
	int leaves;
	int nodes;
};

static struct node *cut_node(struct cutting *c, struct bytes raw, int depth,
    const char *fallback);

bool
node_is(const struct node *n, const char *type)
{
	size_t len = strlen(type);

	if (len > 0 && type[len - 1] == '/')
		return strncmp(n->type.value, type, len) == 0;
	return strcmp(n->type.value, type) == 0;
}

/* Content-ID and Content-Location without angle brackets. */
static const char *
plain_id(struct arena *a, struct bytes v)
{
	v = bytes_trim(v);
	if (v.n > 0 && v.s[0] == '<')
		v = bytes_cut(v, 1, v.n);
	if (v.n > 0 && v.s[v.n - 1] == '>')
		v = bytes_cut(v, 0, v.n - 1);
	return words_text(a, bytes_trim(v), NULL);
}

/* A file name: from either header, without any folder in it. */
static const char *
file_name(struct node *n)
{
	const char *name = param_get(&n->disposition, "filename");

	if (name[0] == '\0')
		name = param_get(&n->type, "name");
	if (name[0] == '\0')
		name = param_get(&n->disposition, "name");
	if (name[0] == '\0' && !node_is(n, "text/"))
		name = param_get(&n->type, "filename");
	return name;
}

/* "text/plain" of a type that is none, by RFC 2045 5.2. */
static const char *
sane_type(const char *type, const char *fallback)
{
	const char *slash = strchr(type, '/');

	if (!slash) {
		if (strcmp(type, "text") == 0)
			return "text/plain";
		if (strcmp(type, "html") == 0)
			return "text/html";
		if (strcmp(type, "multipart") == 0)
			return "multipart/mixed";
		return fallback;
	}
	return slash == type ? fallback : type;
}

static void
read_types(struct cutting *c, struct node *n, const char *fallback)
{
	param_read(c->a, head_value(&n->head, "content-type"), NULL, &n->type);
	n->type.value = sane_type(n->type.value, fallback);
	param_read(c->a, head_value(&n->head, "content-disposition"), NULL,
	    &n->disposition);
	n->charset = param_get(&n->type, "charset");
	n->name = file_name(n);
	n->cid = plain_id(c->a, head_value(&n->head, "content-id"));
	n->transfer =
	    transfer_named(head_value(&n->head, "content-transfer-encoding"));
}

/* A delimiter line (RFC 2046 5.1.1) and where it stands. */
struct delimiter {
	size_t from;  /* of the line */
	size_t until; /* after the line and its end */
	bool last;    /* "--" follows the boundary */
};

/* "--" at i, and no other boundary that begins like this one. */
static bool
closes(struct bytes b, size_t i)
{
	if (i + 1 >= b.n || b.s[i] != '-' || b.s[i + 1] != '-')
		return false;
	return i + 2 == b.n ||
	       (!is_alnum(b.s[i + 2]) && !strchr("_=.", b.s[i + 2]));
}

/* The next line that is "--boundary" at or after from. */
static bool
find_delimiter(struct bytes b, struct bytes mark, size_t from,
    struct delimiter *d)
{
	while (from < b.n) {
		const char *p = memmem(b.s + from, b.n - from, mark.s, mark.n);
		size_t at;
		size_t i;

		if (!p)
			return false;
		at = (size_t)(p - b.s);
		from = at + 1;
		if (at > 0 && b.s[at - 1] != '\n')
			continue;
		i = at + mark.n;
		d->last = closes(b, i);
		if (!d->last)
			while (i < b.n && (b.s[i] == ' ' || b.s[i] == '\t' ||
					      b.s[i] == '\r'))
				i++;
		if (!d->last && i < b.n && b.s[i] != '\n')
			continue;
		while (i < b.n && b.s[i] != '\n')
			i++;
		d->from = at;
		d->until = i < b.n ? i + 1 : b.n;
		return true;
	}
	return false;
}

/*
 * "--a--" ends the boundary "a" unless "a--" is that of a multipart that the
 * part from from up to the line declares in its first bytes.
 */
static bool
is_inner(struct bytes b, size_t from, const struct delimiter *d)
{
	struct bytes line = bytes_trim(bytes_cut(b, d->from + 2, d->until));
	struct bytes head =
	    bytes_cut(bytes_cut(b, 0, d->from), from, from + INNER_HEAD);
	const char *p = head.s;
	size_t left = head.n;

	while (left > line.n + 1 &&
	       (p = memmem(p, left, line.s, line.n)) != NULL) {
		const char *end = p + line.n;

		if (p > head.s && (p[-1] == '"' || p[-1] == '=') &&
		    end < head.s + head.n && (*end == '"' || is_blank(*end)))
			return true;
		left = head.n - (size_t)(++p - head.s);
	}
	return false;
}

/* The delimiter that ends the part which begins at from. */
static bool
find_end(struct bytes b, struct bytes mark, size_t from, struct delimiter *d)
{
	size_t at = from;

	while (find_delimiter(b, mark, at, d)) {
		if (!d->last || !is_inner(b, from, d))
			return true;
		at = d->until;
	}
	return false;
}

/* The line break before a delimiter belongs to it. */
static size_t
without_break(struct bytes b, size_t from, size_t until)
{
	if (until > from && b.s[until - 1] == '\n')
		until--;
	if (until > from && b.s[until - 1] == '\r')
		until--;
	return until;
}

/*
 * The boundary as declared; else the first line that begins with two
 * hyphens, if it comes twice or is closed.
 */
static struct bytes
find_mark(struct cutting *c, const struct node *n)
{
	const char *declared = param_get(&n->type, "boundary");
	struct bytes rest = n->body;
	struct bytes line;
	struct delimiter d;
	int tries = 8; /* each looks through the rest */

	if (declared[0] != '\0') {
		struct bytes mark = bytes_of(arena_fmt(c->a, "--%s", declared));

		if (find_delimiter(n->body, mark, 0, &d))
			return mark;
	}
	while (tries > 0 && bytes_line(&rest, &line)) {
		size_t at = (size_t)(line.s - n->body.s);

		line = bytes_trim(line);
		if (line.n < 4 || line.s[0] != '-' || line.s[1] != '-' ||
		    line.s[2] == ' ' || memchr(line.s, ' ', line.n))
			continue;
		tries--;
		if (find_delimiter(n->body, line, at + line.n, &d))
			return line;
	}
	return (struct bytes){ NULL, 0 };
}

/* A multipart as a document of its own, which can be saved as it came. */
static void
leave_unopened(struct cutting *c, struct node *n, struct bytes raw)
{
	n->unopened = true;
	n->body = raw;
	n->transfer = TRANSFER_NONE;
	n->cid = "";
	if (n->name[0] == '\0')
		n->name = "unopened.eml";
	n->number = ++c->leaves;
}

static void
push_child(struct cutting *c, struct node *n, struct node *child)
{
	n->child = arena_grow(c->a, n->child, n->children, sizeof *n->child);
	n->child[n->children++] = child;
}

static void
add_child(struct cutting *c, struct node *n, struct bytes raw, int depth)
{
	const char *fallback =
	    node_is(n, "multipart/digest") ? "message/rfc822" : "text/plain";

	push_child(c, n, cut_node(c, raw, depth + 1, fallback));
}

/* The parts that are one too many, in one. */
static void
add_rest(struct cutting *c, struct node *n, struct bytes raw)
{
	struct node *rest = arena_alloc(c->a, sizeof *rest);

	head_read_part(c->a, (struct bytes){ "", 0 }, &rest->head);
	read_types(c, rest, "multipart/mixed");
	leave_unopened(c, rest, raw);
	push_child(c, n, rest);
}

/* Cut a multipart; false if it has no parts that can be found. */
static bool
cut_parts(struct cutting *c, struct node *n, int depth)
{
	struct bytes mark = find_mark(c, n);
	struct delimiter d;
	bool open;

	if (!mark.s || !find_delimiter(n->body, mark, 0, &d))
		return false;
	open = !d.last;
	for (;;) {
		size_t from = d.until;
		bool more = open ? find_end(n->body, mark, from, &d)
				 : find_delimiter(n->body, mark, from, &d);
		size_t until = more ? d.from : n->body.n;

		if (open &&
		    (more || bytes_trim(bytes_cut(n->body, from, until)).n > 0))
			add_child(c, n,
			    bytes_cut(n->body, from,
				more ? without_break(n->body, from, until)
				     : until),
			    depth);
		if (!more)
			break;
		if (c->nodes > c->limits->parts) {
			add_rest(c, n, bytes_cut(n->body, d.from, n->body.n));
			break;
		}
		/* Parts after the end were joined on by somebody. */
		open = !d.last;
	}
	return n->children > 0;
}

/* The mail inside an opaque signature is read like a part. */
static bool
cut_signed(struct cutting *c, struct node *n, int depth)
{
	struct buf raw = { 0 };
	struct bytes inner;
	bool found;

	if (!(node_is(n, "application/pkcs7-mime") ||
		node_is(n, "application/x-pkcs7-mime")) ||
	    depth >= c->limits->depth)
		return false;
	transfer_decode(&raw, n->transfer, n->body, SIGNED_MOST);
	found = cms_content(c->a, (struct bytes){ buf_text(&raw), raw.len },
	    &inner);
	buf_free(&raw);
	if (found)
		add_child(c, n, inner, depth);
	return found;
}

static struct node *
cut_node(struct cutting *c, struct bytes raw, int depth, const char *fallback)
{
	struct node *n = arena_alloc(c->a, sizeof *n);

	c->nodes++;
	if (depth == 0)
		head_read(c->a, raw, &n->head);
	else
		head_read_part(c->a, raw, &n->head);
	n->body = bytes_cut(raw, n->head.size, raw.n);
	read_types(c, n, fallback);
	if (node_is(n, "multipart/")) {
		if (depth >= c->limits->depth) {
			leave_unopened(c, n, raw);
			return n;
		}
		if (cut_parts(c, n, depth))
			return n;
		n->type.value = "text/plain";
	} else if (cut_signed(c, n, depth)) {
		n->type.value = "multipart/signed";
		return n;
	}
	n->number = ++c->leaves;
	return n;
}

struct node *
tree_read(struct arena *a, struct bytes raw, const struct read_limits *limits)
{
	struct cutting c = { .a = a, .limits = limits };

	return cut_node(&c, raw, 0, "text/plain");
}

struct node *
tree_leaf(struct node *n, int number)
{
	if (n->number == number)
		return n;
	for (size_t i = 0; i < n->children; i++) {
		struct node *found = tree_leaf(n->child[i], number);

		if (found)
			return found;
	}
	return NULL;
}
