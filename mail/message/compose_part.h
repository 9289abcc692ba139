/*
 * compose_part.h -- MIME parts as they go out (RFC 2045, 2046).
 *
 * Each is written whole: its Content- fields, an empty line, its body.  Every
 * line is ASCII, ends with CRLF and fits what servers take.
 */
#ifndef MAIL_MESSAGE_COMPOSE_PART_H
#define MAIL_MESSAGE_COMPOSE_PART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * A text of type "text/plain; format=flowed", with LF line ends, as 7bit if
 * seven is true (it must then be so), else quoted-printable.
 */
void part_put_text(struct buf *out, const char *type, const struct buf *text,
    bool seven);

/* A file under its name (RFC 2231), in base64. */
void part_put_file(struct buf *out, const char *type, const char *name,
    const void *bytes, size_t n);

/* "multipart/mixed" and so on: begin, next before each part, end. */
void part_begin(struct buf *out, const char *subtype, const char *boundary);
void part_next(struct buf *out, const char *boundary);
void part_end(struct buf *out, const char *boundary);

#endif
