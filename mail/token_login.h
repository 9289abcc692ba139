/*
 * token_login.h -- a person lets the program in at the identity server.
 *
 * By device code (RFC 8628): a short code is typed on any other machine, and
 * we ask until that is done.  Or by code and PKCE (RFC 7636, RFC 8252): the
 * browser ends at an address of the loopback where nobody listens, and the
 * person pastes that address here; it works over SSH.
 */
#ifndef MAIL_TOKEN_LOGIN_H
#define MAIL_TOKEN_LOGIN_H

#include "mail/run.h"

/*
 * Log in and keep the tokens.  ERR_DENIED: declined; ERR_RETRY: the code ran
 * out, or the server cannot be reached; ERR_USAGE: what was pasted is of no
 * use; others as token_ask.
 */
int token_login(const struct account *account, const struct login_ask *ask,
    struct err *e);

/*
 * The code in what was pasted: a bare code, or the address that the browser
 * ended at, whose state must then be this one.  Appended to out.
 */
int token_pasted(struct buf *out, const char *pasted, const char *state,
    struct err *e);

#endif
