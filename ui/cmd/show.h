/*
 * show.h -- a conversation as text: for "show" and the demo's tour.
 */
#ifndef UI_CMD_SHOW_H
#define UI_CMD_SHOW_H

#include "ui/cmd/cmd.h"

void show_head(struct ctx *c, const struct thread *t);
void show_message(struct ctx *c, const struct message *m, bool full);

#endif
