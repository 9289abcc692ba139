#include "mail/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is wrong with its owner and its mode? */
static int
check(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_set(e, ERR_CONFIG, errno, "%s: %s", path,
		    strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_CONFIG, 0, "%s is not a plain file",
		    path);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return err_set(e, ERR_CONFIG, 0,
		    "%s belongs to somebody else: chown it to the user who "
		    "runs sync",
		    path);
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return err_set(e, ERR_CONFIG, 0,
		    "%s can be read by others: chmod 600 it", path);
	return 0;
}

static int
read_all(int fd, struct buf *out, const char *path, size_t limit, struct err *e)
{
	/* One piece: a buffer that grows would leave copies behind. */
	char *room = buf_room(out, limit + 1);
	size_t n = 0;

	while (n < limit) {
		ssize_t got = read(fd, room + n, limit - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set(e, ERR_CONFIG, errno, "%s: %s", path,
			    strerror(errno));
		if (got == 0)
			break;
		n += (size_t)got;
	}
	out->len = n;
	room[n] = '\0';
	return 0;
}

int
secret_file_read(struct buf *out, const char *path, size_t limit, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int rc = -1;

	if (fd < 0)
		return err_set(e, errno == ENOENT ? ERR_MISSING : ERR_CONFIG,
		    errno, "%s: %s", path,
		    errno == ELOOP ? "is a symbolic link" : strerror(errno));
	if (check(fd, path, e) == 0)
		rc = read_all(fd, out, path, limit, e);
	close(fd);
	return rc;
}
