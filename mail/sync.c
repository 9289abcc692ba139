/*
 * sync.c -- one whole round of every account asked for.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/wake.h"
#include "base/when.h"
#include "mail/account.h"
#include "mail/beat.h"
#include "mail/lock.h"
#include "mail/round.h"
#include "mail/run.h"
#include "mail/sync_inside.h"

#define LOCK_MS  5000
#define ROUND_MS (15 * 60 * 1000) /* the longest we wait for a resident */
#define LOOK_US  200   /* at first; a round with nothing new takes 2 ms */
#define LOOK_MAX 20000 /* for long ones */
#define LOOK_MS  1000

/* ---- a resident sync does it for us ---- */

/*
 * Wait for a round that began after we rang.  1 with its result, 0 if the
 * resident sync ended meanwhile (*fd is then the lock), -1.
 */
static int
wait_for_round(const char *store, uint32_t began, struct sync_report *out,
    int *fd, struct err *e)
{
	int64_t end = when_ms() + ROUND_MS;
	unsigned us = LOOK_US;
	struct err busy = { 0 };
	struct lock_word w;

	for (; when_ms() < end; us = us < LOOK_MAX ? us + us / 16 : LOOK_MAX) {
		usleep(us);
		if (lock_read(store, &w) && (int32_t)(w.ended - began) > 0) {
			*out = w.report;
			if (w.err.kind == ERR_NONE)
				return 1;
			*e = w.err;
			return -1;
		}
		*fd = lock_take(store, 0, &busy);
		if (*fd >= 0)
			return 0;
	}
	return err_set(e, ERR_BUSY, 0,
	    "the resident sync has not finished "
	    "its round in 15 minutes: look at its log");
}

/* The lock, or the result of whoever holds it: 0 lock, 1 result, -1. */
static int
take_or_ask(const char *store, struct sync_report *out, int *fd, struct err *e)
{
	struct err busy = { 0 };
	struct lock_word w = { 0 };

	*fd = lock_take(store, 0, e);
	if (*fd >= 0)
		return 0;
	if (e->kind != ERR_BUSY)
		return -1;
	if (lock_read(store, &w) && wake_ring(store) == 0) {
		int r = wait_for_round(store, w.began, out, fd, e);

		if (r != 0)
			return r;
		return 0;
	}
	*fd = lock_take(store, LOCK_MS, &busy);
	if (*fd >= 0)
		return 0;
	return err_set(e, ERR_BUSY, 0,
	    "another sync is running: this one is not needed");
}

/* ---- the accounts ---- */

struct child {
	pid_t pid; /* -1: could not be started */
	int fd;
	struct beat *beat;
	bool stuck; /* and was ended for it */
	bool known; /* it failed in the last round, too */
	struct err err;
};

static void
child_begin(struct child *c, const struct shop *shop,
    const struct account *account, const struct sync_ask *ask)
{
	pid_t parent;
	int pair[2];

	c->pid = -1;
	if (pipe(pair) < 0)
		return;
	c->fd = pair[0];
	c->beat = beat_make();
	parent = getpid();
	c->pid = fork();
	if (c->pid == 0) {
		struct account_word w;

		close(pair[0]);
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(1); /* it died before we asked */
		beat_mine(c->beat);
		memset(&w, 0, sizeof(w));
		account_once(shop, account, ask, &w.report, &w.err);
		_exit(write(pair[1], &w, sizeof(w)) == (ssize_t)sizeof(w) ? 0
									  : 1);
	}
	close(pair[1]);
}

/* Until its word is there; a process that hangs is ended. */
static void
child_wait(struct child *c)
{
	struct pollfd p = { c->fd, POLLIN, 0 };

	while (poll(&p, 1, LOOK_MS) <= 0)
		if (!c->stuck && beat_stuck(c->beat)) {
			c->stuck = true;
			kill(c->pid, SIGKILL);
		}
}

static void
child_end(struct child *c, const struct account *account,
    struct account_word *w)
{
	int status = 0;

	memset(w, 0, sizeof(*w));
	if (c->pid < 0) {
		err_set(&w->err, ERR_SYSTEM, errno,
		    "cannot start a process for account %s", account->title);
		return;
	}
	child_wait(c);
	if (read(c->fd, w, sizeof(*w)) != (ssize_t)sizeof(*w)) {
		memset(w, 0, sizeof(*w));
		if (c->stuck)
			sync_stuck(account, &w->err);
		else
			err_set(&w->err, ERR_BUG, 0,
			    "the process of account %s "
			    "ended without a word: run doctor, and report it",
			    account->title);
	}
	close(c->fd);
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	beat_free(c->beat);
}

int
sync_stuck(const struct account *account, struct err *e)
{
	return err_set(e, ERR_SYSTEM, 0,
	    "the process of account %s stood still for %d minutes and was "
	    "ended: is the disk well?",
	    account->title, BEAT_STUCK_MINUTES);
}

void
sync_count(struct sync_report *to, const struct sync_report *from)
{
	to->fetched += from->fetched;
	to->threads += from->threads;
	to->flags += from->flags;
	to->pushed += from->pushed;
	to->gone += from->gone;
	to->sent += from->sent;
	to->filed += from->filed;
	to->failed += from->failed;
	to->doubt += from->doubt;
	to->quarantined += from->quarantined;
	to->completed += from->completed;
	to->well_again |= from->well_again;
}

bool
sync_is_asked(const struct account *account, const struct sync_ask *ask)
{
	return shop_has_server(account) &&
	       (ask->account == NULL ||
		   strcmp(ask->account, account->title) == 0);
}

/* With several accounts each error says whose it is. */
static void
name_account(const struct shop *shop, const struct account *account,
    struct err *e)
{
	size_t len = strlen(account->title);

	if (shop->accounts < 2 || e->kind == ERR_NONE ||
	    (strncmp(e->text, account->title, len) == 0 && e->text[len] == ':'))
		return;
	err_in(e, "%s", account->title);
}

/* The worst is for the caller to tell; the others are told here. */
static void
tell_others(const struct child *c, size_t n, const struct sync_ask *ask,
    const struct err *worst)
{
	for (size_t i = 0; i < n; i++)
		if (c[i].err.kind != ERR_NONE &&
		    strcmp(c[i].err.text, worst->text) != 0 &&
		    (ask->say != NULL || !c[i].known))
			log_err(&c[i].err);
}

/*
 * A process for each account, side by side: what breaks one, be it a bug in
 * a library, is told and leaves the others and the lock alone.
 */
static void
run_accounts(const struct shop *shop, const struct sync_ask *ask,
    struct sync_report *out, struct err *worst)
{
	struct child *c = calloc(shop->accounts, sizeof(*c));
	int news = 0;

	if (c == NULL) {
		err_set(worst, ERR_SYSTEM, ENOMEM, "out of memory");
		return;
	}
	for (size_t i = 0; i < shop->accounts; i++)
		if (sync_is_asked(&shop->account[i], ask))
			child_begin(&c[i], shop, &shop->account[i], ask);
	for (size_t i = 0; i < shop->accounts; i++) {
		struct account_word w;

		if (!sync_is_asked(&shop->account[i], ask))
			continue;
		child_end(&c[i], &shop->account[i], &w);
		name_account(shop, &shop->account[i], &w.err);
		c[i].err = w.err;
		c[i].known = w.report.known;
		sync_count(out, &w.report);
		err_worse(worst, &w.err);
		out->accounts_failed += w.err.kind != ERR_NONE;
		news += w.err.kind != ERR_NONE && !w.report.known;
	}
	out->known = out->accounts_failed > 0 && news == 0;
	tell_others(c, shop->accounts, ask, worst);
	free(c);
}

/* Where the lock lies there must be a folder; the store makes it. */
int
sync_accounts(const struct shop *shop, const struct sync_ask *ask,
    struct err *e)
{
	if (shop->accounts == 0)
		return err_set(e, ERR_CONFIG, 0,
		    "no account is configured: "
		    "run shopbell setup");
	if (ask->account != NULL && shop_account(shop, ask->account) == NULL)
		return err_set(e, ERR_USAGE, 0, "there is no account \"%s\"",
		    ask->account);
	for (size_t i = 0; i < shop->accounts; i++)
		if (sync_is_asked(&shop->account[i], ask))
			return 0;
	return err_set(e, ERR_CONFIG, 0,
	    "[account \"%.60s\"] has no \"imap\" and no \"smtp\": there is no"
	    " server to ask",
	    ask->account != NULL ? ask->account : shop->account[0].title);
}

int
sync_prepare(const struct shop *shop, const struct sync_ask *ask, struct err *e)
{
	struct store *s;
	struct stat st;

	if (sync_accounts(shop, ask, e) < 0)
		return -1;
	if (stat(shop->store, &st) == 0)
		return 0;
	s = store_open(shop, STORE_CREATE, 10000, e);
	if (s == NULL)
		return -1;
	store_close(s);
	return 0;
}

/* In the store, so that whoever sends sees it: a resident sync, or we. */
static int
hurry(const struct shop *shop, const struct sync_ask *ask, struct err *e)
{
	struct store *s = store_open(shop, STORE_CREATE, 10000, e);
	int rc = s != NULL ? 0 : -1;

	for (size_t i = 0; rc == 0 && i < shop->accounts; i++)
		if (sync_is_asked(&shop->account[i], ask))
			rc = account_hurry(s, &shop->account[i], e);
	if (s != NULL)
		store_close(s);
	return rc;
}

int
mail_sync(const struct shop *shop, const struct sync_ask *ask,
    struct sync_report *out, struct err *e)
{
	struct err worst = { 0 };
	int fd, r;

	memset(out, 0, sizeof(*out));
	signal(SIGPIPE, SIG_IGN);
	if (sync_prepare(shop, ask, e) < 0)
		return -1;
	if (ask->now && hurry(shop, ask, e) < 0)
		return -1;
	r = take_or_ask(shop->store, out, &fd, e);
	/* A lock that is held is no news. */
	out->known = r < 0 && e->kind == ERR_BUSY;
	if (r != 0)
		return r < 0 ? -1 : 0;
	run_accounts(shop, ask, out, &worst);
	close(fd);
	if (worst.kind == ERR_NONE)
		return 0;
	*e = worst;
	return -1;
}
