/*
 * child.h -- other programs, started without a shell unless one is meant.
 *
 * Children get /dev/null as standard input unless said otherwise, default
 * signals, and no descriptor of ours.
 */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Run "/bin/sh -c command" and append what it prints, at most limit bytes,
 * to out.  It is killed after timeout_ms.  input (may be NULL) is its
 * standard input.  ERR_CONFIG with its exit status and the first line of its
 * error output if it fails, ERR_RETRY if it is too slow.
 */
int child_shell(const char *command, const struct buf *input, struct buf *out,
    size_t limit, int timeout_ms, struct err *e);

/* Run a program found in PATH and wait, sharing our terminal ($EDITOR). */
int child_foreground(const char *const argv[], int *status, struct err *e);

/*
 * Start a program in a new process group, its standard output and error on
 * the write ends of pipes whose read ends (non-blocking) are returned.
 * Either may be NULL: then it goes to /dev/null.
 */
int child_start(const char *const argv[], pid_t *pid, int *out, int *err,
    struct err *e);

/* Start a program and forget it (notify-command); it is reaped elsewhere. */
int child_detach(const char *const argv[], struct err *e);

/* The path of this program itself, for starting "shopbell sync". */
const char *child_self(void);

#endif
