/* sift_line.c -- whole responses, all but FETCH. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "mail/sift_inside.h"

#define UIDS_MAX 4000000 /* that an ESEARCH may name */

static void
skipped(struct buf *out)
{
	buf_str(out, "* OK skipped\r\n");
}

/* ---- "OK [CODE arguments] text" ---- */

/* Behind the "]" that ends "[..."; or NULL.  Some flags have one inside. */
static const char *
code_end(const struct rest *r)
{
	const char *first = memchr(r->p, ']', (size_t)(r->end - r->p));
	bool quoted = false;
	int depth = 0;

	for (const char *p = r->p; first != NULL && p < r->end; p++) {
		if (*p == '\\' && quoted && p + 1 < r->end)
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (*p == '(')
			depth++;
		else if (*p == ')')
			depth--;
		else if (*p == ']' && depth <= 0)
			return p + 1;
	}
	return first == NULL ? NULL : first + 1;
}

/* Names of capabilities, parted by one blank each. */
static size_t
put_capabilities(struct buf *out, struct rest r)
{
	struct rest t;
	size_t n = 0;

	while (rest_token(&r, &t)) {
		if (!token_is_atom(&t) || token_is(&t, "AUTH="))
			continue;
		buf_chr(out, ' ');
		buf_add(out, t.p, (size_t)(t.end - t.p));
		n++;
	}
	return n;
}

/* A code with one number from 1 to max; more than max is max. */
static void
put_number_code(struct buf *out, const char *name, struct rest r, uint64_t max,
    bool clamp)
{
	struct rest t;
	uint64_t n;

	if (!rest_token(&r, &t) || !token_number(&t, UINT64_MAX, &n) || n == 0)
		return;
	if (n > max && !clamp)
		return;
	buf_fmt(out, "[%s %" PRIu64 "] ", name, n > max ? max : n);
}

/* Codes with sets of UIDs (RFC 4315, 3; RFC 7162, 3.1.3). */
static void
put_sets_code(struct buf *out, const char *name, struct rest r, int sets)
{
	struct rest t;
	size_t was = out->len;

	buf_fmt(out, "[%s", name);
	for (; sets > 0; sets--) {
		if (!rest_token(&r, &t) || !token_is_set(&t)) {
			buf_cut(out, was);
			return;
		}
		buf_chr(out, ' ');
		buf_add(out, t.p, (size_t)(t.end - t.p));
	}
	buf_str(out, "] ");
}

/* A code without arguments, or one whose arguments mean nothing here. */
static void
put_plain_code(struct buf *out, const struct rest *name)
{
	static const char *const words[] = { "ALERT", "BADCHARSET",
		"CAPABILITY", "PARSE", "PERMANENTFLAGS", "READ-ONLY",
		"READ-WRITE", "TRYCREATE", "UIDNEXT", "UIDVALIDITY", "UNSEEN",
		"HIGHESTMODSEQ", "NOMODSEQ", "MODIFIED", "APPENDUID", "COPYUID",
		NULL };
	static const char *const bare[] = { "ALERT", "PARSE", "READ-ONLY",
		"READ-WRITE", "TRYCREATE", "NOMODSEQ", NULL };
	bool known = false, good = false;

	for (size_t i = 0; words[i] != NULL; i++)
		known = known || token_is(name, words[i]) ||
			token_begins(name, words[i]);
	for (size_t i = 0; bare[i] != NULL; i++)
		good = good || token_is(name, bare[i]);
	if ((known && !good) || !token_is_atom(name))
		return;
	buf_chr(out, '[');
	buf_add(out, name->p, (size_t)(name->end - name->p));
	buf_str(out, "] ");
}

static void
put_code(struct buf *out, struct rest r)
{
	struct buf words = { 0 };
	struct rest name;

	if (!rest_token(&r, &name))
		return;
	rest_blanks(&r);
	if (token_is(&name, "CAPABILITY")) {
		if (put_capabilities(&words, r) > 0)
			buf_fmt(out, "[CAPABILITY%s] ", buf_text(&words));
	} else if (token_is(&name, "PERMANENTFLAGS")) {
		put_flags(&words, &r, true);
		buf_fmt(out, "[PERMANENTFLAGS %s] ", buf_text(&words));
	} else if (token_is(&name, "UIDNEXT")) {
		put_number_code(out, "UIDNEXT", r, UINT32_MAX, false);
	} else if (token_is(&name, "UIDVALIDITY")) {
		put_number_code(out, "UIDVALIDITY", r, UINT32_MAX, false);
	} else if (token_is(&name, "HIGHESTMODSEQ")) {
		put_number_code(out, "HIGHESTMODSEQ", r, INT64_MAX, true);
	} else if (token_is(&name, "APPENDUID")) {
		put_sets_code(out, "APPENDUID", r, 2);
	} else if (token_is(&name, "COPYUID")) {
		put_sets_code(out, "COPYUID", r, 3);
	} else if (token_is(&name, "MODIFIED")) {
		put_sets_code(out, "MODIFIED", r, 1);
	} else {
		put_plain_code(out, &name);
	}
	buf_free(&words);
}

/* Words for a person, never empty, never like a code. */
static void
put_text(struct buf *out, struct rest r)
{
	size_t was = out->len;

	rest_blanks(&r);
	if (r.p < r.end && *r.p == '[')
		buf_str(out, "- ");
	for (; r.p < r.end; r.p++)
		if (*r.p != '\0' && *r.p != '\r' && *r.p != '\n')
			buf_chr(out, *r.p);
	if (out->len == was)
		buf_str(out, "done");
	buf_str(out, "\r\n");
}

static void
put_status(struct buf *out, struct rest r)
{
	rest_blanks(&r);
	if (r.p < r.end && *r.p == '[') {
		const char *after = code_end(&r);

		if (after != NULL) {
			put_code(out, (struct rest){ r.p + 1, after - 1 });
			r.p = after;
		}
	}
	put_text(out, r);
}

/* "OK", "NO", "BAD", "BYE" or "PREAUTH", in capitals; NULL if it is none. */
static const char *
condition(const struct rest *t)
{
	static const char *const words[] = { "OK", "NO", "BAD", "BYE",
		"PREAUTH", NULL };

	for (size_t i = 0; words[i] != NULL; i++)
		if (token_is(t, words[i]))
			return words[i];
	return NULL;
}

/* ---- mailboxes ---- */

/* "\Marked" and its kin say nothing here; "\Noselect" may come once. */
static void
put_box_flags(struct buf *out, struct rest *r)
{
	const char *gap = "", *after;
	struct rest flags = { r->p, r->p }, t;
	bool noselect = false;

	rest_blanks(r);
	if (r->p < r->end && *r->p == '(' &&
	    scan_value(r, &after) == SCAN_DONE) {
		flags = (struct rest){ r->p + 1, after - 1 };
		r->p = after;
	}
	buf_chr(out, '(');
	while (rest_token(&flags, &t)) {
		struct rest name = { t.p + 1, t.end };

		if (*t.p != '\\' || !token_is_atom(&name) ||
		    token_is(&name, "Marked") || token_is(&name, "Unmarked") ||
		    (noselect && token_is(&name, "Noselect")))
			continue;
		noselect = noselect || token_is(&name, "Noselect");
		buf_fmt(out, "%s%.*s", gap, (int)(t.end - t.p), t.p);
		gap = " ";
	}
	buf_chr(out, ')');
}

static void
put_delimiter(struct buf *out, struct rest *r)
{
	struct buf text = { 0 };
	char c;

	rest_blanks(r);
	if (rest_word(r, "NIL") || !value_text(r, &text) || text.len != 1 ||
	    text.data[0] <= ' ' || text.data[0] >= 0x7f) {
		buf_str(out, " NIL ");
	} else {
		c = text.data[0];
		buf_fmt(out, " \"%s%c\" ", c == '"' || c == '\\' ? "\\" : "",
		    c);
	}
	buf_free(&text);
}

/* A name without quotes may have blanks; data behind it begins with "(". */
static bool
box_name(struct rest *r, struct buf *out)
{
	const char *p;

	rest_blanks(r);
	if (r->p < r->end && (*r->p == '"' || *r->p == '{' || *r->p == '~') &&
	    value_text(r, out))
		return true;
	for (p = r->p; p < r->end; p++)
		if (*p == ' ' && p + 1 < r->end && p[1] == '(')
			break;
	buf_add(out, r->p, (size_t)(p - r->p));
	r->p = p;
	while (out->len > 0 && out->data[out->len - 1] == ' ')
		buf_cut(out, out->len - 1);
	return out->len > 0;
}

static void
put_list(struct buf *out, struct rest r)
{
	struct buf name = { 0 }, line = { 0 };

	put_box_flags(&line, &r);
	put_delimiter(&line, &r);
	if (!box_name(&r, &name)) {
		skipped(out);
	} else {
		put_string(&line, name.data, name.len);
		buf_str(out, "* LIST ");
		buf_add(out, line.data, line.len);
		buf_str(out, "\r\n");
	}
	buf_free(&name);
	buf_free(&line);
}

/* Of the personal ones the first; the others are of no use here. */
static void
put_namespace(struct buf *out, struct rest r)
{
	struct buf prefix = { 0 };

	rest_blanks(&r);
	if (r.end - r.p < 2 || r.p[0] != '(' || r.p[1] != '(') {
		buf_str(out, "* NAMESPACE NIL NIL NIL\r\n");
		return;
	}
	r.p += 2;
	if (!value_text(&r, &prefix)) {
		skipped(out);
	} else {
		buf_str(out, "* NAMESPACE ((");
		put_string(out, prefix.data, prefix.len);
		put_delimiter(out, &r);
		buf_cut(out, out->len - 1);
		buf_str(out, ")) NIL NIL\r\n");
	}
	buf_free(&prefix);
}

/* "MESSAGES 2 UIDNEXT 9 X-NEW (a b)": those that are known and numbers. */
static size_t
put_counts(struct buf *out, struct rest r)
{
	static const struct {
		const char *name;
		uint64_t least, most;
	} known[] = { { "MESSAGES", 0, UINT32_MAX },
		{ "RECENT", 0, UINT32_MAX }, { "UIDNEXT", 1, UINT32_MAX },
		{ "UIDVALIDITY", 1, UINT32_MAX }, { "UNSEEN", 0, UINT32_MAX },
		{ "HIGHESTMODSEQ", 1, INT64_MAX } };
	size_t n = 0;
	struct rest t;

	while (rest_token(&r, &t)) {
		const char *after;
		struct rest value;
		uint64_t v;

		rest_blanks(&r);
		value.p = r.p;
		if (r.p == r.end || scan_value(&r, &after) == SCAN_WRONG)
			break;
		value.end = r.p = after;
		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
			if (!token_is(&t, known[i].name) ||
			    !token_number(&value, known[i].most, &v) ||
			    v < known[i].least)
				continue;
			buf_fmt(out, "%s%s %" PRIu64, n++ > 0 ? " " : "",
			    known[i].name, v);
		}
	}
	return n;
}

static void
put_box_status(struct buf *out, struct rest r)
{
	struct buf name = { 0 }, counts = { 0 };
	const char *end;

	if (box_name(&r, &name)) {
		rest_blanks(&r);
		for (end = r.end; end > r.p && end[-1] != ')';)
			end--;
		if (end > r.p && *r.p == '(')
			put_counts(&counts, (struct rest){ r.p + 1, end - 1 });
	}
	if (counts.len == 0) {
		skipped(out);
	} else {
		buf_str(out, "* STATUS ");
		put_string(out, buf_text(&name), name.len);
		buf_fmt(out, " (%s)\r\n", counts.data);
	}
	buf_free(&name);
	buf_free(&counts);
}

/* ---- numbers ---- */

static void
put_search(struct buf *out, struct rest r)
{
	struct rest t;
	uint64_t n;

	buf_str(out, "* SEARCH");
	while (rest_token(&r, &t))
		if (token_number(&t, UINT32_MAX, &n) && n > 0)
			buf_fmt(out, " %" PRIu64, n);
	buf_str(out, "\r\n");
}

/* Write out "1:3,5", which is a set already. */
static void
put_all(struct buf *out, struct rest set, uint64_t *room)
{
	while (set.p < set.end) {
		uint64_t v[2] = { 0, 0 };
		int i = 0;

		for (; set.p < set.end && *set.p != ','; set.p++) {
			if (*set.p == ':')
				v[++i] = 0;
			else
				v[i] = v[i] * 10 + (uint64_t)(*set.p - '0');
		}
		set.p++;
		if (i == 0)
			v[1] = v[0];
		for (uint64_t n = v[0] < v[1] ? v[0] : v[1],
			      last = v[0] < v[1] ? v[1] : v[0];
		     n <= last && *room > 0; n++, (*room)--)
			buf_fmt(out, " %" PRIu64, n);
	}
}

/* RFC 9051's answer to SEARCH, as that of RFC 3501. */
static void
put_esearch(struct buf *out, struct rest r)
{
	uint64_t room = UIDS_MAX;
	size_t was = out->len;
	const char *after;
	struct rest t;

	if (r.p < r.end && *r.p == '(' && scan_value(&r, &after) == SCAN_DONE)
		r.p = after;
	if (!rest_word(&r, "UID")) {
		skipped(out);
		return;
	}
	buf_str(out, "* SEARCH");
	while (rest_token(&r, &t)) {
		bool all = token_is(&t, "ALL");

		rest_blanks(&r);
		t.p = r.p;
		if (r.p == r.end || scan_value(&r, &after) == SCAN_WRONG)
			break;
		t.end = r.p = after;
		if (all && token_is_set(&t))
			put_all(out, t, &room);
	}
	buf_str(out, "\r\n");
	if (room == 0) {
		buf_cut(out, was);
		skipped(out);
	}
}

static void
put_vanished(struct buf *out, struct rest r)
{
	bool earlier = false;
	const char *after;
	struct rest t;

	if (r.p < r.end && *r.p == '(' && scan_value(&r, &after) == SCAN_DONE) {
		earlier = true;
		r.p = after;
	}
	if (!rest_token(&r, &t) || !token_is_set(&t)) {
		skipped(out);
		return;
	}
	buf_fmt(out, "* VANISHED %s", earlier ? "(EARLIER) " : "");
	buf_add(out, t.p, (size_t)(t.end - t.p));
	buf_str(out, "\r\n");
}

/* "5 EXISTS" and its kin. */
static void
put_count(struct buf *out, const struct rest *number, struct rest r)
{
	static const char *const words[] = { "EXISTS", "RECENT", "EXPUNGE",
		NULL };
	struct rest t;
	uint64_t n;

	if (token_number(number, UINT32_MAX, &n) && rest_token(&r, &t))
		for (size_t i = 0; words[i] != NULL; i++)
			if (token_is(&t, words[i]) && (i < 2 || n > 0)) {
				buf_fmt(out, "* %" PRIu64 " %s\r\n", n,
				    words[i]);
				return;
			}
	skipped(out);
}

/* ---- responses ---- */

static void
put_words(struct buf *out, const char *name, struct rest r)
{
	struct buf words = { 0 };

	if (put_capabilities(&words, r) > 0)
		buf_fmt(out, "* %s%s\r\n", name, buf_text(&words));
	else
		skipped(out);
	buf_free(&words);
}

static void
untagged(struct buf *out, struct rest r)
{
	struct rest t;

	if (!rest_token(&r, &t)) {
		skipped(out);
		return;
	}
	rest_blanks(&r);
	if (*t.p >= '0' && *t.p <= '9') {
		put_count(out, &t, r);
	} else if (condition(&t) != NULL) {
		buf_fmt(out, "* %s ", condition(&t));
		put_status(out, r);
	} else if (token_is(&t, "CAPABILITY")) {
		put_words(out, "CAPABILITY", r);
	} else if (token_is(&t, "ENABLED")) {
		put_words(out, "ENABLED", r);
	} else if (token_is(&t, "LIST") || token_is(&t, "XLIST")) {
		put_list(out, r);
	} else if (token_is(&t, "NAMESPACE")) {
		put_namespace(out, r);
	} else if (token_is(&t, "STATUS")) {
		put_box_status(out, r);
	} else if (token_is(&t, "SEARCH")) {
		put_search(out, r);
	} else if (token_is(&t, "ESEARCH")) {
		put_esearch(out, r);
	} else if (token_is(&t, "VANISHED")) {
		put_vanished(out, r);
	} else if (token_is(&t, "FLAGS")) {
		buf_str(out, "* FLAGS ");
		put_flags(out, &r, false);
		buf_str(out, "\r\n");
	} else {
		skipped(out);
	}
}

/*
 * "3 OK done"; a tagged BYE, as some answer LOGOUT, is no OK.  At a BAD
 * libetpan ends the session, which is as well as before: it goes on as NO,
 * with a code of our own where it has none.
 */
static void
tagged(struct buf *out, struct rest r)
{
	struct rest tag, t;
	const char *what;
	bool bad;

	if (!rest_token(&r, &tag) || !token_is_atom(&tag) ||
	    !rest_token(&r, &t) || (what = condition(&t)) == NULL) {
		skipped(out);
		return;
	}
	bad = strcmp(what, "BAD") == 0;
	if (strcmp(what, "OK") != 0)
		what = "NO";
	buf_fmt(out, "%.*s %s ", (int)(tag.end - tag.p), tag.p, what);
	rest_blanks(&r);
	if (bad && (r.p == r.end || *r.p != '['))
		buf_str(out, "[BAD] ");
	put_status(out, r);
}

void
sift_response(struct buf *out, struct rest r)
{
	if (r.p < r.end && *r.p == '+') {
		r.p++;
		rest_blanks(&r);
		buf_str(out, "+ ");
		if (r.p < r.end && *r.p != '[')
			buf_add(out, r.p, (size_t)(r.end - r.p));
		buf_str(out, "\r\n");
	} else if (r.p < r.end && *r.p == '*') {
		r.p++;
		untagged(out, r);
	} else {
		tagged(out, r);
	}
}
