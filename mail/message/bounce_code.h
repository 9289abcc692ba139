/*
 * bounce_code.h -- status codes and addresses in the words of servers.
 */
#ifndef MAIL_MESSAGE_BOUNCE_CODE_H
#define MAIL_MESSAGE_BOUNCE_CODE_H

#include "base/arena.h"
#include "mail/message/bytes.h"

/* An enhanced status code (RFC 3463) or an SMTP reply code in a text. */
struct code {
	int class; /* 2, 4 or 5; 0 if there is none */
	int subject;
	int detail; /* -1 if only a reply code was found */
	size_t at;
};

/* The code that says most; class 0 if there is none. */
struct code code_find(struct bytes text);

/* "5.1.1", "" if it is no enhanced code. */
const char *code_text(struct arena *a, const struct code *c);

/* x.0.0 says no more than its class. */
bool code_is_general(const struct code *c);

/* The next address at or after *at of text, NULL if there is none. */
const char *code_address(struct arena *a, struct bytes text, size_t *at);

#endif
