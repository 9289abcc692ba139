/*
 * markdown.h -- what an agent wrote in Markdown, as the HTML of a mail.
 *
 * CommonMark with tables and struck words, each line end kept.  No HTML of
 * the text itself passes, and a link leads to the web or to an address or is
 * none.  Only the agent's own words are read so: what is quoted, forwarded or
 * a signature stays as it stands.
 */
#ifndef MAIL_MESSAGE_MARKDOWN_H
#define MAIL_MESSAGE_MARKDOWN_H

#include "base/buf.h"

/* Append a whole HTML document, LF line ends. */
void markdown_html(struct buf *out, const char *text);

#endif
