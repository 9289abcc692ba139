#include "store/own.h"
#include "store/query.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/when.h"

/*
 * What the copy holds as unsent the original may send at any time.  Without
 * a name the copy is known for one wherever it is put.
 */
static int
settle_copy(struct store *of, const char *path, struct err *e)
{
	struct store copy = { .shop = of->shop, .how = STORE_WRITE };
	int64_t now = when_now();
	int rc = -1, doubts;

	copy.db = db_open(path, DB_WRITE, 1000, e);
	if (copy.db == NULL)
		return -1;
	if (functions_register(copy.db, e) < 0 ||
	    tokenizer_register(copy.db, e) < 0 ||
	    store_begin(&copy, DB_FIRST, e) < 0)
		goto out;
	rc = restored_doubt(&copy, now, &doubts, e);
	if (rc == 0)
		rc = db_run(copy.db, e, "DELETE FROM lease", "");
	if (rc == 0)
		rc = db_run(copy.db, e,
		    "DELETE FROM meta WHERE name IN"
		    " ('inode', 'place', 'instance', 'sends', 'base')",
		    "");
	rc = store_end(&copy, rc, now, e);
	if (rc == 0)
		rc = db_checkpoint(copy.db, e);
out:
	db_close(copy.db);
	arena_free(&copy.scratch);
	arena_free(&copy.rules_arena);
	return rc;
}

/*
 * On the disk, and out of memory: what is verified is what lies there, as far
 * as the system lets us.
 */
static int
sync_copy(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int rc = 0;

	if (fd < 0 || fsync(fd) < 0)
		rc = err_set(e, ERR_SYSTEM, errno, "%s: %s", path,
		    strerror(errno));
	if (rc == 0)
		posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	if (fd >= 0)
		close(fd);
	return rc;
}

/* A mail damaged in the copy: is it so in the store, too? */
static int
compare_damaged(void *arg, int64_t message, struct err *e)
{
	struct store *of = arg;
	struct buf raw = { 0 };
	struct err why;
	int rc = store_raw(of, message, &raw, &why);

	buf_free(&raw);
	if (rc == 0)
		return err_set(e, ERR_DATA, 0,
		    "the copy cannot be read back as it was written: try"
		    " another disk");
	return 0;
}

static int
verify_copy(struct store *of, const char *path, struct backup_report *out,
    struct err *e)
{
	struct store copy = { .shop = of->shop, .how = STORE_WRITE };
	struct bytes_sum sum = { 0 };
	int rc;

	copy.db = db_open(path, DB_WRITE, 1000, e);
	if (copy.db == NULL)
		return -1;
	rc = bytes_check(&copy, compare_damaged, of, &sum, e);
	db_close(copy.db);
	*out = (struct backup_report){ sum.mails, sum.bytes, sum.damaged };
	return rc;
}

static void
tidy(struct arena *a, const char *path)
{
	unlink(arena_fmt(a, "%s-wal", path));
	unlink(arena_fmt(a, "%s-shm", path));
}

static int
make_copy(struct store *s, const char *path, struct backup_report *out,
    struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    0600);
	int rc;

	if (fd < 0)
		return err_set(e, ERR_SYSTEM, errno, "%s: %s", path,
		    strerror(errno));
	close(fd);
	rc = db_copy(s->db, path, e);
	if (rc == 0)
		rc = settle_copy(s, path, e);
	if (rc == 0)
		rc = sync_copy(path, e);
	return rc == 0 ? verify_copy(s, path, out, e) : -1;
}

int
store_backup(struct store *s, const char *path, struct backup_report *out,
    struct err *e)
{
	struct arena a = { 0 };
	struct stat st;
	char *part;
	int rc;

	if (lstat(path, &st) == 0)
		return err_set(e, ERR_USAGE, EEXIST, "%s is there already",
		    path);
	part = file_beside(&a, path);
	rc = make_copy(s, part, out, e);
	tidy(&a, part);
	if (rc == 0)
		rc = file_move_new(part, path, e);
	if (rc == 0)
		rc = file_sync_folder(path, e);
	if (rc < 0)
		unlink(part);
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

/*
 * SQLite looks at the beginning of the file only where the log has no newer
 * one: nobody else would see that it is damaged before the log is gone.
 */
static int
check_header(struct store *s, struct err *e)
{
	static const char magic[16] = "SQLite format 3";
	uint8_t header[DB_HEADER];

	if (db_header(s->db, header) == 0 &&
	    memcmp(header, magic, sizeof(magic)) == 0)
		return 0;
	return err_set(e, ERR_DATA, 0, "%s is damaged at its beginning",
	    s->shop->store);
}

int
store_doctor(struct store *s, void (*tell)(void *arg, const char *line),
    void *arg, struct err *e)
{
	struct arena a = { 0 };
	int64_t messages, threads;
	char v[2][TEXT_COUNT];
	int rc;

	say_modes(s, tell, arg, &a);
	say_room(s, tell, arg, &a);
	rc = check_header(s, e);
	if (rc == 0)
		rc = db_get(s->db, &messages, e, "SELECT count(*) FROM message",
		    "");
	if (rc >= 0)
		rc = db_get(s->db, &threads, e,
		    "SELECT count(*) FROM thread"
		    " WHERE merged IS NULL",
		    "");
	if (rc >= 0)
		tell(arg, arena_fmt(&a, "store: %s in %s",
			      text_count(messages, "message", v[0]),
			      text_count(threads, "thread", v[1])));
	if (rc >= 0 && s->how != STORE_READ) {
		rc = db_begin(s->db, DB_FIRST, e);
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
