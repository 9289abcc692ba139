/*
 * sync_inside.h -- what sync.c and watch.c share; for them alone.
 */
#ifndef MAIL_SYNC_INSIDE_H
#define MAIL_SYNC_INSIDE_H

#include "mail/run.h"

/* There are accounts, and the one asked for. */
int sync_accounts(const struct shop *shop, const struct sync_ask *ask,
    struct err *e);

bool sync_is_asked(const struct account *account, const struct sync_ask *ask);

/* The same, and the store exists; made if it is missing. */
int sync_prepare(const struct shop *shop, const struct sync_ask *ask,
    struct err *e);

/* Its process hung and was ended. */
int sync_stuck(const struct account *account, struct err *e);

/* Add the counts of one account to those of all. */
void sync_count(struct sync_report *to, const struct sync_report *from);

#endif
