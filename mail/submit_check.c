#include "mail/submit.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "desk/people.h"

#define LINE_MAX_BYTES 998

bool
submit_address_ok(const char *addr)
{
	const char *at = strrchr(addr, '@');
	size_t n = strlen(addr);

	/* RFC 5321, 4.5.3.1: a path has at most 256 octets with its <>. */
	if (at == NULL || at == addr || at[1] == '\0' || n > 254)
		return false;
	for (size_t i = people_quoted(addr); i < n; i++) {
		unsigned char c = (unsigned char)addr[i];

		if (c <= ' ' || c == 0x7f || c == '<' || c == '>')
			return false;
	}
	for (const char *p = at + 1; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if (c < 0x80 && !isalnum(c) && strchr(".-[]:_", c) == NULL)
			return false;
	}
	return text_valid(addr, n);
}

bool
submit_bytes_ok(const char *bytes, size_t n)
{
	size_t line = 0;

	if (n < 2 || bytes[n - 1] != '\n')
		return false;
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\r') {
			if (i + 1 == n || bytes[i + 1] != '\n')
				return false;
			i++;
			line = 0;
		} else if (bytes[i] == '\n' || bytes[i] == '\0') {
			return false;
		} else if (++line > LINE_MAX_BYTES) {
			return false;
		}
	}
	return true;
}
