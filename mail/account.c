#include "mail/account.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/when.h"
#include "mail/round.h"

#define WORKERS     2
#define BUSY_MS     10000
#define IDLE_MS     (9 * 60 * 1000) /* renew IDLE within this */
#define POLL_MS     (60 * 1000)     /* the mailboxes that IDLE does not see */
#define BACKOFF_MAX 3600
#define PAUSE_MAX   (15 * 60 * 1000)

/* ---- what the store keeps of a round ---- */

/* "Suggested Backoff Time: 299936 milliseconds", in seconds; 0 if not. */
static int64_t
suggested_backoff(const struct err *e)
{
	const char *at = strcasestr(e->text, "backoff time: ");
	long long ms;

	if (at == NULL ||
	    sscanf(at + strlen("backoff time: "), "%lld", &ms) != 1 || ms < 0 ||
	    ms > 86400000)
		return 0;
	return (ms + 999) / 1000;
}

/* Doubling from 30 s to an hour, with a quarter of jitter. */
static int64_t
backoff(int failures, const struct err *e)
{
	int64_t secs = 30, asked = suggested_backoff(e);
	uint32_t random;

	for (int i = 0; i < failures && secs < BACKOFF_MAX; i++)
		secs *= 2;
	if (secs > BACKOFF_MAX)
		secs = BACKOFF_MAX;
	hash_random(&random, sizeof(random));
	secs += (int64_t)(random % (uint32_t)(secs / 4 + 1));
	return asked > secs ? asked : secs;
}

/*
 * Only the network and throttling make us wait; a wrong password or setting
 * is tried as often as a person asks.
 */
static int64_t
retry_at(struct store *s, const struct account *account, const struct err *e,
    int64_t now)
{
	struct err ignored = { 0 };
	int64_t at;
	int failures = 0;

	if (e->kind != ERR_RETRY && e->kind != ERR_PEER)
		return 0;
	ingest_retry_at(s, account->title, &at, &failures, &ignored);
	return now + backoff(failures, e);
}

/*
 * Did this failure change since the last round?  Cron wants to hear of one
 * when it begins, when it changes and when it ends; the wait that follows
 * one is no news at all.
 */
static void
compare_result(struct store *s, const struct account *account,
    const struct err *was, struct sync_report *out)
{
	struct arena a = { 0 };
	struct err ignored = { 0 };
	const char *before = "", *text = was != NULL ? was->text : "";

	ingest_fact(s, account->title, "failure", &a, &before, &ignored);
	out->known = text[0] != '\0' && strcmp(before, text) == 0;
	out->well_again = text[0] == '\0' && before[0] != '\0';
	if (strcmp(before, text) != 0)
		ingest_fact_set(s, account->title, "failure", text, &ignored);
	arena_free(&a);
}

static int
keep_result(struct store *s, const struct account *account,
    const struct err *was, struct err *e)
{
	int64_t now = when_now();

	if (was == NULL)
		return ingest_round(s, account->title, NULL, 0, now, e);
	return ingest_round(s, account->title, was,
	    retry_at(s, account, was, now), now, e);
}

/* Not yet: the account waits after a fault. */
static int
check_backoff(struct store *s, const struct account *account,
    const struct sync_ask *ask, bool *waits, struct err *e)
{
	char when[WHEN_SIZE];
	int64_t at = 0;
	int failures;

	if (ask->now)
		return 0;
	if (ingest_retry_at(s, account->title, &at, &failures, e) < 0)
		return -1;
	if (at <= when_now())
		return 0;
	*waits = true;
	return err_set(e, ERR_BUSY, 0,
	    "account %s waits until %s after a "
	    "network fault: sync --now tries at once",
	    account->title, when_short(NULL, when_now(), at, when));
}

/* ---- once ---- */

/* The sender; another process that sends is no fault of ours. */
static int
open_sender(struct round *r, struct err *e)
{
	r->sender = sender_open(r->store, r->shop, r->account, r->cancel_fd,
	    r->ask->now, e);
	return r->sender != NULL || e->kind == ERR_BUSY ? 0 : -1;
}

static int
once(struct round *r, struct err *e)
{
	struct err was = { 0 }, kept = { 0 };
	int woken, rc;

	if (ingest_tick(r->store, when_now(), &woken, e) < 0 ||
	    check_backoff(r->store, r->account, r->ask, &r->report.known, e) <
		0 ||
	    open_sender(r, e) < 0)
		return -1;
	rc = round_run(r, &was);
	if (r->sender != NULL &&
	    (sender_wait(r->sender, &r->report, &kept) < 0 ||
		round_file(r, &kept) < 0)) {
		err_worse(&was, &kept);
		rc = -1;
	}
	if (keep_result(r->store, r->account, rc < 0 ? &was : NULL, &kept) < 0)
		err_worse(&was, &kept);
	compare_result(r->store, r->account, was.kind != ERR_NONE ? &was : NULL,
	    &r->report);
	ingest_checkpoint(r->store, &kept);
	if (was.kind == ERR_NONE)
		return 0;
	*e = was;
	return -1;
}

int
account_once(const struct shop *shop, const struct account *account,
    const struct sync_ask *ask, struct sync_report *out, struct err *e)
{
	struct round r = { .shop = shop,
		.account = account,
		.ask = ask,
		.cancel_fd = -1 };
	int rc = -1;

	/* The crew first: no store and no connection crosses its fork. */
	r.crew = crew_start(WORKERS, e);
	if (r.crew == NULL)
		return -1;
	r.store = store_open(shop, STORE_CREATE, BUSY_MS, e);
	if (r.store != NULL) {
		rc = once(&r, e);
		*out = r.report;
		sender_close(r.sender);
		round_end(&r);
		store_close(r.store);
	}
	crew_stop(r.crew);
	return rc;
}

/* ---- watching ---- */

struct watch {
	struct round r;
	int wake_fd;
	int stop_fd;
	int report_fd;
	int failures;
	int64_t whole_at; /* when the next whole round is due, in ms */
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
	keep_result(w->r.store, w->r.account, e->kind != ERR_NONE ? e : NULL,
	    &kept);
	ingest_checkpoint(w->r.store, &kept);
	w->whole_at = now_ms() + POLL_MS;
	if (owes || e->kind != ERR_NONE || number == 0)
		report(w, owes ? number : 0, e);
}

/* The mailbox that matters most, for IDLE. */
static const struct imap_box *
main_box(struct watch *w)
{
	const struct imap_box *box = NULL;

	if (w->r.gmail)
		box = round_box(&w->r, ROLE_ALL);
	return box != NULL ? box : round_box(&w->r, ROLE_INBOX);
}

/* Milliseconds until something else than IDLE is to be done. */
static int64_t
until_due(struct watch *w)
{
	int64_t left = w->whole_at - now_ms(), next = 0;

	if (w->r.sender != NULL)
		next = sender_next(w->r.sender);
	if (next > 0) {
		next = (next - when_now()) * 1000;
		if (next < left)
			left = next;
		/* A row that cannot be sent now is no reason to spin. */
		if (left <= 0 && w->whole_at - now_ms() > 0)
			w->whole_at = 0;
	}
	return left > IDLE_MS ? IDLE_MS : left;
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
	int64_t ms = 500, asked = suggested_backoff(e) * 1000;
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

/* May the session go on after this? */
static bool
harmless(const struct err *e)
{
	return e->kind == ERR_NONE || e->kind == ERR_CONFLICT ||
	       e->kind == ERR_MISSING || e->kind == ERR_REFUSED;
}

static void
watch_loop(struct watch *w)
{
	while (!stopped(w)) {
		struct err e = { 0 };
		int64_t ms = 500; /* a line that fell is looked at again */

		hear(w);
		if (now_ms() >= w->whole_at)
			whole_round(w, &e);
		if (harmless(&e) && w->r.imap != NULL &&
		    imap_alive(w->r.imap)) {
			struct err fell = { 0 };

			if (idle(w, &fell) == 0) {
				w->failures = 0;
				continue;
			}
		}
		if (w->r.imap != NULL && !imap_alive(w->r.imap))
			round_drop(&w->r);
		if (stopped(w))
			break;
		if (e.kind != ERR_NONE)
			ms = pause_after(w, &e);
		w->whole_at = ms < 0 ? INT64_MAX : now_ms() + ms;
		rest(w, ms < 0 ? INT64_MAX : ms);
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
	w.r.crew = crew_start(WORKERS, &e);
	if (w.r.crew != NULL)
		w.r.store = store_open(shop, STORE_WRITE, BUSY_MS, &e);
	if (w.r.store != NULL) {
		if (open_sender(&w.r, &e) < 0)
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
