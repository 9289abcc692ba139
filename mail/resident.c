/*
 * resident.c -- one account of a resident sync: IDLE, and rounds when due.
 *
 * What IDLE says is only that something changed; what it is, the pull finds.
 * The outbox is served whether the mailbox can be reached or not, and a
 * fault of one never stops the other.
 */
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/when.h"
#include "mail/account_inside.h"

#define IDLE_MS   (9 * 60 * 1000)  /* renew IDLE within this */
#define POLL_MS   (60 * 1000)      /* the mailboxes that IDLE does not see */
#define PAUSE_MAX (15 * 60 * 1000) /* between tries after failures */
#define SEND_MS   5000             /* between tries to serve the outbox */

struct watch {
	struct round r;
	int wake_fd;
	int stop_fd;
	int report_fd;
	int failures;
	int64_t whole_at; /* when the next whole round is due, in ms */
	int64_t send_at;  /* the outbox is not served before */
	uint32_t asked;   /* number of the round that was asked for */
	bool owes;        /* a word is due for it */
};

static int64_t
now_ms(void)
{
	struct timespec t;

	/* Counts while the machine sleeps, so a wake-up looks at once. */
	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool
stopped(const struct watch *w)
{
	struct pollfd p = { w->stop_fd, POLLIN, 0 };

	return poll(&p, 1, 0) > 0 && p.revents != 0;
}

static bool
connected(const struct watch *w)
{
	return w->r.imap != NULL && imap_alive(w->r.imap);
}

/* Numbers of rounds asked for; the last one counts. */
static void
hear(struct watch *w)
{
	uint32_t number;

	while (read(w->wake_fd, &number, sizeof(number)) ==
	       (ssize_t)sizeof(number)) {
		w->asked = number;
		w->owes = true;
		w->whole_at = 0;
		w->failures = 0;
	}
}

static void
report(struct watch *w, uint32_t number, const struct err *e)
{
	struct account_word word;

	memset(&word, 0, sizeof(word));
	word.number = number;
	word.err = *e;
	word.report = w->r.report;
	/* Small enough to be written whole. */
	if (write(w->report_fd, &word, sizeof(word)) < 0)
		w->owes = false;
}

/* Sleep until a wake, a stop or the end of the time. */
static void
rest(struct watch *w, int64_t ms)
{
	struct pollfd p[2] = { { w->wake_fd, POLLIN, 0 },
		{ w->stop_fd, POLLIN, 0 } };

	if (ms > 0)
		poll(p, 2, ms > 3600000 ? 3600000 : (int)ms);
}

static void
whole_round(struct watch *w, struct err *e)
{
	struct err kept = { 0 };
	uint32_t number = w->asked;
	bool owes = w->owes;
	int woken;

	w->owes = false;
	w->r.report = (struct sync_report){ 0 };
	*e = (struct err){ 0 };
	ingest_tick(w->r.store, when_now(), &woken, &kept);
	round_run(&w->r, e);
	if (stopped(w))
		return;
	account_keep(w->r.store, w->r.account,
	    w->r.worst.kind != ERR_NONE ? &w->r.worst : NULL, &kept);
	ingest_checkpoint(w->r.store, &kept);
	w->whole_at = now_ms() + POLL_MS;
	report(w, owes ? number : 0, e);
}

/* ---- the outbox between rounds ---- */

/* Milliseconds until a row of the outbox is due; INT64_MAX if none is. */
static int64_t
until_send(const struct watch *w)
{
	int64_t next = w->r.sender != NULL ? sender_next(w->r.sender) : 0;
	int64_t due, earliest = w->send_at - now_ms();

	if (next == 0)
		return INT64_MAX;
	due = (next - when_now()) * 1000;
	return due > earliest ? due : earliest;
}

/* Send what has become due, without waiting for the next round. */
static void
send_due(struct watch *w)
{
	struct err e = { 0 };

	if (until_send(w) > 0)
		return;
	w->send_at = now_ms() + SEND_MS;
	w->r.report = (struct sync_report){ 0 };
	if (sender_run(w->r.sender, &w->r.report, &e) == 0 && connected(w))
		round_file(&w->r, &e);
	if (e.kind != ERR_NONE)
		report(w, 0, &e);
}

/* Milliseconds until something else than IDLE is to be done. */
static int64_t
until_due(const struct watch *w)
{
	int64_t left = w->whole_at - now_ms(), send = until_send(w);

	if (send < left)
		left = send;
	return left > IDLE_MS ? IDLE_MS : left;
}

/* ---- the mailbox ---- */

/* The mailbox that matters most, for IDLE. */
static const struct imap_box *
main_box(struct watch *w)
{
	const struct imap_box *box = NULL;

	if (w->r.gmail)
		box = round_box(&w->r, ROLE_ALL);
	return box != NULL ? box : round_box(&w->r, ROLE_INBOX);
}

/* IDLE on the main mailbox and pull what it announces. */
static int
idle(struct watch *w, struct err *e)
{
	const struct imap_box *box = main_box(w);
	struct imap_state there;
	enum imap_woke what;
	int64_t left;

	if (box == NULL)
		return err_set(e, ERR_MISSING, 0, "no INBOX");
	if (strcmp(imap_selected(w->r.imap), box->name) != 0) {
		/* What came between the round and this SELECT counts. */
		if (imap_select(w->r.imap, box->name, &there, e) < 0 ||
		    round_pull(&w->r, box, e) < 0)
			return -1;
	}
	left = until_due(w);
	if (left <= 0)
		return 0;
	if (imap_idle(w->r.imap, w->wake_fd, (int)left, &what, e) < 0)
		return -1;
	return what == IMAP_NEWS ? round_pull(&w->r, box, e) : 0;
}

/*
 * After a failure: milliseconds until the next try; -1: until somebody asks,
 * for a wrong password does not get better by being sent again.
 */
static int64_t
pause_after(struct watch *w, const struct err *e)
{
	int64_t ms = 500, asked = account_asked(e) * 1000;
	uint32_t random;

	if (e->kind == ERR_DENIED || e->kind == ERR_CONFIG)
		return -1;
	if (e->kind != ERR_RETRY && e->kind != ERR_PEER && e->kind != ERR_BUSY)
		return POLL_MS;
	/* A first fault is mostly a server that restarts. */
	for (int i = 0; i < w->failures && ms < PAUSE_MAX; i++)
		ms *= 2;
	if (ms > PAUSE_MAX)
		ms = PAUSE_MAX;
	w->failures++;
	hash_random(&random, sizeof(random));
	ms += (int64_t)(random % (uint32_t)(ms / 4 + 1));
	return asked > ms ? asked : ms;
}

/* No session: wait until it is worth trying again, serving the outbox. */
static void
pause_session(struct watch *w, const struct err *e)
{
	int64_t ms = pause_after(w, e);

	w->whole_at = ms < 0 ? INT64_MAX : now_ms() + ms;
	while (!stopped(w) && !w->owes && now_ms() < w->whole_at) {
		rest(w, until_due(w));
		hear(w);
		send_due(w);
	}
}

static void
watch_loop(struct watch *w)
{
	while (!stopped(w)) {
		struct err e = { 0 }, fell = { 0 };

		hear(w);
		send_due(w);
		if (now_ms() >= w->whole_at)
			whole_round(w, &e);
		/* Whatever went wrong: while the line stands, listen. */
		if (connected(w) && idle(w, &fell) == 0) {
			w->failures = 0;
			continue;
		}
		if (!connected(w))
			round_drop(&w->r);
		if (!stopped(w))
			pause_session(w, e.kind != ERR_NONE ? &e : &fell);
	}
}

void
account_watch(const struct shop *shop, const struct account *account,
    const struct sync_ask *ask, int wake_fd, int stop_fd, int report_fd)
{
	struct watch w = {
		.r = { .shop = shop,
		    .account = account,
		    .ask = ask,
		    .cancel_fd = stop_fd },
		.wake_fd = wake_fd,
		.stop_fd = stop_fd,
		.report_fd = report_fd,
	};
	struct err e = { 0 };

	fcntl(wake_fd, F_SETFL, fcntl(wake_fd, F_GETFL) | O_NONBLOCK);
	w.r.crew = crew_start(ACCOUNT_WORKERS, &e);
	if (w.r.crew != NULL)
		w.r.store = store_open(shop, STORE_WRITE, ACCOUNT_BUSY_MS, &e);
	if (w.r.store != NULL) {
		if (account_sender(&w.r, &e) < 0)
			report(&w, 0, &e);
		watch_loop(&w);
		sender_close(w.r.sender);
		round_end(&w.r);
		store_close(w.r.store);
	} else {
		report(&w, 0, &e);
		rest(&w, POLL_MS);
	}
	crew_stop(w.r.crew);
}
