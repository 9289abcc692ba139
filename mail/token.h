/*
 * token.h -- the access token of an account that logs in by OAuth 2.
 *
 * "shopbell login" begins (login.c); from then on the token is renewed here,
 * by whoever needs it, once four fifths of its life are over, and one
 * process at a time.  A refresh token that comes with it (services rotate
 * them: RFC 9700, 4.14.2) is on the disk before the new access token is used.
 * A refusal of the refresh token is kept as well: until a person logs in
 * again the service is not asked any more.
 */
#ifndef MAIL_TOKEN_H
#define MAIL_TOKEN_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "desk/shop.h"

/* Does the account log in by OAuth 2, with tokens that are got here? */
bool token_used(const struct account *account);

/*
 * Append a token that holds.  While the identity server is out of order one
 * that has not run out is good enough.
 *   ERR_DENIED  nobody has logged in, or the login has ended: the text says
 *               which command to run
 *   ERR_RETRY, ERR_PEER, ERR_CONFIG  as token_ask: it could not be renewed
 *   ERR_BUSY    another process is renewing it and takes very long
 *   ERR_SYSTEM  it could not be kept
 */
int token_get(struct buf *out, const struct account *account, struct err *e);

/*
 * A mail server refused the token in out although it should hold: replace it
 * by another, renewed now unless another process has done so.
 */
int token_renew(struct buf *out, const struct account *account, struct err *e);

/*
 * Take what the service gave for a grant: keep it, durably.  *lasts, which
 * may be NULL, is false if there was no refresh token in it.
 */
int token_take(const struct account *account, const struct json *given,
    bool *lasts, struct err *e);

/*
 * How the login stands, as a line for a person: "logged in, renewed by
 * itself; this token until 14:03".  Nothing is asked of any server.
 * ERR_DENIED, with the command to run, if it does not hold.
 */
int token_about(const struct account *account, struct arena *a,
    const char **line, struct err *e);

#endif
