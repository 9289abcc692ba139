/* canned_fill and canned_check: a template's tree and the values. */
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "desk/template.h"

#define OUT_MAX ((size_t)1024 * 1024)

/* The item of a loop that is being gone through. */
struct scope {
	const char *name;
	const struct values *item; /* NULL while checking: any field */
	const struct scope *outer;
};

struct filler {
	struct arena *arena;
	const struct template *template;
	const struct values *values;
	struct buf *out;
	struct err *e;
};

#define WRONG(f, at, ...) template_wrong((f)->template, at, (f)->e, __VA_ARGS__)

static const struct value *
field(const struct values *v, const char *name)
{
	for (size_t i = 0; i < v->n; i++) {
		if (strcmp(v->name[i], name) == 0)
			return &v->v[i];
	}
	return NULL;
}

/* "order" where there are "order.number" and "order.items". */
static bool
is_stem(const char *name, const char *of)
{
	size_t n = strlen(name);

	return strncmp(name, of, n) == 0 && of[n] == '.';
}

static bool
has_value(const struct value *v)
{
	return v != NULL && (v->kind == VALUE_TEXT ||
				(v->kind == VALUE_LIST && v->items > 0));
}

/* Does any field under a stem have a value?  -1 if there is none at all. */
static int
stem_value(const struct values *v, const char *name)
{
	int found = -1;

	for (size_t i = 0; i < v->n; i++) {
		if (is_stem(name, v->name[i]) && found < 1)
			found = has_value(&v->v[i]);
	}
	return found;
}

/* What a name means here. */
struct meaning {
	bool known;
	bool stem;             /* a group of fields: no text of its own */
	bool value;            /* it has a value */
	const struct value *v; /* NULL for a stem or while checking */
};

static struct meaning
mean_in(const struct values *v, const char *name)
{
	struct meaning m = { 0 };
	int stem;

	m.v = field(v, name);
	m.known = m.v != NULL;
	m.value = has_value(m.v);
	if (m.known)
		return m;
	stem = stem_value(v, name);
	m.known = m.stem = stem >= 0;
	m.value = stem == 1;
	return m;
}

static struct meaning
mean(const struct filler *f, const struct scope *scope, const char *name)
{
	for (; scope != NULL; scope = scope->outer) {
		size_t n = strlen(scope->name);

		if (strncmp(name, scope->name, n) != 0 ||
		    (name[n] != '\0' && name[n] != '.'))
			continue;
		if (scope->item == NULL)
			return (struct meaning){ .known = true, .value = true };
		if (name[n] == '.')
			return mean_in(scope->item, name + n + 1);
		if (field(scope->item, "") != NULL)
			return mean_in(scope->item, "");
		return (struct meaning){ .known = true,
			.stem = true,
			.value = true };
	}
	return mean_in(f->values, name);
}

static int
unknown(const struct filler *f, const struct expr *x)
{
	const char *best = text_nearest(x->text, f->values->name, f->values->n);

	if (best != NULL)
		return WRONG(f, x->at,
		    "there is no {{ %.40s }} (did you mean "
		    "%.40s?)",
		    x->text, best);
	return WRONG(f, x->at, "there is no {{ %.40s }}", x->text);
}

/* ---- checking: every name is known, in branches not taken, too ---- */

static int
check_expr(const struct filler *f, const struct scope *scope,
    const struct expr *x)
{
	if (x == NULL)
		return 0;
	if (x->kind == EXPR_NAME && !mean(f, scope, x->text).known)
		return unknown(f, x);
	if (check_expr(f, scope, x->left) < 0)
		return -1;
	return check_expr(f, scope, x->right);
}

static int check_nodes(const struct filler *f, const struct scope *scope,
    const struct node *n);

static int
check_for(const struct filler *f, const struct scope *scope,
    const struct node *n)
{
	struct meaning m = mean(f, scope, n->expr->text);
	struct scope inner = { .name = n->text, .outer = scope };

	if (m.stem || (m.v != NULL && m.v->kind == VALUE_TEXT))
		return WRONG(f, n->expr->at, "%.40s is not a list",
		    n->expr->text);
	if (m.v != NULL && m.v->kind == VALUE_LIST && m.v->items > 0)
		inner.item = &m.v->item[0];
	if (check_nodes(f, &inner, n->inner) < 0)
		return -1;
	return check_nodes(f, scope, n->other);
}

static int
check_node(const struct filler *f, const struct scope *scope,
    const struct node *n)
{
	if (check_expr(f, scope, n->expr) < 0)
		return -1;
	switch (n->kind) {
	case NODE_TEXT:
		return 0;
	case NODE_PRINT:
		if (n->expr->kind == EXPR_NAME &&
		    mean(f, scope, n->expr->text).stem)
			return WRONG(f, n->expr->at,
			    "%.40s has no text of "
			    "its own: which part of it?",
			    n->expr->text);
		return 0;
	case NODE_FOR:
		return check_for(f, scope, n);
	case NODE_IF:
		break;
	}
	if (check_nodes(f, scope, n->inner) < 0)
		return -1;
	return check_nodes(f, scope, n->other);
}

static int
check_nodes(const struct filler *f, const struct scope *scope,
    const struct node *n)
{
	for (; n != NULL; n = n->next) {
		if (check_node(f, scope, n) < 0)
			return -1;
	}
	return 0;
}

/* ---- conditions ---- */

/* The text of an operand; "" if it has none. */
static const char *
operand(const struct filler *f, const struct scope *scope, const struct expr *x)
{
	struct meaning m;

	if (x->kind == EXPR_TEXT)
		return x->text;
	m = mean(f, scope, x->text);
	return m.v != NULL && m.v->kind == VALUE_TEXT ? m.v->text : "";
}

/* A decimal number.  Not strtod, which asks the locale for its point. */
static bool
number(const char *s, double *out)
{
	double unit = 1;
	double v = 0;
	bool minus;
	size_t digits = 0;

	s += strspn(s, " ");
	minus = *s == '-';
	for (s += minus; isdigit((unsigned char)*s); s++, digits++)
		v = v * 10 + (*s - '0');
	if (*s == '.') {
		for (s++; isdigit((unsigned char)*s); s++, digits++)
			v += (*s - '0') * (unit /= 10);
	}
	*out = minus ? -v : v;
	return digits > 0 && s[strspn(s, " ")] == '\0';
}

static bool
folded_contains(const char *text, const char *part)
{
	struct buf a = { 0 };
	struct buf b = { 0 };
	bool found;

	text_fold(&a, text, strlen(text));
	text_fold(&b, part, strlen(part));
	found = strstr(buf_text(&a), buf_text(&b)) != NULL;
	buf_free(&a);
	buf_free(&b);
	return found;
}

/* -1, 0 or 1: numbers by size, texts by their bytes. */
static int
compare(const char *a, const char *b)
{
	double x;
	double y;
	int order;

	if (number(a, &x) && number(b, &y))
		return (x > y) - (x < y);
	order = strcmp(a, b);
	return (order > 0) - (order < 0);
}

static bool
list_contains(const struct value *v, const char *text)
{
	for (size_t i = 0; i < v->items; i++) {
		const struct value *x = field(&v->item[i], "");

		if (x != NULL && x->kind == VALUE_TEXT &&
		    text_same(x->text, text))
			return true;
	}
	return false;
}

static bool
is_true(const struct filler *f, const struct scope *scope, const struct expr *x)
{
	struct meaning m;
	int order;

	switch (x->kind) {
	case EXPR_NAME:
		return mean(f, scope, x->text).value;
	case EXPR_TEXT:
		return x->text[0] != '\0';
	case EXPR_AND:
		return is_true(f, scope, x->left) &&
		       is_true(f, scope, x->right);
	case EXPR_OR:
		return is_true(f, scope, x->left) ||
		       is_true(f, scope, x->right);
	case EXPR_NOT:
		return !is_true(f, scope, x->left);
	case EXPR_CONTAINS:
		m = mean(f, scope, x->left->text);
		if (x->left->kind == EXPR_NAME && m.v != NULL &&
		    m.v->kind == VALUE_LIST)
			return list_contains(m.v, operand(f, scope, x->right));
		return folded_contains(operand(f, scope, x->left),
		    operand(f, scope, x->right));
	default:
		break;
	}
	order =
	    compare(operand(f, scope, x->left), operand(f, scope, x->right));
	return (x->kind == EXPR_EQUAL && order == 0) ||
	       (x->kind == EXPR_UNEQUAL && order != 0) ||
	       (x->kind == EXPR_LESS && order < 0) ||
	       (x->kind == EXPR_LESS_EQUAL && order <= 0) ||
	       (x->kind == EXPR_MORE && order > 0) ||
	       (x->kind == EXPR_MORE_EQUAL && order >= 0);
}

/* ---- filling in ---- */

static int fill_nodes(struct filler *f, const struct scope *scope,
    const struct node *n);

static int
fill_print(struct filler *f, const struct scope *scope, const struct expr *x)
{
	const char *text = operand(f, scope, x);

	if (x->kind == EXPR_NAME) {
		struct meaning m = mean(f, scope, x->text);

		if (m.v != NULL && m.v->kind == VALUE_LIST)
			return WRONG(f, x->at,
			    "%.40s is a list: use "
			    "{%% for %%}",
			    x->text);
	}
	if (text[0] == '\0' && x->has_default) {
		buf_str(f->out, x->fallback);
		return 0;
	}
	if (text[0] == '\0')
		return WRONG(f, x->at,
		    "{{ %.40s }} has no value here and no "
		    "default",
		    x->text);
	if (strpbrk(text, "{}") != NULL)
		return WRONG(f, x->at,
		    "the value of {{ %.40s }} holds a "
		    "brace, and none may reach a customer",
		    x->text);
	buf_str(f->out, text);
	return 0;
}

static int
fill_for(struct filler *f, const struct scope *scope, const struct node *n)
{
	struct meaning m = mean(f, scope, n->expr->text);
	struct scope inner = { .name = n->text, .outer = scope };

	if (m.v == NULL || m.v->kind != VALUE_LIST || m.v->items == 0)
		return fill_nodes(f, scope, n->other);
	for (size_t i = 0; i < m.v->items; i++) {
		inner.item = &m.v->item[i];
		if (fill_nodes(f, &inner, n->inner) < 0)
			return -1;
	}
	return 0;
}

static int
fill_nodes(struct filler *f, const struct scope *scope, const struct node *n)
{
	int rc = 0;

	for (; n != NULL && rc == 0; n = n->next) {
		switch (n->kind) {
		case NODE_TEXT:
			buf_add(f->out, n->text, n->n);
			break;
		case NODE_PRINT:
			rc = fill_print(f, scope, n->expr);
			break;
		case NODE_IF:
			rc = fill_nodes(f, scope,
			    is_true(f, scope, n->expr) ? n->inner : n->other);
			break;
		case NODE_FOR:
			rc = fill_for(f, scope, n);
			break;
		}
		if (f->out->len > OUT_MAX)
			rc = WRONG(f, 0, "the reply grows beyond a megabyte");
	}
	return rc;
}

static int
prepare(struct filler *f, struct template *t, struct err *e)
{
	f->template = t;
	f->e = e;
	if (template_parse(f->arena, t, e) < 0)
		return -1;
	return check_nodes(f, NULL, t->top);
}

int
canned_fill(struct buf *out, const char *name, int line, const char *text,
    const struct values *v, struct err *e)
{
	struct template t = { .name = name, .line = line, .text = text };
	struct arena a = { 0 };
	struct buf filled = { 0 };
	struct filler f = { .arena = &a, .values = v, .out = &filled };
	int rc = prepare(&f, &t, e);

	if (rc == 0)
		rc = fill_nodes(&f, NULL, t.top);
	if (rc == 0)
		buf_add(out, buf_text(&filled), filled.len);
	buf_free(&filled);
	arena_free(&a);
	return rc;
}

int
canned_check(const char *name, int line, const char *text,
    const struct values *known, struct err *e)
{
	struct template t = { .name = name, .line = line, .text = text };
	struct arena a = { 0 };
	struct filler f = { .arena = &a, .values = known };
	int rc = prepare(&f, &t, e);

	arena_free(&a);
	return rc;
}
