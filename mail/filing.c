/*
 * filing.c -- the copy in Sent: found, made, or left to the server.
 *
 * Whether a server files what is submitted to it is not announced anywhere;
 * it is learned from the first mail and kept as a fact of the account.  The
 * search comes before each APPEND, so a lost answer makes no second copy;
 * what the server files later than we waited is found by trial.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/when.h"
#include "mail/outgoing_inside.h"
#include "mail/trial.h"
#include "store/ingest.h"

/* "yes HOST", "no HOST": another server is another fact. */
#define FACT "server-files-sent"

enum files { FILES_UNKNOWN, FILES_YES, FILES_NO };

struct filer {
	struct sender *s;
	struct imap *imap;
	struct arena arena;
	const char *sent; /* the mailbox; "" if there is none yet */
	struct imap_box *box;
	size_t boxes;
	enum files files;
	struct trials trials; /* copies that we made */
	struct sync_report *report;
};

char *
sender_eml(const struct sender *s, struct arena *a, const char *message_id)
{
	uint8_t digest[HASH_SIZE];
	char hex[2 * HASH_SIZE + 1];

	/* An id is hostile as a file name; its digest is not. */
	hash_sha256(message_id, strlen(message_id), digest);
	hash_hex(digest, HASH_SIZE, hex);
	return arena_fmt(a, "%s/%.32s.eml", s->account->deliver_to, hex);
}

int
sender_unfiled(struct sender *s, struct err *e)
{
	struct arena a = { 0 };
	struct trials trials = { 0 };
	struct filing *v;
	size_t n = 0;
	int rc;

	rc = outbox_unfiled(s->store, s->account->title, &a, &v, &n, e);
	if (rc == 0 && n == 0)
		rc = trial_load(s->store, s->account->title, &a, &trials, e);
	if (rc == 0)
		rc = n + trials.n > 0;
	arena_free(&a);
	return rc;
}

/* ---- who files ---- */

static bool
ends_with(const char *s, const char *tail)
{
	size_t n = strlen(s), t = strlen(tail);

	return n >= t && text_same(s + n - t, tail);
}

/* Those who are known to, so that nothing has to be tried on them. */
static bool
known_filer(const struct filer *f)
{
	static const char *const host[] = { ".gmail.com", ".googlemail.com",
		".office365.com", ".outlook.com" };
	const char *smtp = f->s->account->smtp.host;

	if (imap_can(f->imap, "X-GM-EXT-1"))
		return true;
	for (size_t i = 0; i < sizeof(host) / sizeof(host[0]); i++)
		if (ends_with(smtp, host[i]))
			return true;
	return false;
}

static int
recall(struct filer *f, struct err *e)
{
	const struct account *account = f->s->account;
	const char *fact, *host;

	f->files = account->sent == SENT_APPEND ? FILES_NO : FILES_YES;
	if (account->sent != SENT_AUTO || known_filer(f))
		return 0;
	f->files = FILES_UNKNOWN;
	if (ingest_fact(f->s->store, account->title, FACT, &f->arena, &fact,
		e) < 0)
		return -1;
	host = strchr(fact, ' ');
	if (host == NULL || strcmp(host + 1, account->smtp.host) != 0)
		return 0;
	f->files = fact[0] == 'y' ? FILES_YES : FILES_NO;
	return 0;
}

static int
learn(struct filer *f, enum files files, struct err *e)
{
	const struct account *account = f->s->account;
	const char *fact;

	if (account->sent != SENT_AUTO || f->files == files)
		return 0;
	f->files = files;
	fact = arena_fmt(&f->arena, "%s %s", files == FILES_YES ? "yes" : "no",
	    account->smtp.host);
	return ingest_fact_set(f->s->store, account->title, FACT, fact, e);
}

/* ---- where ---- */

/* The mailbox for sent mail; where there is none it is made when needed. */
static int
find_sent(struct filer *f, struct err *e)
{
	f->sent = "";
	if (imap_list(f->imap, &f->arena, &f->box, &f->boxes, e) < 0)
		return -1;
	for (size_t i = 0; i < f->boxes; i++)
		if (f->box[i].role == ROLE_SENT && f->box[i].selectable) {
			f->sent = f->box[i].name;
			break;
		}
	return 0;
}

static int
make_sent(struct filer *f, struct err *e)
{
	struct imap_state state;
	const char *made;
	int rc =
	    imap_make(f->imap, f->box, f->boxes, "Sent", &f->arena, &made, e);

	if (rc < 0 || imap_select(f->imap, made, &state, e) < 0)
		return -1;
	f->sent = made;
	return 0;
}

/* The UIDs of the copies, in the mailbox as it is now. */
static int
copies(struct filer *f, const char *message_id, uint32_t **uid, size_t *n,
    struct err *e)
{
	struct imap_state state;

	*n = 0;
	if (f->sent[0] == '\0')
		return 0;
	/* Selecting anew shows what came since; a search alone may not. */
	if (imap_select(f->imap, f->sent, &state, e) < 0)
		return -1;
	return imap_find(f->imap, message_id, &f->arena, uid, n, e);
}

static int
filed(struct filer *f, const struct filing *m, struct err *e)
{
	f->report->filed++;
	return outbox_filed(f->s->store, m->id, when_now(), e);
}

/* ---- a copy of our own ---- */

static int
keep(struct filer *f, struct err *e)
{
	return trial_keep(f->s->store, f->s->account->title, &f->trials, e);
}

/*
 * That we are about to make a copy is kept before it is made: if the answer
 * is lost, the copy found later proves nothing about the server.
 */
static int
append(struct filer *f, const struct filing *m, struct err *e)
{
	struct trial *ours;
	uint32_t *v;
	size_t n;

	if (f->sent[0] == '\0' && make_sent(f, e) < 0)
		return -1;
	ours = trial_begin(&f->trials, m->message_id, when_now(), &f->arena);
	if (keep(f, e) < 0 ||
	    imap_append(f->imap, f->sent, MAIL_SEEN, m->accepted_at, m->bytes,
		m->size, &ours->uid, e) < 0)
		return -1;
	if (ours->uid == 0) {
		if (copies(f, m->message_id, &v, &n, e) < 0)
			return -1;
		ours->uid = n > 0 ? v[0] : 0;
	}
	if (keep(f, e) < 0 || learn(f, FILES_NO, e) < 0)
		return -1;
	return filed(f, m, e);
}

/* Give the server some seconds, the first time, to show its habit. */
static int
linger(struct filer *f, const struct filing *m, uint32_t **uid, size_t *n,
    struct err *e)
{
	static const int wait_ms[] = { 0, 300, 700, 1500 };
	/* Where a test has stopped the clock there is nothing to wait for. */
	bool stopped = getenv("SHOPBELL_TEST_NOW") != NULL;

	for (size_t i = 0; i < sizeof(wait_ms) / sizeof(wait_ms[0]); i++) {
		struct timespec t = { wait_ms[i] / 1000,
			wait_ms[i] % 1000 * 1000000L };

		if (!stopped)
			nanosleep(&t, NULL);
		if (copies(f, m->message_id, uid, n, e) < 0)
			return -1;
		if (*n > 0 || stopped)
			break;
	}
	return 0;
}

static int
file_accepted(struct filer *f, const struct filing *m, struct err *e)
{
	struct trial *ours = trial_find(&f->trials, m->message_id);
	bool first = f->files == FILES_UNKNOWN && ours == NULL;
	uint32_t *uid;
	size_t n;

	if ((first ? linger(f, m, &uid, &n, e)
		   : copies(f, m->message_id, &uid, &n, e)) < 0)
		return -1;
	if (n > 0 && ours == NULL && learn(f, FILES_YES, e) < 0)
		return -1;
	if (n > 0 && ours != NULL) {
		/* The answer to our APPEND was lost, or we were stopped. */
		ours->uid = uid[0];
		if (keep(f, e) < 0)
			return -1;
	}
	if (n > 0)
		return filed(f, m, e);
	if (f->files == FILES_YES && when_now() - m->accepted_at < TRIAL_SECS)
		return 0;
	if (f->s->account->sent == SENT_SERVER)
		return filed(f, m, e);
	return append(f, m, e);
}

/* A copy in Sent that we did not make: the server took the mail. */
static int
prove(struct filer *f, const struct filing *m, struct err *e)
{
	uint32_t *uid;
	size_t n;

	/* Where some have had it before, the copy is of that time. */
	if (m->accepted_at != 0)
		return 0;
	if (copies(f, m->message_id, &uid, &n, e) < 0)
		return -1;
	if (n == 0)
		return 0;
	if (learn(f, FILES_YES, e) < 0 ||
	    outbox_proved(f->s->store, m->id, when_now(), e) < 0)
		return -1;
	f->report->sent++;
	return filed(f, m, e);
}

/* ---- a second copy ---- */

/* Of these copies of one mail, take ours back. */
static int
take_back(struct filer *f, const struct trial *ours, const uint32_t *uid,
    size_t n, struct err *e)
{
	uint32_t which = uid[0];
	char set[16];

	for (size_t i = 0; i < n; i++)
		if (uid[i] == ours->uid)
			which = ours->uid;
	snprintf(set, sizeof(set), "%" PRIu32, which);
	return imap_remove(f->imap, set, e);
}

/*
 * Did the server file copies after all, later than we waited?  Then ours
 * go, and from now on the server is left to do it.
 */
static int
look_again(struct filer *f, struct err *e)
{
	size_t i = 0, before = f->trials.n;

	while (i < f->trials.n) {
		struct trial *ours = &f->trials.v[i];
		int64_t age = when_now() - ours->at;
		uint32_t *uid;
		size_t n;

		if (copies(f, ours->message_id, &uid, &n, e) < 0)
			return -1;
		if (n > 1 && (take_back(f, ours, uid, n, e) < 0 ||
				 learn(f, FILES_YES, e) < 0))
			return -1;
		/* Not there at all: its APPEND may be on its way yet. */
		if (n > 1 || age > (n == 0 ? 10 * TRIAL_SECS : TRIAL_SECS))
			trial_end(&f->trials, i);
		else
			i++;
	}
	return f->trials.n < before ? keep(f, e) : 0;
}

/* A folder in place of a server: the file is the evidence and the copy. */
static int
file_delivered(struct filer *f, const struct filing *m, struct err *e)
{
	const char *path = sender_eml(f->s, &f->arena, m->message_id);

	if (!m->doubt)
		return filed(f, m, e);
	if (access(path, F_OK) < 0)
		return 0;
	if (outbox_proved(f->s->store, m->id, when_now(), e) < 0)
		return -1;
	f->report->sent++;
	return filed(f, m, e);
}

static int
file_all(struct filer *f, const struct filing *v, size_t n, struct err *e)
{
	bool folder = f->s->account->deliver_to[0] != '\0';

	for (size_t i = 0; i < n; i++) {
		int rc = folder       ? file_delivered(f, &v[i], e)
			 : v[i].doubt ? prove(f, &v[i], e)
				      : file_accepted(f, &v[i], e);

		if (rc < 0)
			return -1;
	}
	return 0;
}

int
sender_file(struct sender *s, struct imap *imap, struct sync_report *r,
    struct err *e)
{
	struct filer f = { .s = s, .imap = imap, .report = r };
	struct filing *v;
	size_t n = 0;
	int rc = -1;

	if (outbox_unfiled(s->store, s->account->title, &f.arena, &v, &n, e) <
	    0)
		goto out;
	if (s->account->deliver_to[0] == '\0' && imap != NULL) {
		if (recall(&f, e) < 0 || find_sent(&f, e) < 0 ||
		    trial_load(s->store, s->account->title, &f.arena, &f.trials,
			e) < 0 ||
		    look_again(&f, e) < 0)
			goto out;
	} else if (s->account->deliver_to[0] == '\0') {
		n = 0;
	}
	rc = file_all(&f, v, n, e);
out:
	arena_free(&f.arena);
	return rc;
}
