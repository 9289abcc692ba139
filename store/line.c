#include "store/line.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"

/* Far behind what the sync writes into the file. */
#define WAITS_AT 65536
#define ALONE_AT 65537

static bool
line_open(struct line *l, const char *store)
{
	struct arena a = { 0 };

	if (l->fd < 0)
		l->fd = open(arena_fmt(&a, "%s.lock", store),
		    O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	arena_free(&a);
	return l->fd >= 0;
}

static bool
byte_lock(struct line *l, int type, off_t at)
{
	struct flock f = {
		.l_type = (short)type,
		.l_whence = SEEK_SET,
		.l_start = at,
		.l_len = 1,
	};

	return fcntl(l->fd, F_OFD_SETLK, &f) == 0;
}

void
line_join(struct line *l, const char *store)
{
	if (!l->stands && line_open(l, store))
		l->stands = byte_lock(l, F_RDLCK, WAITS_AT);
}

void
line_leave(struct line *l)
{
	if (l->stands)
		byte_lock(l, F_UNLCK, WAITS_AT);
	l->stands = false;
}

bool
line_waits(struct line *l, const char *store)
{
	struct flock f = {
		.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = WAITS_AT,
		.l_len = 1,
	};

	return line_open(l, store) && fcntl(l->fd, F_OFD_GETLK, &f) == 0 &&
	       f.l_type != F_UNLCK;
}

bool
line_alone(struct line *l, const char *store)
{
	return !line_open(l, store) || byte_lock(l, F_WRLCK, ALONE_AT);
}

void
line_alone_end(struct line *l)
{
	if (l->fd >= 0)
		byte_lock(l, F_UNLCK, ALONE_AT);
}

void
line_close(struct line *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	l->stands = false;
}
