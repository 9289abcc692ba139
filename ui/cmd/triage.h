/*
 * triage.h -- one change to the threads a command is about.
 */
#ifndef UI_CMD_TRIAGE_H
#define UI_CMD_TRIAGE_H

#include "store/edit.h"
#include "ui/cmd/cmd.h"

/*
 * Apply the changes to every thread of c, all or none, and say "thread 5
 * DONE" or "7 threads DONE"; threads that were so already are counted.
 */
int triage(struct ctx *c, const struct change *change, size_t n,
    const char *done, struct err *e);

#endif
