/*
 * import.c -- files and folders of mail into the store.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/when.h"
#include "desk/people.h"
#include "mail/crew.h"
#include "mail/past_inside.h"

#define WORKERS     2
#define BUSY_MS     10000
#define BATCH_MAILS 200
#define BATCH_BYTES (8u << 20)
#define UNDER_WAY   256 /* mails given to the crew and not taken */
#define DEPTH       16  /* folders within folders */

/* Mails of one of the two mailboxes, waiting to be stored together. */
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
	struct pile in;
	struct pile sent;
	struct {
		int64_t at; /* if the mail itself does not say */
		bool seen;
	} meta[UNDER_WAY];
	uint64_t given;
	int64_t now;
	struct past_count count;
	void (*tell)(void *arg, const char *line);
	void *arg;
	int64_t told; /* ms */
	int64_t began;
};

static void
tell(struct import *i)
{
	int64_t now = when_ms(), spent = now - i->began;
	char line[120];

	if (i->tell == NULL || now - i->told < 250)
		return;
	i->told = now;
	snprintf(line, sizeof(line), "%lld mails read, %lld new, %lld a second",
	    (long long)i->count.read, (long long)i->count.fetched,
	    (long long)(spent > 0 ? i->count.read * 1000 / spent : 0));
	i->tell(i->arg, line);
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
	struct pile *pile;
	bool sent;

	if (m == NULL) {
		arena_free(&look);
		parsed_free(p);
		return -1;
	}
	sent = people_is_ours(i->shop, m);
	arena_free(&look);
	pile = sent ? &i->sent : &i->in;
	m = parsed_mail(&pile->arena, p, e);
	if (*m->unreadable != '\0')
		i->count.unreadable++;
	pile->held[pile->n] = *p;
	pile->v[pile->n] = (struct arrival){
		.uid = past_uid(m),
		.internal_date = instant_of(i, m, i->meta[slot].at),
		.flags = i->meta[slot].seen || sent ? MAIL_SEEN : 0,
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

/* ---- files ---- */

static int
give(struct import *i, const char *bytes, size_t n, bool mbox, int64_t at,
    bool seen, struct err *e)
{
	struct buf raw = { 0 };
	size_t slot = i->given % UNDER_WAY;
	int rc;

	if (collect(i, false, e) < 0)
		return -1;
	mbox_unquote(&raw, bytes, n, mbox);
	i->meta[slot].at = at;
	i->meta[slot].seen = seen;
	rc = crew_give(i->crew, i->given++, buf_text(&raw), raw.len, e);
	buf_free(&raw);
	i->count.read++;
	return rc;
}

static int
give_mbox(struct import *i, const char *bytes, size_t n, int64_t at,
    struct err *e)
{
	size_t next = 0, from, len;

	while (mbox_next(bytes, n, &next, &from, &len)) {
		if (len > 0 &&
		    give(i, bytes + from, len, true, at, true, e) < 0)
			return -1;
	}
	return 0;
}

/* Does it begin with a header field (RFC 5322, 2.2)? */
static bool
looks_like_mail(const char *s, size_t n)
{
	size_t k = 0;

	while (k < n && s[k] > ' ' && s[k] < 127 && s[k] != ':')
		k++;
	return k > 0 && k < n && s[k] == ':';
}

/* The flags of Maildir: "unique:2,FRS". */
static bool
maildir_seen(const char *name)
{
	const char *info = strstr(name, ":2,");

	return info != NULL && strchr(info, 'S') != NULL;
}

static int
give_bytes(struct import *i, const char *path, const char *bytes, size_t n,
    int64_t at, struct err *e)
{
	i->count.files++;
	if (mbox_looks(bytes, n))
		return give_mbox(i, bytes, n, at, e);
	if (looks_like_mail(bytes, n))
		return give(i, bytes, n, false, at, maildir_seen(path), e);
	return 0;
}

static int
give_file(struct import *i, const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	void *map;
	int rc;

	if (fd < 0 || fstat(fd, &st) < 0) {
		rc = err_set(e, errno == ENOENT ? ERR_MISSING : ERR_SYSTEM,
		    errno, "%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return rc;
	}
	if (!S_ISREG(st.st_mode) || st.st_size == 0) {
		close(fd);
		return 0;
	}
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return err_set(e, ERR_SYSTEM, errno, "%s: %s", path,
		    strerror(errno));
	rc = give_bytes(i, path, map, (size_t)st.st_size, st.st_mtime, e);
	munmap(map, (size_t)st.st_size);
	return rc;
}

/* ---- folders ---- */

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/*
 * Not what a Maildir keeps for itself; but its folders, which begin with a
 * dot.
 */
static bool
skip(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	       strcmp(name, "tmp") == 0 || strncmp(name, "dovecot", 7) == 0 ||
	       strcmp(name, "subscriptions") == 0;
}

static int
give_folder(struct import *i, const char *path, int depth, struct err *e)
{
	struct dirent **v;
	int n = scandir(path, &v, NULL, by_name), rc = 0;

	if (n < 0)
		return err_set(e, ERR_SYSTEM, errno, "%s: %s", path,
		    strerror(errno));
	for (int k = 0; k < n; k++) {
		struct buf child = { 0 };
		struct stat st;

		buf_fmt(&child, "%s/%s", path, v[k]->d_name);
		if (rc == 0 && !skip(v[k]->d_name) &&
		    lstat(buf_text(&child), &st) == 0) {
			if (S_ISDIR(st.st_mode) && depth > 0)
				rc = give_folder(i, buf_text(&child), depth - 1,
				    e);
			else if (S_ISREG(st.st_mode))
				rc = give_file(i, buf_text(&child), e);
		}
		buf_free(&child);
		free(v[k]);
	}
	free(v);
	return rc;
}

static int
import(struct import *i, const char *path, bool folder, struct err *e)
{
	if (past_mailbox(i->store, false, &i->in.box, e) < 0 ||
	    past_mailbox(i->store, true, &i->sent.box, e) < 0)
		return -1;
	if ((folder ? give_folder(i, path, DEPTH, e) : give_file(i, path, e)) <
	    0)
		return -1;
	if (collect(i, true, e) < 0 || pile_store(i, &i->in, e) < 0 ||
	    pile_store(i, &i->sent, e) < 0)
		return -1;
	if (i->count.read == 0)
		return err_set(e, ERR_USAGE, 0,
		    "%s: no mail in it: an mbox, a Maildir or .eml files are"
		    " meant",
		    path);
	return ingest_checkpoint(i->store, e);
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
	if (stat(path, &st) < 0)
		return err_set(e, errno == ENOENT ? ERR_MISSING : ERR_SYSTEM,
		    errno, "%s: %s", path, strerror(errno));
	i = calloc(1, sizeof(*i));
	if (i == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "out of memory");
	i->shop = shop;
	i->tell = tell_line;
	i->arg = arg;
	i->now = when_now();
	i->began = when_ms();
	i->crew = crew_start(WORKERS, e); /* before the store is opened */
	if (i->crew != NULL)
		i->store = store_open(shop, STORE_CREATE, BUSY_MS, e);
	if (i->store != NULL)
		rc = import(i, path, S_ISDIR(st.st_mode), e);
	*out = i->count;
	pile_clear(&i->in);
	pile_clear(&i->sent);
	arena_free(&i->in.arena);
	arena_free(&i->sent.arena);
	if (i->store != NULL)
		store_close(i->store);
	crew_stop(i->crew);
	free(i);
	return rc;
}
