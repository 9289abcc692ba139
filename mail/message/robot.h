/*
 * robot.h -- was it a machine that wrote? (RFC 3834, RFC 2919, RFC 2369)
 */
#ifndef MAIL_MESSAGE_ROBOT_H
#define MAIL_MESSAGE_ROBOT_H

#include "base/arena.h"
#include "desk/mail.h"
#include "mail/message/head.h"

/*
 * Set automatic, automatic_why and list of m, whose subject, addresses and
 * ids have been read, from its headers.
 */
void robot_judge(struct arena *a, const struct head *h, struct mail *m);

#endif
