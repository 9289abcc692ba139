/*
 * token_keep.h -- where the tokens of an account lie between two runs.
 *
 * One file a login, mode 0600, in a folder of mode 0700 of the user who runs
 * sync: never in the store, which agents share.  It is replaced whole and is
 * on the disk when token_write returns.  The lock beside it is held around
 * every change.
 *
 * The file is lines of a name, a blank and a value; "shopbell token 1" is
 * the first, and "for" names the service, program, person and scope that the
 * tokens are good for.
 */
#ifndef MAIL_TOKEN_KEEP_H
#define MAIL_TOKEN_KEEP_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "desk/shop.h"

struct token {
	struct buf refresh; /* empty: the service gave none */
	struct buf access;  /* empty: none that holds */
	int64_t got;        /* when the access token came */
	int64_t until;      /* and when it runs out */
	struct buf ended;   /* why only a new login helps; empty: it does not */
};

/*
 * Read what is kept; a zeroed struct is filled in.  ERR_MISSING: nothing is
 * kept for this login; ERR_CONFIG: others could read or change it.
 */
int token_read(struct token *t, const struct account *account, struct err *e);

/* Keep it, durably; the lock is held. */
int token_write(const struct token *t, const struct account *account,
    struct err *e);

/* Hold the lock of the login; close the descriptor to let go.  ERR_BUSY. */
int token_lock(const struct account *account, struct err *e);

/* Delete what is kept.  ERR_MISSING: there was nothing. */
int token_drop(const struct account *account, struct err *e);

/* The path of the file. */
char *token_path(struct arena *a, const struct account *account);

/* Overwrite and free. */
void token_wipe(struct token *t);

#endif
