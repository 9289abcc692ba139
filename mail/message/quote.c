/*
 * quote.c -- folding what is not new.
 *
 * The text is walked once for the first line from which on nothing is new:
 * a quote mark, an attribution, a letterhead, a rule of "Original message",
 * a container the HTML named.  If new words come after it, they are answers
 * between the lines and everything stays open.  Before it, and after the
 * last quoted line, stand signatures and notices.
 */
#include "mail/message/quote.h"

#include <stdlib.h>
#include <string.h>

#include "mail/message/attribution.h"
#include "mail/message/closing.h"
#include "mail/message/letterhead.h"
#include "mail/message/lines.h"

#define SIGNATURE_MOST 14 /* lines of one that the HTML names */
#define HEAD_MOST      3  /* lines that say in unknown words who is quoted */

/* How what follows the beginning of a quote is known to be quoted. */
enum style {
	STYLE_NONE,
	STYLE_MARKS, /* each line bears ">" */
	STYLE_HELD,  /* a container of the HTML holds it */
	STYLE_REST,  /* all that follows */
};

struct start {
	size_t line;
	size_t body; /* the first line below attribution or letterhead */
	size_t end;  /* STYLE_HELD: the first line below the quote */
	enum style style;
	bool forward; /* what follows was sent on, not answered */
};

/* The bytes of the dash that b begins with, of any length; 0 if none. */
static size_t
dash(struct bytes b)
{
	if (b.n > 0 && strchr("-_=", b.s[0]))
		return 1;
	if (b.n < 3 || b.s[0] != '\xe2')
		return 0;
	/* U+2010 to U+2015; the line that boxes are drawn with. */
	return (b.s[1] == '\x80' && (unsigned char)b.s[2] >= 0x90 &&
		   (unsigned char)b.s[2] <= 0x95) ||
		       memcmp(b.s, "\xe2\x94\x80", 3) == 0
		   ? 3
		   : 0;
}

/* "-----Original Message-----": at least two dashes, then words. */
static bool
is_ruled(struct bytes line)
{
	size_t first = dash(line);

	return first > 0 && line.n > 8 &&
	       dash(bytes_cut(line, first, line.n)) > 0;
}

/* A rule of dashes or underscores and nothing else. */
static bool
is_rule(struct bytes line)
{
	size_t dashes = 0, took;

	for (; (took = dash(line)) > 0; dashes++)
		line = bytes_cut(line, took, line.n);
	return line.n == 0 && dashes >= 5;
}

/* "##- Please type your reply above this line -##" of a help desk. */
static bool
is_reply_line(struct folding *f, struct bytes line)
{
	if (line.n < 12 || line.n > 200)
		return false;
	if (bytes_begin(line, "##-") && line.s[line.n - 1] == '#')
		return true;
	return strchr("-=_*#~", line.s[0]) &&
	       phrase_reply_above(phrase_fold(f, line));
}

/*
 * Do dashes around words stand right above the headers of a mail?  Then they
 * say in some language that it follows.
 */
static bool
heads_a_mail(struct folding *f, const struct lines *l, size_t i)
{
	struct letterhead h;
	struct bytes line = letterhead_unquote(lines_at(l, i));

	return i + 1 < l->n && line.n < 120 && !is_rule(line) &&
	       dash(bytes_cut(line, line.n - 1, line.n)) > 0 &&
	       l->v[i + 1].kind != LINE_BLANK &&
	       letterhead_read(f, l->text, l->v[i + 1].from, &h) &&
	       h.value[LABEL_FROM].n > 0;
}

/* Does a sentence go on in the very next line? */
static bool
goes_on(const struct lines *l, size_t i)
{
	struct bytes next;

	if (i + 1 >= l->n || l->v[i].kind != LINE_TEXT ||
	    l->v[i + 1].kind != LINE_TEXT)
		return false;
	next = lines_at(l, i + 1);
	return next.s[0] >= 'a' && next.s[0] <= 'z' &&
	       !memchr(next.s, ':', next.n);
}

static bool
rule_start(struct folding *f, const struct lines *l, size_t i,
    struct start *out)
{
	struct bytes line = letterhead_unquote(lines_at(l, i));
	struct bytes folded;

	out->line = i;
	out->body = i + 1;
	out->style = STYLE_REST;
	if (is_reply_line(f, line))
		return true;
	if (!is_ruled(line) && !bytes_begin(line, "begin forwarded"))
		return false;
	folded = phrase_fold(f, bytes_cut(line, 0, 120));
	if (phrase_forwarded(folded)) {
		out->forward = true;
		return true;
	}
	if (phrase_original(folded))
		return !goes_on(l, i);
	return heads_a_mail(f, l, i);
}

/* The line that holds byte at, at or after line i. */
static size_t
line_of(const struct lines *l, size_t i, size_t at)
{
	while (i < l->n && l->v[i].from < at)
		i++;
	return i;
}

static bool
marks_follow(const struct lines *l, size_t i)
{
	while (i < l->n && l->v[i].kind == LINE_BLANK)
		i++;
	return i < l->n && l->v[i].kind == LINE_QUOTED;
}

static bool
has_at(const struct letterhead *h, enum label label)
{
	struct bytes v = h->value[label];
	struct bytes folds = h->folds[label];

	return (v.n > 0 && memchr(v.s, '@', v.n) != NULL) ||
	       (folds.n > 0 && memchr(folds.s, '@', folds.n) != NULL);
}

/* A time of day and a year stand in it. */
static bool
is_full_date(struct bytes v)
{
	return v.n > 0 && memchr(v.s, ':', v.n) != NULL &&
	       attribution_has_date(v);
}

/* Is the line above a rule, empty lines passed over? */
static bool
is_below_rule(const struct lines *l, size_t i)
{
	while (i > 0 && l->v[i - 1].kind == LINE_BLANK)
		i--;
	return i > 0 && is_rule(letterhead_unquote(lines_at(l, i - 1)));
}

/*
 * Are these the headers of a mail that is quoted, and not a customer's own list
 * of where a parcel goes from and to?  Clients write an address, print the
 * labels bold or draw a rule; where all of that was lost, it is the four
 * headers in the order of Outlook, with a full date.  Sender and date alone
 * need the marks of a quote below them.
 */
static bool
is_mail_head(const struct lines *l, size_t i, const struct letterhead *h)
{
	struct bytes from = h->value[LABEL_FROM];
	struct bytes date = h->value[LABEL_DATE];
	struct bytes subject = h->value[LABEL_SUBJECT];

	if (from.n == 0)
		return false;
	if (h->kinds < 3)
		return has_at(h, LABEL_FROM) && is_full_date(date) &&
		       marks_follow(l, line_of(l, i, h->until));
	if (has_at(h, LABEL_FROM) || has_at(h, LABEL_TO) ||
	    has_at(h, LABEL_CC) || is_below_rule(l, i) ||
	    lines_at(l, i).s[0] == '*')
		return true;
	return h->kinds == 4 && from.s < date.s && date.s < subject.s &&
	       is_full_date(date);
}

static bool
letterhead_start(struct folding *f, const struct lines *l, size_t i,
    struct start *out)
{
	struct letterhead h;
	struct bytes value;
	enum label label = letterhead_line(f, lines_at(l, i), &value);

	if (label == LABEL_NONE || label == LABEL_OTHER)
		return false;
	if (!letterhead_read(f, l->text, l->v[i].from, &h) ||
	    !is_mail_head(l, i, &h))
		return false;
	out->line = i;
	out->body = line_of(l, i, h.until);
	out->style = h.kinds < 3 ? STYLE_MARKS : STYLE_REST;
	return true;
}

/* ">>> Ann Lee <ann@example.org> 22.11.2026 10:00 >>>" of GroupWise. */
static bool
groupwise_start(const struct lines *l, size_t i, struct start *out)
{
	struct bytes line = lines_at(l, i);

	if (line.n < 20 || line.n > 200 || memcmp(line.s, ">>> ", 4) != 0 ||
	    memcmp(line.s + line.n - 4, " >>>", 4) != 0 ||
	    !attribution_has_date(line))
		return false;
	out->line = i;
	out->body = i + 1;
	out->style = STYLE_REST;
	return true;
}

/* Cheap: is one of the lines that an attribution could take its last? */
static bool
ends_nearby(const struct lines *l, size_t i)
{
	for (size_t k = i; k < l->n && k < i + 6; k++)
		if (l->v[k].kind != LINE_BLANK &&
		    attribution_ends(lines_at(l, k)))
			return true;
	return false;
}

/* A line that an attribution begins with: a weekday, "On", a date. */
static bool
is_date_line(struct folding *f, struct bytes line)
{
	int digits = 0;

	for (size_t i = 0; i < line.n; i++)
		digits += is_digit(line.s[i]);
	if (digits > 0 && is_digit(line.s[0]))
		return attribution_has_date(line);
	return digits >= 2 &&
	       phrase_begins_date(phrase_fold(f, bytes_cut(line, 0, 40)));
}

/* A name, an empty line and a quoted "On ... wrote:" are two things. */
static bool
crosses_into_quote(struct folding *f, const struct lines *l, size_t i,
    size_t end)
{
	bool blank = false;

	for (; i < end; i++) {
		struct bytes line = letterhead_unquote(lines_at(l, i));

		if (blank && l->v[i].kind == LINE_QUOTED &&
		    phrase_begins_date(phrase_fold(f, bytes_cut(line, 0, 40))))
			return true;
		blank = blank || l->v[i].kind == LINE_BLANK;
	}
	return false;
}

/*
 * The last of the lines from i up to end that could begin the attribution
 * does: no word of the customer's too much.  A line with "<ann@example.org>"
 * is never above it.
 */
static size_t
last_beginning(struct folding *f, const struct lines *l, size_t i, size_t end)
{
	size_t most = i;

	for (; most + 1 < end; most++) {
		struct bytes line = lines_at(l, most);

		if (line.n > 0 && memchr(line.s, '<', line.n) &&
		    memchr(line.s, '@', line.n))
			break;
	}
	for (size_t k = most; k > i; k--) {
		size_t until;

		if (l->v[k].kind == LINE_TEXT &&
		    is_date_line(f, lines_at(l, k)) &&
		    attribution_read(f, l->text, l->v[k].from, &until) &&
		    line_of(l, k, until) == end)
			return k;
	}
	return i;
}

static bool
attribution_start(struct folding *f, const struct lines *l, size_t i,
    struct start *out)
{
	size_t until;
	size_t end;

	if (!ends_nearby(l, i) ||
	    !attribution_read(f, l->text, l->v[i].from, &until))
		return false;
	end = line_of(l, i, until);
	if (crosses_into_quote(f, l, i, end))
		return false;
	out->line = last_beginning(f, l, i, end);
	out->body = end;
	out->style = marks_follow(l, end) ? STYLE_MARKS : STYLE_REST;
	return true;
}

/* Does a quote begin with line i? */
static bool
starts_at(struct folding *f, const struct lines *l, size_t i, struct start *out)
{
	memset(out, 0, sizeof *out);
	if (l->v[i].kind == LINE_BLANK)
		return false;
	if (rule_start(f, l, i, out) || groupwise_start(l, i, out))
		return true;
	if (l->v[i].kind == LINE_QUOTED) {
		out->line = out->body = i;
		out->style = STYLE_MARKS;
		return true;
	}
	return letterhead_start(f, l, i, out) ||
	       attribution_start(f, l, i, out);
}

/* The first line of a quote. */
static bool
find_start(struct folding *f, const struct lines *l, struct start *out)
{
	for (size_t i = 0; i < l->n; i++)
		if (starts_at(f, l, i, out))
			return true;
	return false;
}

/* "To: ...;" and "Subject: ...;", which Yandex writes above its line. */
static size_t
with_labels(struct folding *f, const struct lines *l, size_t i)
{
	struct bytes value;

	while (i > 0) {
		struct bytes line = lines_at(l, i - 1);

		if (line.n == 0 || line.s[line.n - 1] != ';' ||
		    letterhead_line(f, line, &value) == LABEL_NONE)
			break;
		i--;
	}
	return i;
}

/* "Original message" and nothing else, its dashes lost. */
static bool
is_heading(struct folding *f, struct bytes line)
{
	return line.n < 40 && phrase_original(phrase_fold(f, line)) &&
	       !memchr(line.s, '.', line.n);
}

/* Rules, headings and empty lines right above belong to the quote. */
static size_t
with_rules(struct folding *f, const struct lines *l, size_t i)
{
	size_t k = i;

	while (k > 0 &&
	       (l->v[k - 1].kind == LINE_BLANK || is_rule(lines_at(l, k - 1)) ||
		   is_heading(f, lines_at(l, k - 1)))) {
		k--;
		if (l->v[k].kind != LINE_BLANK)
			i = k;
	}
	return i;
}

/* The rest of a quoted line that was too long for somebody's editor. */
static bool
is_wrapped(struct bytes quoted, struct bytes line)
{
	return quoted.n >= 60 && line.n > 0 && line.n < quoted.n &&
	       !(line.s[0] >= 'A' && line.s[0] <= 'Z');
}

/*
 * The rest of an address of the web that broke over the line: "(http://..."
 * alone, or what closes a bracket that the quoted line opened.
 */
static bool
is_broken_link(struct bytes quoted, struct bytes line)
{
	size_t word = 0;

	while (word < line.n && !is_blank(line.s[word]))
		word++;
	if (bytes_begin(line, "(http") || bytes_begin(line, "<http"))
		return line.n < word + 4;
	if (line.n == 0 || word < line.n || !strchr(")>", line.s[line.n - 1]))
		return false;
	for (size_t i = quoted.n; i > 1; i--) {
		if (strchr("(<", quoted.s[i - 1]))
			return true;
		if (is_blank(quoted.s[i - 1]))
			return false;
	}
	return false;
}

/* Past the lines with quote marks; a wrapped word or two is forgiven. */
static size_t
end_of_marks(struct folding *f, const struct lines *l, size_t i)
{
	size_t end = i;

	for (; i < l->n; i++) {
		if (l->v[i].kind == LINE_QUOTED) {
			end = i + 1;
		} else if (l->v[i].kind == LINE_TEXT) {
			bool wrapped =
			    i > 0 && i == end && i + 1 < l->n &&
			    l->v[i + 1].kind == LINE_QUOTED &&
			    (is_wrapped(lines_at(l, i - 1), lines_at(l, i)) ||
				is_broken_link(lines_at(l, i - 1),
				    lines_at(l, i)));
			struct start next;

			if (wrapped)
				continue;
			/* Another quote follows at once. */
			if (starts_at(f, l, i, &next) && next.line == i) {
				if (next.style == STYLE_REST)
					return l->n;
				i = next.body - (next.body > i);
				continue;
			}
			break;
		}
	}
	return end;
}

/* The container that begins first; of several there the largest. */
static const struct fold *
first_known(const struct fold *known, size_t n)
{
	const struct fold *best = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct fold *k = &known[i];

		if (k->kind == FOLD_QUOTE &&
		    (!best || k->from < best->from ||
			(k->from == best->from && k->until > best->until)))
			best = k;
	}
	return best;
}

/* The first of the lines from a up to b that bears a quote mark, else b. */
static size_t
first_mark(const struct lines *l, size_t a, size_t b)
{
	while (a < b && l->v[a].kind != LINE_QUOTED)
		a++;
	return a;
}

/*
 * A quote that HTML named.  Lines with marks say themselves where it ends,
 * and a container does; where it holds only the lines above the quote, all
 * that follows is quoted.
 */
static bool
known_start(struct folding *f, const struct lines *l, const struct fold *known,
    size_t n, struct start *out)
{
	const struct fold *first = first_known(known, n);
	size_t line = first ? line_of(l, 0, first->from) : l->n;
	size_t above = 0;
	size_t mark;

	if (line == l->n)
		return false;
	if (!starts_at(f, l, line, out) || out->line != line) {
		out->body = line;
		above = HEAD_MOST; /* an attribution in an unknown language */
	}
	out->line = line;
	out->forward = false;
	out->end = line_of(l, line, first->until);
	mark = first_mark(l, out->body, l->n);
	out->style = STYLE_REST;
	if (mark < l->n && lines_filled(l, out->body, mark) <= above) {
		out->style = STYLE_MARKS;
		out->body = mark;
	} else if (lines_filled(l, out->body, out->end) > 0) {
		out->style = STYLE_HELD;
	}
	return true;
}

static int
by_place(const void *a, const void *b)
{
	const struct fold *x = a;
	const struct fold *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

/* Sort, and let the earlier of two that overlap have its way. */
static void
tidy(struct folds *v)
{
	size_t n = 0;

	if (v->n == 0)
		return;
	qsort(v->v, v->n, sizeof *v->v, by_place);
	for (size_t i = 0; i < v->n; i++) {
		struct fold f = v->v[i];

		if (n > 0 && f.from < v->v[n - 1].until)
			f.from = v->v[n - 1].until;
		if (f.from < f.until)
			v->v[n++] = f;
	}
	v->n = n;
}

/* Does anything stay open? */
static bool
leaves_words(const struct lines *l, const struct folds *v)
{
	size_t k = 0;

	for (size_t i = 0; i < l->n; i++) {
		while (k < v->n && v->v[k].until <= l->v[i].from)
			k++;
		if (l->v[i].kind != LINE_BLANK &&
		    (k == v->n || l->v[i].from < v->v[k].from))
			return true;
	}
	return false;
}

/* Short, and without a question: nobody's answer went into it. */
static bool
is_signature(const struct lines *l, size_t a, size_t b)
{
	if (lines_filled(l, a, b) > SIGNATURE_MOST)
		return false;
	for (; a < b; a++) {
		struct bytes line = lines_at(l, a);

		if (line.n > 200 || memchr(line.s, '?', line.n))
			return false;
	}
	return true;
}

/* Fold the signatures that HTML named. */
static void
add_signatures(const struct lines *l, const struct fold *known, size_t n,
    struct folds *out)
{
	for (size_t i = 0; i < n; i++) {
		size_t from = line_of(l, 0, known[i].from);
		size_t until = line_of(l, from, known[i].until);

		if (known[i].kind == FOLD_SIGNATURE &&
		    is_signature(l, from, until))
			closing_add(out, l, from, until, FOLD_SIGNATURE);
	}
}

/* Not blank lines from line a up to b that no fold holds. */
static size_t
lines_open(const struct lines *l, size_t a, size_t b, const struct folds *v)
{
	size_t n = 0;

	for (size_t i = a; i < b; i++) {
		bool held = l->v[i].kind == LINE_BLANK;

		for (size_t k = 0; k < v->n && !held; k++)
			held = l->v[i].from >= v->v[k].from &&
			       l->v[i].from < v->v[k].until;
		n += !held;
	}
	return n;
}

/* Do the lines above a quote without marks say that answers are in it? */
static bool
says_answers_below(struct folding *f, const struct lines *l, size_t line)
{
	for (size_t i = 0; i < line; i++)
		if (l->v[i].kind == LINE_TEXT &&
		    phrase_answers_below(
			phrase_fold(f, bytes_cut(lines_at(l, i), 0, 500))))
			return true;
	return false;
}

static void
fold_quote(struct folding *f, const struct lines *l, const struct start *s,
    struct folds *out)
{
	size_t line = with_rules(f, l, with_labels(f, l, s->line));
	size_t end = l->n;
	size_t tail;

	if (s->forward) {
		closing_find(f, l, 0, line, out);
		return;
	}
	if (s->style == STYLE_MARKS)
		end = end_of_marks(f, l, s->body);
	else if (says_answers_below(f, l, line))
		return;
	else if (s->style == STYLE_HELD)
		end = s->end;
	tail = closing_find(f, l, end, l->n, out);
	if (lines_open(l, end, tail, out) > 0)
		return; /* answers between the lines, or below them */
	closing_add(out, l, line, end, FOLD_QUOTE);
	closing_find(f, l, 0, line, out);
}

void
quote_find(struct arena *a, struct bytes text, const struct fold *known,
    size_t n, struct fold **fold, size_t *folds)
{
	struct arena scratch = { 0 };
	struct folding f = { .used = 0 };
	struct folds out = { .a = a };
	struct lines l;
	struct start s;
	struct start html;

	lines_read(&scratch, text, &l);
	if (!find_start(&f, &l, &s))
		s.line = l.n;
	memset(&html, 0, sizeof html);
	if (known_start(&f, &l, known, n, &html) && html.line <= s.line)
		s = html;
	add_signatures(&l, known, n, &out);
	if (s.line < l.n)
		fold_quote(&f, &l, &s, &out);
	else
		closing_find(&f, &l, 0, l.n, &out);
	tidy(&out);
	if (!leaves_words(&l, &out))
		out.n = 0;
	*fold = out.v;
	*folds = out.n;
	phrase_done(&f);
	arena_free(&scratch);
}

bool
quote_has_words(struct bytes text)
{
	struct folding f = { .used = 0 };
	struct arena scratch = { 0 };
	struct lines l;
	bool found = false;

	lines_read(&scratch, text, &l);
	for (size_t i = 0; i < l.n && !found; i++) {
		struct bytes line = letterhead_unquote(lines_at(&l, i));
		struct start s;

		if (line.n == 0 || is_rule(line))
			continue;
		if (starts_at(&f, &l, i, &s) && s.body > i)
			i = s.body - 1;
		else
			found = true;
	}
	phrase_done(&f);
	arena_free(&scratch);
	return found;
}
