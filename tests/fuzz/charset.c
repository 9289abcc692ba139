/*
 * charset.c -- any bytes under any name: always UTF-8 comes out.
 *
 * The first line of the input is the name.
 */
#include "fuzz.h"

#include <string.h>

#include "base/charset.h"
#include "base/text.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const char *s = (const char *)bytes, *newline = memchr(s, '\n', n);
	struct buf out = { 0 };
	char name[64];
	size_t len;

	if (newline == NULL)
		return 0;
	len = (size_t)(newline - s);
	if (len >= sizeof(name))
		return 0;
	memcpy(name, s, len);
	name[len] = '\0';
	MUST(charset_decode(&out, name, newline + 1, n - len - 1) != NULL);
	MUST(text_valid(buf_text(&out), out.len));
	buf_clear(&out);
	charset_decode(&out, NULL, newline + 1, n - len - 1);
	MUST(text_valid(buf_text(&out), out.len));
	buf_free(&out);
	return 0;
}
