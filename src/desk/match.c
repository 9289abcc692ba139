/* query_match: a parsed query against one row, in memory. */
#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "desk/query.h"

struct row {
	const struct thread *thread;
	int64_t me;
	int64_t now;
};

/* Scripts written without blanks: every character is a word. */
static bool
is_unspaced(uint32_t c)
{
	return (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
	       (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff);
}

/*
 * Folded, with every stretch that is no letter or digit as one blank, and
 * unspaced scripts one character a word; a blank at both ends.
 */
static void
words_of(struct buf *out, const char *s)
{
	struct buf folded = { 0 };
	size_t len;

	text_fold(&folded, s, strlen(s));
	buf_chr(out, ' ');
	for (size_t i = 0; i < folded.len; i += len) {
		const char *at = folded.data + i;
		uint32_t c = text_next(at, folded.len - i, &len);
		bool blank = c < 0x80 && !isalnum((int)c);

		if ((blank || is_unspaced(c)) && out->data[out->len - 1] != ' ')
			buf_chr(out, ' ');
		if (!blank)
			buf_add(out, at, len);
		if (is_unspaced(c))
			buf_chr(out, ' ');
	}
	if (out->data[out->len - 1] != ' ')
		buf_chr(out, ' ');
	buf_free(&folded);
}

static bool
has_words(const char *text, const struct query *q)
{
	struct buf hay = { 0 };
	struct buf needle = { 0 };
	bool found;

	words_of(&hay, text);
	words_of(&needle, q->text);
	if (q->prefix && needle.len > 1)
		buf_cut(&needle, needle.len - 1);
	found =
	    needle.len > 1 && strstr(buf_text(&hay), buf_text(&needle)) != NULL;
	buf_free(&hay);
	buf_free(&needle);
	return found;
}

/* Folded equality, or that of a beginning. */
static bool
is_name(const char *text, const struct query *q)
{
	struct buf a = { 0 };
	struct buf b = { 0 };
	bool same;

	text_fold(&a, text, strlen(text));
	text_fold(&b, q->text, strlen(q->text));
	same = q->prefix ? strncmp(buf_text(&a), buf_text(&b), b.len) == 0
			 : strcmp(buf_text(&a), buf_text(&b)) == 0;
	buf_free(&a);
	buf_free(&b);
	return same;
}

/* Part of an address, or words of a name. */
static bool
is_person(const struct customer *c, const struct query *q)
{
	struct buf a = { 0 };
	struct buf b = { 0 };
	bool found;

	text_fold(&a, c->address, strlen(c->address));
	text_fold(&b, q->text, strlen(q->text));
	found = b.len > 0 && strstr(buf_text(&a), buf_text(&b)) != NULL;
	buf_free(&a);
	buf_free(&b);
	return found || has_words(c->name, q);
}

static bool
match_is(const struct row *r, enum query_is is)
{
	const struct thread *t = r->thread;

	switch (is) {
	case IS_OPEN:
		return t->state == THREAD_OPEN;
	case IS_PENDING:
		return t->state == THREAD_PENDING;
	case IS_CLOSED:
		return t->state == THREAD_CLOSED;
	case IS_SPAM:
		return t->state == THREAD_SPAM;
	case IS_TRASH:
		return t->state == THREAD_TRASH;
	case IS_SNOOZED:
		return t->snoozed_until > r->now;
	case IS_WAITING:
		return t->waiting_since != 0;
	case IS_LATE:
		return thread_target_state(t, r->now) == TARGET_LATE;
	case IS_AUTOMATIC:
		return t->automatic;
	case IS_UNDELIVERED:
		return t->undelivered;
	case IS_MINE:
		return r->me != 0 && t->assignee == r->me;
	case IS_UNASSIGNED:
		return t->assignee == 0;
	case IS_UNREAD:
		return t->unread > 0;
	case IS_STARRED:
		return t->starred;
	case IS_VIP:
		return t->customer.vip;
	case IS_FAILED:
		return t->failed;
	}
	return false;
}

static bool
match_assignee(const struct row *r, const struct query *q)
{
	const struct thread *t = r->thread;

	if (text_same(q->text, "none"))
		return t->assignee == 0;
	if (text_same(q->text, "me"))
		return r->me != 0 && t->assignee == r->me;
	return t->assignee != 0 && is_name(t->assignee_login, q);
}

static bool
match_tag(const struct thread *t, const struct query *q)
{
	for (size_t i = 0; i < t->tags.n; i++) {
		if (is_name(t->tags.v[i], q))
			return true;
	}
	return false;
}

static bool
match_has(const struct thread *t, const char *what)
{
	if (strcmp(what, "attachment") == 0)
		return t->attachment;
	if (strcmp(what, "draft") == 0)
		return t->draft;
	return false;
}

static bool
match_customer(const struct thread *t, const struct query *q)
{
	if (q->number != 0)
		return t->customer.id == q->number;
	return is_name(t->customer.address, q);
}

static bool
match_text(const struct thread *t, const struct query *q)
{
	return has_words(t->subject, q) || has_words(t->snippet, q) ||
	       has_words(t->customer.name, q) ||
	       has_words(t->customer.address, q);
}

static bool
match_term(const struct row *r, const struct query *q)
{
	const struct thread *t = r->thread;

	switch (q->field) {
	case QUERY_TEXT:
		return match_text(t, q);
	case QUERY_SUBJECT:
		return has_words(t->subject, q);
	case QUERY_FROM:
		return is_person(&t->customer, q);
	case QUERY_TO:
		return false;
	case QUERY_TAG:
		return match_tag(t, q);
	case QUERY_ASSIGNEE:
		return match_assignee(r, q);
	case QUERY_HAS:
		return match_has(t, q->text);
	case QUERY_BEFORE:
		return t->last_at < q->at;
	case QUERY_AFTER:
		return t->last_at >= q->at;
	case QUERY_IS:
		return match_is(r, q->is);
	case QUERY_ID:
		return t->id == q->number;
	case QUERY_CUSTOMER:
		return match_customer(t, q);
	}
	return false;
}

static bool
match(const struct row *r, const struct query *q)
{
	switch (q->op) {
	case QUERY_ALL:
		return true;
	case QUERY_AND:
		return match(r, q->left) && match(r, q->right);
	case QUERY_OR:
		return match(r, q->left) || match(r, q->right);
	case QUERY_NOT:
		return !match(r, q->left);
	case QUERY_TERM:
		return match_term(r, q);
	}
	return false;
}

bool
query_match(const struct query *q, const struct thread *t, int64_t me,
    int64_t now)
{
	struct row r = { .thread = t, .me = me, .now = now };

	return q == NULL || match(&r, q);
}
