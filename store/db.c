#include "store/db.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/hash.h"
#include "base/when.h"
#include "store/line.h"

#define CHECKPOINT_MS 20  /* that a reader may keep all writers waiting */
#define KEPT          512 /* slots for statements, a power of two */

struct kept {
	const char *sql; /* the literal itself is the key */
	sqlite3_stmt *stmt;
};

struct db {
	sqlite3 *h;
	int busy_ms;
	enum db_sync sync;
	bool inside;      /* a transaction of ours is open */
	bool logged;      /* it came into the log */
	sigset_t signals; /* as they were before it */
	int wal_pages;
	struct line line;
	int64_t busy_since; /* when_ms() */
	struct kept kept[KEPT];
};

static const char *
path_of(struct db *d)
{
	const char *path = sqlite3_db_filename(d->h, "main");

	return path != NULL && *path != '\0' ? path : "the store";
}

/*
 * SQLite's own handler sleeps in growing steps, so that a process that
 * waits is beaten again and again by one that just asks.  Short random
 * sleeps give everybody the same chance, and who writes for long sees that
 * we stand in line.
 */
static int
on_busy(void *arg, int tries)
{
	struct db *d = arg;
	struct timespec nap = { 0, 0 };
	uint16_t r;

	if (tries == 0) {
		d->busy_since = when_ms();
		line_join(&d->line, path_of(d));
	} else if (when_ms() - d->busy_since >= d->busy_ms)
		return 0;
	hash_random(&r, sizeof(r));
	nap.tv_nsec = 200000 + (long)(r % 1300) * 1000;
	nanosleep(&nap, NULL);
	return 1;
}

static int
on_commit(void *arg, sqlite3 *h, const char *name, int pages)
{
	struct db *d = arg;

	(void)h;
	(void)name;
	d->wal_pages = pages;
	d->logged = true;
	return SQLITE_OK;
}

static const char *
plain_reason(int code)
{
	switch (code) {
	case SQLITE_FULL:
		return "the disk is full: make room and try again";
	case SQLITE_READONLY:
		return "the store cannot be written, which even reading it "
		       "needs (its -wal and -shm files): check the permissions "
		       "of it and its folder, and the disk";
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return "the store cannot be opened: check the permissions of "
		       "it and its folder";
	case SQLITE_NOTADB:
		return "this file is not a store: check the setting store";
	case SQLITE_CORRUPT:
		return "the store is damaged: restore a backup, or move it "
		       "away and run: shopbell sync";
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return "the store is busy: try again";
	case SQLITE_IOERR:
		return "the disk failed under the store: check it (shopbell "
		       "doctor)";
	default:
		return NULL;
	}
}

static enum err_kind
kind_of(int code)
{
	switch (code) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_BUSY;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return ERR_DATA;
	case SQLITE_FULL:
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR:
	case SQLITE_NOMEM:
	case SQLITE_AUTH:
		return ERR_SYSTEM;
	default:
		return ERR_BUG;
	}
}

int
db_fault(struct db *d, int code, const char *doing, struct err *e)
{
	int base = code & 0xff;
	const char *why = plain_reason(base);

	if (base == SQLITE_READONLY || base == SQLITE_PERM ||
	    base == SQLITE_CANTOPEN)
		return err_set(e, kind_of(base), code, "%s: %s", path_of(d),
		    why);
	if (why != NULL && base != SQLITE_IOERR)
		return err_set(e, kind_of(base), code, "%s", why);
	if (why != NULL)
		return err_set(e, ERR_SYSTEM, code, "%s (%s, %s)", why,
		    sqlite3_errmsg(d->h), strerror(sqlite3_system_errno(d->h)));
	return err_set(e, kind_of(base), code, "%s: %s", doing,
	    sqlite3_errmsg(d->h));
}

struct sqlite3 *
db_handle(struct db *d)
{
	return d->h;
}

int
db_script(struct db *d, const char *sql, struct err *e)
{
	int rc = sqlite3_exec(d->h, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : db_fault(d, rc, "cannot set up", e);
}

static int
settle_down(struct db *d, enum db_open_how how, struct err *e)
{
	static const char settings[] = "PRAGMA wal_autocheckpoint=0;"
				       "PRAGMA foreign_keys=OFF;"
				       "PRAGMA temp_store=MEMORY;"
				       "PRAGMA cache_size=-24576;"
				       "PRAGMA mmap_size=0;"
				       "PRAGMA cell_size_check=ON;"
				       "PRAGMA trusted_schema=ON;";

	sqlite3_extended_result_codes(d->h, 1);
	sqlite3_busy_handler(d->h, on_busy, d);
	sqlite3_wal_hook(d->h, on_commit, d);
	sqlite3_db_config(d->h, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
	sqlite3_db_config(d->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	d->sync = DB_FIRST;
	if (how == DB_READ && db_script(d, "PRAGMA query_only=ON;", e) < 0)
		return -1;
	if (db_script(d, settings, e) < 0)
		return -1;
	/* wal_autocheckpoint=0 takes the hook away. */
	sqlite3_wal_hook(d->h, on_commit, d);
	return db_script(d, "PRAGMA synchronous=FULL;", e);
}

struct db *
db_open(const char *path, enum db_open_how how, int busy_ms, struct err *e)
{
	struct db *d = calloc(1, sizeof(*d));
	int flags =
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
	int rc;

	if (d == NULL) {
		err_set(e, ERR_SYSTEM, errno, "out of memory");
		return NULL;
	}
	d->busy_ms = busy_ms;
	d->line = (struct line)LINE_NONE;
	/* A reader of a WAL store writes its shared index. */
	if (how == DB_CREATE)
		flags |= SQLITE_OPEN_CREATE;
	rc = sqlite3_open_v2(path, &d->h, flags, NULL);
	if (rc != SQLITE_OK) {
		err_set(e, kind_of(rc & 0xff), rc, "%s: %s", path,
		    d->h != NULL ? sqlite3_errmsg(d->h) : "out of memory");
		db_close(d);
		return NULL;
	}
	if (settle_down(d, how, e) < 0) {
		db_close(d);
		return NULL;
	}
	return d;
}

/* By SQLite's own descriptor: closing one of ours would drop its locks. */
static sqlite3_file *
file_of(struct db *d, int which)
{
	sqlite3_file *f = NULL;

	if (sqlite3_file_control(d->h, "main", which, &f) != SQLITE_OK ||
	    f == NULL || f->pMethods == NULL)
		return NULL;
	return f;
}

static int
to_disk(struct db *d, int which)
{
	sqlite3_file *f = file_of(d, which);

	return f != NULL ? f->pMethods->xSync(f, SQLITE_SYNC_NORMAL)
			 : SQLITE_OK;
}

int
db_header(struct db *d, uint8_t out[DB_HEADER])
{
	sqlite3_file *f = file_of(d, SQLITE_FCNTL_FILE_POINTER);

	if (f == NULL || f->pMethods->xRead(f, out, DB_HEADER, 0) != SQLITE_OK)
		return -1;
	return 0;
}

/* A path as an URI (sqlite.org/uri.html): what means something is escaped. */
static void
add_uri(struct buf *out, const char *path)
{
	buf_str(out, "file:");
	for (; *path != '\0'; path++) {
		if (strchr("%?#", *path) != NULL)
			buf_fmt(out, "%%%02x", (unsigned char)*path);
		else
			buf_chr(out, *path);
	}
	buf_str(out, "?immutable=1");
}

struct db *
db_open_alone(const char *path, struct err *e)
{
	struct db *d = calloc(1, sizeof(*d));
	struct buf uri = { 0 };
	int rc;

	if (d == NULL) {
		err_set(e, ERR_SYSTEM, errno, "out of memory");
		return NULL;
	}
	add_uri(&uri, path);
	rc = sqlite3_open_v2(buf_text(&uri), &d->h,
	    SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
	buf_free(&uri);
	if (rc == SQLITE_OK)
		return d;
	err_set(e, kind_of(rc & 0xff), rc, "%s: cannot be read", path);
	db_close(d);
	return NULL;
}

void
db_close(struct db *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < KEPT; i++)
		sqlite3_finalize(d->kept[i].stmt);
	sqlite3_close(d->h);
	line_close(&d->line);
	free(d);
}

/* ---- statements ---- */

static int
prepare(struct db *d, const char *sql, unsigned flags, sqlite3_stmt **stmt,
    struct err *e)
{
	int rc = sqlite3_prepare_v3(d->h, sql, -1, flags, stmt, NULL);

	return rc == SQLITE_OK ? 0 : db_fault(d, rc, "cannot ask", e);
}

/* The kept statement for a literal; a fresh one while that is in use. */
static int
statement(struct db *d, const char *sql, struct rows *r, struct err *e)
{
	size_t at = ((uintptr_t)sql >> 3) * 2654435761u % KEPT;

	r->d = d;
	r->own = false;
	for (size_t i = 0; i < KEPT; i++, at = (at + 1) % KEPT) {
		struct kept *k = &d->kept[at];

		if (k->sql == sql) {
			r->stmt = k->stmt;
			if (!sqlite3_stmt_busy(k->stmt))
				return 0;
			break;
		}
		if (k->sql == NULL) {
			if (prepare(d, sql, SQLITE_PREPARE_PERSISTENT, &k->stmt,
				e) < 0)
				return -1;
			k->sql = sql;
			r->stmt = k->stmt;
			return 0;
		}
	}
	r->own = true;
	return prepare(d, sql, 0, &r->stmt, e);
}

static void
bind_text(sqlite3_stmt *stmt, int col, const char *s)
{
	if (s == NULL)
		sqlite3_bind_null(stmt, col);
	else
		sqlite3_bind_text(stmt, col, s, -1, SQLITE_STATIC);
}

static void
bind_all(sqlite3_stmt *stmt, const char *fmt, va_list ap)
{
	for (int col = 1; *fmt != '\0'; fmt++, col++) {
		if (*fmt == 's') {
			bind_text(stmt, col, va_arg(ap, const char *));
		} else if (*fmt == 'b') {
			const void *p = va_arg(ap, const void *);
			size_t n = va_arg(ap, size_t);

			sqlite3_bind_blob(stmt, col, p, (int)n, SQLITE_STATIC);
		} else {
			int64_t v = va_arg(ap, int64_t);

			if (*fmt == 'n' && v == 0)
				sqlite3_bind_null(stmt, col);
			else
				sqlite3_bind_int64(stmt, col, v);
		}
	}
}

int
db_ask(struct db *d, struct rows *r, struct err *e, const char *sql,
    const char *fmt, ...)
{
	va_list ap;

	if (statement(d, sql, r, e) < 0)
		return -1;
	va_start(ap, fmt);
	bind_all(r->stmt, fmt, ap);
	va_end(ap);
	return 0;
}

int
db_ask_text(struct db *d, struct rows *r, struct err *e, const char *sql,
    const struct db_value *v, size_t n)
{
	r->d = d;
	r->own = true;
	if (prepare(d, sql, 0, &r->stmt, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (v[i].type == DB_TEXT)
			bind_text(r->stmt, (int)i + 1, v[i].s);
		else
			sqlite3_bind_int64(r->stmt, (int)i + 1, v[i].i);
	}
	return 0;
}

void
db_done(struct rows *r)
{
	if (r->stmt == NULL)
		return;
	sqlite3_reset(r->stmt);
	if (r->own)
		sqlite3_finalize(r->stmt);
	r->stmt = NULL;
}

int
db_next(struct rows *r, struct err *e)
{
	int rc = sqlite3_step(r->stmt);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE) {
		db_fault(r->d, rc, "the store refused", e);
		db_done(r);
		return -1;
	}
	db_done(r);
	return 0;
}

int64_t
db_int(struct rows *r, int col)
{
	return sqlite3_column_int64(r->stmt, col);
}

bool
db_is_null(struct rows *r, int col)
{
	return sqlite3_column_type(r->stmt, col) == SQLITE_NULL;
}

bool
db_is_blob(struct rows *r, int col)
{
	return sqlite3_column_type(r->stmt, col) == SQLITE_BLOB;
}

char *
db_str(struct rows *r, int col, struct arena *a)
{
	const char *s = (const char *)sqlite3_column_text(r->stmt, col);

	return arena_strn(a, s != NULL ? s : "",
	    (size_t)sqlite3_column_bytes(r->stmt, col));
}

const char *
db_peek(struct rows *r, int col)
{
	const char *s = (const char *)sqlite3_column_text(r->stmt, col);

	return s != NULL ? s : "";
}

const void *
db_blob(struct rows *r, int col, size_t *n)
{
	const void *p = sqlite3_column_blob(r->stmt, col);

	*n = (size_t)sqlite3_column_bytes(r->stmt, col);
	return p;
}

/* Step once and no further. */
static int
once(struct rows *r, struct err *e)
{
	int rc = db_next(r, e);

	return rc < 0 ? -1 : rc;
}

int
db_run(struct db *d, struct err *e, const char *sql, const char *fmt, ...)
{
	struct rows r;
	va_list ap;
	int rc;

	if (statement(d, sql, &r, e) < 0)
		return -1;
	va_start(ap, fmt);
	bind_all(r.stmt, fmt, ap);
	va_end(ap);
	while ((rc = once(&r, e)) > 0)
		continue;
	return rc;
}

/* The first row: 1 with it in r, to be given to db_done; 0 if none; -1. */
static int
first_row(struct db *d, struct rows *r, struct err *e, const char *sql,
    const char *fmt, va_list ap)
{
	if (statement(d, sql, r, e) < 0)
		return -1;
	bind_all(r->stmt, fmt, ap);
	return once(r, e);
}

int
db_get(struct db *d, int64_t *v, struct err *e, const char *sql,
    const char *fmt, ...)
{
	struct rows r;
	va_list ap;
	int rc;

	*v = 0;
	va_start(ap, fmt);
	rc = first_row(d, &r, e, sql, fmt, ap);
	va_end(ap);
	if (rc > 0) {
		*v = db_int(&r, 0);
		db_done(&r);
	}
	return rc;
}

int
db_get_text(struct db *d, struct arena *a, const char **v, struct err *e,
    const char *sql, const char *fmt, ...)
{
	struct rows r;
	va_list ap;
	int rc;

	*v = "";
	va_start(ap, fmt);
	rc = first_row(d, &r, e, sql, fmt, ap);
	va_end(ap);
	if (rc > 0) {
		*v = db_str(&r, 0, a);
		db_done(&r);
	}
	return rc;
}

int64_t
db_last_id(struct db *d)
{
	return sqlite3_last_insert_rowid(d->h);
}

int64_t
db_changes(struct db *d)
{
	return sqlite3_changes64(d->h);
}

int64_t
db_scanned(const struct db *d)
{
	int64_t n = 0;

	for (size_t i = 0; i < KEPT; i++) {
		if (d->kept[i].stmt != NULL)
			n += sqlite3_stmt_status(d->kept[i].stmt,
			    SQLITE_STMTSTATUS_FULLSCAN_STEP, 0);
	}
	return n;
}

int
db_version(struct db *d, int64_t *v, struct err *e)
{
	return db_get(d, v, e, "PRAGMA data_version", "") < 0 ? -1 : 0;
}

/* ---- transactions ---- */

static void
hold_signals(struct db *d)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, &d->signals);
}

static void
release_signals(struct db *d)
{
	pthread_sigmask(SIG_SETMASK, &d->signals, NULL);
}

static int
set_sync(struct db *d, enum db_sync sync, struct err *e)
{
	bool full = sync == DB_FIRST;

	if (full != (d->sync == DB_FIRST) &&
	    db_script(d,
		full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL",
		e) < 0)
		return -1;
	d->sync = sync;
	return 0;
}

int
db_begin(struct db *d, enum db_sync sync, struct err *e)
{
	int rc;

	if (d->inside)
		return err_set(e, ERR_BUG, 0, "a transaction is open already");
	if (set_sync(d, sync, e) < 0)
		return -1;
	hold_signals(d);
	rc = db_run(d, e, "BEGIN IMMEDIATE", "");
	line_leave(&d->line);
	if (rc < 0) {
		release_signals(d);
		return -1;
	}
	d->inside = true;
	d->logged = false;
	return 0;
}

int
db_end(struct db *d, int rc, struct err *e)
{
	struct err ignored;
	int late = SQLITE_OK;

	if (rc == 0 && db_run(d, e, "COMMIT", "") < 0)
		rc = -1;
	if (rc != 0 && !sqlite3_get_autocommit(d->h))
		db_run(d, &ignored, "ROLLBACK", "");
	d->inside = false;
	if (rc == 0 && d->sync == DB_DURABLE && d->logged)
		late = to_disk(d, SQLITE_FCNTL_JOURNAL_POINTER);
	release_signals(d);
	return late == SQLITE_OK ? rc : db_fault(d, late, "cannot sync", e);
}

int
db_snapshot(struct db *d, struct err *e)
{
	return db_run(d, e, "BEGIN", "");
}

void
db_snapshot_end(struct db *d)
{
	struct err ignored;

	if (!d->inside && !sqlite3_get_autocommit(d->h))
		db_run(d, &ignored, "COMMIT", "");
}

/* ---- whole store ---- */

int64_t
db_wal_pages(const struct db *d)
{
	return d->wal_pages;
}

bool
db_wanted(struct db *d)
{
	return line_waits(&d->line, path_of(d));
}

/* A reader or writer in the way only puts it off. */
static int
checkpoint(struct db *d, bool whole, struct err *e)
{
	int rc, busy_ms = d->busy_ms;

	if (!line_alone(&d->line, path_of(d)))
		return 0;
	d->busy_ms = CHECKPOINT_MS;
	rc = sqlite3_wal_checkpoint_v2(d->h, NULL, SQLITE_CHECKPOINT_PASSIVE,
	    NULL, NULL);
	/* Not left to TRUNCATE, who holds the write lock. */
	if (rc == SQLITE_OK)
		rc = to_disk(d, SQLITE_FCNTL_FILE_POINTER);
	if (rc == SQLITE_OK && whole)
		rc = sqlite3_wal_checkpoint_v2(d->h, NULL,
		    SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	d->busy_ms = busy_ms;
	line_leave(&d->line);
	line_alone_end(&d->line);
	if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY)
		return db_fault(d, rc, "checkpoint", e);
	if (whole)
		d->wal_pages = 0;
	return 0;
}

int
db_checkpoint(struct db *d, struct err *e)
{
	return checkpoint(d, true, e);
}

int
db_checkpoint_aside(struct db *d, struct err *e)
{
	return checkpoint(d, false, e);
}

int
db_sound(struct db *d, struct err *e)
{
	struct arena a = { 0 };
	const char *said;
	int rc = db_get_text(d, &a, &said, e, "PRAGMA quick_check(1)", "");

	if (rc > 0 && strcmp(said, "ok") != 0)
		rc = err_set(e, ERR_DATA, 0,
		    "%s is damaged (%.100s): restore a backup, or move it away"
		    " and run: shopbell sync",
		    path_of(d), said);
	arena_free(&a);
	return rc < 0 ? -1 : 0;
}

/* What SQLite keeps beside a file in WAL mode; all of it is in the file. */
static void
drop(const char *path, const char *tail)
{
	struct buf b = { 0 };

	buf_fmt(&b, "%s%s", path, tail);
	unlink(buf_text(&b));
	buf_free(&b);
}

int
db_copy(struct db *d, const char *path, struct err *e)
{
	struct db *to = db_open(path, DB_CREATE, d->busy_ms, e);
	sqlite3_backup *b;
	int rc;

	if (to == NULL)
		return -1;
	b = sqlite3_backup_init(to->h, "main", d->h, "main");
	if (b == NULL) {
		rc = db_fault(to, sqlite3_errcode(to->h), "backup", e);
		db_close(to);
		return rc;
	}
	sqlite3_backup_step(b, -1);
	rc = sqlite3_backup_finish(b);
	rc = rc == SQLITE_OK ? db_sound(to, e) : db_fault(to, rc, "backup", e);
	if (rc == 0)
		rc = db_checkpoint(to, e);
	db_close(to);
	if (rc < 0)
		unlink(path);
	drop(path, "-wal");
	drop(path, "-shm");
	return rc;
}
