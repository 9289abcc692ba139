/*
 * param.h -- Content-Type and Content-Disposition (RFC 2045 5.1, RFC 2231).
 */
#ifndef MAIL_MESSAGE_PARAM_H
#define MAIL_MESSAGE_PARAM_H

#include "base/arena.h"
#include "mail/message/bytes.h"

struct param {
	const char *name;  /* lower case, without "*0*" */
	const char *value; /* joined, unquoted, decoded, UTF-8 */
};

struct typed {
	const char *value; /* "text/plain", "attachment"; lower case */
	struct param *v;
	size_t n;
};

/* Read the header; what cannot be understood is passed over. */
void param_read(struct arena *a, struct bytes header, const char *hint,
    struct typed *out);

/* The value of a parameter, "" if absent. */
const char *param_get(const struct typed *t, const char *name);

#endif
