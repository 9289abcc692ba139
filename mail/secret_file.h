/*
 * secret_file.h -- a file that holds a secret and nobody else may read.
 */
#ifndef MAIL_SECRET_FILE_H
#define MAIL_SECRET_FILE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Append a plain file of at most limit bytes to an empty buffer, through no
 * symbolic link.  It belongs to us or to root and has no rights for others.
 * ERR_MISSING: it is not there; ERR_CONFIG: all else that is wrong with it.
 */
int secret_file_read(struct buf *out, const char *path, size_t limit,
    struct err *e);

#endif
