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
struct bytes bytes_cut(struct bytes b, size_t from, size_t until);

/* Without blanks, tabs and line ends at both ends. */
struct bytes bytes_trim(struct bytes b);

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
bool is_blank(char c); /* blank, tab, CR, LF, VT, FF */
bool is_digit(char c);
bool is_letter(char c);
bool is_alnum(char c);
char to_lower(char c);

/* The value of a hex digit, or -1. */
int hex_value(char c);

#endif
