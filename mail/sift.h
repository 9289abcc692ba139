/*
 * sift.h -- what an IMAP server says, put in order before libetpan reads it.
 *
 * libetpan ends a session at the first byte that its grammar does not know,
 * and servers in the field say much that no grammar knows: codes and data of
 * extensions nobody asked for, a blank too many, flags with brackets, a text
 * that is missing, a date that is none.  None of that is a reason to lose a
 * session, or a mail.
 *
 * Bytes of the server go in, bytes of a narrower language come out: RFC 3501
 * with CONDSTORE, QRESYNC, UIDPLUS and X-GM-LABELS, as far as this program
 * asks for them.  Every response becomes exactly one; one that is of no use
 * becomes "* OK skipped".  Of a FETCH only the items that are asked for go
 * on.  The bytes of a body are never touched and never copied twice.
 *
 * Where the bytes of a body do not end where their length says, nothing
 * behind them can be trusted: all goes on as it is, and libetpan ends it.
 */
#ifndef MAIL_SIFT_H
#define MAIL_SIFT_H

#include <stddef.h>

struct sift;

/* NULL: out of memory. */
struct sift *sift_new(void);
void sift_free(struct sift *s); /* NULL is well */

/* Bytes as they came. */
void sift_feed(struct sift *s, const void *bytes, size_t n);

/* At most n sifted bytes; 0 if more must come first. */
size_t sift_take(struct sift *s, void *to, size_t n);

/*
 * So many bytes would go through unchanged, and nothing waits before them:
 * the caller may read up to so many past the sieve, and says how many.
 */
size_t sift_through(const struct sift *s);
void sift_passed(struct sift *s, size_t n);

/* Sifted bytes that wait to be taken. */
size_t sift_ready(const struct sift *s);

/* Bytes that came and were not taken, sifted or not. */
size_t sift_held(const struct sift *s);

/* How many answers to FETCH could not be understood, ever. */
unsigned sift_garbled(const struct sift *s);

#endif
