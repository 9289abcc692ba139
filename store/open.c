#include "store/own.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"

/* ---- making the file ---- */

static char *
folder_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return arena_str(a, ".");
	return arena_strn(a, path, slash == path ? 1 : (size_t)(slash - path));
}

/* A store below a home is for one person, elsewhere for a group. */
static mode_t
folder_mode(const char *path)
{
	const char *home = getenv("HOME");
	size_t n = home != NULL ? strlen(home) : 0;

	if (n > 1 && strncmp(path, home, n) == 0 && path[n] == '/')
		return 0700;
	return 02770;
}

static int
make_file(const char *path, struct arena *a, struct err *e)
{
	const char *folder = folder_of(a, path);
	struct stat st;
	int fd;

	if (stat(folder, &st) < 0 &&
	    file_make_folders(folder, folder_mode(path), e) < 0)
		return -1;
	if (file_on_network(folder))
		return 0; /* refused below, with the reason */
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0660);
	if (fd < 0 && errno == EISDIR)
		return 0; /* refused below */
	if (fd < 0)
		return err_set(e, ERR_SYSTEM, errno, "%s: %s", path,
		    strerror(errno));
	close(fd);
	return 0;
}

static int
check_file(const char *path, enum store_open how, struct arena *a,
    struct err *e)
{
	struct stat st;

	if (how == STORE_CREATE && make_file(path, a, e) < 0)
		return -1;
	if (stat(path, &st) < 0) {
		if (errno == ENOENT)
			return err_set(e, ERR_MISSING, errno,
			    "there is no store at %s: run shopbell sync, "
			    "import or setup to make it",
			    path);
		return err_set(e, ERR_SYSTEM, errno, "%s: %s", path,
		    strerror(errno));
	}
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_DATA, 0, "%s: not a store", path);
	if (file_on_network(path))
		return err_set(e, ERR_SYSTEM, 0,
		    "%s is on a network file system, where a store would be "
		    "damaged: set store to a path on a local disk",
		    path);
	if (access(path, how == STORE_READ ? R_OK : R_OK | W_OK) < 0)
		return err_set(e, ERR_SYSTEM, errno, "%s: %s", path,
		    strerror(errno));
	return 0;
}

/* ---- schema ---- */

static int
run_step(struct store *s, int64_t version, struct err *e)
{
	char text[64];

	for (const char *const *sql = schema_steps[version]; *sql; sql++) {
		if (db_script(s->db, *sql, e) < 0)
			return -1;
	}
	snprintf(text, sizeof(text), "PRAGMA user_version=%lld",
	    (long long)version + 1);
	return db_script(s->db, text, e);
}

static int
first_facts(struct store *s, struct err *e)
{
	char text[64];
	uint8_t key[32];

	hash_random(key, sizeof(key));
	snprintf(text, sizeof(text), "PRAGMA application_id=%d",
	    STORE_APPLICATION);
	if (db_script(s->db, text, e) < 0)
		return -1;
	return db_run(s->db, e, "INSERT INTO meta VALUES('key', ?1)", "b", key,
	    sizeof(key));
}

/* One step in a transaction, unless somebody else took it meanwhile. */
static int
take_step(struct store *s, int64_t from, struct err *e)
{
	int64_t now;
	int rc = -1;

	if (db_begin(s->db, DB_FIRST, e) < 0)
		return -1;
	if (db_get(s->db, &now, e, "PRAGMA user_version", "") < 0)
		goto out;
	if (now != from) {
		rc = 0;
		goto out;
	}
	if (run_step(s, from, e) < 0)
		goto out;
	if (from == 0 && first_facts(s, e) < 0)
		goto out;
	rc = 0;
out:
	return db_end(s->db, rc, e);
}

/* Who came only to read brings it up to date first, too. */
static int
take_steps(struct store *s, int64_t version, struct err *e)
{
	bool reading = s->how == STORE_READ;
	int rc = 0;

	if (reading && db_script(s->db, "PRAGMA query_only=OFF", e) < 0)
		return -1;
	for (; rc == 0 && version < STORE_SCHEMA; version++)
		rc = take_step(s, version, e);
	if (rc == 0 && reading)
		rc = db_script(s->db, "PRAGMA query_only=ON", e);
	return rc;
}

static int
safe_copy(struct store *s, int64_t version, struct err *e)
{
	struct arena a = { 0 };
	const char *path = arena_fmt(&a, "%s.before-%lld", s->shop->store,
	    (long long)version + 1);
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    0600);
	int rc = 0;

	/* One that is there is older still: keep it. */
	if (fd < 0 && errno != EEXIST)
		rc = err_set(e, ERR_SYSTEM, errno, "%s: %s", path,
		    strerror(errno));
	if (fd >= 0) {
		close(fd);
		rc = db_copy(s->db, path, e);
	}
	if (rc < 0)
		err_in(e, "cannot keep a copy before the upgrade");
	arena_free(&a);
	return rc;
}

/* An empty file is made a store; anything else must be ours already. */
static int
begin_schema(struct store *s, int64_t tables, struct err *e)
{
	if (tables != 0 || s->how != STORE_CREATE)
		return err_set(e, ERR_DATA, 0,
		    "%s is not a shopbell store: check the setting store",
		    s->shop->store);
	return db_run(s->db, e, "PRAGMA journal_mode=WAL", "");
}

static int
bring_up_to_date(struct store *s, struct err *e)
{
	int64_t version, app, tables;

	if (db_get(s->db, &version, e, "PRAGMA user_version", "") < 0 ||
	    db_get(s->db, &app, e, "PRAGMA application_id", "") < 0 ||
	    db_get(s->db, &tables, e, "SELECT count(*) FROM sqlite_schema",
		"") < 0)
		return -1;
	if (app != STORE_APPLICATION && (app != 0 || version != 0 || tables))
		return begin_schema(s, 1, e);
	if (version > STORE_SCHEMA)
		return err_set(e, ERR_DATA, 0,
		    "%s was made by a newer shopbell (version %lld, this one "
		    "knows %d): install the newer program",
		    s->shop->store, (long long)version, STORE_SCHEMA);
	if (version == 0 && begin_schema(s, tables, e) < 0)
		return -1;
	if (version > 0 && version < STORE_SCHEMA &&
	    safe_copy(s, version, e) < 0)
		return -1;
	return version < STORE_SCHEMA ? take_steps(s, version, e) : 0;
}

/* ---- what is read on opening ---- */

static int
load_key(struct store *s, struct err *e)
{
	struct rows r;
	const void *p;
	size_t n;
	int rc;

	if (db_ask(s->db, &r, e, "SELECT value FROM meta WHERE name='key'",
		"") < 0)
		return -1;
	rc = db_next(&r, e);
	if (rc < 0)
		return -1;
	p = rc > 0 ? db_blob(&r, 0, &n) : NULL;
	if (p == NULL || n != sizeof(s->key))
		rc = err_set(e, ERR_DATA, 0, "%s has lost its key",
		    s->shop->store);
	else
		memcpy(s->key, p, sizeof(s->key));
	db_done(&r);
	return rc < 0 ? -1 : 0;
}

/* Settings of targets or hours that changed move the due instants. */
static int
notice_clock(struct store *s, struct err *e)
{
	struct arena a = { 0 };
	const char *was;
	char digest[65];
	int rc = -1;

	if (s->how == STORE_READ)
		return 0;
	shop_clock_digest(s->shop, digest);
	if (db_get_text(s->db, &a, &was, e,
		"SELECT value FROM meta WHERE name='clock'", "") < 0)
		goto out;
	if (strcmp(was, digest) == 0) {
		rc = 0;
		goto out;
	}
	rc = clock_reckon(s, digest, e);
out:
	arena_free(&a);
	return rc;
}

struct store *
store_open(const struct shop *shop, enum store_open how, int busy_ms,
    struct err *e)
{
	static const enum db_open_how as[] = { DB_READ, DB_WRITE, DB_CREATE };
	struct store *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		err_set(e, ERR_SYSTEM, errno, "out of memory");
		return NULL;
	}
	s->shop = shop;
	s->how = how;
	if (check_file(shop->store, how, &s->scratch, e) < 0)
		goto fail;
	if (ahead_open(s, as[how], busy_ms, e) < 0 ||
	    functions_register(s->db, e) < 0 ||
	    tokenizer_register(s->db, e) < 0)
		goto fail;
	if (bring_up_to_date(s, e) < 0 || load_key(s, e) < 0 ||
	    (how != STORE_READ && ahead_name(s, e) < 0) ||
	    restored_notice(s, e) < 0 || notice_clock(s, e) < 0 ||
	    db_version(s->db, &s->version, e) < 0)
		goto fail;
	return s;
fail:
	store_close(s);
	return NULL;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	db_close(s->db);
	arena_free(&s->scratch);
	arena_free(&s->rules_arena);
	free(s);
}

int
store_moved(struct store *s, struct err *e)
{
	int64_t was = s->version;

	if (db_version(s->db, &s->version, e) < 0)
		return -1;
	return s->version != was;
}

const uint8_t *
store_key(struct store *s)
{
	return s->key;
}
