/*
 * tnef.h -- winmail.dat: what Outlook packs attachments into ([MS-OXTNEF]).
 */
#ifndef MAIL_MESSAGE_TNEF_H
#define MAIL_MESSAGE_TNEF_H

#include "base/arena.h"
#include "mail/message/bytes.h"

struct tnef_file {
	const char *name; /* "" if it has none */
	const char *type; /* "" if not said */
	struct bytes data;
};

struct tnef {
	struct tnef_file *file;
	size_t n;
	struct bytes text;   /* plain text */
	const char *charset; /* of text and html; "" if not said */
	struct bytes html;
	struct bytes rtf; /* packed, for rtf.h */
};

/* Read b, whose bytes the result points into.  False if it is no TNEF. */
bool tnef_read(struct arena *a, struct bytes b, struct tnef *out);

#endif
