/*
 * sample.h -- mails for tests, written in place.
 */
#ifndef TESTS_UNIT_MESSAGE_SAMPLE_H
#define TESTS_UNIT_MESSAGE_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mail/message/read.h"

/* Read a mail given as a string. */
static inline struct mail *
sample(struct arena *a, const char *raw)
{
	return mail_read(a, raw, strlen(raw), &read_limits_default);
}

/* What is new in a plain text. */
static inline const char *
sample_visible(struct arena *a, const char *subject, const char *text)
{
	struct mail *m =
	    sample(a, arena_fmt(a,
			  "From: c@example.org\nSubject: %s\n"
			  "Content-Type: text/plain; charset=utf-8\n\n%s",
			  subject, text));

	return mail_visible(a, m->text, m->fold, m->folds);
}

#endif
