#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mail/confine.h"

/* Run a claim in a confined child; its value. */
static int
confined(int (*claim)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		confine_files();
		confine_calls();
		_exit(claim());
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
refused(long result)
{
	return result == -1 && (errno == EPERM || errno == EACCES);
}

static int
no_socket(void)
{
	return refused(socket(AF_INET, SOCK_STREAM, 0)) &&
	       refused(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int
no_program(void)
{
	char *argv[] = { "true", NULL };

	return refused(execv("/bin/true", argv));
}

static int
no_child(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return refused(pid);
}

static char secret[] = "/tmp/shopbell-confine-XXXXXX";

static int
no_file_for_writing(void)
{
	return refused(
		   open("/tmp/shopbell-confine", O_WRONLY | O_CREAT, 0600)) &&
	       refused(open(secret, O_RDWR)) && refused(unlink(secret));
}

static int
no_strangers_file(void)
{
	return refused(open(secret, O_RDONLY));
}

static int
no_signal(void)
{
	return refused(kill(getppid(), 0));
}

static int
charsets_still_load(void)
{
	iconv_t cd = iconv_open("UTF-8", "ISO-2022-JP");

	return cd != (iconv_t)-1;
}

static void
a_worker_may_not(void **state)
{
	(void)state;
	if (prctl(PR_GET_SECCOMP) < 0)
		return;
	assert_int_equal(confined(no_socket), 1);
	assert_int_equal(confined(no_program), 1);
	assert_int_equal(confined(no_child), 1);
	assert_int_equal(confined(no_signal), 1);
}

static void
a_worker_writes_no_file(void **state)
{
	(void)state;
	if (prctl(PR_GET_SECCOMP) < 0)
		return;
	assert_int_equal(confined(no_file_for_writing), 1);
	assert_int_equal(access(secret, F_OK), 0);
}

static void
a_worker_reads_charsets_only(void **state)
{
	(void)state;
	assert_int_equal(confined(charsets_still_load), 1);
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1) < 1)
		return;
	assert_int_equal(confined(no_strangers_file), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_worker_may_not),
		cmocka_unit_test(a_worker_writes_no_file),
		cmocka_unit_test(a_worker_reads_charsets_only),
	};

	int fd = mkstemp(secret), rc;

	if (fd >= 0)
		close(fd);
	rc = cmocka_run_group_tests_name("mail/confine", tests, NULL, NULL);
	unlink(secret);
	return rc;
}
