/*
 * canned.h -- canned replies: a file to a struct, a template to text.
 *
 * {{ customer.first_name | default: "there" }}, {% if x %} {% else %}
 * {% endif %}, {% for item in order.items %} {% endfor %}.  No brace ever
 * reaches a customer: what cannot be filled stops with its place.
 */
#ifndef DESK_CANNED_H
#define DESK_CANNED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "desk/mail.h"

struct canned {
	const char *name;  /* path below the folder: "returns/label" */
	const char *title;
	const char *keys;  /* "1" to "9" or words to find it by; "" */
	struct strings tags;
	const char *subject; /* template; "" keeps the thread's */
	int subject_line;    /* where it stands in the file, from 1 */
	bool close;
	bool markdown; /* it is written in Markdown */
	struct strings attach; /* paths below the canned folder */
	const char *body;      /* template */
	int body_line;         /* where it starts in the file, from 1 */
};

/* ERR_USAGE with "name:line: what is wrong" if a header is not known. */
int canned_parse(struct arena *a, const char *name, const char *bytes,
    size_t n, struct canned *out, struct err *e);

/* A value a template may use. */
enum value_kind { VALUE_NONE, VALUE_TEXT, VALUE_LIST };

struct value {
	enum value_kind kind;
	const char *text;
	const struct values *item; /* VALUE_LIST: each a set of fields */
	size_t items;
};

/* Named values: "customer.first_name" and so on. */
struct values {
	const char **name;
	struct value *v;
	size_t n;
};

void values_text(struct arena *a, struct values *v, const char *name,
    const char *text); /* NULL or "": known, but without value */

/* A list of n sets of fields; a set may name a field "" for the item itself. */
void values_list(struct arena *a, struct values *v, const char *name,
    const struct values *item, size_t n);

/*
 * Fill in.  ERR_USAGE with "name:line:column: ..." on an unknown variable, one
 * without value and default, a brace in a value, or broken syntax; out is
 * then unchanged.  line is that of the first line of text in its file.
 *
 *   {{ a.b }}  {{ a.b | default: "x" }}
 *   {% if a.b %} {% elsif a.b == "x" and not a.c > 3 %} {% else %} {% endif %}
 *   {% for item in a.list %} {{ item.name }} {% else %} {% endfor %}
 *
 * == != < <= > >= compare numbers where both sides are numbers, else text;
 * contains looks for a part; and binds before or.  A tag alone on its line
 * takes the line with it; {%- and -%} take all blanks beside them.  A brace
 * outside of these is an error.
 */
int canned_fill(struct buf *out, const char *name, int line, const char *text,
    const struct values *v, struct err *e);

/*
 * Syntax and variable names only, every value taken as present; for
 * "canned check".  known lists the names that exist; a list without items
 * has items with any field.
 */
int canned_check(const char *name, int line, const char *text,
    const struct values *known, struct err *e);

/*
 * The best canned replies for a thread, by Keys:, the thread's tags and use:
 * indexes into v, best first; the number of them (at most max) is returned.
 * uses[i] counts how often v[i] was sent.
 */
size_t canned_suggest(const struct canned *v, const int *uses, size_t n,
    const struct strings *tags, const char *subject, const char *text,
    size_t *out, size_t max);

#endif
