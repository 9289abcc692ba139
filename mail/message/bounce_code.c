/*
 * bounce_code.c -- finding codes and addresses in prose.
 */
#include "mail/message/bounce_code.h"

#include <string.h>

/* Digits at i, at most max of them; -1 if there are none or more. */
static int
number_at(struct bytes b, size_t *i, int max)
{
	int v = 0;
	int n = 0;

	while (*i < b.n && is_digit(b.s[*i]) && n <= max) {
		v = v * 10 + b.s[*i] - '0';
		*i += 1;
		n++;
	}
	return n == 0 || n > max ? -1 : v;
}

static bool
starts_number(struct bytes b, size_t i)
{
	return i == 0 ||
	       (!is_alnum(b.s[i - 1]) && b.s[i - 1] != '.' &&
		   b.s[i - 1] != '_' &&
		   (b.s[i - 1] != '-' || i < 2 || !is_alnum(b.s[i - 2]) ||
		       is_digit(b.s[i - 2])));
}

/* "5.1.1" at i, not part of an address or a version. */
static bool
enhanced_at(struct bytes b, size_t i, struct code *c)
{
	size_t k = i + 1;

	if (!strchr("245", b.s[i]) || !starts_number(b, i) || k >= b.n ||
	    b.s[k] != '.')
		return false;
	c->class = b.s[i] - '0';
	k++;
	c->subject = number_at(b, &k, 2);
	if (c->subject < 0 || k >= b.n || b.s[k] != '.')
		return false;
	k++;
	c->detail = number_at(b, &k, 3);
	if (c->detail < 0)
		return false;
	if (k < b.n &&
	    (is_alnum(b.s[k]) || b.s[k] == '_' ||
		(b.s[k] == '.' && k + 1 < b.n && is_alnum(b.s[k + 1]))))
		return false;
	c->at = i;
	return true;
}

/* "550 " or "550-" at i, as a server answers. */
static bool
reply_at(struct bytes b, size_t i, struct code *c)
{
	size_t k = i;
	int v;

	if ((b.s[i] != '4' && b.s[i] != '5') || !starts_number(b, i))
		return false;
	v = number_at(b, &k, 3);
	if (k - i != 3 || v < 400 || v > 579 ||
	    (k < b.n && !is_blank(b.s[k]) && !strchr("-:),;>#\"'", b.s[k])))
		return false;
	c->class = v / 100;
	c->subject = v % 100;
	c->detail = -1;
	c->at = i;
	return true;
}

bool
code_is_general(const struct code *c)
{
	return c->detail < 0 || (c->subject == 0 && c->detail == 0);
}

/* A code behind "#", "(" or a reply code of its class was meant as one. */
static bool
is_certain(struct bytes b, const struct code *c)
{
	size_t i = c->at;

	if (i > 0 && b.s[i - 1] == '#')
		return true;
	while (i > 0 && strchr(" -(#:;", b.s[i - 1]))
		i--;
	return i >= 3 && b.s[i - 3] - '0' == c->class && is_digit(b.s[i - 1]) &&
	       is_digit(b.s[i - 2]);
}

/* Higher is better. */
static int
worth(struct bytes b, const struct code *c)
{
	if (c->class == 2)
		return 1;
	if (c->detail < 0)
		return 2;
	if (code_is_general(c))
		return 3;
	return is_certain(b, c) ? 5 : 4;
}

struct code
code_find(struct bytes b)
{
	struct code best = { 0, 0, -1, 0 };
	int most = 0;

	for (size_t i = 0; i < b.n; i++) {
		struct code c = { 0, 0, -1, 0 };
		int w;

		if (!is_digit(b.s[i]))
			continue;
		if (!enhanced_at(b, i, &c) && !reply_at(b, i, &c))
			continue;
		w = worth(b, &c);
		if (w > most) {
			most = w;
			best = c;
		}
	}
	return best;
}

const char *
code_text(struct arena *a, const struct code *c)
{
	if (c->class == 0 || c->detail < 0)
		return "";
	return arena_fmt(a, "%d.%d.%d", c->class, c->subject, c->detail);
}

static bool
in_local(char c)
{
	return is_alnum(c) ||
	       (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~.", c)) ||
	       (unsigned char)c >= 0x80;
}

static bool
in_domain(char c)
{
	return is_alnum(c) || c == '.' || c == '-' || c == '_' ||
	       (unsigned char)c >= 0x80;
}

const char *
code_address(struct arena *a, struct bytes b, size_t *at)
{
	for (size_t i = *at; i < b.n; i++) {
		const char *p = memchr(b.s + i, '@', b.n - i);
		size_t from;
		size_t end;

		if (!p)
			break;
		i = (size_t)(p - b.s);
		from = i;
		end = i + 1;
		while (from > *at && in_local(b.s[from - 1]))
			from--;
		while (end < b.n && in_domain(b.s[end]))
			end++;
		while (end > i && !is_alnum(b.s[end - 1]) &&
		       (unsigned char)b.s[end - 1] < 0x80)
			end--;
		while (from < i && strchr("'`=", b.s[from]))
			from++;
		if (from < i && end > i + 1) {
			*at = end;
			return arena_strn(a, b.s + from, end - from);
		}
	}
	*at = b.n;
	return NULL;
}
