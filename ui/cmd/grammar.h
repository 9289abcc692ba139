/*
 * grammar.h -- the words of a command, as its declaration says.
 *
 * "<thread>... <agent>" are places: <kind>, with "..." for several, in
 * brackets if it may be left out; words joined by | are a literal choice.
 * Options are "[--name]", "[--name <kind>]" and "[--name <kind>]..." if they
 * may be repeated.  The same reading serves the program's command line, the
 * ':' line and completion.
 */
#ifndef UI_CMD_GRAMMAR_H
#define UI_CMD_GRAMMAR_H

#include "ui/cmd/cmd.h"

#define GRAMMAR_PLACES 6

struct place {
	enum arg_kind kind;
	bool many;
	bool optional;
	const char *name; /* "thread"; of ARG_WORD "sent|again" */
	int len;
};

/* The places of .args; their number. */
size_t grammar_places(const char *args, struct place v[GRAMMAR_PLACES]);

/* An option as declared. */
struct switch_decl {
	const char *name; /* without "--" */
	int len;
	bool takes_value;
	struct place value; /* if it does */
};

/* The i-th option of a command, its own first, then those of its flags. */
bool grammar_switch(const struct cmd *cmd, size_t i, struct switch_decl *out);

/* A command's words, sorted out but not yet looked up in the store. */
struct parsed {
	struct strings word[GRAMMAR_PLACES]; /* by place */
	size_t places;
	struct place place[GRAMMAR_PLACES];
	struct option_value *option;
	size_t options;
	const char *query;  /* --query */
	const char *config; /* --config */
	const char *store;  /* --store */
	const char *format; /* -o */
	const char *limit;  /* -n */
	bool yes;
	bool quiet;
	bool help;
	bool version;
};

/*
 * Sort the words that follow the command's name.  short_of: the first place
 * may be empty (threads come from elsewhere).  ERR_USAGE names the word and
 * what was meant.
 */
int grammar_parse(struct arena *a, const struct cmd *cmd,
    const struct strings *words, bool short_of, struct parsed *out,
    struct err *e);

/* Can a word stand in a place, by its looks alone? */
bool place_fits(const struct place *p, const char *word);

/* "usage: shopbell assign <thread>... <agent>" without the first word. */
char *grammar_usage(struct arena *a, const struct cmd *cmd);

/*
 * Find the command that words begin with ("outbox cancel 5"), of the table
 * and of extra (may be NULL); *used words are its name.  ERR_USAGE with "did
 * you mean".
 */
const struct cmd *grammar_command(const struct cmd *const *extra,
    const struct strings *words, size_t *used, struct err *e);

/*
 * Split a line into words as a shell does: blanks, '...', "...", \x.
 * ERR_USAGE on an open quote.  *open (may be NULL) says if the last word
 * ended by the end of the line, that is, if it may still grow.
 */
int grammar_split(struct arena *a, const char *line, struct strings *out,
    bool *open, struct err *e);

#endif
