/*
 * bytes.h -- a stretch of somebody else's bytes.
 *
 * Not ended by a NUL, and NULs may stand in it.
 */
#ifndef MAIL_MESSAGE_BYTES_H
#define MAIL_MESSAGE_BYTES_H

#include <stdbool.h>
#include <stddef.h>

struct bytes {
	const char *s;
	size_t n;
};

/* Those of a string. */
struct bytes bytes_of(const char *s);

/* From byte from up to but not including byte until, clamped. */
static inline struct bytes
bytes_cut(struct bytes b, size_t from, size_t until)
{
	if (until > b.n)
		until = b.n;
	if (from > until)
		from = until;
	return (struct bytes){ b.s + from, until - from };
}

/* Without blanks, tabs and line ends at both ends. */
struct bytes bytes_trim(struct bytes b);

/* The same for blanks of every script and marks that nobody sees. */
struct bytes bytes_bare(struct bytes b);

/* The bytes of such a blank or mark that s begins with; 0 if it is none. */
size_t bytes_unseen(struct bytes s);

/*
 * The value of a digit of any script that b begins with, its bytes in *took;
 * -1 if it begins with none.
 */
int bytes_digit(struct bytes b, size_t *took);

/* Equality, beginning and search by ASCII letters of either case. */
bool bytes_same(struct bytes b, const char *word);
bool bytes_begin(struct bytes b, const char *word);

/* Where word (lower case) first stands, or (size_t)-1. */
size_t bytes_find(struct bytes b, const char *word);

/* The same minding case. */
size_t bytes_find_exact(struct bytes b, const char *word);

/*
 * The next line of *rest, without its LF or CR LF; *rest moves past it.
 * False at the end.
 */
bool bytes_line(struct bytes *rest, struct bytes *line);

/* ASCII classes that do not ask the locale. */
static inline bool
is_blank(char c) /* blank, tab, CR, LF, VT, FF */
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool
is_alnum(char c)
{
	return is_letter(c) || is_digit(c);
}

static inline char
to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* The value of a hex digit, or -1. */
int hex_value(char c);

#endif
