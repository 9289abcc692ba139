/*
 * robot.c -- the headers and subjects by which robots give themselves away.
 */
#include "mail/message/robot.h"

#include <string.h>

#include "mail/message/phrase.h"
#include "mail/message/words.h"

static const char *const answering[] = {
	"x-autoreply",
	"x-autorespond",
	"x-autoresponder",
	"x-auto-response",
	"x-autoreply-from",
	"x-mail-autoreply",
	"x-vacation",
	"x-shopbell-loop",
};

static const char *const listing[] = {
	"list-id",
	"list-unsubscribe",
	"list-post",
	"list-help",
	"list-owner",
	"x-mailing-list",
	"feedback-id",
};

static const char *const bulk[] = { "bulk", "list", "junk", "auto_reply",
	"auto-reply" };

/* "Header: value" for a person, cut short. */
static void
set_why(struct arena *a, struct mail *m, const char *name, struct bytes value)
{
	m->automatic = true;
	if (m->automatic_why[0] != '\0')
		return;
	if (value.n > 80)
		value = bytes_cut(value, 0, 80);
	m->automatic_why = value.n == 0 ? name
					: arena_fmt(a, "%s: %s", name,
					      words_text(a, value, NULL));
}

static bool
says_no(struct bytes v)
{
	v = bytes_trim(v);
	return v.n == 0 || bytes_same(v, "no") || bytes_begin(v, "no;") ||
	       bytes_begin(v, "no ") || bytes_same(v, "false") ||
	       bytes_same(v, "none");
}

static void
judge_answering(struct arena *a, const struct head *h, struct mail *m)
{
	const struct bytes *v = head_first(h, "auto-submitted");

	if (v && !says_no(*v))
		set_why(a, m, "Auto-Submitted", *v);
	v = head_first(h, "x-auto-response-suppress");
	if (v && !says_no(*v))
		set_why(a, m, "X-Auto-Response-Suppress", *v);
	for (size_t i = 0; i < sizeof answering / sizeof *answering; i++) {
		v = head_first(h, answering[i]);
		if (v && !says_no(*v))
			set_why(a, m, answering[i], *v);
	}
	v = head_first(h, "return-path");
	if (v && (bytes_trim(*v).n == 0 || bytes_same(bytes_trim(*v), "<>")))
		set_why(a, m, "Return-Path", bytes_of("<>"));
}

static void
judge_bulk(struct arena *a, const struct head *h, struct mail *m)
{
	struct bytes v = bytes_trim(head_value(h, "precedence"));

	for (size_t i = 0; i < sizeof bulk / sizeof *bulk; i++)
		if (bytes_same(v, bulk[i]))
			set_why(a, m, "Precedence", v);
	if (bytes_same(v, "list"))
		m->list = true;
	for (size_t i = 0; i < sizeof listing / sizeof *listing; i++) {
		const struct bytes *p = head_first(h, listing[i]);

		if (!p || bytes_trim(*p).n == 0)
			continue;
		m->list = true;
		if (i < 2 || m->automatic)
			set_why(a, m, listing[i], *p);
	}
}

/*
 * "Automatic reply: Your order": Exchange and many phones send no header
 * that says so.  The words stand first, so that "Re: Automatic reply" is a
 * person's; they end there, or the mail answers one.
 */
static void
judge_subject(struct arena *a, struct mail *m)
{
	struct folding f = { .used = 0 };
	struct bytes subject = bytes_bare(bytes_of(m->subject));
	struct bytes rest;
	size_t n;

	while (subject.n > 0 && strchr("[(*", subject.s[0]))
		subject = bytes_cut(subject, 1, subject.n);
	rest = phrase_fold(&f, bytes_cut(subject, 0, 200));
	n = phrase_away(rest);
	rest = bytes_cut(rest, n, rest.n);
	if (n > 0 && (rest.n == 0 || strchr(":])*!", rest.s[0]) ||
			 bytes_begin(rest, " :") || m->in_reply_to.n > 0))
		set_why(a, m, "Subject", subject);
	phrase_done(&f);
}

/* Names of mailboxes that nobody reads. */
static bool
is_nobody(const char *addr)
{
	static const char *const names[] = { "noreply", "no-reply", "no_reply",
		"no.reply", "donotreply", "do-not-reply", "do_not_reply",
		"do.not.reply", "dontreply", "nicht-antworten", "nepasrepondre",
		"ne-pas-repondre", "noresponder", "no-responder",
		"nonrispondere", "mailer-daemon" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (bytes_begin(bytes_of(addr), names[i]))
			return true;
	return false;
}

static bool
is_at(const struct addresses *to, const char *site)
{
	for (size_t i = 0; i < to->n; i++) {
		const char *at = strrchr(to->v[i].addr, '@');

		if (at && strcasecmp(at, site) == 0)
			return true;
	}
	return false;
}

/*
 * A sender that takes no answer.  The form on the shop's own site sends that
 * way too, but to its own site, or with Reply-To; a customer wrote it.
 */
static void
judge_sender(struct arena *a, struct mail *m)
{
	const char *from = m->from.n == 1 ? m->from.v[0].addr : "";
	const char *site = strrchr(from, '@');

	if (!site || !is_nobody(from) || is_at(&m->to, site) ||
	    is_at(&m->cc, site) || is_at(&m->delivered_to, site))
		return;
	for (size_t i = 0; i < m->reply_to.n; i++)
		if (!is_nobody(m->reply_to.v[i].addr))
			return;
	set_why(a, m, "From", bytes_of(from));
}

void
robot_judge(struct arena *a, const struct head *h, struct mail *m)
{
	struct bytes type = head_value(h, "content-type");

	m->automatic_why = "";
	judge_answering(a, h, m);
	judge_bulk(a, h, m);
	if (bytes_begin(type, "multipart/report"))
		set_why(a, m, "Content-Type", bytes_of("multipart/report"));
	judge_subject(a, m);
	judge_sender(a, m);
}
