#include "mail/message/compose_head.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/text.h"
#include "desk/people.h"
#include "mail/message/bytes.h"

#define COLUMNS   76
#define WORD_MOST 200 /* a longer one is cut up into encoded words */
#define CHUNK     39  /* bytes of an encoded word behind a field's name */
#define ID_MOST   900 /* a line has room for one */

/* The column after what was written last. */
static size_t
column(const struct buf *out)
{
	size_t n = out->len;

	while (n > 0 && out->data[n - 1] != '\n')
		n--;
	return out->len - n;
}

/*
 * A word behind its blanks, on a line of its own if there is no room; the
 * first stays with the field's name, as some readers want it for ids.
 */
static void
put_word(struct buf *out, struct bytes blanks, struct bytes word)
{
	char last = out->data[out->len - 1];

	/* Readers do not agree what a backslash before a fold is. */
	if (last != ':' && last != '\\' &&
	    column(out) + blanks.n + word.n > COLUMNS)
		buf_str(out, "\r\n");
	buf_add(out, blanks.s, blanks.n);
	buf_add(out, word.s, word.n);
}

/* Text of blanks and words; blanks at its ends are dropped. */
static void
put_words(struct buf *out, struct bytes rest)
{
	struct bytes blanks = { " ", 1 };

	rest = bytes_trim(rest);
	while (rest.n > 0) {
		size_t n = 0, gap;

		while (n < rest.n && rest.s[n] != ' ')
			n++;
		put_word(out, blanks, bytes_cut(rest, 0, n));
		gap = n;
		while (gap < rest.n && rest.s[gap] == ' ')
			gap++;
		blanks = bytes_cut(rest, n, gap);
		rest = bytes_cut(rest, gap, rest.n);
	}
}

/*
 * How much goes into one encoded word: whole characters, up to a blank if
 * one is near, for there are readers that put one between two of them.
 */
static size_t
chunk(struct bytes text)
{
	size_t n = 0, blank = 0, len;

	while (n < text.n) {
		text_next(text.s + n, text.n - n, &len);
		if (n + len > CHUNK)
			break;
		if (text.s[n] == ' ')
			blank = n;
		n += len;
	}
	return n < text.n && blank > 0 ? blank : n;
}

/* RFC 2047, 2 and 5: at most 75 letters a word. */
static void
put_encoded(struct buf *out, struct bytes text)
{
	struct buf word = { 0 };

	while (text.n > 0) {
		size_t n = chunk(text);

		buf_clear(&word);
		buf_str(&word, "=?utf-8?B?");
		hash_base64(&word, text.s, n);
		buf_str(&word, "?=");
		put_word(out, (struct bytes){ " ", 1 },
		    (struct bytes){ word.data, word.len });
		text = bytes_cut(text, n, text.n);
	}
	buf_free(&word);
}

/* Can it stand as it is? */
static bool
is_plain(struct bytes text)
{
	size_t word = 0;

	for (size_t i = 0; i < text.n; i++) {
		word = text.s[i] == ' ' ? 0 : word + 1;
		if (text.s[i] < ' ' || text.s[i] > 0x7e || word > WORD_MOST)
			return false;
	}
	return bytes_find_exact(text, "=?") == (size_t)-1;
}

void
head_put_text(struct buf *out, const char *name, const char *text)
{
	struct bytes t = bytes_trim(bytes_of(text));

	buf_fmt(out, "%s:", name);
	if (is_plain(t))
		put_words(out, t);
	else
		put_encoded(out, t);
	if (t.n == 0)
		buf_chr(out, ' ');
	buf_str(out, "\r\n");
}

/* RFC 5322, 3.2.3: letters of a name that need no quotes. */
static bool
is_atoms(struct bytes name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!is_alnum(name.s[i]) &&
		    !strchr(" !#$%&'*+-/=?^_`{|}~", name.s[i]))
			return false;
	return true;
}

static void
put_name(struct buf *out, struct bytes name)
{
	struct buf quoted = { 0 };

	if (!is_plain(name) || memchr(name.s, '\\', name.n)) {
		put_encoded(out, name);
		return;
	}
	if (is_atoms(name)) {
		put_words(out, name);
		return;
	}
	buf_chr(&quoted, '"');
	for (size_t i = 0; i < name.n; i++) {
		if (name.s[i] == '"')
			buf_chr(&quoted, '\\');
		buf_chr(&quoted, name.s[i]);
	}
	buf_chr(&quoted, '"');
	put_words(out, (struct bytes){ quoted.data, quoted.len });
	buf_free(&quoted);
}

void
head_put_people(struct buf *out, const char *name, const struct addresses *v)
{
	struct arena a = { 0 };

	if (v->n == 0)
		return;
	buf_fmt(out, "%s:", name);
	for (size_t i = 0; i < v->n; i++) {
		struct bytes who = bytes_trim(bytes_of(v->v[i].name));
		const char *addr = v->v[i].addr;
		struct err e = { 0 };

		people_wire(&a, addr, &addr, &e); /* checked before */
		if (who.n > 0)
			put_name(out, who);
		addr = arena_fmt(&a, who.n > 0 ? "<%s>%s" : "%s%s", addr,
		    i + 1 < v->n ? "," : "");
		put_word(out, (struct bytes){ " ", 1 }, bytes_of(addr));
	}
	buf_str(out, "\r\n");
	arena_free(&a);
}

static bool
id_fit(const char *id)
{
	size_t n = strlen(id);

	for (size_t i = 0; i < n; i++)
		if (id[i] <= ' ' || id[i] >= 0x7f || id[i] == '<' ||
		    id[i] == '>')
			return false;
	return n > 0 && n <= ID_MOST;
}

void
head_put_ids(struct buf *out, const char *name, const struct strings *v)
{
	struct buf id = { 0 };
	bool begun = false;

	for (size_t i = 0; i < v->n; i++) {
		if (!id_fit(v->v[i]))
			continue;
		if (!begun)
			buf_fmt(out, "%s:", name);
		begun = true;
		buf_clear(&id);
		buf_fmt(&id, "<%s>", v->v[i]);
		put_word(out, (struct bytes){ " ", 1 },
		    (struct bytes){ id.data, id.len });
	}
	if (begun)
		buf_str(out, "\r\n");
	buf_free(&id);
}

void
head_put_date(struct buf *out, int64_t date, int zone_minutes)
{
	static const char *const day[] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	static const char *const month[] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int zone = zone_minutes < 0 ? -zone_minutes : zone_minutes;
	time_t at = (time_t)(date + (int64_t)zone_minutes * 60);
	struct tm tm;

	gmtime_r(&at, &tm);
	buf_fmt(out, "Date: %s, %02d %s %04d %02d:%02d:%02d %c%02d%02d\r\n",
	    day[tm.tm_wday], tm.tm_mday, month[tm.tm_mon], tm.tm_year + 1900,
	    tm.tm_hour, tm.tm_min, tm.tm_sec, zone_minutes < 0 ? '-' : '+',
	    zone / 60, zone % 60);
}
