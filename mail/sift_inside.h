/*
 * sift_inside.h -- what the files of the sieve share; for them alone.
 */
#ifndef MAIL_SIFT_INSIDE_H
#define MAIL_SIFT_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/sift.h"

/* What is left of a response. */
struct rest {
	const char *p;
	const char *end;
};

enum scan {
	SCAN_DONE,
	SCAN_MORE,  /* the end is not here yet */
	SCAN_WRONG, /* it can never become one */
};

/* ---- tokens (sift_token.c) ---- */

void rest_blanks(struct rest *r);

/* Skip a word and the blanks behind it if it comes next, in any case. */
bool rest_word(struct rest *r, const char *word);

/* The next word, up to a blank or bracket; false if there is none. */
bool rest_token(struct rest *r, struct rest *out);

bool token_is(const struct rest *t, const char *word);

/* Does a token begin with a word, being longer? */
bool token_begins(const struct rest *t, const char *word);

/* Digits only, and at most max. */
bool token_number(const struct rest *t, uint64_t max, uint64_t *out);

/* An atom without "]" (RFC 3501, 9). */
bool token_is_atom(const struct rest *t);

/* "1:3,5": numbers, colons and commas, none of them 0. */
bool token_is_set(const struct rest *t);

/*
 * "{12}", "{12+}" or "~{12}" with the end of its line: *n bytes follow at
 * *body.  SCAN_WRONG if it is none.
 */
enum scan scan_literal(const struct rest *r, uint64_t *n, const char **body);

/* Does a line that ends at end announce a literal?  Its length in *n. */
bool line_announces(const char *line, const char *end, uint64_t *n);

/* One value of any kind: atom, string, literal, list; *after is behind it. */
enum scan scan_value(const struct rest *r, const char **after);

/* The bytes of a string of any kind, or of an atom. */
bool value_text(struct rest *r, struct buf *out);

/* Write as a quoted string, or as a literal if it could not be quoted. */
void put_string(struct buf *out, const char *text, size_t n);

/* "(\Seen $x)" out of a list of flags; star: "\*" may be among them. */
void put_flags(struct buf *out, struct rest *r, bool star);

/* ---- whole responses (sift_line.c) ---- */

/* A response that is complete, without the end of its line. */
void sift_response(struct buf *out, struct rest r);

/* ---- items of a FETCH (sift_item.c) ---- */

/* What an item's name means here. */
enum item {
	ITEM_OTHER,
	ITEM_UID,
	ITEM_FLAGS,
	ITEM_DATE,
	ITEM_SIZE,
	ITEM_MODSEQ,
	ITEM_LABELS,
	ITEM_BODY,
	ITEM_HEADER,
};
/* from: of which byte on a body is, as in "BODY[]<1048576>"; else 0. */
enum item item_of(const struct rest *name, uint64_t *from);

/* The item as it goes on, complete in value; nothing if it is of no use. */
void item_put(struct buf *out, enum item item, uint64_t from,
    struct rest value);

/* What goes before a literal of n bytes. */
void item_put_literal(struct buf *out, enum item item, uint64_t from,
    uint64_t n);

#endif
