/*
 * secret.h -- the password or token of an account, for as short as possible.
 *
 * Never in argv, the environment, the log or an error text.
 */
#ifndef MAIL_SECRET_H
#define MAIL_SECRET_H

#include "base/buf.h"
#include "base/err.h"
#include "desk/shop.h"

enum secret_kind {
	SECRET_PASSWORD,
	SECRET_TOKEN, /* an OAuth2 access token: XOAUTH2 */
};

struct secret {
	enum secret_kind kind;
	struct buf text; /* without line end; no byte below 0x20 or 0x7f */
};

/*
 * Get the account's secret: the access token of its login (token.h, with
 * that function's errors), or the first line that password-command or
 * token-command prints, or of the password-file.
 * ERR_CONFIG: none is set, the command fails, the file or the configuration
 * that names the command can be written or read by others.
 */
int secret_get(struct secret *out, const struct account *account,
    struct err *e);

/*
 * The server refuses this secret although it should hold: get another.  1 if
 * there is one now; 0 if there is none to be had (a password, a token that a
 * command gave); -1 as token_renew.
 */
int secret_renew(struct secret *s, const struct account *account,
    struct err *e);

/* Overwrite and free. */
void secret_wipe(struct secret *s);

#endif
