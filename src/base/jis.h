/*
 * jis.h -- seven-bit Asian mail made eight-bit, for charset.c alone.
 *
 * iconv stops at the first thing that the standard forbids; mail is full of
 * vendors' characters, half-width kana and missing escapes.
 */
#ifndef BASE_JIS_H
#define BASE_JIS_H

#include <stddef.h>

#include "base/buf.h"

/* ISO-2022-JP (RFC 1468, 1554, JIS X 0201 kana) to EUC-JP. */
void jis_to_euc(struct buf *out, const char *bytes, size_t n);

/* HZ (RFC 1843) to EUC-CN. */
void hz_to_gb(struct buf *out, const char *bytes, size_t n);

/* ISO-2022-KR (RFC 1557) to EUC-KR, ISO-2022-CN (RFC 1922) to EUC-CN. */
void shift_to_euc(struct buf *out, const char *bytes, size_t n);

#endif
