/*
 * fault.c -- a library to preload that makes the n-th write go wrong.
 *
 *   FAULT_AT=n      which one, from 1; 0 only counts
 *   FAULT_HOW=kill  the process dies before it (default)
 *             power it dies, and what was not synced is lost
 *             full  it and all later ones to files give ENOSPC
 *             eio   it alone gives EIO, if it goes to a file
 *   FAULT_ONLY=file counts only what goes to files (default: sockets too)
 *   FAULT_COUNT=f   file in which the writes are counted, as an int64_t
 *
 *   FAULT_FORKS=1   children of the process count too, but not theirs
 *
 * Counted are write, pwrite, send, fsync, ftruncate, unlink, rename and their
 * kin, in the one process that was started with these variables set.
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
#include <unistd.h>

enum how { KILL, POWER, FULL, EIO_ONCE };

static int64_t at = -1, *count, own_count;
static enum how how;
static int files_only, forks;
static pid_t owner;

/* What a file held before a write that is not synced yet; newest first. */
struct before {
	struct before *next;
	dev_t dev;
	ino_t ino;
	off_t offset;
	off_t size; /* of the whole file */
	size_t n;
	char bytes[];
};
static struct before *unsynced;

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

	count = &own_count;
	if (n == NULL)
		return;
	at = atoll(n);
	owner = getpid();
	forks = getenv("FAULT_FORKS") != NULL;
	files_only = only != NULL && strcmp(only, "file") == 0;
	if (h != NULL)
		how = strcmp(h, "power") == 0  ? POWER
		      : strcmp(h, "full") == 0 ? FULL
		      : strcmp(h, "eio") == 0  ? EIO_ONCE
					       : KILL;
	if (file != NULL && (fd = open(file, O_RDWR | O_CREAT, 0600)) >= 0) {
		if (REAL(ftruncate)(fd, sizeof(*count)) == 0)
			count = mmap(NULL, sizeof(*count),
			    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		REAL(close)(fd);
	}
	*count = 0;
	unsetenv("FAULT_AT");
}

/* Put every file back to what had been synced. */
static void
lose(void)
{
	char path[64];

	for (struct before *b = unsynced; b != NULL; b = b->next) {
		for (int fd = 3; fd < 256; fd++) {
			struct stat st;
			int w;

			if (fstat(fd, &st) < 0 || st.st_dev != b->dev ||
			    st.st_ino != b->ino)
				continue;
			snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
			w = open(path, O_WRONLY);
			if (w < 0)
				break;
			if (REAL(pwrite)(w, b->bytes, b->n, b->offset) < 0 ||
			    REAL(ftruncate)(w, b->size) < 0)
				_exit(99);
			REAL(close)(w);
			break;
		}
	}
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
	return getpid() == owner || (forks && getppid() == owner);
}

/* Count a call on fd (-1: a path); nonzero errno if it is to fail. */
static int
strike(int fd)
{
	int file;

	if (at < 0 || !is_ours())
		return 0;
	file = is_file(fd);
	if (!file && files_only)
		return 0;
	++*count;
	if (at == 0 || *count < at)
		return 0;
	if (how == FULL)
		return file ? ENOSPC : 0;
	if (*count > at)
		return 0;
	if (how == EIO_ONCE)
		return file ? EIO : 0;
	if (how == POWER)
		lose();
	kill(owner, SIGKILL);
	kill(getpid(), SIGKILL);
	pause();
	return 0;
}

static void
remember(int fd, off_t offset, size_t n)
{
	struct before *b;
	struct stat st;

	if (how != POWER || at <= 0 || !is_ours() ||
	    fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	b = malloc(sizeof(*b) + n);
	if (b == NULL)
		return;
	b->dev = st.st_dev;
	b->ino = st.st_ino;
	b->size = st.st_size;
	b->offset = offset;
	b->n = 0;
	if (offset < st.st_size) {
		ssize_t got = pread(fd, b->bytes, n, offset);

		b->n = got > 0 ? (size_t)got : 0;
	}
	b->next = unsynced;
	unsynced = b;
}

static void
synced(int fd)
{
	struct before **p = &unsynced;
	struct stat st;

	if (how != POWER || fstat(fd, &st) < 0)
		return;
	while (*p != NULL) {
		struct before *b = *p;

		if (b->dev == st.st_dev && b->ino == st.st_ino) {
			*p = b->next;
			free(b);
		} else {
			p = &b->next;
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
	if (how == POWER && at > 0)
		remember(fd, lseek(fd, 0, SEEK_CUR), n);
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
	remember(fd, o, n);
	return REAL(pwrite)(fd, p, n, o);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t o)
{
	FAIL_IF(fd, -1);
	remember(fd, o, n);
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
	return REAL(ftruncate)(fd, n);
}

int
ftruncate64(int fd, off64_t n)
{
	FAIL_IF(fd, -1);
	return REAL(ftruncate64)(fd, n);
}

int
unlink(const char *path)
{
	FAIL_IF(-1, -1);
	return REAL(unlink)(path);
}

int
rename(const char *from, const char *to)
{
	FAIL_IF(-1, -1);
	return REAL(rename)(from, to);
}
