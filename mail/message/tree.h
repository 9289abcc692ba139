/*
 * tree.h -- the MIME structure of a mail (RFC 2045, 2046) as byte ranges.
 *
 * Nothing is copied or decoded: a leaf's body is the stretch of the raw mail
 * that holds it, so an attached message comes out byte for byte.
 */
#ifndef MAIL_MESSAGE_TREE_H
#define MAIL_MESSAGE_TREE_H

#include "base/arena.h"
#include "mail/message/bytes.h"
#include "mail/message/head.h"
#include "mail/message/param.h"
#include "mail/message/read.h"
#include "mail/message/transfer.h"

/* What becomes of a leaf; decided in body.c. */
enum role {
	ROLE_LISTED, /* a document of its own */
	ROLE_SHOWN,  /* text of the mail */
	ROLE_SILENT, /* another form of a text that is shown */
};

struct node {
	enum role role;
	struct head head;
	struct typed type;        /* Content-Type; value is never "" */
	struct typed disposition; /* Content-Disposition; value "" if none */
	const char *charset;      /* declared, "" if not */
	const char *name;         /* file name, "" if none */
	const char *cid;          /* Content-ID without <> */
	enum transfer transfer;
	struct bytes body; /* as it stands, not decoded */
	int number;        /* among all leaves, from 1; 0 for a multipart */
	bool unopened;     /* a leaf whose parts lie beyond the limits */
	struct node **child;
	size_t children;
};

/*
 * Read the structure.  What lies deeper than the limits allow, or behind as
 * many parts as they allow, is one unopened leaf with all its bytes.
 */
struct node *tree_read(struct arena *a, struct bytes raw,
    const struct read_limits *limits);

/* Is the type this one ("text/plain"), or of this kind ("text/")? */
bool node_is(const struct node *n, const char *type);

/* The leaf of a number, NULL if there is none. */
struct node *tree_leaf(struct node *n, int number);

#endif
