/* What is not a store, or not one for this program, is refused in words. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/store/shelf.h"

static void
refused(struct shelf *s, enum store_open how, enum err_kind kind,
    const char *words)
{
	struct err e = { 0 };

	assert_null(store_open(&s->shop, how, 100, &e));
	if (e.kind != kind || strstr(e.text, words) == NULL)
		fail_msg("kind %d: %s", (int)e.kind, e.text);
}

static void
write_at(const char *path, off_t at, const char *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, n, at), (ssize_t)n);
	close(fd);
}

static void
a_missing_store_says_what_makes_it(void **state)
{
	struct shelf s;

	(void)state;
	shelf_open(&s);
	s.shop.store = "/tmp/shelf-none/store.db";
	refused(&s, STORE_READ, ERR_MISSING, "shopbell sync");
	refused(&s, STORE_WRITE, ERR_MISSING, "shopbell sync");
	s.shop.store = arena_fmt(&s.arena, "%s/store.db", s.folder);
	shelf_close(&s);
}

static void
other_files_are_no_stores(void **state)
{
	struct shelf s;
	const char *path;

	(void)state;
	shelf_open(&s);
	path = arena_fmt(&s.arena, "%s/text", s.folder);
	s.shop.store = path;
	write_at(path, 0, "Dear all, this is no store at all, sorry. ", 42);
	for (int i = 1; i < 100; i++)
		write_at(path, i * 42,
		    "Dear all, this is no store at all, sorry. ", 42);
	refused(&s, STORE_READ, ERR_DATA, "not a store");
	refused(&s, STORE_CREATE, ERR_DATA, "not a store");
	unlink(path);
	write_at(path, 0, "", 0);
	refused(&s, STORE_WRITE, ERR_DATA, "not a shopbell store");
	unlink(path);
	s.shop.store = s.folder;
	refused(&s, STORE_CREATE, ERR_DATA, "not a store");
	s.shop.store = arena_fmt(&s.arena, "%s/store.db", s.folder);
	shelf_close(&s);
}

static void
a_newer_store_is_left_alone(void **state)
{
	struct shelf s;

	(void)state;
	shelf_open(&s);
	tamper(&s, "PRAGMA user_version=999");
	store_close(s.store);
	s.store = NULL;
	refused(&s, STORE_CREATE, ERR_DATA, "newer");
	refused(&s, STORE_READ, ERR_DATA, "newer");
	ok_close(&s);
}

static void
another_programs_database_is_refused(void **state)
{
	struct shelf s;

	(void)state;
	shelf_open(&s);
	tamper(&s, "PRAGMA application_id=7");
	store_close(s.store);
	s.store = NULL;
	refused(&s, STORE_CREATE, ERR_DATA, "not a shopbell store");
	ok_close(&s);
}

static void
a_damaged_store_is_said_to_be(void **state)
{
	char junk[8192];
	struct shelf s;
	struct check_report r;
	struct store *opened;
	struct err e = { 0 };

	(void)state;
	shelf_open(&s);
	ok(ingest_checkpoint(s.store, CHECKPOINT_FEW, &e), &e);
	store_close(s.store);
	s.store = NULL;
	memset(junk, 0x5a, sizeof(junk));
	for (off_t at = 4096; at < 300000; at += (off_t)sizeof(junk))
		write_at(s.shop.store, at, junk, sizeof(junk));
	opened = store_open(&s.shop, STORE_WRITE, 100, &e);
	if (opened != NULL) {
		int rc = store_check(opened, NULL, NULL, &r, &e);

		assert_true(rc < 0 || r.differences > 0);
		store_close(opened);
	}
	if (opened == NULL || e.kind != ERR_NONE)
		assert_int_equal(e.kind, ERR_DATA);
	ok_close(&s);
}

static void
a_store_is_made_for_its_group(void **state)
{
	struct stat st;
	struct shelf s;
	mode_t was = umask(007);

	(void)state;
	shelf_open(&s);
	assert_int_equal(stat(s.shop.store, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	assert_int_equal(stat(arena_fmt(&s.arena, "%s-wal", s.shop.store), &st),
	    0);
	assert_int_equal(st.st_mode & 0777, 0660);
	shelf_close(&s);
	umask(was);
}

static void
a_copy_that_came_back_sends_nothing(void **state)
{
	struct letter l = { .id = "a@example.com",
		.from = "m@example.com",
		.to = "hello@shop.example",
		.subject = "S",
		.text = "T",
		.at = NOW };
	struct backup_report r;
	struct outbox *v;
	struct shelf s;
	const char *copy;
	size_t n;
	struct err e;

	(void)state;
	shelf_open(&s);
	arrive(&s, &l);
	assert_true(answer(&s, &s.ana, 1, "Yes", false, &e) > 0);
	copy = arena_fmt(&s.arena, "%s/copy.db", s.folder);
	ok(store_backup(s.store, copy, &r, &e), &e);
	assert_int_equal(r.mails, 2); /* and our answer */
	assert_int_equal(store_backup(s.store, copy, &r, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	store_close(s.store);
	s.store = NULL;
	assert_int_equal(rename(copy, s.shop.store), 0);
	unlink(arena_fmt(&s.arena, "%s-wal", s.shop.store));
	unlink(arena_fmt(&s.arena, "%s-shm", s.shop.store));
	shelf_reopen(&s);
	ok(store_outbox(s.store, false, &s.arena, &v, &n, &e), &e);
	assert_int_equal(n, 1);
	assert_int_equal(v[0].state, OUTBOX_DOUBT);
	shelf_close(&s);
}

/* A store of version 1: without what the later steps bring. */
static void
make_old(struct shelf *s)
{
	tamper(s, "DROP TRIGGER place_in; DROP TRIGGER place_out;"
		  "DROP TRIGGER place_gone;"
		  "ALTER TABLE mailbox DROP COLUMN places;"
		  "CREATE TABLE mid(id INTEGER PRIMARY KEY, thread INTEGER"
		  " NOT NULL); INSERT INTO mid SELECT id, thread FROM tie;"
		  "DROP TABLE tie; DROP TABLE kin; DROP TABLE pin;"
		  "CREATE TABLE subject(base TEXT NOT NULL);"
		  "DROP INDEX push_message; DROP INDEX push_place;"
		  "ALTER TABLE push DROP COLUMN message;"
		  "ALTER TABLE push DROP COLUMN name;"
		  "ALTER TABLE push DROP COLUMN stage;"
		  "ALTER TABLE push DROP COLUMN mark;"
		  "CREATE UNIQUE INDEX push_place ON"
		  " push(mailbox, uid, kind, flag);"
		  "ALTER TABLE place DROP COLUMN at;"
		  "ALTER TABLE place DROP COLUMN size;"
		  "ALTER TABLE mailbox DROP COLUMN adrift;"
		  "ALTER TABLE adrift DROP COLUMN flags;"
		  "ALTER TABLE adrift DROP COLUMN keywords;"
		  "DROP TABLE wanted;"
		  "PRAGMA user_version=1");
	store_close(s->store);
	s->store = NULL;
}

static void
an_old_store_is_brought_up_to_date_with_a_copy_kept(void **state)
{
	static const enum store_open how[] = { STORE_READ, STORE_WRITE,
		STORE_CREATE };
	struct letter l = { .id = "a@example.com",
		.from = "m@example.com",
		.to = "hello@shop.example",
		.subject = "S",
		.text = "T",
		.at = NOW };
	struct letter reply = { .id = "b@example.com",
		.from = "m@example.com",
		.to = "hello@shop.example",
		.subject = "S",
		.refs = "a@example.com",
		.text = "U",
		.at = NOW };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct sync_status *v;
		struct shelf s;
		struct stat st;
		size_t n;
		struct err e;
		const char *copy;

		shelf_open(&s);
		arrive(&s, &l);
		make_old(&s);
		s.store = store_open(&s.shop, how[i], 100, &e);
		ok(s.store == NULL ? -1 : 0, &e);
		ok(store_sync_status(s.store, &s.arena, &v, &n, &e), &e);
		assert_int_equal(n, 1);
		assert_int_equal(v[0].messages, 1);
		copy = arena_fmt(&s.arena, "%s.before-2", s.shop.store);
		assert_int_equal(stat(copy, &st), 0);
		assert_int_equal(st.st_mode & 07, 0);
		unlink(copy);
		assert_int_equal(stat(arena_fmt(&s.arena, "%s-wal", copy), &st),
		    -1);
		if (how[i] == STORE_READ)
			assert_int_equal(store_look(s.store, &s.ana, 1, &e),
			    -1);
		shelf_reopen(&s);
		assert_int_equal(arrive(&s, &reply), 1);
		shelf_close(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_missing_store_says_what_makes_it),
		cmocka_unit_test(other_files_are_no_stores),
		cmocka_unit_test(a_newer_store_is_left_alone),
		cmocka_unit_test(another_programs_database_is_refused),
		cmocka_unit_test(a_damaged_store_is_said_to_be),
		cmocka_unit_test(a_store_is_made_for_its_group),
		cmocka_unit_test(a_copy_that_came_back_sends_nothing),
		cmocka_unit_test(
		    an_old_store_is_brought_up_to_date_with_a_copy_kept),
	};

	return cmocka_run_group_tests_name("store/refuse", tests, NULL, NULL);
}
