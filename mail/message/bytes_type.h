/*
 * bytes_type.h -- what kind of file some bytes are, by libmagic.
 */
#ifndef MAIL_MESSAGE_BYTES_TYPE_H
#define MAIL_MESSAGE_BYTES_TYPE_H

#include <stddef.h>

/*
 * "image/jpeg"; "" if it cannot be told.  Good until the next call.  Nothing
 * is unpacked, and the answer is only as good as libmagic's guess.
 */
const char *bytes_type(const void *bytes, size_t n);

#endif
