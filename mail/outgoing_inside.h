/*
 * outgoing_inside.h -- shared by the files of the sender.
 */
#ifndef MAIL_OUTGOING_INSIDE_H
#define MAIL_OUTGOING_INSIDE_H

#include "base/arena.h"
#include "mail/outgoing.h"
#include "mail/submit.h"
#include "store/outbox.h"

struct sender {
	struct arena own; /* this very struct lives in it */
	struct store *store;
	const struct shop *shop;
	const struct account *account;
	struct lease lease;
	struct submit *line; /* NULL until it is needed */
	int cancel_fd;
	bool now;
	bool checked; /* that the login was not refused lately */
	int64_t next;
};

/* The path of a mail in the deliver-to folder. */
char *sender_eml(const struct sender *s, struct arena *a,
    const char *message_id);

#endif
