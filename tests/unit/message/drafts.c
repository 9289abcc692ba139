/*
 * drafts.c -- random drafts: what goes out is canonical, and read back it is
 * what was written.
 */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "mail/message/compose.h"

static uint32_t seed;

static uint32_t
pick(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

/* Pieces that writers of mail have stumbled over. */
static const char *const pieces[] = { "a", "Hello", "From ", "from here", ".",
	"..", ">", "> ", ">>", "--", "-- ", " ", "  ", "\t", "\n", "\n\n",
	"\n ", "\n>", "\n> ", "\nFrom ", "\n.\n", "\n-- \n", "=", "=3D",
	"=?utf-8?Q?x?=", "?=", "ü", "日本語", "😀", "e\xcc\x81", "العربية", "\"",
	"\\", "<", "&", "@", ",", ";", ":", "(", ")", "%20", "a-b-c",
	"https://shop.example/a?b=c&d=e_f",
	"averyveryverylongwordthatnobody"
	"wouldeverwritebutmachinesdoitallthetimewithoutanyshame",
	"\xc2\xa0", "\xc2\xad" };

static void
random_text(struct buf *out, uint32_t most)
{
	uint32_t n = pick(most + 1);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t of = sizeof pieces / sizeof *pieces;

		buf_str(out, pieces[pick(of)]);
		if (pick(3) == 0)
			buf_chr(out, ' ');
	}
}

/* One line, without what a field may not hold. */
static char *
random_line(struct arena *a, uint32_t most)
{
	struct buf b = { 0 };
	char *s;

	random_text(&b, most);
	for (size_t i = 0; i < b.len; i++)
		if ((unsigned char)b.data[i] < ' ')
			b.data[i] = ' ';
	s = arena_str(a, buf_text(&b));
	buf_free(&b);
	return s;
}

static void
assert_canonical(const struct buf *b)
{
	size_t start = 0;

	for (size_t i = 0; i < b->len; i++) {
		unsigned char c = (unsigned char)b->data[i];

		assert_true(c < 0x80 && c != 0);
		assert_true(
		    c != '\r' || (i + 1 < b->len && b->data[i + 1] == '\n'));
		if (c != '\n')
			continue;
		assert_true(i > 0 && b->data[i - 1] == '\r');
		assert_true(i - 1 - start <= 998);
		start = i + 1;
	}
	assert_true(start == b->len && b->len > 0);
}

/*
 * What a mail keeps of a text: no blanks at the ends of lines but those of
 * the dashes, one line end at the end; a tab is a blank there.
 */
static char *
kept(struct arena *a, const char *text)
{
	struct buf out = { 0 };
	char *s;

	while (*text != '\0') {
		size_t n = strcspn(text, "\n"), keep = n;

		while (keep > 0 && strchr(" \t", text[keep - 1]) != NULL)
			keep--;
		if (n == 3 && memcmp(text, "-- ", 3) == 0)
			keep = 3;
		buf_add(&out, text, keep);
		buf_chr(&out, '\n');
		text += n + (text[n] == '\n');
	}
	s = arena_strn(a, buf_text(&out), out.len);
	buf_free(&out);
	return s;
}

/*
 * Quotes are read with one blank behind their marks, however written, and
 * empty lines at the end of a mail say nothing.
 */
static char *
without_quotes(struct arena *a, const char *text)
{
	struct buf out = { 0 };
	char *s;

	while (*text != '\0') {
		size_t n = strcspn(text, "\n"), i = 0;

		if (*text == '>') {
			while (i < n && strchr("> ", text[i]) != NULL)
				i++;
			buf_str(&out, "> ");
		}
		buf_add(&out, text + i, n - i);
		buf_chr(&out, '\n');
		text += n + (text[n] == '\n');
	}
	while (out.len > 0 && strchr(" \n", out.data[out.len - 1]) != NULL)
		buf_cut(&out, out.len - 1);
	s = arena_strn(a, buf_text(&out), out.len);
	buf_free(&out);
	return s;
}

static void
assert_same(const char *got, const char *want, int round)
{
	if (strcmp(got, want) != 0)
		fail_msg("draft %d:\ngot  \"%s\"\nwant \"%s\"", round, got,
		    want);
}

static char *
squeezed(struct arena *a, const char *s)
{
	char *out = arena_alloc(a, strlen(s) + 1);
	size_t n = 0;

	for (; *s != '\0'; s++)
		if (*s != ' ' || (n > 0 && out[n - 1] != ' '))
			out[n++] = *s;
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return out;
}

static char *
file_named(struct arena *a, const char *folder, struct buf *content)
{
	char *name = random_line(a, 8), *path;
	FILE *f;

	/* "=?" is decoded wherever it stands, as the wild has it. */
	for (char *p = name; *p != '\0'; p++)
		if (*p == '/' || *p == '?')
			*p = '_';
	if (strlen(name) > 200)
		name[200] = '\0';
	text_repair(content, name, strlen(name));
	path = arena_fmt(a, "%s/f%s", folder, buf_text(content));
	buf_clear(content);
	for (uint32_t i = pick(3000); i > 0; i--)
		buf_chr(content, (char)pick(256));
	f = fopen(path, "wb");
	if (f == NULL)
		return NULL;
	fwrite(buf_text(content), 1, content->len, f);
	fclose(f);
	return path;
}

static void
check_file(const struct mail *m, const struct buf *raw, const char *path,
    const struct buf *content)
{
	struct buf part = { 0 };
	struct err e = { 0 };

	assert_int_equal(m->parts, 1);
	assert_string_equal(m->part[0].name, strrchr(path, '/') + 1);
	assert_int_equal(mail_part(raw->data, raw->len, m->part[0].number,
			     &part, &e),
	    0);
	assert_int_equal(part.len, content->len);
	assert_memory_equal(buf_text(&part), buf_text(content), part.len);
	buf_free(&part);
}

static void
one(int round, const char *folder)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct buf text = { 0 }, raw = { 0 }, content = { 0 };
	/* Quotes around a whole name are no part of it, as the wild has it. */
	struct address to = { arena_fmt(&a, "x%sx", random_line(&a, 6)),
		"ann@example.org" };
	struct draft d = {
		.from = { "The Shöp", "s@bücher.example" },
		.to = { &to, 1 },
		.subject = random_line(&a, 30),
		.markdown = pick(3) == 0,
	};
	const char *ids[] = { "a@b.example", random_line(&a, 4), "x@y.example",
		"b c@d", "<x>", "" };
	struct composition c = { .draft = &d,
		.message_id = "m1@shop.example",
		.in_reply_to = "q1@example.org",
		.references = { ids, 6 },
		.date = 1795323757 + (int64_t)pick(1000000),
		.zone_minutes = (int)pick(1500) - 720 };
	const char *path =
	    pick(4) == 0 ? file_named(&a, folder, &content) : NULL;
	struct mail *m;

	random_text(&text, pick(10) == 0 ? 400 : 30);
	d.text = buf_text(&text);
	if (path != NULL)
		d.attachments = (struct strings){ &path, 1 };
	if (mail_compose(&raw, &c, &e) < 0)
		fail_msg("draft %d: %s", round, e.text);
	assert_canonical(&raw);
	m = mail_read(&a, raw.data, raw.len, &read_limits_default);
	assert_same(squeezed(&a, m->subject), squeezed(&a, d.subject), round);
	assert_same(squeezed(&a, m->to.v[0].name), squeezed(&a, to.name),
	    round);
	assert_string_equal(m->from.v[0].addr, "s@xn--bcher-kva.example");
	assert_same(without_quotes(&a, m->text),
	    without_quotes(&a, kept(&a, d.text)), round);
	assert_int_equal(m->date, c.date);
	if (path != NULL) {
		check_file(m, &raw, path, &content);
		unlink(path);
	} else {
		assert_int_equal(m->parts, 0);
	}
	buf_free(&text);
	buf_free(&raw);
	buf_free(&content);
	arena_free(&a);
}

static void
every_draft_is_canonical_and_comes_back(void **state)
{
	char folder[] = "/tmp/shopbell-drafts-XXXXXX";
	int rounds = getenv("SHOPBELL_SLOW") != NULL ? 100000 : 3000;

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (int i = 0; i < rounds; i++) {
		seed = (uint32_t)i * 7919 + 1;
		one(i, folder);
	}
	rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_draft_is_canonical_and_comes_back),
	};

	read_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
