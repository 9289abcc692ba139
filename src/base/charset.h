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

/*
 * Like charset_decode but without detection and fallback: -1, leaving out
 * unchanged, if the name is unknown or the bytes do not fit it.
 */
int charset_exact(struct buf *out, const char *name, const char *bytes,
    size_t n);

#endif
