/* sift.c -- the stream: responses whole, a FETCH item by item. */
#include "mail/sift.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/sift_inside.h"

#define LINE_MAX    (64u << 20) /* of a response that is no FETCH */
#define ITEM_MAX    (4u << 20)  /* of an item that is no body */
#define NONSENSE    200         /* lines of it, and no other between */
#define NUMBER_SIZE 12

enum phase {
	PHASE_GREETING, /* one line, as it is */
	PHASE_RESPONSE, /* the beginning of one */
	PHASE_FETCH,    /* inside of its brackets */
	PHASE_SKIP,     /* to its end: it cannot be understood */
	PHASE_RAW,      /* nothing can be trusted any more */
};

struct sift {
	struct buf in; /* came, from at on not looked at */
	size_t at;
	struct buf out; /* sifted, from taken on not taken */
	size_t taken;
	enum phase phase;
	uint64_t literal; /* bytes of it still to come */
	bool keep;        /* they go on */
	uint64_t from;    /* of which byte on it is */
	bool body;        /* the last thing was a body that goes on */
	bool opened;      /* "* 3 FETCH (" is out */
	char number[NUMBER_SIZE];
	int nonsense;
	unsigned garbled;
};

struct sift *
sift_new(void)
{
	return calloc(1, sizeof(struct sift));
}

void
sift_free(struct sift *s)
{
	if (s == NULL)
		return;
	buf_free(&s->in);
	buf_free(&s->out);
	free(s);
}

static struct rest
rest_of(const struct sift *s)
{
	const char *data = buf_text(&s->in);

	return (struct rest){ data + s->at, data + s->in.len };
}

static void
went_to(struct sift *s, const char *p)
{
	s->at = (size_t)(p - buf_text(&s->in));
}

/* ---- whole responses ---- */

static bool
is_literal_free(struct rest r)
{
	static const char *const words[] = { "OK", "NO", "BAD", "BYE",
		"PREAUTH", NULL };
	struct rest t;

	/* Text for a person may end in "{5}" and mean nothing by it. */
	if (r.p == r.end || *r.p != '*')
		return true;
	r.p++;
	if (rest_token(&r, &t))
		for (size_t i = 0; words[i] != NULL; i++)
			if (token_is(&t, words[i]))
				return true;
	return false;
}

/* Behind the line's end of the response that begins at r; NULL: not here. */
static const char *
response_end(struct rest r)
{
	bool lines = is_literal_free(r);
	const char *p = r.p, *end;
	uint64_t n;

	while ((end = memchr(p, '\n', (size_t)(r.end - p))) != NULL) {
		end++;
		if (lines || !line_announces(p, end, &n))
			return end;
		if ((uint64_t)(r.end - end) < n)
			return NULL;
		p = end + n;
	}
	return NULL;
}

/*
 * Is it "* 3 FETCH ("?  Then go behind the bracket.  SCAN_MORE: it cannot be
 * told yet.
 */
static enum scan
fetch_begins(struct sift *s)
{
	struct rest r = rest_of(s), number, word;
	uint64_t n;

	if (*r.p != '*')
		return SCAN_WRONG;
	r.p++;
	if (!rest_token(&r, &number))
		return r.p == r.end ? SCAN_MORE : SCAN_WRONG;
	if (!token_number(&number, UINT32_MAX, &n))
		return SCAN_WRONG;
	if (!rest_token(&r, &word) || r.p == r.end)
		return r.p == r.end ? SCAN_MORE : SCAN_WRONG;
	if (!token_is(&word, "FETCH") || n == 0)
		return SCAN_WRONG;
	rest_blanks(&r);
	if (r.p == r.end)
		return SCAN_MORE;
	if (*r.p != '(')
		return SCAN_WRONG;
	snprintf(s->number, sizeof(s->number), "%" PRIu64, n);
	went_to(s, r.p + 1);
	return SCAN_DONE;
}

/* Much nonsense and nothing else: this is no IMAP any more. */
static void
count_nonsense(struct sift *s, size_t was)
{
	static const char skipped[] = "* OK skipped";

	if (strncmp(s->out.data + was, skipped, strlen(skipped)) != 0)
		s->nonsense = 0;
	else if (++s->nonsense > NONSENSE)
		s->phase = PHASE_RAW;
}

static bool
step_response(struct sift *s)
{
	enum scan fetch = fetch_begins(s);
	struct rest r = rest_of(s);
	size_t was = s->out.len;
	const char *end;

	if (fetch == SCAN_DONE) {
		s->phase = PHASE_FETCH;
		s->opened = s->body = false;
		return true;
	}
	end = fetch == SCAN_MORE ? NULL : response_end(r);
	if (end == NULL) {
		if (s->in.len - s->at > LINE_MAX)
			s->phase = PHASE_RAW;
		return s->phase == PHASE_RAW;
	}
	went_to(s, end);
	r.end = end - 1;
	while (r.end > r.p && r.end[-1] == '\r')
		r.end--;
	sift_response(&s->out, r);
	count_nonsense(s, was);
	return true;
}

/* ---- FETCH ---- */

static void
fetch_open(struct sift *s)
{
	if (!s->opened)
		buf_fmt(&s->out, "* %s FETCH (", s->number);
	else
		buf_chr(&s->out, ' ');
	s->opened = true;
}

static void
fetch_close(struct sift *s)
{
	buf_str(&s->out, s->opened ? ")\r\n" : "* OK skipped\r\n");
	s->phase = PHASE_RESPONSE;
	s->nonsense = 0;
}

/* "BODY[HEADER.FIELDS ("a b" c)]<0>": the name may have blanks inside. */
static enum scan
item_name(struct rest *r, struct rest *name)
{
	bool quoted = false;
	int depth = 0;

	name->p = r->p;
	for (; r->p < r->end; r->p++) {
		char c = *r->p;

		if (c == '\n' || r->p - name->p > 4096)
			return SCAN_WRONG;
		if (c == '"' && depth > 0)
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (c == '[')
			depth++;
		else if (c == ']' && depth > 0)
			depth--;
		else if (depth == 0 && (c == ' ' || c == '(' || c == ')' ||
					   c == '\t' || c == '\r'))
			break;
	}
	name->end = r->p;
	if (r->p == r->end)
		return SCAN_MORE;
	return name->end > name->p ? SCAN_DONE : SCAN_WRONG;
}

/* A literal is the value: its bytes stream by, or away. */
static void
begin_literal(struct sift *s, enum item item, uint64_t n, const char *body)
{
	s->keep = item == ITEM_BODY || item == ITEM_HEADER;
	s->literal = n;
	if (s->keep) {
		fetch_open(s);
		item_put_literal(&s->out, item, s->from, n);
		s->body = true;
	}
	went_to(s, body);
}

static enum scan
item_value(struct sift *s, enum item item, struct rest r)
{
	struct buf text = { 0 };
	const char *after;
	enum scan got;
	uint64_t n;

	if (*r.p == '{' || *r.p == '~') {
		got = scan_literal(&r, &n, &after);
		if (got == SCAN_MORE)
			return got;
		if (got == SCAN_WRONG)
			/* A body of no known length: see sift.h. */
			s->body = item == ITEM_BODY || item == ITEM_HEADER;
		if (got == SCAN_WRONG || item == ITEM_BODY ||
		    item == ITEM_HEADER || item == ITEM_OTHER) {
			if (got == SCAN_DONE)
				begin_literal(s, item, n, after);
			return got;
		}
	}
	got = scan_value(&r, &after);
	if (got != SCAN_DONE)
		return got;
	item_put(&text, item, s->from, (struct rest){ r.p, after });
	if (text.len > 0) {
		fetch_open(s);
		buf_add(&s->out, text.data, text.len);
	}
	buf_free(&text);
	went_to(s, after);
	return SCAN_DONE;
}

/* One item, or the end of all. */
static enum scan
fetch_step(struct sift *s)
{
	struct rest r = rest_of(s), name;
	const char *end;
	enum scan got;

	rest_blanks(&r);
	if (r.p == r.end)
		return SCAN_MORE;
	if (*r.p == ')' || *r.p == '\r' || *r.p == '\n') {
		end = memchr(r.p, '\n', (size_t)(r.end - r.p));
		if (end == NULL)
			return SCAN_MORE;
		went_to(s, end + 1);
		fetch_close(s);
		return SCAN_DONE;
	}
	got = item_name(&r, &name);
	if (got != SCAN_DONE)
		return got;
	s->body = false;
	rest_blanks(&r);
	if (r.p == r.end)
		return SCAN_MORE;
	if (*r.p != ')' && *r.p != '\r')
		return item_value(s, item_of(&name, &s->from), r);
	went_to(s, r.p); /* a name and no value */
	return SCAN_DONE;
}

static bool
step_fetch(struct sift *s)
{
	/* Where a body ends, a blank or the bracket must be. */
	bool framed =
	    !s->body || memchr(" )\t\r\n", s->in.data[s->at], 5) != NULL;
	enum scan got = framed ? fetch_step(s) : SCAN_WRONG;

	if (got == SCAN_MORE && s->in.len - s->at > ITEM_MAX)
		got = SCAN_WRONG;
	if (got == SCAN_WRONG) {
		s->phase = s->body ? PHASE_RAW : PHASE_SKIP;
		s->garbled++;
		/* No grammar has a line that ends here. */
		if (s->body)
			buf_str(&s->out, "\r\n");
	}
	return got != SCAN_MORE;
}

static bool
step_skip(struct sift *s)
{
	struct rest r = rest_of(s);
	const char *end = memchr(r.p, '\n', (size_t)(r.end - r.p));

	if (end == NULL) {
		/* Keep the end, which may announce a literal. */
		if (r.end - r.p > 64)
			went_to(s, r.end - 64);
		return false;
	}
	went_to(s, end + 1);
	s->keep = false;
	if (!line_announces(r.p, end + 1, &s->literal))
		fetch_close(s);
	return true;
}

/* ---- the stream ---- */

static bool
step_literal(struct sift *s)
{
	struct rest r = rest_of(s);
	size_t n = (size_t)(r.end - r.p);

	if (n > s->literal)
		n = (size_t)s->literal;
	if (s->keep)
		buf_add(&s->out, r.p, n);
	s->literal -= n;
	s->at += n;
	return true;
}

static bool
step_greeting(struct sift *s)
{
	struct rest r = rest_of(s);
	const char *end = memchr(r.p, '\n', (size_t)(r.end - r.p));

	end = end == NULL ? r.end : end + 1;
	buf_add(&s->out, r.p, (size_t)(end - r.p));
	if (end[-1] == '\n')
		s->phase = PHASE_RESPONSE;
	went_to(s, end);
	return true;
}

static bool
step(struct sift *s)
{
	if (s->literal > 0)
		return step_literal(s);
	switch (s->phase) {
	case PHASE_GREETING:
		return step_greeting(s);
	case PHASE_RESPONSE:
		return step_response(s);
	case PHASE_FETCH:
		return step_fetch(s);
	case PHASE_SKIP:
		return step_skip(s);
	case PHASE_RAW:
		break;
	}
	buf_add(&s->out, s->in.data + s->at, s->in.len - s->at);
	s->at = s->in.len;
	return true;
}

void
sift_feed(struct sift *s, const void *bytes, size_t n)
{
	buf_add(&s->in, bytes, n);
	while (s->at < s->in.len && step(s))
		;
	/* What is left is the beginning of something, and mostly short. */
	if (s->at > 0) {
		memmove(s->in.data, s->in.data + s->at, s->in.len - s->at);
		buf_cut(&s->in, s->in.len - s->at);
		s->at = 0;
	}
}

size_t
sift_take(struct sift *s, void *to, size_t n)
{
	size_t left = s->out.len - s->taken;

	if (n > left)
		n = left;
	if (n > 0)
		memcpy(to, s->out.data + s->taken, n);
	s->taken += n;
	if (s->taken == s->out.len) {
		buf_clear(&s->out);
		s->taken = 0;
	}
	return n;
}

size_t
sift_through(const struct sift *s)
{
	if (s->out.len > s->taken || s->in.len > 0 || !s->keep)
		return 0;
	return s->literal < SIZE_MAX ? (size_t)s->literal : SIZE_MAX;
}

void
sift_passed(struct sift *s, size_t n)
{
	s->literal -= n;
}

size_t
sift_ready(const struct sift *s)
{
	return s->out.len - s->taken;
}

size_t
sift_held(const struct sift *s)
{
	return s->in.len - s->at + s->out.len - s->taken;
}

unsigned
sift_garbled(const struct sift *s)
{
	return s->garbled;
}
