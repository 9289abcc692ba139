/*
 * parts.h -- attachments that come from a mail in the store.
 *
 * A draft names its attachments by path.  A forwarded one is written
 * "part:MESSAGE:NUMBER:NAME" and becomes a file only while the mail is put
 * together.
 */
#ifndef UI_CMD_PARTS_H
#define UI_CMD_PARTS_H

#include "ui/cmd/cmd.h"

struct parts_folder {
	const char *path; /* "" if none was needed */
	struct strings file;
};

/* The attachments of a message, as names for a draft. */
struct strings parts_of(struct arena *a, const struct message *m);

/*
 * Paths for all of v, those of the store as files in a private folder that
 * parts_clear takes away.  Must be cleared only if it returned 0.
 */
int parts_lay_out(struct ctx *c, const struct strings *v,
    struct parts_folder *folder, struct strings *out, struct err *e);
void parts_clear(struct parts_folder *folder);

#endif
