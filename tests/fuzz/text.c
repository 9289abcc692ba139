/*
 * text.c -- any bytes through all that touches text.
 */
#include "fuzz.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"

static void
clean_is_stable(const char *s, size_t n, enum text_form form)
{
	struct buf once = { 0 }, twice = { 0 };
	size_t len;

	text_clean(&once, s, n, form);
	MUST(text_valid(buf_text(&once), once.len));
	text_clean(&twice, buf_text(&once), once.len, form);
	MUST(once.len == twice.len);
	MUST(memcmp(buf_text(&once), buf_text(&twice), once.len) == 0);
	for (size_t i = 0; i < once.len; i += len) {
		uint32_t c = text_next(once.data + i, once.len - i, &len);

		MUST(c >= 0x20 || (c == '\n' && form == TEXT_BLOCK));
		MUST(c < 0x7f || c > 0x9f);
	}
	buf_free(&once);
	buf_free(&twice);
}

static void
wrap_ends(const char *s, size_t n, int cols)
{
	size_t next;

	for (size_t at = 0; at < n; at += next) {
		size_t len = text_wrap(s + at, n - at, cols, &next);

		MUST(next > 0 && len <= next && next <= n - at);
	}
}

static void
json_is_read_back(const char *s, size_t n)
{
	struct buf b = { 0 };
	struct err e = { 0 };
	struct json *v;

	buf_chr(&b, '"');
	text_json(&b, s, n);
	buf_chr(&b, '"');
	v = json_read(b.data, b.len, &e);
	MUST(v != NULL);
	json_free(v);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const char *s = (const char *)bytes;
	struct buf b = { 0 };
	int w;

	clean_is_stable(s, n, TEXT_LINE);
	clean_is_stable(s, n, TEXT_BLOCK);
	json_is_read_back(s, n);
	text_fold(&b, s, n);
	MUST(text_valid(buf_text(&b), b.len));
	buf_clear(&b);
	text_repair(&b, s, n);
	MUST(text_valid(buf_text(&b), b.len));
	wrap_ends(s, n, 1);
	wrap_ends(s, n, 20);
	MUST(text_fit(s, n, 10, &w) <= n && w <= 10);
	text_width(s, n);
	if (b.len < 200) {
		text_fuzzy(buf_text(&b), "returns/label");
		text_distance(buf_text(&b), "returns", 3);
	}
	buf_free(&b);
	return 0;
}
