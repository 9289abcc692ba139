/*
 * who.h -- who asks: the login of the process's uid, never $USER, never a
 * setting.
 */
#ifndef UI_CMD_WHO_H
#define UI_CMD_WHO_H

#include "base/arena.h"
#include "desk/shop.h"

struct who {
	const char *login;
	const char *name;  /* of the agent's section, else GECOS, else login */
	const char *email; /* of the agent's section, else "" */
};

/* ERR_SYSTEM: the uid has no login. */
int who_asks(struct arena *a, const struct shop *shop, struct who *out,
    struct err *e);

#endif
