/*
 * text.h -- UTF-8 text: made safe, measured, cut, wrapped and compared.
 *
 * Everything that comes from a mail, a server, a file or a colleague is
 * hostile until text_clean has seen it, and nothing that has not passed it
 * reaches a terminal, a pipe, JSON or the log.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

enum text_form {
	TEXT_LINE,  /* one line: line breaks and tabs become one blank */
	TEXT_BLOCK, /* newlines stay, CR LF is one; tabs fill up to 8 */
};

/*
 * Append s made safe for any output and for any terminal.
 *
 * Invalid UTF-8 becomes U+FFFD (one per maximal subpart, Unicode 3.9), and
 * so does what is not assigned.  C0 and C1 controls, DEL and bidi controls
 * are shown as <U+202E>-like marks; of a run of zero-width, tag and filler
 * characters the first is shown so and the others are dropped.  What only
 * joins in its place (ZWJ tails and skin tones of emoji, variation
 * selectors, ZWNJ between letters, soft hyphens, direction marks in text
 * that is written right to left) is dropped.  At most 8 combining marks
 * follow a base character, and a mark without one gets U+25CC.  Cleaning
 * twice changes nothing.
 */
void text_clean(struct buf *out, const char *s, size_t n, enum text_form form);

/* text_clean into an arena; NULL gives "". */
char *text_cleaned(struct arena *a, const char *s, enum text_form form);

/*
 * Append s as the inside of a JSON string (RFC 8259 7) that is safe to send
 * to a terminal and tells a program nearly all: controls and bidi controls
 * are marks as in text_clean; all that cannot be seen is written as \uXXXX,
 * so that an honest text comes out unchanged.  CR LF becomes a newline.
 */
void text_json(struct buf *out, const char *s, size_t n);

/* Is it valid UTF-8 (RFC 3629), without NUL? */
bool text_valid(const char *s, size_t n);

/*
 * Append s with invalid bytes replaced by U+FFFD, one for each maximal
 * subpart (Unicode 3.9), and without NUL; nothing else is changed.
 */
void text_repair(struct buf *out, const char *s, size_t n);

/*
 * The code point at s (n > 0), its length in *len; U+FFFD and the length of
 * the maximal subpart if it is not valid.
 */
uint32_t text_next(const char *s, size_t n, size_t *len);

/* Write a code point as UTF-8; its length.  What is none gives U+FFFD. */
size_t text_put(char to[4], uint32_t c);

/* The same, appended. */
void text_put_to(struct buf *out, uint32_t c);

#define TEXT_CLUSTER_MAX 27

/*
 * The cluster at s (n > 0), a spacing character and what combines with it:
 * its bytes (at most TEXT_CLUSTER_MAX) in *len, its columns (0, 1 or 2)
 * returned.  The columns are those of wcwidth(3) in a UTF-8 locale, in any
 * locale; a control that was not cleaned away counts as one.
 */
int text_cluster(const char *s, size_t n, size_t *len);

/* Columns of a cleaned line. */
int text_width(const char *s, size_t n);

/* How many bytes of s fit in cols columns, whole clusters; columns in *w. */
size_t text_fit(const char *s, size_t n, int cols, int *w);

/*
 * The next line of s when wrapped at cols columns: its length in bytes
 * without trailing blanks; *next is where the following line starts (past
 * the newline or the blanks).  Breaks at blanks and after hyphens, between
 * CJK characters, inside a word only if it is wider than cols.
 */
size_t text_wrap(const char *s, size_t n, int cols, size_t *next);

/*
 * Append s folded for comparison and search: NFKC, case folded, diacritics
 * removed, sharp s as ss.
 */
void text_fold(struct buf *out, const char *s, size_t n);

/*
 * Append s in lower case and in normal form C: for names that tell letters
 * with marks apart, such as addresses.  Invalid bytes become U+FFFD.
 */
void text_lower(struct buf *out, const char *s, size_t n);

/* Case-insensitive equality by ASCII rules; for header and charset names. */
bool text_same(const char *a, const char *b);

enum { TEXT_COUNT = 64 };

/* "1 thread", "2 threads"; the noun has a regular plural. */
const char *text_count(int64_t n, const char *noun, char out[TEXT_COUNT]);

/* "287 B", "48 KB", "5.2 MB": thousands, as shops and phones count. */
const char *text_size(int64_t bytes, char out[TEXT_COUNT]);

/* Edit distance capped at limit + 1, for "did you mean". */
int text_distance(const char *a, const char *b, int limit);

/*
 * Which of n names was meant by what was typed: the nearest, the first of
 * several, within 1 to 3 edits by how much was typed; NULL if none is near.
 */
const char *text_nearest(const char *typed, const char *const *names,
    size_t n);

/*
 * How well typed matches name as a fuzzy subsequence: 0 not at all, higher
 * is better (word starts, runs and early hits score more).
 */
int text_fuzzy(const char *typed, const char *name);

#endif
