#include "mail/message/bytes_type.h"

#include <magic.h>
#include <stdbool.h>
#include <string.h>

/* Loading its tables takes some milliseconds: once. */
static magic_t
opened(void)
{
	static magic_t magic;
	static bool tried;

	if (tried)
		return magic;
	tried = true;
	magic = magic_open(
	    MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF);
	if (magic && magic_load(magic, NULL) < 0) {
		magic_close(magic);
		magic = NULL;
	}
	return magic;
}

const char *
bytes_type(const void *bytes, size_t n)
{
	magic_t magic = n > 0 ? opened() : NULL;
	const char *type = magic ? magic_buffer(magic, bytes, n) : NULL;

	return type && strchr(type, '/') ? type : "";
}
