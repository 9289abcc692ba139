/* token.c -- what is pasted at a login, and what is kept between two runs. */
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

#include "base/file.h"
#include "mail/token_keep.h"
#include "mail/token_login.h"

#define STATE "s3cret-state_0123456789"

static char folder[] = "/tmp/shopbell-token-XXXXXX";

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	return setenv("XDG_DATA_HOME", folder, 1);
}

static struct account
account(const char *user, const char *scope)
{
	return (struct account){
		.title = "shop",
		.user = user,
		.oauth = { .provider = "other",
		    .client_id = "id",
		    .client_secret = "",
		    .token = "https://login.example/token",
		    .scope = scope,
		    .ca_file = "",
		    .file = "" },
	};
}

/* ---- what was pasted ---- */

static const struct {
	const char *pasted;
	const char *code; /* NULL: refused */
	enum err_kind kind;
} pastes[] = {
	{ "http://127.0.0.1:5000/?state=" STATE "&code=abc", "abc", 0 },
	{ " http://127.0.0.1:5000/?code=4%2F0A%2b-_&state=" STATE "#x \r\n",
	    "4/0A+-_", 0 },
	{ "?code=a+b&state=" STATE, "a b", 0 },
	{ "code=abc&state=" STATE, "abc", 0 },
	{ "state=" STATE "&code=abc", "abc", 0 },
	{ "4/0Aabc-_.~+/=", "4/0Aabc-_.~+/=", 0 },
	{ "4%2F0Aabc", "4/0Aabc", 0 },
	{ "50%-off", "50%-off", 0 },
	{ "\t abc \t", "abc", 0 },
	{ "", NULL, ERR_USAGE },
	{ "   ", NULL, ERR_USAGE },
	{ "two words", NULL, ERR_USAGE },
	{ "http://127.0.0.1:5000/", NULL, ERR_USAGE },
	{ "http://127.0.0.1:5000/?code=abc", NULL, ERR_USAGE },
	{ "http://127.0.0.1:5000/?code=abc&state=other", NULL, ERR_USAGE },
	{ "http://127.0.0.1:5000/?code=abc&state=" STATE "x", NULL, ERR_USAGE },
	{ "http://127.0.0.1:5000/?state=" STATE, NULL, ERR_USAGE },
	{ "http://127.0.0.1:5000/?state=" STATE "&code=", NULL, ERR_USAGE },
	{ "http://127.0.0.1:5000/?xcode=abc&state=" STATE, NULL, ERR_USAGE },
	{ "http://127.0.0.1:5000/?error=access_denied&state=" STATE, NULL,
	    ERR_DENIED },
	{ "http://127.0.0.1:5000/?error=access_denied", NULL, ERR_USAGE },
};

static void
a_code_is_found_and_its_state_checked(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pastes) / sizeof(pastes[0]); i++) {
		struct buf out = { 0 };
		struct err e = { 0 };
		int rc = token_pasted(&out, pastes[i].pasted, STATE, &e);

		if (pastes[i].code == NULL) {
			if (rc == 0)
				fail_msg("took \"%s\"", pastes[i].pasted);
			assert_int_equal(e.kind, pastes[i].kind);
			assert_int_equal(out.len, 0);
		} else {
			if (rc < 0)
				fail_msg("\"%s\": %s", pastes[i].pasted,
				    e.text);
			assert_string_equal(buf_text(&out), pastes[i].code);
		}
		buf_free(&out);
	}
}

/* ---- what is kept ---- */

static void
put(struct buf *b, const char *text)
{
	buf_clear(b);
	buf_str(b, text);
}

static void
keep(const struct account *a, const struct token *t)
{
	struct err e = { 0 };
	int fd = token_lock(a, &e);

	assert_true(fd >= 0);
	if (token_write(t, a, &e) < 0)
		fail_msg("%s", e.text);
	close(fd);
}

static void
what_is_kept_is_read_back(void **state)
{
	struct account a = account("hello@shop.example", "mail");
	struct arena arena = { 0 };
	struct token t = { 0 }, back = { 0 };
	struct err e = { 0 };
	struct stat st;

	(void)state;
	for (size_t n = 1; n < 9000; n = n * 3 + 1) {
		buf_clear(&t.refresh);
		for (size_t i = 0; i < n; i++)
			buf_chr(&t.refresh, (char)(0x21 + i % 94));
		put(&t.access, "at end until got for");
		if (n % 2 == 0)
			put(&t.ended, "because \xc3\xa4 of");
		t.got = (int64_t)n;
		t.until = (int64_t)n * 1000000000;
		keep(&a, &t);
		assert_int_equal(token_read(&back, &a, &e), 0);
		assert_string_equal(buf_text(&back.refresh),
		    buf_text(&t.refresh));
		assert_string_equal(buf_text(&back.access),
		    buf_text(&t.access));
		assert_string_equal(buf_text(&back.ended), buf_text(&t.ended));
		assert_int_equal(back.got, t.got);
		assert_int_equal(back.until, t.until);
		token_wipe(&back);
	}
	assert_int_equal(stat(token_path(&arena, &a), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	token_wipe(&t);
	arena_free(&arena);
}

static void
a_part_of_a_file_is_no_token(void **state)
{
	struct account a = account("cut@shop.example", "mail");
	struct arena arena = { 0 };
	struct token t = { 0 };
	struct buf whole = { 0 };
	struct err e = { 0 };
	char *path;

	(void)state;
	put(&t.refresh, "refresh-token");
	put(&t.access, "access-token");
	t.got = 5;
	t.until = 10;
	keep(&a, &t);
	token_wipe(&t);
	path = token_path(&arena, &a);
	assert_int_equal(file_read(&whole, path, 4096, &e), 0);
	for (size_t n = 0; n < whole.len; n++) {
		assert_int_equal(file_replace(path, whole.data, n, 0600, &e),
		    0);
		e = (struct err){ 0 };
		assert_int_equal(token_read(&t, &a, &e), -1);
		assert_int_equal(e.kind, ERR_MISSING);
		assert_int_equal(t.refresh.len, 0);
	}
	buf_free(&whole);
	arena_free(&arena);
}

static void
each_login_has_a_file_of_its_own(void **state)
{
	struct account v[] = {
		account("hello@shop.example", "mail"),
		account("hello@shop.example", "mail calendar"),
		account("other@shop.example", "mail"),
		account("../../etc/x", "mail"),
		account("hello@shop.example", "mail"),
	};
	struct arena arena = { 0 };
	size_t n = sizeof(v) / sizeof(v[0]);

	(void)state;
	v[n - 1].oauth.client_id = "another";
	for (size_t i = 0; i < n; i++) {
		const char *path = token_path(&arena, &v[i]);

		assert_null(strstr(path, ".."));
		assert_int_equal(strncmp(path, folder, strlen(folder)), 0);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(path,
			    token_path(&arena, &v[j]));
	}
	/* Two that are told to share one do not take each other's. */
	v[0].oauth.file = v[2].oauth.file = arena_fmt(&arena, "%s/one", folder);
	{
		struct token t = { 0 };
		struct err e = { 0 };

		put(&t.access, "a");
		keep(&v[0], &t);
		token_wipe(&t);
		assert_int_equal(token_read(&t, &v[0], &e), 0);
		token_wipe(&t);
		assert_int_equal(token_read(&t, &v[2], &e), -1);
		assert_int_equal(e.kind, ERR_MISSING);
	}
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_is_found_and_its_state_checked),
		cmocka_unit_test(what_is_kept_is_read_back),
		cmocka_unit_test(a_part_of_a_file_is_no_token),
		cmocka_unit_test(each_login_has_a_file_of_its_own),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
