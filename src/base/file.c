#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/text.h"

#define NAME_MAX_SAFE 200
#define FUSE          0x65735546 /* linux/magic.h */

static int
wrong(struct err *e, int code, const char *doing, const char *path)
{
	enum err_kind kind = ERR_SYSTEM;

	if (code == ENOENT || code == ENOTDIR)
		kind = ERR_MISSING;
	return err_set(e, kind, code, "%s: %s: %s", doing, path,
	    strerror(code));
}

static int
read_all(int fd, struct buf *out, size_t limit, const char *path, struct err *e)
{
	size_t start = out->len;

	for (;;) {
		ssize_t n = read(fd, buf_room(out, 65536), 65536);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return wrong(e, errno, "cannot read", path);
		out->len += (size_t)n;
		out->data[out->len] = '\0';
		if (out->len - start > limit)
			return err_set(e, ERR_USAGE, EFBIG,
			    "%s: longer than %zu bytes", path, limit);
		if (n == 0)
			return 0;
	}
}

int
file_read(struct buf *out, const char *path, size_t limit, struct err *e)
{
	size_t start = out->len;
	struct stat st;
	int fd, rc;

	if (strcmp(path, "-") == 0) {
		rc = read_all(STDIN_FILENO, out, limit, "standard input", e);
		if (rc < 0)
			buf_cut(out, start);
		return rc;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return wrong(e, errno, "cannot open", path);
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		return err_set(e, ERR_USAGE, EISDIR, "%s: is a folder", path);
	}
	rc = read_all(fd, out, limit, path, e);
	close(fd);
	if (rc < 0)
		buf_cut(out, start);
	return rc;
}

int
file_write_all(int fd, const void *bytes, size_t n, struct err *e)
{
	const char *from = bytes;

	while (n > 0) {
		ssize_t did = write(fd, from, n);

		if (did < 0 && errno == EINTR)
			continue;
		if (did < 0)
			return err_set(e, ERR_SYSTEM, errno, "cannot write: %s",
			    strerror(errno));
		from += did;
		n -= (size_t)did;
	}
	return 0;
}

/* The folder part of a path, in a buffer; "." if it has none. */
static void
folder_of(struct buf *out, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		buf_str(out, ".");
	else if (slash == path)
		buf_str(out, "/");
	else
		buf_add(out, path, (size_t)(slash - path));
}

int
file_sync_folder(const char *path, struct err *e)
{
	struct buf folder = { 0 };
	int fd, rc = 0;

	folder_of(&folder, path);
	fd = open(buf_text(&folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Some file systems cannot sync a folder; that is no failure. */
	if (fd < 0 || (fsync(fd) < 0 && errno != EINVAL && errno != ENOTSUP))
		rc = wrong(e, errno, "cannot sync", buf_text(&folder));
	if (fd >= 0)
		close(fd);
	buf_free(&folder);
	return rc;
}

static int
write_whole(int fd, const char *path, const void *bytes, size_t n, mode_t mode,
    struct err *e)
{
	if (file_write_all(fd, bytes, n, e) < 0)
		return err_in(e, "%s", path);
	if (fchmod(fd, mode) < 0 || fsync(fd) < 0)
		return wrong(e, errno, "cannot write", path);
	return 0;
}

int
file_replace(const char *path, const void *bytes, size_t n, mode_t mode,
    struct err *e)
{
	struct buf beside = { 0 };
	uint8_t nonce[6];
	char hex[13];
	int fd, rc;

	hash_random(nonce, sizeof(nonce));
	hash_hex(nonce, sizeof(nonce), hex);
	buf_fmt(&beside, "%s.%s.new", path, hex);
	fd = open(buf_text(&beside),
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		rc = wrong(e, errno, "cannot create", buf_text(&beside));
		buf_free(&beside);
		return rc;
	}
	rc = write_whole(fd, path, bytes, n, mode, e);
	if (close(fd) < 0 && rc == 0)
		rc = wrong(e, errno, "cannot write", path);
	if (rc == 0 && rename(buf_text(&beside), path) < 0)
		rc = wrong(e, errno, "cannot replace", path);
	if (rc == 0)
		rc = file_sync_folder(path, e);
	else
		unlink(buf_text(&beside));
	buf_free(&beside);
	return rc;
}

char *
file_beside(struct arena *a, const char *path)
{
	uint8_t nonce[6];
	char hex[13];

	hash_random(nonce, sizeof(nonce));
	hash_hex(nonce, sizeof(nonce), hex);
	return arena_fmt(a, "%s.%s.new", path, hex);
}

int
file_move_new(const char *from, const char *to, struct err *e)
{
	int rc = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);

	/* Not every file system can; then somebody may slip in between. */
	if (rc < 0 && errno == EINVAL && access(to, F_OK) < 0)
		rc = rename(from, to);
	if (rc < 0 && (errno == EEXIST || errno == EINVAL))
		return err_set(e, ERR_USAGE, EEXIST, "%s is there already", to);
	if (rc < 0)
		return wrong(e, errno, "cannot create", to);
	return 0;
}

/*
 * Cut a name to at most max bytes at a character, keeping a short extension:
 * "very long ... name.pdf".
 */
static void
shorten(struct buf *name, size_t max)
{
	const char *dot = strrchr(buf_text(name), '.');
	struct buf tail = { 0 };
	size_t keep, at = 0, len;

	if (name->len <= max)
		return;
	if (dot != NULL && strlen(dot) <= 16)
		buf_str(&tail, dot);
	keep = max - tail.len;
	while (at < name->len) {
		text_next(name->data + at, name->len - at, &len);
		if (at + len > keep)
			break;
		at += len;
	}
	buf_cut(name, at);
	buf_str(name, buf_text(&tail));
	buf_free(&tail);
}

char *
file_safe_name(struct arena *a, const char *name)
{
	struct buf clean = { 0 };
	const char *base = name ? name : "";
	size_t from = 0, until;
	char *out;

	/* Both kinds of slash: mail comes from every system. */
	for (const char *s = base; *s != '\0'; s++)
		if (*s == '/' || *s == '\\')
			base = s + 1;
	text_clean(&clean, base, strlen(base), TEXT_LINE);
	for (size_t i = 0; i < clean.len; i++)
		if (strchr("/\\:*?\"<>|", clean.data[i]) != NULL)
			clean.data[i] = '_';
	until = clean.len;
	while (from < until && strchr(" .-", clean.data[from]) != NULL)
		from++;
	while (until > from && strchr(" .", clean.data[until - 1]) != NULL)
		until--;
	buf_cut(&clean, until);
	if (from == until) {
		buf_free(&clean);
		return arena_str(a, "attachment");
	}
	memmove(clean.data, clean.data + from, until - from);
	buf_cut(&clean, until - from);
	shorten(&clean, NAME_MAX_SAFE);
	out = arena_strn(a, clean.data, clean.len);
	buf_free(&clean);
	return out;
}

/* "name.ext" -> "name (2).ext"; try 1 is the name itself. */
static char *
numbered(struct arena *a, const char *folder, const char *safe, int try)
{
	const char *dot = strrchr(safe, '.');
	int stem;

	if (try == 1)
		return arena_fmt(a, "%s/%s", folder, safe);
	if (dot == NULL || dot == safe)
		dot = safe + strlen(safe);
	stem = (int)(dot - safe);
	return arena_fmt(a, "%s/%.*s (%d)%s", folder, stem, safe, try, dot);
}

int
file_save_new(const char *folder, const char *name, const void *bytes, size_t n,
    struct arena *a, const char **path, struct err *e)
{
	char *safe = file_safe_name(a, name), *at = NULL;
	int fd = -1, rc;

	for (int try = 1; try < 10000 && fd < 0; try++) {
		at = numbered(a, folder, safe, try);
		fd = open(at,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
		if (fd < 0 && errno != EEXIST && errno != ELOOP)
			break;
	}
	if (fd < 0)
		return wrong(e, errno, "cannot create", at);
	rc = file_write_all(fd, bytes, n, e);
	if (rc < 0)
		err_in(e, "%s", at);
	if (close(fd) < 0 && rc == 0)
		rc = wrong(e, errno, "cannot write", at);
	if (rc < 0) {
		unlink(at);
		return rc;
	}
	*path = at;
	return 0;
}

int
file_make_folders(const char *path, mode_t mode, struct err *e)
{
	struct buf at = { 0 };
	struct stat st;
	int rc = 0;

	for (const char *s = path; rc == 0 && *s != '\0';) {
		size_t n = strspn(s, "/");

		n += strcspn(s + n, "/");
		buf_add(&at, s, n);
		s += n;
		/* chmod because mkdir obeys the umask and drops setgid. */
		if (mkdir(buf_text(&at), mode) == 0)
			rc = chmod(buf_text(&at), mode);
		else if (errno != EEXIST)
			rc = -1;
	}
	if (rc < 0)
		wrong(e, errno, "cannot make the folder", buf_text(&at));
	else if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		rc = err_set(e, ERR_SYSTEM, ENOTDIR, "%s: is not a folder",
		    path);
	buf_free(&at);
	return rc;
}

static const char *
home(void)
{
	const char *dir = getenv("HOME");
	struct passwd *pw;

	if (dir != NULL && dir[0] == '/')
		return dir;
	pw = getpwuid(getuid());
	return pw != NULL && pw->pw_dir != NULL ? pw->pw_dir : "/";
}

static char *
xdg(struct arena *a, const char *name, const char *otherwise)
{
	const char *dir = getenv(name);

	/* The base directory rules ignore a path that is not absolute. */
	if (dir != NULL && dir[0] == '/')
		return arena_str(a, dir);
	return arena_fmt(a, "%s/%s", home(), otherwise);
}

char *
file_config_home(struct arena *a)
{
	return xdg(a, "XDG_CONFIG_HOME", ".config");
}

char *
file_data_home(struct arena *a)
{
	return xdg(a, "XDG_DATA_HOME", ".local/share");
}

char *
file_expand(struct arena *a, const char *path)
{
	static const struct {
		const char *name;
		char *(*home)(struct arena *a);
	} known[] = {
		{ "$XDG_CONFIG_HOME", file_config_home },
		{ "$XDG_DATA_HOME", file_data_home },
	};

	if (strcmp(path, "~") == 0)
		return arena_str(a, home());
	if (strncmp(path, "~/", 2) == 0)
		return arena_fmt(a, "%s%s", home(), path + 1);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t n = strlen(known[i].name);

		if (strncmp(path, known[i].name, n) == 0 &&
		    (path[n] == '/' || path[n] == '\0'))
			return arena_fmt(a, "%s%s", known[i].home(a), path + n);
	}
	return arena_str(a, path);
}

/*
 * Of the file systems in user space some are disks (ntfs-3g, gocryptfs);
 * /proc/self/mountinfo has the name, by device: "36 35 0:47 / /mnt rw -
 * fuse.x".
 */
static bool
fuse_on_network(const char *path)
{
	static const char *const network[] = { " - fuse.sshfs ",
		" - fuse.s3fs ", " - fuse.davfs", " - fuse.glusterfs ",
		" - fuse.rclone ", " - fuse.gvfsd-fuse ", " - fuse.curlftpfs ",
		" - fuse.cephfs", " - fuse.ceph-fuse ", " - fuse.mfs ",
		" - fuse.moosefs ", " - fuse.juicefs ", " - fuse.gcsfuse " };
	struct buf mounts = { 0 };
	struct err e = { 0 };
	struct stat st;
	char device[48];
	bool found = false;

	if (stat(path, &st) < 0 ||
	    file_read(&mounts, "/proc/self/mountinfo", 1 << 20, &e) < 0)
		return false;
	snprintf(device, sizeof(device), " %u:%u ", major(st.st_dev),
	    minor(st.st_dev));
	for (char *line = mounts.data, *end; line != NULL && !found;
	     line = end) {
		end = strchr(line, '\n');
		if (end != NULL)
			*end++ = '\0';
		for (size_t i = 0; i < sizeof(network) / sizeof(*network); i++)
			found = found || (strstr(line, device) != NULL &&
					     strstr(line, network[i]) != NULL);
	}
	buf_free(&mounts);
	return found;
}

bool
file_on_network(const char *path)
{
	/* From linux/magic.h and the kernel's sources, as statfs(2) has it. */
	static const uint32_t network[] = {
		0x6969,     /* NFS */
		0x517b,     /* SMB */
		0xff534d42, /* CIFS */
		0xfe534d42, /* SMB2 */
		0x01021997, /* 9P */
		0x5346414f, /* AFS */
		0x6b414653, /* kAFS */
		0x73757245, /* Coda */
		0x00c36400, /* Ceph */
		0x564c,     /* NCP */
		0x0bd00bd0, /* Lustre */
		0x7461636f, /* OCFS2 */
		0x01161970, /* GFS2 */
	};
	struct statfs fs;

	if (statfs(path, &fs) < 0)
		return false;
	if ((uint32_t)fs.f_type == FUSE)
		return fuse_on_network(path);
	for (size_t i = 0; i < sizeof(network) / sizeof(network[0]); i++)
		if ((uint32_t)fs.f_type == network[i])
			return true;
	return false;
}

int
file_lock(const char *path, int wait_ms, struct err *e)
{
	int fd, code;

	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0660);
	if (fd < 0)
		return wrong(e, errno, "cannot open the lock", path);
	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		code = errno;
		if (code == EINTR)
			continue;
		if (code == EWOULDBLOCK && wait_ms > 0) {
			poll(NULL, 0, wait_ms < 20 ? wait_ms : 20);
			wait_ms -= 20;
			continue;
		}
		close(fd);
		if (code == EWOULDBLOCK)
			return err_set(e, ERR_BUSY, code,
			    "%s: locked by another process", path);
		return wrong(e, code, "cannot lock", path);
	}
	return fd;
}
