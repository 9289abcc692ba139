/*
 * mail.h -- one decoded mail, as the rest of the program sees it.
 *
 * Made by mail/message/read.h from raw bytes; text is valid UTF-8 without
 * NUL, not yet cleaned for a terminal.  Strings are never NULL unless said;
 * an absent header is "".  Everything lives in the arena it was read into.
 */
#ifndef DESK_MAIL_H
#define DESK_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address {
	const char *name; /* display name, decoded; "" if none */
	const char *addr; /* "local@domain" as written, domain lower case; "" in
	                     a broken address: then name holds what was there */
};

struct addresses {
	struct address *v;
	size_t n;
};

struct strings {
	const char **v;
	size_t n;
};

/* A MIME leaf that is not the text shown, or a whole attached message. */
struct part {
	int number;       /* from 1, in order of appearance among all leaves */
	const char *name; /* file name, RFC 2231 decoded; "" if none */
	const char *type; /* "image/png", lower case */
	const char *cid;  /* Content-ID without <>; "" if none */
	bool embedded;    /* shown inside the HTML (cid:), not a document */
	int64_t size;     /* decoded bytes */
	uint8_t sha256[32];
};

/* A stretch of struct mail.text that is folded on the screen. */
enum fold_kind {
	FOLD_QUOTE,
	FOLD_SIGNATURE,
	FOLD_DISCLAIMER,
	FOLD_LINKS, /* "[1] https://..." lines at the end of the text */
};

struct fold {
	size_t from; /* byte offsets; from < until; sorted; no overlap */
	size_t until;
	enum fold_kind kind;
};

/* A delivery report (RFC 3464) or a bounce in prose. */
struct bounce {
	const char *recipient;
	const char *status; /* "5.1.1", "" if unknown */
	const char *action; /* failed, delayed, delivered, relayed, expanded */
	const char *reason; /* the diagnostic, one line, untrusted */
	const char *about;  /* Message-ID of the mail it is about; "" unknown */
	bool permanent;
	const char *also; /* others whom the same befell, by commas; or NULL */
};

/* The mail inside a forward. */
struct forwarded {
	struct addresses from;
	struct addresses to;
	struct addresses cc;
	const char *subject;
	int64_t date; /* 0 if unreadable */
	const char *text;
};

/* Reasons to doubt who wrote; shown, never acted on silently. */
enum mail_doubt {
	DOUBT_NAME_IS_ADDRESS = 1 << 0, /* the name is another address */
	DOUBT_MANY_FROM = 1 << 1,
	DOUBT_ENCODED_AT = 1 << 2, /* an encoded word with @, NUL or controls */
	DOUBT_REPLY_TO = 1 << 3,   /* Reply-To at another domain */
	DOUBT_LOOKALIKE = 1 << 4,  /* looks like an address that we know */
	DOUBT_HIDDEN = 1 << 5,     /* its HTML has words that no reader sees */
	DOUBT_OUR_NAME = 1 << 6,   /* a name of ours, an address of another */
	DOUBT_STRANGER = 1 << 7,   /* stands in a thread she had no part in */
};

struct mail {
	uint8_t hash[32]; /* SHA-256 of the raw bytes: its identity */
	int64_t size;     /* raw bytes */

	const char *message_id; /* without <>; made from hash if absent */
	bool has_message_id;
	struct strings in_reply_to; /* ids without <>, in order */
	struct strings references;
	const char *original_id; /* X-Microsoft-Original-Message-ID */

	struct addresses from;
	struct addresses sender;
	struct addresses reply_to;
	struct addresses to;
	struct addresses cc;
	struct addresses bcc;
	struct addresses delivered_to; /* Delivered-To, X-Original-To ... */
	struct addresses original_sender; /* X-Original-Sender */
	const char *auth_results; /* the topmost Authentication-Results */
	unsigned doubts;          /* enum mail_doubt */

	const char *subject;
	int64_t date;  /* the Date header; 0 if absent or unreadable */
	int date_zone; /* minutes east of UTC */

	const char *text; /* the whole body as shown; \n line ends */
	bool html;        /* the mail has an HTML body */
	bool text_from_html;
	struct fold *fold; /* what is not new in text */
	size_t folds;
	struct part *part;
	size_t parts;

	bool automatic;      /* a robot sent it, by RFC 3834 and kin */
	const char *automatic_why; /* the header that says so; "" if not */
	bool list;           /* a mailing list or newsletter */
	struct bounce *bounce;       /* NULL if it is none */
	struct forwarded *forwarded; /* NULL if it is none */

	const char *unreadable; /* why it is quarantined; "" if it is not */
};

#endif
