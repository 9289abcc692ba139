#include "mail/outgoing.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/when.h"
#include "mail/beat.h"
#include "mail/outgoing_inside.h"
#include "mail/pause.h"

/* A mail that could not be handed over for so long has failed. */
#define GIVE_UP (48 * 3600)

struct sender *
sender_open(struct store *store, const struct shop *shop,
    const struct account *account, int cancel_fd, bool now, struct err *e)
{
	struct arena own = { 0 };
	struct sender *s = arena_alloc(&own, sizeof(*s));

	s->own = own;
	s->store = store;
	s->shop = shop;
	s->account = account;
	s->cancel_fd = cancel_fd;
	s->now = now;
	lease_mine(&s->lease);
	if (outbox_begin(store, account->title, &s->lease, when_now(), e) < 0) {
		own = s->own;
		arena_free(&own);
		return NULL;
	}
	return s;
}

void
sender_close(struct sender *s)
{
	struct arena own;
	struct err e = { 0 };

	if (s == NULL)
		return;
	submit_close(s->line);
	/* A lease that stays behind is seen to be dead by the next run. */
	outbox_end(s->store, s->account->title, &s->lease, &e);
	own = s->own;
	arena_free(&own);
}

int64_t
sender_next(const struct sender *s)
{
	return s->next;
}

/* ---- one mail ---- */

struct marking {
	struct sender *s;
	int64_t id;
};

static int
mark(void *arg, struct err *e)
{
	const struct marking *m = arg;

	return outbox_mark(m->s->store, m->id, &m->s->lease, e);
}

static struct verdict *
all_taken(struct arena *a, const struct outgoing *o)
{
	struct verdict *v = arena_array(a, o->recipients.n, sizeof(*v));

	for (size_t i = 0; i < o->recipients.n; i++) {
		v[i].recipient = o->recipients.v[i];
		v[i].code = 250;
		v[i].text = "written to a file";
	}
	return v;
}

/*
 * A folder in place of a server.  The name is that of the message, so that
 * after a crash the file itself is the evidence.
 */
static int
deliver(struct sender *s, struct arena *a, const struct outgoing *o,
    struct submit_answer *answer, struct err *e)
{
	struct err why = { 0 };

	answer->verdict = all_taken(a, o);
	answer->n = o->recipients.n;
	if (file_make_folders(s->account->deliver_to, 0700, &why) < 0)
		goto later;
	if (outbox_mark(s->store, o->id, &s->lease, e) < 0)
		return -1;
	if (file_replace(sender_eml(s, a, o->message_id), o->bytes, o->size,
		0600, &why) < 0)
		goto later;
	answer->end = SUBMIT_ACCEPTED;
	return 0;
later:
	answer->end = SUBMIT_LATER;
	answer->why = why;
	return 0;
}

/* Hand the mail over, by whatever way the account has. */
static int
hand_over(struct sender *s, struct arena *a, const struct outgoing *o,
    struct submit_answer *answer, struct err *e)
{
	struct letter l = { o->sender, &o->recipients, o->bytes, o->size };
	struct marking m = { s, o->id };

	if (s->account->deliver_to[0] != '\0')
		return deliver(s, a, o, answer, e);
	if (s->line == NULL)
		s->line = submit_open(s->account, &answer->why);
	if (s->line == NULL) {
		/* An identity server may be out of order for a while. */
		answer->end = answer->why.kind == ERR_RETRY ||
				      answer->why.kind == ERR_PEER ||
				      answer->why.kind == ERR_BUSY
				  ? SUBMIT_LATER
				  : SUBMIT_PAUSED;
		return 0;
	}
	submit_send(s->line, &l, mark, &m, a, answer);
	return 0;
}

/* Not now.  After two days it is time to tell a person. */
static int
later(struct sender *s, const struct outgoing *o,
    const struct submit_answer *answer, struct sync_report *r, struct err *e)
{
	int64_t now = when_now();

	if (now - o->queued_at < GIVE_UP)
		return outbox_later(s->store, o->id, answer->why.code,
		    answer->why.text, now, e);
	r->failed++;
	return outbox_failed(s->store, o->id, answer->verdict, answer->n,
	    answer->why.text, now, e);
}

static int
paused(struct sender *s, const struct outgoing *o,
    const struct submit_answer *answer, struct err *e)
{
	if (answer->why.kind == ERR_DENIED && answer->why.code != 0 &&
	    pause_keep(s->store, s->account, PAUSE_SMTP, &answer->why, e) < 0)
		return -1;
	return outbox_release(s->store, o->id, answer->why.text, when_now(), e);
}

/* Keep what became of it. */
static int
settle(struct sender *s, const struct outgoing *o,
    const struct submit_answer *answer, struct sync_report *r, struct err *e)
{
	int64_t now = when_now();

	switch (answer->end) {
	case SUBMIT_ACCEPTED:
		r->sent++;
		return outbox_accepted(s->store, o->id, answer->verdict,
		    answer->n, now, e);
	case SUBMIT_LATER:
		return later(s, o, answer, r, e);
	case SUBMIT_REFUSED:
		r->failed++;
		return outbox_failed(s->store, o->id, answer->verdict,
		    answer->n, answer->why.text, now, e);
	case SUBMIT_PAUSED:
		return paused(s, o, answer, e);
	case SUBMIT_DOUBT:
		r->doubt++;
		return outbox_doubt(s->store, o->id, answer->why.text, now, e);
	}
	return 0;
}

/*
 * Does this end speak of the server or the account, so that the next mail
 * would fare the same?  Then one probe a round is enough.
 */
static bool
ends_round(const struct submit_answer *answer)
{
	if (answer->end == SUBMIT_PAUSED)
		return true;
	if (answer->end == SUBMIT_DOUBT)
		return false;
	return answer->end == SUBMIT_LATER &&
	       (answer->why.code == 0 || answer->why.code == 421 ||
		   answer->why.kind == ERR_SYSTEM);
}

/*
 * The next mail that is due: 1 if one was dealt with, 0 if none is due, -1 if
 * there is no use in going on.
 */
static int
one(struct sender *s, struct sync_report *r, struct err *e)
{
	struct arena a = { 0 };
	struct outgoing o = { 0 };
	struct submit_answer answer = { 0 };
	int rc = -1;

	if (outbox_claim(s->store, s->account->title, &s->lease, when_now(), &a,
		&o, &s->next, e) < 0)
		goto out;
	if (o.id == 0) {
		rc = 0;
		goto out;
	}
	if (!s->checked && s->account->deliver_to[0] == '\0') {
		if (pause_check(s->store, s->account, PAUSE_SMTP, e) < 0) {
			struct err ignored;

			outbox_release(s->store, o.id, e->text, when_now(),
			    &ignored);
			goto out;
		}
		s->checked = true;
	}
	if (hand_over(s, &a, &o, &answer, e) < 0 ||
	    settle(s, &o, &answer, r, e) < 0)
		goto out;
	/* After anything but success nobody knows the state of the line. */
	if (answer.end != SUBMIT_ACCEPTED) {
		submit_close(s->line);
		s->line = NULL;
	}
	if (ends_round(&answer))
		*e = answer.why;
	else
		rc = 1;
out:
	arena_free(&a);
	return rc;
}

int
sender_run(struct sender *s, struct sync_report *r, struct err *e)
{
	int rc;

	s->checked = s->now;
	do
		rc = one(s, r, e);
	while (rc > 0);
	submit_close(s->line);
	s->line = NULL;
	s->now = false;
	return rc;
}

/* Until an instant; 1, or 0 if it was cancelled. */
static int
sleep_until(const struct sender *s, int64_t at)
{
	struct pollfd p = { .fd = s->cancel_fd, .events = POLLIN };

	while (when_now() < at) {
		int n = poll(&p, s->cancel_fd >= 0, 200);

		beat();
		if (n > 0)
			return 0;
	}
	return 1;
}

int
sender_wait(struct sender *s, struct sync_report *r, struct err *e)
{
	int64_t limit = when_now() + s->shop->undo_delay + 1;
	int rc;

	while ((rc = sender_run(s, r, e)) == 0) {
		if (s->next == 0 || s->next > limit)
			break;
		if (!sleep_until(s, s->next))
			break;
	}
	return rc;
}
