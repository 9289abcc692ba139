/*
 * mutf7.h -- modified UTF-7: what IMAP makes of names (RFC 3501, 5.1.3).
 */
#ifndef BASE_MUTF7_H
#define BASE_MUTF7_H

#include "base/buf.h"

/* Append UTF-8 as modified UTF-7.  -1 if it is not valid UTF-8. */
int mutf7_encode(struct buf *out, const char *name);

/*
 * Append modified UTF-7 as UTF-8.  -1, leaving out as it was, if it is not
 * well formed or not the one way to write the name: then the name must be
 * used as it stands.
 */
int mutf7_decode(struct buf *out, const char *wire);

/* The same, where the ASCII characters of but may not stand either. */
int mutf7_encode_but(struct buf *out, const char *name, const char *but);
int mutf7_decode_but(struct buf *out, const char *wire, const char *but);
/*
 * The name of a mailbox for any wire form, and back.  What is not modified
 * UTF-7, from a broken program or in raw UTF-8, survives as U+FFFD and the
 * wire form itself, with "%" and two digits for each byte that is no text.
 */
void mutf7_name(struct buf *out, const char *wire);
int mutf7_wire(struct buf *out, const char *name);

/* The name behind that mark, for comparing; name itself without one. */
const char *mutf7_plain(const char *name);

#endif
