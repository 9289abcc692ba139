#include "store/own.h"
#include "store/query.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* A restored copy must not send what the original has sent since. */
static int
settle_copy(const char *path, struct err *e)
{
	struct db *d = db_open(path, DB_WRITE, 1000, e);
	int rc;

	if (d == NULL)
		return -1;
	rc = functions_register(d, e);
	if (rc == 0)
		rc = db_run(d, e,
		    "UPDATE outbox SET state=6, token=NULL,"
		    " error='this store was restored from a copy: it may have"
		    " been sent' WHERE state IN (0, 1)",
		    "");
	if (rc == 0)
		rc = db_run(d, e, "DELETE FROM meta WHERE name='inode'", "");
	if (rc == 0)
		rc = db_checkpoint(d, e);
	db_close(d);
	return rc;
}

static void
tidy(struct arena *a, const char *path)
{
	unlink(arena_fmt(a, "%s-wal", path));
	unlink(arena_fmt(a, "%s-shm", path));
}

int
store_backup(struct store *s, const char *path, struct err *e)
{
	struct arena a = { 0 };
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    0600);
	int rc;

	if (fd < 0 && errno == EEXIST)
		return err_set(e, ERR_USAGE, errno, "%s is there already",
		    path);
	if (fd < 0)
		return err_set(e, ERR_SYSTEM, errno, "%s: %s", path,
		    strerror(errno));
	close(fd);
	rc = db_copy(s->db, path, e);
	if (rc == 0)
		rc = settle_copy(path, e);
	tidy(&a, path);
	if (rc < 0)
		unlink(path);
	arena_free(&a);
	return rc;
}

/* ---- doctor ---- */

static void
say_modes(struct store *s, void (*tell)(void *, const char *), void *arg,
    struct arena *a)
{
	struct stat st;

	if (stat(s->shop->store, &st) < 0)
		return;
	tell(arg,
	    arena_fmt(a, "store: %s, mode %04o, %lld KB", s->shop->store,
		(unsigned)(st.st_mode & 07777), (long long)st.st_size / 1024));
	if ((st.st_mode & 07) != 0)
		tell(arg, arena_fmt(a,
			      "warning: others may read the store: "
			      "chmod o= %s",
			      s->shop->store));
}

static void
say_room(struct store *s, void (*tell)(void *, const char *), void *arg,
    struct arena *a)
{
	struct statvfs fs;
	long long mb;

	if (statvfs(s->shop->store, &fs) < 0)
		return;
	mb = (long long)fs.f_bavail * (long long)fs.f_frsize / (1 << 20);
	tell(arg, arena_fmt(a, "%sdisk: %lld MB free",
		      mb < 200 ? "warning: " : "", mb));
}

int
store_doctor(struct store *s, void (*tell)(void *arg, const char *line),
    void *arg, struct err *e)
{
	struct arena a = { 0 };
	int64_t messages, threads;
	int rc;

	say_modes(s, tell, arg, &a);
	say_room(s, tell, arg, &a);
	rc = db_get(s->db, &messages, e, "SELECT count(*) FROM message", "");
	if (rc >= 0)
		rc = db_get(s->db, &threads, e,
		    "SELECT count(*) FROM thread"
		    " WHERE merged IS NULL",
		    "");
	if (rc >= 0)
		tell(arg, arena_fmt(&a, "store: %lld messages in %lld threads",
			      (long long)messages, (long long)threads));
	if (rc >= 0 && s->how != STORE_READ) {
		rc = db_begin(s->db, DB_DURABLE, e);
		if (rc == 0)
			rc = db_run(s->db, e,
			    "INSERT OR REPLACE INTO meta"
			    " VALUES('doctor', 1)",
			    "");
		if (rc == 0)
			rc = db_end(s->db, 0, e);
		if (rc == 0)
			tell(arg, "store: can be written");
	}
	arena_free(&a);
	return rc < 0 ? -1 : 0;
}
