/*
 * imap_inside.h -- what the files of the IMAP session share; for them alone.
 */
#ifndef MAIL_IMAP_INSIDE_H
#define MAIL_IMAP_INSIDE_H

#include <libetpan/libetpan.h>

#include "base/buf.h"
#include "mail/imap.h"

struct imap {
	const struct account *account;
	mailimap *im;
	mailstream_low *low; /* belongs to im's stream */
	struct transport_ask ask;
	struct buf about;
	struct buf greeting; /* capabilities told in it, between blanks */
	struct buf selected; /* UTF-8; empty: none */
	uint32_t exists;     /* messages at SELECT */
	struct buf prefix;   /* of the personal namespace, UTF-8 */
	struct buf alert;    /* the last, cleaned */
	bool dead;
	struct buf permanent; /* keywords of the mailbox, between blanks */
	bool any_keyword;     /* others may be made there */
	bool enabled;         /* ENABLE was tried */
	bool qresync;
	bool atoken; /* a way to log in that only iCloud has */

	/* The IDLE that runs. */
	char idle_tag[16]; /* "" if none does */
	int idles;         /* tags of our own */
	MMAPString *idle_line;
	size_t idle_heard;  /* bytes */
	struct arena heard; /* holds them */
	struct imap_range *vanished;
	size_t vanished_n;

	/* The fetch that runs. */
	size_t most; /* bytes a message may have; 0: as any answer */
	imap_take *take;
	void *arg;
	struct err *taken; /* what take said */
	bool refused;      /* take said no */
	uint32_t from;     /* the byte that its bodies begin at */
	bool header;       /* it asks for headers, not for whole mails */
	uint32_t alone;    /* the only UID that it asks for; 0 if more */
	unsigned nameless; /* bodies without a UID, ever */
	struct buf stray;  /* one of them, where one mail was asked for */
	struct imap_mail stray_mail; /* with what else was told of it */
	unsigned strays;
	bool named;         /* the mail came with its UID, too */
	struct arena flags; /* keywords of the message at hand */
};

/*
 * Send one command, formatted already, and read its answer.  0 or -1 as in
 * imap.h; what is meant by the command goes before the text of an error.
 */
int imap_run(struct imap *s, const struct buf *command, const char *what,
    struct err *e);

/*
 * Send n commands at once that imap_run is then called with, one after the
 * other and whatever the answers are.
 */
int imap_ahead(struct imap *s, const struct buf *command, size_t n,
    struct err *e);

/* What libetpan returned, as an error.  0 if it is none. */
int imap_result(struct imap *s, int r, const char *what, struct err *e);

/* The same where a NO means that user and what, "password", were refused. */
int imap_login_result(struct imap *s, int r, const char *what, struct err *e);

/* Keep the alert that a line read by hand may hold. */
void imap_alert_line(struct imap *s, const char *line);

/* Was the last NO for a mailbox that is not there? */
bool imap_no_such(const struct imap *s);

/* Append a quoted string (RFC 3501, 4.3).  ERR_USAGE if it may not be sent. */
int imap_quote(struct buf *out, const char *text, struct err *e);

/* Append a mailbox name, quoted, in modified UTF-7. */
int imap_quote_box(struct buf *out, const char *name, struct err *e);

/* Is it a set of UIDs and nothing else? */
bool imap_set_ok(const char *set);

/* The extension data of a kind in the last answer, from *cell on; or NULL. */
void *imap_extension(struct imap *s, const void *api, int type,
    clistiter **cell);

/* Does nothing; see repair.c. */
void imap_repair(void);

/* A flag's name on the wire: "\\Seen". */
const char *imap_flag_name(unsigned flag);

/* enum mail_flag of a libetpan flag; 0 if it is a keyword. */
unsigned imap_flag_bit(const struct mailimap_flag *f);

#endif
