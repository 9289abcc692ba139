#include "store/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

#define LINE      64 /* bytes, blanks and a newline at the end */
#define ATTRIBUTE "user.shopbell.witness"

static int
wrong(const char *store, struct err *e)
{
	return err_set(e, ERR_SYSTEM, errno, "%s.witness: %s", store,
	    strerror(errno));
}

static int
open_line(const char *store, int flags)
{
	struct buf path = { 0 };
	struct stat st;
	mode_t mode = 0600;
	int fd;

	/* Who may write the store may write this. */
	if (stat(store, &st) == 0)
		mode = st.st_mode & 0660;
	buf_fmt(&path, "%s.witness", store);
	fd = open(buf_text(&path), flags | O_NOFOLLOW | O_CLOEXEC, mode);
	buf_free(&path);
	return fd;
}

static int
lock_line(int fd, int how)
{
	int rc;

	do
		rc = flock(fd, how);
	while (rc < 0 && errno == EINTR);
	return rc;
}

static bool
parse(const char *line, struct witness *w)
{
	uint64_t sends;

	if (sscanf(line, "shopbell 1 %32s %" SCNx64, w->instance, &sends) != 2)
		return false;
	w->sends = (int64_t)sends;
	return true;
}

static void
read_line(int fd, struct witness *w)
{
	char line[LINE + 1] = "";

	if (fgetxattr(fd, ATTRIBUTE, line, LINE) == LINE && parse(line, w))
		return;
	memset(line, 0, sizeof(line));
	if (pread(fd, line, LINE, 0) != LINE || !parse(line, w))
		*w = (struct witness){ 0 };
}

int
witness_hold(const char *store, struct witness_file *f, struct err *e)
{
	sigset_t set;

	f->fd = open_line(store, O_RDWR | O_CREAT);
	if (f->fd < 0)
		return wrong(store, e);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, &f->signals);
	if (lock_line(f->fd, LOCK_EX) == 0)
		return 0;
	wrong(store, e);
	witness_let_go(f);
	return -1;
}

void
witness_let_go(struct witness_file *f)
{
	close(f->fd);
	pthread_sigmask(SIG_SETMASK, &f->signals, NULL);
}

void
witness_read(const struct witness_file *f, struct witness *w)
{
	read_line(f->fd, w);
}

int
witness_write(const struct witness_file *f, const struct witness *w,
    struct err *e)
{
	char line[LINE + 1];
	int n = snprintf(line, sizeof(line), "shopbell 1 %s %" PRIx64,
	    w->instance, (uint64_t)w->sends);

	memset(line + n, ' ', (size_t)(LINE - 1 - n));
	line[LINE - 1] = '\n';
	/* Without it, an older one must not speak in its place. */
	if (fsetxattr(f->fd, ATTRIBUTE, line, LINE, 0) < 0)
		fremovexattr(f->fd, ATTRIBUTE);
	if (pwrite(f->fd, line, LINE, 0) != LINE || fsync(f->fd) < 0)
		return err_set(e, ERR_SYSTEM, errno,
		    "the witness of the store cannot be written: %s",
		    strerror(errno));
	return 0;
}

int
witness_look(const char *store, struct witness *w, struct err *e)
{
	int fd = open_line(store, O_RDONLY);

	*w = (struct witness){ 0 };
	if (fd < 0)
		return errno == ENOENT ? 0 : wrong(store, e);
	if (lock_line(fd, LOCK_SH) < 0) {
		wrong(store, e);
		close(fd);
		return -1;
	}
	read_line(fd, w);
	close(fd);
	return w->instance[0] != '\0';
}

int
witness_count(const char *store, int64_t sends, struct err *e)
{
	struct witness_file f;
	struct witness w;
	int rc = 0;

	if (witness_hold(store, &f, e) < 0)
		return -1;
	witness_read(&f, &w);
	if (w.sends < sends) {
		w.sends = sends;
		rc = witness_write(&f, &w, e);
	}
	witness_let_go(&f);
	return rc;
}

int
witness_checkpoint_lock(const char *store, int wait_ms)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open_line(store, O_RDWR | O_CREAT);

	if (fd < 0)
		return -1;
	for (; fcntl(fd, F_OFD_SETLK, &l) < 0; wait_ms -= 5) {
		struct timespec nap = { 0, 5000000 };

		if ((errno != EAGAIN && errno != EACCES) || wait_ms <= 0) {
			close(fd);
			return -1;
		}
		nanosleep(&nap, NULL);
	}
	return fd;
}
