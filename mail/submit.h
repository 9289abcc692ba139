/*
 * submit.h -- mails to the submission server of an account, by libcurl.
 *
 * RFC 5321 and 6409, over TLS that is verified before any credential.  What
 * counts is when the final dot left: before it nothing can have been taken,
 * after it only the server's answer tells.
 */
#ifndef MAIL_SUBMIT_H
#define MAIL_SUBMIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "desk/shop.h"
#include "store/outbox.h"

/* Sorted by what happens next to the mail. */
enum submit_end {
	SUBMIT_ACCEPTED, /* 250 after the dot, for at least one recipient */
	SUBMIT_LATER,    /* nothing was taken: try again with back-off */
	SUBMIT_REFUSED,  /* 5yz: nothing was taken, and never will be */
	SUBMIT_PAUSED,   /* nothing was taken: credentials, TLS, settings */
	SUBMIT_DOUBT,    /* the dot may have left, and no answer came */
};

struct submit_answer {
	enum submit_end end;
	struct err why;          /* set unless it was accepted */
	struct verdict *verdict; /* one for each recipient, in their order */
	size_t n;
};

/* What is to be handed over.  bytes are canonical: CRLF, no NUL. */
struct letter {
	const char *sender; /* envelope */
	const struct strings *recipients;
	const char *bytes;
	size_t size;
};

/*
 * Called just before the end of data is sent.  If it returns -1, having
 * filled in e, the dot does not go and the connection is ended.
 */
typedef int submit_mark(void *arg, struct err *e);

/* A line to the server; it is kept open between mails. */
struct submit;

/*
 * Nothing is sent yet; the secret is fetched.  The account must outlive the
 * result.  ERR_CONFIG: no usable password, or the CA file cannot be read.
 */
struct submit *submit_open(const struct account *account, struct err *e);

/*
 * Hand over one mail.  Everything that can happen is in the answer, whose
 * strings live in the arena.
 */
void submit_send(struct submit *s, const struct letter *l, submit_mark *mark,
    void *arg, struct arena *a, struct submit_answer *answer);

/* Connect, verify and log in, and change nothing.  ERR_RETRY, ERR_DENIED. */
int submit_probe(struct submit *s, struct err *e);

void submit_close(struct submit *s); /* s may be NULL */

/*
 * Fit to stand in MAIL FROM and RCPT TO?  local@domain without blanks,
 * angle brackets or control bytes: libcurl would pass a line break on, and
 * with it a command of a stranger's choice.
 */
bool submit_address_ok(const char *addr);

/* Strict CRLF, no NUL, lines of at most 998 bytes (RFC 5322, 2.1.1)? */
bool submit_bytes_ok(const char *bytes, size_t n);

#endif
