/*
 * conf.h -- the configuration file: the git-config dialect.
 *
 * [section "title"], key = value, a repeated key is a list, # or ; starts a
 * comment at the start of a line or after a blank, double quotes keep blanks
 * and #, \ at the end continues, include = FILE (at most 10 deep, relative
 * to the including file).  The reader only splits; what keys mean is said by
 * desk/shop.h.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/* One "key = value", in the order of the files. */
struct conf_item {
	const char *section; /* lower case; "shopbell" */
	const char *title;   /* "" if none */
	const char *key;     /* lower case */
	const char *value;
	const char *file;
	int line;   /* from 1 */
	int column; /* of the key, from 1 */
	int value_column;
	int block; /* counts the [section] lines of all files, from 1 */
	int section_line;   /* where its [section] stands */
	int section_column; /* of the name */
	int title_column;   /* of the title's opening quote; 0 if none */
	int system; /* 1 if from the system's file or one it includes */
};

struct conf {
	struct conf_item *item;
	size_t n;
};

/*
 * Read a file and what it includes, appending to c.  ERR_CONFIG with
 * "file:line:column: what is wrong", or the path alone of a file that cannot
 * be read; ERR_MISSING if the file is not there.
 */
int conf_read(struct arena *a, struct conf *c, const char *path, int system,
    struct err *e);

/* The same from memory, under a name for messages; for tests and fuzzing. */
int conf_parse(struct arena *a, struct conf *c, const char *name,
    const char *bytes, size_t n, int system, struct err *e);

/* Fill in e as ERR_CONFIG "file:line:column: ..." for an item.  Returns -1. */
int conf_wrong(const struct conf_item *item, struct err *e, const char *fmt,
    ...) PRINTF_LIKE(3, 4);

/* A value written so that conf_parse reads it back. */
void conf_quote(struct buf *out, const char *value);

#endif
