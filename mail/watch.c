/*
 * watch.c -- the resident sync: a process for each account, and one that
 * keeps them alive, hears the bell and says how rounds went.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
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

#define LOCK_MS     5000
#define RESTART_MAX 300000
#define LOOK_MS     60000 /* for processes that hang */

struct keeper {
	const struct account *account;
	pid_t pid;      /* 0: not running */
	int wake;       /* we write round numbers */
	int word;       /* we read struct account_word */
	uint32_t ended; /* the last round it has answered */
	int crashes;
	int64_t start_at; /* when to start it again, in ms */
	struct beat *beat;
	bool stuck;     /* it hung and was ended */
	struct err err; /* of its last round, to see a change */
	struct sync_report report;
};

struct warden {
	const struct shop *shop;
	const struct sync_ask *ask;
	struct keeper *keeper;
	size_t n;
	int lock;
	int bell;    /* the FIFO */
	int signal;  /* signalfd */
	int stop[2]; /* closed, it stops every account */
	sigset_t old;
	struct lock_word state;
	bool waits; /* a round is running */
	bool again; /* the bell rang meanwhile */
};

/* An error is told when it begins, when it changes and when it ends. */
static void
tell_change(struct keeper *k, const struct err *e)
{
	if (e->kind == k->err.kind && strcmp(e->text, k->err.text) == 0)
		return;
	if (e->kind != ERR_NONE)
		log_err(e);
	else
		log_line(LOG_NOTICE, "%s: well again", k->account->title);
	k->err = *e;
}

/* ---- the processes ---- */

/* What the child must not inherit: the ends of its sisters, and ours. */
static void
close_others(struct warden *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->keeper[i].pid > 0) {
			close(w->keeper[i].wake);
			close(w->keeper[i].word);
		}
	close(w->lock);
	close(w->bell);
	close(w->signal);
	close(w->stop[1]);
}

static void
keeper_start(struct warden *w, struct keeper *k)
{
	pid_t parent;
	int wake[2], word[2];
	uint32_t number = w->state.began;

	k->start_at = when_ms() + 5000; /* should it fail */
	if (pipe2(wake, O_CLOEXEC) < 0)
		return;
	if (pipe2(word, O_CLOEXEC) < 0) {
		close(wake[0]);
		close(wake[1]);
		return;
	}
	parent = getpid();
	k->stuck = false;
	beat_free(k->beat);
	k->beat = beat_make();
	k->pid = fork();
	if (k->pid == 0) {
		close_others(w);
		close(wake[1]);
		close(word[0]);
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(1); /* it died before we asked */
		signal(SIGTERM, SIG_DFL);
		/* The parent hears Ctrl-C and stops us in order. */
		signal(SIGINT, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
		sigprocmask(SIG_SETMASK, &w->old, NULL);
		beat_mine(k->beat);
		account_watch(w->shop, k->account, w->ask, wake[0], w->stop[0],
		    word[1]);
		_exit(0);
	}
	close(wake[0]);
	close(word[1]);
	if (k->pid < 0) {
		close(wake[1]);
		close(word[0]);
		return;
	}
	k->wake = wake[1];
	k->word = word[0];
	fcntl(k->word, F_SETFL, O_NONBLOCK);
	fcntl(k->wake, F_SETFL, O_NONBLOCK);
	if (w->waits && k->ended != number &&
	    write(k->wake, &number, sizeof(number)) < 0)
		k->ended = number;
}

static void
keeper_ended(struct warden *w, struct keeper *k, int status)
{
	struct err e = { 0 };
	int64_t pause = 1000;

	close(k->wake);
	close(k->word);
	k->pid = 0;
	for (int i = 0; i < k->crashes && pause < RESTART_MAX; i++)
		pause *= 2;
	k->crashes++;
	k->start_at = when_ms() + pause;
	if (!WIFSIGNALED(status))
		return;
	if (k->stuck)
		sync_stuck(k->account, &e);
	else
		err_set(&e, ERR_BUG, WTERMSIG(status),
		    "%s: the process of the "
		    "account was ended by signal %d; it is started again",
		    k->account->title, WTERMSIG(status));
	tell_change(k, &e);
	/* Who waits for a round is not told that it was made. */
	if (w->waits && k->ended != w->state.began) {
		err_worse(&w->state.err, &e);
		w->state.report.accounts_failed++;
	}
}

static void
reap(struct warden *w)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < w->n; i++)
			if (w->keeper[i].pid == pid)
				keeper_ended(w, &w->keeper[i], status);
}

/* ---- rounds on demand ---- */

static void
round_begin(struct warden *w)
{
	uint32_t number;

	if (w->waits) {
		w->again = true;
		return;
	}
	w->waits = true;
	w->again = false;
	number = ++w->state.began;
	w->state.err = (struct err){ 0 };
	w->state.report = (struct sync_report){ 0 };
	lock_write(w->lock, &w->state);
	for (size_t i = 0; i < w->n; i++) {
		struct keeper *k = &w->keeper[i];

		if (k->pid > 0 && write(k->wake, &number, sizeof(number)) < 0)
			k->ended = number;
	}
}

/* Have all who run answered? */
static void
round_check(struct warden *w)
{
	if (!w->waits)
		return;
	for (size_t i = 0; i < w->n; i++)
		if (w->keeper[i].pid > 0 &&
		    w->keeper[i].ended != w->state.began)
			return;
	w->waits = false;
	w->state.ended = w->state.began;
	lock_write(w->lock, &w->state);
	if (w->again)
		round_begin(w);
}

static void
hear_keeper(struct warden *w, struct keeper *k)
{
	struct account_word word;

	while (read(k->word, &word, sizeof(word)) == (ssize_t)sizeof(word)) {
		if (word.err.kind == ERR_NONE)
			k->crashes = 0;
		tell_change(k, &word.err);
		if (word.number == 0 || word.number != w->state.began)
			continue;
		k->ended = word.number;
		sync_count(&w->state.report, &word.report);
		err_worse(&w->state.err, &word.err);
		w->state.report.accounts_failed += word.err.kind != ERR_NONE;
	}
}

static void
hear_bell(struct warden *w)
{
	char drain[256];

	while (read(w->bell, drain, sizeof(drain)) > 0)
		;
	round_begin(w);
}

/* ---- the loop ---- */

/* Milliseconds until an account must be started again or looked at. */
static int
next_start(struct warden *w)
{
	int64_t next = -1;

	for (size_t i = 0; i < w->n; i++) {
		int64_t left = w->keeper[i].start_at - when_ms();

		if (w->keeper[i].pid > 0)
			continue;
		if (left < 0)
			left = 0;
		if (next < 0 || left < next)
			next = left;
	}
	return next < 0 || next > LOOK_MS ? LOOK_MS : (int)next;
}

/* Who shows no sign of life is ended, and then started again. */
static void
end_stuck(struct warden *w)
{
	for (size_t i = 0; i < w->n; i++) {
		struct keeper *k = &w->keeper[i];

		if (k->pid <= 0 || k->stuck || !beat_stuck(k->beat))
			continue;
		k->stuck = true;
		kill(k->pid, SIGKILL);
	}
}

static void
start_due(struct warden *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->keeper[i].pid <= 0 && w->keeper[i].start_at <= when_ms())
			keeper_start(w, &w->keeper[i]);
}

/* false: a signal ends it. */
static bool
hear_signal(struct warden *w)
{
	struct signalfd_siginfo info;
	bool go_on = true;

	while (read(w->signal, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			go_on = false;
	reap(w);
	return go_on;
}

static int
watch_run(struct warden *w, struct err *e)
{
	struct pollfd *p = calloc(w->n + 2, sizeof(*p));
	bool go_on = p != NULL;

	if (p == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "out of memory");
	while (go_on) {
		end_stuck(w);
		start_due(w);
		p[0] = (struct pollfd){ w->signal, POLLIN, 0 };
		p[1] = (struct pollfd){ w->bell, POLLIN, 0 };
		for (size_t i = 0; i < w->n; i++)
			p[i + 2] = (struct pollfd){ w->keeper[i].pid > 0
							? w->keeper[i].word
							: -1,
				POLLIN, 0 };
		if (poll(p, w->n + 2, next_start(w)) < 0 && errno != EINTR)
			break;
		for (size_t i = 0; i < w->n; i++)
			if (w->keeper[i].pid > 0 && p[i + 2].revents != 0)
				hear_keeper(w, &w->keeper[i]);
		if (p[0].revents != 0)
			go_on = hear_signal(w);
		if (p[1].revents != 0)
			hear_bell(w);
		round_check(w);
	}
	free(p);
	return 0;
}

/* The accounts end when the pipe does; who hangs is ended after 10 s. */
static void
stop_all(struct warden *w)
{
	int64_t end = when_ms() + 10000;
	size_t left = 1;
	int status;

	close(w->stop[1]);
	while (left > 0) {
		left = 0;
		for (size_t i = 0; i < w->n; i++) {
			struct keeper *k = &w->keeper[i];

			if (k->pid <= 0)
				continue;
			if (waitpid(k->pid, &status, WNOHANG) == k->pid)
				k->pid = 0;
			else if (when_ms() > end)
				kill(k->pid, SIGKILL);
			left += k->pid > 0;
		}
		if (left > 0)
			usleep(5000);
	}
}

static int
watch_prepare(struct warden *w, struct err *e)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &w->old);
	signal(SIGPIPE, SIG_IGN);
	w->signal = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (w->signal < 0 || pipe2(w->stop, O_CLOEXEC) < 0)
		return err_set(e, ERR_SYSTEM, errno, "cannot watch: %s",
		    strerror(errno));
	w->bell = wake_listen(w->shop->store, e);
	return w->bell < 0 ? -1 : 0;
}

static void
choose_accounts(struct warden *w)
{
	for (size_t i = 0; i < w->shop->accounts; i++) {
		const struct account *a = &w->shop->account[i];

		if (sync_is_asked(a, w->ask))
			w->keeper[w->n++].account = a;
	}
}

int
mail_watch(const struct shop *shop, const struct sync_ask *ask, struct err *e)
{
	struct warden w = { .shop = shop, .ask = ask };
	int rc = -1;

	if (sync_prepare(shop, ask, e) < 0)
		return -1;
	w.lock = lock_take(shop->store, LOCK_MS, e);
	if (w.lock < 0)
		return e->kind == ERR_BUSY ? err_set(e, ERR_BUSY, 0,
						 "another sync is running on "
						 "this store")
					   : -1;
	w.keeper = calloc(shop->accounts, sizeof(*w.keeper));
	if (w.keeper == NULL) {
		err_set(e, ERR_SYSTEM, ENOMEM, "out of memory");
	} else if (watch_prepare(&w, e) == 0) {
		choose_accounts(&w);
		lock_write(w.lock, &w.state);
		rc = watch_run(&w, e);
		stop_all(&w);
		(void)!ftruncate(w.lock, 0);
		close(w.bell);
		close(w.signal);
		close(w.stop[0]);
	}
	free(w.keeper);
	sigprocmask(SIG_SETMASK, &w.old, NULL);
	close(w.lock);
	return rc;
}
