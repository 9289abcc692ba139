/*
 * source.h -- raw bytes as they come, made fit for parsing.
 */
#ifndef MAIL_MESSAGE_SOURCE_H
#define MAIL_MESSAGE_SOURCE_H

#include "base/arena.h"
#include "mail/message/bytes.h"

/*
 * Without a byte order mark, leading empty lines and the "From " line of an
 * mbox; UTF-16 as UTF-8; lines that end in CR alone end in LF.  The bytes
 * are those given or a copy in the arena.
 */
struct bytes source_prepare(struct arena *a, const void *raw, size_t n);

#endif
