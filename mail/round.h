/*
 * round.h -- one round of one account, shared by the files that make it.
 */
#ifndef MAIL_ROUND_H
#define MAIL_ROUND_H

#include "base/arena.h"
#include "base/err.h"
#include "mail/crew.h"
#include "mail/imap.h"
#include "mail/outgoing.h"
#include "mail/run.h"
#include "store/ingest.h"

/* UIDs that a mailbox has lost, to be judged when all have been read. */
struct loss {
	const char *name;
	int64_t mailbox;
	int64_t *uid;
	size_t n;
	struct cursor done; /* stored with it */
	uint32_t exists;
};

struct round {
	const struct shop *shop;
	const struct account *account;
	const struct sync_ask *ask;
	struct store *store;
	struct crew *crew;
	struct sender *sender; /* NULL if another process sends */
	struct imap *imap;     /* NULL until it is needed */
	unsigned lists;        /* of mailboxes; one more with each session */
	bool stays;            /* resident: the list is read every round */
	int cancel_fd;         /* -1 if none */
	int reconnects;        /* after a line was lost, this round */
	bool suspected;        /* a mail of breaking it, this round */
	struct arena arena;    /* for the length of the session: boxes */
	struct imap_box *box;  /* all mailboxes of the server */
	size_t boxes;
	bool gmail;
	bool push_again; /* some changes wait for the pull */
	bool look;       /* something is gone: read all, and judge */
	struct arena heard_arena;
	struct loss *heard; /* told in passing, since the last round */
	size_t heards;
	bool unsure;              /* a mailbox could not be read this time */
	struct arena round_arena; /* for the length of the round */
	struct loss *loss;
	size_t losses;
	struct strings read;   /* mailboxes that were read to the end */
	struct strings reused; /* mailboxes to match anew, by who found it */
	const struct imap_box *next; /* those still to be read */
	size_t nexts;
	struct imap_glance glance[IMAP_GLANCES]; /* what they look like */
	size_t glances;
	int64_t glanced; /* when; ms, monotonic */
	struct sync_report report;
	struct err worst;   /* of reading */
	struct err sending; /* of handing over; reading goes on */
	int64_t told;       /* when progress was last told, in ms */
};

/* A session, if there is none yet: connect, log in, list. */
int round_connect(struct round *r, struct err *e);

/* A second session like the round's; the caller closes it. */
struct imap *round_another(struct round *r, struct err *e);

/* Show a person what the server wants shown, once for each text. */
void round_alert(struct round *r, const struct imap *s);

/* Drop a dead session; the next round_connect makes a new one. */
void round_drop(struct round *r);

/* The mailboxes to sync, those first that matter most; all in a. */
int round_boxes(struct round *r, struct arena *a, struct imap_box **v,
    size_t *n, struct err *e);

/* Is a mailbox among them? */
bool round_reads(struct round *r, const char *name);

/* The mailbox with a role, or NULL. */
const struct imap_box *round_box(const struct round *r, enum mailbox_role role);

/* Keep the worse of two errors in worst. */
void err_worse(struct err *worst, const struct err *e);

/* Keep the worse of the worst so far and e. */
void round_failed(struct round *r, const struct err *e);

/* One line for a person, at most four a second unless it matters. */
void round_tell(struct round *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* One line for a person, in any case: something happened. */
void round_say(struct round *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Local changes to the server (push.c). */
int round_push(struct round *r, struct err *e);

/* Moves of mails that no mailbox holds any more are dropped, and told. */
int round_push_lost(struct round *r, struct err *e);

/* n mails of the selected mailbox to another, once each (push_move.c). */
int round_move(struct round *r, struct push *v, size_t n, const char *set,
    const char *to, struct err *e);

/*
 * n mails are not in the selected mailbox any more: were they moved, the
 * answer lost?  Those that are found in a mailbox that is not read come first
 * in v, *found of them, and are known to lie there.
 */
int round_moved(struct round *r, struct push *v, size_t n, const char *to,
    size_t *found, struct err *e);

/*
 * What is gone, once every mailbox has been read: mails that lie nowhere any
 * more, renumbered mailboxes, and mailboxes that are not there (gone.c).
 */
int round_gone(struct round *r, struct err *e);

/*
 * The server told in passing that UIDs are gone, and may never tell again:
 * kept for the next round_gone.  They are copied.
 */
void round_heard(struct round *r, const char *name, int64_t mailbox,
    int64_t uidvalidity, const int64_t *uid, size_t n);

/*
 * The selected mailbox was renumbered: mails that are known by their size,
 * date and Message-ID alone get their new places without being fetched
 * (relocate.c).  The others are fetched as new ones are, and known by their
 * bytes.
 */
int round_relocate(struct round *r, int64_t mailbox, uint32_t exists,
    struct err *e);

/* What a mailbox held when it was last done; -1 if unknown. */
int64_t round_exists(struct round *r, const char *name);
int round_exists_keep(struct round *r, const char *name, int64_t exists,
    struct err *e);

/*
 * STATUS of a mailbox, and in the same round trip of those that come next;
 * what was told at most so many milliseconds ago is not asked again.
 */
int round_status(struct round *r, const char *name, int64_t most_ms,
    struct imap_state *there, struct err *e);

/* SELECT of a mailbox, with STATUS of the next ones if it is the first. */
int round_select(struct round *r, const char *name, struct imap_state *there,
    struct err *e);

/*
 * n places of the selected mailbox, which set covers, are sorted by UID and
 * made odd where the server tells another size or date than we know; at and
 * size are then what it tells (other.c).
 */
int round_look(struct round *r, const char *set, struct place_row *v, size_t n,
    struct err *e);

/* Does another mail lie at a place, by its bytes?  1, 0 or -1. */
int round_is_other(struct round *r, const struct place_row *v, struct err *e);

/* One mailbox from the server (pull.c). */
int round_pull(struct round *r, const struct imap_box *box, struct err *e);

/* The rest of large mails that somebody asked for (rest.c). */
int round_rest(struct round *r, struct err *e);

/*
 * Read the bytes of every mail here, and fetch again those that are damaged
 * and lie in this account (rest.c).
 */
int round_mend(struct round *r, int64_t *damaged, int64_t *mended,
    struct err *e);

/* Look for copies in Sent, and file what is missing. */
int round_file(struct round *r, struct err *e);

/* Everything: send, push, pull, file.  The worst error (round.c). */
int round_run(struct round *r, struct err *e);

/* Session and memory; the store and the crew are the caller's. */
void round_end(struct round *r);

/* ---- fetching (fetch.c) ---- */

struct fetch {
	const char *name; /* of the mailbox, which is selected */
	bool all;         /* it holds all mail, and labels tell which is what */
	int64_t mailbox;
	uint32_t first;
	uint32_t last;             /* 0: "*" */
	const struct cursor *now;  /* as it stands, for batches on the way */
	const struct cursor *done; /* stored with the last batch; may be now */
	uint32_t of; /* about how many mails there are in all, to tell */

	uint32_t got; /* out: mails that came */
	uint32_t top; /* out: the highest UID among them */
};

/*
 * Fetch the UIDs from first to last, parse and store them, and at the end
 * the cursor.  What the store holds already is not asked for again.  A mail
 * that breaks the connection is asked for alone, then kept as a place
 * holder, and the others go on.
 */
int round_fetch(struct round *r, struct fetch *f, struct err *e);

#endif
