/*
 * login.h -- a login by OAuth 2 at the terminal: for login and setup.
 */
#ifndef UI_CMD_LOGIN_H
#define UI_CMD_LOGIN_H

#include "mail/run.h"
#include "ui/cmd/cmd.h"

/* Ask on the terminal and keep the tokens; as mail_login. */
int login_ask(struct ctx *c, const struct shop *shop, const struct account *a,
    enum login_way way, struct err *e);

#endif
