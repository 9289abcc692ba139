/*
 * demo_mail.c -- a step of a story as the mail that a server would give us.
 */
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/when.h"
#include "ui/cmd/demo.h"

static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat",
	"Sun" };
static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
	"Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

/* RFC 5322, 3.3. */
static const char *
date_of(struct arena *a, const char *zone, int64_t at)
{
	struct civil c;

	when_civil(zone, at, &c);
	return arena_fmt(a, "%s, %d %s %d %02d:%02d:%02d %c%02d%02d",
	    days[c.weekday], c.day, months[c.month - 1], c.year, c.hour,
	    c.minute, c.second, c.offset < 0 ? '-' : '+',
	    (c.offset < 0 ? -c.offset : c.offset) / 3600,
	    (c.offset < 0 ? -c.offset : c.offset) / 60 % 60);
}

/* An encoded word (RFC 2047) if it is not plain. */
static void
add_word(struct buf *out, const char *s)
{
	bool plain = true;

	for (const char *p = s; *p != '\0'; p++)
		plain &= (*p & 0x80) == 0;
	if (plain) {
		buf_str(out, s);
		return;
	}
	buf_str(out, "=?UTF-8?B?");
	hash_base64(out, s, strlen(s));
	buf_str(out, "?=");
}

static const char *
new_id(struct arena *a, const char *addr)
{
	char uuid[37];
	const char *at = strchr(addr, '@');

	hash_uuid(0, uuid);
	return arena_fmt(a, "%s@%s", uuid + 19,
	    at != NULL ? at + 1 : "example.com");
}

static void
remember(struct arena *a, struct story *s, const char *id)
{
	s->ids.v = arena_grow(a, s->ids.v, s->ids.n, sizeof(*s->ids.v));
	s->ids.v[s->ids.n++] = id;
}

static void
add_ties(struct buf *out, const struct story *s)
{
	if (s->ids.n == 0)
		return;
	buf_fmt(out,
	    "In-Reply-To: <%s>\r\nReferences:", s->ids.v[s->ids.n - 1]);
	for (size_t i = 0; i < s->ids.n; i++)
		buf_fmt(out, " <%s>", s->ids.v[i]);
	buf_str(out, "\r\n");
}

/* "{{last}}" and its like in a whole mail. */
static void
add_filled(struct buf *out, const char *s, const char *const *names,
    const char *const *values, size_t n)
{
	while (*s != '\0') {
		size_t i = 0;

		while (i < n && strncmp(s, names[i], strlen(names[i])) != 0)
			i++;
		if (i < n) {
			buf_str(out, values[i]);
			s += strlen(names[i]);
		} else if (*s == '\n') {
			buf_str(out, "\r\n");
			s++;
		} else {
			buf_chr(out, *s++);
		}
	}
}

static void
add_body(struct buf *out, const char *s)
{
	add_filled(out, s, NULL, NULL, 0);
}

static void
whole_mail(struct arena *a, const struct step *s, const char *shop,
    const char *zone, struct buf *out)
{
	const char *id = new_id(a, s->story->addr);
	const char *const names[] = { "{{date}}", "{{to}}", "{{id}}",
		"{{last}}" };
	const char *const values[] = { date_of(a, zone, s->at), shop, id,
		s->story->last };

	add_filled(out, s->text, names, values, 4);
}

void
demo_mail(struct arena *a, const struct step *s, const char *shop,
    const char *zone, struct buf *out)
{
	struct story *story = s->story;
	bool ours = s->kind == STEP_ELSEWHERE, again = story->ids.n > 0;
	const char *id = new_id(a, ours ? shop : story->addr);

	if (s->kind == STEP_RAW) {
		whole_mail(a, s, shop, zone, out);
		return;
	}
	buf_str(out, "From: ");
	add_word(out, ours ? "Fern & Fable" : story->name);
	buf_fmt(out, " <%s>\r\nTo: ", ours ? shop : story->addr);
	buf_fmt(out, "<%s>\r\nSubject: ", ours ? story->addr : shop);
	if (again)
		buf_str(out, "Re: ");
	add_word(out, story->subject);
	buf_fmt(out, "\r\nDate: %s\r\nMessage-ID: <%s>\r\n",
	    date_of(a, zone, s->at), id);
	add_ties(out, story);
	add_body(out, s->header);
	buf_fmt(out,
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/%s; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: 8bit\r\n\r\n",
	    s->kind == STEP_HTML ? "html" : "plain");
	add_body(out, s->text);
	remember(a, story, id);
}
