/*
 * file.h -- whole files, safely.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/*
 * Append the whole of a file.  "-" is standard input.  ERR_MISSING if it is
 * not there, ERR_USAGE if it is a folder or longer than limit bytes,
 * ERR_SYSTEM otherwise; the text names the path.
 */
int file_read(struct buf *out, const char *path, size_t limit, struct err *e);

/*
 * Replace a file with these bytes: written beside it, synced, renamed; the
 * folder is synced too.  A crash leaves the old or the new one, whole.
 */
int file_replace(const char *path, const void *bytes, size_t n, mode_t mode,
    struct err *e);

/* Make a name durable: sync the folder that path is in. */
int file_sync_folder(const char *path, struct err *e);

/*
 * A name beside path that nobody else has: "path.0123456789ab.new".
 */
char *file_beside(struct arena *a, const char *path);

/* Give a file another name, which must not be taken.  ERR_USAGE if it is. */
int file_move_new(const char *from, const char *to, struct err *e);

/*
 * Create a file that must not exist (O_EXCL, O_NOFOLLOW) in a folder, under
 * a safe form of name: base name only, no leading dot or hyphen, no control
 * bytes, at most 200 bytes, "attachment" if nothing is left; " (2)" and so
 * on before the extension if taken.  The path that was used goes to path.
 */
int file_save_new(const char *folder, const char *name, const void *bytes,
    size_t n, struct arena *a, const char **path, struct err *e);

/* The safe form of a name alone. */
char *file_safe_name(struct arena *a, const char *name);

/* mkdir -p with the mode for every folder made. */
int file_make_folders(const char *path, mode_t mode, struct err *e);

/* "~" and "~/x" expanded, and $XDG_*_HOME with their defaults. */
char *file_expand(struct arena *a, const char *path);
char *file_config_home(struct arena *a); /* "$XDG_CONFIG_HOME" or ~/.config */
char *file_data_home(struct arena *a); /* "$XDG_DATA_HOME" or ~/.local/share */

/* Is the file system of path a network one (NFS, CIFS, 9p, FUSE.sshfs ...)? */
bool file_on_network(const char *path);

/*
 * An exclusive flock(2) on path, created 0660 & umask, O_NOFOLLOW and
 * O_CLOEXEC.  Waits up to wait_ms.  Returns the descriptor, or -1 with
 * ERR_BUSY.  Closing it lets go.
 */
int file_lock(const char *path, int wait_ms, struct err *e);

/* read(2) and write(2) until done, EINTR and short counts handled. */
int file_write_all(int fd, const void *bytes, size_t n, struct err *e);

#endif
