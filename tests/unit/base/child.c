#include "some.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"

static void
shell_output_is_taken(void **state)
{
	struct buf in = { 0 }, out = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(child_shell("echo secret; echo two", NULL, &out, 100,
			     5000, &e),
	    0);
	assert_string_equal(buf_text(&out), "secret\ntwo\n");
	buf_clear(&out);
	/* More than a pipe holds, both ways at once. */
	for (int i = 0; i < 300000; i++)
		buf_chr(&in, (char)('a' + i % 26));
	assert_int_equal(child_shell("cat", &in, &out, 1 << 20, 20000, &e), 0);
	assert_int_equal(out.len, in.len);
	assert_memory_equal(out.data, in.data, in.len);
	/* It may leave its input unread. */
	buf_clear(&out);
	assert_int_equal(child_shell("echo x", &in, &out, 100, 5000, &e), 0);
	buf_free(&in);
	buf_free(&out);
}

static void
shell_failures_are_told(void **state)
{
	struct buf out = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(child_shell("echo lost; echo no such entry >&2; exit "
				     "3",
			     NULL, &out, 100, 5000, &e),
	    -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_int_equal(e.code, 3);
	assert_string_equal(e.text,
	    "the command ended with status 3: no such entry");
	assert_int_equal(out.len, 0);
	assert_int_equal(child_shell("sleep 60 & sleep 60", NULL, &out, 100,
			     100, &e),
	    -1);
	assert_int_equal(e.kind, ERR_RETRY);
	assert_int_equal(child_shell("yes | head -c 5000", NULL, &out, 100,
			     5000, &e),
	    -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_int_equal(out.len, 0);
	assert_int_equal(child_shell("kill -9 $$", NULL, &out, 9, 5000, &e),
	    -1);
	assert_non_null(strstr(e.text, "killed by signal 9"));
	buf_free(&out);
}

/* No descriptor of ours, no ignored signal, nothing on standard input. */
static void
a_child_inherits_nothing(void **state)
{
	struct buf out = { 0 };
	struct err e = { 0 };
	int fd = open("/dev/null", O_RDONLY); /* without O_CLOEXEC */
	struct sigaction ignore = { .sa_handler = SIG_IGN }, was;
	const char *mask;

	(void)state;
	assert_true(fd >= 0);
	sigaction(SIGTERM, &ignore, &was);
	assert_int_equal(child_shell("ls /proc/self/fd | wc -l; cat;"
				     "grep SigIgn /proc/self/status",
			     NULL, &out, 1000, 5000, &e),
	    0);
	sigaction(SIGTERM, &was, NULL);
	close(fd);
	/* 0, 1, 2 and the folder being listed. */
	assert_memory_equal(buf_text(&out), "4\nSigIgn:\t", 10);
	mask = strchr(buf_text(&out), '\t');
	assert_int_equal(strtoull(mask + 1, NULL, 16) & (1ull << (SIGTERM - 1)),
	    0);
	buf_free(&out);
}

static void
foreground_waits_for_the_end(void **state)
{
	const char *const good[] = { "sh", "-c", "exit 7", NULL };
	const char *const none[] = { "no-such-program-here", NULL };
	struct err e = { 0 };
	int status = -1;

	(void)state;
	assert_int_equal(child_foreground(good, &status, &e), 0);
	assert_int_equal(status, 7);
	assert_int_equal(child_foreground(none, &status, &e), -1);
	assert_int_equal(e.kind, ERR_MISSING);
	assert_non_null(strstr(e.text, "no-such-program-here"));
}

static void
a_started_child_talks_through_pipes(void **state)
{
	const char *const argv[] = { "sh", "-c", "echo out; echo err >&2",
		NULL };
	struct err e = { 0 };
	char bytes[16] = "";
	int out, err, status;
	struct pollfd p;
	pid_t pid;

	(void)state;
	assert_int_equal(child_start(argv, &pid, &out, &err, &e), 0);
	assert_true(fcntl(out, F_GETFL) & O_NONBLOCK);
	assert_int_equal(getpgid(pid) == pid || errno == ESRCH, 1);
	p = (struct pollfd){ .fd = out, .events = POLLIN };
	assert_int_equal(poll(&p, 1, 5000), 1);
	assert_int_equal(read(out, bytes, sizeof(bytes)), 4);
	assert_string_equal(bytes, "out\n");
	p.fd = err;
	assert_int_equal(poll(&p, 1, 5000), 1);
	assert_int_equal(read(err, bytes, sizeof(bytes)), 4);
	assert_memory_equal(bytes, "err\n", 4);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(out);
	close(err);
	assert_int_equal(child_start(argv, &pid, NULL, NULL, &e), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void
we_know_our_own_path(void **state)
{
	(void)state;
	assert_int_equal(access(child_self(), X_OK), 0);
	assert_int_equal(child_self()[0], '/');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shell_output_is_taken),
		cmocka_unit_test(shell_failures_are_told),
		cmocka_unit_test(a_child_inherits_nothing),
		cmocka_unit_test(foreground_waits_for_the_end),
		cmocka_unit_test(a_started_child_talks_through_pipes),
		cmocka_unit_test(we_know_our_own_path),
	};

	return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
