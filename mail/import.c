/*
 * import.c -- mail found in files goes into the store, in batches.
 */
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/when.h"
#include "desk/people.h"
#include "mail/crew.h"
#include "mail/past_inside.h"

#define WORKERS 2
#define BUSY_MS 10000
/*
 * In a large store nearly every index page that a mail changes is one that no
 * mail near it does, and is written whole: twice as many pages a mail with
 * batches of 200.
 */
#define BATCH_MAILS 4000
#define BATCH_BYTES (24u << 20)
#define UNDER_WAY   256   /* mails given to the crew and not taken */
#define MARK_MS     10000 /* over which the rate is told */

enum { IN, SENT, JUNK, BOXES };

/* Mails of one of the mailboxes, waiting to be stored together. */
struct pile {
	struct arrival v[BATCH_MAILS];
	struct parsed held[BATCH_MAILS];
	size_t n;
	size_t bytes;
	struct arena arena;
	struct past_box box;
};

struct import {
	const struct shop *shop;
	struct store *store;
	struct crew *crew;
	struct pile pile[BOXES];
	struct found meta[UNDER_WAY]; /* without bytes */
	uint64_t given;
	int64_t now;
	struct past_count count;
	void (*tell)(void *arg, const char *line);
	void *arg;
	int64_t told; /* ms */
	int64_t began;
	int64_t total; /* bytes of all files; 0: nobody knows */
	int64_t bytes; /* of them read */
	/* How far it had come some seconds ago, and not so long ago. */
	int64_t mark, mark_bytes, mark_read;
	int64_t next_mark, next_bytes, next_read;
};

/* "3m 20s left", from how the last seconds went; "" if nobody knows. */
static void
say_left(const struct import *i, int64_t now, char *out, size_t size)
{
	int64_t bytes = i->bytes - i->mark_bytes, ms = now - i->mark;
	int64_t left = i->total - i->bytes;

	*out = '\0';
	if (left > 0 && bytes > 0 && now - i->began > 2000) {
		char span[WHEN_SIZE];

		left = (int64_t)((double)left * (double)ms / (double)bytes);
		snprintf(out, size, ", %s left",
		    when_span_long(left / 1000, span));
	}
}

/* The rate is that of the last seconds, too: it is what one waits for. */
static void
tell(struct import *i)
{
	char line[160], part[20] = "", left[50];
	int64_t now = when_ms(), ms = now - i->mark;

	if (i->tell == NULL || now - i->told < 250)
		return;
	i->told = now;
	if (i->total > 0)
		snprintf(part, sizeof(part), "%d %%, ",
		    (int)(i->bytes * 100 / i->total));
	say_left(i, now, left, sizeof(left));
	snprintf(line, sizeof(line),
	    "%s%lld mails read, %lld new, %lld a second%s", part,
	    (long long)i->count.read, (long long)i->count.fetched,
	    (long long)(ms > 0 ? (i->count.read - i->mark_read) * 1000 / ms
			       : 0),
	    left);
	i->tell(i->arg, line);
	if (ms > MARK_MS) {
		i->mark = i->next_mark;
		i->mark_bytes = i->next_bytes;
		i->mark_read = i->next_read;
		i->next_mark = now;
		i->next_bytes = i->bytes;
		i->next_read = i->count.read;
	}
}

void
import_progress(struct import *i, size_t bytes)
{
	i->bytes += (int64_t)bytes;
	tell(i);
}

struct past_count *
import_count(struct import *i)
{
	return &i->count;
}

static void
pile_clear(struct pile *p)
{
	for (size_t k = 0; k < p->n; k++)
		parsed_free(&p->held[k]);
	p->n = 0;
	p->bytes = 0;
	arena_reset(&p->arena);
}

static int
pile_store(struct import *i, struct pile *p, struct err *e)
{
	struct ingest_count count = { 0 };
	int rc;

	if (p->n == 0)
		return 0;
	for (size_t k = 0; k < p->n; k++) {
		if (p->box.cursor.high < p->v[k].uid)
			p->box.cursor.high = p->v[k].uid;
	}
	rc = ingest_batch(i->store, p->box.id, p->v, p->n, &p->box.cursor,
	    i->shop->history, i->now, &count, e);
	pile_clear(p);
	i->count.fetched += count.fetched;
	i->count.threads += count.threads;
	tell(i);
	return rc;
}

/* The mail's own date, unless it lies in the time to come. */
static int64_t
instant_of(const struct import *i, const struct mail *m, int64_t file_at)
{
	int64_t at = m->date > 0 ? m->date : file_at;

	return at > 0 && at < i->now ? at : i->now;
}

static int
take_parsed(struct import *i, struct parsed *p, struct err *e)
{
	size_t slot = p->ticket % UNDER_WAY;
	struct arena look = { 0 };
	struct mail *m = parsed_mail(&look, p, e);
	const struct found *meta = &i->meta[slot];
	struct pile *pile;
	bool sent;

	if (m == NULL) {
		arena_free(&look);
		parsed_free(p);
		return -1;
	}
	sent = meta->role == ROLE_SENT ||
	       (meta->role != ROLE_JUNK && people_is_ours(i->shop, m));
	arena_free(&look);
	pile = &i->pile[sent ? SENT : meta->role == ROLE_JUNK ? JUNK : IN];
	m = parsed_mail(&pile->arena, p, e);
	if (*m->unreadable != '\0')
		i->count.unreadable++;
	pile->held[pile->n] = *p;
	pile->v[pile->n] = (struct arrival){
		.uid = past_uid(m->hash),
		.internal_date = instant_of(i, m, meta->at),
		.flags = meta->flags | (sent ? MAIL_SEEN : 0),
		.mail = m,
		.packed = pile->held[pile->n].packed.data,
		.packed_size = pile->held[pile->n].packed.len,
	};
	pile->n++;
	pile->bytes += p->record.len + p->packed.len;
	if (pile->n == BATCH_MAILS || pile->bytes >= BATCH_BYTES)
		return pile_store(i, pile, e);
	return 0;
}

static int
collect(struct import *i, bool all, struct err *e)
{
	struct parsed p;
	int r;

	while (crew_busy(i->crew) > 0) {
		bool wait = all || crew_full(i->crew) ||
			    crew_busy(i->crew) >= UNDER_WAY - 1;

		r = crew_take(i->crew, wait ? -1 : 0, &p, e);
		if (r <= 0)
			return r;
		if (take_parsed(i, &p, e) < 0)
			return -1;
	}
	return 0;
}

/* Taken by an import before: then it need not be read again. */
static int
is_known(struct import *i, const struct buf *raw, struct err *e)
{
	uint8_t hash[HASH_SIZE];
	int rc = 0;

	hash_sha256(raw->data, raw->len, hash);
	for (int k = 0; rc == 0 && k < BOXES; k++)
		rc = ingest_has(i->store, i->pile[k].box.id, past_uid(hash), e);
	return rc;
}

int
import_give(struct import *i, const struct found *f, struct err *e)
{
	struct buf raw = { 0 };
	int rc;

	i->count.read++;
	mbox_unquote(&raw, f->bytes, f->n, f->form);
	rc = is_known(i, &raw, e);
	if (rc > 0)
		tell(i);
	if (rc == 0)
		rc = collect(i, false, e);
	else
		rc = rc > 0 ? 1 : -1;
	if (rc == 0) {
		i->meta[i->given % UNDER_WAY] = *f;
		rc = crew_give(i->crew, i->given++, buf_text(&raw), raw.len, e);
	}
	buf_free(&raw);
	return rc < 0 ? -1 : 0;
}

/* ---- the whole ---- */

static int
open_boxes(struct import *i, struct err *e)
{
	static const enum mailbox_role role[] = { ROLE_INBOX, ROLE_SENT,
		ROLE_JUNK };

	for (int k = 0; k < BOXES; k++)
		if (past_mailbox(i->store, role[k], &i->pile[k].box, e) < 0)
			return -1;
	return 0;
}

static int
import(struct import *i, const char *path, struct err *e)
{
	/* More mail on a damaged store would only hide the damage. */
	if (i->tell != NULL)
		i->tell(i->arg, "looking through the store");
	if (ingest_sound(i->store, e) < 0 || ingest_much(i->store, e) < 0 ||
	    open_boxes(i, e) < 0 || import_walk(i, path, e) < 0 ||
	    collect(i, true, e) < 0)
		return -1;
	for (int k = 0; k < BOXES; k++)
		if (pile_store(i, &i->pile[k], e) < 0)
			return -1;
	if (ingest_checkpoint(i->store, CHECKPOINT_FEW, e) < 0)
		return -1;
	if (i->count.refused > 0)
		return err_set(e, ERR_SYSTEM, 0, "%s%s", i->count.why,
		    i->count.read > 0 ? " (the rest was taken)" : "");
	if (i->count.read + i->count.left == 0)
		return err_set(e, ERR_USAGE, 0,
		    "%s: no mail in it: an mbox, a Maildir or .eml files are"
		    " meant",
		    path);
	return 0;
}

/* Bytes of the files there, to tell how far one has come. */
static int64_t
weigh(const char *path)
{
	char *const paths[] = { (char *)(uintptr_t)path, NULL };
	FTS *walk =
	    fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
	int64_t sum = 0;
	FTSENT *one;

	while (walk != NULL && (one = fts_read(walk)) != NULL)
		if (one->fts_info == FTS_F)
			sum += one->fts_statp->st_size;
	if (walk != NULL)
		fts_close(walk);
	return sum;
}

int
past_import(const struct shop *shop, const char *path,
    void (*tell_line)(void *arg, const char *line), void *arg,
    struct past_count *out, struct err *e)
{
	struct import *i;
	struct stat st;
	int rc = -1;

	*out = (struct past_count){ 0 };
	if (strcmp(path, "-") != 0 && stat(path, &st) < 0)
		return err_set(e, errno == ENOENT ? ERR_MISSING : ERR_SYSTEM,
		    errno, "%s: %s", path, strerror(errno));
	i = calloc(1, sizeof(*i));
	if (i == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "out of memory");
	i->shop = shop;
	i->tell = tell_line;
	i->arg = arg;
	i->now = when_now();
	i->began = i->mark = i->next_mark = when_ms();
	if (tell_line != NULL)
		i->total = weigh(path);
	i->crew = crew_start(WORKERS, e); /* before the store is opened */
	if (i->crew != NULL)
		i->store = store_open(shop, STORE_CREATE, BUSY_MS, e);
	if (i->store != NULL)
		rc = import(i, path, e);
	*out = i->count;
	for (int k = 0; k < BOXES; k++) {
		pile_clear(&i->pile[k]);
		arena_free(&i->pile[k].arena);
	}
	if (i->store != NULL)
		store_close(i->store);
	crew_stop(i->crew);
	free(i);
	return rc;
}
