#include "desk/template.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define DEPTH_MAX 32

/* A piece of the template: plain text, {{ ... }} or {% ... %}. */
enum piece_kind { PIECE_TEXT, PIECE_PRINT, PIECE_TAG, PIECE_END };

struct piece {
	enum piece_kind kind;
	size_t from; /* of the whole piece */
	size_t until;
	size_t inner; /* of what stands between the braces */
	size_t inner_end;
	bool trim_before; /* {%- */
	bool trim_after;  /* -%} */
};

struct parser {
	struct arena *arena;
	struct template *template;
	const char *text;
	struct piece *piece;
	size_t pieces;
	size_t next; /* piece */
	size_t at;   /* inside a piece */
	size_t end;
	int depth;
	struct err *e;
};

int
template_wrong(const struct template *t, size_t at, struct err *e,
    const char *fmt, ...)
{
	char what[180];
	int line = t->line;
	int column = 1;
	va_list ap;

	for (size_t i = 0; i < at && t->text[i] != '\0'; i++) {
		if (t->text[i] == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)t->text[i] & 0xc0) != 0x80) {
			column++;
		}
	}
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return err_set(e, ERR_USAGE, 0, "%s:%d:%d: %s", t->name, line, column,
	    what);
}

#define WRONG(p, at, ...) template_wrong((p)->template, at, (p)->e, __VA_ARGS__)

/* ---- pieces ---- */

static void
add_piece(struct parser *p, struct piece x)
{
	p->piece = arena_grow(p->arena, p->piece, p->pieces, sizeof(x));
	p->piece[p->pieces++] = x;
}

/* Past the end of "..." or '...' that begins at i; 0 if it has no end. */
static size_t
skip_quoted(const char *s, size_t i)
{
	const char *end = strchr(s + i + 1, s[i]);

	return end == NULL ? 0 : (size_t)(end - s) + 1;
}

/* A piece in braces that begins at from. */
static int
cut_braces(struct parser *p, size_t from)
{
	const char *s = p->text;
	bool tag = s[from + 1] == '%';
	char end = tag ? '%' : '}';
	struct piece x = { .kind = tag ? PIECE_TAG : PIECE_PRINT,
		.from = from,
		.inner = from + 2 };
	size_t i;

	if (s[x.inner] == '-') {
		x.trim_before = true;
		x.inner++;
	}
	for (i = x.inner; s[i] != end || s[i + 1] != '}'; i++) {
		if (s[i] == '"' || s[i] == '\'') {
			size_t after = skip_quoted(s, i);

			if (after == 0)
				return WRONG(p, i,
				    "the quotation is not "
				    "closed");
			i = after - 1;
		} else if (s[i] == '\0' || s[i] == '{' || s[i] == '}') {
			return WRONG(p, from,
			    "%s is not closed: %s is "
			    "missing",
			    tag ? "{%" : "{{", tag ? "%}" : "}}");
		}
	}
	x.inner_end = i;
	x.until = i + 2;
	if (i > x.inner && s[i - 1] == '-') {
		x.trim_after = true;
		x.inner_end--;
	}
	add_piece(p, x);
	return 0;
}

static int
cut(struct parser *p)
{
	const char *s = p->text;
	size_t i = 0;

	while (s[i] != '\0') {
		size_t n = strcspn(s + i, "{}");

		if (n > 0)
			add_piece(p, (struct piece){ .kind = PIECE_TEXT,
					 .from = i,
					 .until = i + n });
		i += n;
		if (s[i] == '\0')
			break;
		if (s[i] == '}')
			return WRONG(p, i,
			    "this } closes nothing, and no "
			    "brace may reach a customer");
		if (s[i + 1] != '{' && s[i + 1] != '%')
			return WRONG(p, i,
			    "a single {: write {{ name }} for "
			    "a value; no brace may reach a customer");
		if (cut_braces(p, i) < 0)
			return -1;
		i = p->piece[p->pieces - 1].until;
	}
	add_piece(p,
	    (struct piece){ .kind = PIECE_END, .from = i, .until = i });
	return 0;
}

/* Is there only blank space before i on its line? */
static bool
begins_line(const char *s, size_t i)
{
	while (i > 0 && (s[i - 1] == ' ' || s[i - 1] == '\t'))
		i--;
	return i == 0 || s[i - 1] == '\n';
}

static bool
ends_line(const char *s, size_t i)
{
	i += strspn(s + i, " \t");
	return s[i] == '\n' || s[i] == '\0';
}

static void
trim_end(const char *s, struct piece *x, const char *blanks)
{
	while (x->until > x->from && strchr(blanks, s[x->until - 1]) != NULL)
		x->until--;
}

static void
trim_start(const char *s, struct piece *x, const char *blanks)
{
	while (x->from < x->until && strchr(blanks, s[x->from]) != NULL)
		x->from++;
}

/*
 * A tag alone on its line takes the line with it, else an {% if %} would
 * leave blank lines behind.
 */
static void
trim(struct parser *p)
{
	const char *s = p->text;

	for (size_t i = 0; i < p->pieces; i++) {
		const struct piece *x = &p->piece[i];
		struct piece *before = i > 0 ? &p->piece[i - 1] : NULL;
		struct piece *after = &p->piece[i + 1];
		bool alone = x->kind == PIECE_TAG && begins_line(s, x->from) &&
			     ends_line(s, x->until);

		if (x->kind != PIECE_TAG && x->kind != PIECE_PRINT)
			continue;
		if (before != NULL && before->kind == PIECE_TEXT) {
			if (x->trim_before)
				trim_end(s, before, " \t\n");
			else if (alone)
				trim_end(s, before, " \t");
		}
		if (after->kind != PIECE_TEXT)
			continue;
		if (x->trim_after)
			trim_start(s, after, " \t\n");
		else if (alone) {
			trim_start(s, after, " \t");
			if (after->from < after->until &&
			    s[after->from] == '\n')
				after->from++;
		}
	}
}

/* ---- what stands between the braces ---- */

static void
skip_blanks(struct parser *p)
{
	while (p->at < p->end && isspace((unsigned char)p->text[p->at]))
		p->at++;
}

static bool
is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '-';
}

/* The bytes of the word at p->at. */
static size_t
word_length(const struct parser *p)
{
	size_t n = 0;

	while (p->at + n < p->end && is_name_char(p->text[p->at + n]))
		n++;
	return n;
}

static const char *
take_word(struct parser *p)
{
	size_t n = word_length(p);
	const char *word = arena_strn(p->arena, p->text + p->at, n);

	p->at += n;
	skip_blanks(p);
	return word;
}

static bool
take_this_word(struct parser *p, const char *word)
{
	size_t n = word_length(p);

	if (n != strlen(word) || strncmp(p->text + p->at, word, n) != 0)
		return false;
	p->at += n;
	skip_blanks(p);
	return true;
}

static bool
take_sign(struct parser *p, const char *sign)
{
	size_t n = strlen(sign);

	if (p->end - p->at < n || strncmp(p->text + p->at, sign, n) != 0)
		return false;
	p->at += n;
	skip_blanks(p);
	return true;
}

static struct expr *
new_expr(struct parser *p, enum expr_kind kind, size_t at)
{
	struct expr *x = arena_alloc(p->arena, sizeof(*x));

	x->kind = kind;
	x->at = at;
	x->text = "";
	return x;
}

/* A quoted text; no brace may stand in it. */
static int
take_text(struct parser *p, const char **out)
{
	size_t from = p->at + 1;
	size_t end = skip_quoted(p->text, p->at) - 1;

	for (size_t i = from; i < end; i++) {
		if (p->text[i] == '{' || p->text[i] == '}')
			return WRONG(p, i, "no brace may reach a customer");
	}
	*out = arena_strn(p->arena, p->text + from, end - from);
	p->at = end + 1;
	skip_blanks(p);
	return 0;
}

static bool
is_number(const char *s)
{
	size_t n = *s == '-';
	size_t digits = strspn(s + n, "0123456789");

	n += digits;
	if (s[n] == '.')
		n += 1 + strspn(s + n + 1, "0123456789");
	return digits > 0 && s[n] == '\0';
}

static struct expr *
parse_operand(struct parser *p)
{
	struct expr *x = new_expr(p, EXPR_TEXT, p->at);

	if (p->at < p->end && (p->text[p->at] == '"' || p->text[p->at] == '\''))
		return take_text(p, &x->text) < 0 ? NULL : x;
	x->text = take_word(p);
	if (x->text[0] == '\0') {
		WRONG(p, x->at, "a name like customer.first_name is missing");
		return NULL;
	}
	if (is_number(x->text))
		return x;
	x->kind = EXPR_NAME;
	if (!isalpha((unsigned char)x->text[0])) {
		WRONG(p, x->at,
		    "\"%.40s\" is not a name like "
		    "customer.first_name",
		    x->text);
		return NULL;
	}
	return x;
}

static const struct {
	const char *sign;
	enum expr_kind kind;
} comparisons[] = {
	{ "==", EXPR_EQUAL },
	{ "!=", EXPR_UNEQUAL },
	{ "<>", EXPR_UNEQUAL },
	{ "<=", EXPR_LESS_EQUAL },
	{ ">=", EXPR_MORE_EQUAL },
	{ "<", EXPR_LESS },
	{ ">", EXPR_MORE },
	{ "=", EXPR_EQUAL },
};

static struct expr *
parse_comparison(struct parser *p)
{
	struct expr *left = parse_operand(p);
	struct expr *x = NULL;
	size_t at = p->at;

	if (left == NULL)
		return NULL;
	if (take_this_word(p, "contains"))
		x = new_expr(p, EXPR_CONTAINS, at);
	for (size_t i = 0;
	     x == NULL && i < sizeof(comparisons) / sizeof(comparisons[0]);
	     i++) {
		if (take_sign(p, comparisons[i].sign))
			x = new_expr(p, comparisons[i].kind, at);
	}
	if (x == NULL)
		return left;
	x->left = left;
	x->right = parse_operand(p);
	return x->right == NULL ? NULL : x;
}

static struct expr *
parse_not(struct parser *p)
{
	size_t at = p->at;
	struct expr *x;

	if (!take_this_word(p, "not"))
		return parse_comparison(p);
	if (++p->depth > DEPTH_MAX) {
		WRONG(p, at, "too many nots");
		return NULL;
	}
	x = new_expr(p, EXPR_NOT, at);
	x->left = parse_not(p);
	p->depth--;
	return x->left == NULL ? NULL : x;
}

static struct expr *
parse_and(struct parser *p)
{
	struct expr *left = parse_not(p);

	while (left != NULL && take_this_word(p, "and")) {
		struct expr *x = new_expr(p, EXPR_AND, p->at);

		x->left = left;
		x->right = parse_not(p);
		left = x->right == NULL ? NULL : x;
	}
	return left;
}

static struct expr *
parse_condition(struct parser *p)
{
	struct expr *left = parse_and(p);

	while (left != NULL && take_this_word(p, "or")) {
		struct expr *x = new_expr(p, EXPR_OR, p->at);

		x->left = left;
		x->right = parse_and(p);
		left = x->right == NULL ? NULL : x;
	}
	return left;
}

/* Nothing may be left over in the piece. */
static int
finish_piece(struct parser *p)
{
	if (p->at < p->end)
		return WRONG(p, p->at, "\"%.20s\" is not understood here",
		    arena_strn(p->arena, p->text + p->at, p->end - p->at));
	return 0;
}

/* "| default: "x"". */
static int
parse_filter(struct parser *p, struct expr *x)
{
	size_t at = p->at;
	const char *name = take_word(p);

	if (strcmp(name, "default") != 0)
		return WRONG(p, at,
		    "there is no \"| %.40s\", only "
		    "\"| default: ...\"",
		    name);
	if (!take_sign(p, ":") || p->at >= p->end ||
	    (p->text[p->at] != '"' && p->text[p->at] != '\''))
		return WRONG(p, p->at,
		    "default needs a text in quotes: "
		    "default: \"there\"");
	if (x->has_default)
		return WRONG(p, at, "there is a default already");
	x->has_default = true;
	return take_text(p, &x->fallback);
}

static struct expr *
parse_print(struct parser *p)
{
	struct expr *x = parse_operand(p);

	while (x != NULL && take_sign(p, "|")) {
		if (parse_filter(p, x) < 0)
			return NULL;
	}
	return x == NULL || finish_piece(p) < 0 ? NULL : x;
}

/* ---- the tree ---- */

static struct node *parse_nodes(struct parser *p);

static struct node *
new_node(struct parser *p, enum node_kind kind)
{
	struct node *x = arena_alloc(p->arena, sizeof(*x));

	x->kind = kind;
	return x;
}

/* Go to the next piece and inside of it. */
static const struct piece *
enter(struct parser *p)
{
	const struct piece *x = &p->piece[p->next];

	if (x->kind != PIECE_END)
		p->next++;
	p->at = x->inner;
	p->end = x->inner_end;
	skip_blanks(p);
	return x;
}

/* The word that the next piece begins with, if it is a tag; else "". */
static const char *
peek_tag(struct parser *p)
{
	size_t next = p->next;
	const char *word = "";

	if (p->piece[next].kind == PIECE_TAG) {
		enter(p);
		word = take_word(p);
	}
	p->next = next;
	return word;
}

static bool
is_closing(const char *word)
{
	static const char *const words[] = { "else", "elsif", "elif", "elseif",
		"endif", "endfor" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(word, words[i]) == 0)
			return true;
	}
	return false;
}

/* Take {% word %}, which ends what began at byte began. */
static int
expect(struct parser *p, const char *word, size_t began)
{
	const struct piece *x = enter(p);

	if (x->kind == PIECE_END)
		return WRONG(p, began, "this is not ended by {%% %s %%}", word);
	if (!take_this_word(p, word))
		return WRONG(p, x->from, "{%% %s %%} is missing before this",
		    word);
	return finish_piece(p);
}

/* After the condition's tag; also for elsif, which nests to the right. */
static struct node *
parse_if(struct parser *p, size_t began)
{
	struct node *x = new_node(p, NODE_IF);
	const char *word;

	x->expr = parse_condition(p);
	if (x->expr == NULL || finish_piece(p) < 0)
		return NULL;
	x->inner = parse_nodes(p);
	if (x->inner == NULL)
		return NULL;
	word = peek_tag(p);
	if (strncmp(word, "els", 3) == 0 && strcmp(word, "else") != 0) {
		if (++p->depth > DEPTH_MAX) {
			WRONG(p, p->piece[p->next].from, "too many elsifs");
			return NULL;
		}
		enter(p);
		take_word(p);
		x->other = parse_if(p, began);
		p->depth--;
		return x->other == NULL ? NULL : x;
	}
	if (strcmp(word, "elif") == 0) {
		WRONG(p, p->piece[p->next].from, "elif is written elsif");
		return NULL;
	}
	if (strcmp(word, "else") == 0) {
		if (expect(p, "else", began) < 0)
			return NULL;
		x->other = parse_nodes(p);
		if (x->other == NULL)
			return NULL;
	}
	return expect(p, "endif", began) < 0 ? NULL : x;
}

static struct node *
parse_for(struct parser *p, size_t began)
{
	struct node *x = new_node(p, NODE_FOR);

	x->text = take_word(p);
	if (x->text[0] == '\0' || strchr(x->text, '.') != NULL ||
	    !take_this_word(p, "in")) {
		WRONG(p, began,
		    "for is written {%% for item in order.items "
		    "%%}");
		return NULL;
	}
	x->expr = parse_operand(p);
	if (x->expr == NULL || finish_piece(p) < 0)
		return NULL;
	if (x->expr->kind != EXPR_NAME) {
		WRONG(p, x->expr->at, "this is not the name of a list");
		return NULL;
	}
	x->inner = parse_nodes(p);
	if (x->inner == NULL)
		return NULL;
	if (strcmp(peek_tag(p), "else") == 0) {
		if (expect(p, "else", began) < 0)
			return NULL;
		x->other = parse_nodes(p);
		if (x->other == NULL)
			return NULL;
	}
	return expect(p, "endfor", began) < 0 ? NULL : x;
}

static struct node *
parse_tag(struct parser *p, const struct piece *piece)
{
	const char *word = take_word(p);
	struct node *x = NULL;

	if (++p->depth > DEPTH_MAX) {
		WRONG(p, piece->from, "too deep");
		return NULL;
	}
	if (strcmp(word, "if") == 0)
		x = parse_if(p, piece->from);
	else if (strcmp(word, "for") == 0)
		x = parse_for(p, piece->from);
	else
		WRONG(p, piece->from,
		    "there is no {%% %.40s %%}, only if, "
		    "elsif, else, endif, for and endfor",
		    word);
	p->depth--;
	return x;
}

static struct node *
parse_piece(struct parser *p)
{
	const struct piece *piece = enter(p);
	struct node *x;

	switch (piece->kind) {
	case PIECE_TEXT:
		x = new_node(p, NODE_TEXT);
		x->text = p->text + piece->from;
		x->n = piece->until - piece->from;
		return x;
	case PIECE_PRINT:
		x = new_node(p, NODE_PRINT);
		x->expr = parse_print(p);
		return x->expr == NULL ? NULL : x;
	default:
		return parse_tag(p, piece);
	}
}

/* Up to what closes; an empty text node stands first, so never NULL. */
static struct node *
parse_nodes(struct parser *p)
{
	struct node *first = new_node(p, NODE_TEXT);
	struct node *last = first;

	first->text = "";
	while (
	    p->piece[p->next].kind != PIECE_END && !is_closing(peek_tag(p))) {
		last->next = parse_piece(p);
		last = last->next;
		if (last == NULL)
			return NULL;
	}
	return first;
}

int
template_parse(struct arena *a, struct template *t, struct err *e)
{
	struct parser p = { .arena = a,
		.template = t,
		.text = t->text,
		.e = e };

	if (cut(&p) < 0)
		return -1;
	trim(&p);
	t->top = parse_nodes(&p);
	if (t->top == NULL)
		return -1;
	if (p.piece[p.next].kind != PIECE_END)
		return WRONG(&p, p.piece[p.next].from,
		    "this {%% %s %%} ends "
		    "nothing",
		    peek_tag(&p));
	return 0;
}
