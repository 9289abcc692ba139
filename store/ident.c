/*
 * ident.c -- order, tracking and phone numbers, found however they are
 * written: "+49 (170) 123-4567" and "01701234567" share their last digits.
 */
#include "store/own.h"

#include <ctype.h>
#include <string.h>

#define IDENT_SHORT 5 /* digits that make a word an identifier */
#define IDENT_LONG  24
#define IDENTS_MOST 24
#define PHONE_TAIL  9 /* digits of a phone number that are compared */

static bool
is_joint(char c)
{
	return c == '-' || c == '/' || c == '.' || c == '_';
}

static bool
is_phone_joint(char c)
{
	return c == '-' || c == '/' || c == '.' || c == '(' || c == ')' ||
	       c == ' ';
}

static void
add(struct arena *a, struct strings *out, const char *v, size_t n)
{
	if (out->n >= IDENTS_MOST)
		return;
	for (size_t i = 0; i < out->n; i++) {
		if (strlen(out->v[i]) == n && memcmp(out->v[i], v, n) == 0)
			return;
	}
	out->v = arena_grow(a, out->v, out->n, sizeof(*out->v));
	out->v[out->n++] = arena_strn(a, v, n);
}

/* "AB-12345", "1Z999AA1...": letters and digits, joints left out. */
static size_t
take_code(struct arena *a, const char *s, size_t n, struct strings *out)
{
	char code[IDENT_LONG];
	size_t i = 0, len = 0, digits = 0;

	while (i < n && (isalnum((unsigned char)s[i]) ||
			    (is_joint(s[i]) && i + 1 < n &&
				isalnum((unsigned char)s[i + 1])))) {
		if (isalnum((unsigned char)s[i]) && len < IDENT_LONG)
			code[len++] = (char)tolower((unsigned char)s[i]);
		digits += isdigit((unsigned char)s[i]) != 0;
		i++;
	}
	if (digits >= IDENT_SHORT && len < IDENT_LONG)
		add(a, out, code, len);
	return i;
}

/* Digits with blanks and brackets between: a phone number. */
static size_t
take_phone(struct arena *a, const char *s, size_t n, struct strings *out)
{
	char digit[IDENT_LONG];
	size_t i = 0, len = 0, end = 0;

	if (s[0] == '+')
		i++;
	while (i < n && (isdigit((unsigned char)s[i]) ||
			    (is_phone_joint(s[i]) && i + 1 < n &&
				(isdigit((unsigned char)s[i + 1]) ||
				    is_phone_joint(s[i + 1]))))) {
		if (isdigit((unsigned char)s[i])) {
			if (len < IDENT_LONG)
				digit[len++] = s[i];
			end = i + 1;
		}
		i++;
	}
	if (len > PHONE_TAIL && len < IDENT_LONG)
		add(a, out, digit + len - PHONE_TAIL, PHONE_TAIL);
	return end;
}

struct strings
ident_find(struct arena *a, const char *text, size_t n)
{
	struct strings out = { 0 };

	for (size_t i = 0; i < n && out.n < IDENTS_MOST;) {
		char c = text[i];

		if (!isalnum((unsigned char)c) && c != '+' && c != '(') {
			i++;
			continue;
		}
		if (c == '+' || c == '(' || isdigit((unsigned char)c))
			take_phone(a, text + i, n - i, &out);
		if (isalnum((unsigned char)c))
			i += take_code(a, text + i, n - i, &out);
		else
			i++;
	}
	return out;
}

int
ident_index(struct store *s, int64_t id, const char *text, size_t n,
    struct err *e)
{
	struct strings found = ident_find(&s->scratch, text, n);

	for (size_t i = 0; i < found.n; i++) {
		if (db_run(s->db, e,
			"INSERT OR IGNORE INTO ident"
			" VALUES(?1, ?2)",
			"si", found.v[i], id) < 0)
			return -1;
	}
	return 0;
}
