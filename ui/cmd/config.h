/*
 * config.h -- which files say how the shop works.
 *
 * /etc/shopbell/config first, then $XDG_CONFIG_HOME/shopbell/config; a file
 * named on the command line replaces both.  Where the store is shared
 * (the system's file names it and its folder is 2770), agents, hours,
 * targets and accounts count only from the system's file; a person's own
 * file then sets her screen, her keys and her signature.
 */
#ifndef UI_CMD_CONFIG_H
#define UI_CMD_CONFIG_H

#include "base/arena.h"
#include "base/conf.h"
#include "desk/shop.h"

struct config {
	struct conf conf;
	struct shop *shop;
	const char *own; /* the person's file, there or not */
	bool found;      /* any file was there */
	bool shared;     /* a shared store: see above */
};

/* file and store may be NULL.  ERR_CONFIG, ERR_MISSING (file only). */
int config_read(struct arena *a, const char *file, const char *store,
    struct config *out, struct err *e);

/*
 * What else a configuration must pass: commands do not know the keys of the
 * screen.  Told once, before the first is read; it says ERR_CONFIG.
 */
void config_extra(int (*check)(const struct conf *c, struct err *e));

/* The system's file; SHOPBELL_TEST_ETC stands in for /etc in tests. */
const char *config_system(struct arena *a);
const char *config_own(struct arena *a);

#endif
