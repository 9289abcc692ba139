/*
 * typed.c -- what people type for a moment, a span or an instant.
 */
#include "fuzz.h"

#include <string.h>

#include "base/when.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char text[200], back[WHEN_SIZE];
	struct err e = { 0 };
	int64_t t, again;

	if (n >= sizeof(text))
		return 0;
	memcpy(text, bytes, n);
	text[n] = '\0';
	if (when_parse_span(text, &t, &e) == 0)
		MUST(t >= 0);
	if (when_parse_future(text, "Europe/Berlin", 1795325000, &t, &e) == 0)
		MUST(t > 1795325000);
	when_parse_past(text, "Europe/Berlin", 1795325000, &t, &e);
	if (when_parse_rfc3339(text, &t) == 0) {
		MUST(when_parse_rfc3339(when_rfc3339(t, back), &again) == 0 ||
		     t < 0 || t > 253402300799);
		MUST(again == t || t < 0 || t > 253402300799);
	}
	return 0;
}
