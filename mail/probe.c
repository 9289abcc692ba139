/*
 * probe.c -- does an account work?  Looks around and changes nothing.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "mail/imap.h"
#include "mail/round.h"
#include "mail/run.h"
#include "mail/submit.h"

struct probe {
	const struct account *account;
	bool every; /* mailbox that a sync reads */
	void (*tell)(void *arg, const char *line);
	void *arg;
	struct imap *imap;
	struct secret secret;
};

static void say(const struct probe *p, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void
say(const struct probe *p, const char *fmt, ...)
{
	struct arena a = { 0 };
	char line[400];
	va_list ap;

	if (p->tell == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	p->tell(p->arg, text_cleaned(&a, line, TEXT_LINE));
	arena_free(&a);
}

static const char *
role_name(enum mailbox_role role)
{
	static const char *const name[] = { "", "inbox", "sent", "drafts",
		"junk", "trash", "archive", "all mail" };

	return name[role];
}

/* Of those that a sync reads, the worst that one of them says. */
static int
probe_every(struct probe *p, struct imap_box *box, size_t n, struct err *e)
{
	struct round r = { .account = p->account,
		.imap = p->imap,
		.box = box,
		.boxes = n,
		.gmail = imap_can(p->imap, "X-GM-EXT-1") };
	struct arena a = { 0 };
	struct err worst = { 0 };
	struct imap_box *read;
	size_t reads = 0;
	int rc = round_boxes(&r, &a, &read, &reads, e);

	for (size_t i = 0; i < reads && imap_alive(p->imap); i++) {
		struct imap_state there;
		struct err why = { 0 };

		if (imap_status(p->imap, read[i].name, &there, &why) == 0)
			continue;
		if (why.kind != ERR_MISSING)
			err_in(&why, "mailbox %s", read[i].name);
		err_worse(&worst, &why);
	}
	arena_free(&a);
	if (rc < 0 || worst.kind == ERR_NONE)
		return rc;
	*e = worst;
	return -1;
}

/* "imap: 7 mailboxes: INBOX (inbox, 312 mails), Gesendet (sent), ..." */
static int
probe_boxes(struct probe *p, struct err *e)
{
	struct arena a = { 0 };
	struct buf line = { 0 };
	struct imap_box *box;
	struct imap_state inbox;
	size_t n;
	int rc = imap_list(p->imap, &a, &box, &n, e);

	if (rc == 0)
		rc = imap_status(p->imap, "INBOX", &inbox, e);
	if (rc == 0) {
		for (size_t i = 0; i < n; i++)
			if (box[i].role != ROLE_NONE &&
			    box[i].role != ROLE_INBOX)
				buf_fmt(&line, ", %s (%s)", box[i].name,
				    role_name(box[i].role));
		say(p, "imap: %zu mailboxes: INBOX (%u mails)%s", n,
		    inbox.exists, buf_text(&line));
	}
	if (rc == 0 && p->every)
		rc = probe_every(p, box, n, e);
	buf_free(&line);
	arena_free(&a);
	return rc;
}

static void
say_slow(void *arg, const char *host, int port)
{
	say(arg, "imap: waiting for %s port %d to answer", host, port);
}

static int
probe_imap(struct probe *p, struct err *e)
{
	struct transport_slow slow = { say_slow, p };

	p->imap = imap_over(p->account, -1, -1, NULL, &slow, e);
	if (p->imap == NULL)
		return err_in(e, "imap");
	say(p, "imap: connected to %s", imap_about(p->imap));
	if (imap_login(p->imap, &p->secret, e) < 0) {
		imap_close(p->imap);
		p->imap = imap_again(p->account, &p->secret, -1, &slow, e);
	}
	if (p->imap == NULL)
		return err_in(e, "imap");
	say(p, "imap: logged in as %s%s%s", p->account->user,
	    imap_can(p->imap, "IDLE") ? ""
				      : "; no IDLE, so new mail is "
					"looked for every minute",
	    imap_can(p->imap, "CONDSTORE") ? ""
					   : "; no CONDSTORE, so flags "
					     "are compared one by one");
	if (probe_boxes(p, e) < 0)
		return err_in(e, "imap");
	return 0;
}

static int
probe_smtp(struct probe *p, struct err *e)
{
	const struct account *a = p->account;
	struct submit *s;
	int rc;

	if (a->deliver_to != NULL && a->deliver_to[0] != '\0') {
		say(p, "smtp: mails are written to %s", a->deliver_to);
		return 0;
	}
	s = submit_open(a, e);
	rc = s != NULL ? submit_probe(s, e) : -1;
	submit_close(s);
	if (rc < 0)
		return err_in(e, "smtp");
	say(p, "smtp: logged in at %s:%d", a->smtp.host, a->smtp.port);
	return 0;
}

int
mail_probe(const struct shop *shop, const struct account *account, bool every,
    void (*tell)(void *arg, const char *line), void *arg, struct err *e)
{
	struct probe p = { .account = account,
		.every = every,
		.tell = tell,
		.arg = arg };
	int rc;

	(void)shop;
	if (secret_get(&p.secret, account, e) < 0)
		return -1;
	rc = probe_imap(&p, e);
	if (rc == 0)
		rc = probe_smtp(&p, e);
	imap_close(p.imap);
	secret_wipe(&p.secret);
	return rc;
}
