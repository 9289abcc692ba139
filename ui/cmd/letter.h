/*
 * letter.h -- what reply, new and forward have in common: options to a
 * draft, a draft to the outbox.
 */
#ifndef UI_CMD_LETTER_H
#define UI_CMD_LETTER_H

#include "ui/cmd/answer.h"

enum letter_words {
	LETTER_WORDS, /* must say something */
	LETTER_BARE,  /* may be sent without a word: a forward */
};

/*
 * Put the options of the command line into a draft (--to --cc --bcc
 * --subject --from --canned --text --attach --close) and queue it.  Prints
 * the number in the outbox.
 */
int letter_send(struct ctx *c, struct draft *d, enum letter_words words,
    struct err *e);

#endif
