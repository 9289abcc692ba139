/*
 * resolve.h -- words to what they stand for: threads, agents, instants.
 */
#ifndef UI_CMD_RESOLVE_H
#define UI_CMD_RESOLVE_H

#include "store/query.h"
#include "ui/cmd/grammar.h"

/*
 * Fill in arg and the threads of c from what was parsed.  The store must be
 * open unless the command opens none.  Threads named replace those c came
 * with; a query given in their place is searched.
 */
int resolve(struct ctx *c, const struct cmd *cmd, const struct parsed *p,
    struct arg arg[GRAMMAR_PLACES], struct err *e);

/* Parse a query for a list; NULL words: all but spam and trash. */
int resolve_query(struct ctx *c, const char *words, struct list_ask *ask,
    struct err *e);

/* A person's name for an agent id; "nobody" for 0. */
const char *resolve_agent_name(struct ctx *c, int64_t id);

/* "#12" or "12". */
int64_t resolve_number(const char *word);

#endif
