/*
 * warn.c -- what to think of before an answer goes.
 */
#include <string.h>

#include "base/text.h"
#include "base/when.h"
#include "desk/people.h"
#include "mail/message/read.h"
#include "store/query.h"
#include "ui/cmd/answer.h"
#include "ui/cmd/circle.h"

static void
warn(struct ctx *c, struct strings *v, const char *s)
{
	v->v = arena_grow(c->arena, v->v, v->n, sizeof(*v->v));
	v->v[v->n++] = s;
}

/* Words that promise an attachment, folded. */
static const char *const promises[] = { "attached", "attachment", "enclosed",
	"anbei", "angehangt", "im anhang", "beigefugt", "ci-joint",
	"piece jointe", "adjunto", "adjunta", "allegato", "in allegato",
	"bijlage", "bijgevoegd", "em anexo", "zalaczeniu", "添付" };

/* The words above the quote: what the agent herself says. */
static const char *
own_words(struct ctx *c, const struct draft *d)
{
	struct buf b = { 0 };
	const char *out;

	for (const char *s = d->text; *s != '\0';) {
		size_t n = strcspn(s, "\n");

		if (*s != '>')
			buf_add(&b, s, n + (s[n] == '\n'));
		s += n + (s[n] == '\n');
	}
	out = arena_str(c->arena, buf_text(&b));
	buf_free(&b);
	return out;
}

static bool
promises_attachment(struct ctx *c, const struct draft *d)
{
	const char *words = own_words(c, d);
	struct buf folded = { 0 };
	bool found = false;

	text_fold(&folded, words, strlen(words));
	for (size_t i = 0; i < sizeof(promises) / sizeof(promises[0]); i++)
		found |= strstr(buf_text(&folded), promises[i]) != NULL;
	buf_free(&folded);
	return found;
}

static void
warn_recipients(struct ctx *c, const struct addresses *to,
    const struct strings *circle, struct strings *out)
{
	struct err ignored = { 0 };

	for (size_t i = 0; i < to->n; i++) {
		bool known = false;
		const char *addr = to->v[i].addr;

		if (!people_address_ok(addr))
			warn(c, out,
			    arena_fmt(c->arena, "%s is no address to send to",
				addr));
		else if (!circle_has(c->arena, circle, addr) &&
			 store_known_recipient(c->store, addr, &known,
			     &ignored) == 0 &&
			 !known)
			warn(c, out,
			    arena_fmt(c->arena,
				"%s: we have never written to this address",
				addr));
	}
}

/* Whoever wrote last is not answered if nobody brought her in. */
static void
warn_stranger(struct ctx *c, const struct strings *circle,
    const struct message *v, size_t n, struct strings *out)
{
	const struct message *last = NULL;

	for (size_t i = 0; i < n; i++) {
		if (v[i].kind == MESSAGE_MAIL && !v[i].automatic &&
		    v[i].direction == DIRECTION_IN)
			last = &v[i];
	}
	if (last != NULL && !shop_owns(c->shop, last->from.addr) &&
	    !circle_wrote(c->arena, circle, last))
		warn(c, out,
		    arena_fmt(c->arena,
			"%s wrote last and is new to this thread: shown, not"
			" added",
			people_format(c->arena, &last->from)));
}

/* The newest public message, if it came after the draft was begun. */
static void
warn_moved(struct ctx *c, const struct draft *d, const struct message *v,
    size_t n, struct strings *out)
{
	const struct message *last = NULL;

	for (size_t i = 0; i < n; i++) {
		if (v[i].kind == MESSAGE_MAIL)
			last = &v[i];
	}
	if (last != NULL && d->base != 0 && last->id != d->base)
		warn(c, out,
		    arena_fmt(c->arena, "%s wrote since you began",
			people_format(c->arena, &last->from)));
}

/* The hour, not how long ago: a warning that changes was never seen. */
static void
warn_answered(struct ctx *c, const struct draft *d, struct strings *out)
{
	struct last_word last;
	struct err ignored = { 0 };
	char at[WHEN_SIZE];

	if (d->thread == 0 ||
	    answer_last_word(c, d->thread, &last, &ignored) < 0 || !last.ours)
		return;
	warn(c, out,
	    arena_fmt(c->arena, "answered by %s, %s", last.who,
		when_short(c->shop->zone, c->act.now, last.at, at)));
}

static void
warn_doubts(struct ctx *c, const struct draft *d, const struct message *v,
    size_t n, struct strings *out)
{
	for (size_t i = 0; i < n; i++) {
		if (v[i].id != d->parent)
			continue;
		if (v[i].doubts & (DOUBT_NAME_IS_ADDRESS | DOUBT_ENCODED_AT))
			warn(c, out,
			    arena_fmt(c->arena,
				"the sender's name hides the real address %s",
				v[i].from.addr));
		if (v[i].doubts & DOUBT_MANY_FROM)
			warn(c, out, "the mail has several senders");
		if (v[i].doubts & DOUBT_LOOKALIKE)
			warn(c, out,
			    "the sender's address only looks like one that"
			    " we know");
		if (v[i].doubts & DOUBT_OUR_NAME)
			warn(c, out,
			    "the sender bears a name of ours, the address is"
			    " not");
		if (v[i].doubts & DOUBT_REPLY_TO)
			warn(c, out,
			    "answers go to another domain than the"
			    " sender's");
		if (v[i].automatic)
			warn(c, out, "a robot wrote this mail");
	}
}

/* Did the agent write anything? */
static bool
says_nothing(struct ctx *c, const struct draft *d)
{
	const char *words = own_words(c, d), *dashes;
	size_t n;

	dashes = strstr(words, "-- \n");
	n = dashes != NULL ? (size_t)(dashes - words) : strlen(words);
	while (n > 0 && strchr(" \n\t", words[n - 1]) != NULL)
		n--;
	return n == 0;
}

struct strings
answer_warnings(struct ctx *c, const struct draft *d)
{
	struct strings out = { 0 };
	struct err ignored = { 0 };
	struct strings circle = { 0 };
	struct message *v = NULL;
	struct thread t;
	size_t n = 0;

	if (d->thread != 0 &&
	    store_messages(c->store, d->thread, c->arena, &v, &n, &ignored) < 0)
		n = 0;
	if (d->thread != 0 &&
	    store_thread(c->store, d->thread, c->arena, &t, &ignored) == 0)
		circle = circle_of(c->arena, &t, v, n);
	if (d->to.n + d->cc.n + d->bcc.n == 0)
		warn(c, &out, "nobody to send to");
	warn_answered(c, d, &out);
	warn_moved(c, d, v, n, &out);
	warn_recipients(c, &d->to, &circle, &out);
	warn_recipients(c, &d->cc, &circle, &out);
	warn_recipients(c, &d->bcc, &circle, &out);
	warn_stranger(c, &circle, v, n, &out);
	warn_doubts(c, d, v, n, &out);
	if (*d->subject == '\0')
		warn(c, &out, "no subject");
	if (says_nothing(c, d))
		warn(c, &out, "the mail says nothing");
	if (d->attachments.n == 0 && promises_attachment(c, d))
		warn(c, &out, "an attachment is mentioned and none is there");
	return out;
}

int
answer_unfilled(const struct draft *d, struct err *e)
{
	const char *at;

	if (*d->canned == '\0')
		return 0;
	at = strstr(d->text, "{{");
	if (at == NULL)
		at = strstr(d->text, "{%");
	for (const char *s = d->text; at != NULL && s <= at;) {
		const char *end = s + strcspn(s, "\n");

		/* A brace that the customer wrote is quoted, not ours. */
		if (at < end && *s != '>')
			return err_set(e, ERR_USAGE, 0,
			    "a place of the canned reply is not filled in:"
			    " %.40s",
			    at);
		s = *end != '\0' ? end + 1 : end;
		if (*end == '\0')
			break;
	}
	return 0;
}
