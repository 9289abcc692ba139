/*
 * past_inside.h -- shared by past.c and import*.c.
 */
#ifndef MAIL_PAST_INSIDE_H
#define MAIL_PAST_INSIDE_H

#include "desk/mail.h"
#include "mail/message/mbox.h"
#include "mail/past.h"
#include "store/ingest.h"

#define PAST_ACCOUNT "files"

/* The place of a mail that has no server: out of the hash of its bytes. */
int64_t past_uid(const uint8_t hash[32]);

struct past_box {
	int64_t id;
	struct cursor cursor;
};

/* The mailbox for mail in, for mail sent, or for junk. */
int past_mailbox(struct store *s, enum mailbox_role role, struct past_box *box,
    struct err *e);

/* ---- import.c, as import_walk.c uses it ---- */

struct import;

/* A mail as found. */
struct found {
	const char *bytes;
	size_t n;
	enum mbox_form form;
	int64_t at;             /* if the mail itself does not say */
	unsigned flags;         /* enum mail_flag */
	enum mailbox_role role; /* of its folder; SENT and JUNK count */
};
int import_give(struct import *i, const struct found *f, struct err *e);

/* Goes through path; what cannot be read is counted, and the rest taken. */
int import_walk(struct import *i, const char *path, struct err *e);

struct past_count *import_count(struct import *i);

/* How far one has come: bytes of the files that were read. */
void import_progress(struct import *i, size_t bytes);

/* ---- import_file.c ---- */

/* All mails of an open file, which is closed; "-" names standard input. */
int import_file(struct import *i, const char *path, int fd,
    enum mailbox_role role, struct err *e);

/* It is not there, or may not be read: counted, and the rest still taken. */
int import_refused(struct import *i, const char *path, const char *why);

#endif
