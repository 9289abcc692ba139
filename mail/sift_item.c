/* sift_item.c -- what a FETCH tells of a message, one item at a time. */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "mail/sift_inside.h"

/* "BODY[]<1048576>": a piece of it, from there. */
static bool
is_piece(const struct rest *name, uint64_t *from)
{
	static const char before[] = "BODY[]<";
	struct rest t = { name->p + strlen(before), name->end - 1 };

	return token_begins(name, before) && *t.end == '>' &&
	       token_number(&t, UINT32_MAX, from);
}

/* "BODY[HEADER.FIELDS (Message-ID)]", however the server spells it. */
static bool
is_fields(const struct rest *name)
{
	static const char before[] = "BODY[HEADER.FIELDS", id[] = "message-id";

	if (!token_begins(name, before))
		return false;
	for (const char *p = name->p + strlen(before);
	     name->end - p >= (ptrdiff_t)strlen(id); p++)
		if (strncasecmp(p, id, strlen(id)) == 0)
			return true;
	return false;
}

enum item
item_of(const struct rest *name, uint64_t *from)
{
	static const struct {
		const char *name;
		enum item item;
	} known[] = {
		{ "UID", ITEM_UID },
		{ "FLAGS", ITEM_FLAGS },
		{ "INTERNALDATE", ITEM_DATE },
		{ "RFC822.SIZE", ITEM_SIZE },
		{ "MODSEQ", ITEM_MODSEQ },
		{ "X-GM-LABELS", ITEM_LABELS },
		{ "BODY[]", ITEM_BODY },
		{ "BODY[]<0>", ITEM_BODY },
		{ "BODY.PEEK[]", ITEM_BODY },
		{ "BODY.PEEK[]<0>", ITEM_BODY },
		{ "RFC822", ITEM_BODY },
		{ "BODY[HEADER]", ITEM_HEADER },
		{ "BODY.PEEK[HEADER]", ITEM_HEADER },
		{ "RFC822.HEADER", ITEM_HEADER },
	};

	*from = 0;
	if (is_fields(name))
		return ITEM_HEADER;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (token_is(name, known[i].name))
			return known[i].item;
	return is_piece(name, from) ? ITEM_BODY : ITEM_OTHER;
}

void
item_put_literal(struct buf *out, enum item item, uint64_t from, uint64_t n)
{
	buf_str(out, item == ITEM_BODY ? "BODY[]" : "BODY[HEADER]");
	if (from > 0)
		buf_fmt(out, "<%" PRIu64 ">", from);
	buf_fmt(out, " {%" PRIu64 "}\r\n", n);
}

/* ---- INTERNALDATE ---- */

static bool
take_number(struct rest *r, uint64_t *out)
{
	struct rest t = { r->p, r->p };

	while (t.end < r->end && *t.end >= '0' && *t.end <= '9')
		t.end++;
	r->p = t.end;
	return token_number(&t, 9999, out);
}

static bool
take_char(struct rest *r, char c)
{
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

static bool
take_month(struct rest *r, uint64_t *out)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (uint64_t i = 0; i < 12 && r->end - r->p >= 3; i++) {
		if (strncasecmp(r->p, names + 3 * i, 3) != 0)
			continue;
		r->p += 3;
		*out = i;
		return true;
	}
	return false;
}

/* "+0100"; a name or nothing is taken for +0000. */
static void
take_zone(struct rest *r, char *sign, uint64_t *zone)
{
	*sign = '+';
	*zone = 0;
	rest_blanks(r);
	if (r->p == r->end || (*r->p != '+' && *r->p != '-'))
		return;
	*sign = *r->p++;
	if (!take_number(r, zone) || *zone > 1400 || *zone % 100 > 59)
		*zone = 0;
}

/* " 2-Jan-2026 3:04:05 +0100", with or without its blanks and zeros. */
static bool
put_date(struct buf *out, struct rest r)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	uint64_t day, month, year, h, m, s = 0, zone;
	char sign;

	rest_blanks(&r);
	if (!take_number(&r, &day) || !take_char(&r, '-') ||
	    !take_month(&r, &month) || !take_char(&r, '-') ||
	    !take_number(&r, &year))
		return false;
	rest_blanks(&r);
	if (!take_number(&r, &h) || !take_char(&r, ':') || !take_number(&r, &m))
		return false;
	if (take_char(&r, ':') && !take_number(&r, &s))
		return false;
	take_zone(&r, &sign, &zone);
	if (day < 1 || day > 31 || year < 1970 || h > 24 || m > 59 || s > 60)
		return false;
	buf_fmt(out,
	    "INTERNALDATE \"%02" PRIu64 "-%.3s-%04" PRIu64 " %02" PRIu64
	    ":%02" PRIu64 ":%02" PRIu64 " %c%04" PRIu64 "\"",
	    day, names + 3 * month, year, h, m, s, sign, zone);
	return true;
}

/* ---- the others ---- */

static void
put_number(struct buf *out, const char *name, struct rest value)
{
	uint64_t n;

	if (token_number(&value, UINT32_MAX, &n) && n > 0)
		buf_fmt(out, "%s %" PRIu64, name, n);
}

static void
put_modseq(struct buf *out, struct rest value)
{
	uint64_t n;
	struct rest t;

	if (value.p < value.end && *value.p == '(')
		value.p++;
	if (rest_token(&value, &t) && token_number(&t, UINT64_MAX, &n) &&
	    n > 0 && n <= INT64_MAX)
		buf_fmt(out, "MODSEQ (%" PRIu64 ")", n);
}

static void
put_labels(struct buf *out, struct rest r)
{
	const char *gap = "";

	if (r.p == r.end || *r.p++ != '(')
		return;
	buf_str(out, "X-GM-LABELS (");
	while (r.p < r.end && *r.p != ')') {
		struct buf text = { 0 };

		if (!value_text(&r, &text)) {
			r.p++;
		} else if (text.len > 0) {
			buf_str(out, gap);
			put_string(out, text.data, text.len);
			gap = " ";
		}
		buf_free(&text);
	}
	buf_chr(out, ')');
}

/* A body that is not a literal: quoted, or NIL. */
static void
put_body(struct buf *out, enum item item, uint64_t from, struct rest value)
{
	struct buf text = { 0 };
	bool quoted = value.p < value.end && *value.p == '"';

	if (!quoted && !token_is(&value, "NIL"))
		return;
	if (quoted)
		value_text(&value, &text);
	item_put_literal(out, item, from, text.len);
	buf_add(out, buf_text(&text), text.len);
	buf_free(&text);
}

void
item_put(struct buf *out, enum item item, uint64_t from, struct rest value)
{
	struct buf text = { 0 };

	switch (item) {
	case ITEM_UID:
		put_number(out, "UID", value);
		break;
	case ITEM_SIZE:
		put_number(out, "RFC822.SIZE", value);
		break;
	case ITEM_MODSEQ:
		put_modseq(out, value);
		break;
	case ITEM_FLAGS:
		buf_str(out, "FLAGS ");
		put_flags(out, &value, false);
		break;
	case ITEM_LABELS:
		put_labels(out, value);
		break;
	case ITEM_DATE:
		if (value_text(&value, &text))
			put_date(out, (struct rest){ buf_text(&text),
					  buf_text(&text) + text.len });
		break;
	case ITEM_BODY:
	case ITEM_HEADER:
		put_body(out, item, from, value);
		break;
	case ITEM_OTHER:
		break;
	}
	buf_free(&text);
}
