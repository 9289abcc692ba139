#include "mail/lock.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"

static const char magic[8] = "watch 1";

static char *
lock_path(struct arena *a, const char *store)
{
	return arena_fmt(a, "%s.lock", store);
}

int
lock_take(const char *store, int wait_ms, struct err *e)
{
	struct arena a = { 0 };
	int fd = file_lock(lock_path(&a, store), wait_ms, e);

	arena_free(&a);
	/* What the last holder said is over. */
	if (fd >= 0)
		(void)!ftruncate(fd, 0);
	return fd;
}

void
lock_write(int fd, const struct lock_word *w)
{
	struct lock_word out = *w;

	memcpy(out.magic, magic, sizeof(magic));
	if (pwrite(fd, &out, sizeof(out), 0) != (ssize_t)sizeof(out))
		(void)!ftruncate(fd, 0);
}

bool
lock_read(const char *store, struct lock_word *w)
{
	struct arena a = { 0 };
	int fd = open(lock_path(&a, store), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t n = -1;

	arena_free(&a);
	if (fd < 0)
		return false;
	n = pread(fd, w, sizeof(*w), 0);
	close(fd);
	w->err.text[sizeof(w->err.text) - 1] = '\0';
	return n == (ssize_t)sizeof(*w) &&
	       memcmp(w->magic, magic, sizeof(magic)) == 0;
}
