/*
 * guess.h -- where the servers of an address may be: for "setup".
 *
 * Known providers first, then the domain's own word in the DNS (RFC 6186,
 * RFC 8314), then the usual names.  A guess is only a guess: nothing is
 * asked of the servers here, and a person confirms it.
 */
#ifndef MAIL_GUESS_H
#define MAIL_GUESS_H

#include "base/arena.h"

struct guess {
	const char *imap; /* "imaps://imap.example.org:993" */
	const char *smtp; /* "smtps://..." or "smtp://...:587" */
	const char *hint; /* what a person should know; "" if nothing */
	const char *oauth; /* the service it has to log in to; "" none */
};

/* Never fails: at worst it is "imaps://mail.DOMAIN:993". */
struct guess mail_guess(struct arena *a, const char *address);

#endif
