/*
 * ears.h -- the sessions of a resident sync that wait for news.
 *
 * Each mailbox that matters has a session of its own in IDLE, as many as the
 * account's connections allow; the first one is the session of the rounds.
 * What IDLE says is only that something changed: what it is, a pull finds,
 * and after every new connection everything is looked at.  A session that
 * falls is raised again after a while; meanwhile the rounds look into its
 * mailbox.  A server that does not bear IDLE is left in peace for an hour.
 */
#ifndef MAIL_EARS_H
#define MAIL_EARS_H

#include "mail/round.h"

#define EARS_MAX 16

struct ear {
	const char *name;
	enum mailbox_role role;
	struct imap *imap; /* NULL: none yet; the first one has the round's */
	bool ready;        /* looked at since it was selected */
	bool news;
	int64_t since;    /* when its IDLE began */
	int64_t retry_at; /* not before */
	int failures;
};

struct ears {
	struct round *r;
	int wake_fd;
	int stop_fd;
	struct ear ear[EARS_MAX];
	size_t n;
	unsigned of;        /* the round's list they were chosen from */
	int64_t deaf_until; /* the server does not bear IDLE */
	int drops;          /* in a row */
	int64_t dropped_at;
	struct arena arena; /* names */
};

/* Milliseconds that go on while the machine sleeps. */
int64_t ears_now(void);

/*
 * Listen for up to ms, until wake_fd or stop_fd is readable, or until news
 * were pulled.  The round is connected.  -1: its session is lost; what
 * befalls the others is mended here.
 */
int ears_attend(struct ears *s, int64_t ms, struct err *e);

/* The round wants its session: end its IDLE.  The session may be dropped. */
void ears_pause(struct ears *s);

/* End every session but the round's. */
void ears_close(struct ears *s);

#endif
