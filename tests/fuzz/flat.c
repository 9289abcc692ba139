/*
 * flat.c -- any bytes from the worker's pipe: a mail or ERR_DATA.
 */
#include "fuzz.h"

#include "mail/message/read.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena a = { 0 };
	struct err e = { 0 };

	if (mail_decode(&a, bytes, n, &e) == NULL)
		MUST(e.kind == ERR_DATA);
	arena_free(&a);
	return 0;
}
