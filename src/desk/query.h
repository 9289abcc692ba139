/*
 * query.h -- the search language, parsed.
 *
 * Words and "phrases"; is: assignee: tag: from: to: subject: has: before:
 * after: since: ; - negates, or, parentheses.  Two terms side by side must
 * both match.  The store turns the tree into SQL; nothing here knows how.
 */
#ifndef DESK_QUERY_H
#define DESK_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "desk/model.h"

enum query_op {
	QUERY_ALL, /* matches everything: the empty query */
	QUERY_AND,
	QUERY_OR,
	QUERY_NOT, /* left only */
	QUERY_TERM,
};

enum query_field {
	QUERY_TEXT,     /* word or phrase anywhere */
	QUERY_SUBJECT,
	QUERY_FROM,
	QUERY_TO,
	QUERY_TAG,
	QUERY_ASSIGNEE, /* login, "me" or "none" */
	QUERY_HAS,      /* "attachment", "note", "draft" */
	QUERY_BEFORE,   /* last message before at */
	QUERY_AFTER,    /* last message at or after at; since: too */
	QUERY_IS,       /* enum query_is in is */
	QUERY_ID,       /* id:7 or #7 */
	QUERY_CUSTOMER, /* customer:address or number */
};

enum query_is {
	IS_OPEN, IS_PENDING, IS_CLOSED, IS_SPAM, IS_TRASH, IS_SNOOZED,
	IS_WAITING, IS_LATE, IS_AUTOMATIC, IS_UNDELIVERED, IS_MINE,
	IS_UNASSIGNED, IS_UNREAD, IS_STARRED, IS_VIP, IS_FAILED,
};

struct query {
	enum query_op op;
	struct query *left;
	struct query *right;

	enum query_field field; /* of a QUERY_TERM */
	enum query_is is;
	const char *text; /* word, phrase or name */
	bool phrase;      /* was quoted */
	bool prefix;      /* ended with * */
	int64_t at;       /* of before, after, since */
	int64_t number;   /* of id; of customer, 0 if it is an address */
};

/*
 * Parse.  zone and now give meaning to dates and spans.  ERR_USAGE with the
 * place ("at column 9: ...") and what was meant; *where is the byte.
 */
struct query *query_parse(struct arena *a, const char *s, const char *zone,
    int64_t now, size_t *where, struct err *e);

/* Does the tree name spam or trash anywhere?  Else a list leaves them out. */
bool query_names_hidden(const struct query *q);

/*
 * Does a row match?  Only what a row holds is looked at: words and subject:
 * in subject, snippet and customer, from: in the customer, to: in nothing,
 * has:note in nothing.  me is an agent id.
 *
 * is:open and is:pending are states, snoozed or not; is:late is a running
 * turn past its due instant; is:waiting any running turn.
 */
bool query_match(const struct query *q, const struct thread *t, int64_t me,
    int64_t now);

/* The query written so that query_parse reads the same tree. */
char *query_print(struct arena *a, const struct query *q);

/* For completion: the names that may follow "is:", ended by NULL. */
extern const char *const query_is_names[];
extern const char *const query_field_names[];

#endif
