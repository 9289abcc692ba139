/*
 * charset_names.h -- what mail calls a charset, and how it is decoded; for
 * charset.c alone.
 *
 * Names and their meaning follow the WHATWG Encoding Standard, where mail
 * agrees with browsers, and the IANA register.
 */
#ifndef BASE_CHARSET_NAMES_H
#define BASE_CHARSET_NAMES_H

#include <stdbool.h>

enum charset_how {
	CHARSET_UTF8,
	CHARSET_WESTERN, /* windows-1252, by our own table */
	CHARSET_ICONV,
	CHARSET_JIS,   /* ISO-2022-JP in any of its forms */
	CHARSET_HZ,    /* HZ (RFC 1843) */
	CHARSET_SHIFT, /* ISO-2022-KR, -CN: double bytes between SO and SI */
};

struct charset {
	const char *name;   /* for people, and for iconv */
	const char *second; /* a variant to try where name refuses; or NULL */
	enum charset_how how;
	bool seven; /* hides its letters in ASCII bytes */
	bool wide;  /* has double-byte characters */
};

/* By any name it has in mail, in any case and spelling; NULL if unknown. */
const struct charset *charset_named(const char *name);

#endif
