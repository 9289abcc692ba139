#include "mail/ears.h"

#include <poll.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "base/when.h"
#include "mail/beat.h"

#define RENEW_MS  (9 * 60 * 1000)  /* servers forget an IDLE after 10 to 30 */
#define SLICE_MS  15000            /* a machine that slept is soon noticed */
#define STEADY_MS (5 * 60 * 1000)  /* an IDLE that lasts so long is borne */
#define DROPS_MAX 3                /* in a row, and IDLE is not borne */
#define FORGET_MS (30 * 60 * 1000) /* a drop is no habit after this */
#define DEAF_MS   (60 * 60 * 1000)
#define RETRY_MS  5000 /* doubling */
#define RETRY_MAX (15 * 60 * 1000)
#define LATER_MS  60000 /* a mailbox that cannot be listened to */
#define AGAIN_MAX 5     /* pulls while the mailbox changes */

int64_t
ears_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct imap *
session(const struct ears *s, size_t i)
{
	return i == 0 ? s->r->imap : s->ear[i].imap;
}

static bool
alive(const struct ears *s, size_t i)
{
	return session(s, i) != NULL && imap_alive(session(s, i));
}

/* ---- which mailboxes ---- */

static bool
same_names(const struct ears *s, const struct imap_box *box, size_t n)
{
	if (n != s->n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (strcmp(s->ear[i].name, box[i].name) != 0)
			return false;
	return true;
}

/* Every time the round has connected anew, or the mailboxes are others. */
static int
choose(struct ears *s, struct err *e)
{
	struct arena a = { 0 };
	struct imap_box *box;
	size_t n, most = (size_t)s->r->account->connections;
	int rc;

	if (s->of == s->r->lists)
		return 0;
	rc = round_boxes(s->r, &a, &box, &n, e);
	if (most > EARS_MAX)
		most = EARS_MAX;
	if (rc == 0 && n > most)
		n = most;
	if (rc == 0 && !same_names(s, box, n)) {
		ears_close(s);
		arena_reset(&s->arena);
		for (s->n = 0; s->n < n; s->n++)
			s->ear[s->n] = (struct ear){
				.name = arena_str(&s->arena, box[s->n].name),
				.role = box[s->n].role,
			};
	}
	if (rc == 0) {
		s->of = s->r->lists;
		s->ear[0].ready = false;
		s->ear[0].retry_at = 0;
	}
	arena_free(&a);
	return rc;
}

/* ---- one of them ---- */

static void
put_off(struct ear *x)
{
	int64_t ms = RETRY_MS;
	uint32_t random;

	for (int i = 0; i < x->failures && ms < RETRY_MAX; i++)
		ms *= 2;
	if (ms > RETRY_MAX)
		ms = RETRY_MAX;
	x->failures++;
	hash_random(&random, sizeof(random));
	x->retry_at = ears_now() + ms + random % (ms / 4);
}

/*
 * The line of the rounds fell.  Some servers offer IDLE and end it at once,
 * over and over: they are not asked for it then.
 */
static void
dropped(struct ears *s, int64_t now)
{
	struct ear *x = &s->ear[0];

	if (s->r->imap == NULL || !imap_idling(s->r->imap))
		return;
	if (now - x->since > STEADY_MS || now - s->dropped_at > FORGET_MS)
		s->drops = 0;
	s->dropped_at = now;
	if (++s->drops < DROPS_MAX)
		return;
	s->deaf_until = now + DEAF_MS;
	s->drops = 0;
}

/*
 * Something failed.  The line of the first one is the round's: it is for the
 * caller to raise it again.
 */
static int
failed(struct ears *s, size_t i)
{
	struct ear *x = &s->ear[i];
	int64_t now = ears_now();

	x->news = false;
	if (alive(s, i)) {
		x->retry_at = now + LATER_MS;
		return 0;
	}
	x->ready = false;
	if (i == 0) {
		dropped(s, now);
		return -1;
	}
	imap_close(x->imap);
	x->imap = NULL;
	if (now - x->since > STEADY_MS)
		x->failures = 0;
	put_off(x);
	return 0;
}

/* What the server said had vanished may never be said again: keep it. */
static int
take_vanished(struct ears *s, size_t i, struct err *e)
{
	const struct imap_range *v;
	struct round *r = s->r;
	struct arena a = { 0 };
	struct cursor c;
	int64_t box;
	size_t n = imap_vanished(r->imap, &v);
	int rc = 0;

	if (n > 0)
		rc = ingest_mailbox(r->store, r->account->title, s->ear[i].name,
		    s->ear[i].role, &box, &c, e);
	for (size_t k = 0; rc == 0 && k < n; k++) {
		struct flag_row *row;
		int64_t *uid;
		size_t rows;

		arena_reset(&a);
		rc = ingest_known(r->store, box, v[k].first, v[k].last, &a,
		    &row, &rows, e);
		if (rc < 0 || rows == 0)
			continue;
		uid = arena_array(&a, rows, sizeof(*uid));
		for (size_t j = 0; j < rows; j++)
			uid[j] = row[j].uid;
		round_heard(r, s->ear[i].name, box, c.uidvalidity, uid, rows);
	}
	arena_free(&a);
	return rc;
}

static int
pull_here(struct ears *s, size_t i, struct err *e)
{
	struct imap_box box = { .name = s->ear[i].name,
		.role = s->ear[i].role,
		.selectable = true };
	struct round *r = s->r;
	int rc = take_vanished(s, i, e);

	for (int n = 0; rc == 0 && n < AGAIN_MAX; n++) {
		rc = round_pull(r, &box, e);
		/* What came meanwhile was told meanwhile. */
		if (rc == 0 && !imap_moved_on(r->imap))
			break;
	}
	/* Whether it is gone or was moved, a look at all of them tells. */
	if (r->heards > 0 || r->losses > 0)
		r->look = true;
	return rc;
}

/* Pull the mailbox over the session that listens to it. */
static int
pull(struct ears *s, size_t i, struct err *e)
{
	struct imap *rounds = s->r->imap;
	int rc;

	s->r->imap = session(s, i);
	rc = pull_here(s, i, e);
	if (i > 0) {
		s->ear[i].imap = s->r->imap;
		s->r->imap = rounds;
	}
	return rc;
}

static int
raise_one(struct ears *s, size_t i, struct err *e)
{
	struct ear *x = &s->ear[i];
	struct imap_state there;

	if (i > 0 && x->imap == NULL)
		x->imap = round_another(s->r, e);
	if (session(s, i) == NULL)
		return -1;
	if (!x->ready || strcmp(imap_selected(session(s, i)), x->name) != 0) {
		x->ready = false;
		/* What came between the round and this SELECT counts. */
		if (imap_select(session(s, i), x->name, &there, e) < 0 ||
		    pull(s, i, e) < 0)
			return -1;
		x->ready = true;
	}
	x->since = ears_now();
	return imap_idle_begin(session(s, i), &x->news, e);
}

/* Bring into IDLE what is not; a new connection at a time. */
static int
raise_all(struct ears *s, struct err *e)
{
	bool opened = false;

	for (size_t i = 0; i < s->n && s->deaf_until <= ears_now(); i++) {
		struct err why = { 0 };
		struct ear *x = &s->ear[i];

		if ((alive(s, i) && imap_idling(session(s, i))) ||
		    x->retry_at > ears_now() || (i > 0 && opened))
			continue;
		opened = i > 0 && x->imap == NULL;
		if (raise_one(s, i, &why) == 0)
			continue;
		/* All else went well: it is IDLE that it will not. */
		if (why.kind == ERR_REFUSED && x->ready)
			s->deaf_until = ears_now() + DEAF_MS;
		if (failed(s, i) < 0) {
			*e = why;
			return -1;
		}
	}
	return 0;
}

/* ---- listening ---- */

static int
hear_one(struct ears *s, size_t i, struct err *e)
{
	struct ear *x = &s->ear[i];

	if (imap_idle_hear(session(s, i), &x->news, e) < 0)
		return -1;
	round_alert(s->r, session(s, i));
	if (!x->news && ears_now() - x->since < RENEW_MS)
		return 0;
	if (imap_idle_end(session(s, i), &x->news, e) < 0)
		return -1;
	if (x->news && pull(s, i, e) < 0)
		return -1;
	x->news = false;
	x->failures = 0;
	return 0;
}

static int
hear_all(struct ears *s, struct err *e)
{
	for (size_t i = 0; i < s->n; i++) {
		struct err why = { 0 };

		if (!alive(s, i) || !imap_idling(session(s, i)) ||
		    hear_one(s, i, &why) == 0)
			continue;
		if (failed(s, i) < 0) {
			*e = why;
			return -1;
		}
	}
	return 0;
}

/* Milliseconds to wait for; bytes read already are not waited for. */
static int
patience(const struct ears *s, int64_t ms)
{
	int64_t now = ears_now();

	if (ms > SLICE_MS)
		ms = SLICE_MS;
	for (size_t i = 0; i < s->n; i++) {
		const struct ear *x = &s->ear[i];
		int64_t left = x->retry_at - now;

		if (alive(s, i) && imap_idling(session(s, i))) {
			left = x->since + RENEW_MS - now;
			if (x->news || imap_pending(session(s, i)))
				left = 0;
		}
		if (left < ms)
			ms = left;
	}
	return ms > 0 ? (int)ms : 0;
}

static void
wait_for_any(struct ears *s, int ms)
{
	struct pollfd p[EARS_MAX + 2] = { { s->wake_fd, POLLIN, 0 },
		{ s->stop_fd, POLLIN, 0 } };
	nfds_t n = 2;

	for (size_t i = 0; i < s->n; i++)
		if (alive(s, i) && imap_idling(session(s, i)))
			p[n++] = (struct pollfd){ imap_fd(session(s, i)),
				POLLIN, 0 };
	beat();
	poll(p, n, ms);
}

/* Only wait: the rounds look. */
static void
wait_deaf(struct ears *s, int64_t ms)
{
	if (s->n > 0) {
		if (s->r->imap != NULL && imap_idling(s->r->imap))
			ears_pause(s);
		ears_close(s);
		s->n = 0;
		s->of = 0;
	}
	wait_for_any(s, ms > SLICE_MS ? SLICE_MS : (int)ms);
}

int
ears_attend(struct ears *s, int64_t ms, struct err *e)
{
	if (s->deaf_until > ears_now()) {
		wait_deaf(s, ms);
		return 0;
	}
	/* Heard now, not after the wait: the machine may sleep in it. */
	if (choose(s, e) < 0 || hear_all(s, e) < 0 || raise_all(s, e) < 0)
		return -1;
	if (s->r->look)
		return 0;
	wait_for_any(s, patience(s, ms));
	return 0;
}

void
ears_pause(struct ears *s)
{
	struct err why = { 0 };
	bool news = false;

	if (s->r->imap == NULL)
		return;
	if (imap_idling(s->r->imap) ? imap_idle_end(s->r->imap, &news, &why) < 0
				    : imap_noop(s->r->imap, &why) < 0)
		round_drop(s->r);
}

void
ears_close(struct ears *s)
{
	for (size_t i = 1; i < s->n; i++) {
		imap_close(s->ear[i].imap);
		s->ear[i].imap = NULL;
		s->ear[i].ready = s->ear[i].news = false;
	}
}
