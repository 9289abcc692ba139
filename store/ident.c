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
	/* Written in one piece it is a word like any other. */
	if (digits >= IDENT_SHORT && len < IDENT_LONG && len != i)
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
		if (c == '+' || c == '(' || c == '0')
			take_phone(a, text + i, n - i, &out);
		if (isalnum((unsigned char)c))
			i += take_code(a, text + i, n - i, &out);
		else
			i++;
	}
	return out;
}

void
ident_numbers(struct buf *out, const char *text, size_t n)
{
	struct arena a = { 0 };
	struct strings found = ident_find(&a, text, n);

	for (size_t i = 0; i < found.n; i++) {
		if (out->len > 0)
			buf_chr(out, ' ');
		buf_str(out, found.v[i]);
	}
	arena_free(&a);
}
