/*
 * db.h -- SQLite, as the store uses it; nothing else includes sqlite3.h but
 * the tokenizer.
 *
 * Statements are prepared once for each SQL literal and kept: sql must be a
 * string constant, or go through db_ask_text.  Values are bound in order by
 * a format of one letter each:
 *
 *   i  int64_t            n  int64_t, 0 binds NULL
 *   s  const char *, NULL binds NULL
 *   b  const void *, size_t: a blob; a NULL pointer binds NULL
 *
 * Functions return 0 or -1 with e filled in: ERR_BUSY, ERR_DATA (not a
 * store, damaged), ERR_SYSTEM (disk, permission), ERR_BUG.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

struct db;
struct sqlite3;
struct sqlite3_stmt;

enum db_open_how { DB_READ, DB_WRITE, DB_CREATE };

struct db *db_open(const char *path, enum db_open_how how, int busy_ms,
    struct err *e);
void db_close(struct db *d);

/* Only to look: the file as it is, whatever log lies beside it. */
struct db *db_open_alone(const char *path, struct err *e);

/* The header of that file.  -1: it has none. */
#define DB_HEADER 100
int db_header(struct db *d, uint8_t out[DB_HEADER]);

/* The handle itself, for registering functions and the tokenizer. */
struct sqlite3 *db_handle(struct db *d);

/* A script of statements without values or rows; the text is not kept. */
int db_script(struct db *d, const char *sql, struct err *e);

/*
 * BEGIN IMMEDIATE.  SIGTSTP, SIGINT, SIGHUP and SIGTERM wait until db_end: a
 * process stopped inside a write transaction would stop everybody.
 */
enum db_sync {
	DB_FIRST,   /* on the disk before anybody sees it (synchronous=FULL) */
	DB_DURABLE, /* on the disk when db_end returns, seen a little before:
		       nobody else waits for the disk, and where that fails
		       the change stays, though it was not acknowledged */
	DB_QUICK,   /* some time later: what the servers can tell us again */
};
int db_begin(struct db *d, enum db_sync sync, struct err *e);

/* Does somebody else wait to write? */
bool db_wanted(struct db *d);

/* Commit if rc is 0, else roll back.  Returns rc, or -1 if commit fails. */
int db_end(struct db *d, int rc, struct err *e);

/* One view of the store over several questions, without a lock. */
int db_snapshot(struct db *d, struct err *e);
void db_snapshot_end(struct db *d);

/* Run a statement that gives no rows (or whose rows do not matter). */
int db_run(struct db *d, struct err *e, const char *sql, const char *fmt, ...);

int64_t db_last_id(struct db *d);
int64_t db_changes(struct db *d);

/* Rows of an answer.  Zeroed before use; done when db_next gave 0 or -1. */
struct rows {
	struct db *d;
	struct sqlite3_stmt *stmt;
	bool own; /* finalize, it is not kept */
};
int db_ask(struct db *d, struct rows *r, struct err *e, const char *sql,
    const char *fmt, ...);

/* A value bound to a text made at run time. */
struct db_value {
	enum { DB_INT, DB_TEXT } type;
	int64_t i;
	const char *s; /* outlives the rows */
};
int db_ask_text(struct db *d, struct rows *r, struct err *e, const char *sql,
    const struct db_value *v, size_t n);

/* 1 a row, 0 no more, -1. */
int db_next(struct rows *r, struct err *e);
void db_done(struct rows *r); /* stop early; may be called twice */

int64_t db_int(struct rows *r, int col);
bool db_is_null(struct rows *r, int col);
bool db_is_blob(struct rows *r, int col);
char *db_str(struct rows *r, int col, struct arena *a); /* NULL gives "" */
const char *db_peek(struct rows *r, int col); /* until the next step */
const void *db_blob(struct rows *r, int col, size_t *n);

/*
 * The first column of the first row: 1 and *v filled in, 0 if there is no
 * row (then *v is 0), or -1.
 */
int db_get(struct db *d, int64_t *v, struct err *e, const char *sql,
    const char *fmt, ...);

/* The same as text in the arena, "" without a row. */
int db_get_text(struct db *d, struct arena *a, const char **v, struct err *e,
    const char *sql, const char *fmt, ...);

/* Change counter of other connections (PRAGMA data_version). */
int db_version(struct db *d, int64_t *v, struct err *e);

/* Fill in e from the last failure of the connection.  Returns -1. */
int db_fault(struct db *d, int code, const char *doing, struct err *e);

/* Is every page what it should be?  ERR_DATA with what is wrong. */
int db_sound(struct db *d, struct err *e);

/* A verified copy of the whole store at path (online backup). */
int db_copy(struct db *d, const char *path, struct err *e);

/* The log into the file, and emptied unless somebody is in the way. */
int db_checkpoint(struct db *d, struct err *e);

/* As much of it as can be done while others write. */
int db_checkpoint_aside(struct db *d, struct err *e);

/* Bytes in the write-ahead log as of the last commit of this connection. */
int64_t db_wal_pages(const struct db *d);

/* Rows that kept statements passed in scans of whole tables; for tests. */
int64_t db_scanned(const struct db *d);

#endif
