/*
 * secret.c -- passwords are taken only from where nobody else can reach;
 * addresses and bytes that could speak SMTP are refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/secret.h"
#include "mail/submit.h"

static char folder[] = "/tmp/shopbell-secret-XXXXXX";
static char path[100];

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/file", folder);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void
put(const char *bytes, size_t n, mode_t mode)
{
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), (ssize_t)n);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static struct account
account(const char *file, const char *command, const char *token)
{
	return (struct account){ .title = "shop",
		.password_file = file,
		.password_command = command,
		.token_command = token,
		.file = path };
}

static void
takes(struct account a, enum secret_kind kind, const char *want)
{
	struct secret s;
	struct err e = { 0 };

	if (secret_get(&s, &a, &e) < 0)
		fail_msg("%s", e.text);
	assert_int_equal(s.kind, kind);
	assert_string_equal(buf_text(&s.text), want);
	secret_wipe(&s);
	assert_null(s.text.data);
}

static void
refuses(struct account a, const char *why)
{
	struct secret s;
	struct err e = { 0 };

	assert_int_equal(secret_get(&s, &a, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	if (strstr(e.text, why) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", e.text, why);
	assert_null(s.text.data);
}

static void
a_file_is_read_to_its_first_line(void **state)
{
	(void)state;
	put("geheim \xc3\xa4\nmore\n", 15, 0600);
	takes(account(path, "", ""), SECRET_PASSWORD, "geheim \xc3\xa4");
	put("no end", 6, 0400);
	takes(account(path, "", ""), SECRET_PASSWORD, "no end");
	put("dos\r\n", 5, 0600);
	takes(account(path, "", ""), SECRET_PASSWORD, "dos");
}

static void
a_file_others_reach_is_refused(void **state)
{
	char link[sizeof(path) + 5];

	(void)state;
	for (mode_t bit = 1; bit <= 040; bit <<= 1) {
		put("x\n", 2, 0600 | bit);
		refuses(account(path, "", ""), "chmod 600");
	}
	put("x\n", 2, 0600);
	snprintf(link, sizeof(link), "%s.link", path);
	assert_int_equal(symlink(path, link), 0);
	refuses(account(link, "", ""), "symbolic link");
	unlink(link);
	refuses(account(folder, "", ""), "plain file");
	refuses(account("/nonexistent/file", "", ""), "No such file");
	if (geteuid() == 0) {
		assert_int_equal(chown(path, 12345, 12345), 0);
		refuses(account(path, "", ""), "somebody else");
	}
}

static void
what_no_server_could_take_is_refused(void **state)
{
	(void)state;
	put("\n", 1, 0600);
	refuses(account(path, "", ""), "empty");
	put("", 0, 0600);
	refuses(account(path, "", ""), "empty");
	put("a\tb\n", 4, 0600);
	refuses(account(path, "", ""), "control");
	put("a\0b\n", 4, 0600);
	refuses(account(path, "", ""), "control");
	refuses(account("", "", ""), "no password");
}

static void
a_command_counts_only_from_a_safe_file(void **state)
{
	(void)state;
	put("", 0, 0644);
	takes(account("", "printf 'p w\\nx\\n'", ""), SECRET_PASSWORD, "p w");
	takes(account("", "false", "echo token"), SECRET_TOKEN, "token");
	refuses(account("", "exit 3", ""), "password-command");
	refuses(account("", "true", ""), "empty");
	put("", 0, 0664);
	refuses(account("", "echo x", ""), "chmod go-w");
	put("", 0, 0646);
	refuses(account("", "", "echo x"), "token-command");
}

static void
addresses_cannot_speak_smtp(void **state)
{
	static const char *const good[] = { "a@b.test", "a+b=c@x-y.test",
		"\"q\"@b.test", "o'neil@b.test", "j\xc3\xbcrgen@b.test",
		"a@[127.0.0.1]", "a@m\xc3\xbcller.test" };
	static const char *const bad[] = { "", "a", "@b", "a@", "a b@c.test",
		"a@b.test>", "<a@b.test", "a@b.test\r\nDATA", "a\n@b.test",
		"a@b\t.test", "a@b.test ", "a@b,c.test", "a@\xff.test",
		"a\x7f@b.test", "a@b.test> SIZE=1" };
	char long_one[400] = "a@";

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(submit_address_ok(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(submit_address_ok(bad[i]));
	memset(long_one + 2, 'b', 300);
	assert_false(submit_address_ok(long_one));
}

/*
 * Every string of up to 7 of the bytes that matter: what passes has no line
 * end but CR LF and ends with one, whatever it is made of.
 */
static void
bytes_that_pass_are_lines(void **state)
{
	static const char letters[] = { '\r', '\n', '.', 'x', '\0' };
	char s[8];

	(void)state;
	for (unsigned n = 0; n < 78125 * 2; n++) {
		size_t len = n < 78125 ? 7 : 6;
		bool lines = true;

		for (size_t i = 0, k = n % 78125; i < len; i++, k /= 5)
			s[i] = letters[k % 5];
		for (size_t i = 0; i < len; i++) {
			if (s[i] == '\0' ||
			    (s[i] == '\n' && (i == 0 || s[i - 1] != '\r')) ||
			    (s[i] == '\r' &&
				(i + 1 == len || s[i + 1] != '\n')))
				lines = false;
		}
		lines = lines && s[len - 1] == '\n';
		assert_int_equal(submit_bytes_ok(s, len), lines);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_read_to_its_first_line),
		cmocka_unit_test(a_file_others_reach_is_refused),
		cmocka_unit_test(what_no_server_could_take_is_refused),
		cmocka_unit_test(a_command_counts_only_from_a_safe_file),
		cmocka_unit_test(addresses_cannot_speak_smtp),
		cmocka_unit_test(bytes_that_pass_are_lines),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
