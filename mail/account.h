/*
 * account.h -- one account's process: its crew, its store, its rounds.
 */
#ifndef MAIL_ACCOUNT_H
#define MAIL_ACCOUNT_H

#include "base/err.h"
#include "desk/shop.h"
#include "mail/run.h"
#include "store/store.h"

/*
 * One round from start to end in this process: crew, store, round, what the
 * store keeps of it.  *out gets the counts.
 */
int account_once(const struct shop *shop, const struct account *account,
    const struct sync_ask *ask, struct sync_report *out, struct err *e);

/*
 * Rounds until stop_fd becomes readable.  A uint32_t on wake_fd asks for a
 * whole round; when it is over, struct account_word with that number goes to
 * report_fd.
 */
struct account_word {
	uint32_t number;
	struct err err;
	struct sync_report report;
};
void account_watch(const struct shop *shop, const struct account *account,
    const struct sync_ask *ask, int wake_fd, int stop_fd, int report_fd);

/*
 * A person will not wait: what waits after a try is due, and a login that was
 * refused may be tried.  Whoever sends next sees it in the store.
 */
int account_hurry(struct store *s, const struct account *account,
    struct err *e);

#endif
