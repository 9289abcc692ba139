#include "some.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/wake.h"

static char folder[64];
static struct arena arena;

static const char *
in_folder(const char *name)
{
	return arena_fmt(&arena, "%s/%s", folder, name);
}

static int
make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/shopbell-file.XXXXXX");
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
drop_folder(void **state)
{
	static const char *const names[] = { "whole", "photo.jpg",
		"photo (2).jpg", "link", "lock", "attachment", "deep/er/est",
		"deep/er", "deep" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		remove(in_folder(names[i]));
	arena_free(&arena);
	return rmdir(folder);
}

static void
whole_files(void **state)
{
	struct buf b = { 0 };
	struct err e = { 0 };
	struct stat st;
	const char *path = in_folder("whole");

	(void)state;
	assert_int_equal(file_replace(path, "one", 3, 0640, &e), 0);
	assert_int_equal(file_replace(path, "two\0!", 5, 0640, &e), 0);
	buf_str(&b, "before ");
	assert_int_equal(file_read(&b, path, 100, &e), 0);
	assert_int_equal(b.len, 7 + 5);
	assert_memory_equal(b.data, "before two\0!", 12);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(file_read(&b, path, 4, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(b.len, 12);
	assert_int_equal(file_read(&b, folder, 100, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(file_read(&b, in_folder("none"), 100, &e), -1);
	assert_int_equal(e.kind, ERR_MISSING);
	assert_non_null(strstr(e.text, "none"));
	buf_free(&b);
}

/* A replacement that cannot be finished leaves the old file and no other. */
static void
a_failed_replacement_leaves_the_old(void **state)
{
	struct err e = { 0 };
	const char *path = in_folder("nowhere/file");

	(void)state;
	assert_int_equal(file_replace(path, "x", 1, 0600, &e), -1);
	assert_int_equal(e.kind, ERR_MISSING);
	assert_int_equal(file_replace(folder, "x", 1, 0600, &e), -1);
	assert_int_equal(e.kind, ERR_SYSTEM);
}

static void
safe_is(const char *name, const char *want)
{
	assert_string_equal(file_safe_name(&arena, name), want);
}

static void
names_are_made_safe(void **state)
{
	(void)state;
	safe_is("invoice.pdf", "invoice.pdf");
	safe_is("../../etc/passwd", "passwd");
	safe_is("C:\\Users\\x\\order.doc", "order.doc");
	safe_is("-rf", "rf");
	safe_is(".bashrc", "bashrc");
	safe_is("..", "attachment");
	safe_is("", "attachment");
	safe_is(NULL, "attachment");
	safe_is("a\nb\033[1m.txt", "a b_U+001B_[1m.txt");
	safe_is("dir/", "attachment");
	safe_is("Größe 日本.png", "Größe 日本.png");
	safe_is("x.pdf ", "x.pdf");
}

static void
no_name_escapes(void **state)
{
	struct buf s = { 0 };

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char *safe;

		some_text(&s, 200, 1);
		/* More of what matters to a file system. */
		for (size_t j = 0; j + 3 < s.len; j += 1 + some(20))
			memcpy(s.data + j, some(2) ? "../" : ".\\-", 3);
		safe = file_safe_name(&arena, buf_text(&s));
		assert_true(strlen(safe) > 0 && strlen(safe) <= 200);
		assert_null(strpbrk(safe, "/\\\n\r\t\033"));
		assert_true(safe[0] != '.' && safe[0] != '-');
		assert_true(text_valid(safe, strlen(safe)));
		arena_reset(&arena);
	}
	buf_free(&s);
}

static void
saving_never_overwrites(void **state)
{
	struct err e = { 0 };
	struct buf b = { 0 };
	const char *path;

	(void)state;
	assert_int_equal(file_save_new(folder, "photo.jpg", "1", 1, &arena,
			     &path, &e),
	    0);
	assert_string_equal(path, in_folder("photo.jpg"));
	assert_int_equal(file_save_new(folder, "x/photo.jpg", "2", 1, &arena,
			     &path, &e),
	    0);
	assert_string_equal(path, in_folder("photo (2).jpg"));
	/* A link somebody has put there is not followed. */
	assert_int_equal(symlink(in_folder("target"), in_folder("link")), 0);
	assert_int_equal(file_save_new(folder, "link", "3", 1, &arena, &path,
			     &e),
	    0);
	assert_string_equal(path, in_folder("link (2)"));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(access(in_folder("target"), F_OK), -1);
	assert_int_equal(file_read(&b, in_folder("photo.jpg"), 9, &e), 0);
	assert_string_equal(b.data, "1");
	buf_free(&b);
}

static void
folders_get_the_mode_asked_for(void **state)
{
	struct err e = { 0 };
	struct stat st;
	mode_t was = umask(077);

	(void)state;
	assert_int_equal(file_make_folders(in_folder("deep/er/est"), 02770, &e),
	    0);
	assert_int_equal(file_make_folders(in_folder("deep/er/est"), 02770, &e),
	    0);
	umask(was);
	assert_int_equal(stat(in_folder("deep/er/est"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 02770);
	assert_int_equal(file_make_folders(in_folder("whole/x"), 0700, &e), -1);
}

static void
homes_are_expanded(void **state)
{
	(void)state;
	setenv("HOME", "/home/ana", 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_DATA_HOME");
	assert_string_equal(file_expand(&arena, "~"), "/home/ana");
	assert_string_equal(file_expand(&arena, "~/x"), "/home/ana/x");
	assert_string_equal(file_expand(&arena, "~x"), "~x");
	assert_string_equal(file_expand(&arena, "/~"), "/~");
	assert_string_equal(file_config_home(&arena), "/home/ana/.config");
	assert_string_equal(file_data_home(&arena), "/home/ana/.local/share");
	setenv("XDG_CONFIG_HOME", "/c", 1);
	assert_string_equal(file_expand(&arena, "$XDG_CONFIG_HOME/x"), "/c/x");
	assert_string_equal(file_expand(&arena, "$XDG_CONFIG_HOMES"),
	    "$XDG_CONFIG_HOMES");
	/* A relative one is to be ignored (XDG base directories). */
	setenv("XDG_CONFIG_HOME", "c", 1);
	assert_string_equal(file_config_home(&arena), "/home/ana/.config");
}

static void
a_lock_is_exclusive_and_let_go(void **state)
{
	struct err e = { 0 };
	const char *path = in_folder("lock");
	int fd = file_lock(path, 0, &e), status;
	pid_t pid;

	(void)state;
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	pid = fork();
	if (pid == 0)
		_exit(file_lock(path, 50, &e) == -1 && e.kind == ERR_BUSY ? 0
									  : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(fd);
	fd = file_lock(path, 0, &e);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(symlink("lock", in_folder("link2")), 0);
	assert_int_equal(file_lock(in_folder("link2"), 0, &e), -1);
	unlink(in_folder("link2"));
}

static void
the_bell_rings_only_for_a_listener(void **state)
{
	const char *store = in_folder("store");
	struct err e = { 0 };
	struct pollfd p = { .events = POLLIN };

	(void)state;
	assert_int_equal(wake_ring(store), 1);
	p.fd = wake_listen(store, &e);
	assert_true(p.fd >= 0);
	assert_int_equal(poll(&p, 1, 0), 0);
	assert_int_equal(wake_ring(store), 0);
	assert_int_equal(poll(&p, 1, 0), 1);
	assert_int_equal(p.revents, POLLIN);
	close(p.fd);
	assert_int_equal(wake_ring(store), 1);
	assert_int_equal(unlink(wake_path(&arena, store)), 0);
}

static void
proc_is_not_the_network(void **state)
{
	(void)state;
	assert_false(file_on_network("/proc"));
	assert_false(file_on_network("/nowhere"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_files),
		cmocka_unit_test(a_failed_replacement_leaves_the_old),
		cmocka_unit_test(names_are_made_safe),
		cmocka_unit_test(no_name_escapes),
		cmocka_unit_test(saving_never_overwrites),
		cmocka_unit_test(folders_get_the_mode_asked_for),
		cmocka_unit_test(homes_are_expanded),
		cmocka_unit_test(a_lock_is_exclusive_and_let_go),
		cmocka_unit_test(the_bell_rings_only_for_a_listener),
		cmocka_unit_test(proc_is_not_the_network),
	};

	return cmocka_run_group_tests_name("file", tests, make_folder,
	    drop_folder);
}
