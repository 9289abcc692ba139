/*
 * mail.c -- any bytes as a mail: read, laid out, sent through the pipe.
 */
#include "fuzz.h"

#include <string.h>

#include "base/text.h"
#include "mail/message/read.h"

static void
folds_are_in_order(const char *text, const struct fold *fold, size_t n)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		MUST(fold[i].from >= at && fold[i].from < fold[i].until);
		at = fold[i].until;
	}
	MUST(at <= strlen(text));
}

/* What was read goes through the pipe unchanged, and is cut safely. */
static void
pipe_is_true(struct arena *a, const struct mail *m)
{
	struct buf flat = { 0 }, again = { 0 };
	struct err e = { 0 };
	struct mail *back;

	mail_encode(&flat, m);
	back = mail_decode(a, flat.data, flat.len, &e);
	MUST(back != NULL);
	mail_encode(&again, back);
	MUST(flat.len == again.len);
	MUST(memcmp(flat.data, again.data, flat.len) == 0);
	mail_decode(a, flat.data, flat.len / 2, &e);
	buf_free(&flat);
	buf_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static int started;
	struct arena a = { 0 };
	struct fold *fold;
	struct mail *m;
	const char *text;
	size_t folds;

	if (!started++)
		read_start();
	m = mail_read(&a, bytes, n, &read_limits_default);
	MUST(m != NULL);
	MUST(text_valid(m->text, strlen(m->text)));
	MUST(text_valid(m->subject, strlen(m->subject)));
	folds_are_in_order(m->text, m->fold, m->folds);
	mail_visible(&a, m->text, m->fold, m->folds);
	pipe_is_true(&a, m);
	text = mail_layout(&a, bytes, n, 80, &fold, &folds);
	MUST(text_valid(text, strlen(text)));
	folds_are_in_order(text, fold, folds);
	arena_free(&a);
	return 0;
}
