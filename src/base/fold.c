/*
 * fold.c -- text compared, searched and guessed at; the last part of text.h.
 */
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/oom.h"

#define NAME_LONGEST 128

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* Marks that a searcher leaves out: accents, points, vowel signs. */
static bool
is_accent(utf8proc_int32_t c)
{
	return (c >= 0x0300 && c <= 0x036f) || (c >= 0x0591 && c <= 0x05c7) ||
	       (c >= 0x064b && c <= 0x065f) || c == 0x0670 ||
	       (c >= 0x1ab0 && c <= 0x1aff) || (c >= 0x1dc0 && c <= 0x1dff) ||
	       (c >= 0x20d0 && c <= 0x20ff) || (c >= 0xfe20 && c <= 0xfe2f);
}

/* Letters with a stroke, which no normal form takes apart. */
static utf8proc_int32_t
without_stroke(utf8proc_int32_t c)
{
	switch (c) {
	case 0x0111: /* d */
		return 'd';
	case 0x0127:
		return 'h';
	case 0x0131: /* dotless i */
		return 'i';
	case 0x0142:
		return 'l';
	case 0x00f8:
		return 'o';
	case 0x0167:
		return 't';
	default:
		return c;
	}
}

/* Fold a stretch that is valid UTF-8. */
static void
fold_stretch(struct buf *out, const char *s, size_t n)
{
	utf8proc_option_t how = UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE |
				UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
	/* U+FDFA is the worst: 3 bytes become 18 code points. */
	utf8proc_ssize_t room = (utf8proc_ssize_t)n * 6 + 8, kept = 0, got;
	utf8proc_int32_t *c = oom_check(malloc((size_t)room * sizeof(*c)));

	got = utf8proc_decompose((const utf8proc_uint8_t *)s,
	    (utf8proc_ssize_t)n, c, room, how);
	for (utf8proc_ssize_t i = 0; i < got && i < room; i++)
		if (!is_accent(c[i]))
			c[kept++] = without_stroke(c[i]);
	kept = utf8proc_normalize_utf32(c, kept,
	    UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	for (utf8proc_ssize_t i = 0; i < kept; i++)
		text_put_to(out, (uint32_t)c[i]);
	free(c);
}

/* The end of a stretch that begins with a byte that is not ASCII. */
static size_t
stretch_end(const char *s, size_t n, size_t from)
{
	size_t i = from, most = n - from > 4096 ? from + 4096 : n;

	while (i < most && (s[i] & 0x80) != 0)
		i++;
	/* Not in the middle of a character. */
	if (i == most && i < n)
		while (i < n && (s[i] & 0xc0) == 0x80)
			i++;
	return i;
}

static void
fold_valid(struct buf *out, const char *s, size_t n)
{
	size_t i = 0, end;

	while (i < n) {
		char *to = buf_room(out, n - i);

		for (end = i; end < n && (s[end] & 0x80) == 0; end++)
			to[end - i] = lower(s[end]);
		out->len += end - i;
		i = end;
		if (i == n)
			break;
		end = stretch_end(s, n, i);
		fold_stretch(out, s + i, end - i);
		i = end;
	}
	buf_add(out, "", 0);
}

void
text_fold(struct buf *out, const char *s, size_t n)
{
	struct buf repaired = { 0 };

	if (text_valid(s, n)) {
		fold_valid(out, s, n);
		return;
	}
	text_repair(&repaired, s, n);
	fold_valid(out, buf_text(&repaired), repaired.len);
	buf_free(&repaired);
}

void
text_lower(struct buf *out, const char *s, size_t n)
{
	struct buf repaired = { 0 };
	utf8proc_uint8_t *composed = NULL;
	utf8proc_ssize_t got;
	size_t len;

	text_repair(&repaired, s, n);
	got = utf8proc_map((const utf8proc_uint8_t *)buf_text(&repaired),
	    (utf8proc_ssize_t)repaired.len, &composed,
	    UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	for (size_t i = 0; i < (size_t)(got > 0 ? got : 0); i += len) {
		uint32_t c = text_next((const char *)composed + i,
		    (size_t)got - i, &len);

		c = (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
		text_put_to(out, c);
	}
	free(composed);
	buf_free(&repaired);
}

bool
text_same(const char *a, const char *b)
{
	while (*a != '\0' && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return *a == *b;
}

static int
least(int a, int b)
{
	return a < b ? a : b;
}

int
text_distance(const char *a, const char *b, int limit)
{
	size_t n = strlen(a), m = strlen(b);
	int row[3][NAME_LONGEST + 1], *older = row[0], *old = row[1],
				      *now = row[2], *spare;

	if (n > NAME_LONGEST || m > NAME_LONGEST ||
	    labs((long)n - (long)m) > limit)
		return limit + 1;
	for (size_t j = 0; j <= m; j++)
		old[j] = (int)j;
	for (size_t i = 1; i <= n; i++) {
		now[0] = (int)i;
		for (size_t j = 1; j <= m; j++) {
			int differs = a[i - 1] != b[j - 1];

			now[j] = least(least(old[j], now[j - 1]) + 1,
			    old[j - 1] + differs);
			/* Two letters swapped count as one slip. */
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				now[j] = least(now[j], older[j - 2] + 1);
		}
		spare = older;
		older = old;
		old = now;
		now = spare;
	}
	return least(old[m], limit + 1);
}

const char *
text_nearest(const char *typed, const char *const *names, size_t n)
{
	size_t len = strlen(typed);
	int limit = len < 3 ? 1 : len < 8 ? 2 : 3;
	const char *best = NULL;

	for (size_t i = 0; i < n && limit >= 0; i++) {
		int d = text_distance(typed, names[i], limit);

		if (d <= limit) {
			best = names[i];
			limit = d - 1;
		}
	}
	return best;
}

/* ---- fuzzy matching ---- */

static bool
word_start(const char *s, size_t i)
{
	return i == 0 || strchr(" -_/.:@", s[i - 1]) != NULL;
}

/*
 * best[j] is the score of the letters so far with the last of them at j, or
 * -1.  A hit earns 10, more in a run or at the start of a word.
 */
static int
fuzzy(const char *typed, size_t n, const char *name, size_t m)
{
	int best[2][NAME_LONGEST], *was = best[0], *now = best[1], *spare;
	int top = 0;

	for (size_t i = 0; i < n; i++) {
		int reach = i == 0 ? 0 : -1; /* best that ends before j */

		top = -1;
		for (size_t j = 0; j < m; j++) {
			int from = reach;

			if (i > 0 && j > 0 && was[j - 1] >= 0) {
				from = was[j - 1] + 15 > from ? was[j - 1] + 15
							      : from;
				reach = was[j - 1] > reach ? was[j - 1] : reach;
			}
			now[j] = -1;
			if (typed[i] != name[j] || from < 0)
				continue;
			now[j] = from + 10 + (word_start(name, j) ? 12 : 0) +
				 (j < 8 ? 8 - (int)j : 0);
			top = now[j] > top ? now[j] : top;
		}
		spare = was;
		was = now;
		now = spare;
	}
	return top < 0 ? 0 : top + 1;
}

int
text_fuzzy(const char *typed, const char *name)
{
	struct buf t = { 0 }, s = { 0 };
	int score;

	text_fold(&t, typed, strlen(typed));
	text_fold(&s, name, strlen(name));
	if (t.len == 0)
		score = 1;
	else if (t.len > s.len)
		score = 0;
	else
		score = fuzzy(buf_text(&t), t.len, buf_text(&s),
		    s.len < NAME_LONGEST ? s.len : NAME_LONGEST);
	/* Of two names that match alike, the shorter is meant. */
	if (score > 0 && t.len > 0)
		score = score * 8 + (s.len < 64 ? (int)(64 - s.len) / 8 : 0);
	if (score > 0 && t.len == s.len && memcmp(t.data, s.data, t.len) == 0)
		score += 1000;
	buf_free(&t);
	buf_free(&s);
	return score;
}

const char *
text_count(int64_t n, const char *noun, char out[TEXT_COUNT])
{
	snprintf(out, TEXT_COUNT, "%lld %.40s%s", (long long)n, noun,
	    n == 1 ? "" : "s");
	return out;
}

const char *
text_size(int64_t bytes, char out[TEXT_COUNT])
{
	if (bytes < 1000)
		snprintf(out, TEXT_COUNT, "%lld B", (long long)bytes);
	else if (bytes < 1000 * 1000)
		snprintf(out, TEXT_COUNT, "%lld KB",
		    (long long)(bytes + 500) / 1000);
	else
		snprintf(out, TEXT_COUNT, "%lld.%lld MB",
		    (long long)bytes / 1000000,
		    (long long)bytes / 100000 % 10);
	return out;
}
