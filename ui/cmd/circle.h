/*
 * circle.h -- who belongs to a conversation.
 *
 * Anybody can put the ids of a thread into a mail and so stand in it; that
 * alone gives nobody a part in it.  Its customer belongs, whom we wrote to
 * in it, and whom either of them addressed.
 */
#ifndef UI_CMD_CIRCLE_H
#define UI_CMD_CIRCLE_H

#include "ui/cmd/cmd.h"

/* The addresses, as keys; messages are in order of time. */
struct strings circle_of(struct arena *a, const struct thread *t,
    const struct message *v, size_t n);

bool circle_has(struct arena *a, const struct strings *circle,
    const char *addr);

/* Did somebody of the circle write this mail? */
bool circle_wrote(struct arena *a, const struct strings *circle,
    const struct message *m);

/*
 * DOUBT_STRANGER on the mails of people from outside who had no part in the
 * thread when they wrote.
 */
void circle_mark(struct arena *a, const struct shop *s, const struct thread *t,
    struct message *v, size_t n);

#endif
