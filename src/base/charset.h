/*
 * charset.h -- any mail charset to UTF-8.
 *
 * Order: valid UTF-8, the declared charset (after our alias table:
 * x-sjis, ks_c_5601-1987, win-1251, unicode-1-1-utf-7 ...; iso-8859-1 and
 * us-ascii read as windows-1252, gb2312 as GB18030, as browsers do), the
 * detected one (uchardet), windows-1252.
 */
#ifndef BASE_CHARSET_H
#define BASE_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Do we know how to decode this name?  Aliases count. */
bool charset_known(const char *name);

/*
 * Append n bytes as valid UTF-8.  declared may be NULL or "" if the mail
 * does not say.  Bytes that are not of the charset become U+FFFD.  Never
 * fails.  Returns the name of the charset that was used, a constant.
 */
const char *charset_decode(struct buf *out, const char *declared,
    const char *bytes, size_t n);

/* The same of bytes of one charset throughout, which nobody named. */
const char *charset_whole(struct buf *out, const char *bytes, size_t n);

/*
 * Like charset_decode but without detection and fallback: -1, leaving out
 * unchanged, if the name is unknown or the bytes do not fit it.
 */
int charset_exact(struct buf *out, const char *name, const char *bytes,
    size_t n);

/*
 * Is it no UTF-8, and ASCII but for letters with accents, each beside others,
 * and signs?  So it is of a language of Europe written in Latin letters.
 */
bool charset_is_accents(const char *bytes, size_t n);

/*
 * Text in two charsets: are there lines of UTF-8 beside lines that cannot be?
 */
bool charset_is_mixed(const char *bytes, size_t n);

/*
 * Append what is UTF-8 of the text as it stands, and lines that are not by
 * the charset said, or by what they look like if it is NULL; single Latin
 * letters in a broken line as windows-1252, other broken bytes as U+FFFD.
 */
void charset_mixed(struct buf *out, const char *said, const char *bytes,
    size_t n);

#endif
