/*
 * pause.h -- a login that a server refused is not tried again every minute.
 *
 * Cron would lock the account.  What was refused is kept in the store, by a
 * mark that names server, user and secret without telling them: another
 * secret is tried at once.
 */
#ifndef MAIL_PAUSE_H
#define MAIL_PAUSE_H

#include "base/err.h"
#include "desk/shop.h"
#include "store/store.h"

#define PAUSE_SMTP "smtp-refused"
#define PAUSE_IMAP "imap-refused"

/* ERR_DENIED, in the words of then, if this login was refused this hour. */
int pause_check(struct store *store, const struct account *account,
    const char *which, struct err *e);

/* It was refused now. */
int pause_keep(struct store *store, const struct account *account,
    const char *which, const struct err *why, struct err *e);

#endif
