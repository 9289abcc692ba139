/*
 * docs.h -- help and manual pages out of the tables.
 */
#ifndef UI_CMD_DOCS_H
#define UI_CMD_DOCS_H

#include "ui/cmd/cmd.h"

/* "shopbell COMMAND --help". */
void docs_help(struct arena *a, const struct cmd *cmd, struct buf *out);

/* "shopbell --help". */
void docs_overview(struct arena *a, struct buf *out);

/*
 * A section of a manual page in mdoc(7): "commands", "keys" or "settings".
 * ERR_USAGE for any other word.
 */
int docs_man(const char *which, struct buf *out, struct err *e);

#endif
