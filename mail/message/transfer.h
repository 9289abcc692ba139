/*
 * transfer.h -- content transfer encodings (RFC 2045 6), forgiving.
 */
#ifndef MAIL_MESSAGE_TRANSFER_H
#define MAIL_MESSAGE_TRANSFER_H

#include "base/buf.h"
#include "mail/message/bytes.h"

enum transfer {
	TRANSFER_NONE, /* 7bit, 8bit, binary, unknown */
	TRANSFER_BASE64,
	TRANSFER_QUOTED,
	TRANSFER_UUENCODE,
};

/* From the value of Content-Transfer-Encoding. */
enum transfer transfer_named(struct bytes value);

/* Append the decoded bytes, at most limit of them. */
void transfer_decode(struct buf *out, enum transfer how, struct bytes b,
    size_t limit);

/* Base64 without line structure: padding may be missing, junk is skipped. */
void transfer_base64(struct buf *out, struct bytes b);

/* The Q encoding of RFC 2047: "_" is a blank. */
void transfer_q(struct buf *out, struct bytes b);

/*
 * One uuencoded file beginning at b, which starts with "begin ".  The name
 * goes to *name; returns the bytes of b that it takes, 0 if it is none.
 */
size_t transfer_uudecode(struct buf *out, struct bytes b, struct bytes *name);

/* The same of a yEncoded file, which starts with "=ybegin ". */
size_t transfer_ydecode(struct buf *out, struct bytes b, struct bytes *name);

#endif
