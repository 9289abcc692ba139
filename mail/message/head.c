/*
 * head.c -- splitting a header block into fields.
 */
#include "mail/message/head.h"

#include <string.h>

#define FIELD_MOST (64u << 10) /* bytes of a field that are kept */
#define LAST_WORD  1000        /* of these, in which a comma is looked for */

/* Length of the field name before the colon, 0 if the line is no field. */
static size_t
name_length(struct bytes line)
{
	size_t n = 0;

	while (n < line.n && line.s[n] > ' ' && line.s[n] != ':' &&
	       line.s[n] != 0x7f)
		n++;
	if (n == 0)
		return 0;
	for (size_t i = n; i < line.n && i < n + 8; i++) {
		if (line.s[i] == ':')
			return n;
		if (!is_blank(line.s[i]))
			return 0;
	}
	return 0;
}

static const char *
lower_name(struct arena *a, struct bytes line, size_t n)
{
	char *s = arena_strn(a, line.s, n);

	for (size_t i = 0; i < n; i++)
		s[i] = to_lower(s[i]);
	return s;
}

/* Take the line breaks out of a folded value (RFC 5322 2.2.3). */
static struct bytes
unfold(struct arena *a, struct bytes folded)
{
	char *s;
	size_t n = 0;

	folded = bytes_trim(folded);
	s = arena_alloc(a, folded.n + 1);
	for (size_t i = 0; i < folded.n; i++) {
		if (folded.s[i] != '\r' && folded.s[i] != '\n')
			s[n++] = folded.s[i];
		/* A quoted pair that was folded in its middle. */
		else if (n > 0 && s[n - 1] == '\\')
			while (i + 1 < folded.n && is_blank(folded.s[i + 1]))
				i++;
	}
	return (struct bytes){ s, n };
}

/* Up to a comma, so that no half of an address is left at the end. */
static struct bytes
beginning(struct bytes value)
{
	size_t n = FIELD_MOST;

	while (n > FIELD_MOST - LAST_WORD && value.s[n - 1] != ',')
		n--;
	return bytes_cut(value, 0, n > FIELD_MOST - LAST_WORD ? n : FIELD_MOST);
}

static void
add_field(struct arena *a, struct head *out, struct bytes line, size_t name,
    struct bytes whole)
{
	struct field *f;
	const char *colon = memchr(line.s, ':', line.n);

	out->v = arena_grow(a, out->v, out->n, sizeof *out->v);
	f = &out->v[out->n++];
	f->name = lower_name(a, line, name);
	whole = bytes_cut(whole, (size_t)(colon + 1 - whole.s), whole.n);
	f->cut = whole.n > FIELD_MOST;
	f->value = unfold(a, f->cut ? beginning(whole) : whole);
}

/* The folded lines that follow belong to the same field. */
static void
take_folds(struct bytes *rest)
{
	struct bytes line;

	while (rest->n > 0 && (rest->s[0] == ' ' || rest->s[0] == '\t')) {
		struct bytes ahead = *rest;

		bytes_line(&ahead, &line);
		*rest = ahead;
	}
}

/* Does the line name a header that most mails have? */
static bool
is_known(struct bytes line)
{
	static const char *const known[] = { "from:", "to:", "received:",
		"return-path:", "subject:", "date:", "message-id:",
		"delivered-to:", "mime-version:", "content-type:",
		"content-transfer-encoding:" };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (bytes_begin(line, known[i]))
			return true;
	return false;
}

/*
 * Junk stands inside a block if a known header follows it closely, or if it
 * has a colon itself and the block ends after it.
 */
static bool
is_inside(struct bytes junk, struct bytes rest)
{
	struct bytes line;
	bool colon = bytes_begin(junk, "x-") && memchr(junk.s, ':', junk.n);

	for (int i = 0; i < 10; i++) {
		take_folds(&rest);
		if (!bytes_line(&rest, &line) || line.n == 0)
			return colon;
		if (is_known(line))
			return true;
		colon = colon && memchr(line.s, ':', line.n);
	}
	return false;
}

static bool
is_mbox_line(struct bytes line)
{
	return bytes_begin(line, "from ") || bytes_begin(line, ">from ");
}

/* What to do with lines that are no fields. */
enum junk {
	JUNK_SKIP,
	JUNK_ENDS,
};

static void
read_block(struct arena *a, struct bytes raw, enum junk junk, struct head *out)
{
	struct bytes rest = raw;
	struct bytes line;

	memset(out, 0, sizeof *out);
	while (rest.n > 0) {
		struct bytes before = rest;
		size_t name;

		bytes_line(&rest, &line);
		if (line.n == 0)
			break;
		name = name_length(line);
		if (name == 0 && !is_mbox_line(line) &&
		    (junk == JUNK_ENDS || !is_inside(line, rest))) {
			rest = before;
			break;
		}
		take_folds(&rest);
		if (name > 0)
			add_field(a, out, line, name,
			    bytes_cut(before, 0, before.n - rest.n));
	}
	out->size = raw.n - rest.n;
}

void
head_read(struct arena *a, struct bytes raw, struct head *out)
{
	read_block(a, raw, JUNK_SKIP, out);
}

void
head_read_part(struct arena *a, struct bytes raw, struct head *out)
{
	read_block(a, raw, JUNK_ENDS, out);
}

const struct bytes *
head_first(const struct head *h, const char *name)
{
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->v[i].name, name) == 0)
			return &h->v[i].value;
	return NULL;
}

struct bytes
head_value(const struct head *h, const char *name)
{
	const struct bytes *v = head_first(h, name);

	return v ? *v : (struct bytes){ "", 0 };
}
