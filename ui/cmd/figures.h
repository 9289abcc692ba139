/*
 * figures.h -- the report's figures out of the store: for the command and
 * the screen.
 */
#ifndef UI_CMD_FIGURES_H
#define UI_CMD_FIGURES_H

#include "desk/report.h"
#include "ui/cmd/cmd.h"

/* "today", "day", "week", "month" or "" and --since, --until. */
int figures_period(struct ctx *c, const char *name, int64_t *from,
    int64_t *until, struct err *e);

/* The report of [from, until), in c's arena. */
int figures_make(struct ctx *c, int64_t from, int64_t until, struct report *out,
    struct err *e);

#endif
