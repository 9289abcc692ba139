/*
 * fuzz.h -- one function for libFuzzer and for the replay of seeds.
 *
 * A target is a file that defines LLVMFuzzerTestOneInput.  With
 * --enable-fuzzers it is linked with libFuzzer; always it is linked with
 * replay.c, which make check runs over tests/fuzz/seeds/NAME and over
 * mutations of what is there.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* A property that must hold for any input. */
#define MUST(that)                                                             \
	do {                                                                   \
		if (!(that)) {                                                 \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__,     \
			    #that);                                            \
			abort();                                               \
		}                                                              \
	} while (0)

#endif
