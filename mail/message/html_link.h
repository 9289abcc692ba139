/*
 * html_link.h -- where a link leads, and what its text says of that.
 */
#ifndef MAIL_MESSAGE_HTML_LINK_H
#define MAIL_MESSAGE_HTML_LINK_H

#include "base/arena.h"
#include "mail/message/bytes.h"

/*
 * The URL of an href, without blanks and with a scheme; NULL if it does not
 * lead out: only http, https, ftp, mailto and tel do.  base is the URL that
 * one without a scheme goes on from (RFC 3986 5.2), NULL if there is none.
 */
const char *link_url(struct arena *a, struct bytes href, const char *base);

/* Is the text shown the URL itself, give or take its scheme? */
bool link_says(const char *url, struct bytes shown);

/*
 * The host (or the address) that the URL leads to, if the text shown names
 * another one; NULL if it does not.
 */
const char *link_betrays(struct arena *a, const char *url, struct bytes shown);

#endif
