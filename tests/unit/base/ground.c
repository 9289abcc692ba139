/*
 * ground.c -- memory, digests, errors and the log.
 */
#include "some.h"

#include <sysexits.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/log.h"

/* ---- arenas and buffers ---- */

/* Pieces are zeroed, aligned, apart from each other, and keep their bytes. */
static void
pieces_do_not_overlap(void **state)
{
	enum { PIECES = 400 };
	struct arena a = { 0 };

	(void)state;
	for (int round = 0; round < 50; round++) {
		unsigned char *piece[PIECES];
		size_t size[PIECES];

		for (int i = 0; i < PIECES; i++) {
			size[i] = some(8) == 0 ? some(70000) : some(100);
			piece[i] = arena_alloc(&a, size[i]);
			assert_int_equal((uintptr_t)piece[i] %
					     _Alignof(max_align_t),
			    0);
			for (size_t j = 0; j < size[i]; j++)
				assert_int_equal(piece[i][j], 0);
			memset(piece[i], i & 0xff, size[i]);
		}
		for (int i = 0; i < PIECES; i++)
			for (size_t j = 0; j < size[i]; j++)
				assert_int_equal(piece[i][j], i & 0xff);
		if (round % 2)
			arena_reset(&a);
		else
			arena_free(&a);
	}
	arena_free(&a);
}

static void
arrays_grow(void **state)
{
	struct arena a = { 0 };
	uint32_t *v = NULL;

	(void)state;
	for (uint32_t n = 0; n < 5000; n++) {
		v = arena_grow(&a, v, n, sizeof(*v));
		v[n] = n * 7;
		for (uint32_t i = 0; i <= n; i += 1 + n / 8)
			assert_int_equal(v[i], i * 7);
	}
	assert_string_equal(arena_str(&a, NULL), "");
	assert_string_equal(arena_strn(&a, "abc", 2), "ab");
	assert_string_equal(arena_fmt(&a, "%d-%s", 7, "x"), "7-x");
	arena_free(&a);
}

static void
buffers_grow(void **state)
{
	struct buf b = { 0 }, want = { 0 };

	(void)state;
	assert_string_equal(buf_text(&b), "");
	for (int i = 0; i < 3000; i++) {
		buf_fmt(&b, "%d,", i);
		buf_chr(&b, ';');
		assert_int_equal(strlen(b.data), b.len);
	}
	buf_add(&want, b.data, b.len);
	buf_str(&b, "more");
	buf_cut(&b, want.len);
	assert_string_equal(b.data, want.data);
	buf_cut(&b, want.len + 100);
	assert_int_equal(b.len, want.len);
	buf_clear(&b);
	assert_string_equal(buf_text(&b), "");
	buf_wipe(&b);
	assert_null(b.data);
	buf_free(&want);
}

/* ---- digests ---- */

static void
digests_of_the_standards(void **state)
{
	static const char key[] = "Jefe", data[] = "what do ya want for "
						   "nothing?";
	uint8_t sum[HASH_SIZE], back[HASH_SIZE];
	char hex[2 * HASH_SIZE + 1];

	(void)state;
	/* FIPS 180-4, example for "abc". */
	hash_sha256("abc", 3, sum);
	hash_hex(sum, sizeof(sum), hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223"
				 "b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(hash_unhex(hex, back, sizeof(back)), 0);
	assert_int_equal(hash_same(sum, back, sizeof(sum)), 1);
	back[31] ^= 1;
	assert_int_equal(hash_same(sum, back, sizeof(sum)), 0);
	/* RFC 4231, test case 2. */
	hash_hmac(key, strlen(key), data, strlen(data), sum);
	hash_hex(sum, sizeof(sum), hex);
	assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c7"
				 "5a003f089d2739839dec58b964ec3843");
	assert_int_equal(hash_unhex("zz", back, 1), -1);
	assert_int_equal(hash_unhex("abc", back, 1), -1);
}

/* RFC 4648, section 10; the last shows what base64url writes otherwise. */
static void
base64_is_as_its_standard_says(void **state)
{
	static const struct {
		const char *bytes, *text, *url;
	} v[] = {
		{ "", "", "" },
		{ "f", "Zg==", "Zg" },
		{ "fo", "Zm8=", "Zm8" },
		{ "foo", "Zm9v", "Zm9v" },
		{ "foob", "Zm9vYg==", "Zm9vYg" },
		{ "fooba", "Zm9vYmE=", "Zm9vYmE" },
		{ "foobar", "Zm9vYmFy", "Zm9vYmFy" },
		{ "\xfb\xff\xfe", "+//+", "-__-" },
	};
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		buf_clear(&out);
		hash_base64(&out, v[i].bytes, strlen(v[i].bytes));
		assert_string_equal(buf_text(&out), v[i].text);
		buf_clear(&out);
		hash_base64url(&out, v[i].bytes, strlen(v[i].bytes));
		assert_string_equal(buf_text(&out), v[i].url);
	}
	buf_free(&out);
}

static void
uuids_sort_by_time(void **state)
{
	char early[37], late[37];

	(void)state;
	hash_uuid(1795325000, early);
	hash_uuid(1795325001, late);
	assert_int_equal(strlen(early), 36);
	assert_true(strcmp(early, late) < 0);
	assert_int_equal(early[14], '7');
	assert_non_null(strchr("89ab", early[19]));
}

/* ---- errors and the log ---- */

static void
an_error_is_one_clean_line(void **state)
{
	struct err e = { 0 };
	struct buf big = { 0 };

	(void)state;
	assert_int_equal(err_set(&e, ERR_PEER, 5, "said \"%s\"", "x\033[2J\ny"),
	    -1);
	assert_string_equal(e.text, "said \"x<U+001B>[2J y\"");
	err_in(&e, "%s", "mail.example.org");
	assert_string_equal(e.text,
	    "mail.example.org: said \"x<U+001B>[2J y\"");
	assert_int_equal(err_status(&e), EX_PROTOCOL);
	for (int i = 0; i < 3000; i++)
		buf_str(&big, "ü");
	for (int i = 0; i < 4; i++) {
		err_set(&e, ERR_DATA, 0, "%.*s%s", i, "xxxx", big.data);
		assert_true(strlen(e.text) < sizeof(e.text));
		assert_true(text_valid(e.text, strlen(e.text)));
		assert_non_null(strstr(e.text, "…"));
	}
	buf_free(&big);
}

static void
keep_line(void *arg, enum log_level level, const char *line)
{
	buf_fmt(arg, "%d:%s|", (int)level, line);
}

static void
log_lines_are_clean_and_can_be_quiet(void **state)
{
	struct buf got = { 0 };
	struct err e = { 0 };

	(void)state;
	log_to(keep_line, &got);
	log_line(LOG_NOTICE, "hello %s", "a\033b\n");
	log_quiet(1);
	log_line(LOG_NOTICE, "not seen");
	log_line(LOG_ERROR, "seen");
	log_line(LOG_DEBUG, "not seen");
	err_set(&e, ERR_BUSY, 0, "locked");
	log_err(&e);
	log_quiet(0);
	log_to(NULL, NULL);
	assert_string_equal(got.data, "1:hello a<U+001B>b |0:seen|0:locked|");
	buf_free(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_do_not_overlap),
		cmocka_unit_test(arrays_grow),
		cmocka_unit_test(buffers_grow),
		cmocka_unit_test(digests_of_the_standards),
		cmocka_unit_test(base64_is_as_its_standard_says),
		cmocka_unit_test(uuids_sort_by_time),
		cmocka_unit_test(an_error_is_one_clean_line),
		cmocka_unit_test(log_lines_are_clean_and_can_be_quiet),
	};

	return cmocka_run_group_tests_name("ground", tests, NULL, NULL);
}
