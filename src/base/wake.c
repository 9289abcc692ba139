/*
 * wake.c -- the FIFO that wakes a resident sync.
 */
#include "base/wake.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *
wake_path(struct arena *a, const char *store)
{
	return arena_fmt(a, "%s.wake", store);
}

/* Open it if it is a FIFO and nothing else. */
static int
fifo_open(const char *path, int flags)
{
	struct stat st;
	int fd;

	fd = open(path, flags | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode))
		return fd;
	close(fd);
	errno = EEXIST;
	return -1;
}

int
wake_listen(const char *store, struct err *e)
{
	struct arena a = { 0 };
	char *path = wake_path(&a, store);
	int fd = -1;

	if (mkfifo(path, 0660) == 0 || errno == EEXIST)
		fd = fifo_open(path, O_RDWR);
	if (fd < 0)
		err_set(e, ERR_SYSTEM, errno, "%s: %s", path, strerror(errno));
	arena_free(&a);
	return fd;
}

int
wake_ring(const char *store)
{
	struct arena a = { 0 };
	int fd = fifo_open(wake_path(&a, store), O_WRONLY);
	int heard = 0;

	arena_free(&a);
	if (fd < 0)
		return 1;
	/* A full pipe means it has been rung and has not looked yet. */
	if (write(fd, "", 1) == 1 || errno == EAGAIN)
		heard = 1;
	close(fd);
	return !heard;
}
