/*
 * store.h -- opening the store; common to all four doors.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "desk/shop.h"

struct store;

enum store_open {
	STORE_READ,   /* must exist; fit for query.h only */
	STORE_WRITE,  /* must exist */
	STORE_CREATE, /* made if missing: file 0660 & umask, folder 2770 or 0700
		       */
};

/*
 * Open the store at shop->store, bring an old schema up to date (a verified
 * copy is made first) and check that it is ours and whole enough to use.
 * busy_ms bounds every wait for the write lock: 250 for the screen, 10000
 * for commands.  shop must outlive the store; its hours and targets give the
 * due instants, which are reckoned again here if they have changed.
 *
 * ERR_MISSING: there is none; the text says which command makes it.
 * ERR_DATA:    not a store, damaged, or newer than this program.
 * ERR_SYSTEM:  permission, disk, or a network file system.
 */
struct store *store_open(const struct shop *shop, enum store_open how,
    int busy_ms, struct err *e);

void store_close(struct store *s);

/* Who acts: the agent of this process's uid, made on first use. */
struct act {
	int64_t agent;     /* 0: the sync itself */
	const char *login; /* "" for the sync */
	int64_t now;
};

/*
 * Has anything been committed by another process since the last call?  1, 0
 * or -1.  Costs 0.03 ms.
 */
int store_moved(struct store *s, struct err *e);

/* The store's secret of 32 bytes for signed Message-IDs. */
const uint8_t *store_key(struct store *s);

#endif
