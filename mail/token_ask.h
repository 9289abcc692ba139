/*
 * token_ask.h -- one question to an identity server, one answer.
 *
 * Forms are sent by POST over https (http on the loopback alone), to that
 * address and no other: a server that points elsewhere is not followed.
 * An answer is a JSON object of at most 64 KB, whole within 30 seconds.
 */
#ifndef MAIL_TOKEN_ASK_H
#define MAIL_TOKEN_ASK_H

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "desk/shop.h"

/* Append "&key=value", escaped (application/x-www-form-urlencoded). */
void token_form(struct buf *form, const char *key, const char *value);

/* The two that name the program: client_id and, if there is one, its secret. */
void token_form_client(struct buf *form, const struct account *account);

#define TOKEN_CODE 48

/*
 * Send a form; *out is the object that came with 200, json_free it.
 *
 * On failure code is the server's own name for it (RFC 6749, 5.2; RFC 8628,
 * 3.5), as "invalid_grant", or "" if it gave none, and
 *   ERR_RETRY   the line failed, or the server is in trouble
 *   ERR_PEER    it answers nonsense, or points elsewhere
 *   ERR_DENIED  the grant is refused, or the server is not to be trusted
 *   ERR_CONFIG  the settings of the account are refused
 */
int token_ask(const struct account *account, const char *url,
    const struct buf *form, struct json **out, char code[TOKEN_CODE],
    struct err *e);

#endif
