#include "desk/query.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/when.h"

#define DEPTH_MAX 12 /* SQLite takes no more than a hundred open pieces */
#define TERMS_MAX 200

const char *const query_is_names[] = { "open", "pending", "closed", "spam",
	"trash", "snoozed", "waiting", "late", "automatic", "undelivered",
	"mine", "unassigned", "unread", "starred", "vip", "failed", NULL };

const char *const query_field_names[] = { "is", "assignee", "tag", "from", "to",
	"subject", "has", "before", "after", "since", "id", "customer", NULL };

static const char *const has_names[] = { "attachment", "note", "draft", NULL };

struct parser {
	struct arena *arena;
	const char *text;
	size_t at;
	const char *zone;
	int64_t now;
	int terms;
	size_t where; /* of the fault */
	struct err *e;
};

static struct query *parse_or(struct parser *p, int depth);

/* The column of a byte, in characters, from 1. */
static int
column(const char *s, size_t at)
{
	int n = 1;

	for (size_t i = 0; i < at && s[i] != '\0'; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			n++;
	}
	return n;
}

PRINTF_LIKE(3, 4)
static struct query *
wrong(struct parser *p, size_t at, const char *fmt, ...)
{
	char what[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	p->where = at;
	err_set(p->e, ERR_USAGE, 0, "at column %d: %s", column(p->text, at),
	    what);
	return NULL;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
ends_word(char c)
{
	return c == '\0' || is_blank(c) || c == '(' || c == ')' || c == '"';
}

static void
skip_blanks(struct parser *p)
{
	while (is_blank(p->text[p->at]))
		p->at++;
}

static size_t
word_length(const struct parser *p, size_t at)
{
	size_t n = 0;

	while (!ends_word(p->text[at + n]))
		n++;
	return n;
}

static bool
at_or(const struct parser *p)
{
	const char *s = p->text + p->at;

	return word_length(p, p->at) == 2 && (s[0] == 'o' || s[0] == 'O') &&
	       (s[1] == 'r' || s[1] == 'R');
}

/* The nearest name of a list that NULL ends, or NULL if none is near. */
static const char *
nearest(const char *typed, const char *const *names)
{
	size_t n = 0;

	while (names[n] != NULL)
		n++;
	return text_nearest(typed, names, n);
}

static int
index_of(const char *name, const char *const *names)
{
	for (int i = 0; names[i] != NULL; i++) {
		if (text_same(name, names[i]))
			return i;
	}
	return -1;
}

static struct query *
node(struct parser *p, enum query_op op, struct query *left,
    struct query *right)
{
	struct query *q = arena_alloc(p->arena, sizeof(*q));

	q->op = op;
	q->left = left;
	q->right = right;
	q->text = "";
	return q;
}

/* A quoted string; p->at is on the quote.  \" and \\ stand for themselves. */
static const char *
parse_quoted(struct parser *p)
{
	size_t begin = p->at++;
	char *out = arena_alloc(p->arena, strlen(p->text + begin) + 1);
	size_t n = 0;

	for (;;) {
		char c = p->text[p->at];

		if (c == '\0') {
			wrong(p, begin, "the quotation is not closed");
			return NULL;
		}
		p->at++;
		if (c == '"')
			break;
		if (c == '\\' &&
		    (p->text[p->at] == '"' || p->text[p->at] == '\\'))
			c = p->text[p->at++];
		out[n++] = c;
	}
	return out;
}

/* The value after "field:" or a bare word, into q. */
static int
parse_value(struct parser *p, struct query *q)
{
	size_t n;

	if (p->text[p->at] == '"') {
		size_t begin = p->at;

		q->phrase = true;
		q->text = parse_quoted(p);
		if (q->text == NULL)
			return -1;
		if (q->text[strspn(q->text, " \t\r\n")] == '\0') {
			wrong(p, begin, "there is nothing between the quotes");
			return -1;
		}
		if (p->text[p->at] == '*') {
			q->prefix = true;
			p->at++;
		}
		return 0;
	}
	n = word_length(p, p->at);
	q->text = arena_strn(p->arena, p->text + p->at, n);
	if (n > 1 && q->text[n - 1] == '*') {
		q->prefix = true;
		q->text = arena_strn(p->arena, q->text, n - 1);
	}
	p->at += n;
	return 0;
}

static struct query *
unknown_value(struct parser *p, size_t at, const char *field, const char *value,
    const char *const *names)
{
	const char *near = nearest(value, names);

	if (near != NULL)
		return wrong(p, at,
		    "there is no %s:%.40s (did you mean "
		    "%s:%s?)",
		    field, value, field, near);
	return wrong(p, at, "there is no %s:%.40s", field, value);
}

static struct query *
check_is(struct parser *p, struct query *q, size_t at)
{
	int i = index_of(q->text, query_is_names);

	if (i < 0)
		return unknown_value(p, at, "is", q->text, query_is_names);
	q->is = (enum query_is)i;
	return q;
}

static struct query *
check_has(struct parser *p, struct query *q, size_t at)
{
	int i = index_of(q->text, has_names);

	if (i < 0)
		return unknown_value(p, at, "has", q->text, has_names);
	q->text = has_names[i];
	return q;
}

static struct query *
check_time(struct parser *p, struct query *q, size_t at, const char *field)
{
	struct err why;

	if (when_parse_rfc3339(q->text, &q->at) == 0 ||
	    when_parse_past(q->text, p->zone, p->now, &q->at, &why) == 0) {
		/* No mail is older. */
		if (q->at < 0)
			q->at = 0;
		return q;
	}
	return wrong(p, at,
	    "\"%.40s\" is not a time: write %s:2026-11-22 or "
	    "%s:7d",
	    q->text, field, field);
}

/* The number that a text is; 0 if it is anything else. */
static int64_t
all_digits(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return n > 0 && n < 19 && s[n] == '\0' ? strtoll(s, NULL, 10) : 0;
}

static struct query *
check_number(struct parser *p, struct query *q, size_t at)
{
	const char *digits = q->text + (q->text[0] == '#');

	q->number = all_digits(digits);
	if (q->number == 0)
		return wrong(p, at, "\"%.40s\" is not the number of a thread",
		    q->text);
	return q;
}

static const enum query_field field_of[] = { QUERY_IS, QUERY_ASSIGNEE,
	QUERY_TAG, QUERY_FROM, QUERY_TO, QUERY_SUBJECT, QUERY_HAS, QUERY_BEFORE,
	QUERY_AFTER, QUERY_AFTER, QUERY_ID, QUERY_CUSTOMER };

static bool
takes_prefix(enum query_field f)
{
	return f == QUERY_ASSIGNEE || f == QUERY_TAG || f == QUERY_FROM ||
	       f == QUERY_TO || f == QUERY_SUBJECT || f == QUERY_CUSTOMER;
}

/* p->at is past the colon of field number f; begin is where it started. */
static struct query *
parse_field(struct parser *p, int f, size_t begin)
{
	struct query *q = node(p, QUERY_TERM, NULL, NULL);
	const char *name = query_field_names[f];
	size_t at = p->at;

	q->field = field_of[f];
	if (p->text[at] != '"' && ends_word(p->text[at]))
		return wrong(p, begin, "%s: needs a value right after it",
		    name);
	if (parse_value(p, q) < 0)
		return NULL;
	if (q->prefix && !takes_prefix(q->field)) {
		q->prefix = false;
		q->text = arena_fmt(p->arena, "%s*", q->text);
	}
	switch (q->field) {
	case QUERY_IS:
		return check_is(p, q, at);
	case QUERY_HAS:
		return check_has(p, q, at);
	case QUERY_BEFORE:
	case QUERY_AFTER:
		return check_time(p, q, at, name);
	case QUERY_ID:
		return check_number(p, q, at);
	case QUERY_CUSTOMER:
		q->number = all_digits(q->text);
		return q;
	default:
		return q;
	}
}

/* Letters up to a colon: how long, or 0 if no field begins here. */
static size_t
field_length(const char *s)
{
	size_t n = 0;

	while (isalpha((unsigned char)s[n]) || (n > 0 && s[n] == '_'))
		n++;
	/* A web address is text. */
	return s[n] == ':' && strncmp(s + n, "://", 3) != 0 ? n : 0;
}

static struct query *
parse_text(struct parser *p)
{
	struct query *q = node(p, QUERY_TERM, NULL, NULL);
	size_t begin = p->at;

	q->field = QUERY_TEXT;
	if (parse_value(p, q) < 0)
		return NULL;
	if (strcmp(q->text, "*") == 0)
		return wrong(p, begin,
		    "* needs the beginning of a word "
		    "before it");
	if (q->text[0] == '#' && q->text[1] != '\0' && !q->phrase &&
	    !q->prefix &&
	    q->text[1 + strspn(q->text + 1, "0123456789")] == '\0') {
		q->field = QUERY_ID;
		return check_number(p, q, begin);
	}
	return q;
}

static struct query *
parse_term(struct parser *p)
{
	size_t begin = p->at;
	size_t n = field_length(p->text + begin);
	const char *name;
	const char *near;
	int f;

	if (++p->terms > TERMS_MAX)
		return wrong(p, begin, "more than %d words is too much",
		    TERMS_MAX);
	if (n == 0)
		return parse_text(p);
	name = arena_strn(p->arena, p->text + begin, n);
	f = index_of(name, query_field_names);
	if (f >= 0) {
		p->at += n + 1;
		return parse_field(p, f, begin);
	}
	near = nearest(name, query_field_names);
	if (near != NULL)
		return wrong(p, begin,
		    "there is no search by %.40s: (did you "
		    "mean %s:?)",
		    name, near);
	return wrong(p, begin,
	    "there is no search by %.40s: (put quotes "
	    "around it to find the words)",
	    name);
}

static struct query *
parse_group(struct parser *p, int depth)
{
	size_t begin = p->at++;
	struct query *q;

	if (depth >= DEPTH_MAX)
		return wrong(p, begin, "too many parentheses");
	skip_blanks(p);
	if (p->text[p->at] == ')')
		return wrong(p, begin,
		    "there is nothing between the "
		    "parentheses");
	q = parse_or(p, depth + 1);
	if (q == NULL)
		return NULL;
	skip_blanks(p);
	if (p->text[p->at] != ')')
		return wrong(p, begin, "this ( is not closed");
	p->at++;
	return q;
}

static struct query *
parse_one(struct parser *p, int depth)
{
	struct query *q;
	size_t begin;

	skip_blanks(p);
	begin = p->at;
	switch (p->text[p->at]) {
	case '\0':
		return wrong(p, begin, "something is missing at the end");
	case ')':
		return wrong(p, begin, "this ) closes nothing");
	case '(':
		return parse_group(p, depth);
	case '-':
		break;
	default:
		return parse_term(p);
	}
	p->at++;
	if (depth >= DEPTH_MAX)
		return wrong(p, begin, "too many signs of negation");
	if (p->text[p->at] == '\0' || is_blank(p->text[p->at]) ||
	    p->text[p->at] == ')')
		return wrong(p, begin,
		    "- must stand right before what is to "
		    "be left out");
	q = parse_one(p, depth + 1);
	return q == NULL ? NULL : node(p, QUERY_NOT, q, NULL);
}

static struct query *
parse_and(struct parser *p, int depth)
{
	struct query *q = NULL;

	for (;;) {
		struct query *next;

		skip_blanks(p);
		if (at_or(p) && q == NULL)
			return wrong(p, p->at,
			    "or needs something on both "
			    "sides");
		if (q != NULL && (at_or(p) || p->text[p->at] == '\0' ||
				     p->text[p->at] == ')'))
			return q;
		next = parse_one(p, depth);
		if (next == NULL)
			return NULL;
		q = q == NULL ? next : node(p, QUERY_AND, q, next);
	}
}

static struct query *
parse_or(struct parser *p, int depth)
{
	struct query *q = parse_and(p, depth);

	while (q != NULL) {
		struct query *next;
		size_t begin;

		skip_blanks(p);
		if (!at_or(p))
			return q;
		begin = p->at;
		p->at += 2;
		skip_blanks(p);
		if (p->text[p->at] == '\0' || p->text[p->at] == ')')
			return wrong(p, begin,
			    "or needs something on both "
			    "sides");
		next = parse_and(p, depth);
		if (next == NULL)
			return NULL;
		q = node(p, QUERY_OR, q, next);
	}
	return NULL;
}

struct query *
query_parse(struct arena *a, const char *s, const char *zone, int64_t now,
    size_t *where, struct err *e)
{
	struct parser p = { .arena = a,
		.text = s,
		.zone = zone,
		.now = now,
		.e = e };
	struct query *q;

	skip_blanks(&p);
	if (s[p.at] == '\0')
		return node(&p, QUERY_ALL, NULL, NULL);
	q = parse_or(&p, 0);
	if (q != NULL && s[p.at] != '\0')
		q = wrong(&p, p.at, "this ) closes nothing");
	if (q == NULL && where != NULL)
		*where = p.where;
	return q;
}

bool
query_names_hidden(const struct query *q)
{
	if (q == NULL)
		return false;
	if (q->op == QUERY_TERM)
		return (q->field == QUERY_IS &&
			   (q->is == IS_SPAM || q->is == IS_TRASH)) ||
		       q->field == QUERY_ID;
	return query_names_hidden(q->left) || query_names_hidden(q->right);
}
