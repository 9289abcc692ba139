#include "mail/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/confine.h"
#include "mail/message/read.h"
#include "store/ingest.h"

#define CPU_SECONDS  2
#define WALL_SECONDS 30
#define MEMORY       ((rlim_t)512 << 20)
#define NICE         5 /* beside the sync, who stores what they read */

/* ---- one worker ---- */

/* Read exactly n bytes; 0 at the end of the pipe. */
static int
read_whole(int fd, void *to, size_t n)
{
	char *p = to;

	while (n > 0) {
		ssize_t r = read(fd, p, n);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return 0;
		p += r;
		n -= (size_t)r;
	}
	return 1;
}

static int
write_whole(int fd, const void *from, size_t n)
{
	const char *p = from;

	while (n > 0) {
		ssize_t r = write(fd, p, n);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return 0;
		p += r;
		n -= (size_t)r;
	}
	return 1;
}

/* The kernel ends us when a mail takes too long; nothing else could. */
static void
set_alarm(int cpu, int wall)
{
	struct itimerval p = { .it_value.tv_sec = cpu };
	struct itimerval r = { .it_value.tv_sec = wall };

	setitimer(ITIMER_PROF, &p, NULL);
	setitimer(ITIMER_REAL, &r, NULL);
}

static int
answer(const struct buf *raw, struct arena *a, struct buf *out)
{
	struct buf record = { 0 }, packed = { 0 };
	uint32_t size[2];

	set_alarm(CPU_SECONDS, WALL_SECONDS);
	mail_encode(&record,
	    mail_read(a, raw->data, raw->len, &read_limits_default));
	ingest_pack(raw->data, raw->len, &packed);
	set_alarm(0, 0);
	size[0] = (uint32_t)record.len;
	size[1] = (uint32_t)packed.len;
	buf_clear(out);
	buf_add(out, size, sizeof(size));
	buf_add(out, record.data, record.len);
	buf_add(out, packed.data, packed.len);
	buf_free(&record);
	buf_free(&packed);
	return write_whole(STDOUT_FILENO, out->data, out->len);
}

static _Noreturn void
worker_run(void)
{
	struct arena a = { 0 };
	struct buf raw = { 0 }, out = { 0 };
	uint32_t size;

	read_start();
	confine_files();
	confine_calls();
	while (read_whole(STDIN_FILENO, &size, sizeof(size))) {
		buf_clear(&raw);
		buf_room(&raw, (size_t)size + 1);
		if (!read_whole(STDIN_FILENO, raw.data, size))
			break;
		raw.len = size;
		raw.data[size] = '\0';
		if (!answer(&raw, &a, &out))
			break;
		arena_reset(&a);
		if (raw.cap > 1 << 20)
			buf_free(&raw);
		if (out.cap > 1 << 20)
			buf_free(&out);
	}
	_exit(0);
}

static void
worker_prepare(int in, int out)
{
	static const int caught[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGALRM,
		SIGPROF, SIGSEGV, SIGABRT, SIGBUS };
	struct rlimit none = { 0, 0 };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t empty;

	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		signal(caught[i], SIG_DFL);
	/* Ctrl-C is for the sync; we end when it does. */
	signal(SIGINT, SIG_IGN);
	sigemptyset(&empty);
	sigprocmask(SIG_SETMASK, &empty, NULL);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	if (null >= 0)
		dup2(null, STDERR_FILENO);
	close_range(3, ~0u, 0);
	setrlimit(RLIMIT_CORE, &none);
	/* They must not keep the one from working who holds the store. */
	setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + NICE);
#if !defined(__SANITIZE_ADDRESS__)
	setrlimit(RLIMIT_AS, &(struct rlimit){ MEMORY, MEMORY });
#endif
}

/* ---- their parent ---- */

int
nursery_ask(int sock, int in, int out)
{
	union {
		char bytes[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	char byte = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int both[2] = { in, out };

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(both));
	memcpy(CMSG_DATA(c), both, sizeof(both));
	return sendmsg(sock, &m, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

/* 1 with a pair of descriptors, 0 at the end. */
static int
nursery_hear(int sock, int both[2])
{
	union {
		char bytes[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	char byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	struct cmsghdr *c;
	ssize_t r;

	do {
		r = recvmsg(sock, &m, MSG_CMSG_CLOEXEC);
	} while (r < 0 && errno == EINTR);
	c = r == 1 ? CMSG_FIRSTHDR(&m) : NULL;
	if (c == NULL || c->cmsg_len != CMSG_LEN(2 * sizeof(int)))
		return 0;
	memcpy(both, CMSG_DATA(c), 2 * sizeof(int));
	return 1;
}

void
nursery_run(int sock)
{
	int both[2];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGCHLD, SIG_IGN); /* workers are not waited for */
	signal(SIGINT, SIG_IGN);
	while (nursery_hear(sock, both)) {
		if (fork() == 0) {
			worker_prepare(both[0], both[1]);
			worker_run();
		}
		close(both[0]);
		close(both[1]);
	}
	_exit(0);
}
