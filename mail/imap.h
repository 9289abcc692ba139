/*
 * imap.h -- one session with an IMAP server (RFC 3501), over libetpan.
 *
 * Names of mailboxes are UTF-8 here and modified UTF-7 on the wire.  UIDs
 * only, never sequence numbers.  Every string is checked before it is sent:
 * one with a byte below 0x20 or with 0x7f is refused, for libetpan would
 * pass a line break on and let a mailbox name speak IMAP.
 *
 * Errors, of every function unless said otherwise:
 *   ERR_RETRY    the line was cut, or the server is busy or throttling
 *   ERR_PEER     it spoke nonsense; the session is over
 *   ERR_REFUSED  a tagged NO or BAD; the session goes on (imap_alive)
 *   ERR_DENIED   credentials refused, or the server is not to be trusted
 *   ERR_USAGE    a string that may not be sent
 * After ERR_RETRY and ERR_PEER ask imap_alive; if false, only imap_close is
 * left.
 */
#ifndef MAIL_IMAP_H
#define MAIL_IMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "desk/shop.h"
#include "mail/secret.h"
#include "mail/transport.h"
#include "store/ingest.h"

struct imap;

/*
 * Connect, verify and read the capabilities; nobody is logged in yet.
 * limits NULL means the default; cancel_fd -1 none.  The account must
 * outlive the session.
 */
struct imap *imap_connect(const struct account *account, int cancel_fd,
    const struct transport_limits *limits, struct err *e);

/*
 * The same over a socket that is connected already, and taken over; -1: none.
 * slow NULL: nobody looks on.
 */
struct imap *imap_over(const struct account *account, int fd, int cancel_fd,
    const struct transport_limits *limits, const struct transport_slow *slow,
    struct err *e);

/*
 * Log in by the best mechanism both sides know.  Nothing of the secret is
 * sent unless the line is verified (or the account says tls = none).
 */
int imap_login(struct imap *s, const struct secret *secret, struct err *e);

/*
 * The server refused a token although it should hold: get another, once, and
 * connect and log in with it.  e comes with what the server said; NULL, with
 * e as it was, if the secret cannot be renewed.
 */
struct imap *imap_again(const struct account *account, struct secret *secret,
    int cancel_fd, const struct transport_slow *slow, struct err *e);

/* The two together with the account's own secret; the usual way in. */
struct imap *imap_open(const struct account *account, int cancel_fd,
    const struct transport_slow *slow, struct err *e);

/* LOGOUT without waiting for an answer, and free.  s may be NULL. */
void imap_close(struct imap *s);

bool imap_alive(const struct imap *s);

/*
 * An ERR_RETRY that was a NO to one command, as "Internal error" of a mailbox
 * that cannot be read: the server itself did not ask to be left alone.
 */
bool imap_is_broken(const struct err *e);

/* "imap.example.com:993, TLS 1.3" for a person. */
const char *imap_about(const struct imap *s);

/*
 * The last text that the server wants a person to see ([ALERT]), cleaned; ""
 * if there was none.
 */
const char *imap_alert(const struct imap *s);

/* Does the server have a capability, "CONDSTORE"? */
bool imap_can(const struct imap *s, const char *capability);

/* ---- mailboxes ---- */

struct imap_box {
	const char *name; /* UTF-8 */
	enum mailbox_role
	    role;     /* special-use (RFC 6154), else by known names; */
		      /* no two mailboxes have the same */
	bool special; /* the role was told by the server */
	bool selectable;
	char delimiter; /* 0 if flat */
};

/* Every mailbox, in the order of the server. */
int imap_list(struct imap *s, struct arena *a, struct imap_box **v, size_t *n,
    struct err *e);

/*
 * What stands before the name of a mailbox to be made, "" or as in "INBOX.";
 * known after imap_list.
 */
const char *imap_prefix(const struct imap *s);

/* What a mailbox looks like from outside or at SELECT. */
struct imap_state {
	uint32_t uidvalidity;
	uint32_t uidnext; /* 0: the server does not say */
	uint32_t exists;
	uint64_t modseq; /* HIGHESTMODSEQ; 0: no CONDSTORE here */
	bool read_only;
	unsigned flags; /* enum mail_flag that stay; all if not said */
	bool keywords;  /* new keywords may be made */
};

/* STATUS (RFC 3501, 6.3.10): from outside.  ERR_MISSING: no such mailbox. */
int imap_status(struct imap *s, const char *name, struct imap_state *out,
    struct err *e);

/* The same of n mailboxes at once, in one round trip. */
#define IMAP_GLANCES 16
struct imap_glance {
	const char *name;
	bool known; /* it was answered */
	struct imap_state there;
};

/* Fails as imap_status does for the first of them, or where the line does. */
int imap_status_all(struct imap *s, struct imap_glance *v, size_t n,
    struct err *e);

/* SELECT, with CONDSTORE where the server has it.  ERR_MISSING. */
int imap_select(struct imap *s, const char *name, struct imap_state *out,
    struct err *e);

/* SELECT of INBOX and STATUS of n others, in one round trip. */
int imap_select_inbox(struct imap *s, struct imap_state *out,
    struct imap_glance *v, size_t n, struct err *e);

/* Can this keyword be set in the selected mailbox, and stay? */
bool imap_keeps(const struct imap *s, const char *keyword);

/* The mailbox that is selected, "" if none. */
const char *imap_selected(const struct imap *s);

/* Has the number of messages changed since SELECT, as far as was told? */
bool imap_moved_on(const struct imap *s);

/* CREATE; a mailbox that is there already is well. */
int imap_create(struct imap *s, const char *name, struct err *e);

/*
 * The same for one of our own choice, "Junk", where this server wants it:
 * beside INBOX, or below it as Courier and older Cyrus do.  box are the n
 * mailboxes of imap_list; *name is what it is called then.
 */
int imap_make(struct imap *s, const struct imap_box *box, size_t n,
    const char *word, struct arena *a, const char **name, struct err *e);

/* ---- fetching ---- */

/* One message as it streams by; valid only during the call. */
struct imap_mail {
	int64_t uid;
	bool has_flags;
	unsigned flags; /* enum mail_flag */
	struct strings keywords;
	bool has_labels;
	struct strings labels; /* X-GM-LABELS; in keywords, too */
	int64_t internal_date; /* 0 if it was not asked for */
	uint64_t modseq;
	int64_t size; /* RFC822.SIZE; 0 if it was not asked for or told */
	const char *raw; /* NULL if no body came */
	size_t raw_size;
};

/* Return -1, having filled in e, to end the session at once. */
typedef int imap_take(void *arg, const struct imap_mail *m, struct err *e);

enum imap_what {
	IMAP_FLAGS,  /* UID FLAGS */
	IMAP_WHOLE,  /* and INTERNALDATE, the size, BODY.PEEK[] up to a limit */
	IMAP_SIZE,   /* UID and RFC822.SIZE */
	IMAP_LOOK,   /* UID, RFC822.SIZE and INTERNALDATE */
	IMAP_IDENT,  /* UID, FLAGS, both of LOOK and the Message-ID's line */
	IMAP_HEADER, /* and INTERNALDATE, BODY.PEEK[HEADER] */
};

/*
 * UID FETCH of a set as in "1:5,9" (at most 8,000 bytes), streamed message
 * by message.  limit (0: none) bounds the bytes of each body; a body of
 * exactly limit bytes was cut.
 */
int imap_fetch(struct imap *s, const char *set, enum imap_what what,
    uint32_t limit, imap_take *take, void *arg, struct err *e);

/*
 * How many answers to FETCH could not be understood, or came without a UID
 * where one was asked for: if it grows, look with imap_uids what is missing.
 */
unsigned imap_oddities(const struct imap *s);

/* n bytes of the one message of a set, from an offset; through take. */
int imap_fetch_piece(struct imap *s, const char *set, uint32_t from, uint32_t n,
    imap_take *take, void *arg, struct err *e);

/*
 * What changed after modseq (RFC 7162): flags and INTERNALDATE through take,
 * and with QRESYNC the UIDs that vanished through gone, a range at a time.
 */
typedef int imap_gone(void *arg, uint32_t first, uint32_t last, struct err *e);
int imap_changes(struct imap *s, const char *set, uint64_t modseq,
    imap_take *take, imap_gone *gone, void *arg, struct err *e);

/* QRESYNC is on, so imap_changes tells what vanished. */
bool imap_qresync(const struct imap *s);

/* Never use QRESYNC in this session; to be said before the first SELECT. */
void imap_without_qresync(struct imap *s);

/* ---- searching ---- */

/* The UIDs in the selected mailbox from first to last (0: the end). */
int imap_uids(struct imap *s, uint32_t first, uint32_t last, struct arena *a,
    uint32_t **v, size_t *n, struct err *e);

/* The UIDs with this Message-ID (without <>) in the selected mailbox. */
int imap_find(struct imap *s, const char *message_id, struct arena *a,
    uint32_t **v, size_t *n, struct err *e);

/* ---- changing ---- */

/*
 * APPEND with flags, keeping the instant as INTERNALDATE (0: now).  *uid is
 * the new UID, 0 if the server does not say (no UIDPLUS).  ERR_MISSING: no
 * such mailbox (TRYCREATE).  When the line is cut the copy may or may not be
 * there: look for it with imap_find before trying again.
 */
int imap_append(struct imap *s, const char *name, unsigned flags, int64_t at,
    const void *bytes, size_t n, uint32_t *uid, struct err *e);

/* UID STORE +FLAGS.SILENT or -FLAGS.SILENT; flag is one enum mail_flag. */
int imap_flag(struct imap *s, const char *set, unsigned flag, bool on,
    struct err *e);
/* The same of keywords, joined by blanks. */
int imap_keywords(struct imap *s, const char *set, const char *words, bool on,
    struct err *e);

/*
 * The same of Gmail's labels, which words name as keywords do.  box are the n
 * mailboxes: a label of another spelling is taken for the tag's.
 */
int imap_labels(struct imap *s, const char *set, const char *words, bool on,
    const struct imap_box *box, size_t n, struct err *e);

/*
 * MOVE (RFC 6851), else COPY and UID EXPUNGE (RFC 4315), else COPY and
 * \Deleted; never a bare EXPUNGE, which would remove other people's mail.
 */
int imap_move(struct imap *s, const char *set, const char *to, struct err *e);

/* COPY alone.  ERR_MISSING: there is no such mailbox (TRYCREATE). */
int imap_copy(struct imap *s, const char *set, const char *to, struct err *e);

/* Set \Deleted and, with UIDPLUS, expunge just these. */
int imap_remove(struct imap *s, const char *set, struct err *e);

/* ---- waiting ---- */

/*
 * IDLE (RFC 2177) in steps, so that several sessions can be waited for at
 * once: begin, poll imap_fd unless imap_pending, hear, and end before the
 * session is asked for anything else.  *news is set, never cleared, when the
 * mailbox changed; what changed is for a pull to find.
 *
 * begin: ERR_REFUSED if the server has no IDLE or will not; the session goes
 * on.  hear waits for nothing but the end of a line that has begun.
 */
int imap_idle_begin(struct imap *s, bool *news, struct err *e);
int imap_idle_hear(struct imap *s, bool *news, struct err *e);
int imap_idle_end(struct imap *s, bool *news, struct err *e);

bool imap_idling(const struct imap *s);
int imap_fd(const struct imap *s);

/* Bytes that were read already: poll will not tell of them. */
bool imap_pending(const struct imap *s);

/*
 * The ranges that VANISHED told of (RFC 7162, 3.2.10) since the last call or
 * SELECT; a server need not tell of them again.  They are the session's.
 */
struct imap_range {
	uint32_t first;
	uint32_t last;
};
size_t imap_vanished(struct imap *s, const struct imap_range **v);

/* All of it: until news, wake_fd is readable or ms have passed. */
enum imap_woke { IMAP_NEWS, IMAP_WAKE, IMAP_TIME };
int imap_idle(struct imap *s, int wake_fd, int ms, enum imap_woke *what,
    struct err *e);

int imap_noop(struct imap *s, struct err *e);

#endif
