/*
 * past.h -- mail that comes from files instead of a server: for "import" and
 * for the demo.
 *
 * It takes the same way into the store as fetched mail, under an account
 * "files" that no configuration names, so that nothing of it is ever pushed
 * to a server.  Nothing here can reach SMTP.
 */
#ifndef MAIL_PAST_H
#define MAIL_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "desk/shop.h"
#include "store/store.h"

/* One mail, as if it had been fetched at an instant. */
struct past_mail {
	const void *raw;
	size_t n;
	int64_t at;
	bool sent; /* found in Sent, written elsewhere */
	bool seen;
};

/* Take one mail of our own making; it is read in this process. */
int past_take(struct store *s, const struct shop *shop,
    const struct past_mail *m, struct err *e);

/*
 * Let the outbox go as the sender would have at an instant.  Only for
 * accounts that deliver to a folder; ERR_BUG for any other.
 */
int past_send(struct store *s, const struct shop *shop, int64_t at,
    struct err *e);

struct past_count {
	int64_t read;    /* mails in the files */
	int64_t fetched; /* new to the store */
	int64_t threads; /* threads made */
	int64_t unreadable;
	int64_t files;
	int64_t left;    /* drafts and what was thrown away: not taken */
	int64_t other;   /* files that are no mail */
	int64_t refused; /* files and folders that could not be read */
	char why[200];   /* the first of them */
};

/*
 * Take every mail of a file or folder: mbox (mboxrd, mboxo, mboxcl), Maildir
 * with its flags, Maildir++ folders too, single mails; folders are walked.
 * What lies in a folder for sent mail is ours, for junk is spam; folders for
 * drafts and trash are left out unless path names one.
 *
 * Mails known already change nothing and are not even parsed, so an import
 * that was cut short is run again and goes on where it was.  tell (may be
 * NULL) gets a line now and then.  Makes a missing store.
 *
 * ERR_MISSING: no such file.  ERR_USAGE: no mail in it.  ERR_SYSTEM: some of
 * it could not be read; the rest was taken.  ERR_DATA: the store is damaged.
 */
int past_import(const struct shop *shop, const char *path,
    void (*tell)(void *arg, const char *line), void *arg,
    struct past_count *out, struct err *e);

#endif
