/*
 * look.c -- parts are what their bytes say; pictures tell their size.
 */
#include "sample.h"

#include <stdlib.h>

#include "mail/message/look.h"
#include "mail/message/picture.h"

static const struct {
	const char *bytes;
	size_t n;
	int width; /* 0: none */
	int height;
} pictures[] = {
#define P(bytes, w, h) { bytes, sizeof(bytes) - 1, w, h }
	P("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\2\x80\0\0\1\xe0\x08\2\0\0\0", 640,
	    480),
	P("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\0\2\x80\0\0\1\xe0\x08\2\0\0\0", 0,
	    0),
	P("GIF89a\x40\x01\xf0\x00\x80\0\0", 320, 240),
	P("GIF87a\0\0\xf0\x00\x80\0\0", 0, 0),
	P("\xff\xd8\xff\xe0\0\4xx\xff\xff\xc2\0\x11\x08\1\x2c\1\x90\3xxxxx",
	    400, 300),
	P("\xff\xd8\xff\xc4\0\4xx\xff\xc0\0\x11\x08\1\x2c\1\x90\3xxxxxx", 400,
	    300),
	P("\xff\xd8\xff\xe0\0\1xx\xff\xc0\0\x11\x08\1\x2c\1\x90\3xxxxxx", 0, 0),
	P("\xff\xd8\xff\xe0\xff\xff", 0, 0),
	P("\xff\xd8\xff\xd9\xff\xc0\0\x11\x08\1\x2c\1\x90\3xxxxxx", 0, 0),
	P("RIFF\x24\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x1f\3\0\x57\2\0", 800, 600),
	P("RIFF\x24\0\0\0WEBPVP8L\x0a\0\0\0\x2f\x1f\xc3\x95\0xxxxxx", 800, 600),
	P("RIFF\x24\0\0\0WEBPVP8 \x0a\0\0\0xxx\x9d\x01\x2a\x20\3\x58\2", 800,
	    600),
	P("BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x40\1\0\0\x10\xff\xff\xff\1",
	    320, 240),
	P("BM\0\0\0\0\0\0\0\0\x1a\0\0\0\x0c\0\0\0\x40\1\xf0\0\1\0\1\0", 320,
	    240),
	P("hello", 0, 0),
	P("", 0, 0),
};

static void
pictures_tell_their_size(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
		int w = 0, h = 0;
		bool known =
		    picture_size(pictures[i].bytes, pictures[i].n, &w, &h);

		if (known != (pictures[i].width > 0))
			fail_msg("picture %zu: %d x %d", i, w, h);
		assert_int_equal(w, pictures[i].width);
		assert_int_equal(h, pictures[i].height);
	}
}

/* In a block of just that size, so that a step too far is seen. */
static void
no_picture_is_read_past_its_end(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 200000; round++) {
		size_t i = seed % (sizeof pictures / sizeof *pictures);
		size_t n = pictures[i].n > 0 ? (seed >> 8) % (pictures[i].n + 1)
					     : 0;
		unsigned char *copy = malloc(n + 1);
		int w = 1, h = 1;

		assert_non_null(copy);
		memcpy(copy, pictures[i].bytes, n);
		for (int k = 0; n > 4 && k < 2; k++) {
			seed = seed * 1664525 + 1013904223;
			copy[4 + (seed >> 8) % (n - 4)] =
			    (unsigned char)(seed >> 24);
		}
		if (picture_size(copy, n, &w, &h))
			assert_true(w > 0 && h > 0 && w <= 1000000 &&
				    h <= 1000000);
		free(copy);
		seed = seed * 1664525 + 1013904223;
	}
}

static const struct {
	const char *declared;
	const char *body;
	const char *type;
	bool other, text, program;
} parts[] = {
	{ "image/png", "%PDF-1.4\n%x\n1 0 obj\n", "application/pdf", true,
	    false, false },
	{ "application/octet-stream", "%PDF-1.4\n%x\n1 0 obj\n",
	    "application/pdf", false, false, false },
	{ "text/csv", "a;b\n1;2\n", "text/csv", false, true, false },
	{ "image/jpeg", "just words\n", "text/plain", true, true, false },
	{ "application/json", "{\"a\": 1}\n", "application/json", false, true,
	    false },
	{ "text/plain", "#!/bin/sh\nrm -rf /\n", "text/x-shellscript", false,
	    true, true },
	{ "application/x-unheard-of", "\x01\x02\x03\x04\xfe\xff\x80",
	    "application/x-unheard-of", false, false, false },
};

static void
parts_are_what_their_bytes_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct arena a = { 0 };
		const char *raw = arena_fmt(&a,
		    "From: a@example.org\nMIME-Version: 1.0\n"
		    "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n"
		    "--b\nContent-Type: %s\n"
		    "Content-Disposition: attachment; filename=f\n\n"
		    "%s\n--b--\n",
		    parts[i].declared, parts[i].body);
		struct mail *m = sample(&a, raw);
		struct look look;

		assert_int_equal(m->parts, 1);
		mail_look(&a, raw, strlen(raw), m->part, 1, &look);
		assert_string_equal(look.type, parts[i].type);
		assert_int_equal(look.other, parts[i].other);
		assert_int_equal(look.text, parts[i].text);
		assert_int_equal(look.program, parts[i].program);
		arena_free(&a);
	}
}

static void
an_attached_mail_and_a_page_are_read(void **state)
{
	static const char raw[] =
	    "From: a@example.org\nMIME-Version: 1.0\n"
	    "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n"
	    "--b\nContent-Type: message/rfc822\n\n"
	    "From: Inner <i@example.org>\nSubject: In =?utf-8?Q?gr=C3=BCn?=\n\n"
	    "inner words\n"
	    "--b\nContent-Type: text/html; charset=iso-8859-1\n"
	    "Content-Disposition: attachment; filename=p.html\n\n"
	    "<p>a <b>b</b> \xe4<script>evil</script>\n--b--\n";
	struct arena a = { 0 };
	struct err e = { 0 };
	const char *text;

	(void)state;
	assert_int_equal(mail_part_text(&a, raw, sizeof raw - 1, 2, 60, 1000,
			     &text, &e),
	    0);
	assert_non_null(strstr(text, "Subject: In grün"));
	assert_non_null(strstr(text, "inner words"));
	assert_int_equal(mail_part_text(&a, raw, sizeof raw - 1, 3, 60, 1000,
			     &text, &e),
	    0);
	assert_non_null(strstr(text, "a b ä"));
	assert_null(strstr(text, "evil"));
	assert_int_equal(mail_part_text(&a, raw, sizeof raw - 1, 9, 60, 1000,
			     &text, &e),
	    -1);
	assert_int_equal(e.kind, ERR_MISSING);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pictures_tell_their_size),
		cmocka_unit_test(no_picture_is_read_past_its_end),
		cmocka_unit_test(parts_are_what_their_bytes_say),
		cmocka_unit_test(an_attached_mail_and_a_page_are_read),
	};

	read_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
