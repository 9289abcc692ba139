/*
 * compose_text.h -- the text and the type of what goes out.
 */
#ifndef MAIL_MESSAGE_COMPOSE_TEXT_H
#define MAIL_MESSAGE_COMPOSE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Append text as format=flowed (RFC 3676) with LF line ends: paragraphs
 * and quoted ones broken softly at 72 columns, space-stuffed, trailing blanks
 * removed.
 * True if every byte is ASCII and every line fits 7bit.
 */
bool compose_flow(struct buf *out, const char *text);

/*
 * Append text without the controls that no mail should carry; a lone CR is a
 * line end.
 */
void compose_plain(struct buf *out, const char *text);

/* The Content-Type of an attachment, by its name or its bytes. */
const char *compose_type(const char *name, const void *bytes, size_t n);

#endif
