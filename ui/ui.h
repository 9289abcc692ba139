/*
 * ui.h -- the screen.
 */
#ifndef UI_UI_H
#define UI_UI_H

#include "base/conf.h"
#include "base/err.h"
#include "ui/cmd/cmd.h"

/*
 * Show the desk until the person leaves.  c holds an open store (writable,
 * bound 250 ms), the shop and who is asking; its arena lives for the length
 * of the call.  The terminal is put back as it was whatever happens.
 *
 * ERR_USAGE:  standard input or output is no terminal, or TERM is unusable.
 * ERR_SYSTEM: the terminal went away (drafts are saved by then).
 */
int ui_main(struct ctx *c, struct err *e);

/* Commands that make sense only here; for help, manual and completion. */
extern const struct cmd *const ui_screen_cmds[]; /* sorted, ends with NULL */

/*
 * Are the screens, commands and keys that a configuration names known here?
 * ERR_CONFIG with file:line:column at the first that is not.
 */
int ui_config_check(const struct conf *c, struct err *e);

#endif
