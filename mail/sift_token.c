/* sift_token.c -- the words of the protocol, as servers write them. */
#include <string.h>
#include <strings.h>

#include "mail/sift_inside.h"

#define LITERAL_MAX UINT32_MAX

void
rest_blanks(struct rest *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t'))
		r->p++;
}

static bool
ends_token(char c)
{
	return c == ' ' || c == '\t' || c == '(' || c == ')' || c == '\r' ||
	       c == '\n';
}

bool
rest_token(struct rest *r, struct rest *out)
{
	rest_blanks(r);
	out->p = r->p;
	while (r->p < r->end && !ends_token(*r->p))
		r->p++;
	out->end = r->p;
	return out->p < out->end;
}

bool
token_is(const struct rest *t, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(t->end - t->p) == n && strncasecmp(t->p, word, n) == 0;
}

bool
token_begins(const struct rest *t, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(t->end - t->p) > n && strncasecmp(t->p, word, n) == 0;
}

bool
rest_word(struct rest *r, const char *word)
{
	struct rest was = *r, t;

	if (rest_token(r, &t) && token_is(&t, word)) {
		rest_blanks(r);
		return true;
	}
	*r = was;
	return false;
}

bool
token_number(const struct rest *t, uint64_t max, uint64_t *out)
{
	uint64_t n = 0;

	if (t->p == t->end)
		return false;
	for (const char *p = t->p; p < t->end; p++) {
		uint64_t digit = (uint64_t)(*p - '0');

		if (*p < '0' || *p > '9' || n > (max - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*out = n;
	return true;
}

bool
token_is_atom(const struct rest *t)
{
	for (const char *p = t->p; p < t->end; p++)
		if (*p <= ' ' || *p >= 0x7f || strchr("(){%*\"\\]", *p) != NULL)
			return false;
	return t->p < t->end;
}

bool
token_is_set(const struct rest *t)
{
	struct rest n = { t->p, t->p };
	int colons = 0;
	uint64_t v;

	for (;; n.end++) {
		if (n.end < t->end && *n.end != ':' && *n.end != ',')
			continue;
		if (!token_number(&n, UINT32_MAX, &v) || v == 0)
			return false;
		if (n.end == t->end)
			return true;
		colons = *n.end == ':' ? colons + 1 : 0;
		if (colons > 1)
			return false;
		n.p = n.end + 1;
	}
}

/* ---- literals ---- */

enum scan
scan_literal(const struct rest *r, uint64_t *n, const char **body)
{
	const char *p = r->p;
	struct rest digits;

	if (p < r->end && *p == '~')
		p++;
	if (p == r->end)
		return SCAN_MORE;
	if (*p++ != '{')
		return SCAN_WRONG;
	for (digits.p = p; p < r->end && *p >= '0' && *p <= '9';)
		p++;
	digits.end = p;
	if (p < r->end && (*p == '+' || *p == '-'))
		p++;
	if (p < r->end && *p++ != '}')
		return SCAN_WRONG;
	if (p < r->end && *p == '\r')
		p++;
	if (p == r->end)
		return digits.end - digits.p > 20 ? SCAN_WRONG : SCAN_MORE;
	if (*p++ != '\n' || !token_number(&digits, LITERAL_MAX, n))
		return SCAN_WRONG;
	*body = p;
	return SCAN_DONE;
}

bool
line_announces(const char *line, const char *end, uint64_t *n)
{
	const char *p = end;
	struct rest r;
	const char *body;

	while (p > line && p[-1] != '{')
		p--;
	if (p == line)
		return false;
	r.p = p - 1;
	r.end = end;
	return scan_literal(&r, n, &body) == SCAN_DONE && body == end;
}

/* ---- values ---- */

static enum scan
scan_quoted(const struct rest *r, const char **after)
{
	for (const char *p = r->p + 1; p < r->end; p++) {
		if (*p == '"') {
			*after = p + 1;
			return SCAN_DONE;
		}
		if (*p == '\n')
			return SCAN_WRONG;
		if (*p == '\\')
			p++;
	}
	return SCAN_MORE;
}

static enum scan
scan_atom(const struct rest *r, const char **after)
{
	const char *p = r->p;

	while (p < r->end && !ends_token(*p))
		p++;
	*after = p;
	if (p == r->end)
		return SCAN_MORE;
	return p == r->p ? SCAN_WRONG : SCAN_DONE;
}

/* A string, a literal or an atom. */
static enum scan
scan_simple(const struct rest *r, const char **after)
{
	enum scan got;
	uint64_t n;

	if (*r->p == '"')
		return scan_quoted(r, after);
	got = scan_literal(r, &n, after);
	if (got == SCAN_WRONG)
		return scan_atom(r, after);
	if (got == SCAN_DONE && (uint64_t)(r->end - *after) < n)
		return SCAN_MORE;
	if (got == SCAN_DONE)
		*after += n;
	return got;
}

enum scan
scan_value(const struct rest *r, const char **after)
{
	struct rest left = *r;
	size_t depth = 0;

	*after = r->end;
	while (left.p < left.end) {
		enum scan got;

		if (*left.p == '(') {
			depth++;
			left.p++;
		} else if (*left.p == ')' && depth > 0) {
			depth--;
			left.p++;
		} else if (*left.p == ' ' && depth > 0) {
			left.p++;
		} else {
			got = scan_simple(&left, after);
			if (got != SCAN_DONE)
				return got;
			left.p = *after;
		}
		*after = left.p;
		if (depth == 0)
			return SCAN_DONE;
	}
	return SCAN_MORE;
}

static void
unquote(struct buf *out, const char *p, const char *end)
{
	for (; p < end; p++) {
		if (*p == '\\' && p + 1 < end)
			p++;
		buf_chr(out, *p);
	}
}

bool
value_text(struct rest *r, struct buf *out)
{
	const char *after;
	uint64_t n;

	if (r->p == r->end)
		return false;
	if (*r->p == '"') {
		if (scan_quoted(r, &after) != SCAN_DONE)
			return false;
		unquote(out, r->p + 1, after - 1);
	} else if (scan_literal(r, &n, &after) == SCAN_DONE) {
		if ((uint64_t)(r->end - after) < n)
			return false;
		buf_add(out, after, (size_t)n);
		after += n;
	} else {
		if (scan_atom(r, &after) == SCAN_WRONG)
			return false;
		buf_add(out, r->p, (size_t)(after - r->p));
	}
	r->p = after;
	return true;
}

void
put_string(struct buf *out, const char *text, size_t n)
{
	bool plain = true;

	for (size_t i = 0; i < n; i++)
		plain = plain && text[i] >= ' ' && text[i] < 0x7f;
	if (!plain) {
		buf_fmt(out, "{%zu}\r\n", n);
		buf_add(out, text, n);
		return;
	}
	buf_chr(out, '"');
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '"' || text[i] == '\\')
			buf_chr(out, '\\');
		buf_chr(out, text[i]);
	}
	buf_chr(out, '"');
}

/* ---- flags ---- */

/* "\SeenX": libetpan reads "\Seen" and then stumbles. */
static bool
is_flag(const struct rest *t, bool star)
{
	static const char *const system[] = { "\\Answered", "\\Flagged",
		"\\Deleted", "\\Seen", "\\Draft", "\\Recent", NULL };
	struct rest name = *t;

	if (star && token_is(t, "\\*"))
		return true;
	for (size_t i = 0; system[i] != NULL; i++)
		if (token_begins(t, system[i]))
			return false;
	if (*name.p == '\\')
		name.p++;
	return token_is_atom(&name);
}

void
put_flags(struct buf *out, struct rest *r, bool star)
{
	const char *gap = "";

	buf_chr(out, '(');
	rest_blanks(r);
	if (r->p < r->end && *r->p == '(')
		r->p++;
	else
		r->p = r->end; /* NIL */
	while (r->p < r->end && *r->p != ')') {
		struct buf text = { 0 };
		struct rest t;

		if (!value_text(r, &text)) {
			r->p++;
		} else {
			t.p = buf_text(&text);
			t.end = t.p + text.len;
			if (t.p < t.end && is_flag(&t, star)) {
				buf_fmt(out, "%s%s", gap, t.p);
				gap = " ";
			}
		}
		buf_free(&text);
	}
	buf_chr(out, ')');
}
