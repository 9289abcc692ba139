/*
 * resident.c -- one account of a resident sync: rounds when due, and between
 * them an ear for what the server and the outbox have to say.
 *
 * The outbox is served whether the mailbox can be reached or not, and a
 * fault of one never stops the other.
 */
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/when.h"
#include "mail/account_inside.h"
#include "mail/beat.h"
#include "mail/ears.h"
#include "mail/pause.h"
#include "store/outbox.h"

#define POLL_MS   (60 * 1000)      /* the mailboxes that IDLE does not see */
#define PAUSE_MAX (15 * 60 * 1000) /* between tries after failures */
#define SEND_MS   5000             /* between tries to serve the outbox */
#define REST_MS   15000            /* poll does not count a sleep */
#define RING_MS   3000             /* between tries for whoever rings */
#define SLEPT_MS  5000             /* a gap that means the machine slept */

struct watch {
	struct round r;
	struct ears ears;
	int wake_fd;
	int stop_fd;
	int report_fd;
	int64_t asleep; /* milliseconds this machine has slept in all */
	int failures;
	bool ill;            /* the last round was no good one */
	int64_t tried_at;    /* the last round */
	struct err refused;  /* the login was, in these words */
	int64_t look_at;     /* when to see whether it is another by now */
	int64_t quiet_until; /* the server asked to be left alone */
	struct err quiet;    /* in these words */
	int64_t whole_at;    /* when the next whole round is due, in ms */
	int64_t send_at;     /* the outbox is not served before */
	bool rang;           /* look into it, whatever was known of it */
	uint32_t asked;      /* number of the round that was asked for */
	bool owes;           /* a word is due for it */
};

/*
 * Has the machine slept since the last call?  Then whatever stood before is
 * not to be trusted, though poll has not counted the time.
 */
static bool
slept(struct watch *w)
{
	int64_t asleep = ears_now() - when_ms();
	bool gap = asleep - w->asleep > SLEPT_MS;

	w->asleep = asleep;
	return gap;
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

/* Is the login the very one that was refused?  Another is worth a try. */
static bool
still_refused(const struct watch *w)
{
	struct err e = { 0 };

	return w->refused.kind != ERR_NONE &&
	       pause_check(w->r.store, w->r.account, PAUSE_IMAP, &e) < 0 &&
	       e.kind == ERR_DENIED;
}

/*
 * Numbers of rounds asked for; the last one counts.  A bell that rings over
 * and over is no reason to knock at a server that is down or asked for quiet.
 */
static void
hear(struct watch *w)
{
	int64_t soon = w->ill ? w->tried_at + RING_MS : 0;
	bool rang = false;
	uint32_t number;

	while (read(w->wake_fd, &number, sizeof(number)) ==
	       (ssize_t)sizeof(number)) {
		w->asked = number;
		rang = true;
	}
	if (!rang)
		return;
	w->rang = true;
	if (ears_now() < w->quiet_until) {
		report(w, w->asked, &w->quiet);
		return;
	}
	/* Every command rings; that must not lock the account. */
	if (ears_now() < w->tried_at + POLL_MS && still_refused(w)) {
		report(w, w->asked, &w->refused);
		return;
	}
	w->owes = true;
	if (w->whole_at > soon)
		w->whole_at = soon;
}

/* Sleep until a wake, a stop or the end of the time. */
static void
rest(struct watch *w, int64_t ms)
{
	struct pollfd p[2] = { { w->wake_fd, POLLIN, 0 },
		{ w->stop_fd, POLLIN, 0 } };

	beat();
	if (ms > 0)
		poll(p, 2, ms > REST_MS ? REST_MS : (int)ms);
}

/* Keep which login the mailbox's server refused, if it did. */
static void
hold_refused(struct watch *w)
{
	struct err ignored = { 0 };

	w->refused = (struct err){ 0 };
	w->look_at = ears_now() + POLL_MS;
	if (w->r.worst.kind == ERR_DENIED && !connected(w) &&
	    pause_keep(w->r.store, w->r.account, PAUSE_IMAP, &w->r.worst,
		&ignored) == 0)
		w->refused = w->r.worst;
}

static void
whole_round(struct watch *w, struct err *e)
{
	struct err kept = { 0 }, said;
	uint32_t number = w->asked;
	bool owes = w->owes;
	int woken;

	w->owes = false;
	w->rang = false;
	w->tried_at = ears_now();
	w->r.report = (struct sync_report){ 0 };
	*e = (struct err){ 0 };
	ears_pause(&w->ears);
	ingest_tick(w->r.store, when_now(), &woken, &kept);
	round_run(&w->r, e);
	round_alert(&w->r, w->r.imap);
	if (stopped(w))
		return;
	account_keep(w->r.store, w->r.account,
	    w->r.worst.kind != ERR_NONE ? &w->r.worst : NULL, &kept);
	ingest_checkpoint(w->r.store, account_log(&w->r.report), &kept);
	w->whole_at = ears_now() + POLL_MS;
	w->ill = e->kind != ERR_NONE;
	hold_refused(w);
	if (!w->ill)
		w->failures = 0;
	said = *e;
	/* What waits is a fault until it has left. */
	if (said.kind == ERR_NONE)
		outbox_fault(w->r.store, w->r.account->title, when_now(),
		    &said);
	report(w, owes ? number : 0, &said);
}

/* ---- the outbox between rounds ---- */

/* Milliseconds until a row of the outbox is due; INT64_MAX if none is. */
static int64_t
until_send(const struct watch *w)
{
	int64_t next = w->r.sender != NULL ? sender_next(w->r.sender) : 0;
	int64_t due, earliest = w->send_at - ears_now();

	if (w->r.sender == NULL || (next == 0 && !w->rang))
		return INT64_MAX;
	due = w->rang ? 0 : (next - when_now()) * 1000;
	return due > earliest ? due : earliest;
}

/* Send what has become due, without waiting for the next round. */
static void
send_due(struct watch *w)
{
	struct err e = { 0 };

	if (until_send(w) > 0)
		return;
	w->send_at = ears_now() + SEND_MS;
	w->rang = false;
	w->r.report = (struct sync_report){ 0 };
	if (sender_run(w->r.sender, &w->r.report, &e) == 0 && connected(w)) {
		ears_pause(&w->ears);
		if (connected(w))
			round_file(&w->r, &e);
	}
	if (e.kind != ERR_NONE)
		report(w, 0, &e);
}

/* Milliseconds until something else than IDLE is to be done. */
static int64_t
until_due(const struct watch *w)
{
	int64_t left = w->whole_at - ears_now(), send = until_send(w);

	return send < left ? send : left;
}

/* ---- the mailboxes ---- */

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
	if ((e->kind != ERR_RETRY && e->kind != ERR_PEER &&
		e->kind != ERR_BUSY) ||
	    imap_is_broken(e))
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

/* Did it ask to be left alone?  Then no line stays, and nobody knocks. */
static void
hear_quiet(struct watch *w, const struct err *e)
{
	int64_t asked = account_asked(e);

	if (asked <= 0)
		return;
	w->quiet = *e;
	w->quiet_until = ears_now() + asked * 1000;
	ears_close(&w->ears);
	round_drop(&w->r);
}

/* No session: wait until it is worth trying again, serving the outbox. */
static void
pause_session(struct watch *w, const struct err *e)
{
	int64_t ms = pause_after(w, e);

	w->whole_at = ms < 0 ? INT64_MAX : ears_now() + ms;
	if (w->whole_at < w->quiet_until)
		w->whole_at = w->quiet_until;
	while (!stopped(w) && ears_now() < w->whole_at) {
		rest(w, until_due(w));
		hear(w);
		send_due(w);
		if (w->refused.kind == ERR_NONE || ears_now() < w->look_at)
			continue;
		w->look_at = ears_now() + POLL_MS;
		if (!still_refused(w))
			w->whole_at = 0;
	}
}

/* All lines are new after a sleep, and everything is looked at. */
static void
wake_up(struct watch *w)
{
	ears_close(&w->ears);
	round_drop(&w->r);
	w->whole_at = 0;
	w->failures = 0;
}

static void
watch_loop(struct watch *w)
{
	slept(w);
	while (!stopped(w)) {
		struct err e = { 0 }, fell = { 0 };

		if (slept(w))
			wake_up(w);
		hear(w);
		send_due(w);
		if (ears_now() >= w->whole_at || w->r.look)
			whole_round(w, &e);
		hear_quiet(w, &e);
		/* Whatever went wrong: while the line stands, listen. */
		if (connected(w) &&
		    ears_attend(&w->ears, until_due(w), &fell) == 0)
			continue;
		hear_quiet(w, &fell);
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
		    .cancel_fd = stop_fd,
		    .stays = true },
		.wake_fd = wake_fd,
		.stop_fd = stop_fd,
		.report_fd = report_fd,
	};
	struct err e = { 0 };

	w.ears =
	    (struct ears){ .r = &w.r, .wake_fd = wake_fd, .stop_fd = stop_fd };
	fcntl(wake_fd, F_SETFL, fcntl(wake_fd, F_GETFL) | O_NONBLOCK);
	w.r.crew = crew_start(ACCOUNT_WORKERS, &e);
	if (w.r.crew != NULL)
		w.r.store = store_open(shop, STORE_WRITE, ACCOUNT_BUSY_MS, &e);
	if (w.r.store != NULL) {
		if (account_sender(&w.r, &e) < 0)
			report(&w, 0, &e);
		watch_loop(&w);
		sender_close(w.r.sender);
		ears_close(&w.ears);
		arena_free(&w.ears.arena);
		round_end(&w.r);
		store_close(w.r.store);
	} else {
		report(&w, 0, &e);
		rest(&w, POLL_MS);
	}
	crew_stop(w.r.crew);
}
