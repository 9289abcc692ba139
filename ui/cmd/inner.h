/*
 * inner.h -- the sender inside what one of us forwarded.
 *
 * Where our own receiver vouches for the forward, the inner sender is the
 * customer by itself; everywhere else a person has to say so.
 */
#ifndef UI_CMD_INNER_H
#define UI_CMD_INNER_H

#include "desk/shop.h"
#include "store/query.h"

/*
 * What stands inside m, if m comes from one of us: 1 and *inner, a message
 * without id of which sender, subject, date and text are known; else 0.  -1
 * if the mail cannot be read from the store.
 */
int inner_read(struct store *s, const struct shop *shop,
    const struct message *m, struct arena *a, struct message *inner,
    struct err *e);

/*
 * Who wrote the mail inside m, if m comes from one of us and the thread's
 * customer is not known: 1 and *who, in the arena, uncleaned; else 0.  -1 if
 * the mail cannot be read from the store.
 */
int inner_of(struct store *s, const struct shop *shop, const struct thread *t,
    const struct message *m, struct arena *a, struct address *who,
    struct err *e);

/* The same of a thread's messages, the newest that has one. */
int inner_of_thread(struct store *s, const struct shop *shop,
    const struct thread *t, const struct message *v, size_t n, struct arena *a,
    struct address *who, struct err *e);

#endif
