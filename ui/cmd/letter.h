/*
 * letter.h -- what reply, new and forward have in common: options to a
 * draft, a draft to the outbox.
 */
#ifndef UI_CMD_LETTER_H
#define UI_CMD_LETTER_H

#include "ui/cmd/answer.h"

/*
 * Put the options of the command line into a draft (--to --cc --bcc
 * --subject --from --canned --text --attach --close) and queue it.  Prints
 * the number in the outbox.
 */
int letter_send(struct ctx *c, struct draft *d, struct err *e);

#endif
