/*
 * ahead.c -- the write-ahead log, and the file that it builds on.
 *
 * SQLite applies whatever log lies beside a file.  Where somebody has put
 * another file under it (cp backup.db store.db is enough) the two are mixed
 * and the store is damaged.  So each log names the file it builds on: after
 * every checkpoint the first commit into the new log writes the digest of
 * the file's header, which no two states of a file share because the change
 * counter in it goes up.  While a checkpoint changes the file the name is
 * "?", which goes with anything.
 */
#include "store/ingest.h"
#include "store/own.h"
#include "store/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/when.h"

#define NAME 32 /* hex digits */

/* A frame of the log, and its header (sqlite.org/fileformat2.html, 4). */
#define FRAME  (24 + 4096)
#define HEADER 32

/* Of the index: a lock here is held by whoever has the store open. */
#define INDEX_IN_USE 128

#define WAIT_MS 3000

#define ABOUT_US 2000000                    /* agents are, after one waited */
#define LARGE    ((off_t)FRAME * 4 * 32768) /* a log, agents or not */

static void
base_name(const uint8_t header[DB_HEADER], char out[NAME + 1])
{
	uint8_t digest[HASH_SIZE];

	hash_sha256(header, DB_HEADER, digest);
	hash_hex(digest, NAME / 2, out);
}

/* ---- does the log fit? ---- */

enum fit {
	FIT_YES,
	FIT_UNNAMED, /* nothing is said, or a checkpoint is under way */
	FIT_NO,      /* another file is named, or the two make no sense */
};

/* The name in what the connection sees: "" if none, or no store yet. */
static int
read_name(struct db *d, struct arena *a, const char **name, struct err *e)
{
	int64_t tables;

	*name = "";
	if (db_get(d, &tables, e,
		"SELECT count(*) FROM sqlite_schema WHERE name='meta'", "") < 0)
		return -1;
	if (tables == 0)
		return 0;
	return db_get_text(d, a, name, e,
		   "SELECT value FROM meta WHERE name='base'", "") < 0
		   ? -1
		   : 0;
}

static int
fits(struct db *d, enum fit *fit, struct err *e)
{
	struct arena a = { 0 };
	uint8_t header[DB_HEADER];
	char base[NAME + 1];
	const char *name = "";
	int rc = 0;

	*fit = FIT_UNNAMED;
	if (db_header(d, header) < 0)
		return 0;
	base_name(header, base);
	if (read_name(d, &a, &name, e) < 0) {
		*fit = FIT_NO;
		rc = e->kind == ERR_DATA ? 0 : -1;
	} else if (name[0] != '\0' && name[0] != '?') {
		*fit = strcmp(name, base) == 0 ? FIT_YES : FIT_NO;
	}
	arena_free(&a);
	return rc;
}

/*
 * The log does not fit; is it the log's fault?  The file must make sense
 * without it and name no other base than the log does, for then a program
 * that knows nothing of names has made a checkpoint.
 */
static bool
log_is_foreign(const char *path, struct db *d)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct db *alone = db_open_alone(path, &e);
	const char *without, *with;
	bool foreign = false;

	if (alone != NULL && read_name(alone, &a, &without, &e) == 0)
		foreign = d == NULL || read_name(d, &a, &with, &e) < 0 ||
			  strcmp(without, with) != 0;
	db_close(alone);
	arena_free(&a);
	return foreign;
}

static bool
has_log(const char *path)
{
	struct arena a = { 0 };
	struct stat st;
	bool some = stat(arena_fmt(&a, "%s-wal", path), &st) == 0 &&
		    st.st_size > HEADER;

	arena_free(&a);
	return some;
}

/* ---- putting it aside ---- */

static bool
is_open(const char *index)
{
	struct flock l = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = INDEX_IN_USE,
		.l_len = 1 };
	int fd = open(index, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	bool held;

	if (fd < 0)
		return false;
	held = fcntl(fd, F_GETLK, &l) < 0 || l.l_type != F_UNLCK;
	close(fd);
	return held;
}

static int
put_aside(const char *path, struct err *e)
{
	struct arena a = { 0 };
	const char *log = arena_fmt(&a, "%s-wal", path);
	const char *index = arena_fmt(&a, "%s-shm", path);
	int rc = 0;

	if (is_open(index))
		rc = err_set(e, ERR_BUSY, 0,
		    "%s was put back while in use: leave every screen, stop"
		    " the sync, and try again",
		    path);
	else if (rename(log, arena_fmt(&a, "%s.stale", log)) < 0)
		rc = err_set(e, ERR_SYSTEM, errno,
		    "%s belongs to another state of the store and cannot be"
		    " put aside: %s",
		    log, strerror(errno));
	if (rc == 0) {
		unlink(index);
		log_line(LOG_ERROR,
		    "this store was put back from a copy: changes made to the"
		    " one before it are kept in %s.stale",
		    log);
	}
	arena_free(&a);
	return rc;
}

/* Is there a log, and does it not fit?  d is NULL where SQLite gave up. */
static bool
misfit(const char *path, struct db *d)
{
	struct err why = { 0 };
	enum fit fit;

	if (!has_log(path))
		return false;
	return d == NULL || (fits(d, &fit, &why) == 0 && fit == FIT_NO);
}

/* With nobody at a checkpoint: look again, then act. */
static int
part(struct store *s, enum db_open_how how, int busy_ms, struct err *e)
{
	const char *path = s->shop->store;

	if (!misfit(path, s->db) || !log_is_foreign(path, s->db))
		return s->db != NULL ? 0 : -1;
	db_close(s->db);
	s->db = NULL;
	if (put_aside(path, e) < 0)
		return -1;
	s->db = db_open(path, how, busy_ms, e);
	return s->db != NULL ? 0 : -1;
}

int
ahead_open(struct store *s, enum db_open_how how, int busy_ms, struct err *e)
{
	const char *path = s->shop->store;
	int lock, rc;

	s->db = db_open(path, how, busy_ms, e);
	if (s->db == NULL && e->kind != ERR_DATA)
		return -1;
	if (!misfit(path, s->db) ||
	    (lock = witness_checkpoint_lock(path, WAIT_MS)) < 0)
		return s->db != NULL ? 0 : -1;
	rc = part(s, how, busy_ms, e);
	close(lock);
	return rc;
}

/* ---- naming ---- */

static int
write_name(struct store *s, const char *name, struct err *e)
{
	return db_run(s->db, e,
	    "INSERT OR REPLACE INTO meta VALUES('base', ?1)", "s", name);
}

/* With nobody at a checkpoint. */
static int
name_base(struct store *s, struct err *e)
{
	uint8_t header[DB_HEADER];
	char base[NAME + 1];
	int rc;

	if (db_header(s->db, header) < 0)
		return 0;
	base_name(header, base);
	if (db_begin(s->db, DB_QUICK, e) < 0)
		return -1;
	rc = write_name(s, base, e);
	return db_end(s->db, rc, e);
}

int
ahead_name(struct store *s, struct err *e)
{
	enum fit fit;
	int lock, rc;

	if (fits(s->db, &fit, e) < 0)
		return -1;
	if (fit == FIT_YES)
		return 0;
	lock = witness_checkpoint_lock(s->shop->store, 0);
	if (lock < 0)
		return 0;
	rc = name_base(s, e);
	close(lock);
	return rc;
}

/* From here on the file changes; its header too, whatever else does. */
static int
unname(struct store *s, struct err *e)
{
	int64_t version;
	char text[64];
	int rc;

	if (db_get(s->db, &version, e, "PRAGMA user_version", "") < 0 ||
	    db_begin(s->db, DB_QUICK, e) < 0)
		return -1;
	snprintf(text, sizeof(text), "PRAGMA user_version=%lld",
	    (long long)version);
	rc = db_script(s->db, text, e);
	if (rc == 0)
		rc = write_name(s, "?", e);
	return db_end(s->db, rc, e);
}

bool
agents_about(const struct store *s)
{
	return s->waited != 0 && when_us() - s->waited < ABOUT_US;
}

/* Bytes of the log; 0: it is not worth a checkpoint, -1: nobody knows. */
static off_t
log_size(struct store *s, int few)
{
	struct arena a = { 0 };
	struct stat log, file;
	int rc = stat(arena_fmt(&a, "%s-wal", s->shop->store), &log);

	arena_free(&a);
	if (rc < 0)
		return -1;
	/* A new store must not be all log. */
	if (stat(s->shop->store, &file) == 0 && file.st_size < log.st_size)
		few = CHECKPOINT_FEW;
	return log.st_size <= HEADER + (off_t)few * FRAME ? 0 : log.st_size;
}

/* Emptying the log takes the write lock for as long as the disk takes. */
int
ingest_checkpoint(struct store *s, int few, struct err *e)
{
	off_t size = log_size(s, few);
	int lock, rc;

	if (size == 0)
		return 0;
	lock = witness_checkpoint_lock(s->shop->store, 0);
	if (lock < 0)
		return 0; /* somebody is at it */
	rc = unname(s, e);
	if (rc == 0)
		rc = agents_about(s) && size < LARGE
			 ? db_checkpoint_aside(s->db, e)
			 : db_checkpoint(s->db, e);
	if (rc == 0)
		rc = name_base(s, e);
	close(lock);
	return rc;
}
