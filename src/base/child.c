#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/when.h"

#define WHY_MAX 2048

extern char **environ;

/* What a child finds at its descriptors 0, 1 and 2; -1 is /dev/null. */
struct ends {
	int in, out, err;
};

static void
shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int
wire(posix_spawn_file_actions_t *acts, int fd, int to)
{
	if (fd >= 0)
		return posix_spawn_file_actions_adddup2(acts, fd, to);
	return posix_spawn_file_actions_addopen(acts, to, "/dev/null",
	    to == 0 ? O_RDONLY : O_WRONLY, 0);
}

/*
 * Spawn with default signals, an empty mask, nothing of ours open above 2
 * and, if group, a process group of its own.  terminal shares 0, 1 and 2.
 */
static int
spawn(const char *const argv[], const struct ends *ends, bool group, pid_t *pid,
    struct err *e)
{
	posix_spawn_file_actions_t acts;
	posix_spawnattr_t attr;
	sigset_t all, none;
	short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
	int rc = 0;

	if (group)
		flags |= POSIX_SPAWN_SETPGROUP;
	posix_spawn_file_actions_init(&acts);
	posix_spawnattr_init(&attr);
	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(&attr, flags);
	if (ends != NULL) {
		rc = wire(&acts, ends->in, 0);
		if (rc == 0)
			rc = wire(&acts, ends->out, 1);
		if (rc == 0)
			rc = wire(&acts, ends->err, 2);
	}
	if (rc == 0)
		rc = posix_spawn_file_actions_addclosefrom_np(&acts, 3);
	if (rc == 0)
		rc = posix_spawnp(pid, argv[0], &acts, &attr,
		    (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&acts);
	posix_spawnattr_destroy(&attr);
	if (rc != 0)
		return err_set(e, rc == ENOENT ? ERR_MISSING : ERR_SYSTEM, rc,
		    "cannot start %s: %s", argv[0], strerror(rc));
	return 0;
}

static int
reap(pid_t pid, int *status)
{
	pid_t got;

	do
		got = waitpid(pid, status, 0);
	while (got < 0 && errno == EINTR);
	return got == pid ? 0 : -1;
}

/* A shell command under way: our ends of its three pipes. */
struct job {
	pid_t pid;
	int in, out, err;
	const struct buf *input;
	size_t written;
	struct buf *answer;
	size_t limit;
	struct buf why;
	bool too_much;
};

static void
feed(struct job *j)
{
	ssize_t n = write(j->in, j->input->data + j->written,
	    j->input->len - j->written);

	if (n > 0)
		j->written += (size_t)n;
	if ((n < 0 && errno != EINTR && errno != EAGAIN) ||
	    j->written == j->input->len)
		shut(&j->in);
}

/* Read once into b, of which max more bytes are wanted; the rest is lost. */
static bool
drain(int *fd, struct buf *b, size_t max)
{
	char bytes[4096];
	ssize_t n = read(*fd, bytes, sizeof(bytes));
	bool whole = true;

	if (n > 0) {
		whole = (size_t)n <= max;
		buf_add(b, bytes, whole ? (size_t)n : max);
		explicit_bzero(bytes, (size_t)n);
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		shut(fd);
	}
	return whole;
}

/* Serve the pipes until the child closed them; -1 when time is up. */
static int
serve(struct job *j, int64_t until)
{
	size_t start = j->answer->len;

	while (j->out >= 0 || j->err >= 0) {
		struct pollfd p[3] = {
			{ .fd = j->in, .events = POLLOUT },
			{ .fd = j->out, .events = POLLIN },
			{ .fd = j->err, .events = POLLIN },
		};
		int64_t left = until - when_ms();

		if (left <= 0)
			return -1;
		if (poll(p, 3, (int)left) <= 0)
			continue;
		if (j->in >= 0 && p[0].revents)
			feed(j);
		if (j->out >= 0 && p[1].revents &&
		    !drain(&j->out, j->answer,
			j->limit - (j->answer->len - start)))
			j->too_much = true;
		if (j->err >= 0 && p[2].revents)
			drain(&j->err, &j->why,
			    WHY_MAX -
				(j->why.len < WHY_MAX ? j->why.len : WHY_MAX));
	}
	return 0;
}

/* Wait for the end of a child whose pipes are closed, at most until. */
static int
await(pid_t pid, int64_t until, int *status)
{
	pid_t got;

	while ((got = waitpid(pid, status, WNOHANG)) == 0) {
		if (when_ms() >= until)
			return -1;
		poll(NULL, 0, 2);
	}
	return got == pid ? 0 : -1;
}

static int
job_verdict(const struct job *j, int status, struct err *e)
{
	int line = (int)strcspn(buf_text(&j->why), "\r\n");
	const char *colon = line > 0 ? ": " : "";

	if (WIFSIGNALED(status))
		return err_set(e, ERR_CONFIG, 128 + WTERMSIG(status),
		    "the command was killed by signal %d%s%.*s",
		    WTERMSIG(status), colon, line, buf_text(&j->why));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(e, ERR_CONFIG, WEXITSTATUS(status),
		    "the command ended with status %d%s%.*s",
		    WEXITSTATUS(status), colon, line, buf_text(&j->why));
	if (j->too_much)
		return err_set(e, ERR_CONFIG, 0,
		    "the command prints more than %zu bytes", j->limit);
	return 0;
}

static int
job_start(struct job *j, const char *command, struct err *e)
{
	const char *const argv[] = { "/bin/sh", "-c", command, NULL };
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, err[2] = { -1, -1 };
	struct ends ends;
	int rc = -1;

	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 ||
	    pipe2(err, O_CLOEXEC) < 0) {
		err_set(e, ERR_SYSTEM, errno, "cannot make a pipe: %s",
		    strerror(errno));
		goto out;
	}
	fcntl(in[1], F_SETFL, O_NONBLOCK);
	if (j->input == NULL)
		shut(&in[0]);
	ends = (struct ends){ in[0], out[1], err[1] };
	rc = spawn(argv, &ends, true, &j->pid, e);
out:
	shut(&in[0]);
	shut(&out[1]);
	shut(&err[1]);
	if (rc < 0 || j->input == NULL || j->input->len == 0)
		shut(&in[1]);
	if (rc < 0) {
		shut(&out[0]);
		shut(&err[0]);
	}
	j->in = in[1];
	j->out = out[0];
	j->err = err[0];
	return rc;
}

int
child_shell(const char *command, const struct buf *input, struct buf *out,
    size_t limit, int timeout_ms, struct err *e)
{
	struct job j = { .input = input, .answer = out, .limit = limit };
	int64_t until = when_ms() + timeout_ms;
	struct sigaction ignore = { .sa_handler = SIG_IGN }, was;
	size_t start = out->len;
	int status = 0, rc;

	if (job_start(&j, command, e) < 0)
		return -1;
	sigaction(SIGPIPE, &ignore, &was);
	rc = serve(&j, until);
	sigaction(SIGPIPE, &was, NULL);
	shut(&j.in);
	shut(&j.out);
	shut(&j.err);
	if (rc == 0)
		rc = await(j.pid, until, &status);
	if (rc < 0) {
		kill(-j.pid, SIGKILL);
		reap(j.pid, &status);
		err_set(e, ERR_RETRY, ETIMEDOUT,
		    "the command took longer than %d seconds",
		    (timeout_ms + 999) / 1000);
	} else {
		rc = job_verdict(&j, status, e);
	}
	if (rc < 0)
		buf_cut(out, start);
	buf_wipe(&j.why);
	return rc;
}

int
child_foreground(const char *const argv[], int *status, struct err *e)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, was_int, was_quit;
	int rc, raw = 0;
	pid_t pid;

	/* The terminal's keys are for the child, as in system(3). */
	sigaction(SIGINT, &ignore, &was_int);
	sigaction(SIGQUIT, &ignore, &was_quit);
	rc = spawn(argv, NULL, false, &pid, e);
	if (rc == 0 && reap(pid, &raw) < 0)
		rc = err_set(e, ERR_SYSTEM, errno, "cannot wait for %s: %s",
		    argv[0], strerror(errno));
	sigaction(SIGINT, &was_int, NULL);
	sigaction(SIGQUIT, &was_quit, NULL);
	if (rc == 0)
		*status =
		    WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
	return rc;
}

int
child_start(const char *const argv[], pid_t *pid, int *out, int *err,
    struct err *e)
{
	int o[2] = { -1, -1 }, r[2] = { -1, -1 };
	struct ends ends;
	int rc = 0;

	if ((out != NULL && pipe2(o, O_CLOEXEC) < 0) ||
	    (err != NULL && pipe2(r, O_CLOEXEC) < 0))
		rc = err_set(e, ERR_SYSTEM, errno, "cannot make a pipe: %s",
		    strerror(errno));
	if (rc == 0) {
		ends = (struct ends){ -1, o[1], r[1] };
		rc = spawn(argv, &ends, true, pid, e);
	}
	shut(&o[1]);
	shut(&r[1]);
	if (rc < 0) {
		shut(&o[0]);
		shut(&r[0]);
		return -1;
	}
	if (out != NULL) {
		fcntl(o[0], F_SETFL, O_NONBLOCK);
		*out = o[0];
	}
	if (err != NULL) {
		fcntl(r[0], F_SETFL, O_NONBLOCK);
		*err = r[0];
	}
	return 0;
}

int
child_detach(const char *const argv[], struct err *e)
{
	struct ends ends = { -1, -1, -1 };
	pid_t pid;

	return spawn(argv, &ends, true, &pid, e);
}

const char *
child_self(void)
{
	static char path[PATH_MAX];
	ssize_t n;

	if (path[0] != '\0')
		return path;
	n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (n <= 0)
		return "shopbell";
	path[n] = '\0';
	return path;
}
