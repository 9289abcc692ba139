/* query_print: a tree as a person would have typed it. */
#include <string.h>

#include "base/buf.h"
#include "base/when.h"
#include "desk/query.h"

static void print(struct buf *out, const struct query *q);

static void
print_quoted(struct buf *out, const char *s)
{
	buf_chr(out, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_chr(out, '\\');
		buf_chr(out, *s);
	}
	buf_chr(out, '"');
}

static const char *
field_name(const struct query *q)
{
	switch (q->field) {
	case QUERY_TEXT:
		return NULL;
	case QUERY_SUBJECT:
		return "subject";
	case QUERY_FROM:
		return "from";
	case QUERY_TO:
		return "to";
	case QUERY_TAG:
		return "tag";
	case QUERY_ASSIGNEE:
		return "assignee";
	case QUERY_HAS:
		return "has";
	case QUERY_BEFORE:
		return "before";
	case QUERY_AFTER:
		return "after";
	case QUERY_IS:
		return "is";
	case QUERY_ID:
		return "id";
	case QUERY_CUSTOMER:
		return "customer";
	}
	return NULL;
}

static void
print_term(struct buf *out, const struct query *q)
{
	const char *name = field_name(q);
	char when[WHEN_SIZE];

	if (name != NULL)
		buf_fmt(out, "%s:", name);
	switch (q->field) {
	case QUERY_IS:
		buf_str(out, query_is_names[q->is]);
		return;
	case QUERY_ID:
		buf_fmt(out, "%lld", (long long)q->number);
		return;
	case QUERY_BEFORE:
	case QUERY_AFTER:
		buf_str(out, when_rfc3339(q->at, when));
		return;
	default:
		break;
	}
	if (q->phrase)
		print_quoted(out, q->text);
	else
		buf_str(out, q->text);
	if (q->prefix)
		buf_chr(out, '*');
}

static void
print_inside(struct buf *out, const struct query *q)
{
	buf_chr(out, '(');
	print(out, q);
	buf_chr(out, ')');
}

static bool
binds(const struct query *q)
{
	return q->op == QUERY_TERM || q->op == QUERY_NOT;
}

static void
print(struct buf *out, const struct query *q)
{
	switch (q->op) {
	case QUERY_ALL:
		return;
	case QUERY_TERM:
		print_term(out, q);
		return;
	case QUERY_NOT:
		buf_chr(out, '-');
		if (binds(q->left))
			print(out, q->left);
		else
			print_inside(out, q->left);
		return;
	case QUERY_AND:
	case QUERY_OR:
		break;
	}
	/* Both lean to the left; what leans to the right is put in (). */
	if (q->left->op == QUERY_OR && q->op == QUERY_AND)
		print_inside(out, q->left);
	else
		print(out, q->left);
	buf_str(out, q->op == QUERY_OR ? " or " : " ");
	if (binds(q->right) || (q->right->op == QUERY_AND && q->op == QUERY_OR))
		print(out, q->right);
	else
		print_inside(out, q->right);
}

char *
query_print(struct arena *a, const struct query *q)
{
	struct buf out = { 0 };
	char *s;

	print(&out, q);
	s = arena_str(a, buf_text(&out));
	buf_free(&out);
	return s;
}
