/*
 * What a command prints: cleaned, whatever it was given.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ui/cmd/cmd.h"

static void
no_control_byte_gets_out(void **state)
{
	struct out o = { .fd = -1 };
	char every[257] = { 0 };

	(void)state;
	for (int i = 1; i < 256; i++)
		every[i - 1] = (char)i;
	out_text(&o, "a %s z\n", every);
	for (size_t i = 0; i < o.text.len; i++) {
		unsigned char c = (unsigned char)o.text.data[i];

		assert_true(c == '\n' || (c >= ' ' && c != 0x7f));
	}
	buf_free(&o.text);
}

static void
long_text_is_whole(void **state)
{
	struct out o = { .fd = -1 };
	static char text[100001];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	out_text(&o, "%s.", text);
	assert_int_equal(o.text.len, sizeof(text));
	buf_free(&o.text);
}

static void
csv_quotes_and_defuses(void **state)
{
	static const char *const field[] = { "plain", "a,b", "say \"hi\"",
		"=HYPERLINK(1)", "two\nlines", "" };
	struct out o = { .fd = -1 };

	(void)state;
	out_csv(&o, field, 6);
	assert_string_equal(buf_text(&o.text),
	    "plain,\"a,b\",\"say \"\"hi\"\"\",'=HYPERLINK(1),two lines,\r\n");
	buf_free(&o.text);
}

/* "| head" is no error; a full disk is one. */
static void
a_reader_that_leaves_is_no_error(void **state)
{
	struct out o = { 0 };
	struct err e = { 0 };
	int fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	close(fd[0]);
	o.fd = fd[1];
	out_text(&o, "nobody reads this\n");
	assert_int_equal(out_flush(&o, &e), 0);
	assert_true(o.broken);
	out_text(&o, "nor this\n");
	assert_int_equal(out_flush(&o, &e), 0);
	close(fd[1]);
	buf_free(&o.text);
}

static int
ignore_pipes(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_control_byte_gets_out),
		cmocka_unit_test(long_text_is_whole),
		cmocka_unit_test(csv_quotes_and_defuses),
		cmocka_unit_test(a_reader_that_leaves_is_no_error),
	};

	return cmocka_run_group_tests_name("out", tests, ignore_pipes, NULL);
}
