/*
 * words.h -- encoded words (RFC 2047) and raw bytes in headers.
 *
 * As found in the wild: characters split between words, blanks and question
 * marks inside them, no padding, no end, languages (RFC 2231 5), raw 8-bit
 * text in an undeclared charset.
 */
#ifndef MAIL_MESSAGE_WORDS_H
#define MAIL_MESSAGE_WORDS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/message/bytes.h"

/*
 * Append a header's text as UTF-8 on one line.  hint is the charset of raw
 * 8-bit bytes, NULL if unknown.
 */
void words_decode(struct buf *out, struct bytes value, const char *hint);

/* The same into an arena. */
char *words_text(struct arena *a, struct bytes value, const char *hint);

/* Bytes of a charset as UTF-8 on one line, encoded words left alone. */
void words_plain(struct buf *out, struct bytes value, const char *hint);

/* Is it a name of UTF-8, as mails write it? */
bool words_is_utf8(const char *charset);

/*
 * Bytes as UTF-8, by the declared charset where they fit it.  Decides the
 * cases in which a short text is valid by accident.
 */
const char *words_charset(struct buf *out, const char *declared,
    struct bytes b);

/* Does an encoded word hold a NUL or another control character? */
bool words_control(struct bytes value);

#endif
