/*
 * log.h -- one line for a person on standard error, cleaned.
 *
 * "shopbell: what happened: what to do".  In the screen, lines go to the
 * message line instead (log_to).
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/attr.h"
#include "base/err.h"

enum log_level {
	LOG_ERROR,
	LOG_NOTICE, /* progress and warnings; silenced by -q */
	LOG_DEBUG,  /* only with SHOPBELL_DEBUG set; never a secret */
};

void log_line(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);
void log_err(const struct err *e);

/* Send lines elsewhere; NULL restores standard error. */
void log_to(void (*sink)(void *arg, enum log_level level, const char *line),
    void *arg);

void log_quiet(int quiet);

#endif
