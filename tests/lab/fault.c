/*
 * fault.c -- a library to preload that makes the n-th write go wrong.
 *
 *   FAULT_AT=n      which one, from 1; 0 only counts; "end": a power cut when
 *                   the process has ended by itself
 *   FAULT_HOW=kill  the process dies before it (default)
 *             power it dies, and what was not synced is lost
 *             torn  the same, but of what was not synced some is lost and
 *                   some is not, as FAULT_SEED has it
 *             full  it and all later ones to files give ENOSPC, but unlink
 *             eio   it alone gives EIO, if it goes to a file
 *   FAULT_ONLY=file counts only what goes to files (default: sockets too)
 *   FAULT_COUNT=f   file in which the writes are counted, as an int64_t; a
 *                   second one says that the end has come
 *   FAULT_FORKS=1   children of the process count too, but not theirs
 *               all every process that comes of it counts
 *
 * Counted are write, pwrite, send, fsync, ftruncate, unlink, rename, mkdir,
 * fsetxattr and their kin.  Who dies takes the whole process group along.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

enum how { KILL, POWER, TORN, FULL, EIO_ONCE };

static int64_t at = -1, *count, own_count[2];
static enum how how;
static int files_only, forks;
static pid_t owner;

/* A write that is not synced yet; newest first. */
struct change {
	struct change *older;
	dev_t dev;
	ino_t ino;
	char path[256];
	off_t offset;
	off_t before; /* size of the whole file */
	off_t after;
	size_t had; /* bytes overwritten or cut off, then */
	size_t has; /* bytes written */
	char bytes[];
};
static struct change *unsynced;
static unsigned seed;
static int at_end;

static void *
real(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

#define REAL(name) ((__typeof__(&name))real(#name))

__attribute__((constructor)) static void
start(void)
{
	const char *n = getenv("FAULT_AT"), *h = getenv("FAULT_HOW");
	const char *only = getenv("FAULT_ONLY"), *file = getenv("FAULT_COUNT");
	int fd;

	count = own_count;
	if (n == NULL)
		return;
	at_end = strcmp(n, "end") == 0;
	at = at_end ? INT64_MAX : atoll(n);
	owner = getpid();
	if (getenv("FAULT_FORKS") != NULL)
		forks = strcmp(getenv("FAULT_FORKS"), "all") == 0 ? 2 : 1;
	if (getenv("FAULT_SEED") != NULL)
		seed = (unsigned)atoi(getenv("FAULT_SEED"));
	files_only = only != NULL && strcmp(only, "file") == 0;
	if (h != NULL)
		how = strcmp(h, "power") == 0  ? POWER
		      : strcmp(h, "torn") == 0 ? TORN
		      : strcmp(h, "full") == 0 ? FULL
		      : strcmp(h, "eio") == 0  ? EIO_ONCE
					       : KILL;
	if (file != NULL && (fd = open(file, O_RDWR | O_CREAT, 0600)) >= 0) {
		if (REAL(ftruncate)(fd, sizeof(own_count)) == 0)
			count = mmap(NULL, sizeof(own_count),
			    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		REAL(close)(fd);
	}
	count[0] = count[1] = 0;
	unsetenv("FAULT_AT");
}

static void
put(const struct change *c, const char *bytes, size_t n, off_t size)
{
	int fd = open(c->path, O_WRONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return; /* it is gone */
	if (fstat(fd, &st) == 0 && st.st_dev == c->dev && st.st_ino == c->ino &&
	    ((n > 0 && REAL(pwrite)(fd, bytes, n, c->offset) < 0) ||
		REAL(ftruncate)(fd, size) < 0))
		_exit(99);
	REAL(close)(fd);
}

/*
 * Put every file back to what had been synced; then, torn, some of the
 * changes come again, in their order.
 */
static void
lose(void)
{
	struct change **v;
	size_t n = 0, all;
	struct stat st;

	for (struct change *c = unsynced; c != NULL; c = c->older, n++)
		put(c, c->bytes, c->had, c->before);
	all = n;
	if (how != TORN || (v = calloc(all + 1, sizeof(*v))) == NULL)
		return;
	for (struct change *c = unsynced; c != NULL; c = c->older)
		v[--n] = c;
	for (size_t i = 0; i < all; i++) {
		const struct change *c = v[i];

		if (rand_r(&seed) % 2 == 0 || stat(c->path, &st) < 0)
			continue;
		put(c, c->bytes + c->had, c->has,
		    c->has == 0 || c->after > st.st_size ? c->after
							 : st.st_size);
	}
}

__attribute__((destructor)) static void
end(void)
{
	if (at_end && getpid() == owner)
		lose();
}

static int
is_file(int fd)
{
	struct stat st;

	return fd < 0 || (fstat(fd, &st) == 0 && S_ISREG(st.st_mode));
}

static int
is_ours(void)
{
	return forks == 2 || getpid() == owner || (forks && getppid() == owner);
}

/*
 * All of them.  A confined process may kill nobody; then the others go when
 * they write next.
 */
static void
die(void)
{
	count[1] = 1;
	if (getpgrp() == owner)
		kill(-owner, SIGKILL);
	kill(owner, SIGKILL);
	kill(getpid(), SIGKILL);
	_exit(9);
}

/* Count a call on fd (-1: a path); nonzero errno if it is to fail. */
static int
strike(int fd)
{
	int64_t this;
	int file;

	if (at < 0 || !is_ours())
		return 0;
	if (count[1] != 0)
		die();
	file = is_file(fd);
	if (!file && files_only)
		return 0;
	this = __atomic_add_fetch(count, 1, __ATOMIC_SEQ_CST);
	if (at == 0 || this < at)
		return 0;
	if (how == FULL)
		return file ? ENOSPC : 0;
	if (this > at)
		return 0;
	if (how == EIO_ONCE)
		return file ? EIO : 0;
	if (how == POWER || how == TORN)
		lose();
	die();
	return 0;
}

static int
loses(void)
{
	return (how == POWER || how == TORN) && at > 0 && is_ours();
}

/* Before n bytes go to offset, or (p is NULL) the file is cut there. */
static void
remember(int fd, const void *p, size_t n, off_t offset)
{
	struct change *c;
	struct stat st;
	char link[64];
	ssize_t got;
	size_t had = 0;

	if (!loses() || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	if (offset < st.st_size)
		had = p == NULL ? (size_t)(st.st_size - offset) : n;
	c = calloc(1, sizeof(*c) + had + n);
	if (c == NULL)
		_exit(98);
	c->dev = st.st_dev;
	c->ino = st.st_ino;
	c->before = st.st_size;
	c->after = p == NULL || offset + (off_t)n > st.st_size
		       ? offset + (off_t)n
		       : st.st_size;
	c->offset = offset;
	if (had > 0 && (got = pread(fd, c->bytes, had, offset)) > 0)
		c->had = (size_t)got;
	if (p != NULL) {
		memcpy(c->bytes + c->had, p, n);
		c->has = n;
	}
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	got = readlink(link, c->path, sizeof(c->path) - 1);
	if (got < 0)
		_exit(97);
	c->older = unsynced;
	unsynced = c;
}

static void
synced(int fd)
{
	struct change **p = &unsynced;
	struct stat st;

	if (!loses() || fstat(fd, &st) < 0)
		return;
	while (*p != NULL) {
		struct change *c = *p;

		if (c->dev == st.st_dev && c->ino == st.st_ino) {
			*p = c->older;
			free(c);
		} else {
			p = &c->older;
		}
	}
}

#define FAIL_IF(fd, value)                                                     \
	do {                                                                   \
		int why = strike(fd);                                          \
		if (why != 0) {                                                \
			errno = why;                                           \
			return value;                                          \
		}                                                              \
	} while (0)

ssize_t
write(int fd, const void *p, size_t n)
{
	FAIL_IF(fd, -1);
	if (loses())
		remember(fd, p, n, lseek(fd, 0, SEEK_CUR));
	return REAL(write)(fd, p, n);
}

ssize_t
writev(int fd, const struct iovec *v, int n)
{
	FAIL_IF(fd, -1);
	return REAL(writev)(fd, v, n);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t o)
{
	FAIL_IF(fd, -1);
	remember(fd, p, n, o);
	return REAL(pwrite)(fd, p, n, o);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t o)
{
	FAIL_IF(fd, -1);
	remember(fd, p, n, o);
	return REAL(pwrite64)(fd, p, n, o);
}

ssize_t
send(int fd, const void *p, size_t n, int flags)
{
	FAIL_IF(fd, -1);
	return REAL(send)(fd, p, n, flags);
}

ssize_t
sendto(int fd, const void *p, size_t n, int flags, const struct sockaddr *to,
    socklen_t len)
{
	FAIL_IF(fd, -1);
	return REAL(sendto)(fd, p, n, flags, to, len);
}

ssize_t
sendmsg(int fd, const struct msghdr *m, int flags)
{
	FAIL_IF(fd, -1);
	return REAL(sendmsg)(fd, m, flags);
}

int
fsync(int fd)
{
	FAIL_IF(fd, -1);
	synced(fd);
	return REAL(fsync)(fd);
}

int
fdatasync(int fd)
{
	FAIL_IF(fd, -1);
	synced(fd);
	return REAL(fdatasync)(fd);
}

int
ftruncate(int fd, off_t n)
{
	FAIL_IF(fd, -1);
	remember(fd, NULL, 0, n);
	return REAL(ftruncate)(fd, n);
}

int
ftruncate64(int fd, off64_t n)
{
	FAIL_IF(fd, -1);
	remember(fd, NULL, 0, n);
	return REAL(ftruncate64)(fd, n);
}

int
unlink(const char *path)
{
	/* A full disk lets go of what it has. */
	if (how != FULL || at <= 0)
		FAIL_IF(-1, -1);
	return REAL(unlink)(path);
}

int
rename(const char *from, const char *to)
{
	FAIL_IF(-1, -1);
	return REAL(rename)(from, to);
}

int
renameat2(int a, const char *from, int b, const char *to, unsigned flags)
{
	FAIL_IF(-1, -1);
	return REAL(renameat2)(a, from, b, to, flags);
}

int
link(const char *from, const char *to)
{
	FAIL_IF(-1, -1);
	return REAL(link)(from, to);
}

int
mkdir(const char *path, mode_t mode)
{
	FAIL_IF(-1, -1);
	return REAL(mkdir)(path, mode);
}

int
fsetxattr(int fd, const char *name, const void *p, size_t n, int flags)
{
	FAIL_IF(fd, -1);
	return REAL(fsetxattr)(fd, name, p, n, flags);
}
