/*
 * run.h -- the network's face to the rest: sync, watch, doctor's tests.
 */
#ifndef MAIL_RUN_H
#define MAIL_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "desk/shop.h"
#include "store/store.h"

struct sync_ask {
	const char *account; /* title; NULL: all */
	bool now;            /* ignore the back-off */
	bool accept_removal; /* a mass removal is meant */
	bool progress;       /* lines for a terminal */
	/* Called now and then with one line; may be NULL. */
	void (*tell)(void *arg, const char *line);
	/* Called with a line on what a person did not do; may be NULL. */
	void (*say)(void *arg, const char *line);
	void *arg;
};

struct sync_report {
	int fetched;
	int threads;
	int flags;  /* flag changes taken */
	int pushed; /* flag changes given */
	int gone;
	int sent; /* mails accepted by a server */
	int filed;
	int failed; /* mails refused for good */
	int doubt;
	int accounts_failed;
	int quarantined;
	int completed;   /* large mails of which the rest came */
	bool known;      /* every failure was there in the last round too */
	bool well_again; /* an account that had failed works now */
};

/*
 * One whole round for the accounts asked for: send what is due, push local
 * changes, pull.  Takes the lock of the store (ERR_BUSY after 5 s); if a
 * resident watch holds it, wakes it and waits for its round.  The worst
 * error of all accounts is returned after every account had its turn.
 *
 * The store is opened here, after the workers were started: no connection
 * crosses a fork.
 */
int mail_sync(const struct shop *shop, const struct sync_ask *ask,
    struct sync_report *out, struct err *e);

/* The same, resident, until SIGTERM, SIGINT or SIGHUP. */
int mail_watch(const struct shop *shop, const struct sync_ask *ask,
    struct err *e);

/* What was found in one mailbox. */
struct audit_box {
	const char *account;
	const char *mailbox;
	int64_t there; /* mails on the server */
	int64_t here;  /* of them, those that we have */
	int64_t missings;
	const char *missing; /* their UIDs, "4:5,9" */
	int64_t later;       /* of them: no sync has looked at them yet */
	int64_t extras;      /* here, and not there any more */
	const char *extra;
	int64_t others; /* on both sides, and another mail there */
	const char *other;
	bool renumbered; /* by the server since the last sync */
	bool vanished;   /* the mailbox itself is not there any more */
	int64_t left;    /* differences that are there at the end */
};

struct audit_ask {
	bool repair; /* fetch what is missing, mark what is gone */
	void (*box)(void *arg, const struct audit_box *b);
	void *arg;
};

struct audit_report {
	int64_t there; /* sums of the above */
	int64_t here;
	int64_t missing;
	int64_t extra;
	int64_t other;
	int64_t left;
	int64_t damaged; /* mails whose bytes here are not what they were */
	int64_t mended;  /* of these, fetched again */
};

/*
 * Compare every UID of the mailboxes that are read, and size and date of what
 * lies there, with the store; each mailbox is told, also one that is here and
 * not there any more.  A finding is no error.  Without repair nothing is
 * changed, and a sync may run beside it; with it ERR_BUSY if one does, a mass
 * removal needs how->accept_removal (ERR_CONFLICT), and the bytes of every mail
 * are read and those that are damaged fetched again.  The report is filled in
 * also where an error is returned.
 */
int mail_audit(const struct shop *shop, const struct sync_ask *how,
    const struct audit_ask *ask, struct audit_report *out, struct err *e);

/*
 * Log in to both servers of an account and look around, changing nothing.
 * Each step is told: "imap: connected to mail.example:993, TLS 1.3".  With
 * every, each mailbox that a sync reads is asked for, too.
 */
int mail_probe(const struct shop *shop, const struct account *account,
    bool every, void (*tell)(void *arg, const char *line), void *arg,
    struct err *e);

/* ---- logging in by OAuth 2 ---- */

enum login_way {
	LOGIN_USUAL,  /* by a code where the service has that, else pasted */
	LOGIN_DEVICE, /* a code is typed on any machine (RFC 8628) */
	LOGIN_PASTE,  /* the browser's last address is pasted (RFC 8252) */
};

struct login_ask {
	enum login_way way;
	/* One line for the person, cleaned. */
	void (*tell)(void *arg, const char *line);
	/* What she pastes, one line appended to out; -1 with e if nothing. */
	int (*paste)(void *arg, const char *question, struct buf *out,
	    struct err *e);
	void *arg;
};

/*
 * A person lets the program in, and the tokens are kept for the user who
 * runs this; a resident sync is woken.  ERR_USAGE: the account has no oauth,
 * or what was pasted is of no use; ERR_DENIED: declined, or the server is
 * not to be trusted; ERR_RETRY: the code ran out, or no answer; ERR_PEER,
 * ERR_CONFIG: the server, or the settings, are at fault.
 */
int mail_login(const struct shop *shop, const struct account *account,
    const struct login_ask *ask, struct err *e);

/* Forget the tokens of an account.  ERR_MISSING: there are none. */
int mail_logout(const struct account *account, struct err *e);

/*
 * How the login of an account stands, in a line; no server is asked.
 * ERR_DENIED, with the command to run, if it does not hold.
 */
int mail_login_about(const struct account *account, struct arena *a,
    const char **line, struct err *e);

#endif
